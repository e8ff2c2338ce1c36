"""A map on a sheet that needs no page around it: title, map, legend, source and date, as one SVG."""

from __future__ import annotations

import re
import textwrap

from maillage import catalog
from maillage.language import text
from maillage.language.text import escape
from maillage.records.map_picture import Country, MapPicture
from maillage.views import multiples, plan
from maillage.views.chart_frame import THEMES

ACROSS, EDGE, MAP_HEIGHT = 1000, 24, 700
GREYS = (("missing", "#C9C9C4", "manquant"), ("withheld", "#8F8F8A", "NS, retenu par le secret"))
SYMBOL = 20  # of the legend


def svg(picture: MapPicture) -> str:
    """The sheet. Raises ValueError where a plan has no commune."""
    ink, ground = THEMES[False]
    room = ACROSS - 2 * EDGE
    drawn, kinds, hollow = _drawing(picture, room)
    entries = _entries(picture, kinds, hollow)
    titles = textwrap.wrap(picture.title, 62)
    top = EDGE + 34 * len(titles) + 30
    lines, below = _flow(entries, room), top + MAP_HEIGHT + 26
    credit = textwrap.wrap(picture.credit, 150)
    height = below + 28 * len(lines) + 18 * len(credit) + EDGE
    words = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {ACROSS} {height}" width="{ACROSS}" height="{height}" font-family="{plan.FONT}" '
        f'fill="{ink}"><title>{escape(picture.title)}</title><rect width="{ACROSS}" height="{height}" fill="{ground}"/>',
        *(
            f'<text x="{EDGE}" y="{EDGE + 22 + 34 * rank}" font-size="28" font-weight="700">{escape(line)}</text>'
            for rank, line in enumerate(titles)
        ),
        f'<text x="{EDGE}" y="{top - 12}" font-size="17">{escape(picture.subtitle)}</text>',
        _placed(drawn, EDGE, top, room, MAP_HEIGHT),
    ]
    for rank, line in enumerate(lines):
        words += [f'<g transform="translate({EDGE + x} {below + 28 * rank})">{entry}</g>' for x, entry in line]
    foot = below + 28 * len(lines) + 10
    words += [
        f'<text x="{EDGE}" y="{foot + 18 * rank}" font-size="12.5" fill="#565C64">{escape(line)}</text>'
        for rank, line in enumerate(credit)
    ]
    return "".join([*words, "</svg>"])


def _drawing(picture: MapPicture, room: int) -> tuple[str, tuple[str, ...], bool]:
    """The map alone, the site types on it, and whether one is in preparation."""
    drawn = picture.drawn
    if isinstance(drawn, Country):
        return multiples.svg(drawn.shapes, drawn.panel, drawn.chosen), (), False
    made = plan.plan(
        drawn.members,
        drawn.ground,
        drawn.sites,
        borders=drawn.borders,
        fills=drawn.fills,
        width=room,
        height=MAP_HEIGHT,
        names=14,
        size=15,
    )
    return plan.svg(made, picture.title), made.kinds, made.hollow


def _placed(drawn: str, x: float, y: float, width: float, height: float) -> str:
    """An SVG inside another, at its own proportions."""
    inner = re.sub(r'^<svg([^>]*?)( width="[\d.]+" height="[\d.]+")?>', r"<svg\1>", drawn, count=1)
    return inner.replace("<svg", f'<svg x="{x}" y="{y}" width="{width}" height="{height}"', 1)


def _entries(picture: MapPicture, kinds: tuple[str, ...], hollow: bool) -> list[tuple[float, str]]:
    """(width, drawing) of each entry of the legend."""
    classes = picture.classes
    rows = list(zip(classes.colours, picture.labels, classes.counts, strict=True))
    rows += [(grey, label, getattr(classes, name)) for name, grey, label in GREYS if getattr(classes, name)]
    hatched = isinstance(picture.drawn, Country)
    entries = []
    for fill, label, count in rows:
        if hatched and fill == GREYS[0][1]:
            label = f"{label} (hachures)"
        words = f"{label} ({text.number(count)})"
        entries.append(
            (
                42 + 8 * len(words),
                f'<rect y="-13" width="26" height="15" fill="{fill}" stroke="#8A8A86" stroke-width="0.7"/><text x="33" font-size="15">{escape(words)}</text>',
            )
        )
    for kind in kinds:
        label = catalog.SITE_TYPE[kind].label
        entries.append(
            (
                40 + 8 * len(label),
                _placed(plan.key(kind), 0, -16, SYMBOL, SYMBOL) + f'<text x="27" font-size="15">{escape(label)}</text>',
            )
        )
    if hollow:
        words = picture.hollow
        entries.append((20 + 8 * len(words), f'<text font-size="15">{escape(words)}</text>'))
    return entries


def _flow(entries: list[tuple[float, str]], room: float) -> list[list[tuple[float, str]]]:
    """Entries on as few lines as they need: (x, drawing) on each."""
    lines: list[list[tuple[float, str]]] = [[]]
    x = 0.0
    for width, entry in entries:
        if lines[-1] and x + width > room:
            lines.append([])
            x = 0.0
        lines[-1].append((x, entry))
        x += width
    return lines
