"""How an answer leaves: JSON, CSV, GeoJSON or Parquet, page by page, kept by its reader as long as the build lasts."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import geopandas as gpd
import pandas as pd
import shapely
from fastapi import Query
from starlette.responses import Response

from maillage.api.problems import Problem
from maillage.api.reading import MOST_SHAPES, Reading, Window
from maillage.language import spreadsheet
from maillage.queries import layers


class Format(StrEnum):
    """What a list may be asked as."""

    JSON = "json"
    CSV = "csv"
    GEOJSON = "geojson"
    PARQUET = "parquet"


MEDIA = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.GEOJSON: "application/geo+json",
    Format.PARQUET: "application/vnd.apache.parquet",
}
PLAIN = (Format.JSON, Format.CSV, Format.PARQUET)
Wanted = Annotated[Format | None, Query(alias="format", description="Before what the header Accept says.")]
DEGREES = 1e-6  # of a contour: a tenth of a metre
KEPT = "public, max-age=0, must-revalidate"  # a new build may come at any time: ask, and be told that nothing changed


def choice(reading: Reading, wanted: Format | None, offered: Sequence[Format]) -> Format:
    """The format asked for, by parameter, then by Accept in the order of its weights. Raises Problem when none is offered."""
    if wanted is not None:
        if wanted in offered:
            return wanted
        raise _absent(offered)
    accept = reading.request.headers.get("accept", "*/*")[:500]
    weights = []
    for rank, part in enumerate(accept.split(",")):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            weights.append((-float(weight), rank, name))
        except ValueError:
            weights.append((-1.0, rank, name))
    for weight, _, name in sorted(weights):
        for each in offered if weight else ():
            media = MEDIA[each].split(";")[0]
            if name in (media, "*/*", f"{media.split('/')[0]}/*"):
                return each
    raise _absent(offered)


def _absent(offered: Sequence[Format]) -> Problem:
    listed = ", ".join(offered)
    return Problem("not_acceptable", f"Cette réponse existe en : {listed}.", f"This answer exists as: {listed}.")


def send(reading: Reading, body: bytes | str, kind: Format = Format.JSON, **headers: str) -> Response:
    """An answer that holds as long as the build: its reader asks again with If-None-Match, and is told that it is the same."""
    tag = f'W/"{reading.edition.version}-{reading.request.app.state.tag}-{kind.value}"'
    common = {"ETag": tag, "Cache-Control": KEPT, "Vary": "Accept, Accept-Encoding", **headers}
    if reading.request.method in ("GET", "HEAD"):
        known = {each.strip() for each in reading.request.headers.get("if-none-match", "").split(",")}
        if tag in known or tag.removeprefix("W/") in known or "*" in known:
            return Response(status_code=304, headers=common)
    return Response(body, headers=common, media_type=MEDIA[kind])


def document(reading: Reading, body: dict) -> Response:
    """One thing, in JSON, with the build that it comes from."""
    return send(reading, dumped({"build": reading.edition.version, **body}))


def dumped(body) -> str:
    """JSON without what JSON has not: NaN is null."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str)


def rows(
    reading: Reading,
    frame: pd.DataFrame,
    window: Window,
    kind: Format = Format.JSON,
    level: str | None = None,
    **more,
) -> Response:
    """A page of a table. `more` stands beside the rows in JSON: notes, what is counted.

    GeoJSON takes its points from lon and lat, else its contours from `level` by the column code; a row without either has no
    geometry.
    """
    total = len(frame)
    limit = min(window.limit, MOST_SHAPES) if kind is Format.GEOJSON else window.limit
    page = frame.iloc[window.offset : window.offset + limit]
    links = paging(reading, total, limit, window.offset)
    headers = {
        "Link": ", ".join(f'<{each["href"]}>; rel="{each["rel"]}"' for each in links),
        "X-Total-Count": str(total),
    }
    match kind:
        case Format.CSV:
            return send(reading, spreadsheet.csv(page), kind, **headers)
        case Format.PARQUET:
            return send(reading, parquet(page), kind, **headers)
        case Format.GEOJSON:
            body = collection(shaped(reading, page, level), total, links)
            return send(reading, dumped(body | {"build": reading.edition.version}), kind, **headers)
    head = {"build": reading.edition.version, "total": total, "offset": window.offset, "limit": limit, **more}
    head["links"] = links
    return send(reading, f'{dumped(head)[:-1]},"items":{listed(page)}}}', kind, **headers)


def paging(reading: Reading, total: int, limit: int, offset: int) -> list[dict]:
    """Links to this page, to the next one, to the one before."""

    def link(rel: str, start: int) -> dict:
        href = reading.request.url.include_query_params(limit=limit, offset=start)
        return {"rel": rel, "href": str(href)}

    links = [link("self", offset)]
    if offset + limit < total:
        links.append(link("next", offset + limit))
    if offset:
        links.append(link("prev", max(0, offset - limit)))
    return links


def listed(page: pd.DataFrame) -> str:
    """Rows as a JSON list: missing is null, whole numbers are whole."""
    dates = page.select_dtypes("datetime").columns
    page = page.assign(**{name: page[name].dt.strftime("%Y-%m-%d") for name in dates}).convert_dtypes()
    return page.to_json(orient="records", force_ascii=False, double_precision=12)


def records(page: pd.DataFrame) -> list[dict]:
    """The same as Python values."""
    return json.loads(listed(page))


def parquet(page: pd.DataFrame) -> bytes:
    """A table with its types."""
    file = io.BytesIO()
    page.to_parquet(file, index=False)
    return file.getvalue()


def shaped(reading: Reading, page: pd.DataFrame, level: str | None) -> gpd.GeoDataFrame:
    """The rows with their points, or the contours of their codes, in degrees."""
    if level is None:
        points = gpd.points_from_xy(page["lon"], page["lat"])
        points = [
            None if shapely.is_empty(point) or pd.isna(x) else point
            for point, x in zip(points, page["lon"], strict=True)
        ]
        return gpd.GeoDataFrame(page, geometry=gpd.GeoSeries(points, index=page.index, crs=4326))
    known = reading.ask.edition.answer(layers.contours, list(dict.fromkeys(page["code"])), level)
    shapes = dict(zip(known["code"], map(bytes, known["wkb"]), strict=True))
    outlines = gpd.GeoSeries.from_wkb([shapes.get(code) for code in page["code"]], index=page.index, crs=4326)
    return gpd.GeoDataFrame(page, geometry=outlines.set_precision(DEGREES))


def collection(frame: gpd.GeoDataFrame, total: int, links: list[dict], key: str | None = None) -> dict:
    """A FeatureCollection. `key`: the column that names a feature."""
    properties = records(pd.DataFrame(frame.drop(columns=frame.geometry.name)))
    features = [
        ({"id": row[key]} if key else {})
        | {
            "type": "Feature",
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
            "properties": row,
        }
        for row, shape in zip(properties, frame.geometry, strict=True)
    ]
    return {
        "type": "FeatureCollection",
        "numberMatched": total,
        "numberReturned": len(features),
        "links": links,
        "features": features,
    }
