"""Contours of the départements cut to what a small map can draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from maillage.catalog import ZONES, zone_of
from maillage.methods import plane
from maillage.records.small_maps import DepartementShape

WIDTH, HEIGHT = 800, 740  # units of a map: about half a pixel each


MAIN = (64, 4, 796, 736)  # metropolitan France


BOX = 84  # the side of an overseas box


CROWN = ("75", "92", "93", "94")


CROWN_BOX = (4, 4, 150, 134)


FINE = 2.6  # units: what contours are simplified to


def shapes(contours: pd.DataFrame) -> tuple[DepartementShape, ...]:
    """Outlines from contours in degrees (columns code, name, wkb), neighbours still touching."""
    codes, outlines = contours["code"].to_numpy(), shapely.from_wkb(contours["wkb"].map(bytes).to_numpy())
    zones = np.array([zone_of(code) for code in codes])
    paths, again = {}, {}
    mainland = zones == "metropole"
    paths |= _fitted(codes[mainland], outlines[mainland], MAIN)
    crown = np.isin(codes, CROWN)
    if crown.any():
        again = _fitted(codes[crown], outlines[crown], CROWN_BOX, margin=6)
    overseas = [zone for zone in ZONES if zone != "metropole" and (zones == zone).any()]
    for rank, zone in enumerate(overseas):
        here = zones == zone
        top = CROWN_BOX[3] + 30 + rank * (BOX + 22)
        paths |= _fitted(codes[here], outlines[here], (4, top, 4 + BOX, top + BOX))
    return tuple(
        DepartementShape(code, name, paths[code], again.get(code, ""))
        for code, name in zip(codes, contours["name"], strict=True)
        if code in paths
    )


def _fitted(codes, outlines, box: tuple[float, float, float, float], margin: float = 2) -> dict[str, str]:
    """Paths of outlines laid flat and fitted to a box (left, top, right, bottom), in whole units."""
    flat = [
        shapely.transform(outline, lambda xy, code=code: plane.lay([code] * len(xy), xy[:, 0], xy[:, 1]))
        for code, outline in zip(codes, outlines, strict=True)
    ]
    west, south, east, north = shapely.total_bounds(flat)
    left, top, right, bottom = box
    wide, tall = right - left - 2 * margin, bottom - top - 2 * margin
    scale = min(wide / (east - west), tall / (north - south))
    across, up = (
        left + margin + (wide - scale * (east - west)) / 2,
        bottom - margin - (tall - scale * (north - south)) / 2,
    )
    simple = shapely.coverage_simplify(flat, FINE / scale)
    return {
        code: _path(
            outline, lambda xy: np.column_stack([across + scale * (xy[:, 0] - west), up - scale * (xy[:, 1] - south)])
        )
        for code, outline in zip(codes, simple, strict=True)
    }


def _path(outline, placed) -> str:
    """Rings in whole units, each point told from the one before; islands too small to see are left out."""
    parts = [part for part in shapely.get_parts(outline) if part.geom_type == "Polygon"]
    largest = max((part.area for part in parts), default=0)
    words = []
    for part in parts:
        if part.area < largest * 0.004:
            continue
        for ring in shapely.get_rings(part):
            points = np.round(placed(shapely.get_coordinates(ring)[:-1])).astype(int)
            steps = np.diff(points, axis=0)
            steps = steps[(steps != 0).any(axis=1)]
            if len(steps) >= 2:
                moves = "".join(f"{x:+d}{y:+d}" for x, y in steps).replace("+", " ")
                words.append(f"M{points[0][0]} {points[0][1]}l{moves.strip()}z")
    return "".join(words)
