"""Départements side by side, as HTML: the figures of the one looked at, and a table with bars that sorts under a click.

The script that sorts, compare.js, is the page's.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from maillage.language import figures, text
from maillage.records.comparison import ABSENT, Headline, IndicatorColumn
from maillage.records.map_view import Classes
from maillage.views import html

FAR_FROM_ZERO = (
    0.4  # least ÷ most: beyond, bars from zero would all look alike, and a dot tells the place between the ends
)


def headline(place: Headline) -> str:
    """The value, its unit and its rank; then the région's and France's."""
    return html.macro("compared.html", "headline", place)


def heading(title: str, subtitle: str = "") -> str:
    """The head of a chart."""
    return html.macro("compared.html", "heading", title, subtitle)


def credit(words: str) -> str:
    """The source of a chart, under it."""
    return html.macro("compared.html", "credit", words)


def small_maps(maps: Sequence[tuple[str, str, str]]) -> str:
    """Small maps side by side: (title, image, legend), the last two as HTML of `views.multiples`."""
    return html.macro(
        "compared.html", "small_maps", [(title, Markup(image), Markup(key)) for title, image, key in maps]
    )


def table(
    columns: Sequence[IndicatorColumn],
    codes: Sequence[str],
    names: dict[str, str],
    above: Sequence[str],
    chosen: Collection[str],
    pinned: str | None = None,
) -> str:
    """A row per département of `codes`, in the order of the first column, bounds then the unknown last: a minimum is not compared;
    `above` names the rows at the foot; the row of `pinned` stays in sight."""
    lead = columns[0].rows.set_index("code").reindex(list(codes))
    lead = lead.assign(known=lead["value"].notna(), compared=lead["value"].where(figures.rankable(lead)))
    order = lead.sort_values(["compared", "known"], ascending=False, kind="stable", na_position="last").index
    indexed = [column.rows.set_index("code").to_dict("index") for column in columns]
    scales = [_scale(column) for column in columns]
    rows = [
        (
            names[code],
            "pinned chosen" if code == pinned else "chosen" if code in chosen else "",
            [_cell(column, known[code], scale) for column, known, scale in zip(columns, indexed, scales, strict=True)],
        )
        for code in order
    ]
    foot = [(name, [_cell(column, column.above[rank], None) for column in columns]) for rank, name in enumerate(above)]
    return html.macro("compared.html", "table", columns, rows, foot)


@dataclass(frozen=True)
class _Scale:
    """The ends of what is drawn (of logarithms, where `log`), and whether bars go from zero."""

    least: float
    most: float
    bars: bool
    log: bool

    def at(self, number: float) -> float:
        """How far along, in percent."""
        place = math.log(number) if self.log else number
        return round(100 * (place - self.least) / (self.most - self.least), 1)


def _scale(column: IndicatorColumn) -> _Scale:
    known = column.rows["value"][figures.rankable(column.rows)].astype(float).round(column.indicator.decimals)
    log = column.ratios and len(known) > 0 and bool((known > 0).all())
    known = np.log(known) if log else known
    least, most = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    bars = not log and least <= FAR_FROM_ZERO * most
    least, most = (min(least, 0.0), max(most, 0.0)) if bars else (least, most)
    return _Scale(least, most if most > least else least + 1.0, bars, log)


def _cell(column: IndicatorColumn, row: Mapping | None, scale: _Scale | None) -> dict:
    """What one cell says and draws; what cannot be compared has neither a place in the order nor a mark."""
    if row is None or row["state"] or not text.known(row["value"]):
        state = "manquant" if row is None or not row["state"] else row["state"]
        return {"absent": ABSENT[state], "state": state}
    decimals = column.indicator.decimals
    value, low, high = round(float(row["value"]), decimals), row["low"], row["high"]
    cell = {"sort": "", "reading": figures.reading(value, decimals, row["bound"], row["basis"]), "more": []}
    if text.known(low) and text.known(high):
        cell["more"].append(f"[{text.number(low, decimals)} ; {text.number(high, decimals)}]")
    if row.get("provisional", False) and not column.provisional:
        cell["more"].append("provisoire")
    if row["bound"] in figures.BOUNDS:
        cell["more"].append(figures.word(row["bound"]))
        return cell
    if row["basis"] in figures.OURS:
        cell["more"].append(figures.word(None, row["basis"]))
    if text.known(label := row.get("label")):
        cell["more"].append(label)
    return cell | {"sort": f"{value:g}"} | (_mark(value, scale, column.classes) if scale else {})


def _mark(value: float, scale: _Scale, classes: Classes) -> dict[str, str]:
    """A bar from zero, or a dot between the ends."""
    colour = classes.colours[bisect(classes.breaks, value)]
    if not scale.bars:
        return {"mark": "dot", "style": f"left:{scale.at(value):g}%;background:{colour}"}
    left, right = sorted((scale.at(0.0), scale.at(value)))
    return {"mark": "bar", "style": f"left:{left:g}%;width:{right - left:g}%;background:{colour}"}
