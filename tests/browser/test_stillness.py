"""Nothing moves under a reader's eyes while a page comes: the layout shifts that Chromium counts, as a service is served."""

import pytest

pytestmark = pytest.mark.browser

MOST = 0.1  # « good », by the rule of thumb of web.dev
WATCH = """
window.shifts = [];
const named = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.outerHTML.slice(0, 160);
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) shifts.push([shift.value, shift.sources.map((each) => named(each.node))]);
}).observe({ type: "layout-shift", buffered: true });
"""


def test_pages_stay_still_while_they_come(visit, address):
    seen, moved = visit("about:blank", fresh=True), {}
    seen.page.add_init_script(WATCH)
    for path in ("/", "/carte?territoire=departement-08", "/profil?territoire=departement-08"):
        seen.page.goto(f"{address}{path}")
        seen.page.locator(".spine-row" if "profil" in path else "iframe[src*=streamlit_folium]").first.wait_for()
        seen.quiet()
        shifts = seen.page.evaluate("shifts")
        moved[path] = round(sum(value for value, _ in shifts), 3), max(shifts, default=None)
    assert {path: most for path, (total, most) in moved.items() if total > MOST} == {}, moved
    # The measure itself must be able to say no.
    seen.page.evaluate("document.querySelector('.stMain').style.paddingTop = '300px'")
    seen.page.wait_for_function("() => shifts.some(([value]) => value > 0.1)")


def test_nothing_is_seen_without_its_style_unless_it_never_comes(visit, address):
    seen, waiting = visit("about:blank", fresh=True), []
    seen.page.route("**/page.css?*", lambda route: waiting.append(route))
    with seen.page.expect_request("**/page.css?*"):
        seen.page.goto(address, wait_until="commit")
    title = seen.page.locator("h1.place")
    seen.page.wait_for_timeout(1000)
    assert not title.is_visible() and not seen.page.locator(".brand").is_visible()
    waiting.pop().continue_()
    title.wait_for(state="visible")
    fonts = "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('Italic'))"
    assert seen.page.evaluate(fonts) == []
    assert title.evaluate("title => getComputedStyle(title).marginTop") == "0px"
    seen.page.unroute("**/page.css?*")
    seen.page.route("**/page.css?*", lambda route: route.abort())
    seen.page.reload()
    title.wait_for(state="visible")
