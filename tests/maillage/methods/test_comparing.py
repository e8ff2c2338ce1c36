"""Comparing territories."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import scipy  # its parts come when they are used
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from maillage.methods import comparing
from maillage.methods.comparing import evolution, neighbours, quantiles, ranks, spearman, trend_line

NAN = float("nan")
number = st.floats(-1e4, 1e4, allow_nan=False).map(lambda value: round(value, 3))
numbers = st.lists(number, min_size=1, max_size=30)


# -- those alike ------------------------------------------------------------------------------------------------------


def some():
    return pd.DataFrame(
        {"density": [10, 12, 100, 50, 11], "age": [40, 41, 30, 35, 60]},
        index=["08", "55", "75", "62", "23"],
        dtype=float,
    )


def test_the_nearest_come_first_with_their_gaps():
    nearest = neighbours(some(), "08", count=2)
    assert nearest.table["code"].tolist()[0] == "55"
    # Density: median 12, deviations 2, 0, 88, 38, 1: median 2.
    assert nearest.scales["density"] == pytest.approx(2 * 1.4826)
    gaps = (12 - 10) / nearest.scales["density"], (41 - 40) / nearest.scales["age"]
    assert tuple(nearest.table.loc[0, ["density", "age"]]) == pytest.approx(gaps)
    assert nearest.table.loc[0, "distance"] == pytest.approx(np.sqrt((gaps[0] ** 2 + gaps[1] ** 2) / 2))
    assert nearest.variables == ("density", "age") and nearest.left_out == ()


def test_what_is_unknown_is_left_out_and_said():
    values = some().assign(constant=1.0, secret=[NAN, 1, 2, 3, 4])
    values.loc["55", ["density", "age"]] = NAN
    values.loc["75", "age"] = NAN
    nearest = neighbours(values, "08")
    assert nearest.variables == ("density", "age")
    reasons = " ; ".join(nearest.left_out)
    assert "secret : inconnu" in reasons and "constant : la même valeur" in reasons and "1 territoire dont" in reasons
    assert "55" not in set(nearest.table["code"])
    assert nearest.table.set_index("code").loc["75", "known"] == 1


def test_a_scale_falls_back_where_half_the_values_are_equal():
    assert comparing.robust_scale([1, 1, 1, 1, 9]) == pytest.approx(np.std([1, 1, 1, 1, 9]))
    assert comparing.robust_scale([1, 1, 1, 1, 5, 5, 5]) == pytest.approx(4 / 1.349)
    assert comparing.robust_scale([NAN]) == comparing.robust_scale([3.3, 3.3, 3.3]) == 0


def test_one_extreme_does_not_change_who_is_near():
    before = neighbours(some(), "08").table["code"].tolist()[:1]
    values = some()
    values.loc["75", "density"] = 1e9
    assert neighbours(values, "08").table["code"].tolist()[:1] == before


@settings(max_examples=40)
@given(
    st.lists(st.tuples(number, number), min_size=3, max_size=12),
    st.floats(0.01, 100),
    st.floats(-1000, 1000),
)
def test_neighbours_do_not_depend_on_units(rows, scale, shift):
    values = pd.DataFrame(rows, columns=["a", "b"], index=[f"{row:02}" for row in range(len(rows))])
    one = neighbours(values, "00", count=99)
    other = neighbours(values.assign(a=values["a"] * scale + shift), "00", count=99)
    assume(one.variables == other.variables)  # a spread lost in rounding
    near, far = (nearest.table.set_index("code")["distance"].sort_index() for nearest in (one, other))
    assert near.to_numpy() == pytest.approx(far.to_numpy(), rel=1e-3, abs=1e-3)
    assert one.table["distance"].is_monotonic_increasing and "00" not in set(one.table["code"])


# -- ranks ------------------------------------------------------------------------------------------------------------


def test_equal_at_the_data_s_precision_is_a_tie():
    standing = ranks([1.84, 1.8, 2.4, 1.76, NAN, 1.2], decimals=1)
    assert standing["label"].tolist() == ["2e à 4e ex æquo"] * 2 + ["1er", "2e à 4e ex æquo", "–", "5e"]
    assert standing["tied"].tolist()[0] == 3
    assert ranks([3, 1, 2], 0, highest_first=False)["label"].tolist() == ["3e", "1er", "2e"]
    assert ranks([1, 1], 0)["label"].tolist() == ["1er à 2e ex æquo"] * 2


@given(st.lists(st.one_of(number, st.just(NAN)), max_size=30), st.integers(0, 3), st.booleans())
def test_ranks_are_how_many_stand_before(values, decimals, highest_first):
    standing = ranks(values, decimals, highest_first)
    rounded = [round(float(np.round(value, decimals)), 6) for value in values if value == value]
    for row, value in zip(standing.itertuples(), values, strict=True):
        if value != value:
            assert pd.isna(row.first) and row.label == "–"
            continue
        mine = round(float(np.round(value, decimals)), 6)
        before = sum(other > mine if highest_first else other < mine for other in rounded)
        assert (row.first, row.tied) == (before + 1, rounded.count(mine))
        assert row.last == row.first + row.tied - 1


# -- two variables ----------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(number, number), min_size=8, max_size=20))
def test_the_slope_is_the_median_of_all_slopes(points):
    x, y = (np.array(column) for column in zip(*points, strict=True))
    assume(np.ptp(x) > 0 and np.ptp(y) > 0)
    slopes = [(y[j] - y[i]) / (x[j] - x[i]) for i, j in combinations(range(len(x)), 2) if x[i] != x[j]]
    line = trend_line(x, y)
    assert line.slope == pytest.approx(float(np.median(slopes)), rel=1e-6, abs=1e-9)
    assert line.intercept == pytest.approx(float(np.median(y - line.slope * x)), rel=1e-6, abs=1e-6)
    assert line.low <= line.slope <= line.high and line.points == len(x)


@given(st.lists(st.tuples(number, number), min_size=8, max_size=20))
@example([(0, 0)] * 7 + [(1, 1)])
@example([(n // 3, n % 4) for n in range(20)])
def test_the_correlation_is_that_of_scipy(points):
    x, y = (np.array(column, float) for column in zip(*points, strict=True))
    assume(np.ptp(x) > 0 and np.ptp(y) > 0)
    assert spearman(x, y).value == pytest.approx(scipy.stats.spearmanr(x, y).statistic)


def test_an_extreme_point_does_not_turn_the_line():
    x = np.arange(20.0)
    y = 3 * x + 1
    y[19] = 1e6
    assert trend_line(x, y).slope == pytest.approx(3)
    assert trend_line(x, y).low == pytest.approx(3)


@pytest.mark.parametrize(
    ("x", "words"), [([1, 2, 3], "Moins de 8"), ([1] * 9, "la même partout"), ([NAN] * 9, "Moins de 8")]
)
def test_no_line_and_no_correlation_from_too_little(x, words):
    y = list(range(len(x)))
    assert trend_line(x, y).slope is None and words in trend_line(x, y).reason
    assert spearman(x, y).value is None and words in spearman(x, y).reason


def test_spearman_against_its_formula_and_published_interval():
    # No ties: ρ = 1 − 6 Σd² ÷ n(n² − 1).
    x = np.arange(10.0)
    y = np.array([1, 0, 3, 2, 5, 4, 7, 6, 9, 8.0])
    rho = spearman(x, y)
    assert rho.value == pytest.approx(1 - 6 * 10 / (10 * 99))
    z, error = np.arctanh(rho.value), np.sqrt((1 + rho.value**2 / 2) / 7)
    assert (rho.low, rho.high) == pytest.approx((np.tanh(z - 1.959964 * error), np.tanh(z + 1.959964 * error)))
    assert rho.events == 10


@given(st.lists(st.tuples(number, number), min_size=8, max_size=20))
def test_a_correlation_is_symmetric_and_blind_to_growing_transformations(points):
    x, y = (np.array(column) for column in zip(*points, strict=True))
    assume(np.ptp(x) > 0 and np.ptp(y) > 0)
    rho = spearman(x, y)
    assert -1 <= rho.low <= rho.value <= rho.high <= 1
    assert spearman(y, x).value == pytest.approx(rho.value)
    assert spearman(scipy.stats.rankdata(x) ** 3, y).value == pytest.approx(rho.value)


# -- distribution -----------------------------------------------------------------------------------------------------


def test_weighted_quantiles_of_a_small_example():
    # Ten people at 1, one at 2, nine at 3: half are at 1, and more than half at 2 or less.
    assert quantiles([1, 2, 3], (0.5, 0.51, 0.6), weights=[10, 1, 9]).tolist() == [1, 2, 3]
    assert quantiles([1, 2, 3, NAN], (0.5,)).tolist() == [2]
    assert np.isnan(quantiles([NAN], (0.5,))).all()


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 5)), min_size=1, max_size=12),
    st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]),
)
def test_a_weight_is_as_many_territories(rows, share):
    values, weights = (np.array(column) for column in zip(*rows, strict=True))
    (quantile,) = quantiles(values, (share,), weights)
    assert quantile == quantiles(np.repeat(values, weights), (share,))[0]
    below = weights[values <= quantile].sum() / weights.sum()
    assert below >= share - 1e-9 and weights[values < quantile].sum() / weights.sum() < share + 1e-9


# -- change over years ------------------------------------------------------------------------------------------------


def years(*rows):
    return pd.DataFrame(rows, columns=["code", "year", "value"])


def test_an_evolution_needs_both_years():
    changes = evolution(years(("08", 2013, 100), ("08", 2023, 121), ("55", 2013, 50), ("62", 2018, 5)))
    assert changes["code"].tolist() == ["08", "55", "62"]
    first = changes.iloc[0]
    assert (first.first_year, first.last_year, first["first"], first["last"], first.change) == (
        2013,
        2023,
        100,
        121,
        21,
    )
    assert first.percent == pytest.approx(21)
    assert first.percent_per_year == pytest.approx(100 * (1.21**0.1 - 1))
    assert changes["reason"].tolist() == ["", "pas de valeur en 2023", "pas de valeur en 2013 et 2023"]
    assert changes.loc[1:, ["first", "last", "change", "percent_per_year"]].isna().all(axis=None)


def test_no_percentage_from_zero_or_below():
    changes = evolution(years(("08", 1, 0), ("08", 2, 5), ("55", 1, -1), ("55", 2, 1)))
    assert changes["change"].tolist() == [5, 2] and changes["percent_per_year"].isna().all()


def test_years_can_be_chosen_and_must_be_in_order():
    series = years(("08", 2013, 1), ("08", 2018, 2), ("08", 2023, 4))
    assert evolution(series, 2013, 2018).loc[0, "last"] == 2
    with pytest.raises(ValueError, match="plus tardive"):
        evolution(series, 2018, 2018)
