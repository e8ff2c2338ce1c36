"""The rooms of the page of data: any figure traced, what deserves doubt, everything to take away; and the page of methods."""

import re
from html import unescape

import pytest

from maillage import catalog
from maillage.queries import provenance, quality
from maillage.screen.panels.data_menu import ROOMS
from maillage.screen.tables import LISTED
from maillage.views import quality as quality_view
from tests.test_words import COLUMNS
from tests.words import developers

PAGES = [page for page, *_ in ROOMS] + ["pages/methode.py", "pages/reutiliser.py"]


def html(at) -> str:
    return "".join(element.value for element in at.get("html"))


@pytest.mark.parametrize("page", PAGES)
def test_every_room_opens_at_any_address(open_page, page):
    for query in ({}, {"territoire": "commune-08105", "indicateur": "distance_msp"}, {"territoire": "france-99"}):
        at = open_page(page, query=query)
        assert '<h1 class="place">' in html(at)


@pytest.mark.parametrize("page", [page for page, *_ in ROOMS])
def test_each_room_leads_to_the_others_with_the_selection(open_page, page):
    at = open_page(page, query={"territoire": "departement-08"})
    links = [link.proto for link in at.main.get("page_link")]
    assert [link.label for link in links] == [label for _, label, _ in ROOMS]
    assert all("departement-08" in link.query_string for link in links)
    assert [link.disabled for link in links] == [other == page for other, *_ in ROOMS]


# -- a figure --------------------------------------------------------------------------------------------------------


def test_a_figure_is_traced_and_another_chosen(open_page):
    at = open_page("pages/chiffre.py", query={"territoire": "departement-08", "indicateur": "densite"})
    assert "Surface des contours" in html(at) and "Empreinte SHA-256" in html(at)
    choose = next(box for box in at.main.selectbox if box.label == "Chiffre")
    assert choose.value == "densite"
    choose.select("msp_publiees_100k").run()
    assert not at.exception
    assert "Nombre publié" in html(at) and "Population municipale 2023" in html(at)


def test_another_year_is_traced(open_page):
    at = open_page("pages/chiffre.py", query={"territoire": "departement-08", "indicateur": "msp_nombre"})
    years = next(box for box in at.main.selectbox if box.label == "Année")
    assert len(years.options) > 1
    years.set_value(int(years.options[-1])).run()
    assert f"Ardennes (08) · {years.options[-1]}" in html(at)


def test_the_map_has_the_drawer_and_asks_nothing_until_it_opens(open_page):
    at = open_page("app.py", query={"territoire": "departement-08"})
    drawer = next(box for box in at.expander if box.label == "D'où vient ce chiffre ?")
    assert not drawer.children
    at = open_page("app.py", query={"territoire": "departement-08"}, tracer=True)
    assert 'class="trace"' in html(at)


# -- quality ---------------------------------------------------------------------------------------------------------


def tab(open_page, label):
    at = open_page("pages/qualite.py", qualite=label)
    return next(tab for tab in at.tabs if tab.label == label)


def test_what_is_missing(open_page, cursor):
    missing = tab(open_page, "Ce qui manque")
    assert "<li>" in missing.get("html")[0].value
    assert len(missing.dataframe[0].value) == len(provenance.missing_figures(cursor))


def test_contradictions(open_page, cursor):
    assert len(tab(open_page, "Contradictions").dataframe[0].value) == len(quality.contradictions(cursor))


def test_doubtful_sites(open_page, cursor):
    doubtful = tab(open_page, "Positions et états").dataframe[0].value
    counts = provenance.gaps(cursor)
    whole = quality_view.doubtful_sites(quality.doubtful_sites(cursor))
    assert len(doubtful) == min(len(whole), LISTED)  # the browser has the first rows, the file has all
    doubts = whole["Doute"].value_counts()
    assert doubts["sans commune"] == counts["unplaced_sites"]
    assert doubts["au point de la commune"] == counts["sites_at_commune"]
    assert doubts["état ancien"] == counts["old_statuses"]


def test_claims(open_page, cursor):
    assert len(tab(open_page, "Déclaré et calculé").dataframe[0].value) == len(provenance.claims(cursor))


# -- to take away ----------------------------------------------------------------------------------------------------


def test_downloads_and_citation(open_page, cursor):
    at = open_page("pages/telecharger.py")
    buttons = [button.proto.label for button in at.get("download_button")]
    tables = len(provenance.tables(cursor))
    assert buttons.count("CSV") == buttons.count("Parquet") == tables
    assert 0 < buttons.count("XLSX") < tables and len(buttons) == 2 * tables + buttons.count("XLSX") + 2
    sentence, bibtex = (code.value for code in at.code)
    assert provenance.build(cursor)["version"] in sentence and bibtex.startswith("@misc{maillage,")


def test_the_page_of_methods_tells_every_site_type(open_page):
    page = html(open_page("pages/methode.py"))
    assert all(f">{catalog.short(kind.code)}</dt>" in page for kind in catalog.SITE_TYPES)


# -- words ------------------------------------------------------------------------------------------------------------

SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
TECHNICAL = re.compile(r'<div lang="en">.*?</div>', re.DOTALL)
CPTS = {"cpts": "cpts-71-centre-saone-et-loire"}
PAGES = [
    ("app.py", {"territoire": "departement-08", "structures": "toutes"}, {"statuts": True}),
    ("pages/ecarts.py", {"territoire": "departement-08"}, {}),
    ("pages/cpts.py", CPTS, {"rubrique": "Structures"}),
    ("pages/composer.py", {"communes": "08105"}, {}),
    ("pages/ceremonie.py", CPTS, {}),
    ("pages/comparer.py", {"territoire": "departement-08"}, {}),
    ("pages/chiffre.py", {"territoire": "departement-08", "indicateur": "couverture_cpts"}, {}),
    ("pages/donnees.py", {}, {"rubrique": "Sources"}),
    ("pages/donnees.py", {}, {"rubrique": "Lecture des listes"}),
    ("pages/qualite.py", {}, {"qualite": "Positions et états"}),
    ("pages/qualite.py", {}, {"qualite": "Déclaré et calculé"}),
    ("pages/importer.py", {}, {}),
    ("pages/methode.py", {}, {}),
]


@pytest.mark.parametrize(("page", "query", "state"), PAGES)
def test_what_is_on_a_page_is_in_readers_words(open_page, page, query, state):
    """What comes from the database too: sources, citations, sentences of the builder, types."""
    at = open_page(page, query=query, **state)
    # What is offered apart, in English, to those who read the code is theirs.
    written = [
        re.sub(r"<[^>]*>", " ", unescape(SCRIPT.sub(" ", TECHNICAL.sub(" ", element.value))))
        for element in at.get("html")
        if "<style" not in element.value
    ]
    written += [
        element.value for kind in ("markdown", "caption", "info", "warning", "error") for element in at.get(kind)
    ]
    written += [
        str(option) for kind in ("selectbox", "pills", "multiselect") for box in at.get(kind) for option in box.options
    ]
    written += [str(cell) for table in at.dataframe for column in table.value for cell in table.value[column].unique()]
    assert sum(map(len, written)) > 500
    assert {words[:80]: wrong for words in written if (wrong := developers(words, COLUMNS))} == {}
