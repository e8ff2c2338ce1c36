"""Of several sources of one figure, the one whose tier stands first is believed, in whatever order they were read."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import duckdb
import pandas as pd
import pytest

from etl import build as builder
from etl.formats import figures as staged
from etl.resolve import figures
from etl.resolve.precedence import COMPUTED, CURATED, FIGURES, FILLING, LOCAL, REGISTER
from etl.sources import departement_figures, departement_series, france_figures, professionnels_liberaux
from tests.etl.published import france
from tests.etl.schema import schema

OF_FRANCE = (departement_figures, departement_series, france_figures, professionnels_liberaux)


@pytest.fixture(scope="module")
def empty():
    with duckdb.connect() as connection:
        connection.execute(schema())
        builder.fill_catalog(connection)
        connection.execute("INSERT INTO territory (level, code, name) VALUES ('departement', '08', 'Ardennes')")
        yield connection


@pytest.fixture
def stage(empty):
    """A function that stages figures of mortality of the Ardennes, year -> value, of a source of a tier."""
    empty.execute("DELETE FROM staging.figure")

    def add(tier: str, values: dict[int, float | None], source_id: str = "", **more) -> None:
        source = replace(departement_figures.SOURCE, source_id=source_id or tier, tier=tier)
        frame = pd.DataFrame({"year": [*values], "value": [*values.values()]})
        words = {"level": "departement", "code": "08", "indicator": "mortalite_prematuree_0_64", "sex": "all"}
        staged.stage(empty, source, frame.assign(**words, method=tier, **more))

    return add


def believed(connection) -> dict[int, tuple]:
    """year -> (value, source)."""
    rows = connection.execute(f"SELECT year, value, source_id FROM ({figures.BELIEVED})").fetchall()
    return {year: rest for year, *rest in rows}


def notes(connection) -> dict[str, list[str]]:
    """source -> what is told of it."""
    return {
        source: [note.sentence for note in notes_of] for source, notes_of in figures.resolve(connection).notes.items()
    }


GIVEN = {
    LOCAL: {2020: 1.0, 2024: 1.4},
    REGISTER: {2020: 2.0, 2021: 2.1, 2024: None},
    CURATED: {2020: 3.0, 2021: 3.1, 2022: 3.2},
    FILLING: {2020: 4.0, 2021: 4.1, 2022: 4.2, 2023: 4.3},
    COMPUTED: {2019: 5.9, 2020: 5.0},
}


@pytest.fixture
def given(empty, stage):
    """The rows that a source of each tier stages, in a table of their own, staged no more."""
    if not empty.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'given'").fetchone():
        for tier, values in GIVEN.items():
            stage(tier, values)
        empty.execute("CREATE TEMP TABLE given AS FROM staging.figure")
        empty.execute("DELETE FROM staging.figure")


@pytest.mark.parametrize("order", [*permutations(FIGURES)], ids="-".join)
def test_the_order_of_reading_decides_nothing(empty, given, order):
    empty.execute("INSERT INTO staging.figure FROM given ORDER BY list_position(?, tier), rowid", [list(order)])
    assert believed(empty) == {
        2019: [5.9, COMPUTED],
        2020: [1.0, LOCAL],
        2021: [2.1, REGISTER],
        2022: [3.2, CURATED],
        2023: [4.3, FILLING],
        2024: [1.4, LOCAL],
    }
    ours = empty.execute(f"SELECT year, value FROM ({figures.COMPUTED_HERE})").fetchall()
    assert ours == [(2019, 5.9)], "a source that gives a figure itself knows better"
    notes_of = notes(empty)
    assert set(notes_of) == {LOCAL, REGISTER, FILLING}
    assert [sentence.partition(" : ")[2] for sentence in notes_of[LOCAL]] == [
        "2 selon « register », 1 ici. Le fichier officiel est retenu.",
        "sans valeur selon « register », 1,4 ici. Le fichier officiel est retenu.",
    ]
    assert [sentence.partition(" : ")[2] for sentence in notes_of[FILLING]] == [
        "3,2 selon « curated », qui est retenu, 4,2 ici."
    ]


def test_what_is_withheld_stands_before_an_older_value(empty, stage):
    stage(CURATED, {2020: 3.0})
    stage(REGISTER, {2020: None}, basis="withheld")
    assert believed(empty) == {2020: [None, REGISTER]}


def test_the_last_row_of_a_source_is_its_word(empty, stage):
    stage(REGISTER, {2020: 3.0})
    stage(REGISTER, {2020: 3.5})
    assert believed(empty) == {2020: [3.5, REGISTER]} and notes(empty) == {}


def test_what_is_computed_of_a_source_yields_to_what_it_gives(empty, stage):
    """A mean of départements is signed by their source, which may give the région itself."""
    stage(REGISTER, {2020: 3.0}, source_id="ages")
    stage(COMPUTED, {2020: 3.1, 2021: 3.2}, source_id="ages")
    assert believed(empty) == {2020: [3.0, "ages"], 2021: [3.2, "ages"]}
    assert empty.execute(f"SELECT year FROM ({figures.COMPUTED_HERE})").fetchall() == [(2021,)]


def test_the_same_figure_at_the_precision_shown_is_no_doubt(empty, stage):
    stage(CURATED, {2020: 3.0})
    stage(LOCAL, {2020: 3.01})
    assert believed(empty) == {2020: [3.01, LOCAL]} and notes(empty) == {}


def test_a_territory_out_of_the_build_has_no_figure(empty, stage):
    stage(CURATED, {2020: 3.0}, source_id="ailleurs")
    empty.execute("UPDATE staging.figure SET code = '51'")
    assert believed(empty) == {}


def test_real_sources_read_backwards_give_the_same_figures():
    tables = []
    for sources in (OF_FRANCE, OF_FRANCE[::-1]):
        with france("08", "71", sources=sources) as (connection, _):
            tables.append(set(connection.execute("FROM indicator_value").fetchall()))
            doubled = connection.execute(
                f"SELECT {figures.KEY} FROM staging.figure GROUP BY {figures.KEY}, tier HAVING count(DISTINCT source_id) > 1"
            ).fetchall()
            assert doubled == [], "two sources of one tier give one figure: nothing says which is believed"
    assert tables[0] == tables[1] and {row[-1] for row in tables[0]} == {
        module.SOURCE.source_id
        for module in OF_FRANCE
        if module is not france_figures  # not of a part of France
    }
