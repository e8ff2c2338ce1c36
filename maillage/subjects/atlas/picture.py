"""The map of a selection as a file: its communes amid their neighbours, or all the départements, with their legend and source."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from maillage import catalog
from maillage.language import text
from maillage.language.classes import ranges
from maillage.methods.perimeters import together
from maillage.queries import communes, print_frame, provenance
from maillage.records.map_picture import Country, Ground, MapPicture
from maillage.records.map_view import MISSING, WITHHELD, crowded
from maillage.records.small_maps import Panel
from maillage.subjects import country
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas.map import Scene
from maillage.subjects.comparison.table import outlines
from maillage.subjects.territory.print_frame import EDGE, departement_of, page, shaped
from maillage.warehouse import Ask

UNKNOWN = {MISSING: "#C9C9C4", WITHHELD: "#8F8F8A"}  # one grey each: their hatching is the screen's
SITES = ["commune_code", "type", "status", "precision", "name", "lon", "lat"]


def drawable(scene: Scene) -> bool:
    """Whether it fits a sheet: 35,000 communes do not."""
    return scene.mesh == "departement" or scene.territory.level != "france"


def picture(ask: Ask, scene: Scene) -> MapPicture:
    """The scene as a file. Raises ValueError where it is not drawable."""
    if not drawable(scene):
        raise ValueError("La France par commune ne tient pas sur une page : choisissez une région ou un département.")
    indicator = catalog.INDICATOR[scene.selection.indicator]
    classes = scene.view.paint.classes
    labels = tuple(indicator.categories or ranges(classes.breaks, indicator))
    here = scene.territory
    build = ask(provenance.build)
    credit = (
        f"Source : {atlas_map.source(ask, indicator.code)}, {scene.when}. Contours : IGN (Admin Express), Insee. Maillage, atlas ouvert des soins "
        f"coordonnés, données au {build['built_at']:%d/%m/%Y}, version {build['version']}."
    )
    marks = _marks(scene)
    drawn = _country(ask, scene, marks, labels) if scene.mesh == "departement" else _ground(ask, scene, marks)
    return MapPicture(
        f"{indicator.label} : {text.territory_name(here.level, here.code, here.name)}",
        f"{indicator.unit}, {scene.when}",
        drawn,
        classes,
        labels,
        catalog.LEVEL[scene.mesh].plural,
        credit,
    )


def _marks(scene: Scene) -> dict[str, str]:
    """The class of each contour, by code: parts follow the table, département by département."""
    codes = scene.table["code"].to_numpy()
    marks: dict[str, str] = {}
    for part in scene.view.paint.parts:
        if len(scene.view.paint.parts) == 1:
            rows = codes
        else:
            where = part.file.partition("-")[2]
            rows = codes[np.flatnonzero(scene.table["departement_code"].to_numpy() == where)]
        marks |= dict(zip(rows, part.marks, strict=True))
    return marks


def _country(ask: Ask, scene: Scene, marks: dict[str, str], labels: tuple[str, ...]) -> Country:
    panel = Panel(scene.view.base.label, "", marks, {}, scene.view.paint.classes, labels, "")
    return Country(ask.keep(outlines), panel, scene.view.overlays.selected)


def _ground(ask: Ask, scene: Scene, marks: dict[str, str]) -> Ground:
    palette = scene.view.paint.classes.colours
    fills = {code: UNKNOWN.get(mark) or palette[int(mark)] for code, mark in marks.items()}
    members = country.members(ask, fills)
    whole = together(members)
    west, south, east, north = page(
        tuple(float(n) for n in shapely.total_bounds(members.loc[whole, "geometry"].to_numpy()))
    )
    near = ask(communes.within, west - EDGE, south - EDGE, east + EDGE, north + EDGE)
    touched = tuple(sorted({departement_of(code) for code in near["code"]}))
    sites = scene.view.overlays.sites
    sites_drawn = pd.DataFrame(columns=SITES) if sites is None or crowded(scene.view) else sites[SITES]
    return Ground(
        members,
        shaped(near[~near["code"].isin(fills)], shapely.box(west, south, east, north)),
        shaped(ask(print_frame.departements, touched)),
        sites_drawn,
        fills,
    )
