"""Small maps: where départements are, what they say, what a stranger's name becomes."""

import re
from urllib.parse import unquote
from xml.etree import ElementTree

import pandas as pd
import pytest
import shapely

from maillage.methods import outlines as methods_outlines
from maillage.methods.classes import classify
from maillage.methods.outlines import BOX, HEIGHT, WIDTH
from maillage.records.small_maps import Panel
from maillage.views import multiples, sheet

EVIL = '<script>alert(1)</script> "l\'été" & </title>%22'
SVG = "{http://www.w3.org/2000/svg}"


def contours(**boxes):
    return pd.DataFrame(
        [(code, f"Nom {code}", shapely.to_wkb(shapely.box(*box))) for code, box in boxes.items()],
        columns=["code", "name", "wkb"],
    )


@pytest.fixture
def shapes():
    return methods_outlines.shapes(
        contours(
            **{
                "08": (4, 49, 5, 50),
                "51": (4, 48, 5, 49),
                "75": (2.2, 48.8, 2.4, 48.9),
                "92": (2.1, 48.8, 2.2, 48.9),
                "974": (55.2, -21.4, 55.8, -20.9),
            }
        )
    )


def panel(values, **texts):
    marks, classes = classify(
        pd.Series(values, dtype=float), (1, 2, 3), "OrRd", pd.Series(value == 9 for value in values)
    )
    codes = ["08", "51", "75", "92", "974"]
    labels = ("moins de 1", "1 à 2", "2 à 3", "3 et plus")
    return Panel(
        texts.pop("title", "Titre"),
        "unité",
        dict(zip(codes, marks, strict=True)),
        texts,
        classes,
        labels,
        "Source : Insee, 2023",
    )


def points(path):
    """Corners of a path in absolute units."""
    positions = []
    for start, steps in re.findall(r"M(\S+ \S+)l([^z]*)z", path):
        x, y = map(int, start.split())
        positions.append((x, y))
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            positions.append((x := x + dx, y := y + dy))
    return positions


def test_shapes_are_inside_their_boxes_and_north_is_up(shapes):
    by_code = {shape.code: shape for shape in shapes}
    for shape in shapes:
        for path in filter(None, (shape.path, shape.again)):
            assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(path))
    assert max(y for _, y in points(by_code["08"].path)) <= min(y for _, y in points(by_code["51"].path)) + 12
    assert by_code["75"].again and not by_code["08"].again
    assert all(x <= 4 + BOX for x, _ in points(by_code["974"].path))


def test_neighbours_share_their_border(shapes):
    by_code = {shape.code: set(points(shape.path)) for shape in shapes}
    assert len(by_code["08"] & by_code["51"]) >= 2


def test_the_whole_of_france_is_light(cursor):
    from maillage.queries import comparison

    drawn = methods_outlines.shapes(comparison.contours(cursor))
    assert len(drawn) == 101 and sum(len(shape.path) for shape in drawn) < 25_000
    assert all(points(shape.path) for shape in drawn)


def test_ns_missing_and_zero_are_drawn_apart(shapes):
    plain = unquote(multiples.image(shapes, panel([0, None, 9, 2.5, 3]), ["08"]))
    fills = dict.fromkeys(re.findall(r"fill='([^']+)'><title>", plain))
    assert {"url(#hatched)", "url(#dotted)"} < set(fills) and len(fills) == 5


def test_a_sheet_says_title_unit_classes_source_and_edition(shapes):
    drawn = panel([0, None, 9, 2.5, 3])
    root = ElementTree.fromstring(
        multiples.on_sheet(
            shapes,
            [drawn] * 4,
            "Départements",
            "Une carte par année",
            "Maillage, données au 29/11/2026",
            {"08": "Ardennes (08)"},
        )
    )
    texts = [element.text for element in root.iter(f"{SVG}text")]
    for words in (
        "Départements",
        "Une carte par année",
        "Titre",
        "unité",
        "moins de 1 (1)",
        "manquant (1)",
        "NS (1)",
        "Ardennes (08)",
    ):
        assert words in texts
    assert texts.count("Source\u00a0: Insee, 2023") == 4 and "Maillage, données au 29/11/2026" in texts


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_maps_of_a_sheet_fill_the_frame_that_every_drawing_has(shapes, count):
    drawn = panel(
        [0, None, 9, 2.5, 3], title="Un titre bien long qui prend plusieurs lignes au-dessus d'une petite carte"
    )
    root = ElementTree.fromstring(multiples.on_sheet(shapes, [drawn] * count, "Départements", "", "Maillage", {}))
    assert root.get("width") == str(sheet.ACROSS)
    inner = root.find(f"{SVG}svg")
    assert float(inner.get("width")) == sheet.ROOM and float(inner.get("x")) == sheet.EDGE
    places = [tuple(map(float, re.findall(r"[\d.]+", g.get("transform")))) for g in inner.findall(f"{SVG}g")]
    assert len(set(places)) == count
    scale = float(re.search(r"scale\(([\d.]+)\)", ElementTree.tostring(inner, encoding="unicode"))[1])
    across = len({x for x, _ in places})
    assert across * WIDTH * scale == pytest.approx(sheet.ROOM - multiples.GAP * (across - 1), abs=1)
    assert float(inner.get("height")) > max(y for _, y in places) + HEIGHT * scale


def test_a_strangers_name_stays_a_name(shapes):
    evil = panel([0, 1, 2, 3, 4], title=EVIL, **{"08": EVIL})
    root = ElementTree.fromstring(multiples.on_sheet(shapes, [evil], EVIL, EVIL, EVIL, {"08": EVIL}))
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    image = multiples.image(shapes, evil)
    address = re.search(r'src="data:image/svg\+xml,([^"]*)"', image)[1]
    inside = ElementTree.fromstring(unquote(address))
    titles = [element.text.replace("\u00a0", " ") for element in inside.iter(f"{SVG}title")]
    assert EVIL in titles and not [element for element in inside.iter() if element.tag.endswith("script")]
    assert "<script" not in image and "<script" not in multiples.key(evil)
