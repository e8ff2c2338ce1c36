"""Local lists over what is known, on rows alone; files and words are tried in tests/etl/sources/test_local_cpts.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.resolve import Outcome
from etl.resolve.cpts.local import Lists
from etl.source import Inputs

HOMES = {"08001": "08", "08002": "08", "51001": "51"}
MINE = {"tier": "local", "source_id": "ici", "file": "cpts.csv", "cpts_id": None, "status": None, "perimeter": None}


@pytest.fixture
def enter():
    def run(known: list[dict], rows=(), perimeters=(), departements=()) -> tuple[dict[str, dict], Outcome, Lists]:
        lists = Lists({row["cpts_id"]: row for row in known}, Inputs(Path(), departements, HOMES))
        outcome = Outcome()
        lists.enter(rows, perimeters, outcome)
        return {row["cpts_id"]: row for row in lists.cpts()}, outcome, lists

    return run


def perimeter(name: str, *members: str, coverage=None, line="ligne 2") -> dict:
    return {
        "cpts_id": None,
        "name": name,
        "members": list(members),
        "title": members[0] if len(members) == 1 else None,
        "words": "",
        "coverage": coverage,
        "how": "commune",
        "doubts": [],
        "file": "perimetres.csv",
        "line": line,
        "source_id": "ici",
    }


def test_a_row_has_the_last_word_and_what_it_does_not_say_stays(cpts, enter):
    known = cpts("CPTS Alpha", "08001", status="aci_signe", status_date="2020", as_of="2024", declared_communes=1)
    cpts_known, outcome, _ = enter([known], [cpts("Alpha", line="ligne 2", declared_population=9, **MINE)])
    row = cpts_known["cpts-alpha"]
    assert (row["name"], row["aliases"], row["source_id"], row["as_of"]) == ("Alpha", ["CPTS Alpha"], "ici", None)
    assert (row["status"], row["status_date"], row["members"]) == ("aci_signe", "2020", ["08001"])
    assert (row["declared_population"], row["declared_communes"]) == (9, 1)
    assert [note.reason for note in outcome.notes["ici"]] == ["CPTS mise à jour"] and not any(outcome.lost.values())


def test_a_perimeter_goes_to_the_row_of_its_name_and_is_counted_once(cpts, enter):
    rows = [cpts("CPTS Essai", line="ligne 2", declared_communes=2, **MINE)]
    given = [perimeter("essai", "08001"), perimeter("Essai", "08002"), perimeter("ESSAI", "08001", line="ligne 4")]
    cpts_known, outcome, _ = enter([], rows, given)
    row = cpts_known["local-cpts-08-essai"]
    assert (row["members"], row["perimeter"]) == (["08001", "08002"], "complet")
    assert outcome.lost == {"ici": 1}
    assert [note.line for note in outcome.notes["ici"] if note.reason == "doublon"] == ["ligne 4"]


def test_a_perimeter_alone_is_cited(cpts, enter):
    cpts_known, _, _ = enter(
        [cpts("CPTS Alpha", "08001")], perimeters=[perimeter("Alpha", "51001", coverage="partiel")]
    )
    row = cpts_known["cpts-alpha"]
    assert (row["members"], row["perimeter"], row["departement_codes"]) == (["08001", "51001"], "complet", ["08", "51"])
    assert row["citation"] == "liste ; périmètre : perimetres.csv"


def test_what_is_nowhere_or_not_built_is_told_and_left_out(cpts, enter):
    rows = [
        cpts("A", line="ligne 2", departement_codes=[], **MINE) | {"departement_codes": []},
        cpts("B", line="ligne 3", **MINE),
    ]
    cpts_known, outcome, _ = enter([], rows, departements=("51",))
    assert cpts_known == {} and outcome.lost == {"ici": 2}
    assert [note.reason for note in outcome.notes["ici"]] == ["sans lieu", "hors des départements construits"]


WHOLE = [("08", "2026", "ici")]


@pytest.mark.parametrize(
    ("also_known", "also_listed", "whole"),
    [
        ({}, {}, WHOLE),
        ({"perimeter": "partiel", "status": "emergence"}, {}, []),
        ({"perimeter": "partiel", "status": "resilie"}, {}, WHOLE),
        ({}, {"name": "CPTS Bravo", "exhaustive": False}, []),
        ({}, {"name": "CPTS Nulle Part", "departement_codes": []}, []),  # refused: it may be one more
    ],
)
def test_a_departement_is_whole_when_its_rows_say_so(cpts, enter, also_known, also_listed, whole):
    known = [cpts("CPTS Alpha", "08001"), cpts("CPTS Bravo", "08002") | also_known]
    mine = MINE | {"exhaustive": True, "as_of": "2026"}
    rows = [cpts("CPTS Alpha", line="ligne 2", **mine)]
    rows += [cpts(**({"line": "ligne 3"} | mine | also_listed))] if also_listed else []
    _, _, lists = enter(known, rows)
    assert lists.whole(lists.cpts()) == whole


def test_a_dated_stage_is_a_step_of_the_life_line(cpts, enter):
    stages = [("aci_signe", "2026-03-01", 1), ("aci_signe", None, 0), (None, "2026", 0), ("inconnu", "2026", 0)]
    for status, day, count in stages:
        row = cpts("Alpha", line="ligne 2", status_date=day, **MINE | {"status": status})
        _, _, lists = enter([cpts("CPTS Alpha", "08001")], [row])
        assert len(lists.steps) == count
        if count:
            (step,) = lists.steps
            assert (step["cpts_id"], step["status"], step["date"], step["deduced"]) == (
                "cpts-alpha",
                status,
                day,
                False,
            )
            assert step["source_id"] == "ici" and step["citation"]
