"""Funnel plots: exact prediction limits, and overdispersion in the open."""

import numpy as np
import pytest
import scipy  # its parts come when they are used
from hypothesis import given
from hypothesis import strategies as st

from maillage.methods.funnel import exact_limit, funnel, overdispersion

OBSERVED, EXPECTED = np.array([100, 150, 180, 80, 120, 225.0]), np.array([108, 112, 165, 95, 100, 220.0])


def test_phi_as_the_nhs_package_has_it():
    # tests/testthat/test-classes_methods.R of FunnelPlotR (NHS-R community): phi 2.948033, z on their log scale.
    z = np.sqrt(EXPECTED) * np.log(OBSERVED / EXPECTED)
    assert round(overdispersion(z, EXPECTED, winsorised=0)[0], 6) == 2.948033


def test_tau2_is_dersimonian_and_lairds():
    # Nothing pulled in: Q = Σz², τ² = (Q − (k−1)) / (Σw − Σw²/Σw), by hand.
    phi, tau2 = overdispersion([2, -2, 1, -3], [10, 20, 30, 40], winsorised=0)
    assert phi == 4.5
    assert tau2 == pytest.approx((18 - 3) / (100 - 3000 / 100))


def test_extremes_are_pulled_in_not_dropped():
    z = [*[0.5] * 5, *[-0.5] * 5, 40]
    phi, _ = overdispersion(z, np.ones(11))
    assert phi == pytest.approx(0.25)  # the 90th percentile of eleven is the tenth: 0.5


def test_exact_limits_interpolate_the_steps_of_the_count():
    # Spiegelhalter's appendix: r = 15 is the least with P(R ≤ r) ≥ 0.975 for a mean of 8.5.
    law = scipy.stats.poisson(8.5)
    assert law.cdf(14) < 0.975 <= law.cdf(15)
    alpha = (law.cdf(15) - 0.975) / law.pmf(15)
    assert exact_limit(8.5, 1, 0.975) == pytest.approx((15 - alpha) / 8.5)


@given(st.floats(0.5, 5000), st.floats(0.01, 3), st.sampled_from([0.001, 0.025, 0.975, 0.999]))
def test_a_count_beyond_an_exact_limit_is_as_rare_as_said(size, centre, tail):
    limit = float(exact_limit(size, centre, tail)) * size
    law = scipy.stats.poisson(size * centre)
    assert law.cdf(np.ceil(limit) - 1) <= tail + 1e-9 or limit == 0
    assert law.cdf(np.ceil(limit)) >= tail - 1e-9


@given(st.integers(20, 20_000), st.floats(0.02, 0.98))
def test_binomial_limits_stay_proportions(size, centre):
    lows = [float(exact_limit(size, centre, tail, "binomial")) for tail in (0.001, 0.025)]
    highs = [float(exact_limit(size, centre, tail, "binomial")) for tail in (0.975, 0.999)]
    assert 0 <= lows[0] <= lows[1] <= centre <= highs[0] <= highs[1] <= 1


def worlds(seed, territories, spread):
    draw = np.random.default_rng(seed)
    size = draw.uniform(50, 2000, territories)
    return draw.poisson(size * np.exp(draw.normal(0, spread, territories))), size


def test_chance_alone_is_not_called_overdispersion():
    events, size = worlds(1, 100, 0.0)
    limits = funnel(events, size, benchmark=1)
    assert 0.5 < limits.phi < 1.2
    assert np.mean(limits.sides != 0) < 0.12
    assert limits.values == pytest.approx(events / size)


def test_overdispersion_is_shown_and_keeps_the_limits_of_chance_beside():
    events, size = worlds(2, 100, 0.2)
    limits = funnel(events, size, benchmark=1)
    # log(rate) spread by 0.2 is √rate spread by 0.1; pulling in a tenth at each end leaves about two thirds of τ².
    assert limits.phi > 3 and 0.4 < limits.tau2 / 0.1**2 < 1
    assert "surdispersion" in limits.method
    beyond_chance = (limits.values > limits.limits.high95) | (limits.values < limits.limits.low95)
    assert beyond_chance.mean() > 0.4
    assert (limits.sides != 0).mean() < beyond_chance.mean() / 2
    assert (limits.adjusted.high998 >= limits.limits.high998).all()
    assert (limits.adjusted.low95 <= limits.limits.low95).all()


def test_few_territories_tell_nothing_of_overdispersion():
    limits = funnel(OBSERVED, EXPECTED, benchmark=1)
    assert limits.phi is None and limits.adjusted is None and "10 territoires" in limits.reason


def test_a_territory_far_beyond_is_told_from_one_near():
    size = np.full(3, 100.0)
    assert funnel([100, 125, 160], size, benchmark=1).sides.tolist() == [0, 1, 2]
    assert funnel([100, 78, 55], size, benchmark=1).sides.tolist() == [0, -1, -2]


def test_without_a_benchmark_it_is_the_rate_of_all():
    assert funnel([10, 30], [1000, 1000], per=1000).benchmark == pytest.approx(20)


@given(st.integers(0, 10_000), st.floats(0, 0.4), st.sampled_from(["poisson", "binomial"]))
def test_limits_hold_the_benchmark_and_narrow_with_size(seed, spread, kind):
    events, size = worlds(seed, 30, spread)
    size = np.round(size)
    events = np.minimum(events, size) if kind == "poisson" else np.minimum(events // 3, size)
    limits = funnel(events, size, per=100, kind=kind)
    for curve in filter(None, (limits.curve, limits.adjusted_curve)):
        assert (curve.low998 <= curve.low95).all() and (curve.high95 <= curve.high998).all()
        assert (curve.low95 <= limits.benchmark * 1.0001).all() and (curve.high95 >= limits.benchmark * 0.9999).all()
        assert curve.high998[-1] <= curve.high998[0] and curve.low998[-1] >= curve.low998[0]
    assert set(limits.sides) <= {-2, -1, 0, 1, 2}


@pytest.mark.parametrize(
    ("events", "exposure", "more"),
    [
        ([], [], {}),
        ([1, 2], [1], {}),
        ([1, np.nan], [10, 10], {}),
        ([1, 2], [10, 0], {}),
        ([5, 20], [10, 10], {"kind": "binomial"}),
        ([0, 0], [10, 10], {}),
        ([1, 2], [10, 10], {"kind": "normal"}),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(events, exposure, more):
    with pytest.raises(ValueError, match=r"\."):
        funnel(events, exposure, **more)
