"""The page of CPTS: a list that filters, a sheet for any of them, an address for each."""

import pytest


def html_of(at):
    return "".join(element.value for element in at.get("html"))


def test_the_list_and_its_filters(open_page):
    at = open_page("pages/cpts.py")
    assert len(at.dataframe[0].value) == 250
    at = open_page("pages/cpts.py", {"nom": "pdlms"})
    assert list(at.dataframe[0].value["Dép."]) == ["08, 55"]
    at = open_page("pages/cpts.py", {"territoire": "departement-71", "statuts": "aci_signe"})
    assert set(at.dataframe[0].value["Nom"]) == {
        "CPTS Centre Saône-et-Loire",
        "CPTS du Chalonnais",
        "CPTS Morvan Santé",
    }
    at = open_page("pages/cpts.py", {"tailles": "T4", "perimetre": "inconnu", "nom": "aucune de ce nom"})
    assert not at.dataframe and "une absence est une inconnue" in at.info[0].value


def test_a_filter_writes_the_address(open_page):
    at = open_page("pages/cpts.py")
    at.text_input(key="propre_words").set_value("artois lys").run()
    assert at.query_params["nom"] in ("artois lys", ["artois lys"]) and len(at.dataframe[0].value) == 1


def test_the_selector_opens_a_sheet_and_the_button_comes_back(open_page):
    at = open_page("pages/cpts.py")
    at.selectbox(key="ouvrir").set_value("cpts-62-artois-lys").run()
    assert "CPTS Artois Lys" in html_of(at) and "cpts-62-artois-lys" in str(at.query_params["cpts"])
    at.button[0].click().run()
    assert "cpts" not in at.query_params and len(at.dataframe) == 1


@pytest.mark.parametrize(
    ("cpts", "words"),
    [
        ("cpts-71-centre-saone-et-loire", ["90\u202f346", "T3", "94\u202f159", "Ligne de vie", "18/10/2022"]),
        ("cpts-62-artois-lys", ["Périmètre partiel", "34\u202f400", "≥\u00a019\u202f668", "T1"]),
        ("cpts-08-portes-luxembourg-sedanais-meusien", ["Périmètre inconnu", "année déduite", "Meuse (55)", "PDLMS"]),
        ("cpts-08-vouzinois", ["Périmètre inconnu", "stade non précisé"]),
    ],
)
def test_a_sheet_says_what_is_known_and_what_is_not(open_page, cpts, words):
    at = open_page("pages/cpts.py", {"cpts": cpts})
    for word in words:
        assert word in html_of(at)
    assert len(at.get("component_instance")) == 1


@pytest.mark.parametrize("rubric", ["Structures", "Communes"])
def test_every_rubric_opens(open_page, rubric):
    for cpts in ("cpts-71-centre-saone-et-loire", "cpts-08-vouzinois"):
        at = open_page("pages/cpts.py", {"cpts": cpts}, rubrique=rubric)
        assert (
            "Structures dans le territoire" in html_of(at)
            if rubric == "Structures"
            else at.dataframe or "pas devinée" in html_of(at)
        )


def test_a_cpts_that_does_not_exist_gives_the_list_and_a_sentence(open_page):
    at = open_page("pages/cpts.py", {"cpts": "cpts-nulle-part"})
    assert "n'existe pas" in html_of(at).replace("&#39;", "'") and len(at.dataframe) == 1


def test_an_unknown_perimeter_is_offered_to_be_drawn(open_page):
    at = open_page("pages/cpts.py", {"cpts": "cpts-08-vouzinois"})
    (link,) = [link for link in at.get("page_link") if link.proto.label == "Dessiner le périmètre"]
    assert "territoire=departement-08" in link.proto.query_string and "cpts=" not in link.proto.query_string


def test_the_map_of_a_cpts_is_shared(open_page):
    at = open_page("pages/cpts.py", {"cpts": "cpts-30-regards"}, partager_carte_cpts=True)
    assert {"PNG", "SVG", "PDF"} <= {button.label for button in at.get("download_button")}
