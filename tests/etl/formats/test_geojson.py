"""A GeoJSON from a geographic server: whole or refused, and in degrees whatever it came in. The files are made here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.formats import geojson
from etl.source import SourceError

ARRAS = shapely.box(2.7, 50.2, 2.8, 50.3)
LYON = shapely.box(4.8, 45.7, 4.9, 45.8)
MARIPASOULA = shapely.box(-54.1, 3.6, -54.0, 3.7)
SAINT_DENIS = shapely.box(55.4, -20.95, 55.5, -20.9)
MAMOUDZOU = shapely.box(45.2, -12.8, 45.25, -12.75)
POINTE = shapely.box(-61.6, 16.2, -61.5, 16.3)


def collection(*geometries, **members) -> dict:
    features = [
        {
            "type": "Feature",
            "properties": {"n": number},
            "geometry": geometry and json.loads(shapely.to_geojson(geometry)),
        }
        for number, geometry in enumerate(geometries)
    ]
    return {"type": "FeatureCollection", "features": features} | members


def write(folder: Path, document) -> Path:
    path = folder / "layer.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def named(epsg: str) -> dict:
    return {"type": "name", "properties": {"name": epsg}}


def projected(geometry, epsg: int):
    change = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    return shapely.transform(geometry, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ('{"type": "FeatureCollection", "features": [', "n'est pas un JSON lisible"),
        ("[" * 100_000, "n'est pas un JSON lisible"),
        ([], "n'est pas une FeatureCollection GeoJSON (lu : list)"),
        ({"exceptions": []}, "n'est pas une FeatureCollection GeoJSON (lu : exceptions)"),
        ({"type": "Feature", "features": []}, "n'est pas une FeatureCollection"),
        ({"type": "FeatureCollection", "features": {}}, "n'est pas une FeatureCollection"),
        (collection(), "ne contient aucun objet"),
        (collection(ARRAS, totalFeatures=970), "est tronquée : 1 objets reçus sur 970 annoncés"),
        (collection(ARRAS, numberMatched=2, numberReturned=1), "est tronquée : 1 objets reçus sur 2 annoncés"),
    ],
)
def test_what_is_not_a_whole_layer_is_refused(tmp_path, document, reason):
    with pytest.raises(SourceError) as refused:
        geojson.read(write(tmp_path, document), "CPTS")
    assert reason in str(refused.value) and str(refused.value).endswith(".")


def test_a_layer_that_does_not_know_its_count_is_read(tmp_path):
    path = write(
        tmp_path, collection(ARRAS, None, totalFeatures="unknown", numberMatched=2, timeStamp="2026-08-13T10:00:00Z")
    )
    features = geojson.read(path, "CPTS")
    assert features.properties == [{"n": 0}, {"n": 1}]
    assert features.geometries.tolist() == [ARRAS, None]
    assert features.served_on == "2026-08-13"


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": None},
        {"type": "Polygon", "coordinates": [[[1, 2], [3]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"]] * 4]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[float("nan"), 2], [3, 4], [5, 6], [float("nan"), 2]]]},
        {"type": "Sphere", "coordinates": [1, 2]},
        {"type": "Polygon"},
    ],
)
def test_a_geometry_that_makes_no_sense_is_told_from_none(tmp_path, geometry):
    document = collection(ARRAS, None, ARRAS)
    document["features"][0]["geometry"] = geometry
    features = geojson.read(write(tmp_path, document), "CPTS")
    assert features.geometries.tolist() == [None, None, ARRAS]
    assert features.unreadable.tolist() == [True, False, False]


def test_heights_and_collections_are_read(tmp_path):
    document = collection(None, None)
    document["features"][0]["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[2, 48, 9], [3, 48, 9], [3, 49, 9], [2, 48, 9]]],
    }
    document["features"][1]["geometry"] = {
        "type": "GeometryCollection",
        "geometries": [json.loads(shapely.to_geojson(ARRAS)), {"type": "Point", "coordinates": [2, 48]}],
    }
    first, second = geojson.read(write(tmp_path, document), "CPTS").geometries
    assert not shapely.has_z(first) and second.area == pytest.approx(ARRAS.area)


RING = [[2, 48], [3, 48], [3, 49], [2, 48]]
HOLE = [[2.5, 48.1], [2.9, 48.1], [2.9, 48.4], [2.5, 48.1]]


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("Polygon", [RING, HOLE]),
        ("Polygon", [[["2", "48"], ["3", "48"], ["3", "49"]]]),
        ("Polygon", [RING[:3], []]),
        ("Polygon", [RING, None]),
        ("MultiPolygon", [[RING, HOLE], [HOLE]]),
        ("MultiPolygon", [[RING], [[]]]),
        ("MultiPolygon", [[None], [RING]]),
    ],
)
def test_an_outline_is_what_shapely_makes_of_it(tmp_path, kind, coordinates):
    geometry = {"type": kind, "coordinates": coordinates}
    document = collection(None)
    document["features"][0]["geometry"] = geometry
    (outline,) = geojson.read(write(tmp_path, document), "CPTS").geometries
    assert outline.wkb == shapely.geometry.shape(geometry).wkb


# -- projections ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stated", [None, "right", "wrong"])
@pytest.mark.parametrize("crs", [geojson.DEGREES, geojson.SWAPPED, geojson.LAMBERT_93, geojson.MERCATOR])
def test_a_layer_comes_out_in_degrees_whatever_it_says_of_itself(tmp_path, crs, stated):
    towns = [ARRAS, LYON, shapely.box(-4.5, 48.3, -4.4, 48.4), shapely.box(9.1, 42.0, 9.2, 42.1)]
    sent = [
        shapely.transform(town, lambda xy: xy[:, ::-1]) if crs == geojson.SWAPPED else projected(town, crs)
        for town in towns
    ]
    epsg = {"right": abs(crs), "wrong": 2154 if crs != 2154 else 4326}.get(stated)
    members = {"crs": named(f"urn:ogc:def:crs:EPSG::{epsg}")} if epsg else {}
    placed = geojson.place(geojson.read(write(tmp_path, collection(*sent, **members)), "CPTS"), "CPTS")
    assert placed.crs == crs
    for before, after in zip(towns, placed.geometries, strict=True):
        assert shapely.hausdorff_distance(before, after) < 1e-6


@pytest.mark.parametrize(
    ("name", "epsg"),
    [
        ("urn:ogc:def:crs:EPSG::2154", 2154),
        ("EPSG:3857", 3857),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", 4326),
        ("urn:ogc:def:crs:EPSG:6.9:2154", 2154),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("Lambert", None),
    ],
)
def test_the_name_of_a_projection(tmp_path, name, epsg):
    assert geojson.read(write(tmp_path, collection(ARRAS, crs=named(name))), "CPTS").crs == epsg


def test_a_layer_in_another_projection_that_it_names_is_read(tmp_path):
    document = collection(projected(ARRAS, 27572), projected(LYON, 27572), crs=named("EPSG:27572"))
    placed = geojson.place(geojson.read(write(tmp_path, document), "CPTS"), "CPTS")
    assert shapely.hausdorff_distance(ARRAS, placed.geometries[0]) < 1e-4


def test_a_projection_that_does_not_exist_is_not_believed(tmp_path):
    placed = geojson.place(geojson.read(write(tmp_path, collection(ARRAS, crs=named("EPSG:99999"))), "CPTS"), "CPTS")
    assert placed.crs == geojson.DEGREES


def test_the_whole_of_france_is_in_france(tmp_path):
    document = collection(
        ARRAS, MARIPASOULA, SAINT_DENIS, shapely.box(-61.6, 16, -61.5, 16.1), shapely.box(45.1, -12.9, 45.2, -12.8)
    )
    assert not geojson.place(geojson.read(write(tmp_path, document), "CPTS"), "CPTS").outside.any()


OFFICIAL = {ARRAS: 2154, LYON: 2154, SAINT_DENIS: 2975, MAMOUDZOU: 4471, MARIPASOULA: 2972, POINTE: 5490}


@pytest.mark.parametrize("alone", [None, *OFFICIAL], ids=["all", *map(str, OFFICIAL.values())])
def test_each_part_of_france_may_come_in_its_own_projection(tmp_path, alone):
    """Metres of Lambert-93 and of the four official projections overseas, in one file or in a file each, without a word of it."""
    sent = {place: epsg for place, epsg in OFFICIAL.items() if alone in (None, place)}
    document = collection(*(projected(place, epsg) for place, epsg in sent.items()))
    placed = geojson.place(geojson.read(write(tmp_path, document), "CPTS"), "CPTS")
    assert not placed.outside.any()
    for place, geometry in zip(sent, placed.geometries, strict=True):
        assert shapely.centroid(place).distance(shapely.centroid(geometry)) < 1e-5


def test_degrees_beside_metres_are_read(tmp_path):
    document = collection(projected(ARRAS, 2154), projected(LYON, 2154), SAINT_DENIS, crs=named("EPSG:2154"))
    placed = geojson.place(geojson.read(write(tmp_path, document), "CPTS"), "CPTS")
    assert placed.crs == 2154 and not placed.outside.any()


def test_what_lies_elsewhere_is_left_out(tmp_path):
    features = geojson.read(write(tmp_path, collection(ARRAS, shapely.box(0, 0, 1, 1), None, LYON)), "CPTS")
    placed = geojson.place(features, "CPTS")
    assert placed.outside.tolist() == [False, True, False, False]
    assert shapely.is_missing(placed.geometries).tolist() == [False, True, True, False]


def test_a_layer_wholly_elsewhere_is_refused(tmp_path):
    features = geojson.read(write(tmp_path, collection(shapely.box(0, 0, 1, 1), shapely.box(100, 0, 101, 1))), "CPTS")
    with pytest.raises(SourceError, match=r"aucun contour en France"):
        geojson.place(features, "CPTS")


def test_a_layer_without_any_geometry_is_not_refused(tmp_path):
    placed = geojson.place(geojson.read(write(tmp_path, collection(None, None)), "CPTS"), "CPTS")
    assert placed.geometries.tolist() == [None, None] and not placed.outside.any()


@settings(max_examples=30, deadline=None)
@given(st.floats(-4.5, 8), st.floats(42.5, 50.5), st.sampled_from([2154, 3857]))
def test_a_named_projection_is_kept_even_where_two_would_do(lon, lat, epsg):
    """A lone square in metres may fall in France in Lambert-93 and in Web Mercator both: then the file's word counts."""
    square = shapely.box(lon, lat, lon + 0.05, lat + 0.05)
    features = geojson.Features(
        [{}], [None], np.array([projected(square, epsg)], dtype=object), np.array([False]), epsg, None
    )
    placed = geojson.place(features, "CPTS")
    assert placed.crs == epsg and shapely.hausdorff_distance(square, placed.geometries[0]) < 1e-6
