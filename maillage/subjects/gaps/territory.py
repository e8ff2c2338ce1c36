"""Where gaps are looked for, and how figures of its communes become a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from maillage import catalog
from maillage.address.selection import Selection
from maillage.methods.classes import classify
from maillage.queries import access, territories
from maillage.records.map_view import Classes, Demand, MapView, Paint, Part
from maillage.subjects import map_composer
from maillage.warehouse import Ask

COMMUNES = ("commune", "arrondissement_municipal")
RANK = {"commune": "0", "arrondissement_municipal": "1"}  # in records.map_view.LEVELS


@dataclass(frozen=True, eq=False)
class Ground:
    """A territory, and all the communes of its départements, in the order of their contours. Keep it, and it is a key."""

    selection: Selection
    territory: territories.Territory
    reach: tuple[str, ...]  # the départements that hold a commune of the territory
    places: pd.DataFrame  # as access.residences
    inside: np.ndarray  # (n,) those of the territory itself
    outlined: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Is it the whole of France?"""
        return self.territory.level == "france"


def ground(ask: Ask, selection: Selection) -> Ground:
    """The ground of a selection whose territory exists. A commune alone has no gap: its département is looked at."""
    outlined = ()
    if selection.level in COMMUNES:
        outlined = tuple(ask(territories.members, selection.level, selection.code))
        home = ask(territories.territory, selection.level, selection.code).departement_code
        selection = selection.go("departement", home)
    here = ask(territories.territory, selection.level, selection.code)
    reach = tuple(ask(territories.reach, selection.level, selection.code))
    everywhere = ask(access.residences)
    if selection.level == "france":
        return Ground(selection, here, reach, everywhere, np.ones(len(everywhere), bool), outlined)
    places = everywhere[everywhere["departement_code"].isin(reach)].reset_index(drop=True)
    inside = (places[f"{selection.level}_code"] == selection.code).to_numpy()
    if selection.level == "epci":
        outlined = tuple(places["code"][inside].tolist())
    return Ground(selection, here, reach, places, inside, outlined)


def aligned(ground: Ground, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with a column code as one row per place of the ground, in its order; missing where there was none."""
    return frame.set_index("code").reindex(ground.places["code"]).reset_index()


# -- the map --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Painted:
    """What colours the communes of a ground, one character and one value each."""

    marks: str
    values: Sequence[float | None]
    classes: Classes
    unit: str = ""
    decimals: int = 0
    words: tuple[str, ...] = ()
    bounds: str = ""


def paint(values: np.ndarray, indicator: catalog.Indicator, breaks: Sequence[float], bound: str = " ") -> Painted:
    """Numbers in classes; NaN is missing. `bound`: « + » where each is a least, « - » where each is a most."""
    rounded = pd.Series(np.where(np.isfinite(values), values, np.nan)).round(indicator.decimals)
    marks, classes = classify(rounded, breaks, indicator.palette)
    drawn = [None if value != value else value for value in rounded.tolist()]
    return Painted(marks, drawn, classes, indicator.unit, indicator.decimals, bounds=bound * len(drawn))


def paint_words(ranks: np.ndarray, words: Sequence[str], colours: Sequence[str], unknown: int | None = None) -> Painted:
    """Categories, numbered from 0; `unknown` is hatched, and still says its word; a rank below 0 is missing."""
    marks = ["x" if rank in (-1, unknown) else str(rank) for rank in ranks]
    counts = tuple(int((ranks == rank).sum()) for rank in range(len(words)) if rank != unknown)
    missing = int((ranks == -1).sum()) + (0 if unknown is None else int((ranks == unknown).sum()))
    kept = tuple(colours)
    classes = Classes(tuple(r + 0.5 for r in range(1, len(kept))), kept, counts, missing)
    values = [None if rank < 0 else int(rank) + 1 for rank in ranks]
    return Painted("".join(marks), values, classes, words=tuple(words))


def view(
    ask: Ask,
    ground: Ground,
    contours: str,
    label: str,
    painted: Painted,
    types: tuple[str, ...] = (),
    perimeters: bool = False,
    selected: Sequence[str] = (),
    proposals: pd.DataFrame | None = None,
    demand: Demand | None = None,
) -> MapView:
    """The map of a ground: its communes coloured, structures of `types`, CPTS outlines, the sites proposed."""
    label = f"Carte : {label}, {ground.territory.name}. Le tableau sous la carte donne les mêmes valeurs."
    return map_composer.compose(
        ask,
        ground.selection,
        map_composer.base(ask, ground.selection, ground.territory, "commune", contours, label, ground.reach),
        _coloured(parts(ground, painted), painted),
        ground.reach,
        types=types,
        perimeters=perimeters,
        selected=(*ground.outlined, *selected),
        proposals=proposals,
        demand=demand,
    )


def _coloured(parts: list[Part], painted: Painted) -> Paint:
    return Paint(parts, painted.classes, painted.unit, painted.decimals, painted.words)


def parts(ground: Ground, painted: Painted) -> list[Part]:
    """One part per file of contours: one for the country, else one a département."""
    levels = "".join(RANK[level] for level in ground.places["level"].tolist())

    def part(file: str, rows: np.ndarray) -> Part:
        def cut(text: str) -> str:
            return "".join(text[row] for row in rows) if text.strip() else ""

        values = [painted.values[row] for row in rows]
        return Part(file, "commune", cut(painted.marks), values, cut(painted.bounds), cut(levels))

    if ground.whole:
        return [part("communes-france", np.arange(len(ground.places)))]
    codes = ground.places["departement_code"].to_numpy()
    return [part(f"communes-{code}", np.flatnonzero(codes == code)) for code in ground.reach]


def departements_view(ask: Ask, ground: Ground, contours: str, label: str, painted: Painted) -> MapView:
    """The same by département, all of them, where that is all that is known: `painted` is in code order."""
    file = "departements-france" if ground.whole else "departements"
    label = f"Carte : {label}, par département. Le tableau sous la carte donne les mêmes valeurs."
    return map_composer.compose(
        ask,
        ground.selection,
        map_composer.base(ask, ground.selection, ground.territory, "departement", contours, label, ground.reach),
        _coloured([Part(file, "departement", painted.marks, painted.values, painted.bounds)], painted),
        ground.reach,
        selected=() if ground.whole else ground.reach,
    )
