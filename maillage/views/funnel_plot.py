"""A funnel plot: rates against size, beside the limits of chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from maillage.language import text
from maillage.methods.funnel import Funnel, Limits
from maillage.views.chart_frame import (
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
    safe,
)


def chart(
    funnel: Funnel,
    codes: Sequence[str],
    names: Sequence[str],
    x: Axis,
    y: Axis,
    caption: Caption,
    chosen: Sequence[str] = (),
) -> go.Figure:
    """Rates against size, within the limits where chance (and overdispersion, where there is some) lets them fall."""
    figure = go.Figure()
    _limits(figure, funnel.grid, funnel.curve, "hasard seul", "dot" if funnel.adjusted_curve else "solid")
    if funnel.adjusted_curve:
        _limits(figure, funnel.grid, funnel.adjusted_curve, "avec surdispersion", "solid")
    figure.add_hline(y=funnel.benchmark, line={"color": NEUTRAL, "width": 1.5})
    places = ("dans les limites", "au-delà de 95 %", "au-delà de 99,8 %")
    picked = chosen_first(codes, chosen)
    labels = [
        lines(name, entry(y.label, y.write(value)), entry(x.label, x.write(size)), places[abs(side)])
        for name, value, size, side in zip(names, funnel.values, funnel.exposure, funnel.sides, strict=True)
    ]
    for beyond, place in enumerate(places):
        rows = np.flatnonzero(np.abs(funnel.sides) == beyond)
        figure.add_scatter(
            x=funnel.exposure[rows],
            y=funnel.values[rows],
            mode="markers",
            name=f"{place} ({text.number(len(rows))})",
            marker={
                "color": (NEUTRAL, accent(1), accent(1))[beyond],
                "symbol": ("circle", "circle-open", "circle")[beyond],
                "size": 8,
                "line": {"width": 2 if beyond == 1 else 0},
            },
            customdata=[labels[row] for row in rows],
            hovertemplate=HOVER,
        )
    for row, rank in picked:
        figure.add_scatter(
            x=[funnel.exposure[row]],
            y=[funnel.values[row]],
            mode="markers",
            name=safe(names[row]),
            marker={"color": accent(0), "symbol": f"{mark(rank)}-open", "size": 17, "line": {"width": 2.5}},
            customdata=[labels[row]],
            hovertemplate=HOVER,
        )
    return framed(figure, caption, x, y, plot_height=400)


def _limits(figure: go.Figure, grid: np.ndarray, limits: Limits, words: str, style: str) -> None:
    for level, pair, width in (
        ("95 %", (limits.low95, limits.high95), 1.2),
        ("99,8 %", (limits.low998, limits.high998), 2),
    ):
        for side, curve in enumerate(pair):
            figure.add_scatter(
                x=grid,
                y=curve,
                mode="lines",
                line={"color": NEUTRAL, "width": width, "dash": style},
                hoverinfo="skip",
                name=safe(f"{level}, {words}"),
                legendgroup=f"{level}{words}",
                showlegend=side == 0,
            )
