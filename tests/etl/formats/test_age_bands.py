"""Ages as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.formats.age_bands import OLDEST, age_band


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("34", (34, 35)),
        ("34 ans", (34, 35)),
        ("0", (0, 1)),
        ("5-9", (5, 10)),
        ("05-09", (5, 10)),
        ("de 5 à 9 ans", (5, 10)),
        ("5 à 9 ans", (5, 10)),
        ("5 – 9 ans révolus", (5, 10)),
        ("[5;9]", (5, 10)),
        ("[5, 10[", (5, 10)),
        ("moins de 1 an", (0, 1)),
        ("< 5 ans", (0, 5)),
        ("95+", (95, None)),
        ("95 ans et plus", (95, None)),
        ("100 ans ou +", (100, None)),
    ],
)
def test_a_band_is_understood(text, band):
    assert age_band(text) == band


@pytest.mark.parametrize("text", ["", "Ensemble", "05/09/2026", "9-mai", "9-5", "140", "0-64 (dont 12)", "adulte"])
def test_what_is_no_age_is_not_guessed(text):
    assert age_band(text) is None


@given(st.integers(0, 100), st.integers(1, 20))
def test_every_way_of_writing_says_the_same(low, years):
    high = low + years
    written = {f"{low}-{high - 1}", f"{low} à {high - 1} ans", f"de {low} à {high - 1} ans", f"[{low};{high}["}
    assert {age_band(text) for text in written} == {(low, high) if high <= OLDEST else None}
