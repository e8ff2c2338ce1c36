import functools
import html
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from maillage.methods.quadrants import Quadrant, quadrants
from maillage.views import annotated_scatter, chart_sheet, charts
from maillage.views.chart_frame import NEUTRAL, Axis, Caption

X, Y = Axis("Accessibilité (APL)", "", 1), Axis("Mortalité prématurée (0 à 64 ans)", "", 1)


def test_a_quarter_is_said_in_words():
    assert annotated_scatter.words(Quadrant(False, True, 3, False, False), X, Y) == "Défavorable pour les deux"
    assert annotated_scatter.words(Quadrant(True, False, 3, True, True), X, Y) == "Favorable pour les deux"
    assert annotated_scatter.words(Quadrant(True, True, 3, True, False), X, Y).endswith("mortalité prématurée")
    assert (
        annotated_scatter.words(Quadrant(True, True, 3, None, False), X, Y)
        == "mortalité prématurée au-dessus, accessibilité au-dessus"
    )


@functools.cache
def crossed(name="<b>Loin", count=40):
    """A cloud where dots stand close, one far away, with its chart, once a name: the first ones are chosen."""
    place = np.random.default_rng(8).normal(size=(count, 2))
    names = [f"Lieu-dit-de-la-Vallée {n}" for n in range(count)] + [name]
    table = pd.DataFrame({"code": names, "name": names, "x": [*place[:, 0], 9.0], "y": [*place[:, 1], 0.5]})
    figure = charts.scatter(table, X, Y, Caption("Titre", "Insee", "2023"), names[:3])
    return annotated_scatter.annotate(
        figure, table, (X, Y), quadrants(table, ("more", "less")), ("Ma région", names[2:5]), names[:3]
    )


def named(figure):
    return [note for note in figure.layout.annotations if note.showarrow]


def boxes(figure, notes, wide, high):
    """Left, top, right and bottom of notes, in pixels of a plot of that size; letters rather wider than they are."""
    (low, most), (foot, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
    for note in notes:
        x = (note.x - low) / (most - low) * wide + note.ax
        y = (top - note.y) / (top - foot) * high + note.ay
        half = 0.27 * 11 * len(html.unescape(note.text)), 7
        yield x - half[0], y - half[1], x + half[0], y + half[1]


def test_the_own_region_is_coloured_and_the_quarters_are_said():
    figure = crossed()
    region = figure.data[-1]
    assert region.name == "Ma région" and len(region.x) == 2
    written = [(note.text or "").replace("</b><br><b>", " ") for note in figure.layout.annotations]
    assert sum("pour les deux" in words for words in written) == 2


def test_those_chosen_and_those_apart_are_named_as_text():
    names = [note.text for note in named(crossed())]
    assert names[:3] == [f"Lieu-dit-de-la-Vallée {n}" for n in range(3)] and "&lt;b&gt;Loin" in names


@pytest.mark.parametrize("wide", [560, 847, 1487])
def test_no_name_is_on_another_nor_on_a_dot_that_is_named(wide):
    figure, high = crossed(), 350
    rectangles = list(boxes(figure, named(figure), wide, high))
    (low, most), (foot, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
    dots = [((n.x - low) / (most - low) * wide, (top - n.y) / (top - foot) * high) for n in named(figure)]
    for rank, (left, top_, right, bottom) in enumerate(rectangles):
        assert left >= 0 and right <= wide and top_ >= 0 and bottom <= high
        for other in rectangles[:rank]:
            assert right <= other[0] or left >= other[2] or bottom <= other[1] or top_ >= other[3]
        assert not any(left < x < right and top_ < y < bottom for x, y in dots)


def test_no_dot_stands_under_the_words_of_a_quarter():
    figure = crossed()
    height = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    tall = max(
        note.text.count("<br>") + 1 for note in figure.layout.annotations if note.name == annotated_scatter.QUARTER
    )
    low, high = figure.layout.yaxis.range
    values = [value for trace in figure.data if trace.mode == "markers" for value in trace.y]
    for room in ((max(values) - high), (low - min(values))):
        assert -room / (high - low) * height > 12 * 1.25 * tall


def test_a_phone_leaves_out_the_names_that_have_no_room_there():
    figure = crossed()
    style = annotated_scatter.on_phones(figure)
    hidden = [int(rank) for rank in re.findall(r'data-index="(\d+)"', style)]
    assert hidden and all(figure.layout.annotations[rank].showarrow for rank in hidden) and "max-width" in style
    kept = [note for rank, note in enumerate(figure.layout.annotations) if note.showarrow and rank not in hidden]
    rectangles = list(boxes(figure, kept, 280, 315))
    for rank, (left, top, right, bottom) in enumerate(rectangles):
        assert left >= 0 and right <= 280
        for other in rectangles[:rank]:
            assert right <= other[0] or left >= other[2] or bottom <= other[1] or top >= other[3]
    assert annotated_scatter.on_phones(go.Figure()) == ""


def test_on_a_sheet_a_name_away_from_its_dot_has_its_thread():
    figure = crossed("Loin")
    for note in named(figure):
        note.update(ax=60, ay=-40)
    root = ElementTree.fromstring(chart_sheet.svg(figure, "Maillage"))
    words = [each for each in root.iter("{http://www.w3.org/2000/svg}text") if each.text == "Loin"]
    assert len(words) == 2 and words[0].get("stroke")  # a pale rim, then the letters
    threads = [
        each
        for each in root.iter("{http://www.w3.org/2000/svg}path")
        if each.get("stroke") == NEUTRAL and "L" in each.get("d") and not each.get("stroke-width")
    ]
    assert len(threads) == len(named(figure))
