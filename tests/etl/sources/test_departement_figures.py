"""Published figures: one row a line of the file, an empty value kept empty, a vintage never mixed with another."""

from __future__ import annotations

import csv

from etl import build as builder
from etl.sources.departement_figures import RENAMED

REFERENCE = builder.ROOT / "data" / "reference"


def listed(name):
    with (REFERENCE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def value(text):
    return float(text) if text else None


def test_every_line_of_the_figures_is_a_row(cursor):
    expected = {
        (row["code_departement"], RENAMED.get(row["indicateur"], row["indicateur"]), int(row["annee"])): value(
            row["valeur"]
        )
        for row in listed("departement_figures.csv")
    }
    figures = cursor.execute(
        """
        SELECT code, indicator, year, value FROM indicator_value
        WHERE source_id = 'departement_figures' AND level = 'departement' AND indicator NOT LIKE '%!_100k' ESCAPE '!'
        """
    ).fetchall()
    assert {(code, indicator, year): number for code, indicator, year, number in figures} == expected
    assert len(expected) == 2_424


def test_the_series_holds_ends_of_years_that_the_figures_do_not(cursor):
    expected = {
        (row["code_departement"], row["indicateur"], int(row["mois"][:4])): value(row["valeur"])
        for row in listed("departement_series_msp_cds.csv")
        if row["mois"].endswith("-12") and row["mois"] != "2023-12"
    }
    figures = cursor.execute(
        "SELECT code, indicator, year, value FROM indicator_value WHERE source_id = 'departement_series' AND level = 'departement'"
    ).fetchall()
    assert {(code, indicator, year): number for code, indicator, year, number in figures} == expected
    assert {year for _, _, year in expected} == {2017, 2018, 2019, 2020, 2021, 2022}


def test_a_year_is_summed_only_when_whole(cursor):
    years = cursor.execute(
        "SELECT year, value FROM indicator_value WHERE indicator = 'cds_pluripro_nombre' AND level = 'france' ORDER BY year"
    ).fetchall()
    # 26 départements are missing until 2019; the totals are the source's national rows.
    assert [year for year, _ in years] == [2020, 2021, 2022, 2023]
    assert dict(years)[2021] == 522 and dict(years)[2023] == 638
