"""Self-employed professions: every number of the file, whole sums, and a denominator that is not everybody said so."""

from __future__ import annotations

import csv

import pytest

from etl import build as builder
from etl.sources import departement_figures, professionnels_liberaux
from etl.sources.professionnels_liberaux import FILE, INDICATORS
from maillage import catalog
from maillage.catalog.indicators import PROFESSIONS
from tests.etl.published import france


@pytest.fixture(scope="module")
def listed():
    with (builder.ROOT / "data" / "reference" / FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_catalogue_has_the_fifteen_professions_of_the_file(listed):
    assert {row["profession"] for row in listed} == set(INDICATORS) and len(INDICATORS) == 15
    assert {name for names in INDICATORS.values() for name in names} <= set(catalog.INDICATOR)


def test_every_line_is_two_figures_of_its_year(cursor, listed):
    names = {name for names in INDICATORS.values() for name in names}
    values = {
        key: value
        for *key, value in cursor.execute(
            "SELECT indicator, code, year, value FROM indicator_value WHERE level = 'departement' AND list_contains(?, indicator)",
            [sorted(names)],
        ).fetchall()
        for key in [tuple(key)]
    }
    expected = {
        (name, row["code_departement"], int(row["annee"])): float(row[column])
        for row in listed
        for name, column in zip(INDICATORS[row["profession"]], ("effectif", "densite"), strict=True)
    }
    assert values == expected and len(expected) == 2 * 15 * 101


def test_france_sums_numbers_and_averages_densities(cursor):
    figures = {
        indicator: (value, bound, basis)
        for indicator, value, bound, basis in cursor.execute(
            "SELECT indicator, value, bound, basis FROM indicator_value WHERE level = 'france' AND indicator LIKE 'liberaux!_%' ESCAPE '!'"
        ).fetchall()
    }
    assert figures["liberaux_infirmiers_nombre"] == (99_023, "exact", "computed")
    assert figures["liberaux_infirmiers_densite"][1:] == ("about", "mean_of_parts")
    assert figures["liberaux_infirmiers_densite"][0] == pytest.approx(144.3, abs=0.1)


@pytest.mark.parametrize(("code", "label", "among"), PROFESSIONS, ids=[code for code, *_ in PROFESSIONS])
def test_a_density_among_a_part_of_the_people_says_so(cursor, listed, code, label, among):
    rows = [row for row in listed if row["profession"] == code and float(row["densite"])]
    people = dict(
        cursor.execute(
            "SELECT code, value FROM indicator_value WHERE level = 'departement' AND indicator = 'population_estimee'"
        ).fetchall()
    )
    counted = sum(float(row["effectif"]) * 100_000 / float(row["densite"]) for row in rows)
    share = 100 * counted / sum(people[row["code_departement"]] for row in rows)
    indicator = catalog.INDICATOR[f"liberaux_{code}_densite"]
    if among:
        assert (
            round(share) == int(among.split(" ")[0])
            and "habitants" not in indicator.unit
            and among in indicator.definition
        )
    else:
        assert share == pytest.approx(100, abs=0.5) and indicator.unit == "pour 100 000 habitants"


def test_general_practitioners_are_held_against_the_first_file(data, edit, listed):
    first = next(
        i for i, row in enumerate(listed) if (row["code_departement"], row["profession"]) == ("08", "generalistes")
    )
    edit(FILE, first, effectif="1")
    with france("08", sources=(departement_figures, professionnels_liberaux), data=data) as (connection, _):
        notes = connection.execute(
            "SELECT reason, sentence FROM intake_row WHERE source_id = 'professionnels_liberaux'"
        ).fetchall()
        label = catalog.INDICATOR["mg_liberaux_nombre"].label
        assert [reason for reason, _ in notes] == ["chiffre différent"] and notes[0][1].startswith(f"« {label} », 2024")
        assert notes[0][1].endswith("selon « departement_figures », qui est retenu, 1 ici.")
        ((kept, source_id),) = connection.execute(
            "SELECT value, source_id FROM indicator_value "
            "WHERE code = '08' AND level = 'departement' AND indicator = 'mg_liberaux_nombre'"
        ).fetchall()
        assert kept > 1 and source_id == "departement_figures"
