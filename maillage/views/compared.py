"""Départements side by side, as HTML: the figures of the one looked at, and a table with bars that sorts under a click.

Every text that comes from a file is escaped. The script that sorts, compare.js, is the page's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from maillage.language import figures, text
from maillage.language.text import escape
from maillage.records.comparison import ABSENT, Column, Headline
from maillage.records.map_view import Classes

FAR_FROM_ZERO = (
    0.4  # least ÷ most: beyond, bars from zero would all look alike, and a dot tells the place between the ends
)


def headline(told: Headline) -> str:
    """The value, its unit and its rank; then the région's and France's."""
    beside = "".join(f"<li>{escape(name)} <b>{escape(value)}</b></li>" for name, value in told.beside)
    return (
        f'<section class="stands" aria-label="{escape(told.name)}"><p><strong>{escape(told.name)}</strong> '
        f"<b>{escape(told.value)}</b> {escape(told.unit)}</p><ul><li>{escape(told.rank)}</li>{beside}</ul>"
        f"<small>{escape(told.source)}</small></section>"
    )


def table(
    columns: Sequence[Column],
    codes: Sequence[str],
    names: dict[str, str],
    above: Sequence[str],
    chosen: Collection[str],
) -> str:
    """A row per département of `codes`, in the order of the first column, bounds then the unknown last: a minimum is not compared;
    `above` names the rows at the foot."""
    lead = columns[0].rows.set_index("code").reindex(list(codes))
    lead = lead.assign(known=lead["value"].notna(), compared=lead["value"].where(figures.rankable(lead)))
    order = lead.sort_values(["compared", "known"], ascending=False, kind="stable", na_position="last").index
    indexed = [column.rows.set_index("code").to_dict("index") for column in columns]
    scales = [_scale(column) for column in columns]
    body = []
    for code in order:
        cells = "".join(
            _cell(column, rows[code], scale) for column, rows, scale in zip(columns, indexed, scales, strict=True)
        )
        mark = ' class="chosen"' if code in chosen else ""
        body.append(f'<tr{mark}><th scope="row" data-v="{escape(names[code])}">{escape(names[code])}</th>{cells}</tr>')
    foot = []
    for rank, name in enumerate(above):
        cells = "".join(_cell(column, column.above[rank], None) for column in columns)
        foot.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    heads = "".join(
        _head(
            escape(c.indicator.label),
            f"{escape(c.indicator.unit)}, {escape(c.year)}{' (provisoire)' * c.provisional}",
            "descending" if not rank else "none",
        )
        for rank, c in enumerate(columns)
    )
    caption = f"Départements comparés : {', '.join(column.indicator.label for column in columns)}"
    sources = "".join(f"<li>{escape(c.indicator.label)} : {escape(c.source)}, {escape(c.year)}.</li>" for c in columns)
    return (
        '<div class="compared" tabindex="0" role="region" aria-label="Tableau des départements comparés"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{_head('Département', '', 'none')}{heads}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody><tfoot>{''.join(foot)}</tfoot></table></div>"
        '<p class="hint">Un clic sur un titre de colonne trie. Couleurs : classes de la carte. Un point au lieu d\'une barre : place '
        f'entre le plus bas et le plus haut département. ≥ minimum, ≤ maximum.</p><details class="origins"><summary>Sources et '
        f"années</summary><ul>{sources}</ul></details>"
    )


def _head(label: str, unit: str, sort: str) -> str:
    small = f"<small>{unit}</small>" if unit else ""
    return f'<th scope="col" aria-sort="{sort}"><button type="button"><span>{label}</span></button>{small}</th>'


@dataclass(frozen=True)
class _Scale:
    """The ends of what is drawn (of logarithms, where `log`), and whether bars go from zero."""

    least: float
    most: float
    bars: bool
    log: bool

    def at(self, number: float) -> float:
        """How far along, in percent."""
        place = np.log(number) if self.log else number
        return round(100 * (place - self.least) / (self.most - self.least), 1)


def _scale(column: Column) -> _Scale:
    known = column.rows["value"][figures.rankable(column.rows)].astype(float).round(column.indicator.decimals)
    log = column.ratios and len(known) > 0 and bool((known > 0).all())
    known = np.log(known) if log else known
    least, most = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    bars = not log and least <= FAR_FROM_ZERO * most
    least, most = (min(least, 0.0), max(most, 0.0)) if bars else (least, most)
    return _Scale(least, most if most > least else least + 1.0, bars, log)


def _cell(column: Column, row: Mapping | None, scale: _Scale | None) -> str:
    if row is None or row["state"] or not text.known(row["value"]):
        state = "manquant" if row is None or not row["state"] else row["state"]
        return f'<td data-v="" class="{state}">{ABSENT[state]}</td>'
    decimals = column.indicator.decimals
    value, low, high = round(float(row["value"]), decimals), row["low"], row["high"]
    sure = text.known(low) and text.known(high)
    said = f"<b>{figures.reading(value, decimals, row['bound'], row['basis'])}</b>"
    if sure:
        said += f"<small>[{text.number(low, decimals)} ; {text.number(high, decimals)}]</small>"
    if row.get("provisional", False) and not column.provisional:
        said += "<small>provisoire</small>"
    if row["bound"] in figures.BOUNDS:  # neither a rank nor a bar, and no place when the column is sorted
        return f'<td data-v="">{said}<small>{figures.word(row["bound"])}</small></td>'
    if row["basis"] in figures.OURS:
        said += f"<small>{figures.word(None, row['basis'])}</small>"
    if text.known(label := row.get("label")):
        said += f"<small>{escape(label)}</small>"
    drawn = _bar(value, scale, column.classes) if scale else ""
    return f'<td data-v="{value:g}">{drawn}{said}</td>'


def _bar(value: float, scale: _Scale, classes: Classes) -> str:
    colour = classes.colours[int(np.digitize(value, classes.breaks))]
    if not scale.bars:
        return f'<i class="track"><i class="dot" style="left:{scale.at(value):g}%;background:{colour}"></i></i>'
    left, right = sorted((scale.at(0.0), scale.at(value)))
    return (
        f'<i class="track"><i class="bar" style="left:{left:g}%;width:{right - left:g}%;background:{colour}"></i></i>'
    )
