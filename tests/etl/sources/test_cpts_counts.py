"""How many CPTS a territory is said to have: a claim a row, held against ours, and never « at least none »."""

from __future__ import annotations

import csv

import pytest

from etl import build as builder
from etl.derive.claims import COMPUTATIONS
from etl.source import BuildError
from etl.sources import cpts_counts
from tests.etl.conftest import fetch
from tests.etl.published import france

FILE = "cpts_nombre_par_territoire.csv"
CLAIMS = "SELECT level, code, subject, claimed, computed, bound, note FROM claim WHERE source_id = 'cpts_nombre'"


@pytest.fixture(scope="module")
def listed():
    with (builder.ROOT / "data" / "reference" / FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_a_claim_on_a_known_subject(cursor, listed):
    assert {row["sujet"] for row in listed} <= set(COMPUTATIONS)
    claims = cursor.execute(CLAIMS).fetchall()
    assert len(claims) == len(listed) == 21
    places = {(level, code) for level, code, *_ in claims}
    assert {("france", "FR"), ("region", "94"), ("region", "11"), ("departement", "85")} <= places
    assert all(note for *_, note in claims)  # what its source counts is said


def test_ours_is_a_minimum_where_the_list_is_not_whole(cursor):
    figures = {
        (code, subject): (claimed, computed, bound)
        for _, code, subject, claimed, computed, bound, _ in cursor.execute(CLAIMS).fetchall()
    }
    assert figures["85", "CPTS existantes"] == (7, 7, "at_least")
    assert figures["FR", "CPTS, tous stades"][2] in (None, "at_least")
    assert figures["90", "CPTS sous contrat (ACI)"] == (2, None, None)
    assert not [key for key, (_, computed, bound) in figures.items() if bound == "at_least" and not computed]


def test_a_claim_on_a_place_built_in_part_is_left_out(partial):
    assert {
        code for (code,) in fetch(partial.database, "SELECT code FROM claim WHERE source_id = 'cpts_nombre'")
    } == set()


def test_an_unknown_place_is_told_with_its_line(data, edit):
    line = edit(FILE, 0, territoire="Bretagne")
    with (
        pytest.raises(BuildError, match=f"ligne {line} : le territoire « Bretagne » est inconnu"),
        france("08", sources=(cpts_counts,), data=data),
    ):
        pass
