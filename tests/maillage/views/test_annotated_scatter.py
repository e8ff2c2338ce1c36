import pandas as pd
import plotly.graph_objects as go

from maillage.methods.quadrants import Quadrant, quadrants
from maillage.views import annotated_scatter
from maillage.views.chart_frame import Axis

X, Y = Axis("Accessibilité (APL)", "", 1), Axis("Mortalité prématurée (0 à 64 ans)", "", 1)


def test_a_quarter_is_said_in_words():
    assert annotated_scatter.words(Quadrant(False, True, 3, False, False), X, Y) == "Défavorable pour les deux"
    assert annotated_scatter.words(Quadrant(True, False, 3, True, True), X, Y) == "Favorable pour les deux"
    assert annotated_scatter.words(Quadrant(True, True, 3, True, False), X, Y).endswith("mortalité prématurée")
    assert (
        annotated_scatter.words(Quadrant(True, True, 3, None, False), X, Y)
        == "mortalité prématurée au-dessus, accessibilité au-dessus"
    )


def test_the_own_region_is_coloured_and_those_apart_are_named_as_text():
    values = [float(n) for n in range(20)]
    names = [f"D{n}" for n in range(20)] + ["<b>Loin"]
    table = pd.DataFrame({"code": names, "name": names, "x": [*values, 500.0], "y": [*values, 10.0]})
    quarters = quadrants(table, ("more", "less"))
    figure = annotated_scatter.annotate(go.Figure(), table, (X, Y), quarters, ("Ma région", ["D1", "D2"]), ["D1"])
    region, far = figure.data
    assert region.name == "Ma région" and list(region.x) == [2.0]
    assert "&lt;b&gt;Loin" in far.text[0] and far.textposition == ("middle left",)
    written = [(note.text or "").replace("</b><br><b>", " ") for note in figure.layout.annotations]
    assert sum("pour les deux" in words for words in written) == 2
    low, high = figure.layout.yaxis.range  # a band above the dots and one below, where the quarters are named
    assert low < min(table["y"]) - 3 and high > max(table["y"]) + 3
