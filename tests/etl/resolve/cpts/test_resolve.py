"""From staged rows to one row a CPTS: tiers in their order, perimeters cut to what is built, steps told once."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from etl import frames
from etl.resolve import cpts as resolution
from etl.source import Inputs
from tests.etl.schema import schema

HOMES = {"08001": "08", "08002": "08", "51001": "51"}


@pytest.fixture
def connection():
    with duckdb.connect() as memory:
        memory.execute(schema())
        memory.execute(
            "INSERT INTO territory (level, code, name, departement_code, population) VALUES ('commune', '08001', 'A', '08', 9), "
            "('commune', '08002', 'B', '08', 9), ('departement', '08', 'Ardennes', '08', 18)"
        )
        yield memory


def resolve(connection, rows: list[dict], steps: list[dict] = ()) -> tuple[dict[str, tuple], object]:
    frames.insert_rows(connection, "staging.cpts", rows)
    frames.insert_rows(connection, "staging.cpts_event", steps)
    outcome = resolution.resolve(connection, Inputs(Path(), ("08",), HOMES))
    resolved = connection.execute("SELECT cpts_id, members, perimeter FROM staging.cpts_resolved").fetchall()
    return {key: rest for key, *rest in resolved}, outcome


@pytest.mark.parametrize(
    ("members", "inside", "extent"),
    [(["08001"], ["08001"], "complet"), (["08001", "51001"], ["08001"], "partiel"), (["51001"], [], "inconnu")],
)
def test_a_perimeter_that_goes_beyond_the_build_is_not_whole(connection, cpts, members, inside, extent):
    resolved, _ = resolve(connection, [cpts("CPTS Alpha", *members)])
    assert resolved == {"cpts-alpha": [inside, extent]}


def test_two_lists_of_facts_that_name_one_cpts_are_united(connection, cpts):
    """A second list of ours is a source more, and nothing to write: the same identifier is the same CPTS."""
    rows = [
        cpts("CPTS Alpha", "08001", as_of="2024"),
        cpts("CPTS Alpha", "08001", "08002", as_of="2026", source_id="autre"),
    ]
    resolved, outcome = resolve(connection, rows)
    assert resolved == {"cpts-alpha": [["08001", "08002"], "complet"]}
    assert [note.reason for note in outcome.notes["autre"]] == ["périmètres différents"]


def test_a_second_official_list_is_brought_to_the_first(connection, cpts):
    rows = [
        cpts("CPTS Alpha", "08001", tier="register", source_id="une"),
        cpts("CPTS ALPHA", "08001", "08002", tier="register", source_id="deux", cpts_id="d1", as_of="2026"),
    ]
    resolved, _ = resolve(connection, rows)
    assert list(resolved) == ["cpts-alpha"]


def test_steps_follow_their_cpts_and_are_told_once(connection, cpts):
    rows = [cpts("CPTS Alpha"), cpts("CPTS ALPHA", tier="register", source_id="couche", cpts_id="c1")]
    step = {"deduced": False, "note": None, "citation": "x"}
    steps = [
        step | {"cpts_id": "cpts-alpha", "status": "aci_signe", "date": "2020-06", "source_id": "liste"},
        step | {"cpts_id": "cpts-alpha", "status": "aci_signe", "date": "2020", "source_id": "liste"},
        step | {"cpts_id": "c1", "status": "aci_signe", "date": "2020-06-25", "source_id": "couche"},
        step | {"cpts_id": "c1", "status": "resilie", "date": "2024", "source_id": "couche"},
        step | {"cpts_id": "aside", "status": "resilie", "date": "2024", "source_id": "couche"},
    ]
    resolve(connection, rows, steps)
    assert connection.execute("SELECT cpts_id, date FROM staging.cpts_event_resolved").fetchall() == [
        ("cpts-alpha", "2020-06"),
        ("cpts-alpha", "2020"),
        ("cpts-alpha", "2024"),
    ]


def test_resolving_twice_says_the_same(connection, cpts):
    first, _ = resolve(connection, [cpts("CPTS Alpha", "08001")])
    assert resolve(connection, [cpts("CPTS Bravo")])[0] == first | {"cpts-bravo": [[], "inconnu"]}
