"""Figures with their contours, for a GIS: GeoPackage."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from maillage.queries import layers as rows
from maillage.warehouse import Ask

CODE = "Code"


def geopackage(ask: Ask, table: pd.DataFrame, layer: str, level: str = "residence") -> bytes:
    """A table with a column « Code » as one layer of polygons (WGS 84), in its order, under its own headings.

    `level` is that of the codes: residence (communes, arrondissements in Paris, Lyon and Marseille), epci, departement,
    region. A code without a contour keeps its row, without a shape.
    """
    shapes = ask(rows.contours, list(dict.fromkeys(table[CODE])), level)
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


# -- the whole build ------------------------------------------------------------------------------------------------------

PLACELESS = {"site_sans_position": rows.unplaced_sites, "cpts_sans_perimetre": rows.unbounded_cpts}
LEVELS = ("commune", "arrondissement_municipal", "epci", "departement", "region")


def whole(ask: Ask) -> bytes:
    """Every territory, site and CPTS, as layers of one GeoPackage (WGS 84); those without a place, in layers without geometry."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "maillage.gpkg"
        for layer, frame in layers(ask):
            frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
        for layer, query in PLACELESS.items():
            gpd.GeoDataFrame(_plain(ask(query))).to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
        return path.read_bytes()


def layers(ask: Ask) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """(name, rows) of each layer: one per level of territory, then sites, then cpts."""
    for level in LEVELS:
        yield level, _shaped(ask(rows.territories, level))
    yield "site", sites(ask)
    yield "cpts", cpts(ask)


def sites(ask: Ask) -> gpd.GeoDataFrame:
    """The sites that have a place, as points."""
    frame = ask(rows.sites)
    return gpd.GeoDataFrame(_plain(frame), geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)


def cpts(ask: Ask) -> gpd.GeoDataFrame:
    """The CPTS that have a known member, as the union of those, with how many they are (`communes`) and their `population`."""
    groups = _shaped(ask(rows.cpts_members)).groupby("cpts_id")
    known = pd.DataFrame({"communes": groups.size(), "population": groups["population"].sum()})
    outlines = groups["geometry"].apply(lambda shapes: shapely.coverage_union_all(shapes.to_numpy()))
    known = ask(rows.cpts).set_index("cpts_id").join(known).loc[known.index].reset_index()
    return gpd.GeoDataFrame(_plain(known), geometry=polygons(outlines.to_numpy()), crs=4326)


def _shaped(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = shapely.from_wkb([bytes(wkb) for wkb in frame["wkb"]])
    return gpd.GeoDataFrame(frame.drop(columns="wkb"), geometry=polygons(shapes), crs=4326)


def polygons(shapes: np.ndarray) -> list:
    """All as multipolygons: a layer has one kind of shape."""
    return [shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape]) for shape in shapes]
