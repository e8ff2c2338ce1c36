"""Figures with their contours, for a GIS: GeoPackage."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import geopandas as gpd
import pandas as pd

CODE = "Code"


def geopackage(cursor: duckdb.DuckDBPyConnection, table: pd.DataFrame, layer: str, level: str = "residence") -> bytes:
    """A table with a column « Code » as one layer of polygons (WGS 84), in its order, under its own headings.

    `level` is that of the codes: residence (communes, arrondissements in Paris, Lyon and Marseille), epci, departement,
    region. A code without a contour keeps its row, without a shape.
    """
    codes = list(dict.fromkeys(table[CODE]))
    where = "level IN ('commune', 'arrondissement_municipal')" if level == "residence" else "level = $level"
    shapes = cursor.execute(
        f"""
        SELECT code, ST_AsWKB(geometry) AS wkb FROM territory
        WHERE {where} AND code IN (SELECT unnest($codes)) AND geometry IS NOT NULL AND $level IS NOT NULL
        """,
        {"codes": codes, "level": level},
    ).fetchdf()
    wkb = dict(zip(shapes["code"], map(bytes, shapes["wkb"]), strict=True))
    geometry = gpd.GeoSeries.from_wkb([wkb.get(code) for code in table[CODE]], crs=4326, index=table.index)
    frame = gpd.GeoDataFrame(_plain(table), geometry=geometry)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "maillage.gpkg"
        frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio", promote_to_multi=True)
        return path.read_bytes()


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Headings that no two readers of GeoPackage take for one another's reserved words, and cells that SQLite holds."""
    renamed = table.rename(
        columns={name: f"{name}_" for name in table.columns if name.lower() in ("fid", "geom", "geometry")}
    )
    lists = [name for name in renamed.columns if renamed[name].map(lambda cell: isinstance(cell, (list, tuple))).any()]
    return renamed.assign(**{name: renamed[name].map(lambda cell: ", ".join(map(str, cell))) for name in lists})
