"""The presentation from a file with the network cut, driven by keys; and the page that makes it."""

import pytest

from maillage import dossier, vicinity
from maillage.ceremony import Ceremony, Line
from maillage.exports import offline

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGE = "/ceremonie?cpts=cpts-71-centre-saone-et-loire"
EVIL = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"
PLACE = "document.getElementById('place').textContent"
OVERFLOW = """() => {
    const slide = document.querySelector(".slide.shown");
    return [slide.scrollHeight - slide.clientHeight, slide.scrollWidth - slide.clientWidth, document.querySelectorAll(".slide.shown").length];
}"""


@pytest.fixture(scope="module")
def file(ask, tmp_path_factory):
    told = dossier.of_cpts(ask, "cpts-71-centre-saone-et-loire")
    ceremony = Ceremony(EVIL, EVIL, None, (Line(EVIL, EVIL), Line("Prévention")), (Line(EVIL, "Directrice"),))
    path = tmp_path_factory.mktemp("cle usb") / "présentation.html"
    path.write_bytes(offline.html(told, vicinity.around(ask, told), ceremony))
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
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("console", lambda message: page.said.append(message.text))
        page.goto(file.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_the_file_alone_shows_every_slide_and_asks_nothing(alone, file, width, height):
    page = alone(width, height)
    count = page.evaluate("document.querySelectorAll('.slide').length")
    for number in range(1, count + 1):
        page.wait_for_function(
            "([n, c]) => document.getElementById('place').textContent === `${n} / ${c}`", arg=[number, count]
        )
        assert page.evaluate(OVERFLOW) == [0, 0, 1], number
        page.keyboard.press("PageDown")
    assert page.evaluate(PLACE) == f"{count} / {count}"
    assert page.asked == [file.as_uri()]
    assert page.said == []
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_the_map_reads_from_the_back_of_the_room(alone, width, height):
    page = alone(width, height)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".town span")
    box = page.locator("#map").bounding_box()
    assert box["width"] * box["height"] > 0.4 * width * height
    assert page.evaluate("document.querySelectorAll('#map path').length") > 34
    names = page.evaluate(
        "[...document.querySelectorAll('.town span')].map(e => [e.textContent, parseFloat(getComputedStyle(e).fontSize)])"
    )
    assert "Le Creusot" in [name for name, _ in names]
    # A letter is at least a fiftieth of the height of the screen, for the towns of the territory.
    assert min(size for name, size in names if name in ("Le Creusot", "Montceau-les-Mines")) > height / 50
    crossing = page.evaluate(
        """() => {
            const boxes = [...document.querySelectorAll(".town span")].map(e => e.getBoundingClientRect());
            return boxes.some((a, i) => boxes.some((b, j) => i < j && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom));
        }"""
    )
    assert not crossing


def test_keys_and_clicker(alone):
    page = alone(1280, 800)
    count = page.evaluate("document.querySelectorAll('.slide').length")
    at = 1
    for key, step in (("ArrowRight", 1), (" ", 1), ("PageDown", 1), ("PageUp", -1), ("ArrowLeft", -1), ("Shift+Space", -1), ("ArrowLeft", 0),
                      ("End", count - 1), ("PageDown", 0), ("Home", 1 - count)):  # fmt: skip
        page.keyboard.press(key)
        at += step
        assert page.evaluate(PLACE) == f"{at} / {count}", key
    page.keyboard.press("b")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).visibility") == "hidden"
    page.keyboard.press(".")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).visibility") == "visible"
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement !== null")
    page.get_by_role("button", name="Suivant").click()
    assert page.evaluate(PLACE) == f"2 / {count}"


def test_names_stay_text_on_every_slide(alone):
    page = alone(1280, 800)
    assert page.evaluate("document.querySelector('.occasion').textContent").startswith("<img src=x")
    assert page.evaluate("document.querySelectorAll('img:not(.leaflet-tile)').length") == 0
    assert page.evaluate("document.scripts.length") == 2


def test_the_page_shows_what_is_typed_and_gives_it_in_a_file(visit, address, tmp_path):
    seen = visit(address, PAGE)
    seen.page.get_by_role("textbox", name="Titre").fill("Une signature attendue")
    seen.page.get_by_role("textbox", name="Titre").press("Tab")
    frame = seen.page.frame_locator("iframe[title^='Aperçu']")
    frame.get_by_text("Une signature attendue").wait_for()
    frame.locator("body").click()
    frame.locator("body").press("ArrowRight")
    frame.locator(".town span").first.wait_for()
    with seen.page.expect_download() as waiting:
        seen.page.get_by_role("button", name="Télécharger (").first.click()
    content = waiting.value.path().read_text(encoding="utf-8")
    assert "Une signature attendue" in content
    assert waiting.value.suggested_filename == "maillage_presentation-hors-ligne_cpts-centre-saone-et-loire.html"
    assert "signature" not in seen.page.url.lower()
    assert seen.hosts == {"127.0.0.1"}
    assert seen.errors == []


def test_the_other_files_are_made_on_demand(visit, address):
    seen = visit(address, PAGE)
    seen.page.frame_locator("iframe[title^='Aperçu']").get_by_text("34 communes").first.wait_for()
    for start in (b"PK", b"%PDF", b"%PDF"):
        ready = seen.page.get_by_role("button", name="Télécharger (")
        before = ready.count()
        seen.page.get_by_role("button", name="Préparer").first.click()
        ready.nth(before).wait_for()
        seen.quiet()
        with seen.page.expect_download() as waiting:
            ready.nth(before).click()
        assert waiting.value.path().read_bytes().startswith(start)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844), (1920, 1080)])
def test_the_page_holds_in_the_screen(visit, address, width, height):
    seen = visit(address, PAGE, viewport={"width": width, "height": height})
    frame = seen.page.locator("iframe[title^='Aperçu']")
    frame.wait_for()
    seen.quiet()
    box = frame.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.03)
    gap = seen.page.get_by_text("Cliquez dans l'aperçu").bounding_box()["y"] - box["y"] - box["height"]
    assert 0 <= gap < 60
    assert seen.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
