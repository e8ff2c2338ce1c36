"""The page « Comparer »: any address gives a page, and every control writes the address."""

import re

import pytest

from maillage import catalog
from maillage.address.comparison import GROUPS, VIEWS
from maillage.settings import SECRECY
from tests.fabricated import MORTALITY, with_events

PAGE = "pages/comparer.py"
ARDENNES = {"territoire": "departement-08", "indicateur": MORTALITY}


def html(at):
    return " ".join(element.value for element in at.get("html"))


def alerts(at):
    return [element.value for element in at.get("html") if 'role="alert"' in element.value]


def names(at):
    """Départements of the table, in its order."""
    (table,) = [element.value for element in at.get("html") if 'class="compared"' in element.value]
    return re.findall(r'<tr[^>]*><th scope="row" data-v="([^"]*)"', table)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("query", [{}, ARDENNES | {"groupe": "region"}], ids=["France", "Ardennes"])
def test_every_view_has_its_page(open_page, view, query):
    at = open_page(PAGE, query | {"vue": view})
    assert not alerts(at) and not at.error and "Comparer les départements" in html(at)
    if view in ("tableau", "hasard"):  # no embedded indicator has an interval: the table stands there
        assert len(names(at)) == (101 if not query else 10)
    elif view == "cartes":
        assert html(at).count('class="small-map"') == 6
    else:
        assert (
            at.get("plotly_chart") or "deux années" in html(at) or (view == "temps" and 'class="timeline' in html(at))
        )


@pytest.fixture(scope="module")
def counted(database, tmp_path_factory):
    """The base with the deaths behind the rates of premature mortality."""
    return with_events(database, tmp_path_factory.mktemp("counted") / "maillage.duckdb")


def test_a_view_that_would_be_empty_is_not_offered_and_its_link_says_why(open_page, other_database, counted):
    at = open_page(PAGE, ARDENNES | {"vue": "hasard"})
    assert "Intervalles" not in at.button_group(key="propre_view").options
    assert "Pas de vue « Intervalles »" in html(at).replace("\u00a0", " ") and "sans le nombre d" in html(at)
    assert at.query_params["vue"] == "hasard"  # it comes back with an indicator that has some
    at = open_page(PAGE, {"indicateur": "taux_pauvrete", "vue": "evolution"})
    assert ("Évolution" in at.button_group(key="propre_view").options) == ("Il faut deux années" not in html(at))
    other_database(counted)
    at = open_page(PAGE, ARDENNES | {"vue": "hasard"})
    assert "Intervalles" in at.button_group(key="propre_view").options and at.get("plotly_chart")


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("territory", ["departement-2A", "region-93", "commune-13055", "departement-976"])
def test_every_group_of_every_level_has_its_page(open_page, group, territory):
    at = open_page(PAGE, {"territoire": territory, "groupe": group, "departements": "08,51"})
    assert not alerts(at) and names(at)


@pytest.mark.parametrize(
    "indicator",
    [i.code for i in catalog.INDICATORS if i.code.startswith(("structures_", "distance_", "zonage_", "esp"))][::4],
)
def test_an_indicator_without_figures_is_a_sentence_and_not_an_error(open_page, indicator):
    for view in ("tableau", "hasard"):
        at = open_page(PAGE, {"indicateur": indicator, "vue": view, "avec": indicator, "croise": "densite"})
        assert not at.error


@pytest.mark.parametrize(
    "query",
    [
        {"vue": "<script>"},
        {"groupe": "%00"},
        {"departements": "08,<b>,'"},
        {"nombre": "1e9"},
        {"annee": "-1"},
        {"avec": "densite,rien"},
        {"croise": ""},
        {"semblables_par": "x" * 500},
        {"depuis": "deux mille"},
        {"cartes": "toutes"},
        {"departements": "0" * 9000},
    ],
)
def test_a_hostile_address_is_a_sentence(open_page, query):
    at = open_page(PAGE, query)
    assert len(alerts(at)) == 1 and "n'est pas compris dans l'adresse" in alerts(at)[0].replace("&#39;", "'")
    assert "<script>" not in alerts(at)[0] and "<b>" not in alerts(at)[0] and len(names(at)) == 101


def test_départements_and_years_that_do_not_exist_are_said(open_page):
    at = open_page(
        PAGE, ARDENNES | {"groupe": "choisis", "departements": "51,99,20", "annee": "1950", "indicateur": "msp_nombre"}
    )
    assert names(at) == ["Marne (51)", "Ardennes (08)"] or set(names(at)) == {"Marne (51)", "Ardennes (08)"}
    notes = "".join(element.value for element in at.get("html") if 'class="notes' in element.value)
    assert notes.count("existe pas") == 2 and "1950" in notes


def test_controls_write_the_address(open_page):
    at = open_page(PAGE, ARDENNES)
    at.selectbox(key="propre_group").set_value("semblables").run()
    at.slider(key="propre_count").set_value(4).run()
    assert at.query_params["groupe"] == "semblables" and at.query_params["nombre"] == "4"
    assert len(names(at)) == 5 and at.query_params["territoire"] == "departement-08"
    at.selectbox(key="choix_indicator").set_value("msp_nombre").run()
    at.selectbox(key="propre_year").set_value(2019).run()
    assert at.query_params["annee"] == "2019" and "données 2019" in html(at)
    at.multiselect(key="propre_beside").set_value([]).run()
    assert at.query_params["avec"] == "aucun" and html(at).count('scope="col"') == 2


def test_a_mistaken_threshold_is_said_and_zero_withholds_nothing(open_page, monkeypatch, other_database, counted):
    other_database(counted)
    lozere = {"territoire": "departement-48", "indicateur": MORTALITY, "vue": "hasard"}
    at = open_page(PAGE, lozere)
    assert (
        "<b>NS</b>" in html(at)
        and "entonnoir" in html(at)
        and "NS, retenu par le secret" in html(at).replace("\u00a0", " ")
    )
    monkeypatch.setenv(SECRECY, "0")
    assert "<b>NS</b>" not in html(open_page(PAGE, lozere))
    monkeypatch.setenv(SECRECY, "deux")
    at = open_page(PAGE, lozere)
    assert SECRECY in html(at) and "<b>NS</b>" in html(at)


def test_years_are_shown_with_the_departement_looked_at_first(open_page):
    at = open_page("pages/comparer.py", query={"territoire": "departement-08", "vue": "temps"})
    (timeline,) = [element.value for element in at.get("html") if 'class="timeline"' in element.value]
    assert timeline.index("Ardennes (08)") < timeline.index("Nord (59)")


@pytest.mark.parametrize(
    ("view", "key"),
    [
        ("distribution", "distribution_mortalite_prematuree_0_64"),
        ("nuage", "nuage_mortalite_prematuree_0_64_apl_mg"),
        ("cartes", "cartes"),
        ("temps", "temps_courbes"),
    ],
)
def test_each_view_is_shared_by_one_button(open_page, view, key):
    query = {"territoire": "departement-08", "indicateur": "mortalite_prematuree_0_64", "croise": "apl_mg", "vue": view}
    at = open_page("pages/comparer.py", query, **{f"partager_{key}": True})
    assert {"PNG", "SVG", "PDF"} <= {button.label for button in at.get("download_button")}
