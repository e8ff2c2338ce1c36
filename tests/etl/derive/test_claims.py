"""Claims: computed from the lists where they can say, silent elsewhere."""

from __future__ import annotations

import csv

import pytest

from etl import build as builder
from etl.derive.claims import COMPUTATIONS


def test_every_computation_answers_a_claim_of_the_list():
    subjects = set()
    for name in ("declarations.csv", "cpts_nombre_par_territoire.csv"):
        with (builder.ROOT / "data" / "reference" / name).open(encoding="utf-8", newline="") as file:
            subjects |= {row["sujet"] for row in csv.DictReader(file)}
    assert set(COMPUTATIONS) <= subjects


@pytest.mark.parametrize(
    ("subject", "year", "kind", "statuses", "then"),
    [
        ("MSP opérationnelles", "2024", "MSP", ["ouvert"], lambda known, year: known <= year),
        ("MSP en fonctionnement", "2019", "MSP", ["ouvert"], lambda known, year: known <= year),
        (
            "MSP en cours de constitution",
            "2024",
            "MSP",
            ["en_ouverture", "en_construction", "en_projet"],
            lambda known, year: known == year,
        ),
        ("MSP en élaboration", "2019", "MSP", ["en_projet"], lambda known, year: known == year),
        ("ESP existantes", "2024", "ESP", ["ouvert"], lambda known, year: known <= year),
    ],
)
def test_sites_are_counted_as_they_were_known_then(cursor, subject, year, kind, statuses, then):
    """Eight in preparation in 2019 are no minimum of those of 2024: they may have opened."""
    sites = cursor.execute(
        "SELECT status, as_of, opened_on FROM site WHERE departement_code = '08' AND type = ?", [kind]
    ).fetchall()
    count = sum(
        status in statuses
        and (
            (as_of is not None and then(as_of[:4], year))
            or (statuses == ["ouvert"] and opened is not None and opened[:4] <= year)
        )
        for status, as_of, opened in sites
    )
    rows = cursor.execute(
        "SELECT DISTINCT computed, bound FROM claim WHERE subject = ? AND code = '08'", [subject]
    ).fetchall()
    # The lists are partial: none listed is not none, and what is listed is a minimum.
    assert rows == [(count, "at_least") if count else (None, None)]


def test_nothing_is_computed_where_nobody_looked(cursor):
    (nowhere,) = cursor.execute(
        """
        SELECT min(code) FROM territory WHERE level = 'departement'
        AND code NOT IN (SELECT departement_code FROM site WHERE type = 'PASS')
        """
    ).fetchone()
    value = COMPUTATIONS["PASS"].value
    query = f"SELECT {value} FROM (SELECT 'departement' AS level, ? AS code, NULL::VARCHAR AS date, NULL::INTEGER AS year) c"
    assert nowhere and cursor.execute(query, [nowhere]).fetchone() == (None,)
    assert cursor.execute(query, ["86"]).fetchone() == (2,)


def test_a_list_newer_than_a_claim_is_not_compared_with_it(cursor):
    assert cursor.execute(
        "SELECT computed FROM claim WHERE subject = 'CPTS initiées' AND code = '08' AND date = '2019'"
    ).fetchall() == [(None,)]


def test_a_population_is_that_of_the_census_of_its_own_year(cursor):
    rows = cursor.execute(
        """
        SELECT c.computed, (
            SELECT sum(h.population) FROM population_history h JOIN cpts_commune m ON m.commune_code = h.code
            WHERE m.cpts_id = c.cpts_id AND h.year = ?
        ) FROM claim c WHERE c.cpts_id = ? AND c.subject = 'Population CPTS'
        """,
        [2020, "cpts-71-centre-saone-et-loire"],
    ).fetchall()
    assert rows == [(91_612, 91_612)]


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
