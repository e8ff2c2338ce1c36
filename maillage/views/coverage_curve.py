"""The share of inhabitants beyond each threshold, as SVG: the same on the screen and on paper, with no program to load."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from markupsafe import Markup

from maillage.language import text
from maillage.views import html, sheet
from maillage.views.chart_frame import GRID, NEUTRAL, STROKES, THEMES, Axis, accent, dash, plain

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FLOOR = 440, 300, 60, 16, 12, 244
PAPER_LETTERS, SCREEN_LETTERS = 13, 17  # a column of a page is narrower than a sheet
TITLE = "Part des habitants au-delà de chaque seuil"

Scale = Callable[[float], float]
Curves = Mapping[
    str, tuple[Sequence[float], Sequence[float]]
]  # name → growing thresholds, share (%) from each to the next


def svg(
    curves: Curves,
    axis: Axis,
    threshold: float,
    dark: bool = False,
    letters: int = PAPER_LETTERS,
    place: html.Place | None = None,
) -> Markup:
    """A stepped line per territory; `threshold`, the one asked about, is marked. `letters`: their height in units of WIDTH."""
    ink, _ = THEMES[dark]
    farthest = max((thresholds[-1] for thresholds, _ in curves.values()), default=1) or 1

    def across(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * value / farthest

    def up(share: float) -> float:
        return FLOOR - (FLOOR - TOP) * share / 100

    return html.draw(
        "coverage_curve.svg",
        "drawing",
        box=(WIDTH, HEIGHT, place),
        ink=ink,
        letters=letters,
        title=TITLE,
        grid=GRID,
        rows=[
            (f"M{LEFT} {up(share):.1f}H{WIDTH - RIGHT}", LEFT - 6, up(share) + letters / 3, f"{share}{text.HARD}%")
            for share in range(0, 101, 25)
        ],
        columns=[(across(value), FLOOR + 5 + letters, value) for value in range(0, int(farthest) + 1, 10)],
        axis=((LEFT + WIDTH - RIGHT) / 2, f"{FLOOR + 12 + 2.4 * letters:.0f}", plain(axis.title())),
        asked=(f"M{across(threshold):.1f} {TOP}V{FLOOR}", NEUTRAL) if 0 <= threshold <= farthest else None,
        lines=[(_steps(*curve, across, up), *_stroke(rank)) for rank, curve in enumerate(curves.values())],
    )


def _steps(thresholds: Sequence[float], shares: Sequence[float], across: Scale, up: Scale) -> str:
    steps, before = [f"M{across(thresholds[0]):.1f} {up(shares[0]):.1f}"], shares[0]
    for limit, share in zip(thresholds[1:], shares[1:], strict=True):
        if share != before:
            steps.append(f"H{across(limit):.1f}V{up(share):.1f}")
            before = share
    return "".join([*steps, f"H{across(thresholds[-1]):.1f}"])


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
    entries = [
        (html.address(html.draw("coverage_curve.svg", "sample", *_stroke(rank))), line)
        for rank, line in enumerate(sentences(curves, axis, threshold))
    ]
    drawn = html.address(svg(curves, axis, threshold, dark, SCREEN_LETTERS))
    return html.macro("curves.html", "curve", "coverage-curve", "34rem", TITLE, drawn, "", entries)


def on_sheet(curves: Curves, axis: Axis, threshold: float, title: str, source: str, imprint: str) -> str:
    """The lines as a file."""
    entries = [
        sheet.LegendEntry(html.draw("drawing.svg", "line", "M0-5H30", *_stroke(rank)), 30, line)
        for rank, line in enumerate(sentences(curves, axis, threshold))
    ]
    height = sheet.ROOM * HEIGHT / WIDTH
    return sheet.svg(
        title, TITLE, partial(svg, curves, axis, threshold), height, entries, f"Source{text.HARD}: {source}. {imprint}"
    )


def _at(thresholds: Sequence[float], shares: Sequence[float], threshold: float) -> float:
    return shares[max(int(np.searchsorted(thresholds, threshold, side="right")) - 1, 0)]


def _stroke(rank: int) -> tuple[str, float, str]:
    return accent(rank), 2.2, STROKES.get(dash(rank), "")
