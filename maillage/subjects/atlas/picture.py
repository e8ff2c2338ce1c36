"""The map of a selection as a file."""

from __future__ import annotations

from maillage import catalog
from maillage.language import text
from maillage.language.classes import ranges
from maillage.records.map_picture import MapPicture, MapWords
from maillage.subjects import map_picture
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas.map import Scene
from maillage.warehouse import Ask


def picture(ask: Ask, scene: Scene) -> MapPicture:
    """The scene as a file. Raises ValueError where it is not drawable."""
    indicator, here = catalog.INDICATOR[scene.selection.indicator], scene.territory
    words = MapWords(
        f"{indicator.label} : {text.territory_name(here.level, here.code, here.name)}",
        f"{indicator.unit}, {scene.when}",
        tuple(indicator.categories or ranges(scene.view.paint.classes.breaks, indicator)),
        f"{atlas_map.source(ask, indicator.code)}, {scene.when}",
        catalog.LEVEL[scene.mesh].plural,
    )
    return map_picture.picture(ask, scene.view, words)
