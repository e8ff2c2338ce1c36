"""Pictures to take away."""

import html
import json
import re

import pandas as pd

from maillage.exports import figures
from maillage.views import charts
from maillage.views.chart_frame import Axis, Caption

EVIL = "\"><script>alert(1)</script>&'"


def test_a_button_carries_the_layout_of_paper():
    table = pd.DataFrame({"code": ["a", "b"], "name": ["Aube", "Marne"], "value": [1.0, 2.0]})
    figure = charts.bars(table, Axis("Population"), Caption(EVIL, "Insee", "2023"))
    made = figures.buttons(figure, "barres")
    assert re.findall(r'data-image="(\w+)" data-of="barres"', made) == ["png", "svg"] and "<script" not in made
    data = json.loads(html.unescape(re.search(r'data-paper="([^"]*)"', made)[1]))
    assert data["name"] == "maillage_barres" and "alert(1)" in data["paper"]["title"]["text"]
    assert "Source\u00a0: Insee, 2023" in [note.get("text") for note in data["paper"]["annotations"]]
    assert data["paper"]["paper_bgcolor"] == "#FFFFFF" and data["paper"]["height"] == figure.layout.height


def test_a_small_drawing_becomes_a_png():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"><rect width="100" height="50" fill="#C2500A"/></svg>'
    made = figures.png(svg)
    assert made.startswith(b"\x89PNG") and int.from_bytes(made[16:20]) == 2 * int.from_bytes(made[20:24])
