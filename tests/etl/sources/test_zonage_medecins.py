"""The zoning of general practitioners: what the copy gives, and nothing where it gives nothing."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from etl import build as builder
from etl.source import BuildError
from etl.sources import zonage_medecins
from etl.sources.zonage_medecins import FILE, RANKS
from maillage import catalog
from tests.etl.conftest import fetch
from tests.etl.published import france

CATEGORIES = catalog.INDICATOR["zonage_medecins"].categories
VALUES = "SELECT level, code, value, year, bound, basis FROM indicator_value WHERE indicator = 'zonage_medecins'"


@pytest.fixture(scope="module")
def listed():
    with (builder.ROOT / "data" / "reference" / FILE).open(encoding="utf-8", newline="") as file:
        return {row["code_commune"]: row["zonage"] for row in csv.DictReader(file)}


def test_ranks_are_those_of_the_catalogue():
    assert {code: CATEGORIES[rank - 1].partition("(")[2] for code, rank in RANKS.items()} == {
        code: f"{code})" for code in RANKS
    }
    assert sorted(RANKS.values()) == list(range(1, len(CATEGORIES) + 1))


def test_every_commune_of_the_copy_has_its_category(cursor, listed):
    values = {code: value for _, code, value, *_ in cursor.execute(VALUES).fetchall()}
    assert values == {code: RANKS[zone] for code, zone in listed.items()}
    assert Counter(listed.values()) == {"ZIP": 13_606, "ZAC": 16_693, "ZAR": 1_502, "HZ": 3_050}


def test_cities_are_zoned_by_arrondissement_and_never_as_a_whole(cursor):
    levels = Counter(level for level, *_ in cursor.execute(VALUES).fetchall())
    assert levels == {"commune": 34_806, "arrondissement_municipal": 45}


def test_a_commune_without_a_row_is_unknown_and_says_so(cursor, listed):
    lacking = {code for (code,) in cursor.execute("SELECT code FROM residence").fetchall()} - set(listed)
    assert len(lacking) == 66 and sum(code.startswith("974") for code in lacking) == 24
    notes = cursor.execute(
        "SELECT line FROM intake_row WHERE source_id = 'zonage_medecins' AND reason = 'commune sans zonage'"
    ).fetchall()
    assert {line.removeprefix("commune ") for (line,) in notes} == lacking


def test_a_commune_united_since_is_a_doubt(cursor):
    united = {
        code
        for (code,) in cursor.execute(
            "SELECT code FROM territory WHERE level = 'commune' AND geometry_origin = 'reunion'"
        ).fetchall()
    }
    doubted = cursor.execute(
        "SELECT name FROM intake_row WHERE source_id = 'zonage_medecins' AND reason = 'commune réunie'"
    ).fetchall()
    assert 30 < len(doubted) <= len(united) and ("Saint-Denis",) in doubted


def test_a_category_that_nobody_knows_stops_the_build(data, edit):
    line = edit(FILE, 0, zonage="ZRR")
    with (
        pytest.raises(BuildError, match=f"zonage_medecins.csv, ligne {line} : « ZRR »"),
        france("08", sources=(zonage_medecins,), data=data),
    ):
        pass


def test_a_part_of_france_holds_its_own_communes_only(partial):
    rows = fetch(
        partial.database, "SELECT DISTINCT left(code, 2) FROM indicator_value WHERE indicator = 'zonage_medecins'"
    )
    assert {row[0] for row in rows} == {"08", "13", "62"}
