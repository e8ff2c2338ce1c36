"""Rates and ratios, against published values and what must always hold."""

import numpy as np
import pytest
import scipy  # its parts come when they are used
from hypothesis import given
from hypothesis import strategies as st

from maillage.methods import rates
from maillage.methods.rates import crude_rate, trend

# -- golden values ----------------------------------------------------------------------------------------------------


def test_byar_of_a_hundred():
    low, high = rates.byar(100)
    assert (round(float(low), 3), round(float(high), 3)) == (81.362, 121.628)


# tests/testthat/testdata_funnel_ratio_outputs.csv of PHEindicatormethods (UKHSA): exact limits of a count.
@pytest.mark.parametrize(
    ("count", "level", "low", "high"),
    [
        (1, 0.95, 0.025317898, 5.571644585),
        (9, 0.95, 4.11537405, 17.08479966),
        (10, 0.95, 4.795387629, 18.39035799),
        (100, 0.95, 81.36400699, 121.6268111),
        (716, 0.95, 664.5083011, 770.4222128),
        (1, 0.998, 0.001000547, 9.233410143),
        (10, 0.998, 2.960519925, 24.13397235),
        (100, 0.998, 71.92139974, 134.9243187),
        (716, 0.998, 636.1521174, 802.60414),
    ],
)
def test_intervals_of_a_count_as_the_english_health_agency_has_them(count, level, low, high):
    # Their z has a few digits: the last ones differ.
    assert [float(limit) for limit in rates.exact(count, level)] == pytest.approx([low, high], rel=1e-4)
    if count < 10 or level == 0.95:
        assert [float(limit) for limit in rates.interval(count, level)] == pytest.approx([low, high], rel=2e-3)


def test_the_exact_interval_of_no_event_and_of_ten():
    # Garwood (1936): 0 to 3.689 for none, 4.80 to 18.39 for ten.
    assert [round(float(x), 3) for x in rates.exact(0)] == [0, 3.689]
    assert [round(float(x), 2) for x in rates.exact(10)] == [4.80, 18.39]


def test_the_exact_interval_is_where_the_poisson_tails_are_two_and_a_half_percent():
    low, high = rates.exact(7)
    assert scipy.stats.poisson.sf(6, low) == pytest.approx(0.025)
    assert scipy.stats.poisson.cdf(7, high) == pytest.approx(0.025)


def test_the_trend_of_a_published_series():
    # AIDS deaths in Australia by quarter, 1983-1986 (Whyte et al. 1987, in Dobson, An Introduction to Generalized Linear
    # Models): R's glm(deaths ~ quarter, poisson) gives 0.25652, standard error 0.02204.
    deaths = np.array([0, 1, 2, 3, 1, 4, 9, 18, 23, 31, 20, 25, 37, 45], float)
    slope, error, dispersion = rates._poisson_slope(np.arange(14.0), deaths, np.ones(14))
    assert (round(slope, 5), round(error, 5)) == (0.25652, 0.02204)
    fitted = trend(np.arange(14), deaths, np.ones(14))
    assert fitted.percent_per_year == pytest.approx(100 * np.expm1(slope))
    assert fitted.dispersion == pytest.approx(dispersion) and dispersion > 1
    reach = scipy.stats.t.ppf(0.975, 12) * error * np.sqrt(dispersion)
    assert (fitted.low, fitted.high) == pytest.approx(tuple(100 * np.expm1([slope - reach, slope + reach])))


# -- what is withheld -------------------------------------------------------------------------------------------------


def test_no_rate_without_people():
    assert "population" in crude_rate(3, 0).reason


def test_a_count_that_cannot_be_is_refused():
    for count in (-1, float("nan")):
        with pytest.raises(ValueError, match="négatif ou inconnu"):
            crude_rate(count, 10)


def test_a_crude_rate_says_which_interval_it_has():
    assert "exact" in crude_rate(9, 1000).method
    assert "Byar" in crude_rate(10, 1000).method


@pytest.mark.parametrize(
    ("years", "events", "words"), [(range(4), [50] * 4, "cinq années"), (range(6), [1] * 6, "10 événements")]
)
def test_no_trend_from_too_little(years, events, words):
    slope = trend(years, events, [1000] * len(events))
    assert slope.percent_per_year is None and words in slope.reason


def test_an_unknown_year_is_left_out_of_the_trend():
    whole = trend(range(6), [10, 12, 11, 15, 16, 18], [1000] * 6)
    with_gap = trend(range(7), [10, 12, 11, 15, 16, 18, float("nan")], [1000] * 7)
    assert with_gap == whole


# -- what always holds ------------------------------------------------------------------------------------------------

count = st.integers(0, 100_000)


@given(count, st.sampled_from([0.8, 0.9, 0.95, 0.998]))
def test_an_interval_holds_its_count_and_widens_with_its_level(events, level):
    for method in (rates.byar, rates.exact, rates.interval):
        low, high = method(events, level)
        wide_low, wide_high = method(events, 0.999)
        assert 0 <= wide_low <= low <= events <= high <= wide_high


@given(st.integers(10, 100_000))
def test_byar_is_close_to_exact_from_ten_events(events):
    for near, true in zip(rates.byar(events), rates.exact(events), strict=True):
        assert near == pytest.approx(float(true), rel=2e-3)


@given(count)
def test_limits_grow_with_events(events):
    for before, after in zip(rates.interval(events), rates.interval(events + 1), strict=True):
        assert before < after


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1000, 100_000)), min_size=5, max_size=12),
    st.integers(1900, 2020),
)
def test_the_trend_is_the_maximum_of_the_likelihood(rows, first):
    events, people = (np.array(column, float) for column in zip(*rows, strict=True))
    if np.count_nonzero(events) < 3 or events.sum() < 10:
        return
    years = first + np.arange(len(rows))
    slope, error, _ = rates._poisson_slope(years.astype(float), events, people)
    centred = years - years.mean()

    def loss(line):
        log_mean = line[0] + line[1] * centred + np.log(people)
        return np.sum(np.exp(log_mean) - events * log_mean)

    best = scipy.optimize.minimize(loss, [np.log(events.sum() / people.sum()), 0.0], method="Nelder-Mead", tol=1e-10)
    assert loss([best.x[0], slope]) == pytest.approx(best.fun, rel=1e-6, abs=1e-5)
    assert slope == pytest.approx(best.x[1], abs=0.05 * error + 1e-4)


@given(st.floats(-0.2, 0.2), st.integers(5, 12))
def test_a_steady_growth_is_found(growth, years):
    people = np.full(years, 100_000.0)
    slope = trend(np.arange(years), 1000 * np.exp(growth * np.arange(years)), people)
    assert slope.percent_per_year == pytest.approx(100 * np.expm1(growth), abs=1e-6)
    assert slope.low <= slope.percent_per_year <= slope.high
    assert slope.dispersion == pytest.approx(0, abs=1e-9)
