"""Small maps of the départements, side by side on one scale: SVG, with the colours and classes of the large map.

Light enough to be many: contours are cut to what a small map can show, once. Overseas départements and the heart of Paris
stand in boxes of their own, each at its own scale.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence

from maillage.language import text
from maillage.methods.outlines import HEIGHT, WIDTH
from maillage.records.map_view import MISSING, WITHHELD, Classes
from maillage.records.small_maps import DepartementShape, Panel
from maillage.views import html, sheet
from maillage.views.chart_frame import THEMES
from maillage.views.plan import FONT

GAP, HEAD, NAMED = (
    26,
    20,
    6,
)  # between the maps of a sheet, and a line of their titles, in its units; départements named in its legend
TITLE = 8.6  # units that a letter of a title takes
COLUMNS = {1: 1, 2: 2, 4: 2}  # by number of maps, else three
EDGE = {False: "#8A8A86", True: "#6B717B"}
FILLS = {False: ("#F3F3F0", "#A9A9A4"), True: ("#1E2228", "#5A606B")}  # ground and ink of patterns, as in page.css


def image(drawn: Sequence[DepartementShape], panel: Panel, chosen: Collection[str] = (), dark: bool = False) -> str:
    """One small map, for the page: an image, for a page lets no drawing in. compare.js opens it where a pointer comes, so that
    départements say their name and their figure."""
    plain = svg(drawn, panel, chosen, dark).replace('"', "'")
    label = text.escape(f"Carte : {panel.title}. Le tableau donne les mêmes valeurs.")
    return f'<img class="small-map" alt="{label}" src="{html.address(plain)}">'


def svg(drawn: Sequence[DepartementShape], panel: Panel, chosen: Collection[str] = (), dark: bool = False) -> str:
    """One map as an SVG document."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"{_patterns(dark)}{_inside(drawn, panel, chosen, dark)}</svg>"
    )


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
    parts, top = [], 0.0
    for beside in rows:
        titles = [textwrap.wrap(panel.title, int(wide / TITLE)) for panel in beside]
        head = HEAD * max(map(len, titles))
        row = [_cell(drawn, panel, lines, head, chosen, wide) for panel, lines in zip(beside, titles, strict=True)]
        parts += [
            f'<g transform="translate({place * (wide + GAP):g} {top:g})">{cell}</g>'
            for place, (cell, _) in enumerate(row)
        ]
        top += max(high for _, high in row) + GAP
    height = max(top - GAP, 1)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.ROOM} {height:g}" width="{sheet.ROOM}" height="{height:g}" '
        f'font-family="{FONT}" fill="{THEMES[False][0]}">{_patterns(False)}{"".join(parts)}</svg>'
    )
    outline = '<rect x="1" y="-14" width="24" height="14" fill="none" stroke="#1F2328" stroke-width="2"/>'
    entries = [sheet.LegendEntry(outline, 26, text.enumeration(list(chosen.values()), NAMED))] if chosen else []
    return sheet.svg(title, subtitle, drawing, height, entries, imprint, "Entre parenthèses : nombre de départements.")


def _cell(
    drawn: Sequence[DepartementShape],
    panel: Panel,
    titles: list[str],
    head: float,
    chosen: Collection[str],
    wide: float,
) -> tuple[str, float]:
    """A map of a sheet under its title, above its legend and source, and how high they are; `head`, what titles of its row take."""
    scale = wide / WIDTH
    under = head + HEIGHT * scale + 16
    words = [_line(line, HEAD * (rank + 1) - 6, 16, 'font-weight="600"') for rank, line in enumerate(titles)]
    words.append(f'<g transform="translate(0 {head:g}) scale({scale:g})">{_inside(drawn, panel, chosen, False)}</g>')
    for line in textwrap.wrap(panel.unit, int(wide / 6.2)):
        words.append(_line(line, under, 13))
        under += 17
    classes = panel.classes
    entries = list(zip(classes.colours, panel.labels, classes.counts, strict=True))
    entries += [("url(#hatched)", "manquant", classes.missing)] if classes.missing else []
    entries += [("url(#dotted)", "NS", classes.withheld)] if classes.withheld else []
    beside = max(1, int(wide // (34 + 6 * max(len(label) + 6 for _, label, _ in entries))))
    for place, (fill, label, count) in enumerate(entries):
        x, y = place % beside * wide / beside, under + 18 * (place // beside)
        words.append(
            f'<rect x="{x:g}" y="{y - 10:g}" width="20" height="12" fill="{fill}" stroke="#8A8A86" stroke-width="0.6"/>'
            f'<text x="{x + 26:g}" y="{y:g}" font-size="13">{text.escape(f"{label} ({text.number(count)})")}</text>'
        )
    under += 18 * -(-len(entries) // beside) + 2
    for line in textwrap.wrap(text.typeset(panel.source), int(wide / 5.3)):
        words.append(_line(line, under, 11.5, f'fill="{sheet.FAINT}"'))
        under += 15
    return "".join(words), under


def _line(words: str, y: float, size: float, more: str = "") -> str:
    return f'<text y="{y:g}" font-size="{size:g}" {more}>{text.escape(text.typeset(words))}</text>'


def _inside(drawn: Sequence[DepartementShape], panel: Panel, chosen: Collection[str], dark: bool) -> str:
    """The départements, the chosen last, with an outline that reads on any colour."""
    rest = "".join(_area(shape, panel) for shape in drawn if shape.code not in chosen)
    picked = [shape for shape in drawn if shape.code in chosen]
    halo = "".join(f'<path d="{path}"/>' for shape in picked for path in (shape.path, shape.again) if path)
    return (
        f'<g stroke-linejoin="round" stroke="{EDGE[dark]}">{rest}</g>'
        f'<g stroke-linejoin="round" stroke="#FFFFFF" stroke-width="9">{halo}</g>'
        f'<g stroke-linejoin="round" stroke="#1F2328" stroke-width="4">{"".join(_area(shape, panel) for shape in picked)}</g>'
    )


def _area(shape: DepartementShape, panel: Panel) -> str:
    label = text.escape(panel.labels_by_code.get(shape.code, shape.name))
    fill = _fill(panel.marks.get(shape.code, MISSING), panel.classes)
    return "".join(
        f'<path d="{path}" fill="{fill}"><title>{label}</title></path>' for path in (shape.path, shape.again) if path
    )


def _fill(mark: str, classes: Classes) -> str:
    if mark in (MISSING, WITHHELD):
        return "url(#hatched)" if mark == MISSING else "url(#dotted)"
    return classes.colours[int(mark)]


def _patterns(dark: bool) -> str:
    ground, ink = FILLS[dark]
    return (
        f'<defs><pattern id="hatched" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="8" height="8" fill="{ground}"/><rect width="3" height="8" fill="{ink}"/></pattern>'
        f'<pattern id="dotted" width="12" height="12" patternUnits="userSpaceOnUse"><rect width="12" height="12" fill="{ground}"/>'
        f'<circle cx="6" cy="6" r="3.2" fill="{ink}"/></pattern></defs>'
    )
