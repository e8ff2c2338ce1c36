"""White groups and the CPTS next door, on a small drawn map and against a walk from neighbour to neighbour."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.methods import patches
from maillage.methods.patches import COVERED, UNKNOWN, WHITE

# a–b white, c covered by X, d covered by X and Y, e unknown, f white alone beside d, g a white island.
PLACES = pd.DataFrame(
    [
        ("a", "Anor", 500, WHITE),
        ("b", "Bar", 1500, WHITE),
        ("c", "Cys", 39_000, COVERED),
        ("d", "Dun", 60_000, COVERED),
        ("e", "Eu", 900, UNKNOWN),
        ("f", "Fay", 10_000, WHITE),
        ("g", "Groix", 2_000, WHITE),
    ],
    columns=["code", "name", "population", "status"],
)
BORDERS = pd.DataFrame(
    [
        ("a", "b", 3.0),
        ("a", "c", 2.0),
        ("b", "c", 1.5),
        ("b", "d", 4.0),
        ("b", "e", 0.5),
        ("c", "d", 9.0),
        ("d", "f", 7.0),
        ("f", "z", 1.0),
    ],
    columns=["a", "b", "border_km"],
)
MEMBERS = pd.DataFrame([("X", "c"), ("X", "d"), ("Y", "d")], columns=["cpts_id", "commune_code"])
POPULATION = {"X": 99_000, "Y": 79_000}


def find(places=PLACES, borders=BORDERS):
    return patches.patches(places, borders, MEMBERS, POPULATION)


def test_groups_are_named_by_their_largest_commune_and_come_by_population():
    assert [(patch.name, patch.codes, patch.population) for patch in find()] == [
        ("Fay", ("f",), 10_000),
        ("Bar", ("a", "b"), 2_000),
        ("Groix", ("g",), 2_000),
    ]


def test_the_cpts_next_door_by_shared_border_and_what_it_would_become():
    fay, bar, groix = find()
    offers = [(o.cpts_id, o.border_km, o.population, o.size_before.code, o.size.code) for o in bar.options]
    assert offers == [("X", 7.5, 101_000, "T3", "T3"), ("Y", 4.0, 81_000, "T2", "T3")]
    assert [(o.cpts_id, o.border_km) for o in fay.options] == [("X", 7.0), ("Y", 7.0)]
    assert groix.options == ()


def test_the_unknown_is_not_white_and_its_border_is_told():
    fay, bar, groix = find()
    assert all("e" not in patch.codes for patch in (fay, bar, groix))
    assert [patch.unknown_border_km for patch in (fay, bar, groix)] == [0, 0.5, 0]


def test_the_answer_does_not_depend_on_the_order_of_rows():
    assert find(PLACES.sample(frac=1, random_state=3), BORDERS.sample(frac=1, random_state=4)) == find()


def test_no_white_commune_is_no_group():
    assert find(PLACES.assign(status=COVERED)) == ()


def test_a_status_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="grise"):
        find(PLACES.assign(status="grise"))


@given(st.integers(1, 20), st.sets(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_contiguous_groups_by_walking(count, links):
    links = sorted((i, j) for i, j in links if i < j)
    codes = pd.Index([f"{i:02}" for i in range(count)])
    borders = pd.DataFrame([(f"{i:02}", f"{j:02}", 1.0) for i, j in links], columns=["a", "b", "border_km"])
    label = patches.contiguous(codes, borders)
    for start in range(count):
        reached, walk = {start}, [start]
        while walk:
            here = walk.pop()
            for i, j in links:
                for other in {i, j} - {here} if here in (i, j) else ():
                    if other < count and other not in reached:
                        reached.add(other)
                        walk.append(other)
        assert {i for i in range(count) if label[i] == label[start]} == reached
    assert list(dict.fromkeys(label)) == list(range(label.max() + 1))
