"""The share of inhabitants beyond each threshold, as SVG: the same on the screen and on paper, with no program to load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from maillage.language import text
from maillage.language.text import escape
from maillage.views import html, sheet
from maillage.views.chart_frame import GRID, NEUTRAL, STROKES, THEMES, Axis, accent, dash
from maillage.views.plan import FONT

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FLOOR = 440, 300, 60, 16, 12, 244
PAPER_LETTERS, SCREEN_LETTERS = 13, 17  # a column of a page is narrower than a sheet
TITLE = "Part des habitants au-delà de chaque seuil"

Curves = Mapping[
    str, tuple[Sequence[float], Sequence[float]]
]  # name → growing thresholds, share (%) from each to the next


def svg(curves: Curves, axis: Axis, threshold: float, dark: bool = False, letters: int = PAPER_LETTERS) -> str:
    """A stepped line per territory; `threshold`, the one asked about, is marked. `letters`: their height in units of WIDTH."""
    ink, _ = THEMES[dark]
    farthest = max((thresholds[-1] for thresholds, _ in curves.values()), default=1) or 1

    def across(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * value / farthest

    def up(share: float) -> float:
        return FLOOR - (FLOOR - TOP) * share / 100

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" font-family="{FONT}" '
        f'fill="{ink}" font-size="{letters}"><title>{escape(TITLE)}</title>'
    ]
    for share in range(0, 101, 25):
        parts.append(
            f'<path d="M{LEFT} {up(share):.1f}H{WIDTH - RIGHT}" stroke="{GRID}"/>'
            f'<text x="{LEFT - 6}" y="{up(share) + letters / 3:.1f}" text-anchor="end">{share}{text.HARD}%</text>'
        )
    for value in range(0, int(farthest) + 1, 10):
        parts.append(f'<text x="{across(value):.1f}" y="{FLOOR + 5 + letters}" text-anchor="middle">{value}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text x="{middle:g}" y="{FLOOR + 12 + 2.4 * letters:.0f}" text-anchor="middle">{escape(axis.title())}</text>'
    )
    if 0 <= threshold <= farthest:
        parts.append(f'<path d="M{across(threshold):.1f} {TOP}V{FLOOR}" stroke="{NEUTRAL}" stroke-dasharray="2 4"/>')
    for rank, (thresholds, shares) in enumerate(curves.values()):
        steps, before = [f"M{across(thresholds[0]):.1f} {up(shares[0]):.1f}"], shares[0]
        for limit, share in zip(thresholds[1:], shares[1:], strict=True):
            if share != before:
                steps.append(f"H{across(limit):.1f}V{up(share):.1f}")
                before = share
        steps.append(f"H{across(thresholds[-1]):.1f}")
        parts.append(f'<path d="{"".join(steps)}" fill="none" {_stroke(rank)}/>')
    return "".join([*parts, "</svg>"])


def sentences(curves: Curves, axis: Axis, threshold: float) -> list[str]:
    """« Nord : 4,2 % au-delà de 15 min », a line per territory."""
    beyond = f"au-delà de {axis.write(threshold)}"
    return [
        f"{name}{text.HARD}: {text.quantity(_at(thresholds, shares, threshold), '%', 1)} {beyond}"
        for name, (thresholds, shares) in curves.items()
    ]


def table(curves: Curves, axis: Axis, step: float = 5) -> dict[str, list]:
    """What the lines say, for who cannot see them: columns by heading, a row every `step`."""
    thresholds = next(iter(curves.values()))[0] if curves else ()
    kept = [limit for limit in thresholds if limit % step == 0]
    return {f"Au-delà de ({axis.unit})": kept} | {
        f"{name} (%)": [round(float(_at(limits, shares, limit)), 1) for limit in kept]
        for name, (limits, shares) in curves.items()
    }


def image(curves: Curves, axis: Axis, threshold: float, dark: bool = False) -> str:
    """The lines for a page, which lets no drawing in; under them, each with its share beyond the threshold."""
    entries = [(html.address(_sample(rank)), line) for rank, line in enumerate(sentences(curves, axis, threshold))]
    drawn = html.address(svg(curves, axis, threshold, dark, SCREEN_LETTERS))
    return html.macro("curves.html", "curve", "coverage-curve", "34rem", TITLE, drawn, "", entries)


def on_sheet(curves: Curves, axis: Axis, threshold: float, title: str, source: str, imprint: str) -> str:
    """The lines as a file."""
    entries = [
        sheet.LegendEntry(f'<path d="M0-5H30" {_stroke(rank)}/>', 30, line)
        for rank, line in enumerate(sentences(curves, axis, threshold))
    ]
    height = sheet.ROOM * HEIGHT / WIDTH
    return sheet.svg(
        title, TITLE, svg(curves, axis, threshold), height, entries, f"Source{text.HARD}: {source}. {imprint}"
    )


def _at(thresholds: Sequence[float], shares: Sequence[float], threshold: float) -> float:
    return shares[max(int(np.searchsorted(thresholds, threshold, side="right")) - 1, 0)]


def _stroke(rank: int) -> str:
    dashes = f' stroke-dasharray="{STROKES[dash(rank)]}"' if dash(rank) in STROKES else ""
    return f'stroke="{accent(rank)}" stroke-width="2.2"{dashes}'


def _sample(rank: int) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="10"><path d="M0 5H30" {_stroke(rank)}/></svg>'
