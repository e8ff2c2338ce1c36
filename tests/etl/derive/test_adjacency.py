"""Neighbours and their borders, on the real map, against shapely's own intersections."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from etl import build as builder
from etl.derive import adjacency
from etl.places.geo import project, shapes_of

# Aix, Bréhat, Batz, Sein, Molène, Ouessant, Groix, Hœdic, Houat, Moines, Arz, Yeu, La Désirade, Terre-de-Bas and -Haut.
ISLANDS = {
    "17004",
    "22016",
    "29082",
    "29083",
    "29084",
    "29155",
    "56069",
    "56085",
    "56086",
    "56087",
    "56088",
    "85113",
    "97110",
    "97130",
    "97131",
}


@pytest.fixture(scope="module")
def territory() -> pd.DataFrame:
    return pd.read_parquet(builder.ROOT / "data" / "snapshot" / "communes.parquet").set_index("code")


@pytest.fixture(scope="module")
def table(cursor) -> pd.DataFrame:
    """The table as the derivation fills it, for the whole of France."""
    return cursor.execute("SELECT * FROM adjacency ORDER BY a, b").fetchdf()


def neighbours(table: pd.DataFrame, code: str) -> set[str]:
    return set(table.loc[table["a"] == code, "b"]) | set(table.loc[table["b"] == code, "a"])


def test_every_border_is_told_once(table):
    assert len(table) > 100_000
    assert (table["a"] < table["b"]).all()
    assert not table.duplicated(["a", "b"]).any()
    assert (table["border_km"] > 0).all()


def test_an_island_touches_nobody_and_everybody_else_somebody(table, territory):
    touching = set(table["a"]) | set(table["b"])
    assert set(territory.index[~territory.index.isin(touching)]) == ISLANDS


def test_known_neighbours(table):
    # Charleville-Mézières, and Avignon across the Rhône, the border of two régions.
    assert neighbours(table, "08105") == {
        "08003",
        "08081",
        "08137",
        "08180",
        "08199",
        "08298",
        "08328",
        "08346",
        "08385",
        "08480",
        "08497",
    }
    assert {"30351", "30011"} <= neighbours(table, "84007")


def test_arrondissements_touch_one_another_and_the_communes_around(table):
    assert neighbours(table, "75101") == {"75102", "75103", "75104", "75106", "75107", "75108", "75109"}
    assert {"75119", "93006", "93048", "94067"} <= neighbours(table, "75120")
    assert {"93006", "93048", "94067"} <= neighbours(table, "75056")
    assert {"69266", "69029"} <= neighbours(table, "69383") | neighbours(table, "69386")
    for city in ("75", "6938", "132"):
        assert not any(
            code.startswith(city) for code in neighbours(table, {"75": "75056", "6938": "69123"}.get(city, "13055"))
        )


def test_two_parts_of_france_never_touch(table):
    part = table[["a", "b"]].apply(lambda codes: codes.str[:3].where(codes.str[:2] == "97", "metropole"))
    assert (part["a"] == part["b"]).all()
    assert set(part["a"]) == {"metropole", "971", "972", "973", "974", "976"}


@pytest.mark.parametrize(("departements", "zone"), [(["08", "55"], "metropole"), (["974"], "974")])
def test_borders_are_those_that_intersections_give(table, territory, departements, zone):
    here = territory[territory["departement_code"].isin(departements)]
    planar = [
        shapely.transform(shape, lambda xy: project(xy[:, 0], xy[:, 1], zone)) for shape in shapes_of(here["geometry"])
    ]
    tree = shapely.STRtree(planar)
    expected = {}
    for i, j in tree.query(planar, predicate="intersects").T:
        if i < j and (km := shapely.length(shapely.intersection(planar[i], planar[j])) / 1000) > 0:
            expected[tuple(sorted((here.index[i], here.index[j])))] = km
    borders = table[table["a"].isin(here.index) & table["b"].isin(here.index)].set_index(["a", "b"])["border_km"]
    assert set(borders.index) == set(expected)
    assert borders.to_numpy() == pytest.approx([expected[pair] for pair in borders.index], rel=1e-6)


def test_an_outline_is_shared_or_outer(table, territory):
    """The borders of the communes of the Ardennes, and what is left on Belgium, make up their outlines."""
    here = territory[territory["departement_code"] == "08"]
    geometries = shapes_of(here["geometry"])
    outline = shapely.transform(
        shapely.coverage_union_all(geometries), lambda xy: project(xy[:, 0], xy[:, 1], "metropole")
    )
    planar = shapely.transform(geometries, lambda xy: project(xy[:, 0], xy[:, 1], "metropole"))
    inner = table[table["a"].isin(here.index) & table["b"].isin(here.index)]["border_km"].sum()
    assert 2 * inner + shapely.length(outline) / 1000 == pytest.approx(shapely.length(planar).sum() / 1000)


def test_meeting_at_a_point_is_no_border_and_an_enclave_is_one():
    squares = shapely.box([0, 1, 1], [0, 0, 1], [1, 2, 2], [1, 1, 2])
    ring = shapely.difference(shapely.box(10, 40, 13, 43), shapely.box(11, 41, 12, 42))
    shapes = np.array([*squares, ring, shapely.box(11, 41, 12, 42)])
    pairs = adjacency.borders(np.array(["a", "b", "c", "d", "e"]), shapes)
    assert list(zip(pairs["a"], pairs["b"], strict=True)) == [("a", "b"), ("b", "c"), ("d", "e")]
