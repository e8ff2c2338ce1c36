"""A GeoJSON from a geographic server: read whole or refused, and laid in degrees whatever projection it came in."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyproj
import shapely
from shapely.geometry import shape

from etl.places.geo import ZONES
from etl.source import SourceError

SHAPES = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
)
DEGREES, SWAPPED, LAMBERT_93, MERCATOR = 4326, -4326, 2154, 3857  # SWAPPED: latitude first
OVERSEAS = tuple(dict.fromkeys(epsg for epsg in ZONES.values() if epsg != LAMBERT_93))
MARGIN = 1.0  # degrees: the projection of Guyane is made for the east of 54° W, and Maripasoula is a little farther


@dataclass(frozen=True)
class Features:
    """What a file holds, one entry a feature; geometries are as written, None where there is none or it cannot be read."""

    properties: list[dict]
    ids: list[str | None]
    geometries: np.ndarray
    unreadable: np.ndarray  # True where a geometry was given and made no sense
    crs: int | None  # the EPSG code the file gives itself
    served_on: str | None  # AAAA-MM-JJ: when the server answered


@dataclass(frozen=True)
class PlacedLayer:
    """The geometries of a layer laid in degrees, and those that do not lie in France."""

    geometries: np.ndarray  # in degrees, longitude first
    outside: np.ndarray  # True where a geometry does not lie in France: it is left out of `geometries`
    crs: int  # what most were read in, SWAPPED included


def read(path: Path, title: str) -> Features:
    """Read a FeatureCollection, gzipped or not. Raises SourceError when it is not one, has no feature, or is only a page."""
    try:
        document = json.loads(_text(path), object_hook=_geometry_or_dict)
    except (ValueError, RecursionError, EOFError, OSError, zlib.error) as error:
        raise SourceError(
            f"La source « {title} » n'est pas un JSON lisible ({str(error).splitlines()[0]}). Relancez plus tard, ou voyez "
            "la page de la source."
        ) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        nature = ", ".join(map(str, list(document)[:5])) if isinstance(document, dict) else type(document).__name__
        raise SourceError(
            f"La source « {title} » n'est pas une FeatureCollection GeoJSON (lu : {nature}). Le service a changé : voyez sa page."
        )
    features = [feature for feature in features if isinstance(feature, dict)]
    if not features:
        raise SourceError(f"La source « {title} » ne contient aucun objet. Relancez plus tard, ou voyez sa page.")
    announced = [document.get(name) for name in ("numberMatched", "totalFeatures")]
    most = max((number for number in announced if isinstance(number, int)), default=0)
    if most > len(features):
        raise SourceError(
            f"La source « {title} » est tronquée : {len(features)} objets reçus sur {most} annoncés. Relancez plus tard ; si "
            "cela dure, le service ne donne plus tout en une fois."
        )
    given = [feature.get("geometry") for feature in features]
    stamp = re.match(r"\d{4}-\d{2}-\d{2}", str(document.get("timeStamp") or ""))
    return Features(
        [feature["properties"] if isinstance(feature.get("properties"), dict) else {} for feature in features],
        [None if feature.get("id") is None else str(feature["id"]) for feature in features],
        np.array([one if isinstance(one, shapely.Geometry) else None for one in given] + [None], dtype=object)[:-1],
        np.array([one is not None and not isinstance(one, shapely.Geometry) for one in given]),
        _epsg(document.get("crs")),
        stamp[0] if stamp else None,
    )


def _text(path: Path) -> str:
    """What a file says, in the encodings that JSON may have; its bytes are not held beside it."""
    content = path.read_bytes()
    content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    return content.decode(json.detect_encoding(content), "surrogatepass")


def _geometry_or_dict(node: dict):
    """Geometries become shapely objects as soon as they are read: lists of lists of numbers would fill the memory."""
    if node.get("type") not in SHAPES or ("coordinates" not in node and "geometries" not in node):
        return node
    try:
        geometry = shapely.GeometryCollection(node["geometries"]) if "geometries" in node else _shape(node)
    except Exception:  # coordinates of any shape whatever: what shapely raises is not documented
        return node
    if geometry.is_empty or not np.isfinite(shapely.total_bounds(geometry)).all():
        return node
    return shapely.force_2d(geometry)


def _shape(node: dict) -> shapely.Geometry:
    """As shapely reads it, with the numbers of a ring converted at once: it converts them one by one."""
    coordinates = node["coordinates"]
    try:
        if node["type"] == "Polygon":
            return shapely.Polygon(*_rings(coordinates))
        if node["type"] == "MultiPolygon":
            return shapely.MultiPolygon([_rings(polygon) for polygon in coordinates])
    except (TypeError, ValueError, OverflowError):  # no rings of numbers: read as they are
        pass
    return shape(node)


def _rings(polygon: list) -> tuple[np.ndarray, list[np.ndarray]]:
    """The outline, and the holes."""
    outline, *holes = [np.array([*ring], dtype=float) for ring in polygon]
    return outline, holes


def _epsg(crs: object) -> int | None:
    """« EPSG:2154 », « urn:ogc:def:crs:EPSG::2154 », « …CRS84 » -> the number."""
    text = json.dumps(crs, default=str) if crs else ""
    if "CRS84" in text:
        return DEGREES
    match = re.search(r"EPSG\W+(?:[\d.]*\W)?(\d{4,6})\b", text)
    return int(match[1]) if match else None


def place(features: Features, title: str) -> PlacedLayer:
    """Lay the geometries in degrees, longitude first.

    The projection is the one that puts most of them in France, whatever the file says of itself; what it says decides only
    between projections that do equally well, then WGS 84, Lambert-93, Web Mercator and the official ones overseas, in that order.
    What it puts elsewhere is read in degrees or in the official projection that puts it where this projection is made for, as each
    département may have its own. Raises SourceError when there are geometries and none lies in France.
    """
    given = ~shapely.is_missing(features.geometries)
    if not given.any():
        return PlacedLayer(features.geometries, np.zeros(len(given), dtype=bool), DEGREES)
    stated = [*filter(None, [features.crs])]
    candidates = list(dict.fromkeys([*stated, DEGREES, SWAPPED, LAMBERT_93, MERCATOR, *OVERSEAS]))
    geometries = features.geometries[given]
    points = shapely.point_on_surface(geometries)
    inside = {}
    for crs in filter(_known, candidates):
        zones = [crs] if crs in OVERSEAS and crs not in stated else ZONES.values()
        inside[crs] = _in_france(_transform(points, crs), zones)
        if crs == DEGREES and inside[crs].mean() > 0.5:
            break  # what lies in France in degrees lies nowhere near it with its axes swapped, or in metres
    main = max(inside, key=lambda candidate: inside[candidate].sum())
    if not inside[main].any():
        raise SourceError(
            f"La source « {title} » n'a aucun contour en France, quelle que soit la projection essayée. Le service a changé : "
            "voyez sa page."
        )
    laid = np.full(len(geometries), None, dtype=object)
    for crs in dict.fromkeys([main, DEGREES, LAMBERT_93, *OVERSEAS]):
        zones = [crs] if crs in ZONES.values() else ZONES.values()
        here = shapely.is_missing(laid)
        here[here] = inside[main][here] if crs == main else _in_france(_transform(points[here], crs), zones)
        laid[here] = _transform(geometries[here], crs)
    kept = np.full(len(given), None, dtype=object)
    kept[given] = laid
    return PlacedLayer(kept, given & shapely.is_missing(kept), main)


@cache
def _known(crs: int) -> bool:
    try:
        pyproj.CRS.from_epsg(abs(crs))
    except pyproj.exceptions.CRSError:
        return False
    return True


def _transform(geometries: np.ndarray, crs: int) -> np.ndarray:
    if crs == DEGREES:
        return geometries
    return shapely.transform(geometries, _to_degrees(crs))


@cache
def _to_degrees(crs: int) -> Callable[[np.ndarray], np.ndarray]:
    if crs == SWAPPED:
        return lambda xy: xy[:, ::-1]
    transformer = pyproj.Transformer.from_crs(crs, DEGREES, always_xy=True)
    return lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def _in_france(points: np.ndarray, zones: Iterable[int]) -> np.ndarray:
    """Does each point lie where one of these official projections of France is made for, or within MARGIN degrees?"""
    x, y = shapely.get_x(points), shapely.get_y(points)
    result = np.zeros(len(points), dtype=bool)
    for epsg in set(zones):
        west, south, east, north = pyproj.CRS.from_epsg(epsg).area_of_use.bounds
        result |= (x >= west - MARGIN) & (x <= east + MARGIN) & (y >= south - MARGIN) & (y <= north + MARGIN)
    return result
