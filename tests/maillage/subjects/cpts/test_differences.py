"""Declared beside computed: every difference in a sentence, none where nothing can be compared."""

from __future__ import annotations

import pytest

from maillage.subjects.cpts import differences

CARD = {"declared_communes": 34, "declared_population": 90_000, "perimeter": "complet", "as_of": "2022-10-18"}


def differences_of(
    card=None, communes=34, population=88_000, year=2023, history=((2019, 91_000), (2022, 89_000), (2023, 88_000))
):
    return differences.differences(CARD | (card or {}), communes, population, year, history)


def test_the_census_of_its_own_year_comes_first():
    (sentence,) = differences_of()
    for words in (
        "90\u202f000 déclarés (18/10/2022)",
        "89\u202f000\u00a0habitants de ces communes au recensement de 2022",
        "soit −1\u202f000 (−1,1",
        "Depuis, −1\u202f000",
        "88\u202f000\u00a0habitants au recensement de 2023",
    ):
        assert words in sentence


def test_a_figure_older_than_its_publication_is_held_against_its_own_census():
    sentences = differences.differences(CARD, 34, 88_000, 2023, ((2019, 91_000), (2020, 90_500), (2022, 89_000)), 2020)
    assert "(chiffre de 2020) contre 90\u202f500" in sentences[0] and "89\u202f000" not in sentences[0]


def test_the_very_number_of_a_census_is_recognised():
    (sentence,) = differences_of({"declared_population": 89_000})
    assert "c'est le chiffre du recensement de 2022" in sentence and "−1\u202f000" in sentence


def test_an_undated_declaration_is_not_explained_by_the_years():
    (sentence,) = differences_of({"as_of": None})
    assert "peut venir d'un recensement plus ancien" in sentence and "Ces mêmes communes" not in sentence


def test_nothing_to_say_when_all_agrees():
    assert differences_of({"declared_population": 88_000}) == ()


def test_communes_that_merged_are_told():
    assert "34\u00a0communes déclarées, 33 aujourd'hui" in differences_of(communes=33)[0]


def test_another_class_is_told():
    assert "taille 3" in differences_of({"declared_population": 80_000}, population=79_999)[-1]
    assert "taille 2" in differences_of({"declared_population": 80_000}, population=79_999)[-1]


@pytest.mark.parametrize("people", [None, 19_668])
def test_a_part_is_not_compared(people):
    extent = "inconnu" if people is None else "partiel"
    sentences = differences_of({"perimeter": extent}, communes=5 if people else 0, population=people)
    assert "devin" in sentences[0] and "%" not in "".join(sentences)
    assert "sous réserve du périmètre" in sentences[-1]


def test_a_population_that_nobody_declared():
    assert differences_of({"declared_population": None})[0].startswith("Aucune population n'est déclarée")
    assert differences_of(
        {"declared_population": None, "declared_communes": None, "perimeter": "inconnu"}, 0, None
    ) == ("Périmètre inconnu : aucune commune membre n'est nommée par les sources. Rien n'est deviné.",)
