"""What stands around a set of communes: what it surrounds, what others already hold, whom it leaves alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from maillage.methods import perimeters
from maillage.queries import communes
from maillage.scene import Ask


@dataclass(frozen=True)
class Overlap:
    """Another CPTS that has communes of the territory."""

    cpts_id: str
    name: str
    status: str  # a code of catalog.CPTS_STATUS
    perimeter: str  # complet, partiel
    codes: tuple[str, ...]  # the communes in common
    population: int  # their inhabitants


@dataclass(frozen=True)
class Orphans:
    """Communes left alone: outside, in no CPTS, and all of whose neighbours are in the territory or in another CPTS."""

    sure: pd.DataFrame  # code, name, population: every CPTS of their département is listed
    unsure: pd.DataFrame  # the same where some perimeters are not known: a CPTS we do not know may have them


def enclaves(ask: Ask, contour: BaseGeometry | None, codes: tuple[str, ...]) -> pd.DataFrame:
    surrounded = perimeters.holes(contour) if contour is not None else []
    if not len(surrounded):
        return pd.DataFrame(columns=["code", "name", "population"])
    box = tuple(shapely.total_bounds(np.asarray(surrounded)).tolist())
    near = ask(communes.within, *box)
    near = near[~near["code"].isin(codes)]
    kept = perimeters.enclaves(contour, shapely.from_wkb([bytes(wkb) for wkb in near["wkb"]]))
    return near.loc[kept, ["code", "name", "population"]].reset_index(drop=True)


def overlaps(ask: Ask, codes: tuple[str, ...], statuses: tuple[str, ...], cpts_id: str) -> tuple[Overlap, ...]:
    return tuple(
        Overlap(row.cpts_id, row.name, row.status, row.perimeter, tuple(row.codes), int(row.population))
        for row in ask(communes.overlaps, codes, statuses).itertuples(index=False)
        if row.cpts_id != cpts_id
    )


@dataclass(frozen=True)
class Around:
    """A set of communes, those that touch it, and those that touch these."""

    borders: pd.DataFrame  # a, b: the borders of the set and of its neighbours, a pair in either order, some twice
    touching: frozenset[str]  # the neighbours
    standing: pd.DataFrame  # of all three: as `queries.communes.standing`


def around(ask: Ask, codes: tuple[str, ...], statuses: tuple[str, ...]) -> Around:
    """What touches a set of communes, and what is known there of the CPTS of these statuses."""
    graph = ask(communes.neighbours)
    touching = frozenset(other for code in codes for other in graph.get(code, ())) - set(codes)
    pairs = [(code, other) for code in (*codes, *sorted(touching)) for other in graph.get(code, ())]
    borders = pd.DataFrame(pairs, columns=["a", "b"], dtype=object)
    every = sorted({*codes, *touching, *(other for _, other in pairs)})
    return Around(borders, touching, ask(communes.standing, statuses).loc[every])


def orphans(codes: tuple[str, ...], near: Around) -> Orphans:
    """The communes that a set leaves alone."""
    taken = {*codes, *near.standing.loc[near.standing["covered"], "code"]}
    white = near.touching - taken
    edges = near.borders[near.borders["a"].isin(white)]
    found = near.standing.loc[perimeters.orphans(white, edges, taken)].reset_index(drop=True)
    listed, shown = found["listed"].astype(bool), ["code", "name", "population"]
    return Orphans(found.loc[listed, shown].reset_index(drop=True), found.loc[~listed, shown].reset_index(drop=True))
