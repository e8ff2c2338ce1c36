"""Every map is composed here: a base that says where it looks, the paint of its subject, the overlays of the selection."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import pandas as pd

from maillage import catalog
from maillage.address.selection import Selection
from maillage.queries import cpts, sites, territories
from maillage.records.map_view import Base, Demand, MapView, Overlays, Paint
from maillage.warehouse import Ask

OVERSEAS_WEST = -8.2  # degrees: room for the overseas départements, drawn beside the country


def compose(
    ask: Ask,
    selection: Selection,
    base: Base,
    paint: Paint,
    departements: Sequence[str],
    *,
    types: Sequence[str] = (),
    perimeters: bool = False,
    selected: Collection[str] = (),
    drafts: Sequence[tuple[str, Collection[str]]] = (),
    focus: str = "",
    proposals: pd.DataFrame | None = None,
    demand: Demand | None = None,
) -> MapView:
    """A map with the structures of `types` and the CPTS outlines, when asked for, of some départements.

    `drafts` are (line, communes), outlined together where there is any commune.
    """
    outlines = ask(cpts.around, selection.statuses, list(departements)) if perimeters else None
    known, unlocated = ask.keep(placed, tuple(types), list(departements)) if types else (None, None)
    overlays = Overlays(
        selected=tuple(selected),
        drafts=tuple((line, tuple(codes)) for line, codes in drafts if codes),
        cpts=outlines,
        cpts_files=perimeter_files(outlines, departements, whole=_whole(paint)),
        focus=focus,
        sites=known,
        unlocated=unlocated,
        proposals=proposals,
        demand=demand,
    )
    return MapView(base, paint, overlays)


def upon(view: MapView, mine: pd.DataFrame) -> MapView:
    """The map with more sites on it, that no database has: rows as `queries.sites.placed` gives them."""
    known = view.overlays.sites
    together = mine if known is None or known.empty else pd.concat([known, mine], ignore_index=True)
    return replace(view, overlays=replace(view.overlays, sites=together))


def placed(ask: Ask, types: tuple[str, ...], departements: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The open sites of these types as `located` parts them: whatever colours the map, they are parted once."""
    return located(ask(sites.placed, types, departements))


def located(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sites that have a place on a map, and those known to stand in Paris, Lyon or Marseille, nobody knows where."""
    nowhere = rows["commune_code"].isin(catalog.DIVIDED) & (rows["precision"] != "adresse")
    return rows[~nowhere], rows[nowhere]


def _whole(paint: Paint) -> bool:
    """Whether the contours are those of the country, drawn with the overseas départements beside it."""
    return any(part.file.endswith("-france") for part in paint.parts)


def base(
    ask: Ask,
    selection: Selection,
    here: territories.Territory,
    mesh: str,
    contours: str,
    label: str,
    reach: Sequence[str],
) -> Base:
    """The base of a map of a territory coloured by `mesh` (commune or departement); `reach`, its départements."""
    whole, fine = here.level == "france", mesh == "commune"
    key, frame = framing(ask, selection, here, mesh)
    return Base(
        contours,
        label,
        key,
        frame,
        neighbours="departements" if fine and not whole else "",
        inside=() if whole else tuple(reach),
        borders=fine and here.level == "region",
        background=selection.background,
    )


def framing(
    ask: Ask, selection: Selection, here: territories.Territory, mesh: str
) -> tuple[str, tuple[float, float, float, float]]:
    """(key, frame) of where the map looks: at the territory, but never so close that a click moves the map or nothing
    compares. A commune is looked at within its département; a département coloured whole, within its région.
    """
    if selection.cpts and (bounds := ask(cpts.bounds, selection.cpts)):
        return selection.cpts, bounds
    level, code = here.level, here.code
    if level in ("commune", "arrondissement_municipal"):
        level, code = "departement", here.departement_code
    if mesh == "departement" and level in ("departement", "epci"):
        level, code = "region", here.region_code
    if level == "france":
        return f"{level}-{code}", country_frame(ask)
    return f"{level}-{code}", ask(territories.bounds, level, code)


def country_frame(ask: Ask) -> tuple[float, float, float, float]:
    """West, south, east, north of the country and of the overseas départements drawn beside it."""
    west, south, east, north = ask(territories.bounds, "france", "FR")
    return min(west, OVERSEAS_WEST), south, east, north


def perimeter_files(outlines: pd.DataFrame | None, departements: Sequence[str], whole: bool) -> tuple[str, ...]:
    """Files of CPTS contours: only those that exist, a département without any known perimeter has none."""
    if outlines is None or not outlines["population"].notna().any():
        return ()
    if whole:
        return ("cpts-france",)
    drawn = outlines[outlines["population"].notna()]
    touched = {code for codes in drawn["member_departements"] for code in codes}
    return tuple(f"cpts-{code}" for code in departements if code in touched)
