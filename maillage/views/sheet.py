"""A drawing on a sheet that needs no page around it: title, drawing, legend, source and date, as one SVG."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from maillage.language import typography
from maillage.language.text import escape
from maillage.views.chart_frame import THEMES
from maillage.views.plan import FONT

ACROSS, EDGE = 1000, 24
ROOM = ACROSS - 2 * EDGE  # for the drawing
FAINT = "#565C64"
LETTER = 8  # units that a letter of a legend takes, and rather more than less


@dataclass(frozen=True)
class LegendEntry:
    """One line of a legend: a small drawing (SVG, its baseline at 0) `wide` units across, then words."""

    drawing: str
    wide: float
    words: str


def svg(
    title: str, subtitle: str, drawing: str, height: float, entries: Sequence[LegendEntry], credit: str, foot: str = ""
) -> str:
    """The sheet. `drawing` is an SVG document, fitted in ROOM × `height`; `foot` is said under the legend."""
    ink, ground = THEMES[False]
    titles, under = _folded(title, 66), _folded(subtitle, 115)
    top = EDGE + 34 * len(titles) + 22 * len(under) + 12
    below = top + height + 26
    lines = _flow(entries)
    feet = textwrap.wrap(foot, 150)
    footed = below + 28 * len(lines) + 19 * len(feet) + (3 if feet else 0)
    credits = textwrap.wrap(credit, 165)
    whole = round(footed + 18 * len(credits) + EDGE)
    words = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {ACROSS} {whole}" width="{ACROSS}" height="{whole}" font-family="{FONT}" '
        f'fill="{ink}"><title>{_typeset(title)}</title><rect width="{ACROSS}" height="{whole}" fill="{ground}"/>',
        *(_line(EDGE, EDGE + 22 + 34 * rank, 28, line, 'font-weight="700"') for rank, line in enumerate(titles)),
        *(_line(EDGE, EDGE + 34 * len(titles) + 16 + 22 * rank, 17, line) for rank, line in enumerate(under)),
        placed(drawing, EDGE, top, ROOM, height),
    ]
    for rank, line in enumerate(lines):
        words += [f'<g transform="translate({EDGE + x:g} {below + 28 * rank:g})">{entry}</g>' for x, entry in line]
    words += [
        _line(EDGE, footed - 16 - 19 * (len(feet) - 1 - rank), 13, line, f'fill="{FAINT}"')
        for rank, line in enumerate(feet)
    ]
    words += [_line(EDGE, footed + 10 + 18 * rank, 12.5, line, f'fill="{FAINT}"') for rank, line in enumerate(credits)]
    return "".join([*words, "</svg>"])


def placed(drawn: str, x: float, y: float, width: float, height: float) -> str:
    """An SVG inside another, at its own proportions."""
    inner = re.sub(r'^<svg([^>]*?)( width="[\d.]+" height="[\d.]+")', r"<svg\1", drawn, count=1)
    return inner.replace("<svg", f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"', 1)


def swatch(fill: str) -> str:
    """A square of colour."""
    return f'<rect y="-13" width="26" height="15" fill="{fill}" stroke="#8A8A86" stroke-width="0.7"/>'


def _folded(words: str, most: int) -> list[str]:
    """On as few lines as it needs, of about one length: nobody reads a word alone."""
    lines = textwrap.wrap(words, most)
    return next(
        (even for width in range(most // 2, most) if len(even := textwrap.wrap(words, width)) <= len(lines)), lines
    )


def _line(x: float, y: float, size: float, words: str, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" {more}>{_typeset(words)}</text>'


def _typeset(words: str) -> str:
    return escape(typography.applied(typography.FILES, words))


def _flow(entries: Sequence[LegendEntry]) -> list[list[tuple[float, str]]]:
    """Entries on as few lines as they need: (x, drawing) on each."""
    lines: list[list[tuple[float, str]]] = []
    x = 0.0
    for entry in entries:
        gap = 7 if entry.wide else 0
        width = entry.wide + gap + LETTER * len(entry.words) + 9
        if not lines or x + width > ROOM:
            lines.append([])
            x = 0.0
        lines[-1].append((x, entry.drawing + _line(entry.wide + gap, 0, 15, entry.words)))
        x += width
    return lines
