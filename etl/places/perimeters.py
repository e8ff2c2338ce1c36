"""Which communes a territory is made of: told by codes, or found by laying its outline over the communes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from etl.places.geo import project, zone_of

MOST = 0.5  # a commune belongs when more than this share of its area lies inside
SLIVER = 0.2  # under this share inside, or outside, the two outlines only disagree on the border
TOGETHER = (
    50  # areas at once: what they have in common with communes is drawn, and finely drawn areas would fill the memory
)
BENT = 0.1  # degrees: a border straight in degrees bends once projected, by 2 km where it is 300 km long
POLYGONAL = (3, 6)  # what shapely calls Polygon and MultiPolygon


@dataclass(frozen=True)
class Overlay:
    """What one outline covers."""

    members: tuple[str, ...]  # communes of which more than MOST lies inside, in code order
    shared: tuple[tuple[str, float], ...]  # communes truly cut in two, with the share inside: SLIVER to 1 − SLIVER
    inside: float  # the share of the outline that lies in the communes looked at

    @property
    def doubtful(self) -> str:
        """The communes cut in two, in words."""
        return ", ".join(f"{code} ({share:.0%})".replace("%", " %") for code, share in self.shared)


def polygons(geometries: Iterable) -> np.ndarray:
    """The polygonal part of each geometry, made valid; None where there is none (point, line, nothing, no area)."""
    result = np.array(list(geometries), dtype=object)
    broken = ~shapely.is_valid(result)  # True of None too
    result[broken] = shapely.make_valid(result[broken], method="structure", keep_collapsed=False)
    for index in np.flatnonzero(~np.isin(shapely.get_type_id(result), POLYGONAL)):
        parts = shapely.get_parts(shapely.get_parts(result[index]))  # a collection may hold multi-polygons
        parts = parts[shapely.area(parts) > 0]
        result[index] = shapely.union_all(parts) if len(parts) else None
    result[shapely.area(result) == 0] = None
    return result


def overlay(areas: Sequence, codes: Sequence[str], communes: Sequence) -> list[Overlay]:
    """One Overlay per area. `areas` and `communes` are polygons in degrees; `codes` name the communes. Areas may overlap.

    A commune belongs to an area when more than half of its surface lies inside, whatever its population; one that is cut
    between 20 % and 80 % is said to be shared. Surfaces are measured in the official projection of each part of France.
    """
    areas = polygons(areas)
    reached = _reached(areas, communes := np.asarray(communes, dtype=object))
    codes, communes = np.asarray(codes, dtype=object)[reached], communes[reached]
    inside: np.ndarray = np.zeros(len(areas))
    shares: list[list[tuple[str, float]]] = [[] for _ in areas]
    zones = np.array([zone_of(code) for code in codes], dtype=object)
    for zone in np.unique(zones) if len(zones) else ():
        here = np.flatnonzero(zones == zone)
        frame = shapely.box(*shapely.total_bounds(communes[here]))
        near = np.flatnonzero(shapely.intersects(areas, frame))
        if len(near):
            local, planar = polygons(_planar(communes[here], zone)), polygons(_planar(areas[near], zone))
            area, commune, km2 = _intersections(planar, local)
            share = km2 / shapely.area(local)[commune]
            inside[near] += np.bincount(area, km2, minlength=len(near)) / shapely.area(planar)
            for number, code, part in zip(near[area], codes[here[commune]], share.tolist(), strict=True):
                shares[number].append((code, part))
    return [
        Overlay(
            tuple(code for code, part in sorted(pairs) if part > MOST),
            tuple((code, part) for code, part in sorted(pairs) if SLIVER <= part <= 1 - SLIVER),
            min(1.0, float(most)),
        )
        for pairs, most in zip(shares, inside, strict=True)
    ]


def _reached(areas: np.ndarray, communes: np.ndarray) -> np.ndarray:
    """Index of the communes that an area may reach, in order: of all those of France, only these are worth projecting."""
    frames = shapely.buffer(shapely.envelope(areas), BENT)
    return np.unique(shapely.STRtree(communes).query(frames)[1])


def _intersections(areas: np.ndarray, communes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Index of the area, index of the commune, and the surface they have in common, for all that have one."""
    tree = shapely.STRtree(communes)
    area, commune = tree.query(areas, predicate="intersects")
    common = shapely.area(communes)[commune]
    for start in range(0, len(areas), TOGETHER):
        here = np.flatnonzero((area >= start) & (area < start + TOGETHER))
        shapely.prepare(areas[start : start + TOGETHER])
        # Quick, and true of most communes of an area.
        cut = here[~shapely.contains(areas[area[here]], communes[commune[here]])]
        common[cut] = shapely.area(shapely.intersection(areas[area[cut]], communes[commune[cut]]))
        shapely.destroy_prepared(areas[start : start + TOGETHER])
    return area, commune, common


def _planar(geometries: np.ndarray, zone: str) -> np.ndarray:
    return shapely.transform(geometries, lambda xy: project(xy[:, 0], xy[:, 1], zone))


def residences(
    codes: Iterable[str],
    successors: Mapping[str, str],
    arrondissements: Mapping[str, Sequence[str]],
    known: Collection[str],
) -> tuple[list[str], list[str]]:
    """Today's communes for a list of codes, in code order and once each; and the codes that lead nowhere.

    Codes that changed are followed; Paris, Lyon and Marseille stand for all their arrondissements (`arrondissements`: code of
    the city -> its parts).
    """
    communes: set[str] = set()
    lost: set[str] = set()
    for code in codes:
        today = code if code in known else successors.get(code, code)
        if today in known:
            communes.update(arrondissements.get(today, (today,)))
        else:
            lost.add(code)
    return sorted(communes), sorted(lost)
