"""Names beside their dots: near where there is room, farther where there is none, nowhere rather than upon another."""

import numpy as np

from maillage.methods.label_places import GAPS, places

SIZE = np.array([[60.0, 14.0]])
NOTHING = np.empty((0, 6))


def test_alone_a_name_stands_right_beside_its_dot():
    point = np.array([[0.5, 0.5]])
    (place,) = places(point, SIZE, point, NOTHING, [(400, 300)])
    assert (place.across, place.down, place.narrow) == (30 + GAPS[0], 0, True)


def test_at_an_edge_it_turns_inwards():
    point = np.array([[0.99, 0.5]])
    (place,) = places(point, SIZE, point, NOTHING, [(400, 300)])
    assert place.across == -(30 + GAPS[0])


def test_it_leaves_the_dots_beside_it_to_be_seen():
    dots = np.array([[0.5, 0.5], [0.55, 0.5], [0.6, 0.5]])
    (place,) = places(dots[:1], SIZE, dots, NOTHING, [(400, 300)])
    assert place.across < 0


def test_two_at_one_place_are_apart_at_every_width():
    points = np.array([[0.5, 0.5], [0.51, 0.5]])
    sizes = [(width, 300) for width in (200, 400, 1600)]
    one, other = places(points, np.repeat(SIZE, 2, axis=0), points, NOTHING, sizes)
    for width, _ in sizes:
        apart = abs((points[1, 0] - points[0, 0]) * width + other.across - one.across), abs(other.down - one.down)
        assert apart[0] >= 60 or apart[1] >= 14


def test_a_box_that_is_taken_stays_so_and_no_room_is_no_name():
    point = np.array([[0.5, 0.5]])
    half = np.array([[0.5, 0.5, 0, -150, 200, 150]])  # everything on its right
    (place,) = places(point, SIZE, point, half, [(400, 300)])
    assert place.across < 0
    assert places(point, SIZE, point, np.array([[0, 0, 0, 0, 400, 300]]), [(400, 300)]) == [None]


def test_what_has_room_on_wide_drawings_only_says_so():
    points = np.array([[0.3, 0.5], [0.7, 0.5]])
    wide, narrow = [(800, 30)], [(150, 30)]
    one, other = places(points, np.repeat(SIZE, 2, axis=0), points, NOTHING, wide, narrow)
    assert one.narrow and not other.narrow
