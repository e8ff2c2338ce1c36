"""Pieces, enclaves, communes left alone: against a walk over a chessboard, square by square."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maillage.methods import perimeters

SIDE = 5
BOARD = [(x, y) for x in range(SIDE) for y in range(SIDE)]
NAME = {square: f"{square[0]}{square[1]}" for square in BOARD}
SQUARES = np.array([shapely.box(x, y, x + 1, y + 1) for x, y in BOARD])
CODES = np.array([NAME[square] for square in BOARD])
SETS = st.sets(st.sampled_from(BOARD))


def around(square, within):
    x, y = square
    return {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & within


BORDERS = pd.DataFrame([(NAME[a], NAME[b]) for a in BOARD for b in around(a, set(BOARD)) if a < b], columns=["a", "b"])


def walk(start, within):
    """Squares reached from one, through sides, never through corners."""
    seen, edge = {start}, [start]
    while edge:
        for near in around(edge.pop(), within) - seen:
            seen.add(near)
            edge.append(near)
    return seen


def frame(squares):
    return pd.DataFrame(
        [(NAME[s], f"C{NAME[s]}", 10 * s[0] + s[1]) for s in squares], columns=["code", "name", "population"]
    )


def contour(squares):
    return shapely.coverage_union_all(SQUARES[[square in squares for square in BOARD]])


@given(SETS)
def test_pieces_are_what_one_can_walk(chosen):
    expected, left = set(), set(chosen)
    while left:
        piece = walk(next(iter(left)), left)
        expected.add(tuple(sorted(NAME[square] for square in piece)))
        left -= piece
    parts = perimeters.pieces(frame(chosen), BORDERS)
    assert {piece.codes for piece in parts} == expected
    assert [piece.population for piece in parts] == sorted((p.population for p in parts), reverse=True)
    assert sum(piece.population for piece in parts) == sum(frame(chosen)["population"])


@given(SETS.filter(bool))
def test_enclaves_are_what_one_cannot_leave(chosen):
    """A ring may be closed by corners only: nobody leaves it through a corner."""
    margin = {(x, y) for x in range(-1, SIDE + 1) for y in range(-1, SIDE + 1)}
    free = walk((-1, -1), margin - chosen)
    outside = [square for square in BOARD if square not in chosen]
    expected = {NAME[square] for square in outside if square not in free}
    there = np.array([square in outside for square in BOARD])
    kept, partly = perimeters.in_holes(perimeters.holes(contour(chosen)), SQUARES[there])
    assert not partly.any()
    assert set(CODES[there][kept]) == expected


@given(SETS.filter(bool))
def test_holes_have_the_area_that_is_surrounded(chosen):
    margin = {(x, y) for x in range(-1, SIDE + 1) for y in range(-1, SIDE + 1)}
    surrounded = margin - chosen - walk((-1, -1), margin - chosen)
    assert shapely.area(perimeters.holes(contour(chosen))).sum() == pytest.approx(len(surrounded))


def test_a_commune_partly_in_a_hole_is_no_enclave():
    """A commune in two parts, one of them surrounded: it also stands outside."""
    ring = contour({square for square in BOARD if 1 <= square[0] <= 3 and 1 <= square[1] <= 3} - {(2, 2)})
    split = shapely.union(shapely.box(2, 2, 3, 3), shapely.box(4, 4, 5, 5))
    whole, _ = perimeters.in_holes(perimeters.holes(ring), np.array([split, shapely.box(2, 2, 3, 3)]))
    assert list(whole) == [False, True]


@given(SETS, SETS, SETS)
def test_a_commune_is_left_alone_when_every_neighbour_is_taken(territory, covered, white):
    white = white - territory - covered
    taken = {NAME[square] for square in territory | covered}
    sides = BORDERS[BORDERS["a"].isin([NAME[s] for s in white]) | BORDERS["b"].isin([NAME[s] for s in white])]
    expected = sorted(NAME[s] for s in white if around(s, set(BOARD)) <= territory | covered)
    assert perimeters.orphans([NAME[s] for s in white], sides, taken) == expected


def test_an_island_is_not_left_alone():
    assert perimeters.orphans(["x"], BORDERS, []) == []


def test_nothing_has_no_piece():
    assert perimeters.pieces(frame(set()), BORDERS) == ()
