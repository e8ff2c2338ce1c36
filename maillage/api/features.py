"""Routes: OGC API – Features, core: landing page, conformance, collections, items. What QGIS and GDAL read."""

from __future__ import annotations

from typing import Annotated

import geopandas as gpd
import pandas as pd
from fastapi import APIRouter, Path, Query
from starlette.responses import JSONResponse, Response

from maillage import catalog
from maillage.api import answers, schemas
from maillage.api.answers import Format
from maillage.api.problems import unknown
from maillage.api.reading import MOST_SHAPES, Asked, Reading
from maillage.api.structures import box
from maillage.exports import geo
from maillage.queries import layers, territories


class GeoJson(JSONResponse):
    """What features are sent as."""

    media_type = answers.MEDIA[Format.GEOJSON]


router = APIRouter(tags=["OGC API – Features"])
CORE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
CRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
FRANCE = (-63.2, -21.5, 55.9, 51.2)  # overseas départements included: west, south, east, north
USUAL = 100
TITLES = {level: catalog.LEVEL[level].plural.capitalize() for level in geo.LEVELS} | {
    "site": "Structures de soins coordonnés",
    "cpts": "CPTS, par leurs communes connues",
}
KEYS = {**dict.fromkeys(geo.LEVELS, "code"), "site": "site_id", "cpts": "cpts_id"}
Json = Annotated[str | None, Query(alias="f", pattern="^(json|geojson)$", description="json")]
CollectionId = Annotated[str, Path(max_length=60, examples=["departement"])]


@router.get("/", response_model=schemas.Document)
def landing(asked: Asked, f: Json = None):
    """Where everything is."""
    links = (
        ("self", "/", "application/json", "Cette page"),
        ("service-desc", "/openapi.json", "application/vnd.oai.openapi+json;version=3.1", "OpenAPI"),
        ("conformance", "/conformance", "application/json", "Conformité OGC"),
        ("data", "/collections", "application/json", "Couches"),
    )
    listed = [
        {"rel": rel, "href": f"{asked.root}{path}", "type": kind, "title": title} for rel, path, kind, title in links
    ]
    title = "Maillage, atlas ouvert des soins coordonnés"
    return answers.document(
        asked, {"title": title, "description": "CPTS, MSP et structures de soins, par commune.", "links": listed}
    )


@router.get("/conformance", response_model=schemas.Document)
def conformance(asked: Asked, f: Json = None):
    """The parts of the standard that are kept."""
    return answers.document(asked, {"conformsTo": CORE})


@router.get("/collections", response_model=schemas.Document)
def collections(asked: Asked, f: Json = None):
    """Every layer."""
    links = [{"rel": "self", "href": f"{asked.root}/collections", "type": "application/json"}]
    return answers.document(asked, {"links": links, "collections": [about(asked, name) for name in TITLES]})


@router.get("/collections/{collection}", response_model=schemas.Document)
def collection(asked: Asked, collection: CollectionId, f: Json = None):
    """One layer."""
    return answers.document(asked, about(asked, named(collection)))


@router.get("/collections/{collection}/items", response_model=schemas.FeatureCollection, response_class=GeoJson)
def items(
    asked: Asked,
    collection: CollectionId,
    limit: Annotated[int, Query(ge=1, le=10_000, description="1,000 at most are given at once.")] = USUAL,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    bbox: Annotated[str | None, Query(max_length=120, description="West, south, east, north, in degrees.")] = None,
    datetime: Annotated[
        str | None, Query(max_length=80, description="Features have no date of their own: all match.")
    ] = None,
    f: Json = None,
):
    """The features of a layer, page by page."""
    limit = min(limit, MOST_SHAPES)
    keys = codes(asked, named(collection), bbox)
    page = keys[offset : offset + limit]
    links = answers.paging(asked, len(keys), limit, offset)
    links = [{**link, "type": answers.MEDIA[Format.GEOJSON]} for link in links]
    return send(asked, answers.collection(rows(asked, collection, page), len(keys), links, KEYS[collection]))


@router.get("/collections/{collection}/items/{feature}", response_model=schemas.Feature, response_class=GeoJson)
def item(asked: Asked, collection: CollectionId, feature: Annotated[str, Path(max_length=120)], f: Json = None):
    """One feature."""
    frame = rows(asked, named(collection), [feature])
    if not len(frame):
        raise unknown(feature, "Aucun objet de cet identifiant", "No such feature")
    (body,) = answers.collection(frame, 1, [], KEYS[collection])["features"]
    here = f"{asked.root}/collections/{collection}"
    links = [{"rel": "self", "href": f"{here}/items/{feature}"}, {"rel": "collection", "href": here}]
    return send(asked, body | {"links": links})


# -- layers -----------------------------------------------------------------------------------------------------------


def named(collection: str) -> str:
    """Raises Problem where there is no such layer."""
    if collection not in TITLES:
        raise unknown(
            collection,
            f"Aucune couche de ce nom ; il y a {', '.join(TITLES)}",
            f"No such layer; there are {', '.join(TITLES)}",
        )
    return collection


def about(asked: Reading, name: str) -> dict:
    """A layer: its name, its extent, where its features are."""
    here = f"{asked.root}/collections/{name}"
    return {
        "id": name,
        "title": TITLES[name],
        "description": f"{TITLES[name]}, construction {asked.edition.version}.",
        "itemType": "feature",
        "crs": [CRS],
        "extent": {"spatial": {"bbox": [FRANCE], "crs": CRS}},
        "links": [
            {"rel": "self", "href": here, "type": "application/json"},
            {"rel": "items", "href": f"{here}/items", "type": answers.MEDIA[Format.GEOJSON], "title": TITLES[name]},
        ],
    }


def codes(asked: Reading, name: str, bbox: str | None) -> list[str]:
    """The identifiers of the features of a layer, in order, of those that meet a box."""
    sides = box(bbox) if bbox else None
    if name in geo.LEVELS:
        frame = asked.ask(layers.extents, name)
        bounds = frame[["west", "south", "east", "north"]]
    else:
        frame = asked.ask.keep(MAKERS[name])
        bounds = frame.bounds
    if sides is not None:
        west, south, east, north = sides
        lows, highs = bounds.iloc[:, :2].to_numpy(), bounds.iloc[:, 2:].to_numpy()
        frame = frame[(lows <= (east, north)).all(axis=1) & (highs >= (west, south)).all(axis=1)]
    return frame[KEYS[name]].tolist()


MAKERS = {"site": geo.sites, "cpts": geo.cpts}


def rows(asked: Reading, name: str, keys: list[str]) -> gpd.GeoDataFrame:
    """The features of these identifiers, in their order."""
    key = KEYS[name]
    if name not in geo.LEVELS:
        frame = asked.ask.keep(MAKERS[name])
        return frame[frame[key].isin(keys)]
    frame = asked.ask(territories.every)
    frame = frame[(frame["level"] == name) & frame["code"].isin(keys)]
    shaped = answers.shaped(asked, pd.DataFrame(frame), name)
    shaped = shaped[shaped.geometry.notna()]
    return shaped.set_geometry(geo.polygons(shaped.geometry.to_numpy()), crs=shaped.crs)


def send(asked: Reading, body: dict) -> Response:
    """GeoJSON, as the standard names it."""
    return answers.send(asked, answers.dumped(body | {"build": asked.edition.version}), Format.GEOJSON)
