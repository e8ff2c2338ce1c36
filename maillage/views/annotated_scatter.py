"""What a scatter says by itself: its four quarters in words, one's own région in colour, the names of those who stand apart."""

from __future__ import annotations

import textwrap
from collections.abc import Collection

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from maillage.language import text
from maillage.methods.quadrants import Quadrant, Quadrants
from maillage.views.chart_frame import HOVER, NEUTRAL, Axis, entry, lines, safe

REGION = "#0B8A72"
BAND = 0.32  # of the height of the dots, above and below them


def annotate(
    figure: go.Figure,
    table: pd.DataFrame,
    axes: tuple[Axis, Axis],
    quarters: Quadrants,
    region: tuple[str, Collection[str]] = ("", ()),
    marked: Collection[str] = (),
) -> go.Figure:
    """The same figure, annotated. `table` has code, name, x, y, all known; `region` is a name and its codes; `marked`, those that
    the figure already names."""
    x, y = axes
    line = {"color": NEUTRAL, "width": 1, "dash": "dot"}
    figure.add_vline(x=quarters.cut[0], line=line)
    figure.add_hline(y=quarters.cut[1], line=line)
    name, codes = region
    inside = table[table["code"].isin(set(codes) - set(marked))]
    if len(inside):
        figure.add_scatter(
            x=inside["x"],
            y=inside["y"],
            mode="markers",
            name=safe(name),
            hovertemplate=HOVER,
            marker={"color": REGION, "size": 9, "line": {"width": 1, "color": "#FFFFFF"}},
            customdata=[
                lines(row.name, entry(x.label, x.write(row.x)), entry(y.label, y.write(row.y)))
                for row in inside.itertuples(index=False)
            ],
        )
    named = {words for trace in figure.data if trace.mode == "text" for words in trace.text}
    far = table[table["code"].isin(quarters.far) & ~table["name"].map(safe).isin(named)]
    if len(far):
        figure.add_scatter(
            x=far["x"],
            y=far["y"],
            mode="text",
            text=[f"{text.HARD}{safe(name)}{text.HARD}" for name in far["name"]],
            hoverinfo="skip",
            textposition=["middle left" if value > quarters.cut[0] else "middle right" for value in far["x"]],
            textfont={"size": 11},
            showlegend=False,
            cliponaxis=False,
        )
    for quarter in quarters.quarters:
        figure.add_annotation(
            text=f"{_bold(words(quarter, x, y))}<br>{text.count(quarter.count, 'département')}",
            showarrow=False,
            xref="paper",
            yref="paper",
            x=0.99 if quarter.right else 0.01,
            y=0.99 if quarter.top else 0.01,
            xanchor="right" if quarter.right else "left",
            yanchor="top" if quarter.top else "bottom",
            align="right" if quarter.right else "left",
            font={"size": 12},
            opacity=0.85,
        )
    return figure.update_yaxes(range=_banded(table["y"], y.log))


def _banded(values: pd.Series, log: bool) -> list[float]:
    """The ends of an axis with a band above and one below the dots, where the quarters are named."""
    ends = np.log10([values.min(), values.max()]) if log else np.array([values.min(), values.max()], float)
    band = BAND * (ends[1] - ends[0])
    return [float(ends[0] - band), float(ends[1] + band)]


def _bold(sentence: str) -> str:
    """On lines short enough for two quarters beside each other on a phone."""
    folded = textwrap.wrap(sentence, 24, break_long_words=False)
    return "<br>".join(f"<b>{line}</b>" for line in folded)


def words(quarter: Quadrant, x: Axis, y: Axis) -> str:
    """« Défavorable pour les deux », « Favorable : mortalité prématurée »; where a direction is lacking, above or under."""
    if quarter.better_x is None or quarter.better_y is None:
        sides = [
            f"{_short(axis)} {'au-dessus' if above else 'en dessous'}"
            for axis, above in ((y, quarter.top), (x, quarter.right))
        ]
        return safe(", ".join(sides))
    if quarter.better_x == quarter.better_y:
        return f"{'Favorable' if quarter.better_x else 'Défavorable'} pour les deux"
    return f"Seul défavorable{text.HARD}: {safe(_short(x if quarter.better_y else y))}"


def _short(axis: Axis) -> str:
    """« mortalité prématurée » for « Mortalité prématurée (0 à 64 ans) »."""
    label = axis.label.partition(" (")[0]
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"
