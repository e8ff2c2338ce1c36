"""A point written in one cell: « 49.7020,4.9400 » as portals export it, WKT, GeoJSON."""

from __future__ import annotations

import json
import re

_NUMBER = r"[-+]?[0-9]{1,9}(?:\.[0-9]+)?"
_PLAIN = re.compile(rf"[\[(]?\s*({_NUMBER})\s*(?:[,;|/]\s*|\s+)({_NUMBER})\s*[\])]?")
_FRENCH = re.compile(
    r"[\[(]?\s*([-+]?[0-9]{1,9}(?:,[0-9]+)?)\s*(?:[;|/]\s*|\s+|,\s+)([-+]?[0-9]{1,9}(?:,[0-9]+)?)\s*[\])]?"
)
_WKT = re.compile(
    rf"(?:SRID=[0-9]+;)?\s*POINT\s*(?:Z\s*)?\(\s*({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})?\s*\)", re.IGNORECASE
)
_LON, _LAT = ("lon", "lng", "long", "longitude", "x"), ("lat", "latitude", "y")


def lon_lat(text: str) -> tuple[str, str] | None:
    """Longitude and latitude, as they are written; None when the text is no point.

    Two numbers are latitude first, as portals write them; WKT and GeoJSON are longitude first.
    """
    if point := _WKT.fullmatch(text.strip()):
        return point[1], point[2]
    if text.lstrip().startswith("{"):
        return _object(text)
    if point := _PLAIN.fullmatch(text.strip()) or _FRENCH.fullmatch(text.strip()):
        return point[2], point[1]
    return None


def _object(text: str) -> tuple[str, str] | None:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(parsed.get("coordinates"), list) and len(parsed["coordinates"]) > 1:
        return str(parsed["coordinates"][0]), str(parsed["coordinates"][1])
    lon = next((parsed[name] for name in _LON if name in parsed), None)
    lat = next((parsed[name] for name in _LAT if name in parsed), None)
    return None if lon is None or lat is None else (str(lon), str(lat))
