"""A drawing on a sheet that needs no page around it: title, drawing, legend, source and date, as one SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from maillage.views import html
from maillage.views.chart_frame import THEMES

ACROSS, EDGE = 1000, 24
ROOM = ACROSS - 2 * EDGE  # for the drawing
FAINT = "#565C64"
LETTER = 8  # units that a letter of a legend takes, and rather more than less


Drawing = Callable[..., Markup]  # of the `place` where it stands on the sheet


@dataclass(frozen=True)
class LegendEntry:
    """One line of a legend: a small drawing (its baseline at 0) `wide` units across, then words."""

    drawing: Markup | str
    wide: float
    words: str

    @property
    def start(self) -> float:
        """Where its words begin."""
        return self.wide + 7 if self.wide else 0


def svg(
    title: str,
    subtitle: str,
    drawing: Drawing,
    height: float,
    entries: Sequence[LegendEntry],
    credit: str,
    foot: str = "",
) -> Markup:
    """The sheet. `drawing` is fitted in ROOM × `height`; `foot` is said under the legend."""
    titles, under = _folded(title, 66), _folded(subtitle, 115)
    top = EDGE + 34 * len(titles) + 22 * len(under) + 12
    below = top + height + 26
    lines = _flow(entries)
    feet = textwrap.wrap(foot, 150)
    footed = below + 28 * len(lines) + 19 * len(feet) + (3 if feet else 0)
    credits = textwrap.wrap(credit, 165)
    first = footed - 16 - 19 * (len(feet) - 1)
    return html.draw(
        "sheet.svg",
        "sheet",
        ACROSS,
        round(footed + 18 * len(credits) + EDGE),
        *THEMES[False],
        title,
        [(line, EDGE, EDGE + 22 + 34 * rank, 28, "700") for rank, line in enumerate(titles)]
        + [(line, EDGE, EDGE + 34 * len(titles) + 16 + 22 * rank, 17, "") for rank, line in enumerate(under)],
        drawing(place=(EDGE, top, ROOM, height)),
        [(EDGE + x, below + 28 * rank, entry) for rank, line in enumerate(lines) for x, entry in line],
        [(line, EDGE, first + 19 * rank, 13, FAINT) for rank, line in enumerate(feet)]
        + [(line, EDGE, footed + 10 + 18 * rank, 12.5, FAINT) for rank, line in enumerate(credits)],
    )


def swatch(fill: str) -> Markup:
    """A square of colour."""
    return html.draw("drawing.svg", "swatch", fill)


def _folded(words: str, most: int) -> list[str]:
    """On as few lines as it needs, of about one length: nobody reads a word alone."""
    lines = textwrap.wrap(words, most)
    return next(
        (even for width in range(most // 2, most) if len(even := textwrap.wrap(words, width)) <= len(lines)), lines
    )


def _flow(entries: Sequence[LegendEntry]) -> list[list[tuple[float, LegendEntry]]]:
    """Entries on as few lines as they need, each with its x."""
    lines: list[list[tuple[float, LegendEntry]]] = []
    x = 0.0
    for entry in entries:
        width = entry.start + LETTER * len(entry.words) + 9
        if not lines or x + width > ROOM:
            lines.append([])
            x = 0.0
        lines[-1].append((x, entry))
        x += width
    return lines
