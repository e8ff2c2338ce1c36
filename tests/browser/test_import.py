"""A visitor brings a list: each row told, seen on the map, kept for the visit only, taken away clean."""

import pytest

from etl import __main__ as etl

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=\"window.pwned='oui'\"> :star:"
LIST = (
    "Type;Nom de la structure;Code INSEE;Ville;CP;Longitude;Latitude\n"
    "PASS;PASS Nord;08105;;;4,7290;49,7530\n"
    f"ESP;{EVIL};08409;;;;\n"
    "LHSS;LHSS perdus;;Sedanne;08200;;\n"
)


def test_a_list_is_told_drawn_taken_away_clean_and_kept_for_this_visitor_only(visit, address, tmp_path, capsys):
    """After a file of no use, which is refused in a sentence."""
    useless, path = tmp_path / "photo.csv", tmp_path / "ma liste.csv"
    useless.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\r")
    path.write_text(LIST, encoding="cp1252")
    seen = visit(address, "/importer?territoire=departement-08")
    seen.page.locator("input[type=file]").set_input_files(useless)
    alert = seen.page.get_by_text("photo.csv » est refusé")
    alert.wait_for()
    assert "ce n'est pas un texte" in alert.inner_text().replace("’", "'")
    seen.page.locator("input[type=file]").set_input_files(path)
    seen.page.wait_for_selector(".keys")
    seen.drawn()
    seen.quiet()
    assert seen.page.locator(".keys").inner_text().split("\n")[-2:] == ["1", "refusée"]
    assert mine(seen) == 2
    seen.page.get_by_role("combobox", name="Motif").click()
    seen.page.get_by_role("option", name="commune inconnue").click()
    seen.quiet()
    with seen.page.expect_download() as download:
        seen.page.get_by_role("button", name="Liste au propre (CSV)").click()
    clean = tmp_path / download.value.suggested_filename
    download.value.save_as(clean)
    capsys.readouterr()
    assert not etl.main(["read", str(clean)])
    lines = capsys.readouterr().out.splitlines()
    assert clean.name.startswith("structures-ma-liste-") and len(lines) == 2
    assert all(" : Comprise : " in line for line in lines)
    assert seen.page.evaluate("window.pwned") is None and seen.frame.evaluate("window.pwned") is None
    assert seen.hosts == {"127.0.0.1"} and seen.errors == []
    seen.page.get_by_role("button", name="Garder pour la visite").click()
    seen.page.get_by_role("button", name="Ne plus la montrer").wait_for()
    seen.page.get_by_role("link", name="Carte", exact=True).click()
    seen.page.get_by_text("non enregistrée").wait_for()
    seen.drawn()
    assert mine(seen) == 2
    other = visit(address, "/?territoire=departement-08")
    other.drawn()
    assert mine(other) == 0


def mine(seen) -> int:
    """How many structures of the visitor's own list the map shows."""
    return seen.frame.locator(".leaflet-marker-icon.site.mine").count()


def test_the_contents_of_the_page_of_methods_lead_to_its_sections(visit, address):
    seen = visit(address, "/methode")
    seen.page.get_by_role("link", name="Les mots et les sigles").click()
    seen.page.wait_for_function("() => document.getElementById('mots').getBoundingClientRect().top < 300")
    assert seen.page.url.endswith("#mots")
