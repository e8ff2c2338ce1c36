"""The map's page: any address gives a page, and every control writes the address."""

import re
from dataclasses import fields

import pytest

from maillage import catalog
from maillage.address.selection import Selection
from maillage.screen.frame import MENU
from maillage.screen.panels import map_page
from maillage.subjects.atlas import map as atlas_map
from maillage.views.map import leaflet as maps

SENTENCE = 'role="alert"'


def title(at):
    (name,) = [f for e in at.get("html") if 'class="place"' in (f := e.value)]
    return name.split('class="place">')[1].split("</h1>")[0]


def alerts(at):
    return [e.value for e in at.get("html") if SENTENCE in e.value]


def mapped(at):
    return len(at.get("component_instance")) == 1


@pytest.mark.parametrize(
    ("territory", "name"),
    [
        (None, "France"),
        ("france-FR", "France"),
        ("region-44", "Grand Est"),
        ("region-93", "Provence-Alpes-Côte d&#39;Azur"),
        ("region-06", "Mayotte"),
        ("departement-08", "Ardennes (08)"),
        ("departement-2a", "Corse-du-Sud (2A)"),
        ("departement-974", "La Réunion (974)"),
        ("departement-75", "Paris (75)"),
        ("epci-247100290", "CU Le Creusot Montceau-les-Mines"),
        ("commune-08409", "Sedan"),
        ("commune-13055", "Marseille"),
        ("arrondissement_municipal-13201", "Marseille"),
    ],
)
def test_every_level_has_its_page(open_page, territory, name):
    at = open_page(
        "pages/carte.py", query={"territoire": territory} if territory else {}
    )  # the bare address is the home's
    assert title(at).startswith(name)
    assert mapped(at) and not alerts(at) and not at.error
    assert any('class="legend"' in e.value for e in at.get("html"))
    assert any('class="profile"' in e.value for e in at.get("html"))


@pytest.mark.parametrize("indicator", {indicator.group: indicator.code for indicator in catalog.INDICATORS}.values())
def test_an_indicator_of_each_theme_has_its_page(open_page, indicator):
    """One of a theme; what the page composes and draws of every other is in tests/maillage/subjects/atlas/test_map.py."""
    for query in ({}, {"territoire": "departement-08"}):
        at = open_page(query=query | {"indicateur": indicator})
        assert mapped(at) and not alerts(at)
        (legend,) = [e.value for e in at.get("html") if 'class="legend"' in e.value]
        assert 'class="swatch' in legend
        assert at.selectbox(key="choix_indicator").value == indicator


def test_all_types_and_none(open_page):
    for query in ({"structures": ",".join(catalog.SITE_TYPE)}, {"structures": "aucune", "perimetres": "non"}):
        for where in ({}, {"territoire": "departement-08"}):
            assert mapped(open_page(query=query | where))


@pytest.mark.parametrize("status", [*catalog.CPTS_STATUS, "aucun"])
def test_every_status_filter(open_page, status):
    at = open_page(query={"territoire": "departement-71", "statuts": status, "indicateur": "couverture_cpts"})
    assert mapped(at) and not alerts(at)


def test_france_by_commune(open_page):
    at = open_page(query={"maille": "commune"})
    labels = [re.sub("[\u00a0\u202f]", " ", e.label) for e in at.expander]
    assert "Tableau : 34 872 communes, 45 arrondissements municipaux" in labels


def test_a_cpts_sought_is_told(open_page):
    at = open_page(query={"territoire": "departement-71", "cpts": "cpts-71-centre-saone-et-loire"})
    assert any("34\u00a0communes" in e.value and 'class="card"' in e.value for e in at.get("html"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"territoire": "departement-99"}, "99"),
        ({"territoire": "commune-99999"}, "99999"),
        ({"territoire": "n'importe quoi"}, "importe quoi"),
        ({"territoire": "departement-08\x00"}, "territoire"),
        ({"territoire": "<script>alert(1)</script>"}, "&lt;script&gt;"),
        ({"indicateur": "bonheur"}, "bonheur"),
        ({"structures": "MSP,XYZ"}, "XYZ"),
        ({"statuts": "x" * 3000}, "…"),
        ({"cpts": "cpts-99-nulle-part"}, "nulle-part"),
        ({"cpts": "<img src=x>"}, "&lt;img"),
        ({"maille": "canton"}, "canton"),
        ({"fond": "google"}, "google"),
        ({"perimetres": "peut-être"}, "peut-être"),
    ],
)
def test_a_bad_address_is_said_kindly_and_the_map_is_there(open_page, query, words):
    at = open_page(query=query)
    (alert,) = alerts(at)
    assert words in alert and "<script" not in alert and "<img" not in alert
    assert mapped(at)


def test_a_former_commune_shows_todays(open_page):
    at = open_page(query={"territoire": "commune-01003"})
    assert "01165" in alerts(at)[0]
    assert title(at) != "France"


def test_what_is_not_ours_in_an_address_is_ignored(open_page):
    at = open_page(query={"utm_source": "lettre", "embed": "true"})
    assert title(at) == "France" and not alerts(at)


# -- the controls and the address -----------------------------------------------------------------------------------

FULL = {
    "territoire": "departement-71",
    "indicateur": "distance_msp",
    "structures": "MSP,CDS",
    "statuts": "aci_signe,emergence",
    "perimetres": "non",
    "fond": "ign",
}


def query_of(at):
    return {key: value[0] if isinstance(value, list) else value for key, value in at.query_params.items()}


def test_the_controls_carry_the_address(open_page):
    at = open_page(query=FULL, statuts=True)
    assert at.selectbox(key="region").value == "27" and at.selectbox(key="departement").value == "71"
    assert at.selectbox(key="choix_indicator").value == "distance_msp"
    assert list(at.pills(key="choix_types").value) == ["MSP", "CDS"]
    assert list(at.pills(key="choix_statuses").value) == ["aci_signe", "emergence"]
    assert at.toggle(key="choix_perimeters").value is False
    assert at.toggle(key="choix_background").value is True
    assert query_of(at) == FULL


def test_a_filter_in_force_is_open_and_can_be_changed(open_page):
    at = open_page(query={"statuts": "aci_signe"})
    at.pills(key="choix_statuses").set_value(["resilie"]).run()
    assert not at.exception
    assert query_of(at) == {"statuts": "resilie"}


def test_the_mesh_of_france_carries_the_address(open_page):
    assert open_page(query={"maille": "commune"}).segmented_control(key="choix_mesh").value == "commune"
    with pytest.raises(KeyError):
        open_page(query={"territoire": "departement-08"}).segmented_control(key="choix_mesh")


@pytest.mark.parametrize(
    ("change", "query"),
    [
        (lambda at: at.selectbox(key="region").select("44"), {"territoire": "region-44"}),
        (lambda at: at.selectbox(key="departement").select("08"), {"territoire": "departement-08"}),
        (lambda at: at.selectbox(key="choix_indicator").select("population"), {"indicateur": "population"}),
        (lambda at: at.toggle(key="choix_perimeters").set_value(False), {"perimetres": "non"}),
        (lambda at: at.toggle(key="choix_background").set_value(True), {"fond": "ign"}),
        (lambda at: at.pills(key="choix_types").set_value(["DAC"]), {"structures": "DAC"}),
        (lambda at: at.pills(key="choix_types").set_value([]), {"structures": "aucune"}),
        (lambda at: at.segmented_control(key="choix_mesh").set_value("commune"), {"maille": "commune"}),
    ],
)
def test_a_change_is_written_in_the_address(open_page, change, query):
    at = change(open_page("pages/carte.py", statuts=True)).run()
    assert not at.exception
    assert query_of(at) == query


def test_a_change_keeps_the_rest_of_the_address(open_page):
    at = open_page(query=FULL)
    at.toggle(key="choix_background").set_value(False).run()
    assert query_of(at) == {key: value for key, value in FULL.items() if key != "fond"}
    at.selectbox(key="departement").select("21").run()
    assert query_of(at)["territoire"] == "departement-21" and query_of(at)["indicateur"] == "distance_msp"


def test_a_closed_filter_keeps_the_address(open_page):
    at = open_page(query=FULL)
    at.toggle(key="choix_background").set_value(False).run()
    assert query_of(at)["statuts"] == FULL["statuts"]


def test_an_emptied_selector_goes_one_level_up(open_page):
    at = open_page(query={"territoire": "departement-08"})
    at.selectbox(key="departement").set_value(None).run()
    assert query_of(at) == {"territoire": "region-44"}
    at.selectbox(key="region").set_value(None).run()
    assert query_of(at) == {}


def test_a_region_offers_its_own_departements(open_page):
    options = open_page(query={"territoire": "region-94"}).selectbox(key="departement").options
    assert [option[:2] for option in options] == ["2A", "2B"]


def test_the_menu_carries_the_selection(open_page):
    at = open_page(query=FULL)
    links = [link.proto.query_string for link in at.sidebar.get("page_link")]
    assert len(links) == len(MENU)
    assert all("departement-71" in link and "distance_msp" in link for link in links)


# -- search ---------------------------------------------------------------------------------------------------------


def answers(at):
    """The answers of the search that are proposed."""
    return [button for button in at.button if button.key.startswith("trouve_")]


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("sedan", {"territoire": "commune-08409"}),
        ("grand est", {"territoire": "region-44"}),
        ("pdlms", {"territoire": "departement-08", "cpts": "cpts-08-portes-luxembourg-sedanais-meusien"}),
        ("louis jouvet", {"territoire": "commune-86066"}),
    ],
)
def test_what_is_found_is_gone_to(open_page, words, query):
    at = open_page()
    at.text_input(key="recherche").set_value(words).run()
    at.button(key="trouve_0").click().run()
    assert not at.exception
    assert query_of(at) == query
    assert at.text_input(key="recherche").value == ""


@pytest.mark.parametrize(
    "words", ["' OR 1=1 --", "![x](http://example.org/x.png)", ":material/map: **gras**", "$xyz$ <b>"]
)
def test_nothing_found_is_said_with_the_words_as_they_were_typed(open_page, words):
    at = open_page()
    at.text_input(key="recherche").set_value(words).run()
    assert not at.exception and not answers(at)
    captions = [caption.value for caption in at.sidebar.caption if "Rien ne porte" in caption.value]
    assert len(captions) == 1
    # Markdown shows a backslashed sign as the sign itself: no link, no image, no icon, no formula.
    quoted = captions[0].split("«")[1].split("»")[0].strip()
    assert re.sub(r"\\(.)", r"\1", quoted).replace("\u2060", "") == words
    assert not re.search(r"[*!$:<\[(]", re.sub(r"\\.", "", quoted))


def test_one_letter_searches_nothing(open_page):
    at = open_page()
    at.text_input(key="recherche").set_value("a").run()
    assert not answers(at) and not [c for c in at.sidebar.caption if "Rien" in c.value]


# -- the table ------------------------------------------------------------------------------------------------------


def test_the_table_has_one_row_a_commune(open_page):
    at = open_page(query={"territoire": "departement-08"}, tableau=True)
    assert len(at.dataframe[0].value) == 447
    assert [button.label for button in at.get("download_button")] == ["Télécharger en CSV", "Télécharger en XLSX"]


def test_the_closed_table_costs_nothing(open_page):
    assert not open_page(query={"territoire": "departement-08"}).dataframe


def test_a_view_is_composed_once_for_all_its_visitors(open_page, fragments, monkeypatch):
    composed, compose = [], atlas_map.compose

    def counted(ask, selection, contours):
        composed.append(selection.types)
        return compose(ask, selection, contours)

    monkeypatch.setattr(atlas_map, "compose", counted)
    query = {"territoire": "departement-55", "indicateur": "densite", "structures": "MSP,PASS"}
    one, two = (fragments(open_page(query=query)) for _ in range(2))
    assert one == two and composed == [("MSP", "PASS")]
    open_page(query={**query, "structures": "LHSS"})
    assert composed == [("MSP", "PASS"), ("LHSS",)]


def test_styles_and_scripts_are_files_that_a_browser_keeps(open_page, fragments):
    """The head of a page says where they are; it carried 35 kB of them at each first opening."""
    pieces = [piece for piece in fragments(open_page()) if "<style" in piece or "<script" in piece]
    assert sum(len(piece) for piece in pieces) < 1_500, [piece[:60] for piece in pieces]


def test_a_change_of_indicator_sends_what_it_changes(ask):
    """The symbols, the perimeters, the profile stay as they are: Streamlit sends a hash for what is the same."""
    one, two = (
        map_page.view(ask, Selection("departement", "08", indicator=code), "/app/static/geo/x/")[1]
        for code in ("densite", "population")
    )
    assert one.packed.ground != two.packed.ground and maps.beside(one.packed) == maps.beside(two.packed)
    same = {field.name for field in fields(one) if getattr(one, field.name) == getattr(two, field.name)}
    assert same >= {"title", "marks", "profile", "claims"}
    sent = [getattr(two, field.name) for field in fields(two) if field.name not in {*same, "packed"}]
    assert len(two.packed.ground) < 3_500  # 447 communes
    assert sum(len(piece.encode()) for piece in sent) < 3_000
