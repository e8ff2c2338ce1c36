"""The presentation from a file with the network cut, driven by keys; and the page that makes it."""

import re

import pytest

from maillage.exports import offline
from maillage.subjects.ceremony import Ceremony, Entry
from maillage.subjects.territory import print_frame, territory

pytestmark = pytest.mark.browser

PAGE = "/ceremonie?cpts=cpts-71-centre-saone-et-loire"
EVIL = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"
PLACE = "document.getElementById('place').textContent"
OVERFLOW = """() => {
    const slide = document.querySelector(".slide.shown");
    return [slide.scrollHeight - slide.clientHeight, slide.scrollWidth - slide.clientWidth, document.querySelectorAll(".slide.shown").length];
}"""


@pytest.fixture(scope="module")
def file(ask, tmp_path_factory):
    dossier = territory.of_cpts(ask, "cpts-71-centre-saone-et-loire")
    ceremony = Ceremony(EVIL, EVIL, None, (Entry(EVIL, EVIL), Entry("Prévention")), (Entry(EVIL, "Directrice"),))
    path = tmp_path_factory.mktemp("cle usb") / "présentation.html"
    path.write_bytes(offline.html(dossier, print_frame.around(ask, dossier), ceremony))
    return path


@pytest.fixture
def alone(browser, file):
    """A function that opens the file in a browser without any network, and keeps what it asks for and complains about."""
    contexts = []

    def open_file(width, height):
        context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
        contexts.append(context)
        context.set_offline(True)
        context.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
        page = context.new_page()
        page.asked, page.errors = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda message: page.errors.append(message.text))
        page.goto(file.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()


def test_the_page_holds_in_the_screen_and_what_is_typed_stays_in_its_field(visit, address):
    """Opened on a phone, then widened; its preview runs under the policy, and has what is typed in a field that keeps it, at the slide one looks at."""
    seen = visit(address, PAGE, viewport={"width": 390, "height": 844})
    frame = seen.page.locator("iframe[title^='Aperçu']")
    frame.wait_for()
    for width, height in ((390, 844), (1280, 800), (1920, 1080)):
        seen.page.set_viewport_size({"width": width, "height": height})
        seen.quiet()
        box = frame.bounding_box()
        assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.03), width
        gap = seen.page.get_by_text("Cliquez dans l’aperçu").bounding_box()["y"] - box["y"] - box["height"]
        assert 0 <= gap < 60, width
        assert seen.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), width
    # « f » and « b » are letters beside the form, whatever the preview that each field makes anew.
    preview = seen.page.frame_locator("iframe[title^='Aperçu']")
    preview.locator(".cover").wait_for()
    axes = seen.page.get_by_role("textbox", name="Axes du projet de santé")
    axes.click()
    seen.page.keyboard.type("fb")
    seen.page.keyboard.press("Control+Enter")
    preview.locator(".axes").get_by_text("fb").wait_for(state="attached")
    seen.quiet()
    seen.page.keyboard.type("bf")
    assert axes.input_value() == "fbbf" and axes.evaluate("field => field === document.activeElement")
    seen.page.keyboard.press("Control+Enter")
    preview.locator(".axes").get_by_text("fbbf").wait_for(state="attached")
    seen.quiet()
    preview.locator(".cover").click()
    seen.page.keyboard.type("bf")
    assert not preview.locator("body").evaluate("body => body.matches('.black') || !!document.fullscreenElement")
    assert not seen.page.evaluate("!!document.fullscreenElement")
    preview.get_by_role("button", name="Suivant").click()
    preview.locator("#map svg").first.wait_for()
    axes.fill("Prévention")  # heard when a click leaves the field: the preview is made anew at its slide
    preview.get_by_role("button", name="Suivant").click()
    preview.locator(".axes").get_by_text("Prévention").wait_for(state="attached")
    preview.locator("#place", has_text=re.compile("^3 / ")).wait_for()
    assert seen.errors == [] and seen.refused() == set()


def test_the_territory_unveils_and_ends_as_it_is_told(alone):
    """France first, without a name on it; then the territory whole, its figures those that are written, at once when one goes on."""
    page = alone(1280, 720)
    figures = page.locator("#map ~ aside .figure b")
    written = figures.all_text_contents()
    page.keyboard.press("ArrowRight")
    page.locator("#map svg").first.wait_for()
    home = page.locator("#map path[fill='#9C92C8']")
    assert home.count() == 1 and page.locator("#map path").count() > 90  # the département in France, and no commune yet
    start = home.bounding_box()["width"]
    assert page.locator(".town").count() == 0 and not figures.first.is_visible()
    page.wait_for_timeout(3000)
    if home.count():  # on the way: drawn anew, larger, and never a drawing that is stretched
        assert home.bounding_box()["width"] > start
    assert not re.search(r"scale\((?!1\))", page.locator("#map svg").first.get_attribute("style") or "")
    page.locator(".town").nth(3).wait_for(state="attached")
    assert figures.first.is_visible()
    page.wait_for_function(
        "said => [...document.querySelectorAll('#map ~ aside .figure b')].every((b, n) => b.textContent === said[n])",
        arg=written,
    )
    page.reload()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.locator(".town").nth(3).wait_for(state="attached", timeout=3000)  # the way there lasts longer
    assert page.errors == []


def test_nothing_is_cut_nor_on_anything_else_at_any_screen(alone):
    """Tables, names, axes and sources end above their note and the buttons, in the typeface that the file carries."""
    ends = """() => {
        const slide = document.querySelector(".slide.shown"), foot = slide.querySelector(".foot"), nav = document.querySelector("nav");
        const limit = Math.min(nav.getBoundingClientRect().top, foot ? foot.getBoundingClientRect().top : innerHeight);
        return [...slide.querySelectorAll("table, .names, .axes, .sources, .legend, .cards")]
            .map((each) => Math.round(each.getBoundingClientRect().bottom - (each.matches(".legend") ? innerHeight : limit)));
    }"""
    for width, height in ((1280, 720), (1280, 800), (1920, 1080)):
        page = alone(width, height)
        assert page.evaluate("document.fonts.load('16px \"Source Sans 3\"').then((all) => all.length)") > 0
        for _ in range(page.locator(".slide").count()):
            assert max(page.evaluate(ends), default=0) <= 1, page.locator(".slide.shown").get_attribute("aria-label")
            page.keyboard.press("ArrowRight")


def test_a_cpts_without_perimeter_projects_no_empty_map_and_offers_to_draw_it(visit, address):
    cpts = "cpts=cpts-08-portes-luxembourg-sedanais-meusien"
    seen = visit(address, f"/ceremonie?{cpts}")
    preview = seen.page.frame_locator("iframe[title^='Aperçu']")
    preview.locator(".cover").wait_for()
    titles = preview.locator(".slide").evaluate_all("all => all.map((each) => each.ariaLabel)")
    assert "Titre" in titles and "Le territoire" not in titles and "Les communes" not in titles
    assert "aucune carte" not in preview.locator("main").text_content()
    seen.page.goto(f"{address}/cpts?{cpts}")
    seen.page.get_by_role("link", name="Dessiner le périmètre").wait_for()
    seen.quiet()
    seen.page.get_by_role("link", name="Dessiner le périmètre").click()
    seen.page.wait_for_url("**/composer?*territoire=departement-08*")
    seen.drawn()
    assert seen.errors == []


def test_in_the_file_b_blanks_the_screen_and_f_fills_it(alone):
    page = alone(1280, 720)
    for black in (True, False):
        page.keyboard.press("b")
        assert page.evaluate("document.body.classList.contains('black')") == black
    for full in (True, False):
        page.keyboard.press("f")
        page.wait_for_function("full => Boolean(document.fullscreenElement) === full", arg=full)
