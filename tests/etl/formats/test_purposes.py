"""What a file of data/local is for, by its name or by its headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.formats.headings import Column
from etl.formats.purposes import (
    BEGINNING,
    CPTS,
    DEATHS,
    PERIMETERS,
    STRUCTURES,
    by_name,
    has_headings,
    is_outlines,
    passing,
)

COLUMNS = (Column("nom", required="nom"), Column("commune", ("ville",), required="commune"))


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("périmètres 08.xlsx", PERIMETERS),
        ("CPTS communes 2026.csv", PERIMETERS),
        ("cpts.geojson", PERIMETERS),
        ("cpts.csv", CPTS),
        ("Liste structures ARS.csv", STRUCTURES),
        ("PASS_2026.ods", STRUCTURES),
        ("msps.csv", STRUCTURES),
        ("Décès 2023.csv", DEATHS),
        ("decoupage.csv", None),
        ("structures.pdf", None),
        ("~$structures.xlsx", None),
    ],
)
def test_a_name_says_what_a_file_is_for(name, purpose):
    assert by_name(Path(name)) == purpose


def test_what_a_program_leaves_beside_a_file_is_passing():
    assert [name for name in (".a.csv", "~$a.xlsx", "a.csv.part", "a.csv") if not passing(name)] == ["a.csv"]


def test_headings_say_it_where_the_name_does_not(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("Ville;Nom;autre\nSedan;Maison;1\n", encoding="utf-8")
    assert has_headings(path, COLUMNS)
    path.write_text("Ville;autre\nSedan;1\n", encoding="utf-8")
    assert not has_headings(path, COLUMNS)
    assert not has_headings(tmp_path / "absent.csv", COLUMNS)


def test_a_long_text_is_known_by_its_beginning(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("nom;commune\n" + "Maison;Sedan\n" * (2 * BEGINNING // 13), encoding="utf-8")
    assert has_headings(path, COLUMNS)


def test_features_are_not_rows(tmp_path):
    for name, text, outlines in (
        ("a.geojson", "[]", True),
        ("a.json", '{"type": "FeatureCollection", "features": []}', True),
        ("b.json", '[{"nom": "Maison"}]', False),
        ("a.csv", '"FeatureCollection"', False),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert is_outlines(tmp_path / name) is outlines, name
