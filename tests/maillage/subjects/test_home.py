import pandas as pd
import pytest

from maillage.subjects import home


def table(**columns) -> pd.DataFrame:
    return pd.DataFrame(
        {"name": ["A", "B", "C"], "population": [1_000_000, 3_000_000, 500_000], "year": [2024, 2024, 2024]} | columns
    )


def test_people_outside_are_counted_over_known_shares_only():
    people = home.outside(table(value=[50.0, 100.0, None]))
    assert people.people == 500_000 and people.percent == pytest.approx(12.5)
    assert (people.known, people.whole, people.lacking, people.least) == (2, 1, ("C",), ("A", 50.0))
    assert "environ 500\u202f000\u00a0personnes vivaient hors de toute CPTS" in home.sentence(people)
    assert "hors du compte : C." in home.grounds(people)


def test_no_share_is_no_number():
    assert home.outside(table(value=[None] * 3)) is None


def test_the_sentence_of_this_build_is_that_of_its_shares(ask):
    sentence, grounds = home.opening(ask)
    assert "million" in sentence and "En 2024" in sentence and "100\u00a0départements" in grounds
