"""A map on a sheet: the map, then its classes, symbols and lines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from maillage import catalog
from maillage.language import text
from maillage.records.map_picture import CountryMap, MapPicture
from maillage.views import legend, multiples, plan, plan_svg, sheet
from maillage.views.sheet import LegendEntry, swatch

HEIGHT = 700
ROOMY = 60  # symbols that stand at their ease
GREYS = {"missing": "#C9C9C4", "withheld": "#8F8F8A"}
SYMBOL, LINE = 20, 34  # of the legend


def svg(picture: MapPicture, titled: bool = True) -> Markup:
    """The sheet; not `titled`, for a page that has its own title. Raises ValueError where a plan has no commune."""
    words = picture.words
    made = _plan(picture)
    drawn = partial(plan_svg.svg, made, words.title) if made else _country(picture)
    entries = [*_classes(picture), *(_marks(picture, made) if made else ())]
    foot = f"Entre parenthèses : nombre de {words.counted}." if words.counted else ""
    title, subtitle = (words.title, words.subtitle) if titled else ("", "")
    return sheet.svg(title, subtitle, drawn, HEIGHT, entries, picture.credit, foot)


def _country(picture: MapPicture) -> sheet.Drawing:
    drawn = picture.drawn
    return partial(multiples.svg, drawn.shapes, drawn.panel, drawn.chosen)


def _plan(picture: MapPicture) -> plan.Plan | None:
    """The communes; none where the map is of the départements."""
    drawn = picture.drawn
    if isinstance(drawn, CountryMap):
        return None
    return plan.plan(
        drawn.members,
        drawn.ground,
        drawn.sites,
        borders=drawn.borders,
        fills=drawn.fills,
        outlines=drawn.outlines,
        proposals=drawn.proposals,
        edge=drawn.edge,
        width=sheet.ROOM,
        height=HEIGHT,
        names=14,
        size=15,
        symbol=plan.SYMBOL * min(1, max(0.55, (ROOMY / max(len(drawn.sites), 1)) ** 0.5)),
    )


def _classes(picture: MapPicture) -> Iterator[LegendEntry]:
    """The classes, with how many territories are in each, and what is not known."""
    classes, words = picture.classes, picture.words
    rows = list(zip(classes.colours, words.labels, classes.counts, strict=False))
    if not words.counted:
        rows = [row for row in rows if row[2]]
    for fill, label, count in rows:
        yield LegendEntry(swatch(fill), 26, _counted(label, count, words.counted))
    hatched = " (hachures)" if isinstance(picture.drawn, CountryMap) else ""
    for name, label in (("missing", words.missing + hatched), ("withheld", "NS, retenu par le secret")):
        if count := getattr(classes, name):
            yield LegendEntry(swatch(GREYS[name]), 26, _counted(label, count, words.counted))


def _counted(label: str, count: int, counted: str) -> str:
    return f"{label} ({text.number(count)})" if counted else label


def _marks(picture: MapPicture, made: plan.Plan) -> Iterator[LegendEntry]:
    """The symbols and the lines that are on the sheet."""
    place = (0, -16, SYMBOL, SYMBOL)
    for kind in made.kinds:
        yield LegendEntry(plan_svg.key(kind, place=place), SYMBOL, catalog.SITE_TYPE[kind].label)
    if made.hollow:
        yield LegendEntry("", 0, "symbole creux : en préparation")
    for letters, colour, label in picture.words.proposals:
        yield LegendEntry(plan_svg.proposed(letters, colour, place), SYMBOL, label)
    lines = {side.line for side in made.sides if side.pieces and side.colour == catalog.CPTS_COLOUR}
    for line, label in legend.OUTLINES.items():
        if line in lines:
            yield LegendEntry(plan_svg.stroke(line, catalog.CPTS_COLOUR, LINE), LINE, label)
