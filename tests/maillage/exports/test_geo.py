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
def reader(tmp_path):
    """A function that reads a GeoPackage from the disk, as people do."""

    def layer(content):
        path = tmp_path / "read.gpkg"
        path.write_bytes(content)
        return gpd.read_file(path)

    return layer


@pytest.fixture(scope="module")
def written(warehouse):
    return geo.geopackage(warehouse.answer, TABLE, "ecarts")


def test_every_row_comes_back_in_order_with_its_shape(written, cursor, reader):
    frame = reader(written)
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
def test_every_level_has_its_contours(warehouse, cursor, reader, level, code):
    """Grand Est and the Loire-Atlantique are both 44: a code means nothing without its level."""
    table = pd.DataFrame({"Code": [code]})
    frame = reader(geo.geopackage(warehouse.answer, table, "x", level))
    column = f"{level}_code"
    within = cursor.execute(
        f"SELECT sum(area_km2) FROM territory WHERE level = 'commune' AND {column} = ?", [code]
    ).fetchone()[0]
    assert frame.to_crs(2154).area.sum() / 1e6 == pytest.approx(within, rel=5e-3)


# -- the whole build --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(warehouse, tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "maillage.gpkg"
    path.write_bytes(geo.whole(warehouse.answer))
    return path


def test_every_territory_site_and_perimeter_is_a_row_of_its_layer(whole, cursor):
    expected = dict(
        cursor.execute(
            """
            SELECT level, count(*) FROM territory WHERE level <> 'france' AND geometry IS NOT NULL GROUP BY level
            UNION ALL SELECT 'site', count(*) FROM site WHERE lon IS NOT NULL
            UNION ALL SELECT 'cpts', count(DISTINCT cpts_id) FROM cpts_commune
            UNION ALL SELECT 'site_sans_position', count(*) FROM site WHERE lon IS NULL
            UNION ALL SELECT 'cpts_sans_perimetre', count(*) FROM cpts WHERE cpts_id NOT IN (FROM (SELECT cpts_id FROM cpts_commune))
            """
        ).fetchall()
    )
    with sqlite3.connect(whole) as file:
        layers = [name for (name,) in file.execute("SELECT table_name FROM gpkg_contents")]
        counts = {name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in layers}
        codes = file.execute("SELECT code FROM commune WHERE code IN ('01001', '2A004') ORDER BY code").fetchall()
    assert counts == expected and codes == [("01001",), ("2A004",)]


def test_a_perimeter_is_the_union_of_its_communes(whole, cursor):
    frame = gpd.read_file(whole, layer="cpts").set_index("cpts_id")
    code = frame["communes"].idxmax()
    members = cursor.execute("SELECT commune_code FROM cpts_commune WHERE cpts_id = ?", [code]).fetchall()
    assert frame.loc[code, "communes"] == len(members)
    (area,) = cursor.execute(
        """
        SELECT sum(area_km2) FROM territory t JOIN cpts_commune m ON m.commune_code = t.code
        WHERE t.level IN ('commune', 'arrondissement_municipal') AND m.cpts_id = ?
        """,
        [code],
    ).fetchone()
    assert frame.loc[[code]].to_crs(2154).area.iloc[0] / 1e6 == pytest.approx(area, rel=0.002)
    assert frame.geometry.is_valid.all() and frame.crs.to_epsg() == 4326


@pytest.mark.parametrize(
    ("layer", "key", "table", "absent"),
    [
        ("site_sans_position", "site_id", "site", "lon IS NULL"),
        ("cpts_sans_perimetre", "cpts_id", "cpts", "perimeter = 'inconnu'"),
    ],
)
def test_what_has_no_place_is_a_layer_without_geometry(whole, cursor, layer, key, table, absent):
    """Read by GDAL: rows and columns, no shape; together with the layer drawn, the whole table."""
    frame = gpd.read_file(whole, layer=layer)
    assert not isinstance(frame, gpd.GeoDataFrame) and "geometry" not in frame
    known = cursor.execute(f"SELECT {key} FROM {table} WHERE {absent} ORDER BY 1").fetchall()
    assert known and sorted(frame[key]) == [code for (code,) in known]
    drawn = gpd.read_file(whole, layer=table, ignore_geometry=True)
    (count,) = cursor.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert len(frame) + len(drawn) == count and set(frame.columns) <= set(drawn.columns)
    with sqlite3.connect(whole) as file:
        kinds = file.execute("SELECT data_type FROM gpkg_contents WHERE table_name = ?", [layer]).fetchall()
    assert kinds == [("attributes",)]
