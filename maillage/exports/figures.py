"""Pictures to take away, with their title and source inside: charts by the reader's own browser, small maps by ours.

Nothing is asked of a third party, and the server needs no browser: plotly, which drew the chart on the page, also makes its
picture there; small maps are SVG already, and typst draws them as PNG.
"""

from __future__ import annotations

import json
from pathlib import Path

import plotly.graph_objects as go
import typst
from plotly.utils import PlotlyJSONEncoder

from maillage.language.text import escape
from maillage.views.chart_frame import on_paper

FONTS = Path(__file__).parents[2] / "static" / "fonts"  # `make assets` puts Source Sans 3 there
DOTS_PER_INCH = 144  # a PNG twice as fine as the SVG's pixels, at 72 to the inch


def buttons(figure: go.Figure, name: str) -> str:
    """HTML buttons that make a PNG and a SVG of the chart shown in the container « graphe_name », dressed for paper."""
    paper = on_paper(figure).layout.to_plotly_json()
    paper.pop("template", None)
    data = escape_json({"name": f"maillage_{name}", "paper": paper})
    made = "".join(
        f'<button type="button" data-image="{kind}" data-of="{escape(name)}">Image {kind.upper()}</button>'
        for kind in ("png", "svg")
    )
    return f'<div class="files" data-paper="{data}">{made}</div>'


def escape_json(value) -> str:
    """JSON inside an attribute in double quotes; its spaces are left as they are."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=PlotlyJSONEncoder)
    return plain.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def png(svg: str) -> bytes:
    """A SVG of ours as PNG."""
    page = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    fonts = [str(FONTS)] if FONTS.is_dir() else []
    return typst.compile(page.encode(), format="png", ppi=DOTS_PER_INCH, sys_inputs={"svg": svg}, font_paths=fonts)
