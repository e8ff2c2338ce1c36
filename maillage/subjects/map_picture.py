"""Any map as a file: its communes amid their neighbours, or all the départements, with what lies over them and its credit."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd
import shapely

from maillage import catalog
from maillage.catalog.commune_roles import STANDINGS, UNKNOWN
from maillage.methods.perimeters import together
from maillage.queries import access, communes, print_frame, provenance, territories
from maillage.records.map_picture import CommunesMap, CountryMap, MapPicture, MapWords, Outline
from maillage.records.map_view import GROUND, MISSING, WITHHELD, MapView, Overlays, Part, crowded
from maillage.records.small_maps import Panel
from maillage.subjects import country
from maillage.subjects.comparison.table import outlines
from maillage.subjects.territory.print_frame import EDGE, departement_of, page, shaped
from maillage.warehouse import Ask

GREYS = {MISSING: "#C9C9C4", WITHHELD: "#8F8F8A", GROUND: STANDINGS[UNKNOWN].colour}  # their hatching is the screen's
INK = "#1F2328"
SITES = ["commune_code", "type", "status", "precision", "name", "lon", "lat"]
NOT_DRAWABLE = "La France par commune ne tient pas sur une page : choisissez une région ou un département."


def drawable(view: MapView) -> bool:
    """Whether it fits a sheet: 35,000 communes do not, and départements to choose from show nothing."""
    return not any(
        (part.level == "commune" and part.file.endswith("-france")) or set(part.marks) == {GROUND}
        for part in view.paint.parts
    )


def picture(ask: Ask, view: MapView, words: MapWords, members: Collection[str] = (), own: bool = False) -> MapPicture:
    """A view as a file: around `members`, else around all that it colours; `own`, where they are a CPTS or a draft.

    Raises ValueError where it is not drawable.
    """
    if not drawable(view):
        raise ValueError(NOT_DRAWABLE)
    marks: dict[str, str] = {}
    for part in view.paint.parts:
        marks |= dict(zip(_codes(ask, part), part.marks, strict=True))
    if view.paint.parts[0].level == "departement":
        panel = Panel(view.base.label, "", marks, {}, view.paint.classes, words.labels, "")
        drawn = CountryMap(ask.keep(outlines), panel, view.overlays.selected)
    else:
        drawn = _ground(ask, view, marks, members if len(members) else marks, own)
    return MapPicture(words, drawn, view.paint.classes, credit(ask, words.source))


def credit(ask: Ask, source: str) -> str:
    """Who made the data and the contours, and which edition of the atlas drew them."""
    return f"Source : {source}. Contours : IGN (Admin Express), Insee. {imprint(ask)}"


def imprint(ask: Ask) -> str:
    """The atlas, and which of its editions drew a picture."""
    build = ask(provenance.build)
    return f"Maillage, atlas ouvert des soins coordonnés, données au {build['built_at']:%d/%m/%Y}, version {build['version']}."


def _codes(ask: Ask, part: Part) -> list[str]:
    """What a file of contours holds, in its order."""
    if part.level == "departement":
        return [code for code, *_ in ask(territories.departements)]
    residences = ask(access.residences)
    here = residences["departement_code"].to_numpy() == part.file.removeprefix("communes-")
    return residences["code"].to_numpy()[np.flatnonzero(here)].tolist()


def _ground(ask: Ask, view: MapView, marks: dict[str, str], codes: Collection[str], own: bool) -> CommunesMap:
    palette = view.paint.classes.colours
    fills = {code: GREYS.get(mark) or palette[int(mark)] for code, mark in marks.items()}
    members = country.members(ask, codes)
    bounds = shapely.total_bounds(members.loc[together(members), "geometry"].to_numpy())
    west, south, east, north = page(tuple(float(n) for n in bounds))
    near = ask(communes.within, west - EDGE, south - EDGE, east + EDGE, north + EDGE)
    near = near[~near["code"].isin(members["code"])]
    touched = tuple(sorted({departement_of(code) for code in (*near["code"], *members["code"])}))
    over = view.overlays
    sites = pd.DataFrame(columns=SITES) if over.sites is None or crowded(view) else over.sites[SITES]
    return CommunesMap(
        members,
        shaped(near, shapely.box(west, south, east, north)),
        shaped(ask(print_frame.departements, touched)),
        sites,
        fills,
        tuple(_outlines(ask, over, frozenset(members["code"]) if own else frozenset())),
        over.proposals,
        catalog.CPTS_COLOUR if own else INK,
    )


def _outlines(ask: Ask, over: Overlays, own: frozenset[str]) -> Iterator[Outline]:
    """CPTS, then drafts and places chosen; what is the territory itself has its own edge."""
    if over.cpts is not None and len(over.cpts):
        known = ask(communes.memberships, tuple(dict.fromkeys(over.cpts["status"])))
        listed = known[known["cpts_id"].isin(over.cpts["cpts_id"])]
        for (_, name, status), rows in listed.groupby(["cpts_id", "name", "status"], sort=False):
            if set(rows["commune_code"]) != own:
                codes = tuple(rows["commune_code"])
                yield Outline(codes, catalog.CPTS_STATUS[status].line, catalog.CPTS_COLOUR, name)
    for line, codes in over.drafts:
        if set(codes) != own:
            yield Outline(tuple(codes), line, INK)
    if over.selected:
        yield Outline(tuple(over.selected), "solid", INK)
