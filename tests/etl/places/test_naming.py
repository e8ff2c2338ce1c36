"""Names of communes as people, the post and registers write them."""

from __future__ import annotations

import pytest

from etl.places.naming import spelling, without_article, written


@pytest.mark.parametrize(
    ("text", "spellings", "cedex"),
    [
        ("CHALONS S/ MARNE cedex 2", ("chalons sur marne", "chalons sous marne"), True),
        ("Abergement (L')", ("l abergement",), False),
        ("Le Havre", ("le havre",), False),
        ("ST ETIENNE CEDX 1", ("saint etienne",), True),
        ("Sainte-Marie (Ardennes)", ("sainte marie",), False),
        ("VILLENEUVE LEZ AVIGNON", ("villeneuve les avignon",), False),
    ],
)
def test_a_name_in_its_spellings(text, spellings, cedex):
    name = written(text)
    assert (name.spellings, name.cedex) == (spellings, cedex)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Lyon 3e", "69383"),
        ("PARIS 01", "75101"),
        ("Marseille 16e arrondissement", "13216"),
        ("Lyon 12e", ""),  # the city has no such part
        ("Lyon", None),
    ],
)
def test_a_part_of_a_city_has_its_code(text, code):
    assert written(text).arrondissement == code


def test_a_register_cuts_long_names_only():
    assert written("SAINT REMY EN BOUZEMONT SAI").may_be_cut("Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson")
    assert not written("SAINT REMY").may_be_cut("Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson")


@pytest.mark.parametrize(
    ("text", "name", "alike"),
    [
        ("Strasbourg Neudorf", "Strasbourg", True),
        ("Boulogne", "Boulogne-sur-Mer", True),
        ("Neudorf Strasbourg", "Strasbourg", False),
        ("Sedan", "Rethel", False),
    ],
)
def test_one_name_begins_with_the_words_of_the_other(text, name, alike):
    assert written(text).resembles(name) is alike


def test_articles_and_abbreviations():
    assert spelling("Sts-Geosmes") == "saints geosmes"
    assert [without_article(name) for name in ("le havre", "l abergement", "sedan")] == ["havre", "abergement", "sedan"]
