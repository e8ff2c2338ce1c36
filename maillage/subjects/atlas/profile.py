"""What the panel beside the map tells of a territory: questions asked, nothing drawn."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from maillage import catalog
from maillage.address.selection import Selection
from maillage.catalog.indicators import PROFILE
from maillage.queries import cpts, indicators, sites, territories
from maillage.warehouse import Ask


class Looked(Protocol):
    """What is looked at: a territory, under a selection. A `Scene` is."""

    @property
    def territory(self) -> territories.Territory:
        """The territory itself."""

    @property
    def selection(self) -> Selection:
        """The choices under which it is looked at."""


def profile(ask: Ask, scene: Looked) -> dict:
    """What the panel beside the map tells: figures against larger territories, structures, CPTS."""
    here = scene.territory
    places = [(here.level, here.code)]
    if here.level in ("commune", "arrondissement_municipal", "epci"):
        places.append(("departement", here.departement_code))
    elif here.level == "departement" and len(ask(territories.reach, "region", here.region_code)) > 1:
        places.append(("region", here.region_code))
    if here.level != "france":
        places.append(("france", "FR"))
    names = [ask(territories.territory, *place).name for place in places]
    coloured, named = scene.selection.indicator, catalog.in_document(PROFILE)
    answer = ask(indicators.profile, places, list(catalog.INDICATOR))  # once a territory, whatever colours its map
    answer = answer[answer["indicator"].isin({*named, coloured})]
    if set(scene.selection.statuses) != set(catalog.DEFAULT_CPTS_STATUSES):
        answer = refiltered(ask, answer, scene.selection.statuses)
    around = ask(cpts.around, scene.selection.statuses, ask(territories.reach, here.level, here.code))
    local = here.level in ("commune", "arrondissement_municipal")
    return {
        "territory": here,
        "area_gap": ask(indicators.area_gaps).get(here.code) if here.level == "departement" else None,
        "places": list(zip(places, names, strict=True)),
        "coloured": coloured,
        "indicators": named,
        "figures": answer,
        "structures": ask(sites.counts, here.level, here.code),
        "nearest": ask(sites.nearest, here.code) if local else [],
        "member_of": ask(cpts.of_commune, scene.selection.statuses, here.code) if local else [],
        "cpts": around,
        "cpts_survey": ask(cpts.survey, ask(territories.reach, here.level, here.code)),
        "focus": scene.selection.cpts,
    }


def refiltered(ask: Ask, answer: pd.DataFrame, statuses: tuple[str, ...]) -> pd.DataFrame:
    """The same figures with the coverage counted anew for the statuses chosen; where nothing is known, no row."""
    by_status = answer["indicator"].isin([indicator.code for indicator in catalog.INDICATORS if indicator.by_status])
    other = answer[~by_status]
    kept = answer[by_status].drop(columns=["value", "low", "high", "bound", "basis", "method", "year"])
    levels = [ask(indicators.coverage, statuses, level).assign(level=level) for level in kept["level"].unique()]
    if not levels:
        return answer
    return pd.concat([other, kept.merge(pd.concat(levels), on=["level", "code"])], ignore_index=True)
