"""What a scatter says by itself: its four quarters in words, one's own région in colour, the names of those who stand apart."""

from __future__ import annotations

import textwrap
from collections.abc import Collection

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from maillage.language import text
from maillage.methods import label_places
from maillage.methods.quadrants import Quadrant, Quadrants
from maillage.views import chart_frame, html
from maillage.views.chart_frame import HOVER, NEUTRAL, Axis, entry, lines, safe

REGION = "#0B8A72"
MARGIN = 0.06  # of the breadth of the dots, on both sides
QUARTER, QUARTER_SIZE = "quartier", 12
ROOMY = "large"  # the annotations that a phone has no room for
NAME, LETTER, LINE = 11, 0.54, 1.35  # size of a name in pixels; of that size, a letter's width and a line's height
RADIUS = 8  # pixels of the largest dot
WIDE = [
    (width, height) for width in (560, 680, 820, 1000, 1250, 1700) for height in (345, 360)
]  # pixels of a plot, to a projector
NARROW = [(width, height) for width in (265, 300, 350) for height in (300, 330)]  # and on a phone, whose axes take more


def annotate(
    figure: go.Figure,
    table: pd.DataFrame,
    axes: tuple[Axis, Axis],
    quarters: Quadrants,
    region: tuple[str, Collection[str]] = ("", ()),
    marked: Collection[str] = (),
) -> go.Figure:
    """The same figure, annotated. `table` has code, name, x, y, all known; `region` is a name and its codes; `marked`, those that
    are named first. Names keep off one another at every width of a page."""
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
    for quarter in quarters.quarters:
        figure.add_annotation(
            text=f"{_bold(words(quarter, x, y))}<br>{text.count(quarter.count, 'département')}",
            name=QUARTER,
            showarrow=False,
            xref="paper",
            yref="paper",
            x=0.99 if quarter.right else 0.01,
            y=0.99 if quarter.top else 0.01,
            xanchor="right" if quarter.right else "left",
            yanchor="top" if quarter.top else "bottom",
            align="right" if quarter.right else "left",
            font={"size": QUARTER_SIZE},
            opacity=0.85,
        )
    height = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    tall = max(len(chart_frame.rows(note.text)) for note in figure.layout.annotations if note.name == QUARTER)
    band = (LINE * QUARTER_SIZE * tall + 8) / height  # above the dots and below them, where the quarters are named
    ends = _spread(table["x"], x.log, MARGIN), _spread(table["y"], y.log, band / (1 - 2 * band))
    _name(figure, table, (x.log, y.log), ends, [*marked, *(code for code in quarters.far if code not in marked)])
    return figure.update_xaxes(range=ends[0]).update_yaxes(range=ends[1])


def _spread(values: pd.Series, log: bool, margin: float) -> list[float]:
    """The ends of an axis, with a margin on both sides, a share of what is between."""
    ends = np.log10([values.min(), values.max()]) if log else np.array([values.min(), values.max()], float)
    room = margin * (ends[1] - ends[0]) or 1.0
    return [float(ends[0] - room), float(ends[1] + room)]


def _name(figure: go.Figure, table: pd.DataFrame, logs, ends, codes: list[str]) -> None:
    """Names of these codes, each with a thread to its dot where it stands away from it."""
    places = np.column_stack(
        [np.log10(table[n]) if log else table[n].to_numpy(float) for n, log in zip("xy", logs, strict=True)]
    )
    low, high = np.array(ends).T
    shares = (places - low) / (high - low)
    shares[:, 1] = 1 - shares[:, 1]
    row = {code: place for place, code in enumerate(table["code"])}
    rows = [row[code] for code in codes if code in row]
    names = [str(table["name"].iloc[place]) for place in rows]
    sizes = np.array([(LETTER * NAME * len(name) + 4, LINE * NAME) for name in names]).reshape(-1, 2)
    taken = [_corner(note) for note in figure.layout.annotations if note.name == QUARTER]
    taken += [(*shares[place], -RADIUS, -RADIUS, RADIUS, RADIUS) for place in rows]
    labels = label_places.places(shares[rows], sizes, shares, np.array(taken), WIDE, NARROW)
    for place, name, label in zip(rows, names, labels, strict=True):
        if label is not None:
            figure.add_annotation(
                x=places[place, 0],
                y=places[place, 1],
                ax=label.across,
                ay=label.down,
                name="" if label.narrow else ROOMY,
                text=safe(name),
                font={"size": NAME},
                showarrow=True,
                arrowhead=0,
                arrowwidth=1,
                arrowcolor=NEUTRAL,
                standoff=RADIUS,
                borderpad=0,
                captureevents=False,
            )


def _corner(note) -> tuple[float, ...]:
    """The box of a quarter's words, from its corner."""
    rows = chart_frame.rows(note.text)
    wide, high = LETTER * note.font.size * max(map(len, rows)) * 1.05, LINE * note.font.size * len(rows)
    left, top = (-wide if note.xanchor == "right" else 0), (0 if note.yanchor == "top" else -high)
    return note.x, 1 - note.y, left, top, left + wide, top + high


def _bold(sentence: str) -> str:
    """On lines short enough for two quarters beside each other on a phone."""
    folded = textwrap.wrap(sentence, 24, break_long_words=False, break_on_hyphens=False)
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


def on_phones(figure: go.Figure) -> str:
    """The style that leaves out, on a narrow page, the names that have no room there."""
    ranks = [rank for rank, note in enumerate(figure.layout.annotations) if note.name == ROOMY]
    return html.macro("page.html", "on_phones", ranks) if ranks else ""
