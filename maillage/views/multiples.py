"""Small maps of the départements, side by side on one scale: SVG, with the colours and classes of the large map.

Light enough to be many: contours are cut to what a small map can show, once. Overseas départements and the heart of Paris
stand in boxes of their own, each at its own scale.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import quote

from maillage.language import text
from maillage.methods.outlines import HEIGHT, WIDTH
from maillage.records.map_view import MISSING, WITHHELD, Classes
from maillage.records.small_maps import DepartementShape, Panel
from maillage.views import html
from maillage.views.chart_frame import THEMES
from maillage.views.plan import FONT

PRINTED = 0.5  # pixels of a unit, on a sheet of maps for a file
GAP, HEAD, FOOT = 24, 34, 92  # of a sheet, in pixels
UNCHANGED = " ,:;=/()'-.!*@+&?"  # in the address of an image
EDGE = {False: "#8A8A86", True: "#6B717B"}
FILLS = {False: ("#F3F3F0", "#A9A9A4"), True: ("#1E2228", "#5A606B")}  # ground and ink of patterns, as in page.css


def image(drawn: Sequence[DepartementShape], panel: Panel, chosen: Collection[str] = (), dark: bool = False) -> str:
    """One small map, for the page: an image, for a page lets no drawing in. compare.js opens it where a pointer comes, so that
    départements say their name and their figure."""
    plain = svg(drawn, panel, chosen, dark).replace('"', "'")
    label = text.escape(f"Carte : {panel.title}. Le tableau donne les mêmes valeurs.")
    return f'<img class="small-map" alt="{label}" src="data:image/svg+xml,{quote(plain, safe=UNCHANGED)}">'


def svg(drawn: Sequence[DepartementShape], panel: Panel, chosen: Collection[str] = (), dark: bool = False) -> str:
    """One map as an SVG document."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"{_patterns(dark)}{_inside(drawn, panel, chosen, dark)}</svg>"
    )


def key(panel: Panel) -> str:
    """The legend of a small map as HTML: unit, classes with their counts, what is missing, source."""
    return html.macro("legend.html", "small", panel)


def sheet(
    drawn: Sequence[DepartementShape],
    panels: Sequence[Panel],
    title: str,
    chosen: Collection[str] = (),
    columns: int = 3,
) -> str:
    """All the maps on one sheet, with their legends and sources: a file that needs no page around it."""
    ink, ground = THEMES[False]
    across = min(columns, max(1, len(panels)))
    cell, map_height = PRINTED * WIDTH + GAP, PRINTED * HEIGHT
    tall = map_height + HEAD + FOOT
    rows = -(-len(panels) // across)
    width, height = round(across * cell + GAP), round(56 + rows * (tall + GAP))
    words = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{FONT}" fill="{ink}"><rect width="{width}" height="{height}" fill="{ground}"/>',
        f"<title>{text.escape(title)}</title>{_patterns(False)}",
        f'<text x="{GAP}" y="36" font-size="20" font-weight="600">{text.escape(title)}</text>',
    ]
    for place, panel in enumerate(panels):
        x, y = GAP + place % across * cell, 56 + place // across * (tall + GAP)
        words.append(
            f'<g transform="translate({x:g} {y:g})">{_lines(panel.title, 0, 12, 13, 56, 2, "600")}'
            f'<g transform="translate(0 {HEAD}) scale({PRINTED})">{_inside(drawn, panel, chosen, False)}</g>'
            f'<g transform="translate(0 {HEAD + map_height + 8:g})">{_key(panel)}</g></g>'
        )
    return "".join([*words, "</svg>"])


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


def _key(panel: Panel) -> str:
    """The legend of a map on a sheet: its unit, its classes three a row, what is missing, its source."""
    classes = panel.classes
    entries = list(zip(classes.colours, panel.labels, classes.counts, strict=True))
    entries += [("url(#hatched)", "manquant", classes.missing)] if classes.missing else []
    entries += [("url(#dotted)", "NS", classes.withheld)] if classes.withheld else []
    words = [_lines(panel.unit, 0, 0, 11, 70, 1)]
    for place, (fill, label, count) in enumerate(entries):
        x, y = place % 3 * 134, 8 + place // 3 * 17
        words.append(
            f'<rect x="{x}" y="{y}" width="18" height="11" fill="{fill}" stroke="#8A8A86" stroke-width="0.6"/>'
            f'<text x="{x + 23}" y="{y + 9.5}" font-size="11">{text.escape(label)} ({text.number(count)})</text>'
        )
    return "".join(words) + _lines(panel.source, 0, 8 + 17 * -(-len(entries) // 3) + 10, 9.5, 84, 2)


def _lines(words: str, x: float, y: float, size: float, most: int, rows: int, weight: str = "400") -> str:
    """Text on a few lines of `most` letters; the last one is cut where there is more."""
    lines, line = [], ""
    for word in words.split(" "):
        if line and len(line) + 1 + len(word) > most:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    if len(lines) > rows:
        lines = [*lines[: rows - 1], lines[rows - 1][: most - 1] + "…"]
    return "".join(
        f'<text x="{x:g}" y="{y + rank * size * 1.25:g}" font-size="{size:g}" font-weight="{weight}">{text.escape(line)}</text>'
        for rank, line in enumerate(lines)
    )
