"""Distances in every part of France, and none between two of them."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from maillage.methods import plane

# Two places of each part: code, lon, lat.
PLACES = [
    ("08105", 4.72, 49.77),
    ("2A004", 8.74, 41.92),
    ("97101", -61.53, 16.24),
    ("97105", -61.73, 15.99),
    ("97209", -61.07, 14.61),
    ("97302", -52.33, 4.94),
    ("97411", 55.45, -20.88),
    ("97608", 45.23, -12.78),
]


def laid(rows) -> np.ndarray:
    codes, lon, lat = zip(*rows, strict=True)
    return plane.lay(codes, lon, lat)


def test_a_distance_is_the_one_on_the_ground():
    _, _, metres = pyproj.Geod(ellps="GRS80").inv(-61.53, 16.24, -61.73, 15.99)
    flat = laid(PLACES)
    assert plane.distances(flat[2:3], flat[3:4])[0, 0] == pytest.approx(metres / 1000, rel=1e-3)


def test_two_parts_of_france_are_infinitely_apart():
    km = plane.distances(laid(PLACES), laid(PLACES))
    part = ["metropole", "metropole", "971", "971", "972", "973", "974", "976"]
    assert np.isfinite(km).tolist() == [[a == b for b in part] for a in part]


def test_a_place_without_coordinates_is_refused():
    with pytest.raises(ValueError, match="coordonnées"):
        plane.lay(["08105"], [None], [49.77])


@given(
    arrays(float, st.tuples(st.integers(0, 25), st.just(2)), elements=st.floats(0, 50)),
    arrays(float, st.tuples(st.integers(0, 25), st.just(2)), elements=st.floats(0, 50)),
    st.floats(0, 60),
)
def test_pairs_are_those_that_every_distance_gives(places, sites, within):
    near = plane.pairs(places, sites, within)
    km = plane.distances(places, sites) if len(places) and len(sites) else np.empty((len(places), len(sites)))
    place, site = np.nonzero(km <= within)
    sure = np.abs(km[place, site] - within) > 1e-9
    pairs = set(zip(near.place.tolist(), near.site.tolist(), strict=True))
    assert set(zip(place[sure].tolist(), site[sure].tolist(), strict=True)) <= pairs
    assert all(km[i, j] <= within + 1e-9 for i, j in pairs)
    assert near.km == pytest.approx(km[near.place, near.site])


@pytest.mark.parametrize("within", [-1, np.inf, np.nan])
def test_a_senseless_threshold_is_refused(within):
    with pytest.raises(ValueError, match="seuil"):
        plane.pairs(laid(PLACES), laid(PLACES), within)
