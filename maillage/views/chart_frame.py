"""What every chart shares: title, axes with their unit, source line, colours and marks, French numbers, safe names.

Grounds are transparent and no text has a colour of its own: `on_page` gives it the ink of the reader's theme, light or
dark; `chart_sheet` draws what leaves the page. Names come from files that strangers write: `safe` makes them plain text.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from maillage.language import text

# Each reads on white and on the dark theme alike (3:1 at least on both), and keeps apart for colour-blind readers; marks
# and dashes differ too. The catalogue's own hues, lightened where they had to be.
NEUTRAL = "#868E99"
ACCENTS = ("#7466D2", "#C2500A", "#0B8A72", "#B8568B", "#2F80C0", "#8A7A2A")
MARKS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
STROKES = {"dash": "9 6", "dot": "2 5", "dashdot": "9 5 2 5", "longdash": "15 7", "longdashdot": "15 6 2 6"}
GRID = "rgba(134, 142, 153, 0.28)"
THEMES = (("#1F2328", "#FFFFFF"), ("#E8E8E6", "#14161A"))  # ink and ground, light then dark, as in config.toml
FONTS = "'Source Sans', 'Source Sans 3', 'Source Sans Pro', 'Liberation Sans', Arial, sans-serif"
SEPARATORS = "," + text.THIN

# Given to st.plotly_chart(config=…): our words for plotly's buttons, no logo, nothing sent anywhere.
CONFIG = {
    "displaylogo": False,
    "locale": "fr",
    "locales": {
        "fr": {
            "dictionary": {
                "Autoscale": "Tout voir",
                "Box Select": "Sélection rectangulaire",
                "Click to enter Plot title": "",
                "Double-click to zoom back out": "Double-cliquer pour revenir",
                "Lasso Select": "Sélection au lasso",
                "Pan": "Déplacer",
                "Reset axes": "Revenir à la vue de départ",
                "Zoom": "Zoomer",
                "Zoom in": "Zoomer",
                "Zoom out": "Dézoomer",
            },
            "format": {"decimal": ",", "thousands": text.THIN},
        }
    },
    # Plotly's picture would have no title: « Partager » gives one that has.
    "modeBarButtonsToRemove": ["toImage", "select2d", "lasso2d", "autoScale2d"],
}


@dataclass(frozen=True)
class Axis:
    """A quantity: its name, its unit (may be empty), its decimals, and whether its axis is logarithmic."""

    label: str
    unit: str = ""
    decimals: int = 0
    log: bool = False

    def kind(self) -> str:
        """The name of this axis among plotly's."""
        return "log" if self.log else "linear"

    def title(self, width: int = 90) -> str:
        """« Densité (hab./km²) », safe, on lines of `width` letters."""
        return wrapped(f"{self.label} ({self.unit})" if self.unit else self.label, width)

    def write(self, value) -> str:
        """A value with its unit, for a sentence."""
        return text.quantity(value, safe(self.unit), self.decimals) if self.unit else self.short(value)

    def short(self, value) -> str:
        """A value beside an axis that already says the unit."""
        return text.number(value, self.decimals)


@dataclass(frozen=True)
class Caption:
    """What a chart says of itself: title, a line under it, and where the data are from."""

    title: str
    source: str  # « Insee »
    year: str  # « 2023 »
    subtitle: str = ""

    def credit(self) -> str:
        """« Source : Insee, 2023 », safe, on lines short enough for a laptop."""
        return wrapped(f"Source : {self.source}, {self.year}" if self.year else f"Source : {self.source}", 110)


def safe(value) -> str:
    """A stranger's text where plotly would read HTML: its tags and entities become what they look like."""
    return html.escape(text.typeset(str(value)), quote=False)


def wrapped(value: str, width: int = 88) -> str:
    """The same on lines short enough for a laptop: plotly does not fold titles."""
    return "<br>".join(safe(line) for line in textwrap.wrap(value, width, break_long_words=True)) or ""


def plain(words: str) -> str:
    """What plotly would read as HTML, as it is read."""
    return html.unescape(re.sub(r"<[^>]+>", "", words.replace("<br>", " ")))


def rows(words: str) -> list[str]:
    """The lines of a text of plotly's, as they are read."""
    return [plain(line) for line in words.split("<br>")]


def lines(name: str, *more: str) -> str:
    """What a reader sees on hovering: a name in bold, then lines already safe."""
    return "<br>".join([f"<b>{safe(name)}</b>", *filter(None, more)])


def entry(label: str, value: str) -> str:
    """« Densité : 50,6 hab./km² », of a label not yet safe and a value that is."""
    return f"{safe(label)}{text.HARD}: {value}"


HOVER = "%{customdata}<extra></extra>"  # only what we wrote, never plotly's own words


def framed(
    figure: go.Figure, caption: Caption, x: Axis | None, y: Axis | None, plot_height: int = 300, over: int = 8
) -> go.Figure:
    """The same figure with its title, axes, source and manners; `plot_height`, and the room `over` the plot, in pixels.

    The legend is last, below: on a phone it takes more lines, and pushes nothing but itself.
    """
    title, subtitle = wrapped(caption.title, 70), wrapped(caption.subtitle, 100)
    entry, rows = _legend(figure)
    top = 22 + 22 * (title.count("<br>") + 1) + (20 * (subtitle.count("<br>") + 1) if subtitle else 0) + over
    across = x.title(46) if x else ""  # as much as a phone is wide
    source = 42 + 18 * across.count("<br>") + (18 if across else 0)
    under = source + 24 + 15 * caption.credit().count("<br>")
    below = under + 22 * rows
    figure.update_layout(
        title={
            "text": title,
            "subtitle": {"text": subtitle},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 12, "l": 8},
        },
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        separators=SEPARATORS,
        hovermode="closest",
        height=top + plot_height + below,
        margin={"l": 8, "r": 16, "t": top, "b": below},
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": -under / plot_height,
            "yanchor": "top",
            "entrywidth": entry,
            "entrywidthmode": "pixels",
            "itemsizing": "constant",
        },
        showlegend=rows > 0,
        bargap=0.2,
    )
    figure.update_xaxes(automargin=True, gridcolor=GRID, zeroline=False, exponentformat="none", separatethousands=True)
    figure.update_yaxes(automargin=True, gridcolor=GRID, zeroline=False, exponentformat="none", separatethousands=True)
    if x:
        figure.update_xaxes(type=x.kind(), title={"text": across, "standoff": 8, "font": {"size": 13}})
    if y:
        figure.update_yaxes(type=y.kind(), title=upright(y, plot_height))
    figure.add_annotation(
        text=caption.credit(),
        name="source",
        showarrow=False,
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        xanchor="left",
        yanchor="top",
        yshift=-source,
        font={"size": 11},
        align="left",
    )
    return figure


def upright(axis: Axis, height: int) -> dict:
    """The title of a vertical axis, folded to the height in pixels of what it stands along."""
    return {"text": axis.title(max(12, height // 7)), "standoff": 8, "font": {"size": 13}}


def _legend(figure: go.Figure) -> tuple[int, int]:
    """(width of an entry in pixels, rows of entries on a page of 720): plotly neither measures nor folds legends well."""
    names = [trace.name for trace in figure.data if trace.name and trace.showlegend is not False]
    if not names:
        return 0, 0
    width = 7 * max(map(len, names)) + 16
    return width, -(-len(names) // max(1, 720 // (width + 40)))


def on_page(figure: go.Figure, dark: bool = False) -> go.Figure:
    """A copy for st.plotly_chart(theme=None), whose own greys are too pale to read: the page's ink on no ground, and no
    title, which the page says in a heading that folds on a phone."""
    copy = go.Figure(figure)
    copy.update_layout(template="none", font={"color": THEMES[dark][0], "family": FONTS, "size": 13})
    spared = copy.layout.margin.t - 32
    return copy.update_layout(title=None, margin={"t": 32}, height=copy.layout.height - spared)


def ruled(axis: Axis, values) -> dict:
    """Ticks of a logarithmic axis in plain numbers, 10, 100, 1 000 (and 20, 50… over a short range); none to set otherwise."""
    if not axis.log or not len(values):
        return {}
    low, high = np.log10(np.min(values)), np.log10(np.max(values))
    steps = (1, 2, 5) if high - low < 2.5 else (1,)
    ticks = [step * 10.0**power for power in range(int(np.floor(low)), int(np.ceil(high)) + 1) for step in steps]
    return {"tickvals": ticks, "ticktext": [text.number(tick, 0 if tick >= 1 else axis.decimals) for tick in ticks]}


def accent(rank: int) -> str:
    """The colour of the nth thing drawn."""
    return ACCENTS[rank % len(ACCENTS)]


def mark(rank: int) -> str:
    """The mark of the nth thing drawn."""
    return MARKS[(rank + rank // len(ACCENTS)) % len(MARKS)]  # colours come back, never with the same mark


def dash(rank: int) -> str:
    """The dash of the nth line drawn."""
    return DASHES[rank % len(DASHES)]


def chosen_first(codes: Sequence[str], chosen: Sequence[str]) -> list[tuple[int, int]]:
    """(row, rank among the chosen) of each chosen code that is in the data, in the order chosen."""
    row = {code: index for index, code in enumerate(codes)}
    return [(row[code], rank) for rank, code in enumerate(chosen) if code in row]
