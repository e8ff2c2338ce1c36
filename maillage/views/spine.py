"""The spine of a profile: a strip a line, the same on the screen and on paper. What it is compared with stands in the middle.

Each line has its own scale on either side of its middle: distances compare along a line, not between two lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from markupsafe import Markup

from maillage.language import figures as language_figures
from maillage.language import text
from maillage.records.essentials import Essentials, SpineLine, SpineMark
from maillage.records.figure import DEPARTEMENTS, Figure
from maillage.views import html, sheet
from maillage.views.chart_frame import THEMES

WIDTH, HEIGHT, EDGE = 400, 34, 12  # of a strip, in its units
ABOVE, BELOW = 13.0, 26.0  # the row of what may be ranked, and that of bounds
COLOURS = {
    "better": ("#0072B2", "#5FB3E6"),
    "worse": ("#C2500A", "#F08A4B"),
    "middle": ("#5B6570", "#A9B2BC"),
    "": ("#4B3F8F", "#A79BE8"),
}
SHAPES = {
    "better": "M0 -7L7 6H-7Z",
    "worse": "M0 7L7 -6H-7Z",
    "middle": "M-6 0A6 6 0 1 1 6 0A6 6 0 1 1 -6 0Z",
    "": "M0 -7L7 0L0 7L-7 0Z",
}
PLACES = {
    "better": "quart le plus favorable",
    "worse": "quart le moins favorable",
    "middle": "moitié du milieu",
    "": "",
}
KEYS = (
    ("better", "dans le quart le plus favorable"),
    ("worse", "dans le quart le moins favorable"),
    ("middle", "dans la moitié du milieu"),
    ("", "sans sens meilleur, ou hors des rangs"),
)
INK, FAINT = ("#1F2328", "#E8E8E6"), ("#6B6F76", "#A0A6AE")


def scale(line: SpineLine) -> Callable[[float], float]:
    """Values to units of the strip: from the least to the most, what it is compared with in the middle."""
    known = [dot.figure.value for dot in (*line.dots, *line.apart)] + [mark.figure.value for mark in line.marks]
    if line.own:
        known.append(line.own.figure.value)
    log = line.ratio and all(value > 0 for value in known)

    def at(value: float) -> float:
        return math.log10(value) if log else value

    low, high = at(min(known)), at(max(known))
    middle = next((at(mark.figure.value) for mark in line.marks if mark.role == "benchmark"), (low + high) / 2)
    half = WIDTH / 2 - EDGE

    def place(value: float) -> float:
        gap = at(value) - middle
        room = (high - middle) if gap > 0 else (middle - low)
        return WIDTH / 2 + (half * gap / room if room else 0.0)

    return place


def strip(line: SpineLine, dark: bool = False, inside: html.Place | None = None) -> Markup:
    """One line as an SVG document."""
    place = scale(line)
    dots = "".join(f"M{place(dot.figure.value):.1f} {ABOVE:g}h0" for dot in line.dots)
    apart = "".join(
        f"M{place(dot.figure.value) - 2.5:.1f} {BELOW:g}a2.5 2.5 0 1 1 5 0a2.5 2.5 0 1 1 -5 0" for dot in line.apart
    )
    marks = [(place(mark.figure.value), mark.role == "benchmark") for mark in line.marks]
    axis, own = f"M{EDGE} {ABOVE:g}H{WIDTH - EDGE}", _own(line, place, dark) if line.own else None
    box = (WIDTH, HEIGHT, inside)
    return html.draw("spine.svg", "strip", box, INK[dark], FAINT[dark], axis, dots, apart, marks, own)


def _own(line: SpineLine, place: Callable[[float], float], dark: bool) -> tuple[str, str, str, str]:
    """Its path, and where it is set down (nowhere, where the path says it), its colour and its rim."""
    figure, x = line.own.figure, place(line.own.figure.value)
    if figure.rankable:
        return SHAPES[line.place], f"{x:.1f} {ABOVE:g}", COLOURS[line.place][dark], THEMES[dark][1]
    # A bound points to where the truth may be.
    way = 1 if figure.bound == "at_least" else -1
    arrow = f"m{-way * 4} -4l{way * 4} 4l{-way * 4} 4"
    return f"M{x:.1f} {BELOW - 6:g}V{BELOW + 6:g}M{x:.1f} {BELOW:g}h{way * 14}{arrow}", "", "", ""


def key(place: str, dark: bool = False) -> Markup:
    """The shape of the legend alone."""
    return html.draw("spine.svg", "key", SHAPES[place], COLOURS[place][dark])


# -- in words -----------------------------------------------------------------------------------------------------------


def reading(figure: Figure | None, decimals: int) -> str:
    """A figure on its line, as it is read."""
    if figure is None:
        return text.number(None)
    return language_figures.reading(figure.value, decimals, figure.bound, figure.basis)


def value(line: SpineLine) -> str:
    """The territory's own, with its sign."""
    star = f"{text.HARD}*" if line.own and line.own_scope == DEPARTEMENTS else ""
    return f"{reading(line.own.figure if line.own else None, line.decimals)}{star}"


def beside(mark: SpineMark, line: SpineLine) -> str:
    """« France ≈ 1,7 »."""
    return f"{mark.name} {reading(mark.figure, line.decimals)}"


def sentence(line: SpineLine) -> str:
    """The whole line, for those who hear it."""
    parts = [
        f"{line.label} : {value(line)}{text.HARD}{line.unit}",
        *(beside(mark, line) for mark in line.marks),
        line.position,
        PLACES[line.place],
    ]
    if line.own and line.own.figure.known and not line.own.figure.rankable:
        parts.append("un minimum ou un maximum, hors des rangs")
    return " ; ".join(filter(None, parts)) + "."


def notes(subject: Essentials) -> list[str]:
    """How the spine is read."""
    sentences = [
        f"Un point : un des territoires comparés ({subject.peers}). Trait vertical : la France, ou la médiane où elle n'est pas connue, au milieu de "
        "chaque ligne ; trait court : la région. Chaque ligne a sa propre échelle, de part et d'autre du milieu.",
        "Un minimum ou un maximum, tiré d'une liste qui n'est pas entière, est dessiné sous la ligne, creux, et n'est pas rangé.",
    ]
    if any(line.own and line.own_scope == DEPARTEMENTS for line in subject.spine):
        sentences.append(
            "* Chiffre du département, ou de ses départements en proportion des habitants : il n'est pas propre au territoire."
        )
    return sentences


# -- on a sheet --------------------------------------------------------------------------------------------------------------

ROW, AT, AFTER = 50, 330, 748  # the height of a row; where its strip and its value begin


def on_sheet(subject: Essentials, imprint: str) -> Markup:
    """The spine as a file: every line with its label, its strip, its value and what it is compared with."""
    rows = [_printed(line, ROW * rank) for rank, line in enumerate(subject.spine)]
    height, rule = ROW * len(rows), f"M0 {ROW - 4}H{sheet.ROOM}"

    def drawing(place: html.Place) -> Markup:
        box = (sheet.ROOM, height, place)
        return html.draw("spine.svg", "sheet", box, INK[False], FAINT[False], rows, rule, AFTER)

    entries = [
        sheet.LegendEntry(html.draw("spine.svg", "entry", SHAPES[place], COLOURS[place][False]), 16, words)
        for place, words in KEYS
    ]
    credit = f"{subject.dated}. Sources et dates de chaque chiffre : page « Données ». {imprint}"
    return sheet.svg(
        f"Profil : {subject.name}", subject.lead, drawing, height, entries, credit, " ".join(notes(subject))
    )


def _printed(line: SpineLine, y: float) -> dict[str, str | float]:
    return {
        "y": y,
        "label": _cut(line.label, 46),
        "unit": _cut(_unit(line), 56),
        "strip": strip(line, inside=(AT, 4, WIDTH, HEIGHT)),
        "value": value(line),
        "beside": _cut(_compared(line), 38),
    }


def _unit(line: SpineLine) -> str:
    return ", ".join(filter(None, [line.unit, line.year]))


def _compared(line: SpineLine) -> str:
    return " · ".join(beside(mark, line) for mark in line.marks)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


# -- on the screen --------------------------------------------------------------------------------------------------------


def section(subject: Essentials, dark: bool = False) -> str:
    """The spine; spine.js says the peer under a pointer, and shows it on every line."""
    names = {dot.code: dot.name for line in subject.spine for dot in (*line.dots, *line.apart)}
    codes = sorted(names)
    keys = [(html.address(key(place, dark)), words) for place, words in KEYS]
    rows = [_row(line, codes, dark) for line in subject.spine]
    listed = "|".join(names[code] for code in codes)
    return html.macro("essentials.html", "spine", subject.name, listed, keys, rows, notes(subject))


def _row(line: SpineLine, codes: Sequence[str], dark: bool) -> dict[str, str]:
    place = scale(line)
    at = {dot.code: dot for dot in (*line.dots, *line.apart)}
    return {
        "label": line.label,
        "unit": _unit(line),
        "sentence": sentence(line),
        "places": " ".join(f"{place(at[code].figure.value):.1f}" if code in at else "-" for code in codes),
        "readings": "|".join(reading(at[code].figure, line.decimals) if code in at else "" for code in codes),
        "image": html.address(strip(line, dark)),
        "value": value(line),
        "beside": _compared(line),
    }
