"""Routes: indicators, and their values at a level."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Query

from maillage import catalog
from maillage.api import answers, schemas, territories
from maillage.api.answers import Format, Wanted
from maillage.api.problems import unknown
from maillage.api.reading import Asked, Name, OfPlace, Paged
from maillage.queries import indicators
from maillage.warehouse import Ask

router = APIRouter(tags=["Indicators"])


@router.get("/indicators", response_model=schemas.Page[schemas.IndicatorRow])
def every_indicator(asked: Asked, page: Paged, format: Wanted = None):
    """Every indicator that the atlas can name, and whether this build has a figure of it."""
    kind = answers.choice(asked, format, answers.PLAIN)
    return answers.rows(asked, asked.ask.keep(declared), page, kind)


@router.get("/indicators/{indicator}", response_model=schemas.IndicatorDocument)
def indicator(asked: Asked, indicator: Name):
    """What an indicator is, the years it has at each level, its sources."""
    here = named(indicator)
    sources = asked.ask(indicators.sources, here.code)
    return answers.document(
        asked,
        {
            **row(here, bool(sources)),
            "years": asked.ask(indicators.years, here.code),
            "sources": [
                dict(zip(("title", "producer", "vintage"), map(str, source), strict=True)) for source in sources
            ],
        },
    )


@router.get("/indicators/{indicator}/values", response_model=schemas.Page[schemas.ValueRow])
def values(
    asked: Asked,
    page: Paged,
    indicator: Name,
    level: schemas.Level = "departement",
    within: OfPlace | None = None,
    year: Annotated[int | None, Query(ge=1800, le=2200, description="None: the latest of each territory.")] = None,
    format: Wanted = None,
):
    """The figures of an indicator, one row a territory. Each row says its unit, year, date, source, bound and basis."""
    here = named(indicator)
    kind = answers.choice(asked, format, (*answers.PLAIN, Format.GEOJSON))
    frame = table(asked.ask, here, level, year, within)
    return answers.rows(asked, frame, page, kind, level, indicator=here.code, label=here.label, unit=here.unit)


def named(code: str) -> catalog.Indicator:
    """Raises Problem where there is none."""
    if code not in catalog.INDICATOR:
        raise unknown(code, "Aucun indicateur de ce code", "No such indicator")
    return catalog.INDICATOR[code]


def row(each: catalog.Indicator, known: bool) -> dict:
    """An indicator as the catalogue declares it."""
    return {
        "code": each.code,
        "label": each.label,
        "unit": each.unit,
        "decimals": each.decimals,
        "group": each.group,
        "role": each.role,
        "direction": each.direction,
        "definition": each.definition,
        "levels": ", ".join(each.levels),
        "categories": " ; ".join(each.categories),
        "known": known,
    }


def declared(ask: Ask) -> pd.DataFrame:
    """One row per indicator, in the catalogue's order."""
    known = ask(indicators.known)
    return pd.DataFrame([row(each, each.code in known) for each in catalog.INDICATORS])


def table(ask: Ask, here: catalog.Indicator, level: str, year: int | None, within: str | None) -> pd.DataFrame:
    """The values of an indicator, one row a territory."""
    frame = ask.edition.answer(indicators.values, here.code, level, year)
    if within:
        frame = territories.inside(ask, frame, within)
    frame = frame.rename(columns={"method": "note"})
    frame.insert(7, "indicator", here.code)
    frame.insert(8, "unit", here.unit)
    return frame
