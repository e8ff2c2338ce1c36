"""Départements as people write them: understood, or not; never taken for a contradiction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import build as builder
from maillage.language.departements import Departements, of_postcode, overseas_code
from tests.rows import rows_of

NAMES = rows_of(f"SELECT code, name FROM '{builder.ROOT}/data/snapshot/departements.parquet' ORDER BY 1")
DEPARTEMENTS = Departements(NAMES)
SHAPES = [
    "{code} - {name}",
    "{name} ({code})",
    "{code}-{name}",
    "{code} {name}",
    "{name} {code}",
    "{code} – {name}",
    "D{code}",
    "{code}",
    "{name}",
    "Dpt {code}",
    "département {code}",
    "{code}: {name}",
    "[{code}] {name}",
    "FR-{code}",
    "{name} / {code}",
    "{code}, {name}",
]
CASES = [str, str.upper, str.lower, str.title, lambda text: text.replace("-", " ")]


@given(st.sampled_from(NAMES), st.sampled_from(SHAPES), st.sampled_from(CASES))
def test_a_code_a_name_or_both_are_the_departement_they_name(departement, shape, case):
    code, name = departement
    assert DEPARTEMENTS.read(f" {case(shape.format(code=code, name=name))} ") == {code}


@given(st.sampled_from(NAMES).filter(lambda one: one[0].isdigit()), st.sampled_from(["0{}", "{}.0", "{},0"]))
def test_a_number_that_a_spreadsheet_touched_is_a_code(departement, shape):
    code = departement[0]
    assert DEPARTEMENTS.read(shape.format(code)) == {code}
    assert DEPARTEMENTS.read(shape.format(int(code))) == {code}


@given(st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_code_beside_the_name_of_another_is_not_understood(one, other):
    assert DEPARTEMENTS.read(f"{one[0]} - {other[1]}") == ({one[0]} if one == other else set())


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("20", {"2A", "2B"}),
        ("Corse", {"2A", "2B"}),
        ("201", {"2A"}),
        ("202", {"2B"}),
        ("20A", {"2A"}),
        ("20B", {"2B"}),
        ("FR08", {"08"}),
        ("FR-2A", {"2A"}),
        ("08 ou 51", {"08", "51"}),
        ("2 A", {"2A"}),
        ("69M", {"69"}),
        ("69D", {"69"}),
        ("9A", {"971"}),
        ("9B", {"972"}),
        ("9C", {"973"}),
        ("9D", {"974"}),
        ("9F", {"976"}),
        ("Réunion", {"974"}),
        ("Seine St Denis", {"93"}),
        ("Val d’Oise", {"95"}),
        ("Département du Nord", {"59"}),
        ("08200", {"08"}),
        ("08 et 51", {"08", "51"}),
        ("67/68", {"67", "68"}),
        ("Ain et Aisne", {"01", "02"}),
        ("Indre-et-Loire / 37", {"37"}),
        ("Indre et Loire, Cher", {"37", "18"}),
        ("Loire et Indre-et-Loire", {"42", "37"}),
        ("Indre-et-Loire 42", set()),
        ("Côtes du Nord", {"22"}),
        ("Grand Est", set()),
        ("99", set()),
        ("", set()),
        (None, set()),
        ("0", set()),
        ("9E", set()),
        ("Ville de Sedan", set()),
        ("08 ou ailleurs", set()),
    ],
)
def test_what_registers_and_people_write(text, codes):
    assert DEPARTEMENTS.read(text) == codes


@given(st.text(max_size=20))
def test_any_text_is_read_without_harm(text):
    assert DEPARTEMENTS.read(text) <= {code for code, _ in NAMES}


@pytest.mark.parametrize(
    ("postcode", "codes"),
    [
        ("20090", {"2A"}),
        ("20190", {"2A"}),
        ("20200", {"2B"}),
        ("20303", {"2A", "2B"}),
        ("20538", {"2A", "2B"}),
        ("97400", {"974"}),
        ("97829", {"974"}),
        ("97150", {"971"}),
        ("08000", {"08"}),
    ],
)
def test_the_departements_of_a_postcode(postcode, codes):
    assert of_postcode(postcode) == codes


@pytest.mark.parametrize(
    ("code", "today"), [("9D411", "97411"), ("9A105", "97105"), ("9D105", "9D105"), ("2A004", "2A004")]
)
def test_the_codes_of_registers_overseas(code, today):
    assert overseas_code(code) == today
