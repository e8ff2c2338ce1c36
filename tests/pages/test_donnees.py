"""The page of data: every tab, from the real database."""

import pytest

from maillage.queries import provenance

PAGE = "pages/donnees.py"
TABS = ["Sources", "Dictionnaire", "Ce qui manque", "Déclaré et calculé", "Téléchargements"]


def test_every_tab_is_listed_and_the_first_is_open(open_page):
    at = open_page(PAGE)
    assert [tab.label for tab in at.tabs] == TABS
    assert at.tabs[0].get("html") and not any(len(tab.children) for tab in at.tabs[1:])


def opened(open_page, label, **query):
    return open_page(PAGE, query=query, rubrique=label).tabs[TABS.index(label)]


def test_sources(open_page, cursor):
    (shown,) = opened(open_page, "Sources").get("html")
    assert shown.value.count("<article>") == len(provenance.sources(cursor))


def test_dictionary_whole_and_of_one_table(open_page, cursor):
    words = provenance.dictionary(cursor)
    assert len(opened(open_page, "Dictionnaire").dataframe[0].value) == len(words)
    at = open_page(PAGE, rubrique="Dictionnaire")
    at.selectbox[0].select("site").run()
    assert not at.exception
    assert len(at.dataframe[0].value) == (words["table_name"] == "site").sum()


def test_gaps(open_page, cursor):
    tab = opened(open_page, "Ce qui manque")
    assert "<li>" in tab.get("html")[0].value
    missing, unplaced = tab.dataframe
    assert len(missing.value) == len(provenance.missing_figures(cursor))
    assert len(unplaced.value) == provenance.gaps(cursor)["unplaced_sites"]


def test_claims(open_page, cursor):
    assert len(opened(open_page, "Déclaré et calculé").dataframe[0].value) == len(provenance.claims(cursor))


def test_downloads(open_page, cursor):
    buttons = [button.proto.label for button in opened(open_page, "Téléchargements").get("download_button")]
    tables = len(provenance.tables(cursor))
    assert buttons.count("CSV") == buttons.count("Parquet") == tables
    assert len(buttons) == 2 * tables + 1


@pytest.mark.parametrize("query", [{"territoire": "departement-99"}, {"indicateur": "bonheur"}, {"structures": "XYZ"}])
def test_a_bad_address_is_said_here_too(open_page, query):
    at = open_page(PAGE, query=query)
    assert [e for e in at.get("html") if 'role="alert"' in e.value]
    assert len(at.tabs) == len(TABS)


def test_the_menu_brings_the_selection_back_to_the_map(open_page):
    at = open_page(PAGE, query={"territoire": "departement-08"})
    assert all("departement-08" in link.proto.query_string for link in at.sidebar.get("page_link"))
