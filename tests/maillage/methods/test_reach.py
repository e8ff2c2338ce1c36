"""The nearest site and the people beyond a threshold, against counting one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.methods import plane, reach

people = st.lists(
    st.tuples(st.one_of(st.floats(0, 100), st.just(np.inf)), st.integers(0, 1000)), min_size=1, max_size=30
).filter(lambda rows: any(population for _, population in rows))


def test_the_nearest_by_every_distance(flat, sites):
    nearest_site = reach.nearest(flat, sites)
    km = plane.distances(flat, sites)
    assert nearest_site.km == pytest.approx(km.min(axis=1))
    assert km[np.arange(len(flat)), nearest_site.site] == pytest.approx(km.min(axis=1))


def test_no_site_in_that_part_of_france():
    flat = plane.lay(["08105", "97411"], [4.72, 55.45], [49.77, -20.88])
    nearest_site = reach.nearest(flat, flat[:1])
    assert nearest_site.site.tolist() == [0, reach.NOWHERE]
    assert nearest_site.km.tolist() == [0, np.inf]
    assert reach.nearest(flat, flat[:0]).site.tolist() == [reach.NOWHERE] * 2


def test_of_sites_at_one_point_the_first_is_given():
    sites = np.array([[5.0, 5], [1, 1], [1, 1], [1, 1]])
    assert reach.nearest(np.array([[0.0, 0], [1, 1]]), sites).site.tolist() == [1, 1]


@given(st.integers(0, 30), st.data())
def test_one_more_site_never_takes_the_nearest_away(count, data):
    points = st.tuples(st.floats(0, 50), st.floats(0, 50))
    places = np.array(data.draw(st.lists(points, min_size=1, max_size=20)))
    sites = np.array(data.draw(st.lists(points, min_size=count, max_size=count))).reshape(-1, 2)
    before, after = reach.nearest(places, sites).km, reach.nearest(places, np.vstack([sites, [[25.0, 25]]])).km
    assert (after <= before).all()


@given(people, st.lists(st.floats(0, 110), min_size=1, max_size=8))
def test_the_curve_counts_people_one_by_one(rows, thresholds):
    values, population = map(np.array, zip(*rows, strict=True))
    for threshold, share in zip(thresholds, reach.beyond(values, population, thresholds), strict=True):
        counted = sum(count for value, count in rows if value > threshold)
        assert share == pytest.approx(100 * counted / population.sum())


@given(people, st.lists(st.floats(0.01, 1), min_size=1, max_size=6))
def test_a_quantile_is_the_least_value_that_enough_people_do_not_exceed(rows, shares):
    values, population = map(np.array, zip(*rows, strict=True))
    for share, least in zip(shares, reach.quantiles(values, population, shares), strict=True):
        need = share * population.sum() * (1 - 1e-12)
        enough = [value for value, _ in rows if sum(count for other, count in rows if other <= value) >= need]
        assert least == min(enough)


def test_a_quantile_on_a_step_does_not_slip_to_the_next():
    assert reach.quantiles([1, 2, 3], [10, 20, 70], [0.1, 0.3, 0.30001, 1]).tolist() == [1, 2, 3, 3]


def test_spread_by_hand():
    summary = reach.spread(np.array([0.0, 10, 20, 99]), np.array([50, 30, 20, 0]))
    assert (summary.population, summary.mean, summary.farthest) == (100, 7.0, 20.0)
    assert summary.deciles.tolist() == [0, 0, 0, 0, 0, 10, 10, 10, 20]


@pytest.mark.parametrize("values, population", [([np.nan], [1]), ([1], [np.nan]), ([1], [-1]), ([1], [0]), ([], [])])
def test_what_is_unknown_is_refused(values, population):
    for question in (reach.mean, reach.spread, lambda v, p: reach.beyond(v, p, [1])):
        with pytest.raises(ValueError, match=r"inconnue|habite"):
            question(values, population)
