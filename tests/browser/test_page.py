"""What surrounds the map, in a real browser: sizes, themes, tables, and what leaves the machine."""

import shutil
from urllib.parse import urlsplit

import pytest

from tests.bench.drive import serving

pytestmark = pytest.mark.browser

ARDENNES = "/?territoire=departement-08"


def test_the_menu_keeps_the_selection(visit, address):
    seen = visit(address, f"{ARDENNES}&indicateur=population")
    seen.drawn()
    seen.page.get_by_role("link", name="Données").click()
    seen.page.wait_for_selector(".sources")
    assert "territoire=departement-08" in seen.page.url and "indicateur=population" in seen.page.url
    seen.page.get_by_role("link", name="Carte").click()
    seen.page.locator("h1.place", has_text="Ardennes (08)").wait_for()
    seen.drawn()


def test_every_link_opened_in_a_new_tab_leads_to_its_page(visit, address):
    """From the menu and from a sheet of a CPTS: what a middle click opens is what a click opens."""
    seen = visit(address, "/cpts?cpts=cpts-71-centre-saone-et-loire")
    seen.page.get_by_role("link", name="Sur la carte").wait_for()
    links = seen.page.get_by_test_id("stPageLink").get_by_role("link")
    hrefs = dict(links.evaluate_all("links => links.map(link => [link.innerText.split('\\n').pop(), link.href])"))
    paths = {label: urlsplit(href).path for label, href in hrefs.items()}
    assert paths["Carte"] == paths["Sur la carte"] == "/carte" and paths["CPTS"] == "/cpts"
    assert "" not in paths.values() and "/" not in paths.values()
    tab = visit("", hrefs["Sur la carte"])
    tab.drawn()
    assert tab.page.title() == "Carte · Maillage" and tab.map("atlas.spec.cpts.shown.length")


def test_the_selectors_lead_down_and_up(visit, address):
    seen = visit(address, ARDENNES)
    before = seen.drawn()
    chooser = seen.page.locator(".stSelectbox", has=seen.page.get_by_role("combobox", name="Département"))
    chooser.get_by_role("button", name="Effacer").click()
    seen.page.wait_for_url("**territoire=region-44*")
    before = seen.drawn(before)
    assert seen.place() == "Grand Est"
    seen.page.get_by_role("combobox", name="Département").fill("aube")
    seen.page.get_by_role("option", name="10 Aube").click()
    seen.page.wait_for_url("**territoire=departement-10*")
    seen.drawn(before)
    assert seen.place() == "Aube (10)"


def test_the_search_leads_to_what_is_found(visit, address):
    seen = visit(address, "/")
    seen.drawn()
    seen.page.get_by_role("textbox", name="Rechercher").fill("charleville mez")
    seen.page.get_by_role("button", name="Charleville-Mézières").first.click()
    seen.page.wait_for_url("**territoire=commune-08105*")
    seen.page.locator("h1.place", has_text="Charleville-Mézières").wait_for()
    seen.drawn()
    seen.quiet()
    assert seen.page.get_by_role("textbox", name="Rechercher").input_value() == ""


@pytest.fixture(scope="module")
def bare(copy_of_atlas, database, tmp_path_factory):
    """An atlas by `streamlit run app.py`, where Leaflet is not installed; it ends with the tests of this file."""
    root = copy_of_atlas()
    shutil.rmtree(root / "static" / "leaflet")
    (root / "data" / "maillage.duckdb").symlink_to(database)
    with serving(root / "app.py", tmp_path_factory.mktemp("bare") / "log") as server:
        yield server


def test_without_leaflet_the_page_says_so_and_the_table_remains(visit, bare):
    seen = visit(bare.url, ARDENNES)
    seen.page.get_by_text("programme qui dessine les cartes n’est pas installé").wait_for()
    seen.page.get_by_text("Tableau : 447").click()
    seen.page.wait_for_selector("[data-testid=stDataFrame]")
    notice = seen.frame.locator("#maillage-notice")
    notice.wait_for()
    assert len(notice.inner_text()) > 20
    assert seen.hosts == {"127.0.0.1", "cdn.jsdelivr.net"}


def test_a_lost_connection_says_so(visit, bare):
    seen = visit(bare.url, "/methode")
    seen.page.locator("h1.place").wait_for()
    seen.quiet()
    assert seen.page.locator("#maillage-lost").count() == 0
    bare.stop()
    seen.page.get_by_role("alert").filter(has_text="La connexion avec l’atlas est perdue").wait_for()
    seen.page.wait_for_timeout(1500)
    assert "Streamlit" not in seen.page.locator("body").inner_text()
    assert seen.page.locator("h1.place").is_visible()
