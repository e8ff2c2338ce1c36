"""A visitor brings a list: each row told, seen on the map, kept for the visit only, taken away clean; and a figure is traced."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
EVIL = "<img src=x onerror=\"window.pwned='oui'\"> :star:"
LIST = (
    "Type;Nom de la structure;Code INSEE;Ville;CP;Longitude;Latitude\n"
    "PASS;PASS Nord;08105;;;4,7290;49,7530\n"
    f"ESP;{EVIL};08409;;;;\n"
    "LHSS;LHSS perdus;;Sedanne;08200;;\n"
)


@pytest.fixture
def brought(visit, address, tmp_path):
    path = tmp_path / "ma liste.csv"
    path.write_text(LIST, encoding="cp1252")
    seen = visit(address, "/importer?territoire=departement-08")
    seen.page.locator("input[type=file]").set_input_files(path)
    seen.page.wait_for_selector(".keys")
    return seen


def test_a_list_is_told_drawn_and_taken_away_clean(brought, tmp_path):
    brought.drawn()
    assert brought.page.locator(".keys").inner_text().split("\n")[-2:] == ["1", "refusée"]
    assert brought.frame.locator(".leaflet-marker-icon.site.mine").count() == 2
    brought.page.get_by_role("combobox", name="Motif").click()
    brought.page.get_by_role("option", name="commune inconnue").click()
    brought.quiet()
    with brought.page.expect_download() as download:
        brought.page.get_by_role("button", name="Liste au propre (CSV)").click()
    clean = tmp_path / download.value.suggested_filename
    download.value.save_as(clean)
    run = subprocess.run(
        [sys.executable, "-m", "etl", "read", str(clean)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = run.stdout.splitlines()
    assert clean.name.startswith("structures-ma-liste-") and len(lines) == 2
    assert all(" : Comprise : " in line for line in lines)
    assert brought.page.evaluate("window.pwned") is None and brought.frame.evaluate("window.pwned") is None
    assert brought.hosts == {"127.0.0.1"} and brought.errors == []


def test_it_is_kept_for_this_visitor_only(brought, visit, address):
    brought.page.get_by_role("button", name="Garder pour la visite").click()
    brought.page.get_by_role("button", name="Ne plus la montrer").wait_for()
    brought.page.get_by_role("link", name="Carte", exact=True).click()
    brought.page.get_by_text("non enregistrée").wait_for()
    brought.drawn()
    assert brought.frame.locator(".leaflet-marker-icon.site.mine").count() == 2
    other = visit(address, "/?territoire=departement-08")
    other.drawn()
    assert other.frame.locator(".leaflet-marker-icon.site.mine").count() == 0


def test_a_file_of_no_use_is_told_in_a_sentence(visit, address, tmp_path):
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\r")
    seen = visit(address, "/importer")
    seen.page.locator("input[type=file]").set_input_files(path)
    alert = seen.page.get_by_text("photo.csv » est refusé")
    alert.wait_for()
    assert "ce n'est pas un texte" in alert.inner_text().replace("’", "'")


def test_the_drawer_beside_the_map_traces_the_coloured_figure(visit, address):
    seen = visit(address, "/?territoire=departement-08")
    before = seen.drawn()
    seen.page.get_by_text("D’où vient ce chiffre ?", exact=True).click()
    seen.page.wait_for_selector(".trace")
    assert "Surface des contours" in seen.page.locator(".trace").inner_text()
    seen.quiet()
    assert seen.drawn() == before, "the map was not drawn again"


def test_the_contents_of_the_page_of_methods_lead_to_its_sections(visit, address):
    seen = visit(address, "/methode")
    seen.page.get_by_role("link", name="Les mots et les sigles").click()
    seen.page.wait_for_function("() => document.getElementById('mots').getBoundingClientRect().top < 300")
    assert seen.page.url.endswith("#mots")
