"""White zones: the communes of no CPTS, in groups that touch, and the CPTS next door that each group could join.

Unknown is not white: a commune where perimeters are unknown belongs to no group, and is told as a neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # its parts come when they are used

from maillage.catalog import SizeClass, size_class

EN_CLAIR = (
    "Zones blanches",
    "Les communes d'aucune CPTS sont réunies avec celles qu'elles touchent. Pour chaque groupe, les CPTS voisines "
    "sont nommées, avec la taille qu'elles auraient en l'accueillant. Là où les périmètres ne sont pas connus, rien "
    "n'est dit « blanc » : c'est une inconnue.",
)

COVERED, WHITE, UNKNOWN = "couverte", "blanche", "inconnue"


@dataclass(frozen=True)
class Option:
    """A CPTS that a group touches, and what it would become with the group."""

    cpts_id: str
    border_km: float  # shared by the group and the members of the CPTS
    population: int  # of the two together
    size_before: SizeClass
    size: SizeClass


@dataclass(frozen=True)
class Patch:
    """A group of communes that touch, with its inhabitants."""

    name: str  # its most populous commune (the first in code order among equals)
    codes: tuple[str, ...]  # its communes, in code order
    population: int
    unknown_border_km: float  # shared with communes of which nobody knows whether a CPTS covers them
    options: tuple[Option, ...]  # the longest shared border first


def contiguous(codes: pd.Index, borders: pd.DataFrame) -> np.ndarray:
    """The contiguous group of each commune, numbered from 0 in order of appearance, shape (n,).

    `borders` has a, b, border_km; a border with a commune that is not in `codes` joins nothing.
    """
    a, b = codes.get_indexer(borders["a"]), codes.get_indexer(borders["b"])
    inside = (a >= 0) & (b >= 0)
    links = scipy.sparse.coo_array((np.ones(inside.sum()), (a[inside], b[inside])), shape=(len(codes), len(codes)))
    _, label = scipy.sparse.csgraph.connected_components(links, directed=False)
    return pd.factorize(label)[0]


def patches(
    places: pd.DataFrame, borders: pd.DataFrame, members: pd.DataFrame, cpts_population: Mapping[str, int]
) -> tuple[Patch, ...]:
    """The groups of white communes, the most populous first.

    `places` has code, name, population and status (couverte, blanche, inconnue), one row a commune (an arrondissement in
    Paris, Lyon and Marseille); `borders` a, b, border_km; `members` cpts_id, commune_code, for the CPTS to propose only;
    `cpts_population` the inhabitants of each of these. Give the places of the CPTS and of the surroundings too: a
    group is cut where the places end.
    """
    odd = set(places["status"].unique()) - {COVERED, WHITE, UNKNOWN}
    if odd:
        raise ValueError(f"Statut de couverture inconnu : {', '.join(sorted(map(str, odd)))}.")
    white = places[places["status"] == WHITE].sort_values("code", ignore_index=True)
    if white.empty:
        return ()
    index = pd.Index(white["code"])
    white["group"] = contiguous(index, borders)
    # Every border of a white commune, from its side.
    sides = pd.concat([borders, borders.rename(columns={"a": "b", "b": "a"})], ignore_index=True)
    sides["group"] = pd.Series(white["group"].to_numpy(), index).reindex(sides["a"]).to_numpy()
    sides = sides.dropna(subset="group")
    unknown = pd.Index(places.loc[places["status"] == UNKNOWN, "code"])  # most of France: `isin` takes them one by one
    doubt = sides[unknown.get_indexer(sides["b"]) >= 0].groupby("group")["border_km"].sum()
    touching = sides.merge(members, left_on="b", right_on="commune_code")
    shared = touching.groupby(["group", "cpts_id"])["border_km"].sum()
    near = {group: border_km.droplevel(0) for group, border_km in shared.groupby(level=0)}
    parts = []
    for group, rows in white.groupby("group"):
        people = int(rows["population"].sum())
        next_door = near[group].items() if group in near else ()
        options = [_option(cpts_id, km, people, int(cpts_population[cpts_id])) for cpts_id, km in next_door]
        parts.append(
            Patch(
                name=rows.loc[rows["population"].idxmax(), "name"],
                codes=tuple(rows["code"]),
                population=people,
                unknown_border_km=float(doubt.get(group, 0.0)),
                options=tuple(sorted(options, key=lambda option: (-option.border_km, option.cpts_id))),
            )
        )
    return tuple(sorted(parts, key=lambda patch: (-patch.population, patch.codes)))


def _option(cpts_id: str, border_km: float, people: int, members: int) -> Option:
    return Option(cpts_id, float(border_km), members + people, size_class(members), size_class(members + people))
