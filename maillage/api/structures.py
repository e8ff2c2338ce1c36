"""Routes: structures of care, CPTS and their perimeters."""

from __future__ import annotations

from typing import Annotated

import geopandas as gpd
import pandas as pd
from fastapi import APIRouter, Depends, Path, Query

from maillage import catalog
from maillage.address.cpts import CptsChoices
from maillage.api import answers, completeness, figures, reading, schemas
from maillage.api.answers import Format, Wanted
from maillage.api.problems import Problem, unknown
from maillage.api.reading import Asked, OfPlace, OfStatuses, Paged
from maillage.exports import geo
from maillage.queries import cpts, sites, territories
from maillage.subjects.cpts import list as cpts_list
from maillage.subjects.territory import territory
from maillage.warehouse import Ask

router = APIRouter(tags=["Structures and CPTS"])
Box = Annotated[
    str | None,
    Query(max_length=120, description="West, south, east, north, in degrees.", examples=["4.0,49.5,5.2,50.2"]),
]
CptsId = Annotated[str, Path(pattern="^[a-z0-9-]{1,80}$", examples=["cpts-71-centre-saone-et-loire"])]


@router.get("/structures", response_model=schemas.Page[schemas.Structure])
def structures(
    asked: Asked,
    page: Paged,
    types: Annotated[str, Query(max_length=200, examples=["MSP,CDS"])] = ",".join(catalog.SITE_TYPE),
    statuses: Annotated[str, Query(max_length=100)] = "ouvert",
    within: OfPlace | None = None,
    bbox: Box = None,
    format: Wanted = None,
):
    """Structures of some types, of some statuses, in a territory or a box; and how far their lists go there."""
    kind = answers.choice(asked, format, (*answers.PLAIN, Format.GEOJSON))
    kinds = reading.several(types, catalog.SITE_TYPE, "types")
    frame = asked.ask(sites.every)
    frame = frame[frame["type"].isin(kinds)]
    frame = frame[frame["status"].isin(reading.several(statuses, catalog.SITE_STATUS, "statuses"))]
    where = reading.place(asked.ask, within or "france-FR")
    frame = within_place(asked.ask, frame, where)
    if bbox:
        frame = in_box(frame, box(bbox))
    sentences = completeness.of_territory(asked.ask, kinds, where.level, where.code)
    return answers.rows(asked, frame, page, kind, completeness=sentences)


@router.get("/structures/{site_id}", response_model=schemas.Document)
def structure(asked: Asked, site_id: Annotated[str, Path(max_length=120)]):
    """One structure."""
    frame = asked.ask(sites.every)
    row = frame[frame["site_id"] == site_id]
    if row.empty:
        raise unknown(site_id, "Aucune structure de cet identifiant", "No such structure")
    return answers.document(asked, answers.records(row)[0])


@router.get("/cpts", response_model=schemas.Page[schemas.CptsRow])
def every_cpts(
    asked: Asked,
    page: Paged,
    statuses: OfStatuses = reading.EVERY_STATUS,
    within: OfPlace | None = None,
    q: Annotated[str, Query(max_length=80, description="A part of one of its names.")] = "",
    format: Wanted = None,
):
    """CPTS, with what is computed of their known communes and what they declare. As GeoJSON, their known perimeter."""
    kind = answers.choice(asked, format, (*answers.PLAIN, Format.GEOJSON))
    chosen = reading.several(statuses, catalog.CPTS_STATUS, "statuses")
    where = reading.place(asked.ask, within or "france-FR")
    around = cpts_list.around(asked.ask, where.level, where.code)
    frame = cpts_list.listed(asked.ask, CptsChoices(words=q), chosen, around)
    sentence = completeness.of_territory(asked.ask, ["CPTS"], where.level, where.code)["CPTS"]
    if kind is Format.GEOJSON:
        limit = min(page.limit, reading.MOST_SHAPES)
        rows = frame.iloc[page.offset : page.offset + limit].set_index("cpts_id")
        outlines = asked.ask.keep(geo.cpts).set_index("cpts_id").geometry.reindex(rows.index)
        shaped = gpd.GeoDataFrame(rows, geometry=outlines, crs=4326).reset_index()
        links = answers.paging(asked, len(frame), limit, page.offset)
        body = answers.collection(shaped, len(frame), links, "cpts_id")
        return answers.send(asked, answers.dumped(body | {"build": asked.edition.version}), kind)
    return answers.rows(asked, frame, page, kind, completeness=sentence)


@router.get("/cpts/{cpts_id}", response_model=schemas.Document, dependencies=[Depends(reading.turn)])
def one_cpts(asked: Asked, cpts_id: CptsId):
    """One CPTS: what its lists say of it, what its known communes give, the steps of its life."""
    return answers.document(asked, asked.ask.keep(card, cpts_id))


@router.get("/cpts/{cpts_id}/communes", response_model=schemas.Page[schemas.Member])
def members(asked: Asked, page: Paged, cpts_id: CptsId, format: Wanted = None):
    """The known communes of a CPTS. As GeoJSON, with their contours."""
    kind = answers.choice(asked, format, (*answers.PLAIN, Format.GEOJSON))
    if asked.ask(cpts.card, cpts_id) is None:
        raise unknown(cpts_id, "Aucune CPTS de cet identifiant", "No such CPTS")
    return answers.rows(asked, asked.ask(cpts.perimeter, cpts_id), page, kind, "residence")


# -- answers ----------------------------------------------------------------------------------------------------------


def card(ask: Ask, cpts_id: str) -> dict:
    """A CPTS. Raises Problem where there is none."""
    dossier = territory.of_cpts(ask, cpts_id)
    if dossier is None:
        raise unknown(cpts_id, "Aucune CPTS de cet identifiant", "No such CPTS")
    facts = dossier.cpts
    return {
        "cpts_id": facts.cpts_id,
        "name": facts.name,
        "aliases": facts.aliases,
        "status": facts.status,
        "status_date": facts.status_date,
        "perimeter": facts.perimeter,
        "departement_codes": facts.departement_codes,
        "communes": len(dossier.codes) or None,
        "population": dossier.population,
        "population_year": dossier.population_year,
        "area_km2": dossier.area_km2,
        "size": dossier.size.kind.code if dossier.size else None,
        "declared_population": facts.declared_population,
        "declared_communes": facts.declared_communes,
        "declared_professionals": facts.declared_professionals,
        "as_of": facts.as_of,
        "source": facts.source,
        "citation": facts.citation,
        "note": facts.note,
        "events": [
            {
                "status": each.status,
                "label": each.label,
                "date": each.date,
                "deduced": each.deduced,
                "citation": each.citation,
            }
            for each in facts.events
        ],
        "differences": facts.differences,
        "figures": [figures.line(each) for each in dossier.figures],
        "notes": dossier.notes,
    }


def within_place(ask: Ask, frame: pd.DataFrame, here: territories.Territory) -> pd.DataFrame:
    """The rows of `sites.every` that stand in a territory; one whose commune is unknown stands in its département alone."""
    if here.level == "france":
        return frame
    if here.level == "region":
        return frame[frame["departement_code"].isin(ask(territories.reach, here.level, here.code))]
    if here.level in ("departement", "epci"):
        return frame[frame[f"{here.level}_code"].eq(here.code)]
    return frame[frame["commune_code"].isin({here.code, *ask(territories.members, here.level, here.code)})]


def box(written: str) -> tuple[float, float, float, float]:
    """« west,south,east,north » in degrees. Raises Problem."""
    try:
        sides = tuple(float(side) for side in written.split(","))
        if len(sides) == 6:  # with heights, which say nothing here
            sides = (*sides[:2], *sides[3:5])
        west, south, east, north = sides
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Problem(
            "invalid",
            "bbox : ouest, sud, est, nord en degrés, de -180 à 180 et de -90 à 90, séparés par des virgules.",
            "bbox: west, south, east, north in degrees, from -180 to 180 and -90 to 90, apart by commas.",
            [("bbox", "ouest,sud,est,nord", "west,south,east,north")],
        )
    return west, south, east, north


def in_box(frame: pd.DataFrame, sides: tuple[float, float, float, float]) -> pd.DataFrame:
    """The rows whose point (lon, lat) stands in a box."""
    west, south, east, north = sides
    return frame[frame["lon"].between(west, east) & frame["lat"].between(south, north)]
