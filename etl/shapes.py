"""Contours for the browser: one compressed GeoJSON file a département, and a few for the whole country.

Written at build time to static/geo/<version>/, read by maillage/views/map/map.js. Features are in code order, and the
page sends classes in that same order; a feature has properties `c` (code) and `n` (name).
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd
import shapely
from shapely.affinity import affine_transform

from etl.history.drafts import discard, draft_of, sweep
from etl.places.geo import shapes_of, zone_of

# Tolerances in degrees: the side of the smallest detail kept. 0.004° is about 400 m.
COUNTRY, OUTLINE, PERIMETER = 0.004, 0.0045, 0.001

# Where each overseas département is drawn on the map of the whole country: centre, and enlargement.
INSETS = {
    "971": ((-6.3, 48.9), 1.1),
    "972": ((-6.3, 47.4), 1.6),
    "973": ((-6.3, 45.6), 0.24),
    "974": ((-6.3, 44.0), 1.3),
    "976": ((-6.3, 42.7), 2.0),
}


class Contours(NamedTuple):
    """One file to write: its name, its features (`code`, `name`), their shapes in degrees, the decimals to keep."""

    name: str
    features: pd.DataFrame
    geometries: np.ndarray
    decimals: int


def write(connection: duckdb.DuckDBPyConnection, static: Path, version: str) -> Path:
    """Write the folder static/geo/<version>, aside first; return it. Raises OSError when the disk refuses."""
    folder = static / "geo" / version
    draft = draft_of(folder)
    discard(draft)
    draft.mkdir(parents=True)
    sweep(folder.parent)
    files = chain(_communes(connection), _groups(connection), _perimeters(connection))
    try:
        # Compressing frees Python's lock: one file is compressed while the next is simplified.
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda contours: _save(draft, contours), files))
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    finally:
        discard(draft)
    return folder


def prune(static: Path, kept: Collection[str]) -> None:
    """Keep the folders of these versions, and the newest of the others: a build under way may have just written it."""
    others = [path for path in (static / "geo").iterdir() if path.name not in kept and not path.name.startswith(".")]
    for old in sorted(others, key=lambda path: path.stat().st_mtime)[:-1]:
        shutil.rmtree(old, ignore_errors=True)


def _communes(connection) -> Iterator[Contours]:
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
        yield Contours(f"communes-{departement}", rows, rows["geometry"].to_numpy(), decimals=5)
    yield Contours("communes-france", frame, _inset(frame, _simplify(frame, COUNTRY)), decimals=3)


def _groups(connection) -> Iterator[Contours]:
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
        yield Contours(f"{level}s", frame, _simplify(frame, OUTLINE), decimals=4)
        yield Contours(f"{level}s-france", frame, _inset(frame, _simplify(frame, COUNTRY)), decimals=3)


def _perimeters(connection) -> Iterator[Contours]:
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
        yield Contours(f"cpts-{departement}", here, here["geometry"].to_numpy(), decimals=4)
    yield Contours("cpts-france", outlines, outlines["geometry"].to_numpy(), decimals=3)


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


def _save(folder: Path, contours: Contours) -> None:
    name, frame, geometries, decimals = contours
    rounded = shapely.transform(geometries, lambda xy: np.round(xy, decimals))
    features = [
        f'{{"type":"Feature","properties":{json.dumps({"c": code, "n": name}, ensure_ascii=False)},"geometry":{shape}}}'
        for code, name, shape in zip(frame["code"], frame["name"], shapely.to_geojson(rounded), strict=True)
    ]
    text = '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"
    # mtime=0: the same contours give the same bytes. Level 6 takes twice the time of level 5 and saves 1 %.
    (folder / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), compresslevel=5, mtime=0))
