"""What a territory surrounds, against a walk over the graph of communes."""

import random

import pytest
import shapely

from maillage.queries import communes
from maillage.subjects import country
from maillage.subjects.territory import neighbours

INLAND = ("03", "08", "51", "58", "71", "86")  # no commune of the sample below touches the sea or a frontier


def surrounded(graph, ring):
    """The communes that one cannot leave without crossing the ring: a walk from each that ends within 60 communes."""
    cut_off = set()
    for start in {other for code in ring for other in graph[code]} - set(ring):
        walked, todo = {start}, [start]
        while todo and len(walked) <= 60:
            todo_next = {other for code in todo for other in graph[code]} - walked - set(ring)
            walked |= todo_next
            todo = list(todo_next)
        if not todo:
            cut_off |= walked
    return cut_off


@pytest.fixture(scope="module")
def rings(ask):
    """25 rings: around one commune, and around a commune and all that touch it."""
    graph, whole = ask(communes.neighbours), country.every(ask)
    draw = random.Random(12)
    middles = draw.sample(sorted(whole.loc[whole["departement_code"].isin(INLAND), "code"]), 60)
    rings = [("08206", "08312", "08315", "08370", "08389", "08429")]
    for middle in middles:
        near = set(graph[middle])
        far = {other for code in near for other in graph[code]} - near - {middle}
        rings += [tuple(sorted(near)), tuple(sorted(far))]
    inland = [ring for ring in rings if set(whole.loc[list(ring), "departement_code"]) <= set(INLAND)]
    return graph, inland[:25]


def test_twenty_five_rings_surround_what_one_cannot_leave(ask, rings):
    graph, rings = rings
    assert len(rings) == 25
    for ring in rings:
        contour = shapely.coverage_union_all(country.members(ask, ring)["geometry"].to_numpy())
        enclaves = neighbours.enclaves(ask, contour, ring)
        assert set(enclaves["code"]) == surrounded(graph, ring) != set(), ring


def test_the_ring_of_remilly_les_pothées_surrounds_it(ask, rings):
    ring = rings[1][0]
    contour = shapely.coverage_union_all(country.members(ask, ring)["geometry"].to_numpy())
    assert list(neighbours.enclaves(ask, contour, ring)["name"]) == ["Remilly-les-Pothées"]


def test_a_territory_without_a_hole_surrounds_nothing(ask):
    alone = ("71153",)
    contour = country.members(ask, alone)["geometry"].iloc[0]
    assert neighbours.enclaves(ask, contour, alone).empty and neighbours.enclaves(ask, None, ()).empty
