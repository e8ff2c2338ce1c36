"""What stands around a set of communes: what it surrounds, what others already hold, whom it leaves alone."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from shapely.geometry.base import BaseGeometry

from maillage.methods import perimeters
from maillage.queries import communes
from maillage.records.territory import Orphans, Overlap
from maillage.subjects import country
from maillage.warehouse import Ask


def enclaves(ask: Ask, contour: BaseGeometry | None, codes: tuple[str, ...]) -> pd.DataFrame:
    """Communes outside that the territory surrounds. Columns: code, name, population.

    Found by walking: from the communes that touch the territory, on through those that a hole holds. A town hall may stand
    outside the contour of its commune, which is simplified: points say nothing here.
    """
    surrounded = perimeters.holes(contour) if contour is not None else []
    columns = ["code", "name", "population"]
    if not len(surrounded):
        return pd.DataFrame(columns=columns)
    graph, members = ask(communes.neighbours), set(codes)
    frontier = {other for code in codes for other in graph.get(code, ())} - members
    looked, inside = set(members), []
    while frontier:
        looked |= frontier
        near = country.members(ask, frontier)
        whole, partly = perimeters.in_holes(surrounded, near["geometry"].to_numpy())
        inside.append(near.loc[whole, columns])
        frontier = {other for code in near["code"][whole | partly] for other in graph.get(code, ())} - looked
    if not inside:
        return pd.DataFrame(columns=columns)
    return pd.concat(inside).sort_values("code", ignore_index=True)


def overlaps(ask: Ask, codes: tuple[str, ...], statuses: tuple[str, ...], cpts_id: str) -> tuple[Overlap, ...]:
    """The other CPTS of these statuses that have communes of the set, the most inhabitants in common first."""
    known = ask(communes.memberships, statuses)
    common = known[known["commune_code"].isin(codes) & (known["cpts_id"] != cpts_id)]
    overlapping = [
        Overlap(*head, tuple(rows["commune_code"]), int(rows["population"].sum()))
        for head, rows in common.groupby(["cpts_id", "name", "status", "perimeter"], sort=False)
    ]
    return tuple(sorted(overlapping, key=lambda overlap: (-overlap.population, overlap.name)))


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
    alone = near.standing.loc[perimeters.orphans(white, edges, taken), ["code", "name", "population", "listed"]]
    listed = alone.pop("listed").astype(bool)
    return Orphans(alone[listed].reset_index(drop=True), alone[~listed].reset_index(drop=True))
