"""A chart of `views.charts` on a sheet, drawn by us: a file of it wants neither a browser nor a service.

It reads the plotly figure that the page shows: only the marks, axes and words that our charts use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from markupsafe import Markup

from maillage.language import text
from maillage.views import html, sheet
from maillage.views.chart_frame import GRID, NEUTRAL, STROKES, THEMES, plain
from maillage.views.plan import LETTER_WIDTH
from maillage.views.sheet import LegendEntry

INK = THEMES[False][0]
SIZE, TICK = 13, 12  # of letters
SHORT = 6  # units: a thread of less is a speck
WIDE = 560  # a plot lower than this many units makes a sheet wider than high
MARKS = {
    "square": "M-1-1H1V1H-1Z",
    "diamond": "M0-1.3L1.3 0L0 1.3L-1.3 0Z",
    "triangle-up": "M0-1.2L1.15 .8H-1.15Z",
    "cross": "M-.4-1.2H.4V-.4H1.2V.4H.4V1.2H-.4V.4H-1.2V-.4H-.4Z",
    "star": "M0-1.3L.3-.42L1.24-.4L.49 .16L.76 1.05L0 .52L-.76 1.05L-.49 .16L-1.24-.4L-.3-.42Z",
}
Part = tuple[str, tuple]  # a macro of the template, and its values
ANCHORS = {"left": "start", "right": "end", "center": "middle"}


def svg(figure: go.Figure, imprint: str) -> Markup:
    """The sheet of a chart that `chart_frame.framed` has dressed; `imprint` says which atlas drew it."""
    layout, entries = figure.layout, list(_entries(figure))
    source = next((note.text for note in layout.annotations if note.name == "source"), "")
    drawing, height = _drawing(figure)
    subtitle = layout.title.subtitle.text or ""
    return sheet.svg(plain(layout.title.text), plain(subtitle), drawing, height, entries, f"{plain(source)}. {imprint}")


def lying(figure: go.Figure) -> bool:
    """Whether the sheet is wider than high."""
    return _plot_height(figure) < WIDE


def _plot_height(figure: go.Figure) -> float:
    return figure.layout.height - figure.layout.margin.t - figure.layout.margin.b


# -- axes -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scale:
    """One axis on the sheet: values to units, and its ticks (value, label)."""

    low: float  # as drawn: a logarithm, where it is logarithmic
    high: float
    log: bool
    start: float  # units
    end: float
    ticks: tuple[tuple[float, str], ...]
    grid: bool
    named: bool  # its ticks have their labels

    def at(self, values) -> np.ndarray:
        """Units; NaN for what has no place."""
        numbers = np.array([np.nan if value is None else value for value in values], float)
        if self.log:
            numbers = np.log10(np.where(numbers > 0, numbers, np.nan))
        return self.drawn(numbers)

    def drawn(self, numbers):
        return self.start + (self.end - self.start) * (numbers - self.low) / (self.high - self.low)


def _scale(axis, ends: tuple[float, float], start: float, end: float, room: float) -> _Scale:
    """`room` is what a tick wants, in units."""
    log = axis.type == "log"
    low, high = ends
    if axis.tickvals is not None:
        ticks = list(zip(axis.tickvals, axis.ticktext, strict=True))
    elif log:
        ticks = [(10.0**n, text.number(10.0**n)) for n in range(int(np.ceil(low)), int(np.floor(high)) + 1)]
    else:
        ticks = _ticks(low, high, max(3, abs(end - start) / room), whole=axis.tickformat == "d")
    seen = [
        (value, label) for value, label in ticks if low - 1e-9 <= (np.log10(value) if log else value) <= high + 1e-9
    ]
    span = axis.domain or (0, 1)
    first, last = start + (end - start) * span[0], start + (end - start) * span[1]
    return _Scale(
        low, high, log, first, last, tuple(seen), axis.showgrid is not False, axis.showticklabels is not False
    )


def _ticks(low: float, high: float, most: float, whole: bool) -> list[tuple[float, str]]:
    """Round steps of 1, 2 or 5; `whole`, years: no thousands apart, no half."""
    rough = (high - low) / most
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough * (1 - 1e-9))
    if whole:
        step = max(1.0, np.ceil(step))
    values = step * np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1)
    decimals = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    return [(float(value), f"{value:.0f}" if whole else text.number(value, decimals)) for value in values]


def _ends(figure: go.Figure, letter: str, name: str) -> tuple[float, float]:
    """The least and the most that an axis shows, with a little room; logarithms, where it is logarithmic."""
    layout = figure.layout
    axis = layout[f"{letter}axis{name[1:]}"]
    if axis.range is not None:
        return tuple(axis.range)
    shared = axis.matches or any(layout[other].matches for other in layout if other.startswith(f"{letter}axis"))
    known: list[float] = []
    for trace in figure.data:
        if shared or (trace[f"{letter}axis"] or letter) == name:
            known += [value for value in trace[letter] if value is not None]
            if trace.type == "bar" and letter == ("x" if trace.orientation == "h" else "y"):
                known.append(0)
    known += [
        shape[f"{letter}0"]
        for shape in layout.shapes
        if shape[f"{letter}ref"] == name and not isinstance(shape[f"{letter}0"], str)
    ]
    numbers = np.array(known, float)
    numbers = numbers[np.isfinite(numbers)]
    if axis.type == "log":
        numbers = np.log10(numbers[numbers > 0])
    low, high = (numbers.min(), numbers.max()) if len(numbers) else (0.0, 1.0)
    room = 0.05 * (high - low) or 0.5
    return (min(low, 0.0) if axis.rangemode == "tozero" else low - room), high + room


# -- the drawing ----------------------------------------------------------------------------------------------------------


def _drawing(figure: go.Figure) -> tuple[sheet.Drawing, float]:
    """The chart without its words around, and its height."""
    layout, plot = figure.layout, _plot_height(figure)
    pairs = sorted(
        {(trace.xaxis or "x", trace.yaxis or "y") for trace in figure.data}, key=lambda pair: (len(pair[0]), pair)
    )
    ends = {name: _ends(figure, name[0], name) for pair in pairs for name in pair}
    above = 24 if layout.annotations and any(_above(note) for note in layout.annotations) else 8
    foot = above + plot
    upright = {name: _scale(layout[f"yaxis{name[1:]}"], ends[name], foot, above, 55) for _, name in pairs}
    titles = {name: layout[f"yaxis{name[1:]}"].title.text for name in upright}
    labels = [label for scale in upright.values() if scale.named for _, label in scale.ticks]
    titled = 24 * max((words.count("<br>") + 1 for words in titles.values() if words), default=0)
    left = titled + 10 + TICK * LETTER_WIDTH * max((len(plain(label)) for label in labels), default=0)
    flat = {name: _scale(layout[f"xaxis{name[1:]}"], ends[name], left, sheet.ROOM - 14, 90) for name, _ in pairs}
    across = next((words for name in flat if (words := layout[f"xaxis{name[1:]}"].title.text)), "")
    height = foot + 24 + (22 if across else 0)
    parts: list[Part] = []
    for x, y in pairs:
        parts += _grid(flat[x], upright[y])
        if titles[y]:
            parts += _turned(titles[y], 16, (upright[y].start + upright[y].end) / 2)
    page = (left, sheet.ROOM - 14, foot, above)
    parts += [_shape(shape, flat, upright, page) for shape in layout.shapes]
    for rank, trace in enumerate(figure.data):
        parts += _trace(trace, flat[trace.xaxis or "x"], upright[trace.yaxis or "y"], f"cut{rank}")
    for note in layout.annotations:
        if note.name != "source":
            parts += _note(note, flat, upright, page)
    if across:
        parts.append(("title", (plain(across), (left + sheet.ROOM) / 2, height - 6)))

    def drawing(place: html.Place) -> Markup:
        return html.draw("chart.svg", "drawing", (sheet.ROOM, height, place), INK, SIZE, parts)

    return drawing, height


def _above(note) -> bool:
    return note.name != "source" and note.yref == "paper" and note.yanchor == "bottom" and note.y > 0.5


def _grid(x: _Scale, y: _Scale) -> Iterator[Part]:
    foot = max(y.start, y.end)
    for value, label in x.ticks:
        at = float(x.at([value])[0])
        if x.grid:
            yield "rule", (f"M{at:.1f} {y.start:.1f}V{y.end:.1f}", GRID)
        if x.named:
            yield _words(label, at, foot + 17, "middle", TICK)
    for value, label in y.ticks:
        at = float(y.at([value])[0])
        if y.grid:
            yield "rule", (f"M{x.start:.1f} {at:.1f}H{x.end:.1f}", GRID)
        if y.named:
            yield _words(label, x.start - 7, at + 0.35 * TICK, "end", TICK)


def _trace(trace, x: _Scale, y: _Scale, key: str) -> Iterator[Part]:
    at, up = x.at(trace.x), y.at(trace.y)
    if trace.type == "bar":
        yield from _bars(trace, at, up, x, y)
        return
    mode = trace.mode or "lines"
    if "lines" in mode and len(at):
        box = (x.start, y.end, x.end - x.start, y.start - y.end)
        yield "curve", (key, *box, trace.opacity, _line(trace, at, up), _stroke(trace.line))
    if "markers" in mode:
        places = np.column_stack([at, up])
        yield "marks", (places[np.isfinite(places).all(1)].tolist(), *_mark(trace.marker, trace.line.color))
    if "text" in mode:
        sides = (
            trace.textposition
            if isinstance(trace.textposition, (tuple, list, np.ndarray))
            else [trace.textposition] * len(at)
        )
        size = trace.textfont.size or SIZE
        for place, ahead, words, side in zip(at, up, trace.text, sides, strict=True):
            if np.isfinite(place + ahead):
                yield from _beside(words, float(place), float(ahead), side or "middle center", size)


def _line(trace, at: np.ndarray, up: np.ndarray) -> str:
    """A path, broken where a value is lacking."""
    steps, pen = [], "M"
    for rank, (place, ahead) in enumerate(zip(at, up, strict=True)):
        if not np.isfinite(place + ahead):
            pen = "M"
            continue
        corner = f"L{place:.1f} {up[rank - 1]:.1f}" if trace.line.shape == "hv" and pen == "L" else ""
        steps.append(f"{corner}{pen}{place:.1f} {ahead:.1f}")
        pen = "L"
    return "".join(steps)


def _stroke(line) -> tuple[str, float, str]:
    return line.color or NEUTRAL, line.width or 2, STROKES.get(line.dash, "")


def _mark(marker, colour: str | None) -> tuple:
    """A symbol of a trace, whole or open: its path (a circle has none), half its size, its look; `colour` is that of its line."""
    colour = marker.color or colour or NEUTRAL
    shape, _, hollow = (marker.symbol or "circle").partition("-open")
    hollow = (marker.symbol or "").endswith("-open")
    half, rim = (marker.size or 6) / 2, marker.line.width or 1.5 * hollow
    edge = colour if hollow else marker.line.color or "#FFFFFF"
    path = MARKS.get(shape, "")
    thin = f"{rim / half:.3g}" if path else f"{rim:g}"
    return path, half, "none" if hollow else colour, edge, thin, 1 if marker.opacity is None else marker.opacity


def _bars(trace, at: np.ndarray, up: np.ndarray, x: _Scale, y: _Scale) -> Iterator[Part]:
    """Bars from zero, across or upright, with their intervals."""
    across = trace.orientation == "h"
    colours = trace.marker.color
    colours = [colours] * len(at) if isinstance(colours, str) else colours
    opacity, rim = trace.marker.opacity or 1, trace.marker.line
    edge = (rim.color, rim.width) if rim.width and isinstance(rim.color, str) else ()
    zero = float((x if across else y).drawn(0.0))
    steps = np.full(len(at), 0.8) if trace.width is None else np.asarray(trace.width, float)
    scale = y if across else x
    widths = np.abs(scale.drawn(steps) - scale.drawn(np.zeros(len(at)))) * (1 if trace.width is None else 0.92)
    if across:
        boxes = (np.minimum(at, zero), up - widths / 2, np.abs(at - zero), widths)
    else:
        boxes = (at - widths / 2, np.minimum(up, zero), widths, np.abs(up - zero))
    yield "bars", (list(zip(*boxes, colours, strict=True)), opacity, edge)
    if trace.error_x and trace.error_x.visible:
        more, less = (np.asarray(side, float) for side in (trace.error_x.array, trace.error_x.arrayminus))
        values = np.asarray(trace.x, float)
        for low, high, ahead, sure in zip(x.at(values - less), x.at(values + more), up, more + less > 0, strict=True):
            if sure:
                yield "interval", (f"M{low:.1f} {ahead - 4:.1f}v8m0 -4H{high:.1f}m0 -4v8", INK)


# -- lines and words upon it ----------------------------------------------------------------------------------------------


def _place(note, letter: str, side: str, scales: dict[str, _Scale], low: float, high: float) -> float:
    """Where an end of a line stands: on an axis, or a share of the page."""
    ref, value = note[f"{letter}ref"] or "paper", note[f"{letter}{side}"]
    axis, _, domain = ref.partition(" ")
    if axis == "paper":
        return low + (high - low) * value
    if domain:
        return scales[axis].start + (scales[axis].end - scales[axis].start) * value
    scale = scales[axis]
    if side == "":  # of a note: a logarithm already
        return float(scale.drawn(value))
    return float(scale.at([value])[0])


def _shape(shape, flat, upright, page) -> Part:
    left, right, foot, top = page
    (x0, x1), (y0, y1) = (
        [_place(shape, letter, side, scales, *ends) for side in "01"]
        for letter, scales, ends in (("x", flat, (left, right)), ("y", upright, (foot, top)))
    )
    return "line", (f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}", *_stroke(shape.line))


def _note(note, flat, upright, page) -> list[Part]:
    left, right, foot, top = page
    if note.showarrow:
        return _pointed(note, flat[note.xref or "x"], upright[note.yref or "y"])
    x = _place(note, "x", "", flat, left, right) + (note.xshift or 0)
    y = _place(note, "y", "", upright, foot, top) - (note.yshift or 0)
    size = note.font.size or SIZE
    rows = note.text.split("<br>")
    first = {"top": size, "bottom": -size * 1.25 * (len(rows) - 1) - 4}.get(note.yanchor, 0.35 * size)
    anchor = ANCHORS.get(note.xanchor or "center", "middle")
    return [_words(row, x, y + first + 1.25 * size * rank, anchor, size) for rank, row in enumerate(rows)]


def _pointed(note, across: _Scale, upward: _Scale) -> list[Part]:
    """A name away from its dot, and a thread between them."""
    x, y, size = float(across.drawn(note.x)), float(upward.drawn(note.y)), note.font.size
    half = 0.5 * LETTER_WIDTH * size * len(plain(note.text)) + 2, 0.6 * size
    far = np.hypot(note.ax, note.ay)
    edge = 1 - min(side / abs(away) if away else np.inf for side, away in zip(half, (note.ax, note.ay), strict=True))
    near, end = note.standoff / far, max(edge, 0)
    thread = f"M{x + near * note.ax:.1f} {y + near * note.ay:.1f}L{x + end * note.ax:.1f} {y + end * note.ay:.1f}"
    threads = [("rule", (thread, note.arrowcolor))] if (end - near) * far > SHORT else []
    return [*threads, *_beside(note.text, x + note.ax, y + note.ay, "middle center", size)]


def _beside(words: str, x: float, y: float, side: str, size: float) -> list[Part]:
    """A name beside its dot, on a pale rim."""
    upward, _, across = side.partition(" ")
    dy = {"top": -8, "bottom": size + 6}.get(upward, 0.35 * size)
    anchor = {"left": "end", "right": "start"}.get(across, "middle")
    dx = {"left": -4, "right": 4}.get(across, 0)
    return [_words(words, x + dx, y + dy, anchor, size, rim) for rim in (THEMES[False][1], "")]


def _words(words: str, x: float, y: float, anchor: str, size: float, rim: str = "") -> Part:
    return "words", (plain(words), x, y, anchor, size, "<b>" in words, rim)


def _turned(words: str, x: float, y: float) -> list[Part]:
    return [("turned", (plain(row), x + 17 * rank, y)) for rank, row in enumerate(words.split("<br>"))]


def _entries(figure: go.Figure) -> Iterator[LegendEntry]:
    """What has a name in the legend, once a group."""
    groups = set()
    for trace in figure.data:
        if not trace.name or trace.showlegend is False or trace.legendgroup in groups:
            continue
        if trace.legendgroup:
            groups.add(trace.legendgroup)
        drawing, wide = Markup(), 16
        if "lines" in (trace.mode or ""):
            drawing, wide = html.draw("drawing.svg", "line", "M0 -5H34", *_stroke(trace.line)), 34
        if "markers" in (trace.mode or ""):
            drawing += html.draw("chart.svg", "marks", [(wide / 2, -5)], *_mark(trace.marker, trace.line.color))
        yield LegendEntry(drawing, wide, plain(trace.name))
