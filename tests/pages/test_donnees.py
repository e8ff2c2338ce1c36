"""The page of data: every tab, from the real database. Its other rooms are in test_rooms.py."""

import shutil

import duckdb
import pandas as pd
import pytest

from maillage.queries import provenance
from maillage.screen.tables import LISTED
from tests.fabricated import with_fewer_rows

PAGE = "pages/donnees.py"
TABS = ["Sources", "Quoi de neuf", "Lecture des listes", "Dictionnaire"]
EVIL = "<img src=x onerror=alert(1)> :star: `x`"


def test_every_tab_is_listed_and_the_first_is_open(open_page):
    at = open_page(PAGE)
    assert [tab.label for tab in at.tabs] == TABS
    assert at.tabs[0].get("html") and not any(len(tab.children) for tab in at.tabs[1:])


def opened(open_page, label, **query):
    return open_page(PAGE, query=query, rubrique=label).tabs[TABS.index(label)]


def test_sources(open_page, cursor):
    (sources,) = opened(open_page, "Sources").get("html")
    assert sources.value.count("<article>") == len(provenance.sources(cursor))


# -- what a build brought -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quiet(database, tmp_path_factory):
    """The build with fewer rows, where nothing changed and every source was read without a doubt."""
    path = with_fewer_rows(database, tmp_path_factory.mktemp("quiet") / "maillage.duckdb")
    with duckdb.connect(str(path)) as connection:
        for table in ("change", "intake_row"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("DELETE FROM intake WHERE outcome IN ('perimee', 'ecartee', 'absente')")
    return path


@pytest.fixture
def built(other_database, quiet, tmp_path):
    """A function that makes the pages read the quiet build with these rows, and a previous build when asked."""

    def write(previous: str | None = "20261103-101500-0123abcd", **rows):
        path = other_database(tmp_path / "maillage.duckdb")
        shutil.copyfile(quiet, path)
        with duckdb.connect(str(path)) as connection:
            connection.execute("UPDATE build SET previous_version = ?", [previous])
            for table, values in rows.items():
                connection.register("brought", pd.DataFrame(values, dtype="object"))
                connection.execute(f"INSERT INTO {table} FROM brought")

    return write


CHANGES = [
    ("structure", "ouverte", "a", EVIL, "08", "MSP", None, "Sedan"),
    ("structure", "fermee", "b", "Maison", "08", "CDS", "ouvert", "fermé"),
    ("cpts", "perimetre", "c", "CPTS", "62", None, "2 communes", "3 communes : avec Lens"),
    ("source", "millesime", "s", "Source", None, None, "2025 (1 lignes)", "2026 (2 lignes)"),
]


def html_of(at, label):
    assert not at.exception
    return at.tabs[TABS.index(label)]


def test_a_first_build_has_no_news(open_page, built):
    built(previous=None)
    tab = opened(open_page, "Quoi de neuf")
    assert "la première" in tab.get("html")[0].value and not tab.dataframe


def test_a_build_that_changes_nothing_says_since_when(open_page, built):
    built()
    tab = opened(open_page, "Quoi de neuf")
    assert "Rien n&#39;a changé depuis la construction du 03/11/2026" in tab.get("html")[0].value
    assert not tab.dataframe and not tab.selectbox


def test_changes_are_counted_by_departement_and_listed(open_page, built):
    built(change=CHANGES)
    tab = opened(open_page, "Quoi de neuf")
    (summary,) = [html.value for html in tab.get("html")]
    assert "4\u00a0changements" in summary and "<img" not in summary
    counts, listed = (frame.value for frame in tab.dataframe)
    assert list(counts["Changements"]) == [2, 1] and list(counts["Département"]) == ["08 Ardennes", "62 Pas-de-Calais"]
    assert list(listed["Nom"]) == [EVIL, "Maison", "CPTS", "Source"]
    assert [button.proto.label for button in tab.get("download_button")] == [
        "Télécharger en CSV",
        "Télécharger en XLSX",
    ]


def test_changes_are_filtered(open_page, built):
    built(change=CHANGES)
    at = open_page(PAGE, rubrique="Quoi de neuf")
    at.selectbox(key="filtre_changements_Département").select("08 Ardennes").run()
    at.selectbox(key="filtre_changements_Type").select("CDS").run()
    assert list(html_of(at, "Quoi de neuf").dataframe[1].value["Nom"]) == ["Maison"]


def test_what_a_source_did_not_give_is_said_first(open_page, built):
    sentence = "La source « X » a répondu 404. Vérifiez son adresse."
    built(intake=[("zzz", EVIL, "absente", sentence, None, None, 0)])
    (cards,) = opened(open_page, "Sources").get("html")
    first = cards.value.split("</article>")[0]
    assert "absente" in first and "404" in first and "&lt;img" in first and "<img" not in first
    assert "<dl>" not in first


def test_the_reading_of_lists_says_every_doubt(open_page, built):
    rows = [
        ("liste", "esp.csv", f"ligne {n}", EVIL, "compris", "nom", "comprise", "Placée à Sedan.") for n in range(2100)
    ]
    rows += [
        ("liste", "esp.csv", "ligne 9999", "Refusée", "refuse", None, "commune inconnue", "La commune n'existe pas.")
    ]
    built(intake=[("liste", "Liste locale", "locale", None, 2101, 2100, 0.1)], intake_row=rows)
    at = open_page(PAGE, rubrique="Lecture des listes")
    tab = html_of(at, "Lecture des listes")
    assert "1\u00a0refusée, 2\u202f100\u00a0comprises" in tab.get("html")[0].value
    listed = tab.dataframe[0].value
    assert listed["Lecture"].iloc[0] == "Refusée" and len(listed) == LISTED
    assert "2\u202f101" in tab.caption[0].value
    at.selectbox(key="filtre_lecture_Motif").select("commune inconnue").run()
    assert list(html_of(at, "Lecture des listes").dataframe[0].value["Nom"]) == ["Refusée"]


def test_what_nobody_read_has_a_panel_of_its_own(open_page, built):
    rows = [
        ("jamais", "divers.csv", "fichier", None, "refuse", None, "fichier jamais lu", "« divers.csv » n'a été lu."),
        ("liste", "msp.xlsx", "feuille « 2019 »", None, "ambigu", None, "feuille masquée", "Affichez-la."),
        (
            "liste",
            "msp.xlsx",
            "feuille « 51 Marne », ligne 2",
            EVIL,
            "refuse",
            None,
            "commune inconnue",
            "Refusée : ni…",
        ),
        ("liste", "msp.xlsx", "feuille « 51 Marne », ligne 9", "B", "ambigu", "nom", "placée", "À vérifier : CEDEX."),
        ("liste", "msp.xlsx", "feuille « 51 Marne », ligne 3", "C", "compris", "nom", "placée", "Comprise : C."),
        ("finess", "", "080000001", "D", "refuse", None, "commune inconnue", "Le registre."),
        *(("liste", "esp.csv", f"ligne {n}", "E", "refuse", None, "type inconnu", "Refusée.") for n in range(23)),
    ]
    built(
        intake=[
            ("liste", "Liste locale", "locale", None, 4, 2, 0.1),
            ("jamais", "Jamais lus", "ecartee", "Un fichier.", None, None, 0),
            ("finess", "FINESS", "nouvelle", None, 10, 9, 0.1),
        ],
        intake_row=rows,
    )
    panel = opened(open_page, "Lecture des listes").get("html")[1].value
    titles = ["Fichiers non lus", "Feuilles laissées de côté", "Lignes refusées", "Lignes à vérifier"]
    assert [title for title in titles if title in panel] == titles == sorted(titles, key=panel.index)
    assert "divers.csv" in panel and "feuille « 2019 »" in panel.replace("\u00a0", " ")
    assert "feuille « 51 Marne », ligne 2" in panel.replace("\u00a0", " ") and "CEDEX" in panel
    assert "&lt;img" in panel and "<img" not in panel
    assert "Comprise : C." not in panel and "Le registre." not in panel
    assert panel.count("Refusée.") == 20 and "et 3\u00a0autres" in panel


def test_lists_read_whole_have_no_such_panel(open_page, built):
    built(
        intake=[("liste", "Liste locale", "locale", None, 1, 1, 0.1)],
        intake_row=[("liste", "a.csv", "ligne 2", "A", "compris", "nom", "placée", "Comprise.")],
    )
    assert len(opened(open_page, "Lecture des listes").get("html")) == 1


def test_without_a_word_to_say_the_reading_of_lists_says_so(open_page, built):
    built()
    tab = opened(open_page, "Lecture des listes")
    assert "Aucune ligne à signaler" in tab.get("html")[0].value and not tab.dataframe


# -- the rest -------------------------------------------------------------------------------------------------------


def test_dictionary_whole_and_of_one_table(open_page, cursor):
    words = provenance.dictionary(cursor)
    assert len(opened(open_page, "Dictionnaire").dataframe[0].value) == len(words)
    at = open_page(PAGE, rubrique="Dictionnaire")
    at.selectbox[0].select("site").run()
    assert not at.exception
    assert len(at.dataframe[0].value) == (words["table_name"] == "site").sum()


@pytest.mark.parametrize("query", [{"territoire": "departement-99"}, {"indicateur": "bonheur"}, {"structures": "XYZ"}])
def test_a_bad_address_is_said_here_too(open_page, query):
    at = open_page(PAGE, query=query)
    assert [e for e in at.get("html") if 'role="alert"' in e.value]
    assert len(at.tabs) == len(TABS)


def test_the_menu_brings_the_selection_back_to_the_map(open_page):
    at = open_page(PAGE, query={"territoire": "departement-08"})
    assert all("departement-08" in link.proto.query_string for link in at.sidebar.get("page_link"))
