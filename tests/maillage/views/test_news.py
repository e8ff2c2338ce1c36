"""What a build brought, as HTML and as tables."""

import pandas as pd
import pytest

from maillage.views import news

BUILD = {"previous_version": "20261103-101500-0123abcd"}
CHANGE = {
    "subject": "structure",
    "kind": "ouverte",
    "label": "Ouverture",
    "code": "a",
    "name": "Maison",
    "departement_code": "08",
    "departement": "Ardennes",
    "type": "MSP",
    "before": None,
    "after": "Sedan",
}
ROW = {
    "source": "Liste",
    "file": "esp.csv",
    "line": "ligne 2",
    "name": None,
    "outcome": "refuse",
    "placed": None,
    "reason": "commune inconnue",
    "sentence": "La commune n'existe pas.",
}


def changes(*rows):
    return pd.DataFrame([CHANGE | row for row in rows], columns=list(CHANGE))


def test_the_first_build_and_one_that_changes_nothing_say_so(read):
    assert "la première" in read(news.summary({"previous_version": None}, changes())).text
    words = read(news.summary(BUILD, changes())).text
    assert "Rien n'a changé depuis la construction du 03/11/2026" in words and "20261103-101500-0123abcd" in words


def test_changes_are_counted_by_subject_and_kind(read):
    news_of = changes({}, {}, {"subject": "cpts", "label": "Changement de statut"})
    page = read(news.summary(BUILD, news_of))
    assert page.closed and page.tags.count("article") == 2 and page.tags.count("li") == 2
    assert "3 changements depuis" in page.text and "Ouverture2" in page.text and "Changement de statut1" in page.text


@pytest.mark.parametrize("field", ["label"])
def test_words_of_the_database_are_text(harmless, field):
    harmless(news.summary(BUILD, changes({field: harmless.name})))


def test_counts_by_departement_leave_out_what_has_none():
    news_of = changes(
        {},
        {"label": "Fermeture"},
        {"departement_code": "2A", "departement": None},
        {"subject": "source", "departement_code": None},
    )
    counts = news.by_departement(news_of)
    assert list(counts.columns) == ["Département", "Changements", "Structures : ouverture", "Structures : fermeture"]
    assert counts.to_numpy().tolist() == [["08 Ardennes", 2, 1, 1], ["2A", 1, 1, 0]]


def test_sources_alone_are_in_no_departement():
    counts = news.by_departement(changes({"subject": "source", "departement_code": None}))
    assert list(counts.columns) == ["Département", "Changements"] and counts.empty


def test_the_tables_leave_no_hole():
    assert news.table(changes({"departement_code": None, "departement": None, "type": None})).iloc[0].to_dict() == {
        "Sujet": "Structures",
        "Changement": "Ouverture",
        "Département": "",
        "Type": "",
        "Nom": "Maison",
        "Avant": "",
        "Après": "Sedan",
        "Code": "a",
    }
    table = news.readings(pd.DataFrame([ROW, ROW | {"outcome": "compris", "placed": "nom", "name": "ESP"}]))
    assert list(table["Lecture"]) == ["Refusée", "Comprise"] and list(table["Nom"]) == ["", "ESP"]
    assert list(table["Placée"]) == ["", "par le nom et le code postal de la commune"]


def test_the_tally_counts_and_says_when_there_is_nothing(read):
    rows = pd.DataFrame([ROW, ROW, ROW | {"outcome": "ambigu"}])
    assert "2 refusées, 1 douteuse." in read(news.tally(rows)).text
    assert "Aucune ligne à signaler" in read(news.tally(rows.iloc[:0])).text
