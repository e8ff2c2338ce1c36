"""What the browser fetches: features in code order, shared borders, few bytes."""

from __future__ import annotations

import gzip
import json
import os

import duckdb
import numpy as np
import pytest
import shapely

from etl import shapes


def text_of(built, name):
    return gzip.decompress((built.contours / f"{name}.json.gz").read_bytes()).decode()


def features(built, name):
    collection = json.loads(text_of(built, name))
    assert collection["type"] == "FeatureCollection"
    return collection["features"]


def geometries(shapes):
    return shapely.get_parts(shapely.from_geojson(json.dumps({"type": "FeatureCollection", "features": shapes})))


def decimals(text):
    numbers = np.unique(shapely.get_coordinates(shapely.from_geojson(text)))
    return max(len(repr(float(number)).partition(".")[2]) for number in numbers)


def test_there_is_a_file_a_departement_and_a_few_for_the_country(atlas, cursor):
    names = {path.name.removesuffix(".json.gz") for path in atlas.contours.iterdir()}
    codes = [code for (code,) in cursor.execute("SELECT code FROM territory WHERE level = 'departement'").fetchall()]
    assert {f"communes-{code}" for code in codes} <= names
    assert {
        "communes-france",
        "departements",
        "departements-france",
        "regions",
        "regions-france",
        "cpts-france",
    } <= names
    with_perimeters = cursor.execute(
        "SELECT DISTINCT r.departement_code FROM cpts_commune m JOIN residence r ON r.code = m.commune_code"
    ).fetchall()
    assert {f"cpts-{code}" for (code,) in with_perimeters} == {
        name for name in names if name.startswith("cpts-") and name != "cpts-france"
    }


@pytest.mark.parametrize(
    ("name", "heaviest"),
    [("departements", 250_000), ("regions", 150_000), ("communes-france", 3_000_000), ("communes-62", 250_000)],
)
def test_weights(atlas, name, heaviest):
    assert (atlas.contours / f"{name}.json.gz").stat().st_size < heaviest


@pytest.mark.parametrize("departement", ["08", "13", "976"])
def test_communes_of_a_departement_are_whole_and_in_code_order(atlas, cursor, departement):
    shapes = features(atlas, f"communes-{departement}")
    expected = cursor.execute(
        """
        SELECT r.code, t.name, ST_AsWKB(t.geometry) FROM residence r JOIN territory t USING (level, code)
        WHERE r.departement_code = ? ORDER BY r.code
        """,
        [departement],
    ).fetchall()
    assert [(f["properties"]["c"], f["properties"]["n"]) for f in shapes] == [
        (code, name) for code, name, _ in expected
    ]
    assert all(set(f["properties"]) == {"c", "n"} for f in shapes)
    exact = shapely.from_wkb([bytes(wkb) for _, _, wkb in expected])
    assert shapely.equals_exact(geometries(shapes), exact, tolerance=1e-5).all()
    assert decimals(text_of(atlas, f"communes-{departement}")) == 5


def test_the_ardennes_have_447_features(atlas):
    assert len(features(atlas, "communes-08")) == 447


def test_communes_of_france_are_simplified_as_a_coverage(atlas, cursor):
    shapes = features(atlas, "communes-france")
    codes = cursor.execute("SELECT code FROM residence ORDER BY code").fetchall()
    assert [f["properties"]["c"] for f in shapes] == [code for (code,) in codes]
    assert decimals(text_of(atlas, "communes-france")) <= 3
    # Rounded to 100 m, borders may graze each other, and never leave a gap that the eye would see.
    corsica = geometries([f for f in shapes if f["properties"]["c"].startswith(("2A", "2B"))])
    whole = shapely.union_all(shapely.make_valid(corsica))
    gaps = [shapely.Polygon(ring).area for part in shapely.get_parts(whole) for ring in part.interiors]
    assert max(gaps, default=0) < 1e-5


def test_overseas_stand_beside_metropolitan_france_on_the_map_of_the_country(atlas):
    for name in ("departements-france", "regions-france"):
        west, south, east, north = shapely.total_bounds(geometries(features(atlas, name)))
        assert -8 < west < -6 and 41 < south < 42 and 9 < east < 10 and 51 < north < 52


def test_perimeters_carry_the_name_of_their_cpts(atlas, cursor):
    shapes = {f["properties"]["c"]: f["properties"]["n"] for f in features(atlas, "cpts-france")}
    assert shapes == dict(
        cursor.execute("SELECT cpts_id, name FROM cpts WHERE cpts_id IN (SELECT cpts_id FROM cpts_commune)").fetchall()
    )


def test_the_same_contours_give_the_same_bytes(partial, tmp_path):
    with duckdb.connect(str(partial.database), read_only=True) as connection:
        again = shapes.write(connection, tmp_path, partial.version)
    files = sorted(partial.contours.iterdir())
    assert [path.name for path in files] == sorted(path.name for path in again.iterdir())
    assert all(path.read_bytes() == (again / path.name).read_bytes() for path in files)


def test_contours_stay_as_long_as_their_build_and_drafts_are_let_be(tmp_path):
    for age, name in enumerate(["v6", "v5", "v4", "v3", "v2", "v1", ".v7.1234"]):
        (tmp_path / "geo" / name).mkdir(parents=True)
        os.utime(tmp_path / "geo" / name, (1_700_000_000 - age, 1_700_000_000 - age))
    shapes.prune(tmp_path, {"v6", "v4", "v1"})
    # v5: the newest of those that no build keeps may belong to one that is not in place yet.
    assert {path.name for path in (tmp_path / "geo").iterdir()} == {"v6", "v5", "v4", "v1", ".v7.1234"}
