"""« Comparer » in a real browser: a table that sorts, pictures that say their source, maps that speak."""

import html
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ARDENNES = "/comparer?territoire=departement-08&indicateur=mortalite_prematuree_0_64"


def saved(opened, button):
    with opened.page.expect_download() as download:
        opened.page.get_by_role("button", name=button, exact=True).click()
    return Path(download.value.path()).read_bytes(), download.value.suggested_filename


def test_a_heading_sorts_the_table_by_click_and_by_keyboard(visit, address):
    opened = visit(address, f"{ARDENNES}&groupe=region")
    opened.page.locator(".compared thead").wait_for()
    opened.quiet()
    first = opened.page.locator(".compared tbody th").first
    heading = opened.page.locator(".compared thead th", has_text="Densité de population")
    heading.get_by_role("button").click()
    opened.page.wait_for_function("() => document.querySelectorAll('.compared thead th')[2].ariaSort === 'descending'")
    densest = first.inner_text()
    heading.get_by_role("button").press("Enter")
    opened.page.wait_for_function("() => document.querySelectorAll('.compared thead th')[2].ariaSort === 'ascending'")
    assert densest == "Bas-Rhin (67)" and first.inner_text() == "Haute-Marne (52)"
    opened.page.locator(".compared thead th").first.get_by_role("button").click()
    opened.page.wait_for_function("() => document.querySelector('.compared tbody th').innerText === 'Ardennes (08)'")
    lines = saved(opened, "CSV")[0].decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Département;Code;Indicateur;Unité;Année;Valeur;Lecture") and len(lines) == 1 + 10 * 6
    assert any(line.startswith("Ardennes;08;Mortalité prématurée (0 à 64 ans);") and "Insee" in line for line in lines)
    assert opened.hosts == {"127.0.0.1"} and not opened.errors and opened.refused() == set()


def shared(opened, button):
    if not opened.page.get_by_role("button", name=button, exact=True).is_visible():
        opened.page.get_by_role("button", name="Partager").first.click()
    return saved(opened, button)


def test_a_chart_leaves_with_its_title_and_its_source(visit, address):
    opened = visit(address, f"{ARDENNES}&vue=distribution", color_scheme="dark")
    opened.page.wait_for_selector(".js-plotly-plot .main-svg .points")
    opened.quiet()
    svg, name = shared(opened, "SVG")
    words = svg.decode()
    assert name == "maillage_distribution_mortalite_prematuree_0_64.svg"
    assert "Mortalité prématurée (0 à 64 ans)" in words and "Source\u00a0: Insee" in words and "Ardennes (08)" in words
    png, name = shared(opened, "PNG")
    assert name.endswith(".png") and png.startswith(b"\x89PNG")
    pdf, name = shared(opened, "PDF")
    assert name.endswith(".pdf") and pdf[:5] == b"%PDF-"
    # What is on the page is left as it was: no title over it, its own ink; another when the system has another theme.
    assert opened.page.locator(".js-plotly-plot .gtitle").count() == 0
    ink = "getComputedStyle(document.querySelector('.js-plotly-plot .xtick text')).fill"
    written = opened.page.evaluate(ink)
    opened.page.emulate_media(color_scheme="light")
    opened.page.wait_for_function(
        f"before => document.querySelector('.js-plotly-plot .xtick text') && {ink} !== before", arg=written
    )
    assert opened.hosts == {"127.0.0.1"} and not opened.errors


def test_small_maps_speak_under_the_pointer_and_leave_as_files(visit, address):
    opened = visit(address, f"{ARDENNES}&vue=cartes&avec=taux_pauvrete")
    opened.page.wait_for_function("() => window.maillageCompares && document.querySelector('img.small-map')?.complete")
    opened.quiet()
    # The image gives way to a drawing under the pointer: a locator would look for it in vain.
    box = opened.page.locator("img.small-map").first.bounding_box()
    opened.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    opened.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 64)
    opened.page.wait_for_selector("svg.small-map title", state="attached")
    titles = opened.page.locator("svg.small-map title").all_text_contents()
    assert any(title.startswith("Ardennes (08)\u00a0: 2,0") for title in titles)
    svg, _ = shared(opened, "SVG")
    assert svg.decode().count("Source\u00a0: ") == 2 and "hatched" in svg.decode()
    assert shared(opened, "PNG")[0].startswith(b"\x89PNG")
    assert opened.hosts == {"127.0.0.1"} and not opened.errors


def test_the_one_looked_at_stays_in_sight_wherever_the_table_is_scrolled(visit, address):
    opened = visit(address, f"{ARDENNES}&groupe=tous")
    opened.page.locator(".compared tr.pinned").wait_for()
    opened.page.wait_for_function("() => document.querySelector('.compared table').style.getPropertyValue('--head')")
    for place in (0, 900, 99_999):
        opened.page.evaluate("top => document.querySelector('.compared').scrollTo(0, top)", place)
        opened.rest()
        row, head, foot = opened.page.evaluate(
            """() => ["tr.pinned th", "thead th", "tfoot th"].map(one => document.querySelector(`.compared ${one}`).getBoundingClientRect())
                .map(box => [box.top, box.bottom])"""
        )
        assert head[1] - 2 <= row[0] and row[1] <= foot[0] + 2, place
    assert "Ardennes (08)" in opened.page.locator(".compared tr.pinned th").inner_text()
    assert opened.errors == []


def test_embedded_a_chart_is_there_with_its_words_and_nothing_to_choose(visit, address):
    seen = visit(address, f"{ARDENNES}&vue=nuage&croise=apl_mg&embed=true", viewport={"width": 900, "height": 640})
    seen.page.wait_for_selector(".js-plotly-plot .main-svg .points")
    seen.quiet()
    main = seen.page.get_by_test_id("stMain")
    for kind in ("stSelectbox", "stMultiSelect", "stButtonGroup", "stPopover", "stDownloadButton", "stExpander"):
        assert not any(one.is_visible() for one in main.get_by_test_id(kind).all()), kind
    assert "Source\u00a0: " in main.inner_text() and seen.errors == []


def test_an_embed_is_of_the_drawing_that_its_address_names(visit, address):
    """The curve of « Accès » without the map above it, as « Partager » of the curve gives it; a name that is not there is said."""
    seen = visit(address, "/ecarts?territoire=departement-08&volet=acces", viewport={"width": 900, "height": 640})
    seen.page.locator(".st-key-dessin_courbe_acces .coverage-curve > img").wait_for()
    seen.quiet()
    seen.page.locator(".st-key-partager_courbe_acces").get_by_role("button").click()
    code = seen.page.get_by_text("<iframe src").inner_text()
    source = html.unescape(re.search('src="(.*?)"', code)[1])
    assert "dessin=courbe_acces" in source
    seen.page.goto(source)
    curve = seen.page.locator(".st-key-dessin_courbe_acces .coverage-curve > img")
    curve.wait_for()
    seen.quiet()
    assert curve.bounding_box()["width"] > 500
    words = seen.page.get_by_test_id("stMain").inner_text().replace("\u2060", "")
    assert "Ardennes (08)" in words and "au-delà de 15" in words and "Temps estimé" not in words
    assert not any(map.is_visible() for map in seen.page.locator("iframe[src*=streamlit_folium]").all())
    assert not seen.page.locator(".keys").is_visible()
    place, title = (
        seen.page.locator(one).first.bounding_box() for one in ("h1.place", ".st-key-dessin_courbe_acces h3")
    )
    assert title["y"] - place["y"] - place["height"] < 40  # what is hidden leaves no room behind
    seen.page.goto(source.replace("courbe_acces", "carte_acces"))
    seen.drawn()
    assert not curve.is_visible()
    seen.page.goto(source.replace("courbe_acces", "autre"))
    seen.drawn()
    curve.wait_for()
    notice = "getComputedStyle(document.querySelector('[data-testid=stMainBlockContainer]'), '::before')"
    seen.page.wait_for_function(f"() => {notice}.content.includes('pas dans cette vue') && {notice}.opacity === '1'")
    assert seen.errors == []
