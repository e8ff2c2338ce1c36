"""The page that composes: any address gives a draft or a sentence, every gesture can be undone."""

import json

import pytest

from maillage.address import links
from maillage.subjects.territory import draft


def communes_of(at):
    return "".join(element.value for element in at.get("html")).replace("&#39;", "'")


def codes(at):
    codes_in_address = at.query_params.get("communes", "")
    return links.unpack(
        codes_in_address[0] if isinstance(codes_in_address, list) and codes_in_address else codes_in_address or ""
    )


def press(at, label):
    (button,) = [button for button in at.button if button.label == label]
    return button.click().run()


def test_an_empty_draft_says_where_to_begin(open_page):
    at = open_page("pages/composer.py")
    assert "Par où commencer" in communes_of(at) and len(at.get("component_instance")) == 1


def test_a_draft_in_an_address(open_page):
    at = open_page("pages/composer.py", {"communes": links.pack(["08409", "08053"]), "nom": "Pays sedanais"})
    assert (
        "Pays sedanais" in communes_of(at)
        and "19\u202f137" in communes_of(at)
        and "en 2\u00a0morceaux" in communes_of(at)
    )


@pytest.mark.parametrize("address", ["aQUFB", "zz", "08409;08053", "a", "<script>"])
def test_an_address_that_is_damaged_is_a_sentence(open_page, address):
    at = open_page("pages/composer.py", {"communes": address})
    (alert,) = [element.value for element in at.get("html") if 'role="alert"' in element.value]
    assert "Par où commencer" in communes_of(at) and "<script" not in alert


def test_codes_that_no_commune_has_are_told(open_page):
    at = open_page("pages/composer.py", {"communes": "08409,99999"})
    assert "99999" in communes_of(at) and "T1" in communes_of(at)


def test_a_pasted_list_then_undo_then_redo(open_page):
    at = open_page("pages/composer.py", {"territoire": "departement-08"})
    at.text_area(key="liste").set_value("08409\nBazeilles\nBazeilles\n01003\nTorcy\nGivone")
    press(at, "Lire la liste")
    assert codes(at) == ("01165", "08053", "08409")
    communes = communes_of(at)
    assert (
        "3\u00a0communes lues" in communes and "1\u00a0répétition" in communes and "01003 est aujourd'hui" in communes
    )
    assert [b.label for b in at.button if b.label.startswith("Torcy")] == ["Torcy (77)", "Torcy (71)", "Torcy (62)"]
    press(at, "Givonne (08)")
    assert "08191" in codes(at) and not [b for b in at.button if b.label.startswith("Givonne")]
    press(at, "Annuler")
    assert codes(at) == ("01165", "08053", "08409")
    press(at, "Annuler")
    assert codes(at) == ()
    press(at, "Rétablir")
    assert codes(at) == ("01165", "08053", "08409")


def test_too_long_a_list_is_refused_kindly(open_page):
    at = open_page("pages/composer.py", {"communes": "08409"})
    at.text_area(key="liste").set_value("\n".join(f"{n:05d}" for n in range(35_000)))
    press(at, "Lire la liste")
    assert "trop longue" in communes_of(at) and codes(at) == ("08409",)


def test_a_start_from_a_cpts_takes_its_name(open_page):
    at = open_page("pages/composer.py")
    at.text_input(key="depart").set_value("cucm").run()
    at.button(key="depart_0").click().run()
    assert len(codes(at)) == 34 and "CPTS Centre Saône-et-Loire" in communes_of(at)


def test_a_start_from_a_cpts_without_perimeter_is_a_sentence(open_page):
    at = open_page("pages/composer.py")
    at.text_input(key="depart").set_value("pdlms").run()
    at.button(key="depart_0").click().run()
    assert "aucune commune membre n'est nommée" in communes_of(at) and codes(at) == ()


def test_communes_around_a_town_are_added_or_replace(open_page):
    at = open_page("pages/composer.py", {"communes": "71153"})
    at.text_input(key="depart").set_value("sedan").run()
    at.button(key="autour_0").click().run()
    added = codes(at)
    assert "71153" in added and "08409" in added and len(added) > 10
    at.segmented_control(key="maniere").set_value("Remplacer").run()
    at.text_input(key="depart").set_value("bazeilles").run()
    at.button(key="depart_0").click().run()
    assert codes(at) == ("08053",)


def test_two_versions(open_page):
    at = open_page("pages/composer.py", {"communes": "08409,08053", "nom": "A"})
    press(at, "Garder comme version B")
    assert "Deux versions" in communes_of(at) and "En commun" in communes_of(at)
    press(at, "Vider")
    assert codes(at) == ()
    press(at, "Échanger A et B")
    assert codes(at) == ("08053", "08409") and "Deux versions" not in communes_of(at)
    press(at, "Garder comme version B")
    press(at, "Oublier B")
    assert "Deux versions" not in communes_of(at)


def test_a_commune_leaves_without_the_map(open_page):
    at = open_page("pages/composer.py", {"communes": "08409,08053"}, rubrique="Communes")
    at.selectbox(key="retirer").set_value("08053").run()
    assert codes(at) == ("08409",)


def test_the_link_and_the_files(open_page):
    at = open_page(
        "pages/composer.py", {"communes": "08409,08053", "nom": "Été"}, rubrique="Partager, enregistrer, exporter"
    )
    assert f"communes={links.pack(['08053', '08409'])}" in at.code[0].value and "nom=%C3%89t%C3%A9" in at.code[0].value
    assert [b.label for b in at.get("download_button")] == ["Enregistrer", "CSV", "XLSX", "GeoJSON", "GeoPackage"]


def test_a_name_of_a_stranger_stays_text(open_page):
    at = open_page("pages/composer.py", {"communes": "08409", "nom": "<img src=x onerror=alert(1)>"})
    assert "<img src=x" not in communes_of(at) and "&lt;img" in communes_of(at)


def test_a_saved_file_opens(open_page):
    content = json.dumps(
        {"format": draft.FORMAT, "nom": "Repris", "communes": [{"code": "08409"}, {"code": "01003"}]}
    ).encode()
    at = open_page("pages/composer.py")
    at.file_uploader(key="fichier").upload("t.json", content, "application/json").run()
    assert codes(at) == ("01165", "08409") and "Repris" in communes_of(at)


def test_the_map_of_a_draft_is_shared_and_an_invitation_is_not(open_page):
    at = open_page("pages/composer.py", {"communes": "08105,08409"}, partager_carte_composee=True)
    assert {"PNG", "SVG", "PDF"} <= {button.label for button in at.get("download_button")}
    blank = open_page("pages/composer.py", partager_carte_composee=True)
    assert "PNG" not in {button.label for button in blank.get("download_button")}
