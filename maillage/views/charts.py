"""Charts: plain data in, a plotly figure out. Titles, units, source and safe names come with `chart_frame`.

Tables of points have the columns code, name, value (NaN where unknown) and, where asked, low, high, state.
The page gives the table that says the same to those who cannot see or point.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from maillage.language import figures, text
from maillage.methods.comparing import FittedLine
from maillage.records.map_view import Classes
from maillage.views.chart_frame import (
    GRID,
    HOVER,
    NEUTRAL,
    Axis,
    Caption,
    accent,
    chosen_first,
    entry,
    framed,
    lines,
    mark,
    ruled,
    safe,
    upright,
)

RIM = {"width": 1, "color": "rgba(134, 142, 153, 0.9)"}  # pale classes keep an edge on a white page
DOTS_MOST = 400  # territories drawn one by one; more are only counted
ABSENT = {"ns": "NS (secret)", "manquant": "donnée manquante"}


def distribution(
    table: pd.DataFrame,
    axis: Axis,
    caption: Caption,
    chosen: Sequence[str] = (),
    benchmark: tuple[str, float] | None = None,
) -> go.Figure:
    """A dot per territory, piled up where values are alike (bars where they are too many to see), the chosen ones marked.

    `benchmark` is a name and a value (« France », 1.7), drawn as a line.
    """
    known = table[table["value"] > 0 if axis.log else table["value"].notna()].reset_index(drop=True)
    values = known["value"].to_numpy(float).round(axis.decimals)
    one_by_one = len(known) <= DOTS_MOST
    edges = 10 ** bins(np.log10(values), 0.0) if axis.log else bins(values, 10.0**-axis.decimals)
    middles = np.sqrt(edges[:-1] * edges[1:]) if axis.log else (edges[:-1] + edges[1:]) / 2
    across, heights = middles[np.digitize(values, edges) - 1], piled(values, edges)
    picked = chosen_first(known["code"].tolist(), chosen)
    figure = go.Figure()
    if one_by_one:
        rest = np.setdiff1d(np.arange(len(known)), [row for row, _ in picked])
        _points(figure, known, across, heights, rest, [axis.write(value) for value in values])
    else:
        counts, _ = np.histogram(values, edges)
        labels = [
            entry(f"de {axis.short(low)} à {axis.short(high)}", f"<b>{text.count(count, 'territoire')}</b>")
            for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        ]
        figure.add_bar(
            x=middles,
            y=counts,
            width=np.diff(edges),
            marker={"color": NEUTRAL, "opacity": 0.55},
            customdata=labels,
            hovertemplate=HOVER,
            showlegend=False,
        )
    for row, rank in picked:
        name = known["name"][row]
        figure.add_scatter(
            x=[across[row]],
            y=[heights[row] if one_by_one else 0],
            mode="markers",
            cliponaxis=False,
            name=entry(name, axis.short(values[row])),
            marker=_marker(rank),
            customdata=[lines(name, axis.write(values[row]))],
            hovertemplate=HOVER,
        )
    if benchmark:
        figure.add_vline(x=benchmark[1], line={"color": NEUTRAL, "dash": "dash", "width": 1.5})
        figure.add_annotation(
            text=entry(benchmark[0], axis.short(benchmark[1])),
            xref="x",
            y=1,
            yref="paper",
            x=np.log10(benchmark[1])
            if axis.log
            else benchmark[1],  # a shape wants the value, an annotation its logarithm
            showarrow=False,
            xanchor="left",
            xshift=4,
            yanchor="top",
        )
    tallest = int(heights.max()) if len(heights) else 1
    framed(figure, caption, axis, Axis("Territoires"), min(420, max(160, 10 * tallest)) if one_by_one else 300)
    figure.update_xaxes(**ruled(axis, values))
    figure.update_yaxes(range=[0, tallest * 1.12 + 1] if one_by_one else None, rangemode="tozero")
    return figure


def bins(values: np.ndarray, step: float, most: int = 45) -> np.ndarray:
    """Limits of at most about `most` equal classes. They stand half a step of the data away from its values, so that none
    is between two classes, and a class holds whole steps; a step of 0 is that of data without one."""
    if not len(values):
        return np.array([0.0, 1.0])
    width = np.ptp(values) / most
    if step:
        width = step * max(1, ceil(width / step - 1e-9))
    width = width or 1.0
    start = values.min() - (step or width) / 2
    return start + width * np.arange(int(np.floor((values.max() - start) / width)) + 2)


def piled(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """A height for each dot: dots of one class stand on one another."""
    order, heights, seen = np.argsort(values, kind="stable"), np.zeros(len(values)), {}
    for row, place in zip(order, np.digitize(values[order], edges), strict=True):
        heights[row] = seen[place] = seen.get(place, 0) + 1
    return heights


def scatter(
    table: pd.DataFrame, x: Axis, y: Axis, caption: Caption, chosen: Sequence[str] = (), line: FittedLine | None = None
) -> go.Figure:
    """A dot per territory (columns code, name, x, y), the chosen ones marked, and a robust trend where there is one.

    Where an axis is logarithmic, the line is that of the decimal logarithms, and values that have none are left out.
    """
    fit = [table[name] > 0 if axis.log else table[name].notna() for name, axis in (("x", x), ("y", y))]
    known = table[fit[0] & fit[1]].reset_index(drop=True)
    across, up = known["x"].to_numpy(float), known["y"].to_numpy(float)
    figure = go.Figure()
    picked = chosen_first(known["code"].tolist(), chosen)
    rest = np.setdiff1d(np.arange(len(known)), [row for row, _ in picked])
    labels = [
        f"{entry(x.label, x.write(one))}<br>{entry(y.label, y.write(other))}"
        for one, other in zip(across, up, strict=True)
    ]
    _points(figure, known, across, up, rest, labels)
    if line and line.slope is not None and len(known):
        ends = np.geomspace(across.min(), across.max()) if x.log else np.linspace(across.min(), across.max())
        fitted = line.intercept + line.slope * (np.log10(ends) if x.log else ends)
        figure.add_scatter(
            x=ends,
            y=10**fitted if y.log else fitted,
            mode="lines",
            line={"color": NEUTRAL, "width": 2, "dash": "dash"},
            name="Tendance robuste (Theil-Sen)",
            hoverinfo="skip",
        )
    for row, rank in picked:
        name = known["name"][row]
        figure.add_scatter(
            x=[across[row]],
            y=[up[row]],
            mode="markers",
            name=safe(name),
            marker=_marker(rank),
            customdata=[lines(name, labels[row])],
            hovertemplate=HOVER,
        )
    framed(figure, caption, x, y, plot_height=360)
    figure.update_xaxes(**ruled(x, across))
    return figure.update_yaxes(**ruled(y, up))


def bars(
    table: pd.DataFrame, axis: Axis, caption: Caption, chosen: Sequence[str] = (), classes: Classes | None = None
) -> go.Figure:
    """A bar per territory, the longest at the top, with its interval (columns low, high) where it has both ends; a bound
    (column bound: at_least, at_most) has a sign and no bar: bars are compared. Coloured as on the map with its `classes`.

    Unknown ones stand at the bottom and say why (column state: ns, manquant).
    """
    rows = table.assign(unknown=table["value"].isna(), name=table["name"].astype(str))
    rows = rows.sort_values(["unknown", "value", "name"], ascending=[True, False, True])
    rows = rows.iloc[::-1].reset_index(drop=True)  # plotly draws upwards
    values, low, high = (_column(rows, name).round(axis.decimals) for name in ("value", "low", "high"))
    state = rows["state"] if "state" in rows else pd.Series("manquant", index=rows.index)
    known, height = np.isfinite(values), np.arange(len(rows))
    sure = known & np.isfinite(low) & np.isfinite(high)
    bounds = rows["bound"] if "bound" in rows else pd.Series(None, index=rows.index, dtype=object)
    sign = np.array([f"{mark}{text.HARD}" if (mark := figures.SIGNS.get(bound)) else "" for bound in bounds])
    short = [
        f"{bound}{axis.short(value)}" if has else ABSENT.get(why, ABSENT["manquant"])
        for has, bound, value, why in zip(known, sign, values, state, strict=True)
    ]
    labels = [
        lines(
            name,
            f"{bound}{axis.write(value)}" if has else words,
            f"intervalle de {axis.short(least)} à {axis.short(most)}" if both else "",
        )
        for name, has, bound, value, words, least, most, both in zip(
            rows["name"], known, sign, values, short, low, high, sure, strict=True
        )
    ]
    figure = go.Figure()
    figure.add_bar(
        x=np.where(known & (sign == ""), values, 0),
        y=height,
        orientation="h",
        showlegend=False,
        customdata=labels,
        hovertemplate=HOVER,
        marker={
            "color": _fills(rows["code"], values, chosen, classes),
            "line": RIM,
            "opacity": 0.55 if sure.any() else 1,
        },
        error_x={
            "array": np.where(sure, high - values, 0),
            "arrayminus": np.where(sure, values - low, 0),
            "symmetric": False,
            "thickness": 1.6,
            "width": 4,
            "color": NEUTRAL,
            "visible": bool(sure.any()),
        },
    )
    ends = np.where(known & (sign == ""), np.maximum(np.where(sure, high, values), 0), 0)
    figure.add_scatter(
        x=ends,
        y=height,
        mode="text",
        text=[f"{text.HARD}{words}" for words in short],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    framed(figure, caption, axis, None, 24 * len(rows) + 12)
    names = [
        f"<b>{safe(name)}</b>" if code in chosen else safe(name)
        for code, name in zip(rows["code"], rows["name"], strict=True)
    ]
    figure.update_yaxes(tickvals=height, ticktext=names, showgrid=False, range=[-0.7, len(rows) - 0.3])
    least = min(0.0, float(np.nanmin(np.where(sure, low, values), initial=0)))
    figure.update_xaxes(range=[least * 1.05, max(float(ends.max(initial=0)) * 1.12, 10.0**-axis.decimals)])
    return figure


def evolution(
    series: pd.DataFrame, axis: Axis, caption: Caption, reference: pd.DataFrame | None = None, columns: int = 3
) -> go.Figure:
    """A small chart per territory on one scale (columns code, name, year, value), each beside the `reference` (name, year,
    value), dashed. A year without a value is a gap, not a line across it."""
    codes = list(dict.fromkeys(series["code"]))
    rows = max(1, ceil(len(codes) / columns))
    names = series.drop_duplicates("code").set_index("code")["name"]
    figure = make_subplots(
        rows=rows,
        cols=min(columns, max(1, len(codes))),
        shared_yaxes="all",
        shared_xaxes="all",
        subplot_titles=[safe(names[code]) for code in codes],
        horizontal_spacing=0.04,
        vertical_spacing=0.32 / (rows + 1),
    )
    years = np.arange(series["year"].min(), series["year"].max() + 1)
    for place, code in enumerate(codes):
        where = {"row": place // columns + 1, "col": place % columns + 1}
        if reference is not None:
            _years(figure, reference, years, axis, reference["name"].iloc[0], "dash", NEUTRAL, place == 0, where)
        _years(figure, series[series["code"] == code], years, axis, names[code], "solid", accent(0), False, where)
    framed(figure, caption, None, None, 190 * rows, over=28)
    figure.update_xaxes(tickformat="d", separatethousands=False)
    for place in range(max(0, len(codes) - columns), len(codes)):
        figure.update_xaxes(showticklabels=True, row=place // columns + 1, col=place % columns + 1)
    figure.update_yaxes(title=upright(axis, 190), row=(rows + 1) // 2, col=1)
    return figure


def _years(figure, rows, years, axis, name, style, colour, named, where) -> None:
    values = rows.set_index("year")["value"].reindex(years).to_numpy(float)
    figure.add_scatter(
        x=years,
        y=values,
        mode="lines+markers",
        name=safe(name),
        showlegend=bool(named),
        connectgaps=False,
        line={"color": colour, "dash": style, "width": 2},
        marker={"size": 4 if style == "dash" else 6},
        customdata=[lines(f"{name}, {year}", axis.write(value)) for year, value in zip(years, values, strict=True)],
        hovertemplate=HOVER,
        **where,
    )


def _marker(rank: int) -> dict:
    return {"color": accent(rank), "symbol": mark(rank), "size": 13, "line": {"width": 1.5, "color": "#FFFFFF"}}


def _points(figure: go.Figure, known: pd.DataFrame, across, up, rows, labels: Sequence[str]) -> None:
    """The territories that nobody chose, in grey."""
    figure.add_scatter(
        x=across[rows],
        y=up[rows],
        mode="markers",
        hovertemplate=HOVER,
        showlegend=False,
        customdata=[lines(known["name"][row], labels[row]) for row in rows],
        marker={"color": NEUTRAL, "size": 7, "opacity": 0.8},
    )


def _column(rows: pd.DataFrame, name: str) -> np.ndarray:
    return rows[name].to_numpy(float, na_value=np.nan) if name in rows else np.full(len(rows), np.nan)


def _fills(codes: pd.Series, values: np.ndarray, chosen: Sequence[str], classes: Classes | None) -> list[str]:
    if classes:
        rank = np.digitize(np.nan_to_num(values), classes.breaks)
        return [GRID if value != value else classes.colours[place] for value, place in zip(values, rank, strict=True)]
    return [accent(0) if code in chosen else NEUTRAL for code in codes]
