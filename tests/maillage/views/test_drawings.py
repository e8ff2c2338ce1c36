"""Every drawing says a name as it is written: nobody's name becomes a tag, nor is escaped twice."""

import re
from html import unescape
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from maillage.records.essentials import Dot, Essentials, SpineLine, SpineMark
from maillage.records.figure import Figure
from maillage.records.map_view import Classes
from maillage.records.siting_curve import Curve, Step
from maillage.records.small_maps import DepartementShape, Panel
from maillage.records.timeline import Registered, Series, Signatures, Year
from maillage.views import coverage_curve, html, multiples, siting_curve, spine, timeline
from maillage.views.chart_frame import Axis
from maillage.views.timeline import Played

NAME = 'L’Haÿ & « <b>fils</b> » < 5 "ans" l\'été {{ 7 }}'
CLASSES = Classes((), ("#111111",), (1,), 0, 0)
PANEL = Panel(NAME, NAME, {"08": "0"}, {"08": NAME}, CLASSES, (NAME,), NAME)
SHAPES = (DepartementShape("08", NAME, "M1 2l3 4z"),)
FRANCE, OWN = SpineMark("benchmark", NAME, Figure(4.0)), SpineMark("own", NAME, Figure(2.0))
PEERS = tuple(Dot(code, NAME, Figure(float(code))) for code in ("1", "9"))
LINE = SpineLine(NAME, NAME, NAME, 1, "less", False, OWN, "communes", (FRANCE,), PEERS, (), "2021")
PROFILE = Essentials(NAME, NAME, (), (), NAME, (LINE,), NAME, "")
GAINS = Curve((Step(1, 5, 5, NAME), Step(2, 7, 2, NAME)), 2, NAME)
SERIES = Series("08", NAME, ((2017, 1.0), (2023, 4.0)), Registered(5, "2026-05-12"))
SIGNED = Signatures((Year(2019, 2, 1),), 2, 2, 2)
LINES = {NAME: ([0, 5, 10], [100, 40, 0])}

DRAWINGS = {
    "curve": lambda: coverage_curve.svg(LINES, Axis(NAME), 5),
    "curve on its sheet": lambda: coverage_curve.on_sheet(LINES, Axis(NAME), 5, NAME, NAME, NAME),
    "sites": lambda: siting_curve.svg(GAINS, 1),
    "sites on their sheet": lambda: siting_curve.on_sheet(GAINS, 1, NAME, NAME, NAME),
    "map": lambda: multiples.svg(SHAPES, PANEL, ["08"]),
    "maps on their sheet": lambda: multiples.on_sheet(SHAPES, [PANEL] * 2, NAME, NAME, NAME, {"08": NAME}),
    "spine on its sheet": lambda: spine.on_sheet(PROFILE, NAME),
    "years on their sheet": lambda: timeline.curves_on_sheet(
        Played((), CLASSES, (), (SERIES,)), lambda one: f"{one.name} ; b", NAME
    ),
    "signatures on their sheet": lambda: timeline.bars_on_sheet(SIGNED, NAME, NAME),
}


def written(words: str) -> str:
    """Words without what typography changes in them, nor where a sheet folds them."""
    return re.sub(r"\s+", "", words).replace("'", "’")


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_name_is_written_as_it_is(kind):
    root = ElementTree.fromstring(DRAWINGS[kind]())
    words = written("".join(root.itertext()))
    assert written(NAME)[:20] in words and "&amp;" not in words and "&lt;" not in words
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        *("svg", "title", "g", "path", "rect", "text", "defs", "pattern", "circle")
    }


def test_a_drawing_is_whole_in_a_page_that_reads_it_as_an_image():
    """A page resolves the entities of an attribute before the image is read: « & » must not come out bare."""
    pages = (
        multiples.image(SHAPES, PANEL, dark=True),
        coverage_curve.image(LINES, Axis(NAME), 5),
        siting_curve.image(GAINS, 1),
        spine.section(PROFILE),
    )
    for page in pages:
        addresses = re.findall(r'src="data:image/svg\+xml,([^"]*)"', page)
        roots = [ElementTree.fromstring(unquote(unescape(address))) for address in addresses]
        assert roots and all(root.tag.endswith("svg") for root in roots)
    title = ElementTree.fromstring(unquote(unescape(re.search(r'xml,([^"]*)"', pages[0])[1])))
    assert written(NAME) in written("".join(title.itertext()))


def test_a_drawing_inside_another_has_its_place_and_alone_its_size():
    alone = ElementTree.fromstring(spine.strip(LINE))
    inside = ElementTree.fromstring(spine.strip(LINE, inside=(330, 4, 400.5, 34)))
    sides = ("x", "y", "width", "height")
    assert [alone.get(side) for side in sides] == [None, None, "400", "34"]
    assert [inside.get(side) for side in sides] == ["330", "4", "400.5", "34"]
    assert alone.get("viewBox") == inside.get("viewBox")


def test_a_swatch_takes_no_tag_for_a_colour():
    assert html.draw("drawing.svg", "swatch", '"/><script>').count("<") == 1
