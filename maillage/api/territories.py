"""Routes: territories, their profile, their figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Query

from maillage import catalog
from maillage.address.selection import Selection
from maillage.api import answers, completeness, figures, reading, schemas
from maillage.api.answers import Format, Wanted
from maillage.api.problems import Problem, unknown
from maillage.api.reading import Asked, Name, OfPlace, OfStatuses, Paged, Place
from maillage.catalog.indicators import PROFILE
from maillage.queries import indicators, territories
from maillage.queries.territories import Territory
from maillage.subjects.atlas import profile as atlas_profile
from maillage.subjects.provenance import figure_trace
from maillage.warehouse import Ask

router = APIRouter(tags=["Territories"])
PARENT = {"region": "region_code", "departement": "departement_code", "epci": "epci_code", "commune": "parent_code"}
MOST_FOUND = 50


@router.get("/territories", response_model=schemas.Page[schemas.TerritoryRow])
def every_territory(
    asked: Asked,
    page: Paged,
    level: schemas.Level | None = None,
    within: OfPlace | None = None,
    format: Wanted = None,
):
    """Every territory: of a level, within a larger one. As GeoJSON, with its contour."""
    kind = answers.choice(asked, format, (*answers.PLAIN, Format.GEOJSON) if level else answers.PLAIN)
    frame = asked.ask(territories.every)
    if level:
        frame = frame[frame["level"] == level]
    if within:
        frame = inside(asked.ask, frame, within)
    return answers.rows(asked, frame, page, kind, level)


@router.get("/search", response_model=schemas.Page[schemas.Match])
def search(
    asked: Asked,
    q: Annotated[str, Query(min_length=2, max_length=80, description="A name, whole or not, accents or not; a code.")],
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 12,
    format: Wanted = None,
):
    """Territories, CPTS and structures of this name, the closest first."""
    kind = answers.choice(asked, format, answers.PLAIN)
    matches = asked.edition.answer(territories.search, q, limit)  # not kept: nobody asks the same
    frame = pd.DataFrame(matches, columns=["kind", "code", "name", "detail"])
    return answers.rows(asked, frame, reading.Window(limit, 0), kind)


@router.get("/territories/{territory}", response_model=schemas.Document)
def territory(asked: Asked, territory: Place):
    """One territory."""
    return answers.document(asked, figures.whole(reading.place(asked.ask, territory)))


@router.get("/territories/{territory}/profile", response_model=schemas.Document)
def profile(asked: Asked, territory: Place, statuses: OfStatuses = reading.STATUSES):
    """What the panel beside the map says: figures beside those of larger territories, structures, CPTS, what is listed."""
    return answers.document(asked, profile_of(asked.ask, territory, statuses))


@router.get("/territories/{territory}/figures", response_model=schemas.Document)
def every_figure(asked: Asked, territory: Place):
    """The latest of each figure of a territory."""
    return answers.document(asked, asked.ask.keep(latest, reading.place(asked.ask, territory)))


@router.get("/territories/{territory}/figures/{indicator}", response_model=schemas.Trace)
def figure(
    asked: Asked,
    territory: Place,
    indicator: Name,
    year: Annotated[int | None, Query(ge=1800, le=2200, description="None: the latest.")] = None,
    statuses: OfStatuses = reading.STATUSES,
):
    """One figure, and what it is made from: source, formula, numerator, denominator, doubts."""
    return answers.document(asked, trace_of(asked.ask, territory, indicator, year, statuses))


# -- answers, of the assistant too --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """A territory looked at under a selection."""

    territory: Territory
    selection: Selection


def inside(ask: Ask, frame: pd.DataFrame, within: str) -> pd.DataFrame:
    """The rows that are a territory, or stand in it. Columns: level, code, and the codes of PARENT."""
    here = reading.place(ask, within)
    if here.level == "france":
        return frame
    itself = frame["level"].eq(here.level) & frame["code"].eq(here.code)
    return frame[itself | frame[PARENT[here.level]].eq(here.code)] if here.level in PARENT else frame[itself]


def profile_of(ask: Ask, territory: str, statuses: str) -> dict:
    """The profile of a territory."""
    chosen = reading.several(statuses, catalog.CPTS_STATUS, "statuses")
    return ask.keep(_profile, reading.place(ask, territory), chosen)


def _profile(ask: Ask, here: Territory, statuses: tuple[str, ...]) -> dict:
    known = atlas_profile.profile(ask, View(here, Selection(here.level, here.code, statuses=statuses)))
    order = {name: rank for rank, name in enumerate(catalog.in_document(PROFILE))}
    table = known["figures"]
    table = table[table["indicator"].isin(order)]
    rows = sorted(table.itertuples(), key=lambda row: order[row.indicator])
    structures = answers.records(known["structures"])
    sentences = completeness.of_territory(ask, [row["type"] for row in structures], here.level, here.code)
    return {
        "territory": figures.whole(here),
        "compared_with": [
            {"level": level, "code": code, "name": name}
            for (level, code), name in known["places"]
            if (level, code) != (here.level, here.code)
        ],
        "figures": [{"level": row.level, "code": row.code, **figures.of_row(row)} for row in rows],
        "structures": [row | {"completeness": sentences[row["type"]]} for row in structures],
        "nearest": [
            dict(zip(("type", "site", "commune", "distance_km", "minutes"), row, strict=True))
            for row in known["nearest"]
        ],
        "member_of": [dict(zip(("cpts_id", "name", "status"), row, strict=True)) for row in known["member_of"]],
        "cpts": answers.records(known["cpts"].drop(columns="member_departements")),
        "cpts_completeness": completeness.of_territory(ask, ["CPTS"], here.level, here.code)["CPTS"],
    }


def latest(ask: Ask, here: Territory) -> dict:
    """The latest of each figure of a territory, in the order of the catalogue."""
    table = ask(indicators.profile, [(here.level, here.code)], list(catalog.INDICATOR))
    rows = {row.indicator: figures.of_row(row) for row in table.itertuples()}
    return {"territory": figures.short(here), "figures": [rows[name] for name in catalog.INDICATOR if name in rows]}


def trace_of(ask: Ask, territory: str, indicator: str, year: int | None, statuses: str) -> dict:
    """The trace of a figure. Raises Problem where there is none."""
    if indicator not in catalog.INDICATOR:
        raise unknown(indicator, "Aucun indicateur de ce code", "No such indicator")
    chosen = reading.several(statuses, catalog.CPTS_STATUS, "statuses")
    here = reading.place(ask, territory)
    figure = ask.keep(_trace, indicator, here.level, here.code, year, chosen)
    if figure is None:
        when = f" ({year})" if year else ""
        raise Problem(
            "unknown",
            f"« {catalog.INDICATOR[indicator].label} » n'a pas de chiffre ici{when} : {here.name}.",
            f"“{indicator}” has no figure here{when}: {here.name}.",
        )
    return figure


def _trace(ask: Ask, indicator: str, level: str, code: str, year: int | None, statuses: tuple[str, ...]) -> dict | None:
    figure = figure_trace.trace(ask, indicator, level, code, year, statuses)
    return None if figure is None else figures.trace(figure)
