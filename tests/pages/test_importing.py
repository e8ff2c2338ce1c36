"""The page of imports and the list kept for a visit, without a browser (tests/browser/test_import.py drops real files)."""

import pytest

from maillage.screen.panels import importing
from maillage.subjects import visitor_list

PAGE = "pages/importer.py"
LIST = b"type;nom;code_commune;commune;code_postal\nPASS;PASS A;08105;;\nLHSS;<b>perdus</b> :star:;;Sedanne;08200\n"


@pytest.fixture(scope="module")
def brought(database):
    return visitor_list.read("liste.csv", LIST, database)


def html(at) -> str:
    return "".join(element.value for element in at.get("html"))


def labels(at, kind="button"):
    return [button.proto.label for button in at.main.get(kind)]


def test_without_a_list_the_page_says_what_to_bring(open_page):
    at = open_page(PAGE)
    assert "type" in at.info[0].value and labels(at, "download_button") == ["Modèle vide (CSV)"]
    assert "Rien n&#39;en est écrit sur ce serveur" in html(at) and not at.dataframe


def test_a_kept_list_is_told_again(open_page, brought):
    at = open_page(PAGE, **{importing.KEPT: brought})
    assert "<b>2</b>lignes lues" in html(at) and "<b>1</b>refusée" in html(at)
    rows = at.dataframe[0].value
    assert list(rows["Issue"]) == ["Refusée", "Comprise"] and rows["Nom"].iloc[0] == "<b>perdus</b> :star:"
    assert "Ne plus la montrer sur la carte" in labels(at) and "Liste au propre (CSV)" in labels(at, "download_button")


def test_the_map_shows_it_and_forgets_it(open_page, brought):
    at = open_page("app.py", query={"territoire": "departement-08"}, **{importing.KEPT: brought})
    assert "Votre liste « liste.csv », non enregistrée".replace(" »", "\u00a0»").replace("« ", "«\u00a0") in html(at)
    at.switch_page(PAGE).run()
    next(button for button in at.button if button.label.startswith("Ne plus")).click().run()
    assert importing.KEPT not in at.session_state
    assert "non enregistrée" not in html(open_page("app.py", query={"territoire": "departement-08"}))


def test_only_an_operator_s_folder_receives_a_list(open_page, brought, monkeypatch, tmp_path):
    monkeypatch.delenv(visitor_list.FOLDER, raising=False)
    assert not any("Déposer" in label for label in labels(open_page(PAGE, **{importing.KEPT: brought})))
    monkeypatch.setenv(visitor_list.FOLDER, str(tmp_path))
    at = open_page(PAGE, **{importing.KEPT: brought})
    assert "atlas a ouvert un dossier" in html(at) and not list(tmp_path.iterdir())
    next(button for button in at.button if button.label.startswith("Déposer")).click().run()
    assert not at.exception and [path.name for path in tmp_path.iterdir()] == [visitor_list.file_name(brought)]
