"""Routes: access, white zones, where new sites would serve most people. Long computations wait for their turn."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import pandas as pd
from fastapi import APIRouter, Depends, Query

from maillage import catalog
from maillage.address.gaps import LEAST, MEASURES, MOST_SITES, TYPES, GapsChoices
from maillage.address.selection import Selection
from maillage.api import answers, completeness, figures, reading, schemas
from maillage.api.answers import Format, Wanted
from maillage.api.problems import Problem
from maillage.api.reading import Asked, OfPlace, OfStatuses, Paged
from maillage.catalog.siting import METHOD
from maillage.methods.siting import STATUSES as PLAN_STATUSES
from maillage.methods.siting import SitingError, towards_larger
from maillage.methods.solver import solve
from maillage.subjects.gaps import access as gap_access
from maillage.subjects.gaps import territory as gap_territory
from maillage.subjects.gaps import whatif, white
from maillage.subjects.gaps.completeness import Unanswerable
from maillage.subjects.gaps.territory import Ground
from maillage.warehouse import Ask

router = APIRouter(tags=["Gaps"], dependencies=[Depends(reading.turn)])
BOUND = {"-": "at_most", "+": "at_least", "~": "about", " ": "exact"}
SEARCH_SECONDS = 8.0  # of a search for sites; then the best answer found is given, with its gap
Types = Annotated[str, Query(max_length=200, description="Any of them will do.", examples=["MSP,CDS"])]


@router.get("/access", response_model=schemas.Page[schemas.AccessRow])
def access(
    asked: Asked,
    page: Paged,
    within: OfPlace,
    types: Types = "MSP",
    measure: Literal[tuple(MEASURES)] = "minutes",
    supply: Literal["sites", "places"] = "sites",
    decay: Literal[tuple(catalog.DECAYS)] = "paliers",
    threshold: Annotated[int, Query(ge=5, le=60, description="Minutes; the reach of the index.")] = 15,
    format: Wanted = None,
):
    """How far the nearest structure of some types is from each commune: minutes, km, or the 2SFCA index; its bound, and why.

    A commune alone has no gap: its département is answered, and named.
    """
    kind = answers.choice(asked, format, (*answers.PLAIN, Format.GEOJSON))
    chosen = GapsChoices(
        types=reading.several(types, TYPES, "types"), measure=measure, supply=supply, decay=decay, threshold=threshold
    )
    here = reading.selection(asked.ask, within, catalog.DEFAULT_CPTS_STATUSES)
    table, more = reached(asked.ask, here, chosen)
    return answers.rows(asked, table, page, kind, "residence", **more)


@router.get("/white-zones", response_model=schemas.Page[schemas.WhiteRow])
def white_zones(
    asked: Asked, page: Paged, within: OfPlace, statuses: OfStatuses = reading.STATUSES, format: Wanted = None
):
    """The communes of no CPTS, of one, or of which nobody knows; the zones they make, and the CPTS that each could join.

    A commune alone has no gap: its département is answered, and named.
    """
    kind = answers.choice(asked, format, (*answers.PLAIN, Format.GEOJSON))
    chosen = reading.several(statuses, catalog.CPTS_STATUS, "statuses")
    table, more = whites(asked.ask, reading.selection(asked.ask, within, chosen))
    return answers.rows(asked, table, page, kind, "residence", **more)


@router.get("/siting", response_model=schemas.Document)
def siting(
    asked: Asked,
    within: OfPlace,
    type: Literal[TYPES] = "MSP",
    method: Literal[tuple(METHOD)] = "couverture",
    sites: Annotated[int, Query(ge=1, le=MOST_SITES)] = 3,
    minutes: Annotated[int, Query(ge=5, le=60)] = 15,
    least: Annotated[int, Query(ge=0, le=50_000, description="Inhabitants of a candidate commune.")] = LEAST,
    projects: Annotated[bool, Query(description="Do sites in preparation count as open?")] = False,
):
    """Where new sites would serve most people, existing ones staying open: an answer, its gap to the best one, its doubts."""
    here = reading.selection(asked.ask, within, catalog.DEFAULT_CPTS_STATUSES)
    chosen = GapsChoices(
        kind=type, method=method, sites=sites, threshold=minutes, least=least, projects="oui" if projects else "non"
    )
    return answers.document(asked, answered(asked.ask, here, chosen))


# -- answers, of the assistant too --------------------------------------------------------------------------------------


def unanswerable(error: ValueError) -> Problem:
    """A question that the data cannot answer, in the words of the pages."""
    return Problem(
        "unanswerable", str(error), f"The lists say too little, or the question is too wide (in French): {error}"
    )


def reached(ask: Ask, here: Selection, chosen: GapsChoices) -> tuple[pd.DataFrame, dict]:
    """Access of the communes of a territory, and what is said beside. Raises Problem."""
    try:
        return ask.keep(_reached, here, chosen)
    except Unanswerable as error:
        raise unanswerable(error) from error


def _reached(ask: Ask, here: Selection, chosen: GapsChoices) -> tuple[pd.DataFrame, dict]:
    ground = gap_territory.ground(ask, here)
    reach = gap_access.compose(ask, ground, chosen)
    inside = reach.table[ground.inside]
    known = inside["known"].to_numpy(bool)
    timed = chosen.measure == "minutes"  # an estimate bounds nothing, and is never exact
    bound = "about" if timed else BOUND[reach.bound]
    table = pd.DataFrame(
        {
            "code": inside["code"],
            "name": inside["name"],
            "departement_code": inside["departement_code"],
            "population": inside["population"],
            "value": inside["value"].astype(float).round(4),
            "unit": reach.indicator.unit,
            "bound": np.where(known, bound, "exact"),
            "basis": "estimated" if timed else "computed",
            "known": known,
            **{
                name: inside[name].where(known)
                for name in ("minutes", "distance_km", "type", "site", "commune", "method")
            },
        }
    ).reset_index(drop=True)
    more = {
        "territory": figures.short(ground.territory),
        "measure": reach.indicator.label,
        "unit": reach.indicator.unit,
        "bound": bound,
        "completeness": _completeness(ask, ground, chosen.types),
        "notes": reach.notes,
    }
    return table, more


def whites(ask: Ask, here: Selection) -> tuple[pd.DataFrame, dict]:
    """The standing of the communes of a territory, and its white zones."""
    return ask.keep(_whites, here)


def _whites(ask: Ask, here: Selection) -> tuple[pd.DataFrame, dict]:
    ground = gap_territory.ground(ask, here)
    page = white.compose(ask, ground)
    table = page.table.assign(zone=page.table["zone"].astype(object).where(page.table["zone"].notna(), None))
    published = page.published
    more = {
        "territory": figures.short(ground.territory),
        "statuses": list(here.statuses),
        "communes": {status: page.communes(status) for status in white.STATES},
        "population": {status: page.people(status) for status in white.STATES},
        "zones": [
            {
                "name": zone.name,
                "communes": list(zone.codes),
                "population": zone.population,
                "unknown_border_km": round(zone.unknown_border_km, 1),
                "could_join": [
                    {
                        "cpts_id": option.cpts_id,
                        "name": page.cpts[option.cpts_id][0],
                        "perimeter": page.cpts[option.cpts_id][1],
                        "border_km": round(option.border_km, 1),
                        "population_together": option.population,
                        "size_before": option.size_before.code,
                        "size_together": option.size.code,
                    }
                    for option in zone.options
                ],
            }
            for zone in page.zones
        ],
        "published": None
        if published is None
        else {
            "covered_percent": published.percent,
            "year": published.year,
            "basis": "mean_of_parts" if published.averaged else "published",
            "population_outside": published.outside,
            "bound": "about",
        },
        "cpts_without_all_communes": list(page.nameless),
        "completeness": _completeness(ask, ground, ["CPTS"]),
        "notes": page.notes,
    }
    return table, more


def answered(ask: Ask, here: Selection, chosen: GapsChoices) -> dict:
    """A siting question and its answer, within SEARCH_SECONDS. Raises Problem."""
    try:
        return ask.keep(_answered, here, chosen)
    except (Unanswerable, SitingError) as error:
        raise unanswerable(error) from error


def _answered(ask: Ask, here: Selection, chosen: GapsChoices) -> dict:
    ground = gap_territory.ground(ask, here)
    question = whatif.ask_for(ask, ground, chosen)
    method = METHOD[chosen.method]
    plan = towards_larger(question.problem, method, solve(question.problem, method, time_limit=SEARCH_SECONDS))
    answer = whatif.answer(question, plan)
    sites = answers.records(
        answer.communes.rename(columns={"gained": "population_gained"}).round({"population_gained": 0})
    )
    before = plan.objective_before
    return {
        "territory": figures.short(ground.territory),
        "type": chosen.kind,
        "method": {"code": method.code, "label": method.label, "meaning": method.meaning, "unit": method.unit},
        "minutes": chosen.threshold,
        "sites": sites,
        "objective": round(float(plan.objective), 2),
        "objective_before": round(float(before), 2) if np.isfinite(before) else None,
        "status": plan.status,
        "status_label": PLAN_STATUSES.get(plan.status, plan.status),
        "gap": None if plan.gap is None else round(float(plan.gap), 6),
        "left_beyond": {
            "communes": int(plan.beyond.sum()),
            "population": int(question.problem.population[plan.beyond].sum()),
        },
        "bound": "exact" if question.lists.state == "complet" else "about",
        "basis": "estimated",
        "completeness": _completeness(ask, ground, [chosen.kind]),
        "notes": question.notes,
    }


def _completeness(ask: Ask, ground: Ground, types) -> dict[str, str]:
    return completeness.of_places(ask, types, sorted(ground.places["departement_code"][ground.inside].unique()))
