"""The page of gaps: any address gives a page, every control writes the address."""

import re

import pytest

from maillage.address.gaps import MEASURES, NEEDS, TABS, GapsChoices
from maillage.methods.catchment import SETTINGS, verdict
from maillage.subjects.gaps import access, need, white

PAGE = "pages/ecarts.py"
PLACES = (
    "france-FR",
    "region-32",
    "departement-08",
    "departement-62",
    "departement-13",
    "departement-974",
    "epci-247100290",
    "commune-08409",
    "arrondissement_municipal-13201",
)
EVIL = "<img src=x onerror=alert(1)>"


def html_of(at):
    return " ".join(element.value for element in at.get("html"))


def alerts(at):
    return [e.value for e in at.get("html") if 'role="alert"' in e.value]


def maps_in(at):
    return len(at.get("component_instance"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_of_every_territory_is_a_page_or_a_sentence(open_page, place, tab):
    at = open_page(PAGE, {"territoire": place, "volet": tab})
    assert [t.label for t in at.tabs] == list(TABS.values())
    assert not alerts(at) and not at.error
    warnings = [warning.value for warning in at.warning]
    assert (
        tab == "methodes" or maps_in(at) == 1 or (warnings and all(w.rstrip().endswith((".", ")")) for w in warnings))
    )


def test_white_zones_name_their_neighbours(open_page):
    at = open_page(PAGE, {"territoire": "departement-13", "lieu": "13201"})
    assert "habitants dans aucune CPTS" in html_of(at) and "Zone de Marseille 1er" in html_of(at)
    assert "de la taille T1 à T2" in html_of(at)


def test_unknown_is_not_white(open_page):
    at = open_page(PAGE, {"territoire": "departement-08"})
    assert "chiffre publié" in html_of(at) and "sans CPTS, non localisés" in html_of(at)
    assert "data/local" not in html_of(at) and "make data" not in html_of(at)
    assert "on ne sait pas" in html_of(at) and "Inconnu n&#39;est pas blanc" in html_of(at)


@pytest.mark.parametrize(
    ("place", "words"),
    [("departement-974", "Tous les habitants sont couverts"), ("departement-08", "peuvent n'avoir aucune")],
)
def test_who_is_published_as_covered_is_not_doubted(open_page, place, words):
    """100 % of La Réunion is published; of the Ardennes 63 %, and nobody knows where the others are."""
    at = open_page(PAGE, {"territoire": place})
    assert [words in info.value for info in at.info] == [True]


def test_the_statuses_of_the_sidebar_count(open_page):
    few = html_of(open_page(PAGE, {"territoire": "departement-13", "statuts": "aci_signe"}))
    nobody = "<b>0</b><span>habitants pour qui on ne sait pas"
    assert (
        nobody not in few and "habitants pour qui on ne sait pas" in few
    )  # the list of the région does not say who signed
    every = html_of(open_page(PAGE, {"territoire": "departement-13"}))
    assert nobody in every


@pytest.mark.parametrize(("tab", "composed"), [("blanches", white), ("acces", access), ("besoin", need)])
def test_a_tab_is_composed_once_for_all_its_visitors(open_page, monkeypatch, tab, composed):
    calls, compose = [], composed.compose

    def counted(*arguments):
        calls.append(arguments)
        return compose(*arguments)

    monkeypatch.setattr(composed, "compose", counted)
    first, second = (html_of(open_page(PAGE, {"territoire": "departement-62", "volet": tab})) for _ in range(2))
    assert len(calls) == 1 and first == second


@pytest.mark.parametrize("measure", MEASURES)
def test_access_by_every_measure(open_page, measure):
    at = open_page(
        PAGE, {"territoire": "departement-62", "volet": "acces", "mesure": measure, "types": "PASS", "lieu": "62041"}
    )
    assert maps_in(at) == 1
    assert {"indice": "≥", "km": "≤", "minutes": "environ"}[measure] in html_of(at)
    assert "liste non exhaustive" in html_of(at)
    answers = [verdict(worst, len(SETTINGS)) for worst in range(len(SETTINGS) + 1)]
    (card,) = [element.value for element in at.get("html") if "<h3>Arras</h3>" in element.value]
    card = re.sub("[\u00a0\u202f]", " ", card)
    assert sum(answer in card for answer in answers) == 1 and re.search(r"Rang \d+( à \d+)? sur 8\d\d ", card), card
    assert ('class="coverage-curve"' in html_of(at)) == (measure != "indice") and not at.get("plotly_chart")


@pytest.mark.parametrize("need", NEEDS)
def test_every_need(open_page, need):
    at = open_page(PAGE, {"territoire": "departement-62", "volet": "besoin", "besoin": need, "rang": "epci"})
    assert maps_in(at) == 1 and 'class="ranking"' in html_of(at) and 'class="legend bivariate"' in html_of(at)


def test_no_weight_at_all_is_a_sentence(open_page):
    query = {"poids_temps": "0", "poids_indice": "0"}
    at = open_page(PAGE, {"territoire": "departement-62", "volet": "besoin"} | query)
    assert any("donnez un poids" in warning.value for warning in at.warning)


def test_what_if_proves_its_answer(open_page):
    at = open_page(PAGE, {"territoire": "departement-08", "volet": "et_si", "poses": "08362"})
    assert "prouvé" in html_of(at) and "Face au calcul" in html_of(at)
    assert "Les plus peuplées" in html_of(at) and not at.dataframe, "a grid is loaded when its table is opened"


def test_what_if_says_where_no_site_changes_anything(open_page):
    at = open_page(PAGE, {"territoire": "departement-75", "volet": "et_si"})
    assert "aucun site de plus" in html_of(at) and "Sites proposés" not in [each.value for each in at.subheader]
    assert not at.table and "+\u00a00" not in html_of(at) and "proposé par le calcul" not in html_of(at)
    assert "communes plus peuplées" not in html_of(at) and "habitant reste à plus de" in html_of(at)


def test_what_if_says_what_preferring_larger_communes_may_cost(open_page):
    at = open_page(PAGE, {"territoire": "departement-35", "volet": "et_si"})
    assert "de gain en moins que le mieux possible" in html_of(at) and "prouvé" not in html_of(at)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"territoire": "departement-08", "candidates": "50000"}, "abaissez"),
        ({"territoire": "region-84", "candidates": "0"}, "relevez la population"),
        ({"territoire": "epci-247100290", "sites": "20", "candidates": "15000"}, "demandez moins de sites"),
    ],
)
def test_a_question_without_an_answer_says_what_to_do(open_page, query, words):
    at = open_page(PAGE, query | {"volet": "et_si"})
    assert any(words in warning.value for warning in at.warning)


# -- the address ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        {"volet": EVIL},
        {"types": "MSP,XXX"},
        {"seuil": "-3"},
        {"seuil": "9999"},
        {"decroissance": "log"},
        {"poids_temps": "1e9"},
        {"sites": "0"},
        {"poses": "../../etc"},
        {"poses": ",".join(["08362"] * 3 + ["x" * 99])},
        {"lieu": EVIL},
        {"mesure": ""},
        {"candidates": "nan"},
        {"vue": "1;DROP TABLE site"},
    ],
    ids=str,
)
def test_a_hostile_address_is_told_and_harmless(open_page, query):
    at = open_page(PAGE, {"territoire": "departement-08"} | query)
    (alert,) = alerts(at)
    assert "pas compris dans l&#39;adresse" in alert and "<img src=x" not in html_of(at)
    assert [t.label for t in at.tabs] == list(TABS.values())


@pytest.mark.parametrize("code", ["99999", "2A004", "13055"])
def test_a_commune_that_is_elsewhere_or_nowhere(open_page, code):
    for tab in ("blanches", "acces", "et_si"):
        assert not alerts(open_page(PAGE, {"territoire": "departement-08", "volet": tab, "lieu": code, "poses": code}))


def test_controls_write_the_address(open_page):
    at = open_page(PAGE, {"territoire": "departement-62", "volet": "acces"})
    at.slider(key="propre_threshold").set_value(25).run()
    at.multiselect(key="propre_types").set_value(["MSP", "PASS"]).run()
    assert at.query_params["seuil"] == ["25"] or at.query_params["seuil"] == "25"
    assert "MSP,PASS" in str(at.query_params["types"])
    assert "departement-62" in str(at.query_params["territoire"])
    assert "à plus de 25" in html_of(at)


def test_the_tab_is_in_the_address(open_page):
    at = open_page(PAGE, {"territoire": "departement-62", "volet": "methodes"})
    assert any("n'est pas l'APL" in element.value for element in at.markdown)
    assert GapsChoices(tab="methodes") != GapsChoices()


def test_tables_are_made_when_they_are_opened(open_page):
    closed = open_page(PAGE, {"territoire": "departement-13"})
    assert not closed.dataframe and not closed.get("download_button")
    at = open_page(PAGE, {"territoire": "departement-13"}, table_communes_cpts=True)
    (table,) = at.dataframe
    assert len(table.value) == 134
    assert [button.proto.label for button in at.get("download_button")] == ["CSV", "XLSX", "GeoPackage"]


def test_what_if_says_what_each_site_brings_and_leaves_as_a_page(open_page):
    at = open_page(PAGE, {"territoire": "epci-247100290", "volet": "et_si", "poses": "71153"})
    assert any("siting-curve" in element.value for element in at.get("html"))
    assert "La note, une page PDF" in [button.label for button in at.get("download_button")]
    assert any("Votre choix" in table.value.columns for table in at.table)


@pytest.mark.parametrize("tab", ["blanches", "acces", "besoin", "et_si"])
def test_the_map_of_each_tab_is_shared(open_page, tab):
    query = {"territoire": "departement-71", "volet": tab}
    at = open_page("pages/ecarts.py", query, **{f"partager_carte_{tab}": True})
    assert {"PNG", "SVG", "PDF"} <= {button.label for button in at.get("download_button")}
