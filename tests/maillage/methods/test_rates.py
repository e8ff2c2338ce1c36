"""Rates and ratios, against published values and what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from maillage.methods import rates
from maillage.methods.rates import ESP2013_UNDER_65, crude_rate, smr, standardised_rate, trend

# Births and Down's syndrome cases by maternal age, birth orders 1 to 5+, Michigan 1950-1964: Stark and Mantel (1966) in
# Fleiss, Statistical Methods for Rates and Proportions, 1981, p. 249; Fay and Feuer (1997), table 1.
BIRTHS = np.array(
    [
        [230061, 329449, 114920, 39487, 14208, 3052],
        [72202, 326701, 208667, 83228, 28466, 5375],
        [15050, 175702, 207081, 117300, 45026, 8660],
        [2293, 68800, 132424, 98301, 46075, 9834],
        [327, 30666, 123419, 149919, 104088, 34392],
    ]
)
CASES = np.array(
    [
        [107, 141, 60, 40, 39, 25],
        [25, 150, 110, 84, 82, 39],
        [3, 71, 114, 103, 108, 75],
        [1, 26, 64, 89, 137, 96],
        [0, 8, 63, 112, 262, 295],
    ]
)


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
    assert stats.poisson.sf(6, low) == pytest.approx(0.025)
    assert stats.poisson.cdf(7, high) == pytest.approx(0.025)


def test_the_standardised_rate_of_the_design_notes():
    rate = standardised_rate((10, 40, 350), (34000, 58000, 70000), (16000, 31000, 33500))
    assert (round(rate.value, 3), round(rate.low, 3), round(rate.high, 3)) == (240.479, 217.472, 265.255)
    assert rate.events == 400 and "Dobson" in rate.method and rate.reason == ""


def test_standardised_rates_of_a_published_study():
    standard = BIRTHS.mean(axis=0)
    rate = [standardised_rate(cases, births, standard).value for cases, births in zip(CASES, BIRTHS, strict=True)]
    assert rate[0] == pytest.approx(92.305, abs=5e-4)  # Fay and Feuer: 92.3
    assert rate[4] == pytest.approx(75.52901, abs=5e-6)  # vignette of the R package dsrTest


def test_dobson_is_byar_stretched_by_the_variance():
    # Var of birth order 1, as another implementation prints it: 0.003919e-6.
    standard = BIRTHS.mean(axis=0)
    rate = standardised_rate(CASES[0], BIRTHS[0], standard, per=1)
    variance = ((rate.high - rate.value) / (float(rates.byar(412)[1]) - 412)) ** 2 * 412
    assert round(variance * 1e6, 6) == 0.003919


def test_the_european_standard_population_under_65():
    assert sum(ESP2013_UNDER_65.weights) == 80_500
    assert len(ESP2013_UNDER_65.bands) == len(ESP2013_UNDER_65.weights) == 14
    assert "2013" in standardised_rate([5] * 14, [1000] * 14, ESP2013_UNDER_65).method


def test_the_smr_of_liddell():
    # Liddell, Simple exact analysis of the standardised mortality ratio, J Epidemiol Community Health, 1984: 8 deaths for
    # 3.59 expected, 90 %: 223 (111 to 402); 23 for 17.83, 95 %: 129 (82 to 194).
    rate = smr(8, 3.59, level=0.90)
    assert [round(x) for x in (rate.value, rate.low, rate.high)] == [223, 111, 402]
    rate = smr(23, 17.83)
    assert [round(x) for x in (rate.value, rate.low, rate.high)] == [129, 82, 194]


def test_the_trend_of_a_published_series():
    # AIDS deaths in Australia by quarter, 1983-1986 (Whyte et al. 1987, in Dobson, An Introduction to Generalized Linear
    # Models): R's glm(deaths ~ quarter, poisson) gives 0.25652, standard error 0.02204.
    deaths = np.array([0, 1, 2, 3, 1, 4, 9, 18, 23, 31, 20, 25, 37, 45], float)
    slope, error, dispersion = rates._poisson_slope(np.arange(14.0), deaths, np.ones(14))
    assert (round(slope, 5), round(error, 5)) == (0.25652, 0.02204)
    fitted = trend(np.arange(14), deaths, np.ones(14))
    assert fitted.percent_per_year == pytest.approx(100 * np.expm1(slope))
    assert fitted.dispersion == pytest.approx(dispersion) and dispersion > 1
    reach = stats.t.ppf(0.975, 12) * error * np.sqrt(dispersion)
    assert (fitted.low, fitted.high) == pytest.approx(tuple(100 * np.expm1([slope - reach, slope + reach])))


# -- what is withheld -------------------------------------------------------------------------------------------------


def test_no_standardised_rate_under_ten_events_and_the_reason():
    rate = standardised_rate((4, 5), (1000, 1000), (1, 1))
    assert (rate.value, rate.low, rate.high) == (None, None, None)
    assert rate.events == 9 and "10 événements" in rate.reason
    assert standardised_rate((5, 5), (1000, 1000), (1, 1)).value == pytest.approx(500)


def test_no_rate_without_people():
    assert "population" in standardised_rate((20, 20), (1000, 0), (1, 1)).reason
    assert "population" in crude_rate(3, 0).reason
    assert "attendu" in smr(3, 0).reason


def test_bands_that_do_not_match_and_counts_that_cannot_be():
    with pytest.raises(ValueError, match="tranches d'âge"):
        standardised_rate((20, 20), (1000,), (1, 1))
    with pytest.raises(ValueError, match="poids"):
        standardised_rate((20, 20), (1000, 10), (0, 0))
    with pytest.raises(ValueError, match="négatif ou inconnu"):
        crude_rate(-1, 10)
    with pytest.raises(ValueError, match="négatif ou inconnu"):
        smr(float("nan"), 10)
    with pytest.raises(ValueError, match="tranches d'âge"):
        rates.expected([1], [1, 2], [1, 2])
    with pytest.raises(ValueError, match="population"):
        rates.expected([1, 2], [1, 2], [0, 2])


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
band = st.tuples(st.integers(0, 3000), st.integers(1, 500_000), st.floats(1, 10_000))


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


@given(st.lists(band, min_size=1, max_size=12))
def test_a_standardised_rate_lies_in_its_interval_and_scales(bands):
    events, people, weights = (np.array(column, float) for column in zip(*bands, strict=True))
    rate = standardised_rate(events, people, weights)
    if events.sum() < 10:
        assert rate.value is None
        return
    assert 0 <= rate.low <= rate.value <= rate.high
    thousand = standardised_rate(events, people, 7 * weights, per=1000)
    assert (thousand.value, thousand.low, thousand.high) == pytest.approx(
        (rate.value / 100, rate.low / 100, rate.high / 100)
    )


@given(st.lists(band, min_size=1, max_size=12))
def test_the_standard_itself_has_its_crude_rate_and_interval(bands):
    events, people, _ = (np.array(column, float) for column in zip(*bands, strict=True))
    if events.sum() < 10:
        return
    standardised, crude = standardised_rate(events, people, people), crude_rate(events.sum(), people.sum())
    assert (standardised.value, standardised.low, standardised.high) == pytest.approx(
        (crude.value, crude.low, crude.high), rel=1e-6
    )


@given(st.lists(band, min_size=2, max_size=8), st.integers(10, 500), st.integers(1000, 50_000), st.integers(2, 5))
def test_cutting_a_band_into_bands_of_equal_rate_changes_no_rate(bands, events, people, parts):
    whole = [*bands, (events * parts, people * parts, 100.0 * parts)]
    cut = [*bands, *[(events, people, 100.0)] * parts]
    one, many = (standardised_rate(*(np.array(c, float) for c in zip(*b, strict=True))) for b in (whole, cut))
    assert (one.value, one.low, one.high) == pytest.approx((many.value, many.low, many.high))


@given(st.lists(band, min_size=1, max_size=8), st.integers(0, 7), st.integers(1, 100))
def test_one_more_death_never_lowers_a_rate(bands, which, more):
    events, people, weights = (np.array(column, float) for column in zip(*bands, strict=True))
    if events.sum() < 10:
        return
    added = events.copy()
    added[which % len(bands)] += more
    assert standardised_rate(added, people, weights).value > standardised_rate(events, people, weights).value


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(1000, 100_000)), min_size=1, max_size=8))
def test_the_reference_itself_has_a_ratio_of_a_hundred(bands):
    events, people = (np.array(column, float) for column in zip(*bands, strict=True))
    rate = smr(events.sum(), rates.expected(people, events, people))
    assert rate.value == pytest.approx(100)
    assert rate.low < 100 < rate.high


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

    best = optimize.minimize(loss, [np.log(events.sum() / people.sum()), 0.0], method="Nelder-Mead", tol=1e-10)
    assert loss([best.x[0], slope]) == pytest.approx(best.fun, rel=1e-6, abs=1e-5)
    assert slope == pytest.approx(best.x[1], abs=0.05 * error + 1e-4)


@given(st.floats(-0.2, 0.2), st.integers(5, 12))
def test_a_steady_growth_is_found(growth, years):
    people = np.full(years, 100_000.0)
    slope = trend(np.arange(years), 1000 * np.exp(growth * np.arange(years)), people)
    assert slope.percent_per_year == pytest.approx(100 * np.expm1(growth), abs=1e-6)
    assert slope.low <= slope.percent_per_year <= slope.high
    assert slope.dispersion == pytest.approx(0, abs=1e-9)
