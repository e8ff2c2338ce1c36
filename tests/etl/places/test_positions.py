"""What two numbers mean, in every part of France, in every order, in degrees or in metres."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from etl.places.geo import ZONES, project, zone_of
from etl.places.positions import NEAR_KM, Pair, distances_km, locate, pair

# A square of a tenth of a degree around a town of each part of France.
TOWNS = {
    "08105": (4.72, 49.77),
    "2A004": (8.74, 41.93),
    "29232": (-4.1, 48.0),
    "97105": (-61.73, 16.0),
    "97209": (-61.07, 14.62),
    "97302": (-52.33, 4.93),
    "97411": (55.45, -20.89),
    "97611": (45.22, -12.78),
}
OUTLINES = {code: shapely.box(lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05) for code, (lon, lat) in TOWNS.items()}
points = st.sampled_from(sorted(TOWNS)).flatmap(
    lambda code: st.tuples(
        st.just(code),
        st.floats(-0.04, 0.04).map(lambda d: TOWNS[code][0] + d),
        st.floats(-0.04, 0.04).map(lambda d: TOWNS[code][1] + d),
    )
)
NOISE = st.floats(-9e6, 9e6)


@given(points, st.booleans(), st.booleans(), st.lists(st.tuples(NOISE, NOISE), max_size=1))
def test_a_position_is_found_however_it_is_written(point, metres, swapped, noise):
    code, lon, lat = point
    written = tuple(project([lon], [lat], zone_of(code))[0]) if metres else (lon, lat)
    pairs = [Pair(*(written[::-1] if swapped else written)), *(Pair(*other) for other in noise)]
    (position,) = locate([(code, pairs)], OUTLINES)
    assert position is not None
    # Noise may, one time in a million, fall inside as well; within the square then.
    assert position == pytest.approx((lon, lat), abs=1e-6) or shapely.contains_xy(OUTLINES[code], *position)


@given(points, points)
def test_a_position_far_from_its_commune_is_not_believed(here, there):
    code, lon, lat = here
    (position,) = locate([(there[0], [Pair(lon, lat)])], OUTLINES)
    assert (position is None) == (code != there[0])


def test_the_projection_named_by_the_row_is_the_one_used():
    lon, lat = TOWNS["08105"]
    old = (768_300.0, 2_533_500.0)  # Lambert II étendu, near Charleville-Mézières
    assert locate([("08105", [Pair(*old)])], OUTLINES) == [None]
    (position,) = locate([("08105", [Pair(*old, epsg=27572)])], OUTLINES)
    assert position == pytest.approx((lon, lat), abs=0.05)
    assert locate([("08105", [Pair(*old, epsg=999_999)])], OUTLINES) == [None]


def test_a_point_just_outside_the_outline_is_near_enough():
    code = "08105"
    x, y = project([TOWNS[code][0] + 0.05], [TOWNS[code][1]], "metropole")[0]
    for km, near in ((0.9 * NEAR_KM, True), (1.1 * NEAR_KM, False)):
        assert (locate([(code, [Pair(x + 1000 * km, y)])], OUTLINES) != [None]) is near


def test_rows_do_not_borrow_each_other_s_positions():
    rows = [
        ("08105", [Pair(*TOWNS["08105"])]),
        ("97411", []),
        ("97302", [Pair(0, 1e9)]),
        ("97611", [Pair(*TOWNS["97611"][::-1])]),
    ]
    assert locate(rows, OUTLINES) == [TOWNS["08105"], None, None, TOWNS["97611"]]
    assert locate([], OUTLINES) == []


@pytest.mark.parametrize("first", [None, "", "abc", "nan", "inf", 0, "0.0"])
def test_what_is_no_number_is_no_pair(first):
    assert pair(first, "0") == ()


def test_a_number_is_read_with_a_point_or_a_comma():
    assert pair(" 5,254203", "46.211257") == (Pair(5.254203, 46.211257),)


def test_distance_to_an_unknown_commune_is_not_a_number():
    assert np.isnan(distances_km(np.array([4.7]), np.array([49.7]), ["99999"], OUTLINES)).all()


def test_every_part_of_france_is_tried():
    assert {zone_of(code) for code in TOWNS} == set(ZONES)
