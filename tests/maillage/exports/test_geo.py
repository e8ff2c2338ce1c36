"""A GeoPackage, read back with another library than the one that knows what it should hold."""

import sqlite3

import geopandas as gpd
import pandas as pd
import pytest

from maillage.exports import geo

TABLE = pd.DataFrame(
    {
        "Commune": ["Sedan", "=1+1 <b>", "Nulle part"],
        "Temps (min)": [12.5, float("nan"), 3.0],
        "fid": [7, 8, 9],
        "Sites": [["a", "b"], [], []],
        "Code": ["08409", "13201", "99999"],
    }
)


@pytest.fixture
def read(tmp_path):
    """A function that reads a GeoPackage from the disk, as people do."""

    def layer(content):
        path = tmp_path / "read.gpkg"
        path.write_bytes(content)
        return gpd.read_file(path)

    return layer


@pytest.fixture(scope="module")
def written(warehouse):
    return geo.geopackage(warehouse.cursor(), TABLE, "ecarts")


def test_every_row_comes_back_in_order_with_its_shape(written, cursor, read):
    frame = read(written)
    assert list(frame["Code"]) == list(TABLE["Code"])
    assert list(frame["Commune"]) == list(TABLE["Commune"])
    assert frame["Temps (min)"].tolist() == pytest.approx(TABLE["Temps (min)"].tolist(), nan_ok=True)
    assert list(frame["fid_"]) == [7, 8, 9] and frame["Sites"][0] == "a, b"
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry[2] is None
    area = cursor.execute("SELECT area_km2 FROM territory WHERE level = 'commune' AND code = '08409'").fetchone()[0]
    assert frame.to_crs(2154).area[0] / 1e6 == pytest.approx(area, rel=1e-3)


def test_it_is_a_geopackage_for_programs_that_know_nothing_else(written, tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(written)
    with sqlite3.connect(path) as base:
        assert base.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall() == [("ecarts", "features")]


@pytest.mark.parametrize(("level", "code"), [("departement", "08"), ("epci", "247100290"), ("region", "44")])
def test_every_level_has_its_contours(cursor, read, level, code):
    """Grand Est and the Loire-Atlantique are both 44: a code means nothing without its level."""
    table = pd.DataFrame({"Code": [code]})
    frame = read(geo.geopackage(cursor, table, "x", level))
    column = f"{level}_code"
    within = cursor.execute(
        f"SELECT sum(area_km2) FROM territory WHERE level = 'commune' AND {column} = ?", [code]
    ).fetchone()[0]
    assert frame.to_crs(2154).area.sum() / 1e6 == pytest.approx(within, rel=5e-3)
