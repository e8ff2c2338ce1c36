"""The profile under a pointer and under keys, the page projected, the years played: in a real browser."""

import pytest

pytestmark = pytest.mark.browser


def test_the_spine_names_a_departement_under_pointer_and_arrows_and_one_key_projects_it(visit, address):
    seen = visit(address, "/profil?territoire=departement-08")
    rows = seen.page.locator(".spine-row")
    rows.nth(2).wait_for()
    seen.quiet()
    rows.nth(2).scroll_into_view_if_needed()
    box = rows.nth(2).locator(".strip").bounding_box()
    seen.page.mouse.move(box["x"] + box["width"] - 14, box["y"] + box["height"] / 3)
    tip = seen.page.locator(".spine-tip.shown")
    tip.wait_for()
    assert tip.inner_text().startswith("Mayotte")
    rows.nth(0).focus()
    seen.page.keyboard.press("ArrowLeft")
    assert " : " in tip.inner_text().replace("\u00a0", " ") and seen.page.locator(".spine-dot").count() > 5
    # One key projects the page, and writing does not.
    seen.page.locator("[data-testid='stSidebar'] input").first.press("p")
    assert not seen.page.evaluate("document.documentElement.classList.contains('projection')")
    seen.page.locator("h1.place").click()
    seen.page.keyboard.press("p")
    assert not seen.page.locator("[data-testid='stSidebar']").is_visible()
    sizes = seen.page.evaluate(
        "['p.doubt-line', '.spine small', 'body'].map((each) => parseFloat(getComputedStyle(document.querySelector(each)).fontSize))"
    )
    assert min(sizes) >= 20
    seen.page.keyboard.press("p")
    assert seen.page.locator("[data-testid='stSidebar']").is_visible()
    assert seen.errors == []


def test_the_years_change_the_colours_of_the_map(visit, address):
    seen = visit(address, "/comparer?territoire=departement-08&vue=temps")
    first = seen.page.locator(".moment").first
    first.wait_for()
    seen.quiet()
    first.click()
    fills = "[...document.querySelectorAll('svg.small-map g path')].map((each) => each.getAttribute('fill')).join()"
    before = seen.page.evaluate(fills)
    assert first.get_attribute("aria-pressed") == "true" and "2017" in seen.page.locator(".moment-said").inner_text()
    seen.page.locator(".moment").last.click()
    assert "registre" in seen.page.locator(".moment-said").inner_text()
    assert seen.page.evaluate(fills) != before and seen.errors == []
