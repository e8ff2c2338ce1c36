"""A territory drawn flat, for paper and slides: areas, symbols and names in page units, then as SVG.

Nothing here is a picture: a printer, a slide or a browser draws the same polygons at any size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
import pandas as pd
import shapely

from maillage import catalog
from maillage.catalog.symbols import WIDTH as SYMBOL
from maillage.methods import plane
from maillage.methods.perimeters import together
from maillage.records.map_picture import Outline
from maillage.views.map.leaflet import spread

GROUND, MEMBER, INK, FAINT = "#EDEDE9", "#D9D4EE", "#1F2328", "#6B6F76"
GROUND_EDGE, MEMBER_EDGE, FILLED_EDGE = "#CFCFC9", "#9C92C8", "#7F8087"
EDGE = "territoire"  # the role of what goes around the members
LETTER_WIDTH = 0.54  # of a font size: what a letter of a sans serif takes, on average
SHIFTS = (0, 1, -1, 1.5, -1.5, 2, -2)
LEAD = 1.25  # the first names are that much larger
OVER = 1.5  # a name may be that much wider than the perimeter that it names
PROPOSED = 1.35  # a site that does not exist, beside a symbol


@dataclass(frozen=True)
class Area:
    """A polygon with its holes: rings of (n, 2) points in page units, y downwards."""

    role: str  # voisine, membre, departement, territoire
    name: str
    rings: tuple[np.ndarray, ...]
    fill: str | None
    stroke: str
    width: float


@dataclass(frozen=True)
class StructureMark:
    """A structure: the middle of its symbol. `exact` when its address is known, not its commune only."""

    x: float
    y: float
    kind: str
    hollow: bool
    exact: bool
    name: str


@dataclass(frozen=True)
class Side:
    """A line around communes: pieces of (n, 2) points in page units."""

    pieces: tuple[np.ndarray, ...]
    line: str  # solid, dashed, dotted
    colour: str


@dataclass(frozen=True)
class Proposal:
    """A site that does not exist: the middle of its symbol, letters and colour."""

    x: float
    y: float
    symbol: str
    colour: str


@dataclass(frozen=True)
class Label:
    """A name, centred on its point."""

    x: float
    y: float
    text: str
    size: float
    ink: str


@dataclass(frozen=True)
class Plan:
    """What is drawn, in page units; `bar_km` kilometres are `bar` units long, from `bar_x`; a symbol is `symbol` units across, letters are of `size`.

    `apart` are the members that stand in another part of France, which no one plan can hold: to be told in words.
    """

    width: float
    height: float
    areas: tuple[Area, ...]
    marks: tuple[StructureMark, ...]
    labels: tuple[Label, ...]
    symbol: float
    size: float
    bar_km: int
    bar: float
    bar_x: float
    apart: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()
    proposals: tuple[Proposal, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Site types drawn, in the catalogue's order."""
        drawn = {mark.kind for mark in self.marks}
        return tuple(kind.code for kind in catalog.SITE_TYPES if kind.code in drawn)

    @property
    def hollow(self) -> bool:
        """Whether a structure in preparation is drawn."""
        return any(mark.hollow for mark in self.marks)


def plan(
    members: pd.DataFrame,
    ground: pd.DataFrame,
    sites: pd.DataFrame,
    *,
    borders: pd.DataFrame | None = None,
    width: float = 1000,
    height: float = 700,
    symbol: float = SYMBOL,
    size: float = 17,
    names: int = 25,
    fills: Mapping[str, str] | None = None,
    outlines: Sequence[Outline] = (),
    proposals: pd.DataFrame | None = None,
    edge: str = catalog.CPTS_COLOUR,
) -> Plan:
    """The plan of a territory amid its neighbours.

    `members`, `ground` and `borders` (of départements) have code, name and geometry (shapely, degrees), `members`
    population too; `sites` has commune_code, type, status, precision, name, lon, lat. `fills` colours communes
    by code. At most `names` communes are named, in letters of `size`, the most populous first, where their names do not
    meet; then towns around, where `ground` has population. `outlines` go around communes of either, `proposals` has lon, lat, symbol
    and colour, `edge` is the colour around the members. Raises ValueError without members.
    """
    if members.empty:
        raise ValueError("Le territoire n'a aucune commune : ajoutez-en une pour en voir le plan.")
    here = together(members)
    apart, members = tuple(members.loc[~here, "name"]), members[here]
    zone = catalog.zone_of(members["code"].iloc[0])
    ground = ground[ground["code"].map(catalog.zone_of) == zone]
    lead = members["code"].iloc[0]
    own = _flat(members["geometry"].to_numpy(), lead)
    frame = _Frame.around(shapely.total_bounds(own), width, height, margin=0.05)
    fine = shapely.coverage_simplify(
        np.concatenate([own, _flat(ground["geometry"].to_numpy(), lead)]), 0.5 / frame.scale
    )
    own, beside = fine[: len(own)], fine[len(own) :]
    around = frame.cut(beside)
    fills = fills or {}
    colours = [fills.get(code, MEMBER) for code in members["code"]]
    between = FILLED_EDGE if fills else MEMBER_EDGE
    pale = [fills.get(code, GROUND) for code in ground["code"]]
    bold = symbol / SYMBOL  # a map with large symbols is looked at from far: its lines are as strong
    areas = [
        *frame.areas("voisine", ground["name"], around, pale, GROUND_EDGE, 0.8 * bold),
        *frame.areas("membre", members["name"], own, colours, between, bold * (0.6 if fills else 1)),
    ]
    if borders is not None and len(borders) > 1:
        lines = frame.cut(_flat(borders["geometry"].to_numpy(), lead))
        areas += frame.areas("departement", borders["name"], lines, [None] * len(borders), FAINT, 1.2 * bold)
    areas += frame.areas(EDGE, [""], [shapely.coverage_union_all(own)], [None], edge, 3.5 * bold)
    marks = _marks(sites, zone, frame, symbol)
    shapes = dict(zip([*members["code"], *ground["code"]], fine, strict=True))
    rounds = [(each, shape) for each in outlines if (shape := _together(each.codes, shapes)) is not None]
    imagined = _proposals(proposals, lead, frame)
    bar_km = _round_length(0.2 * width / frame.scale)
    bar = bar_km * frame.scale
    corners = [_box(x + bar / 2, height - size, bar + 24, 2 * size + 16) for x in (16, width - bar - 24)]
    busy = [sum(_meet(corner, _box(m.x, m.y, symbol, symbol)) for m in marks) for corner in corners]
    corner = corners[busy.index(min(busy))]
    named = _Names(frame, marks, symbol, corner, imagined)
    labels = named.inside(rounds, size)
    labels += named.place(members, own, names, size, INK)
    if "population" in ground:
        labels += named.place(ground, around, names // 4, size * 0.85, FAINT, shifts=(0,))
    sides = tuple(frame.side(each, shape) for each, shape in rounds)
    return Plan(
        width,
        height,
        tuple(areas),
        marks,
        tuple(labels),
        symbol,
        size,
        bar_km,
        bar,
        corner[0] + 12,
        apart,
        sides,
        imagined,
    )


@dataclass(frozen=True)
class _Frame:
    """Kilometres to page units."""

    bounds: tuple[float, float, float, float]
    scale: float
    width: float
    height: float

    @classmethod
    def around(cls, bounds, width: float, height: float, margin: float) -> _Frame:
        """The largest scale at which `bounds` (km) fit the page with a margin (a share of it)."""
        west, south, east, north = bounds
        room = 1 - 2 * margin
        scale = min(width * room / max(east - west, 1e-6), height * room / max(north - south, 1e-6))
        x, y = (west + east) / 2, (south + north) / 2
        half_x, half_y = width / scale / 2, height / scale / 2
        return cls((x - half_x, y - half_y, x + half_x, y + half_y), scale, width, height)

    def points(self, km: np.ndarray) -> np.ndarray:
        west, _, _, north = self.bounds
        return np.column_stack([(km[:, 0] - west) * self.scale, (north - km[:, 1]) * self.scale])

    def cut(self, shapes: np.ndarray) -> np.ndarray:
        """Shapes as fine as the page shows, and no further than it: empty where they lie beyond, as most around a région do."""
        page = shapely.box(*self.bounds)
        near = shapely.intersects(shapely.envelope(shapes), page)
        plain = shapely.make_valid(shapely.simplify(shapes[near], 0.7 / self.scale))
        seen = np.full(len(shapes), shapely.Polygon(), dtype=object)
        seen[near] = shapely.intersection(plain, page)
        return seen

    def areas(self, role: str, names, shapes, fills, stroke: str, width: float) -> list[Area]:
        looks = [(name, fill) for name, fill, _ in zip(names, fills, shapes, strict=True)]
        return [Area(role, looks[rank][0], rings, looks[rank][1], stroke, width) for rank, rings in self.rings(shapes)]

    def width_of(self, shape) -> float:
        """How wide a shape is, in page units."""
        west, _, east, _ = shapely.bounds(shape)
        return self.scale * (east - west)

    def side(self, outline: Outline, shape) -> Side:
        """The edge of a shape, as far as the page goes: nothing is drawn where it is cut."""
        seen = shapely.line_merge(shapely.intersection(shapely.boundary(shape), shapely.box(*self.bounds)))
        pieces = [self.points(shapely.get_coordinates(part)) for part in shapely.get_parts(seen)]
        return Side(tuple(piece for piece in pieces if len(piece) > 1), outline.line, outline.colour)

    def rings(self, shapes) -> Iterator[tuple[int, tuple[np.ndarray, ...]]]:
        """(rank of its shape, its rings, outer first) of each polygon of shapes."""
        polygons, ranks = shapely.get_parts(shapes, return_index=True)
        drawn = (shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(polygons)
        lines = shapely.get_rings(polygons[drawn])
        points = self.points(shapely.get_coordinates(lines))
        ends = np.cumsum(shapely.get_num_coordinates(lines)).tolist()
        rings = (points[start:end] for start, end in pairwise([0, *ends]))
        for rank, holes in zip(
            ranks[drawn].tolist(), shapely.get_num_interior_rings(polygons[drawn]).tolist(), strict=True
        ):
            yield rank, tuple(islice(rings, 1 + holes))


def _flat(geometries: np.ndarray, code: str) -> np.ndarray:
    return shapely.transform(geometries, lambda xy: plane.lay([code] * len(xy), xy[:, 0], xy[:, 1]))


def _together(codes: Sequence[str], shapes: Mapping[str, shapely.Geometry]):
    """The communes of these codes that are on the sheet, as one shape; None where none is."""
    here = [shapes[code] for code in codes if code in shapes]
    return shapely.coverage_union_all(here) if here else None


def _proposals(rows: pd.DataFrame | None, code: str, frame: _Frame) -> tuple[Proposal, ...]:
    if rows is None or rows.empty:
        return ()
    points = frame.points(plane.lay([code] * len(rows), rows["lon"], rows["lat"]))
    return tuple(
        Proposal(float(x), float(y), row.symbol, row.colour)
        for (x, y), row in zip(points, rows.itertuples(index=False), strict=True)
    )


def _marks(sites: pd.DataFrame, zone: str, frame: _Frame, symbol: float) -> tuple[StructureMark, ...]:
    """Symbols of the sites within the page, those at one place spread around it."""
    placed = sites[sites["lon"].notna() & sites["commune_code"].notna()]
    placed = placed[placed["commune_code"].map(catalog.zone_of).eq(zone)]
    if placed.empty:
        return ()
    points = frame.points(plane.lay(placed["commune_code"], placed["lon"], placed["lat"]))
    room = np.array([frame.width, frame.height])
    inside = ((points > symbol / 2) & (points < room - symbol / 2)).all(axis=1)
    points, placed = points[inside], placed[inside]
    offsets = spread([tuple(np.round(point)) for point in points], step=symbol * 1.1)
    return tuple(
        StructureMark(
            float(np.clip(x + dx, symbol / 2, frame.width - symbol / 2)),
            float(np.clip(y + dy, symbol / 2, frame.height - symbol / 2)),
            row.type,
            row.status in catalog.SITE_PREPARING,
            row.precision == "adresse",
            row.name,
        )
        for (x, y), (dx, dy), row in zip(points, offsets, placed.itertuples(index=False), strict=True)
    )


class _Names:
    """Names set one after the other where they meet neither another name nor a symbol."""

    def __init__(
        self,
        frame: _Frame,
        marks: tuple[StructureMark, ...],
        symbol: float,
        corner,
        proposals: tuple[Proposal, ...] = (),
    ):
        self.frame, self.symbol = frame, symbol
        self.taken = [_box(mark.x, mark.y, symbol, symbol) for mark in marks]
        self.taken += [_box(each.x, each.y, PROPOSED * symbol, PROPOSED * symbol) for each in proposals]
        self.taken.append(corner)  # the scale bar's

    def place(self, places: pd.DataFrame, shapes, most: int, size: float, ink: str, shifts=SHIFTS) -> list[Label]:
        """The most populous places first; one that has no room, even shifted by so many steps, is left out."""
        labels: list[Label] = []
        if not len(places) or most < 1:
            return labels
        inner = self.frame.points(_inner(shapes))
        for position in np.argsort(-places["population"].fillna(0).to_numpy(float), kind="stable"):
            if len(labels) >= most:
                break
            letters = size * (LEAD if len(labels) < most / 8 else 1)
            if (label := self._set(inner[position], places["name"].iloc[position], letters, ink, shifts)) is not None:
                labels.append(label)
        return labels

    def inside(self, rounds: Sequence[tuple[Outline, shapely.Geometry]], size: float) -> list[Label]:
        """The names of what is outlined, the largest first, in its colour; one much wider than what it names is left out."""
        titled = [
            (outline, shape)
            for outline, shape in rounds
            if outline.name and LETTER_WIDTH * size * len(outline.name) < OVER * self.frame.width_of(shape)
        ]
        titled.sort(key=lambda each: -each[1].area)
        points = self.frame.points(_inner(np.array([shape for _, shape in titled], dtype=object))) if titled else ()
        labels = [
            self._set(point, outline.name, size, outline.colour, SHIFTS)
            for point, (outline, _) in zip(points, titled, strict=True)
        ]
        return [label for label in labels if label]

    def _set(self, point: np.ndarray, name: str, size: float, ink: str, shifts) -> Label | None:
        if not np.isfinite(point).all():
            return None
        wide, tall = LETTER_WIDTH * size * len(name), size * 1.15
        x = float(np.clip(point[0], wide / 2 + 6, max(self.frame.width - wide / 2 - 6, wide / 2 + 6)))
        if abs(x - point[0]) > wide / 2:  # pushed off the place it names
            return None
        step = (self.symbol + tall) / 2 + 1  # just off a symbol that stands on the point
        for dy in (shift * step for shift in shifts):
            box = _box(x, point[1] + dy, wide, tall)
            if size < point[1] + dy < self.frame.height - size and not any(_meet(box, other) for other in self.taken):
                self.taken.append(box)
                return Label(x, float(point[1] + dy), name, size, ink)
        return None


def _inner(shapes) -> np.ndarray:
    """A point inside each shape; not a number where nothing is left of it."""
    inside = shapely.point_on_surface(shapes)
    inside = np.where(shapely.is_empty(inside), None, inside)
    return np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])


def _box(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _meet(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _round_length(km: float) -> int:
    """The longest of 1, 2, 5, 10, 20, 50… km that is not longer."""
    return max((n for n in (1, 2, 5, 10, 20, 50, 100, 200) if n <= km), default=1)
