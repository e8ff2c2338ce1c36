"""Communes of a territory, from codes and from outlines: held against unions of communes and against a chessboard."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.build import ROOT
from etl.places import perimeters
from etl.places.geo import project, shapes_of
from etl.places.perimeters import MOST, SLIVER, overlay, polygons, residences
from tests.rows import rows_of

METRES = 1 / 111_000  # in degrees of latitude


def communes(*departements: str) -> dict[str, shapely.Geometry]:
    rows = rows_of(
        "SELECT code, ST_AsWKB(geometry) FROM read_parquet(?) "
        "WHERE level = 'commune' AND departement_code IN (SELECT unnest(?)) ORDER BY code",
        str(ROOT / "data" / "snapshot" / "communes.parquet"),
        list(departements),
    )
    return dict(zip([code for code, _ in rows], shapes_of(wkb for _, wkb in rows), strict=True))


ARDENNES = communes("08")
CODES = list(ARDENNES)
SHAPES = np.array(list(ARDENNES.values()), dtype=object)


def cluster(seed: int, size: int) -> list[str]:
    """The communes nearest to one of them: what a CPTS looks like."""
    distance = shapely.distance(shapely.centroid(SHAPES), shapely.centroid(SHAPES[seed]))
    return sorted(CODES[i] for i in np.argsort(distance)[:size])


def union(codes: list[str]) -> shapely.Geometry:
    return shapely.union_all([ARDENNES[code] for code in codes])


clusters = st.builds(cluster, st.integers(0, len(CODES) - 1), st.integers(1, 80))


@settings(max_examples=25, deadline=None)
@given(clusters, st.floats(-50, 50), st.floats(-50, 50))
def test_a_union_of_communes_gives_those_communes_even_shifted_by_50_metres(members, east, north):
    moved = shapely.transform(union(members), lambda xy: xy + np.array([1.5 * east, north]) * METRES)
    (laid,) = overlay([moved], CODES, SHAPES)
    assert list(laid.members) == members


@settings(max_examples=25, deadline=None)
@given(clusters, st.sampled_from([50, 100, 200]))
def test_a_simplified_outline_gives_the_same_communes(members, tolerance):
    (laid,) = overlay([shapely.simplify(union(members), tolerance * METRES)], CODES, SHAPES)
    assert list(laid.members) == members


def test_every_commune_is_inside_when_nothing_is_left_out():
    (laid,) = overlay([union(CODES)], CODES, SHAPES)
    assert list(laid.members) == CODES
    assert (laid.shared, laid.inside) == ((), pytest.approx(1))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([("08", 4.5, 49.5), ("971", -61.5, 16.2), ("973", -53.0, 4.0), ("974", 55.4, -21.2)]),
    st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=4),
)
def test_shares_are_those_of_a_chessboard(place, boxes):
    """Oracle: communes are squares of 0.1°, outlines are rectangles in steps of 0.01°: shares are products of lengths."""
    departement, lon, lat = place
    codes = [f"{departement}{number:0{5 - len(departement)}d}" for number in range(9)]
    squares = [shapely.box(x, y, x + 0.1, y + 0.1) for x in lon + np.arange(3) / 10 for y in lat + np.arange(3) / 10]
    areas, expected = [], []
    for left, low, wide, high in boxes:
        right, top = min(30, left + wide), min(30, low + high)
        areas.append(shapely.box(lon + left / 100, lat + low / 100, lon + right / 100, lat + top / 100))
        share = {
            codes[3 * column + row]: common(left, right, 10 * column) * common(low, top, 10 * row)
            for column in range(3)
            for row in range(3)
        }
        expected.append({code: part for code, part in share.items() if part})
    for laid, shares in zip(overlay(areas, codes, squares), expected, strict=True):
        near_the_line = {
            code for code, part in shares.items() if min(abs(part - line) for line in (0.2, 0.5, 0.8)) < 0.01
        }
        clear = {code: part for code, part in shares.items() if code not in near_the_line}
        assert set(laid.members) - near_the_line == {code for code, part in clear.items() if part > MOST}
        shared = {code: part for code, part in laid.shared if code not in near_the_line}
        assert shared == pytest.approx({c: p for c, p in clear.items() if SLIVER <= p <= 1 - SLIVER}, abs=0.01)


def common(start: int, end: int, square: int) -> float:
    """The part of a square's side, 10 long, between start and end."""
    return max(0, min(end, square + 10) - max(start, square)) / 10


def test_areas_may_overlap_and_a_commune_may_be_in_several():
    first, second = cluster(0, 10), cluster(1, 12)
    laid = overlay([union(first), union(second), union(first)], CODES, SHAPES)
    assert [list(one.members) for one in laid] == [first, second, first]


def test_an_area_is_measured_in_the_part_of_france_where_it_is():
    reunion = communes("974")
    codes, shapes = [*CODES, *reunion], [*SHAPES, *reunion.values()]
    members = sorted(reunion)[:4]
    far, near = overlay([shapely.union_all([reunion[code] for code in members]), union(CODES[:3])], codes, shapes)
    assert list(far.members) == members and list(near.members) == CODES[:3]


def test_an_outline_that_goes_beyond_the_communes_at_hand_says_so():
    members = cluster(100, 40)
    known = [code for code in CODES if code not in members[:20]]
    (laid,) = overlay([union(members)], known, [ARDENNES[code] for code in known])
    assert list(laid.members) == members[20:]
    assert 0.2 < laid.inside < 0.8


def test_communes_far_from_every_outline_are_not_projected(monkeypatch):
    codes, projected = cluster(0, 3), []

    def counted(lon, lat, zone):
        projected.append(len(lon))
        return project(lon, lat, zone)

    monkeypatch.setattr(perimeters, "project", counted)
    (laid,) = overlay([union(codes)], CODES, SHAPES)
    assert list(laid.members) == codes
    assert sum(projected) < shapely.get_num_coordinates(SHAPES).sum() / 2


def test_nothing_in_gives_nothing_out():
    assert overlay([], CODES, SHAPES) == []
    assert [one.members for one in overlay([None, shapely.box(2, 48, 3, 49)], [], [])] == [(), ()]
    (elsewhere,) = overlay([shapely.box(20, 40, 21, 41)], CODES, SHAPES)
    assert (elsewhere.members, elsewhere.shared, elsewhere.inside) == ((), (), 0)


def test_the_communes_cut_in_two_are_told_in_words():
    shape = ARDENNES["08105"]
    west, south, east, north = shape.bounds
    half = shapely.intersection(shape, shapely.box(west, south, (west + east) / 2, north))
    (laid,) = overlay([half], CODES, SHAPES)
    (code, share), *_ = laid.shared
    assert code == "08105" and laid.doubtful == f"08105 ({round(100 * share)} %)"


# -- polygons -------------------------------------------------------------------------------------------------------

BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
SQUARE = shapely.box(0, 0, 1, 1)


@pytest.mark.parametrize(
    ("geometry", "area"),
    [
        (SQUARE, 1),
        (BOW_TIE, 2),
        (shapely.MultiPolygon([SQUARE, shapely.box(0.5, 0, 1.5, 1)]), 1.5),
        (shapely.GeometryCollection([SQUARE, shapely.Point(5, 5), shapely.MultiPolygon([shapely.box(3, 0, 4, 1)])]), 2),
    ],
)
def test_a_geometry_is_reduced_to_its_surface(geometry, area):
    (result,) = polygons([geometry])
    assert shapely.is_valid(result) and shapely.area(result) == pytest.approx(area)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        shapely.Point(1, 1),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Polygon(),
        shapely.Polygon([(0, 0), (1, 1), (0, 0)]),
    ],
)
def test_what_has_no_surface_is_nothing(geometry):
    assert polygons([geometry, SQUARE]).tolist() == [None, SQUARE]


# -- codes ----------------------------------------------------------------------------------------------------------

KNOWN = {"13055", "13201", "13202", "62001", "2A004"}
PARTS = {"13055": ["13201", "13202"]}


@pytest.mark.parametrize(
    ("codes", "today", "lost"),
    [
        ([], [], []),
        (["62001", "62001", "2A004"], ["2A004", "62001"], []),
        (["13055"], ["13201", "13202"], []),
        (["13055", "13202"], ["13201", "13202"], []),
        (["62999", "62001"], ["62001"], []),
        (["62999", "99999", "6200"], ["62001"], ["6200", "99999"]),
    ],
)
def test_codes_are_followed_to_where_people_live_today(codes, today, lost):
    assert residences(codes, {"62999": "62001"}, PARTS, KNOWN) == (today, lost)
