"""France as its producers publish it: their own rows, near what the départements give, and no mean of ours in their place."""

from __future__ import annotations

import csv

import pytest

from etl import build as builder
from tests.etl.conftest import fetch


@pytest.fixture(scope="module")
def listed():
    with (builder.ROOT / "data" / "reference" / "france_figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_france_shows_the_published_row(cursor, listed):
    figures = {
        (indicator, year): (value, bound)
        for indicator, year, value, bound in cursor.execute(
            "SELECT indicator, year, value, bound FROM indicator_value WHERE level = 'france' AND basis IN ('published', 'provisional')"
        ).fetchall()
    }
    for row in listed:
        assert figures[row["indicateur"], int(row["annee"])] == (float(row["valeur"]), "exact"), row
    values = {row["indicateur"]: row["valeur"] for row in listed}
    assert (values["ald_part_avec_medecin_traitant"], values["cpts_part_population_couverte"]) == ("94.93", "86.1")
    assert values["mg_densite"] == "147"


def test_it_is_of_the_year_of_the_departements_and_near_their_mean(cursor, listed):
    for row in listed:
        total, mean, known = cursor.execute(
            """
            SELECT sum(v.value), sum(v.value * t.population) / sum(t.population), count(*)
            FROM indicator_value v JOIN territory t USING (level, code)
            WHERE v.level = 'departement' AND v.indicator = ? AND v.year = ? AND v.value IS NOT NULL
            """,
            [row["indicateur"], int(row["annee"])],
        ).fetchone()
        assert known >= 100
        expected = total if row["indicateur"].endswith("_nombre") else mean
        assert float(row["valeur"]) == pytest.approx(expected, rel=0.01), row


def test_what_nobody_publishes_of_france_stays_a_mean_of_ours(cursor):
    means = {
        name
        for (name,) in cursor.execute(
            "SELECT indicator FROM indicator_value WHERE level = 'france' AND basis = 'mean_of_parts' AND bound = 'about'"
        ).fetchall()
    }
    assert {"mortalite_prematuree_0_64", "taux_pauvrete", "css_part_beneficiaires", "esperance_vie_femmes"} <= means
    assert not means & {"ald_part_avec_medecin_traitant", "mg_densite", "apl_mg", "part_75_plus"}


def test_a_part_of_france_is_not_given_the_figures_of_the_whole(partial):
    assert fetch(partial.database, "SELECT count(*) FROM indicator_value WHERE source_id = 'france_figures'") == [(0,)]
