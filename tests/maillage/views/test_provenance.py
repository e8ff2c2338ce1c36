"""The page of data, as HTML."""

from datetime import datetime

import pandas as pd
import pytest

from maillage.queries import provenance as questions
from maillage.views import provenance

SOURCE = {
    "source_id": "s",
    "title": "Titre",
    "producer": "Insee",
    "page": "https://www.insee.fr/a?b=1&c=2",
    "licence": "LO 2.0",
    "vintage": "2023",
    "retrieved_at": datetime(2026, 11, 21),
    "sha256": "ab" * 32,
    "rows": 1234,
    "doubts": None,
    "outcome": "nouvelle",
    "sentence": None,
    "rows_kept": 1200,
}


def test_the_sources_of_the_database(ask, read):
    frame = ask(questions.sources)
    page = read(provenance.sources(frame))
    assert page.closed and page.tags.count("article") == len(frame)
    assert "None" not in page.text and "NaT" not in page.text and "nan" not in page.text.split()
    for row in frame.itertuples():
        assert row.title.replace("\u00a0", " ") in page.text


def test_the_gaps_of_the_database(ask, read):
    page = read(provenance.gaps(ask(questions.gaps)))
    assert page.closed and page.tags.count("li") >= 8


def test_the_build(ask, read):
    row = ask(questions.build)
    assert row["version"] in read(provenance.build(row)).text


def test_only_a_true_address_is_a_link(read):
    def links(page):
        fragment = provenance.sources(pd.DataFrame([SOURCE | {"page": page}]))
        return [value for name, value in read(fragment).attributes if name == "href"]

    assert links(SOURCE["page"]) == [SOURCE["page"]]
    assert links("javascript:alert(1)") == []
    assert links("Dossier de presse, p. 3") == []
    assert links('https://x"onmouseover="alert(1)') == ['https://x"onmouseover="alert(1)']


@pytest.mark.parametrize("field", ["title", "producer", "page", "licence", "vintage", "doubts", "sentence"])
def test_a_strangers_words_are_text(harmless, field):
    harmless(provenance.sources(pd.DataFrame([SOURCE | {field: harmless.name}])))


def test_a_source_in_trouble_is_marked_and_says_why(read):
    def card(**cells):
        return read(provenance.sources(pd.DataFrame([SOURCE | cells])))

    marks = {
        outcome: ("class", "tag warned") in card(outcome=outcome, sentence="Pourquoi.").attributes
        for outcome in provenance.OUTCOMES
    }
    assert {outcome for outcome, marked in marks.items() if marked} == {"perimee", "ecartee", "absente"}
    nothing = dict.fromkeys(
        ("producer", "page", "licence", "vintage", "retrieved_at", "sha256", "rows", "doubts", "rows_kept")
    )
    absent = card(**nothing, outcome="absente", sentence="Elle a répondu 404.")
    assert (
        absent.closed and "Elle a répondu 404." in absent.text and "None" not in absent.text and "dl" not in absent.tags
    )


def test_a_version_is_text(harmless):
    row = {"version": harmless.name, "built_at": datetime(2026, 11, 22), "mode": "embedded", "cog_year": 2026}
    harmless(provenance.build(row))
