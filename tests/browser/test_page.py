"""Around the map, in a real browser: the search, an atlas without Leaflet, a connection that is lost."""

import shutil

import pytest

from tests.bench.drive import serving

pytestmark = pytest.mark.browser

ARDENNES = "/?territoire=departement-08"


def test_the_search_leads_to_what_is_found(visit, address):
    seen = visit(address, "/")
    seen.drawn()
    seen.quiet()
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
    seen.quiet()
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
