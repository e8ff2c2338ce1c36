"""Names written by strangers, in the database and in the contours: shown as they were written, never run."""

import gzip
import json

import duckdb
import pytest

from tests.bench.drive import serving

pytestmark = pytest.mark.browser

EVIL = (
    "<img src=x onerror=window.top.pwned=1><script>window.top.pwned=1</script>{{ 'x' }}{% raw %}`\"' "
    "[a](javascript:window.top.pwned=1) **gras** $x$ :material/map:"
)
CPTS = "cpts-71-centre-saone-et-loire"


@pytest.fixture(scope="module")
def hostile(copy_of_atlas, database, tmp_path_factory):
    """The address of an atlas where a commune, a structure and a CPTS bear an evil name."""
    root = copy_of_atlas()
    path = root / "data" / "maillage.duckdb"
    path.write_bytes(database.read_bytes())
    with duckdb.connect(str(path)) as connection:
        (version,) = connection.execute("SELECT version FROM build").fetchone()
        connection.execute("UPDATE territory SET name = ? WHERE level = 'commune' AND code = '08001'", ["Acy " + EVIL])
        connection.execute(
            "UPDATE territory SET name = ? WHERE level = 'commune' AND code = '71153'", ["Creusot " + EVIL]
        )
        connection.execute("UPDATE cpts SET name = ?, note = ? WHERE cpts_id = ?", ["Réseau " + EVIL, EVIL, CPTS])
        connection.execute(
            "UPDATE site SET name = 'Maison ' || ?, address = ?, note = ? WHERE departement_code IN ('08', '71')",
            [EVIL] * 3,
        )
        connection.execute("UPDATE source SET title = ?, producer = ?, doubts = ?", [EVIL] * 3)
    for file, code in (("communes-08", "08001"), ("communes-71", "71153"), ("cpts-71", CPTS)):
        contours = root / "static" / "geo" / version / f"{file}.json.gz"
        content = json.loads(gzip.decompress(contours.read_bytes()))
        (feature,) = (feature for feature in content["features"] if feature["properties"]["c"] == code)
        feature["properties"]["n"] = EVIL
        contours.write_bytes(gzip.compress(json.dumps(content).encode()))
    with serving(root / "serve.py", tmp_path_factory.mktemp("hostile") / "log") as server:
        yield server.url


def plain(words: str) -> str:
    """The words without the marks that typography and Markdown add: hard spaces, joiners that nobody sees."""
    return words.replace("\u00a0", " ").replace("\u2060", "")


def harmless(seen):
    """Nothing ran, in the page or in its frames; no element was born from a name."""
    seen.quiet()
    assert seen.page.evaluate("window.pwned") is None
    for frame in seen.page.frames:
        assert frame.evaluate("window.pwned") is None
        assert frame.evaluate("document.querySelectorAll('img[src=x], img[onerror]').length") == 0
        assert frame.evaluate("document.querySelectorAll('a[href^=\"javascript:window\"]').length") == 0
    assert seen.hosts == {"127.0.0.1"}


def test_a_structure_and_its_popup(visit, hostile):
    seen = visit(hostile, "/?territoire=departement-08")
    seen.drawn()
    seen.frame.locator(".leaflet-marker-icon.site").first.press("Enter")  # another symbol may lie over it
    popup = seen.frame.locator(".leaflet-popup-content")
    popup.wait_for()
    assert popup.locator("strong").inner_text() == "Maison " + EVIL
    assert popup.inner_text().count(EVIL) == 2, "its name and its address"
    assert seen.frame.locator(".leaflet-marker-icon.site").first.get_attribute("title") == "Maison " + EVIL
    harmless(seen)


def test_a_commune_its_row_its_tooltip_and_its_profile(visit, hostile):
    seen = visit(hostile, "/?territoire=departement-08&structures=aucune")
    before = seen.drawn()
    seen.quiet()
    seen.page.get_by_text("Tableau : 447").click()
    seen.page.wait_for_selector("[data-testid=stDataFrame]")
    harmless(seen)
    seen.page.locator("h1.place").scroll_into_view_if_needed()
    middle = "atlas.mesh.getLayers().find(layer => layer.code === '08001').getBounds().getCenter()"
    seen.page.mouse.move(*seen.pixel(middle))
    tooltip = seen.frame.locator(".leaflet-tooltip strong")
    tooltip.wait_for()
    assert tooltip.inner_text() == EVIL
    seen.page.mouse.click(*seen.pixel(middle))
    seen.page.wait_for_url("**commune-08001*")
    seen.drawn(before)
    assert plain(seen.place()) == "Acy " + EVIL
    nearest = seen.page.locator(".structures li", has_text="Maison <img").first
    assert "Maison " + EVIL in plain(nearest.inner_text())
    harmless(seen)


def test_a_cpts_its_label_its_card_and_its_popup(visit, hostile):
    seen = visit(hostile, f"/?territoire=departement-71&structures=aucune&cpts={CPTS}")
    seen.drawn()
    assert plain(seen.page.locator(".profile .card h3").inner_text()) == "Réseau " + EVIL
    seen.quiet()
    tag = seen.frame.locator(".cpts-label .tag").first
    assert tag.inner_text() == EVIL
    tag.click()
    seen.frame.locator(".leaflet-popup-content").wait_for()
    assert EVIL in seen.frame.locator(".leaflet-popup-content").inner_text()
    harmless(seen)


def test_the_search_and_its_buttons(visit, hostile):
    seen = visit(hostile, "/")
    seen.drawn()
    seen.quiet()
    for words in ("acy <img", "maison <img", "réseau <img"):
        seen.page.get_by_role("textbox", name="Rechercher").fill(words)
        button = seen.page.get_by_role("button", name=words.split()[0].capitalize() + " <img").first
        button.wait_for()
        assert EVIL in plain(button.inner_text())
    harmless(seen)


def test_the_pages_of_data(visit, hostile):
    seen = visit(hostile, "/donnees")
    seen.page.wait_for_selector(".sources")
    assert EVIL in plain(seen.page.locator(".sources h3").first.inner_text())
    harmless(seen)
    for room, tabs in (
        ("qualite", ("Positions et états", "Déclaré et calculé")),
        ("chiffre", ()),
        ("telecharger", ()),
        ("methode", ()),
    ):
        seen.page.goto(f"{hostile}/{room}?territoire=commune-08001")
        seen.page.wait_for_selector("h1.place")
        for tab in tabs:
            seen.page.get_by_role("tab", name=tab).click()
            seen.quiet()
        harmless(seen)
    # Were the name written as HTML, this suite would know.
    seen.page.evaluate("name => document.body.insertAdjacentHTML('beforeend', name)", EVIL)
    with pytest.raises(AssertionError):
        harmless(seen)
