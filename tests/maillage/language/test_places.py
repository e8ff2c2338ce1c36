"""Places as people write them: what is read, whatever the spelling, and what tells nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.language.places import ARRONDISSEMENTS, arrondissement, divided, iris, postal_part, stripped

ROMAN = [
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
    "XVI",
    "XVII",
    "XVIII",
    "XIX",
    "XX",
]
FORMS = (
    "{city} {n}",
    "{city} {n}e",
    "{city} {n}ème",
    "{city} {n} ème",
    "{city} {n}EME ARRDT",
    "{city} 0{n}",
    "{city} ({n}e)",
    "{city} - {n}e arr.",
    "{city}-{n}e-Arrondissement",
    "{n}e arrondissement de {city}",
    "{city} {roman}",
    "{city} {roman}e",
    "{city} {roman}ème",
    "{city}, {roman}e ardt",
    "{roman}e arrondissement de {city}",
)


@given(st.sampled_from(sorted(ARRONDISSEMENTS)), st.integers(1, 20), st.sampled_from(FORMS), st.booleans())
def test_an_arrondissement_is_read_however_it_is_written(city, number, form, capitals):
    if number > 9:
        form = form.replace("0{n}", "{n}")
    text = form.format(city=city.title(), n=number, roman=ROMAN[number - 1])
    expected = number if number <= ARRONDISSEMENTS[city] else 0
    assert arrondissement(text.upper() if capitals else text) == (city, expected)


@pytest.mark.parametrize(
    "text", ["Paris", "Sedan 3", "Paris 8e Élysée", "Lyon Vaise", "Paris 123", "3e", "Parisot 2", "Paris x y"]
)
def test_other_texts_speak_of_no_arrondissement(text):
    assert arrondissement(text) is None


@pytest.mark.parametrize(
    "text", ["Sedan, Ardennes", "Sedan (Ardennes)", "Sedan - Ardennes", "Sedan/Ardennes", "Sedan [Ardennes]"]
)
def test_a_name_and_what_stands_behind_it_are_divided(text):
    assert ("Sedan", "Ardennes") in divided(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Commune de Sedan", "Sedan"),
        ("Ville d'Arches", "Arches"),
        ("Communes : Sedan", "Sedan"),
        ("Sedan, France", "Sedan"),
        ("MANS LE", "LE MANS"),
        ("Sedan", "Sedan"),
        ("Villedieu", "Villedieu"),
    ],
)
def test_what_people_put_around_a_name_is_taken_off(text, name):
    assert stripped(text) == name


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("084090101", ("08409", "0101")),
        ("84090101", ("08409", "0101")),
        ("2a0040101", ("2A004", "0101")),
        ("IRIS 751110000", ("75111", "0000")),
        ("200041622", None),  # the SIREN of an intercommunalité
        ("240800862", None),
        ("0840901", None),
        ("Sedan", None),
    ],
)
def test_the_code_of_an_iris_is_no_siren(text, parts):
    assert iris(text) == parts


@pytest.mark.parametrize(
    ("city", "postcode", "number"),
    [
        ("paris", "75011", 11),
        ("paris", "75116", 16),
        ("lyon", "69009", 9),
        ("lyon", "69010", 0),
        ("marseille", "13016", 16),
        ("paris", "75056", 0),
        ("sedan", "08200", 0),
        ("paris", "9D411", 0),
    ],
)
def test_a_postcode_of_a_city_tells_its_arrondissement(city, postcode, number):
    assert postal_part(city, postcode) == number
