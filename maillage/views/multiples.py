"""Small maps of the départements, side by side on one scale: SVG, with the colours and classes of the large map.

Light enough to be many: contours are cut to what a small map can show, once. Overseas départements and the heart of Paris
stand in boxes of their own, each at its own scale.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence

from markupsafe import Markup

from maillage.language import text
from maillage.methods.outlines import HEIGHT, WIDTH
from maillage.records.map_view import MISSING, WITHHELD, Classes
from maillage.records.small_maps import DepartementShape, Panel
from maillage.views import html, sheet
from maillage.views.chart_frame import THEMES

GAP, HEAD, NAMED = (
    26,
    20,
    6,
)  # between the maps of a sheet, and a line of their titles, in its units; départements named in its legend
TITLE = 8.6  # units that a letter of a title takes
COLUMNS = {1: 1, 2: 2, 4: 2}  # by number of maps, else three
EDGE = {False: "#8A8A86", True: "#6B717B"}
FILLS = {False: ("#F3F3F0", "#A9A9A4"), True: ("#1E2228", "#5A606B")}  # ground and ink of patterns, as in page.css

Area = tuple[str, str, str]  # path, fill, label


def image(drawn: Sequence[DepartementShape], panel: Panel, chosen: Collection[str] = (), dark: bool = False) -> str:
    """One small map, for the page: an image, for a page lets no drawing in. compare.js opens it where a pointer comes, so that
    départements say their name and their figure."""
    return html.draw("compared.html", "small_map", panel.title, svg(drawn, panel, chosen, dark))


def svg(
    drawn: Sequence[DepartementShape],
    panel: Panel,
    chosen: Collection[str] = (),
    dark: bool = False,
    place: html.Place | None = None,
) -> Markup:
    """One map as an SVG document."""
    areas = _areas(drawn, panel, chosen)
    return html.draw("small_maps.svg", "single", (WIDTH, HEIGHT, place), FILLS[dark], EDGE[dark], *areas)


def key(panel: Panel) -> str:
    """The legend of a small map as HTML: unit, classes with their counts, what is missing, source."""
    return html.macro("legend.html", "small", panel)


def on_sheet(
    drawn: Sequence[DepartementShape],
    panels: Sequence[Panel],
    title: str,
    subtitle: str,
    imprint: str,
    chosen: Mapping[str, str],
) -> str:
    """All the maps on the sheet that every drawing has, each with its legend and source. `chosen`: names by code, outlined."""
    across = COLUMNS.get(len(panels), 3)
    wide = (sheet.ROOM - GAP * (across - 1)) / across
    rows = [panels[first : first + across] for first in range(0, len(panels), across)]
    cells, top = [], 0.0
    for beside in rows:
        titles = [textwrap.wrap(panel.title, int(wide / TITLE)) for panel in beside]
        head = HEAD * max(map(len, titles))
        row = [_cell(drawn, panel, lines, head, chosen, wide) for panel, lines in zip(beside, titles, strict=True)]
        cells += [(place * (wide + GAP), top, cell) for place, (cell, _) in enumerate(row)]
        top += max(high for _, high in row) + GAP
    height = max(top - GAP, 1)

    def drawing(place: html.Place) -> Markup:
        box, ink = (sheet.ROOM, height, place), THEMES[False][0]
        return html.draw("small_maps.svg", "several", box, ink, FILLS[False], EDGE[False], cells)

    outline = html.draw("small_maps.svg", "outline")
    entries = [sheet.LegendEntry(outline, 26, text.enumeration(list(chosen.values()), NAMED))] if chosen else []
    return sheet.svg(title, subtitle, drawing, height, entries, imprint, "Entre parenthèses : nombre de départements.")


def _cell(
    drawn: Sequence[DepartementShape],
    panel: Panel,
    titles: list[str],
    head: float,
    chosen: Collection[str],
    wide: float,
) -> tuple[dict, float]:
    """A map of a sheet under its title, above its legend and source, and how high they are; `head`, what titles of its row take."""
    scale = wide / WIDTH
    under = head + HEIGHT * scale + 16
    unit = [(under + 17 * rank, line) for rank, line in enumerate(textwrap.wrap(panel.unit, int(wide / 6.2)))]
    under += 17 * len(unit)
    classes = panel.classes
    entries = list(zip(classes.colours, panel.labels, classes.counts, strict=True))
    entries += [("url(#hatched)", "manquant", classes.missing)] if classes.missing else []
    entries += [("url(#dotted)", "NS", classes.withheld)] if classes.withheld else []
    beside = max(1, int(wide // (34 + 6 * max(len(label) + 6 for _, label, _ in entries))))
    legend = [
        (place % beside * wide / beside, under + 18 * (place // beside), fill, f"{label} ({text.number(count)})")
        for place, (fill, label, count) in enumerate(entries)
    ]
    under += 18 * -(-len(entries) // beside) + 2
    source = textwrap.wrap(text.typeset(panel.source), int(wide / 5.3))
    cell = {
        "titles": [(HEAD * (rank + 1) - 6, line) for rank, line in enumerate(titles)],
        "head": head,
        "scale": scale,
        "areas": _areas(drawn, panel, chosen),
        "unit": unit,
        "entries": legend,
        "source": [(under + 15 * rank, line) for rank, line in enumerate(source)],
        "faint": sheet.FAINT,
    }
    return cell, under + 15 * len(source)


def _areas(drawn: Sequence[DepartementShape], panel: Panel, chosen: Collection[str]) -> tuple[list[Area], list[Area]]:
    """The départements, the chosen apart."""
    areas: tuple[list[Area], list[Area]] = [], []
    for shape in drawn:
        fill = _fill(panel.marks.get(shape.code, MISSING), panel.classes)
        label = panel.labels_by_code.get(shape.code, shape.name)
        areas[shape.code in chosen].extend((path, fill, label) for path in (shape.path, shape.again) if path)
    return areas


def _fill(mark: str, classes: Classes) -> str:
    if mark in (MISSING, WITHHELD):
        return "url(#hatched)" if mark == MISSING else "url(#dotted)"
    return classes.colours[int(mark)]
