"""What a figure is, in signs and in words."""

import pandas as pd
import pytest

from maillage.catalog import INDICATOR
from maillage.language import figures
from maillage.queries import indicators
from maillage.records.figure import Figure


@pytest.mark.parametrize(
    ("bound", "basis", "expected"),
    [
        ("exact", "published", "4,2"),
        ("exact", "computed", "4,2"),
        ("at_least", "computed", "≥\u00a04,2"),
        ("at_most", "mean_of_parts", "≤\u00a04,2"),
        ("exact", "mean_of_parts", "≈\u00a04,2"),
        ("about", "published", "≈\u00a04,2"),
        ("exact", "provisional", "4,2"),
    ],
)
def test_a_sign_for_each_kind(bound, basis, expected):
    assert figures.reading(4.2, 1, bound, basis) == expected


def test_withheld_missing_and_zero_are_three_things():
    assert figures.reading(None, 1, basis="withheld") == "NS"
    assert figures.reading(None, 1) == "–" and figures.reading(0, 1) == "0,0"


def test_words_of_a_table():
    table = pd.DataFrame(
        {
            "value": [1.0, 2, None, None, 5, 6],
            "bound": ["exact", "at_least", None, "exact", "exact", "exact"],
            "basis": ["published", "computed", None, "withheld", "provisional", "mean_of_parts"],
        }
    )
    assert list(figures.words(table)) == ["", "minimum", "manquant", "NS", "provisoire", "moyenne calculée ici"]
    assert list(figures.rankable(table)) == [True, False, False, False, True, True]


def test_a_bound_is_never_ranked():
    assert Figure(1.0).rankable and Figure(1.0, basis="mean_of_parts").rankable
    assert not Figure(1.0, bound="at_least").rankable and not Figure(1.0, bound="at_most").rankable
    assert not Figure(None).rankable and not Figure(None, basis="withheld").rankable


def test_listed_beside_published():
    assert figures.listed(12, 22) == "12\u00a0recensées sur 22\u00a0publiées"
    assert figures.listed(1, None) == "1\u00a0recensée"


def test_a_bound_and_its_column_agree_in_the_base(cursor):
    """A minimum has its low end and no high one, a maximum the reverse: nobody has to read a sentence."""
    torn = cursor.execute(
        """
        SELECT indicator, level, code, bound, low, high FROM indicator_value
        WHERE (bound = 'at_least') <> (low IS NOT NULL AND high IS NULL) OR (bound = 'at_most') <> (high IS NOT NULL AND low IS NULL)
        """
    ).fetchall()
    assert torn == []


def test_a_mean_of_ours_says_so(cursor):
    rows = indicators.profile(cursor, [("france", "FR")], ["taux_pauvrete", "population"]).set_index("indicator")
    assert rows.loc["taux_pauvrete", "basis"] == "mean_of_parts" and rows.loc["population", "basis"] == "published"
    assert figures.sign(rows.loc["taux_pauvrete", "bound"], rows.loc["taux_pauvrete", "basis"]) == "≈"
    assert INDICATOR["taux_pauvrete"].combine == "mean"


@pytest.mark.parametrize(("code", "percent", "way"), [("38", 5.9, "plus"), ("74", 4.8, "plus"), ("972", -3.7, "moins")])
def test_an_area_far_from_the_published_one_says_so(cursor, code, percent, way):
    gap = indicators.area_gaps(cursor).get(code)
    assert gap == pytest.approx(percent, abs=0.1)
    assert f"de {way} que la surface publiée" in figures.area(gap)
    assert figures.area(gap, "Ici").startswith("Ici : surface mesurée")


def test_a_near_area_says_nothing(cursor):
    gap = indicators.area_gaps(cursor)["62"]
    assert 0 < gap < figures.AREA_GAP and figures.area(gap) == "" == figures.area(None)
