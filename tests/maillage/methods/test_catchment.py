"""Catchment areas: golden values, what must always hold, and PySAL's answer on real communes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from maillage import catalog
from maillage.methods import catchment, plane
from maillage.methods.catchment import DECAY, DECAYS, Setting, two_step

WITHIN = 30.0


def reachable(places, sites, minutes=WITHIN):
    pairs = plane.pairs(places, sites, catalog.TRAVEL.km(minutes))
    return pairs, catalog.TRAVEL.minutes(pairs.km)


def test_the_golden_values():
    scores = two_step([1000, 2000, 1000], [2, 1], np.array([[1, 0.1], [0.3, 0.3], [0.1, 1]]))
    assert scores.per_100k == pytest.approx([123.529, 52.941, 70.588], abs=5e-4)
    assert scores.demand == pytest.approx([1700, 1700])
    assert (scores.demand > 0).all()


def test_the_steps_are_those_of_the_method_note():
    minutes = np.array([0, 4.99, 5, 9.99, 10, 14.99, 15, 15.01])
    assert catchment.steps(minutes, 15).tolist() == [1, 1, 0.3, 0.3, 0.1, 0.1, 0.1, 0]


@pytest.mark.parametrize("decay", DECAYS, ids=lambda decay: decay.code)
@given(threshold=st.floats(1, 120))
def test_a_decay_falls_from_one_to_nothing(decay, threshold):
    minutes = np.linspace(0, 1.5 * threshold, 301)
    weight = decay.weight(minutes, threshold)
    assert weight[0] == 1
    assert (np.diff(weight) <= 1e-12).all()
    assert (weight[minutes > threshold] == 0).all()
    assert (weight >= 0).all()


def test_the_bell_by_hand():
    assert catchment.gaussian(np.array([10.0]), 20)[0] == pytest.approx(
        (np.exp(-0.125) - np.exp(-0.5)) / (1 - np.exp(-0.5))
    )


@st.composite
def problems(draw):
    """Inhabitants, supply and weights of some places and sites."""
    n, m = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    return (
        draw(arrays(float, n, elements=st.integers(0, 5000))),
        draw(arrays(float, m, elements=st.integers(0, 40))),
        draw(arrays(float, (n, m), elements=st.sampled_from([0, 0.1, 0.3, 1]))),
    )


@given(problems())
def test_all_the_supply_that_somebody_reaches_is_shared_out(problem):
    population, supply, weights = problem
    scores = two_step(population, supply, weights)
    reached = supply[(population @ weights) > 0].sum()
    assert population @ scores.per_100k / 100_000 == pytest.approx(reached)
    assert supply[scores.demand == 0].sum() == pytest.approx(supply.sum() - reached)
    assert (scores.per_100k >= 0).all()


@given(problems(), st.integers(0, 40), st.data())
def test_one_more_site_never_worsens_access(problem, places, data):
    population, supply, weights = problem
    more = data.draw(arrays(float, (len(population), 1), elements=st.sampled_from([0, 0.1, 0.3, 1])))
    before = two_step(population, supply, weights).per_100k
    after = two_step(population, np.append(supply, places), np.hstack([weights, more])).per_100k
    assert (after >= before - 1e-9).all()


@pytest.mark.parametrize("threshold", [15.0, 30.0])
@pytest.mark.parametrize("decay", DECAYS, ids=lambda decay: decay.code)
def test_pysal_finds_the_same_on_real_communes(communes, flat, sites, decay, threshold):
    import access.fca  # a second, for the one worker that tries this

    supply = np.arange(1.0, len(sites) + 1)
    pairs, minutes = reachable(flat, sites)
    setting = Setting(decay, threshold)
    ours = two_step(communes["population"], supply, catchment.weights(pairs, minutes, (len(flat), len(sites)), setting))
    theirs = access.fca.two_stage_fca(
        demand_df=communes.assign(place=communes.index),
        supply_df=pd.DataFrame({"site": range(len(sites)), "supply": supply}),
        cost_df=pd.DataFrame({"origin": pairs.place, "dest": pairs.site, "cost": minutes}),
        max_cost=threshold,
        demand_index="place",
        demand_name="population",
        supply_index="site",
        supply_name="supply",
        weight_fn=lambda cost: float(decay.weight(np.array([cost]), threshold)[0]),
    )
    reached = theirs.reindex(communes.index).fillna(0).to_numpy() * catchment.PER
    assert np.count_nonzero(reached) > 200
    assert ours.per_100k == pytest.approx(reached)


def test_the_whole_of_france_at_once(every_commune):
    flat = plane.lay(every_commune["code"], every_commune["lon"], every_commune["lat"])
    sites = flat[::10]
    pairs, minutes = reachable(flat, sites)
    claims = catchment.weights(pairs, minutes, (len(flat), len(sites)), Setting(DECAY["paliers"], 15.0))
    population = every_commune["population"].to_numpy(float)
    scores = two_step(population, np.ones(len(sites)), claims)
    assert (scores.demand > 0).all()
    assert population @ scores.per_100k / 100_000 == pytest.approx(len(sites))


@pytest.mark.parametrize(
    ("population", "supply", "sentence"),
    [
        ([np.nan], [1], "population"),
        ([-1], [1], "population"),
        ([1], [np.nan], "comptez les sites"),
        ([1], [-2], "comptez les sites"),
    ],
)
def test_what_is_unknown_is_refused(population, supply, sentence):
    with pytest.raises(ValueError, match=sentence):
        two_step(population, supply, np.ones((1, 1)))


def test_a_threshold_of_nothing_is_refused(flat, sites):
    pairs, minutes = reachable(flat, sites)
    with pytest.raises(ValueError, match="seuil"):
        catchment.weights(pairs, minutes, (len(flat), len(sites)), Setting(DECAY["lineaire"], 0))


# -- does the gap survive? ------------------------------------------------------------------------------------------


def test_robustness_against_every_setting_one_by_one(communes, flat, sites):
    supply = np.ones(len(sites))
    among = (communes["departement_code"] == "62").to_numpy()
    pairs, minutes = reachable(flat, sites)
    robust = catchment.ranked(catchment.indices(communes["population"], supply, pairs, minutes)[among])
    assert len(robust) == among.sum()
    worst, poor, ranks = np.zeros(len(robust), int), np.zeros(len(robust), int), []
    for setting in catchment.SETTINGS:
        claims = catchment.weights(pairs, minutes, (len(flat), len(sites)), setting)
        values = two_step(communes["population"], supply, claims).per_100k[among].round(9)
        below = np.array([(values < value).sum() for value in values])
        worst += (below < 0.2 * len(values)) & (values < values.max())
        poor += values < np.median(values) / 2
        ranks.append(below + 1)
    assert robust["settings"].unique() == [16]
    assert robust["worst_fifth"].tolist() == worst.tolist()
    assert robust["below_half_median"].tolist() == poor.tolist()
    assert robust["lowest_rank"].tolist() == np.min(ranks, axis=0).tolist()
    assert robust["highest_rank"].tolist() == np.max(ranks, axis=0).tolist()
    assert 0 < (worst == 16).sum() < len(robust)


def test_places_all_alike_have_no_worst_fifth():
    pairs = plane.Pairs(np.arange(5), np.zeros(5, int), np.ones(5))
    robust = catchment.ranked(catchment.indices(np.full(5, 100.0), np.ones(1), pairs, np.full(5, 3.0)))
    assert robust["worst_fifth"].tolist() == [0] * 5
    assert robust["below_half_median"].tolist() == [0] * 5


def test_no_place_at_all_is_no_row():
    assert catchment.ranked(np.empty((0, 3))).empty


@pytest.mark.parametrize(
    ("times", "begins"), [(16, "Oui :"), (8, "Plutôt oui"), (7, "Plutôt non"), (1, "Plutôt non"), (0, "Non :")]
)
def test_the_answer_in_words(times, begins):
    assert catchment.verdict(times, 16).startswith(begins)
    assert "16" in catchment.verdict(times, 16)
