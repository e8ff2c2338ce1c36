"""Contours for the browser: one compressed GeoJSON file a département, and a few for the whole country.

Written at build time to static/geo/<version>/, read by maillage/views/map.js. Features are in code order, and the
page sends classes in that same order; a feature has properties `c` (code) and `n` (name).
"""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import shapely
from shapely.affinity import affine_transform

from etl.geo import shapes_of, zone_of

# Tolerances in degrees: the side of the smallest detail kept. 0.004° is about 400 m.
COUNTRY, OUTLINE, PERIMETER = 0.004, 0.0015, 0.001

# Where each overseas département is drawn on the map of the whole country: centre, and enlargement.
INSETS = {
    "971": ((-6.3, 48.9), 1.1),
    "972": ((-6.3, 47.4), 1.6),
    "973": ((-6.3, 45.6), 0.24),
    "974": ((-6.3, 44.0), 1.3),
    "976": ((-6.3, 42.7), 2.0),
}
KEPT_VERSIONS = 2


def write(connection: duckdb.DuckDBPyConnection, static: Path, version: str) -> Path:
    """Write the folder of this version and keep the previous one, which open pages may still be reading."""
    root = static / "geo"
    folder = root / version
    draft = root / f".{version}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    _communes(connection, draft)
    _groups(connection, draft)
    _perimeters(connection, draft)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    others = sorted((path for path in root.iterdir() if path != folder), key=lambda path: path.stat().st_mtime)
    for old in others[: -(KEPT_VERSIONS - 1)]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _communes(connection, folder: Path) -> None:
    """Communes, with arrondissements in place of Paris, Lyon and Marseille."""
    frame = _read(
        connection,
        """
        SELECT r.code, t.name, r.departement_code AS departement, ST_AsWKB(t.geometry) AS wkb
        FROM residence r JOIN territory t ON t.level = r.level AND t.code = r.code ORDER BY r.code
        """,
    )
    for departement, index in frame.groupby("departement").groups.items():
        rows = frame.loc[index]
        _save(folder / f"communes-{departement}.json.gz", rows, rows["geometry"], decimals=5)
    _save(folder / "communes-france.json.gz", frame, _inset(frame, _simplify(frame, COUNTRY)), decimals=3)


def _groups(connection, folder: Path) -> None:
    for level in ("departement", "region"):
        frame = _read(
            connection,
            f"""
            SELECT code, name, ST_AsWKB(geometry) AS wkb FROM territory WHERE level = '{level}' ORDER BY code
            """,
        )
        if level == "region":
            # The overseas régions have codes of their own; their zone is that of their département.
            zone = dict(
                connection.execute(
                    "SELECT region_code, min(code) FROM territory WHERE level = 'departement' GROUP BY 1"
                ).fetchall()
            )
        else:
            zone = dict(zip(frame["code"], frame["code"], strict=True))
        frame["zone_code"] = frame["code"].map(zone)
        outline = _simplify(frame, OUTLINE)
        _save(folder / f"{level}s.json.gz", frame, outline, decimals=4)
        _save(folder / f"{level}s-france.json.gz", frame, _inset(frame, _simplify(frame, COUNTRY)), decimals=3)


def _perimeters(connection, folder: Path) -> None:
    """CPTS outlines, one file for each département they touch and one for the country."""
    frame = _read(
        connection,
        """
        SELECT m.cpts_id AS code, c.name, r.departement_code AS departement, ST_AsWKB(t.geometry) AS wkb
        FROM cpts_commune m JOIN cpts c USING (cpts_id) JOIN residence r ON r.code = m.commune_code
        JOIN territory t ON t.level = r.level AND t.code = r.code ORDER BY m.cpts_id, m.commune_code
        """,
    )
    touched: dict[str, set[str]] = {}
    rows = []
    for code, index in frame.groupby("code").groups.items():
        members = frame.loc[index]
        touched[code] = set(members["departement"])
        outline = shapely.simplify(shapely.coverage_union_all(members["geometry"].to_numpy()), PERIMETER)
        rows.append((code, members["name"].iloc[0], outline))
    outlines = pd.DataFrame(rows, columns=["code", "name", "geometry"])
    for departement in sorted(set().union(*touched.values()) if touched else ()):
        here = outlines[[departement in touched[code] for code in outlines["code"]]]
        _save(folder / f"cpts-{departement}.json.gz", here, here["geometry"], decimals=4)
    _save(folder / "cpts-france.json.gz", outlines, outlines["geometry"], decimals=3)


def _read(connection, query: str) -> pd.DataFrame:
    frame = connection.execute(query).fetchdf()
    frame["geometry"] = shapes_of(frame.pop("wkb"))
    return frame


def _simplify(frame: pd.DataFrame, tolerance: float) -> np.ndarray:
    """A coverage simplified without slivers, zone by zone; shared borders stay shared."""
    codes = frame["zone_code"] if "zone_code" in frame else frame["code"]
    geometries, zones = frame["geometry"].to_numpy().copy(), codes.map(zone_of).to_numpy()
    for zone in np.unique(zones):
        geometries[zones == zone] = shapely.coverage_simplify(geometries[zones == zone], tolerance)
    return geometries


def _inset(frame: pd.DataFrame, geometries: np.ndarray) -> np.ndarray:
    """Move the overseas départements into boxes beside metropolitan France."""
    codes = frame["zone_code"] if "zone_code" in frame else frame["code"]
    geometries, zones = geometries.copy(), codes.map(zone_of).to_numpy()
    for zone, ((lon, lat), scale) in INSETS.items():
        here = zones == zone
        if here.any():
            west, south, east, north = shapely.total_bounds(geometries[here])
            x, y = (west + east) / 2, (south + north) / 2
            # One degree of longitude is shorter at 47° than near the equator: keep the shape as the eye knows it.
            wide = scale * np.cos(np.radians(y)) / np.cos(np.radians(lat))
            matrix = [wide, 0, 0, scale, lon - wide * x, lat - scale * y]
            geometries[here] = [affine_transform(geometry, matrix) for geometry in geometries[here]]
    return geometries


def _save(path: Path, frame: pd.DataFrame, geometries, decimals: int) -> None:
    rounded = shapely.transform(np.asarray(geometries), lambda xy: np.round(xy, decimals))
    features = [
        f'{{"type":"Feature","properties":{json.dumps({"c": code, "n": name}, ensure_ascii=False)},"geometry":{shape}}}'
        for code, name, shape in zip(frame["code"], frame["name"], shapely.to_geojson(rounded), strict=True)
    ]
    text = '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"
    # mtime=0: the same contours give the same bytes.
    path.write_bytes(gzip.compress(text.encode(), compresslevel=6, mtime=0))
