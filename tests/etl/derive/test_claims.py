"""Claims: computed from the lists where they can say, silent elsewhere."""

from __future__ import annotations

import csv

import pytest

from etl import build as builder
from etl.derive.claims import COMPUTATIONS


def test_every_computation_answers_a_claim_of_the_list():
    with (builder.ROOT / "data" / "reference" / "declarations.csv").open(encoding="utf-8", newline="") as file:
        subjects = {row["sujet"] for row in csv.DictReader(file)}
    assert set(COMPUTATIONS) <= subjects


@pytest.mark.parametrize(
    ("subject", "code", "kind", "statuses"),
    [
        ("MSP opérationnelles", "08", "MSP", ["ouvert"]),
        ("MSP en cours de constitution", "08", "MSP", ["en_ouverture", "en_construction", "en_projet"]),
        ("ESP existantes", "08", "ESP", ["ouvert"]),
        ("PASS", "86", "PASS", ["ouvert"]),
    ],
)
def test_sites_are_counted(cursor, subject, code, kind, statuses):
    with (builder.ROOT / "data" / "reference" / "structures.csv").open(encoding="utf-8", newline="") as file:
        count = sum(
            row["type"] == kind and row["departement"] == code and row["statut"] in statuses
            for row in csv.DictReader(file)
        )
    found = cursor.execute(
        "SELECT DISTINCT computed FROM claim WHERE subject = ? AND code = ?", [subject, code]
    ).fetchall()
    # The lists are partial: none listed is not none.
    assert found == [(count or None,)]


def test_nothing_is_computed_where_nobody_looked(cursor):
    # The lists hold no PASS of the Moselle: none known is not none.
    assert cursor.execute(
        "SELECT count(*) FROM inventory WHERE subject = 'PASS' AND extent <> 'inconnu' AND departement_code = '57'"
    ).fetchone() == (0,)
    value = COMPUTATIONS["PASS"].value
    query = f"SELECT {value} FROM (SELECT 'departement' AS level, ? AS code) c"
    assert cursor.execute(query, ["57"]).fetchone() == (None,)
    assert cursor.execute(query, ["86"]).fetchone() == (2,)


def test_a_population_is_computed_only_on_a_whole_perimeter(cursor):
    rows = cursor.execute(
        """
        SELECT p.perimeter, c.computed IS NOT NULL FROM claim c JOIN cpts p USING (cpts_id)
        WHERE c.subject IN ('Population CPTS', 'Communes CPTS')
        """
    ).fetchall()
    assert rows and all(computed == (perimeter == "complet") for perimeter, computed in rows)


def test_what_is_computed_says_what_it_is(cursor):
    assert cursor.execute(
        "SELECT count(*) FROM claim WHERE computed IS NOT NULL AND computed_as IS NULL"
    ).fetchone() == (0,)
