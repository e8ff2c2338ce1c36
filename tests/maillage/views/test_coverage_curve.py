"""The lines of inhabitants beyond each threshold: exact steps, words beside colours, strangers' names kept text."""

import re
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest

from maillage.language.text import HARD
from maillage.views import coverage_curve
from maillage.views.chart_frame import Axis
from maillage.views.coverage_curve import FLOOR, LEFT, RIGHT, TOP, WIDTH

KM = Axis("Distance", "km")
ARDENNES = {"Ardennes": (np.array([0, 5, 10, 15, 20.0]), np.array([100, 40.5, 40.5, 3, 0.0]))}
EVIL = {'<img src=x onerror="alert(1)">': ([0, 10], [100, 0])}
SVG = "{http://www.w3.org/2000/svg}"


def lines(drawn):
    return [path.get("d") for path in ElementTree.fromstring(drawn).iter(f"{SVG}path") if path.get("fill") == "none"]


def test_a_line_steps_at_its_thresholds_and_nowhere_else():
    (path,) = lines(coverage_curve.svg(ARDENNES, KM, 10))
    wide, high = WIDTH - LEFT - RIGHT, FLOOR - TOP
    corners = re.findall(r"H([\d.]+)V([\d.]+)", path)
    assert [(LEFT + wide * at / 20, FLOOR - high * share / 100) for at, share in ((5, 40.5), (15, 3), (20, 0))] == [
        (pytest.approx(float(x), abs=0.06), pytest.approx(float(y), abs=0.06)) for x, y in corners
    ]
    assert path.startswith(f"M{LEFT:.1f} {TOP:.1f}") and path.endswith(f"H{WIDTH - RIGHT:.1f}")


@pytest.mark.parametrize(("threshold", "share"), [(0, "100"), (4.9, "100"), (5, "40,5"), (12, "40,5"), (99, "0")])
def test_a_share_holds_from_its_threshold_to_the_next(threshold, share):
    (line,) = coverage_curve.sentences(ARDENNES, KM, threshold)
    assert re.sub(f",0(?={HARD}%)", "", line).startswith(f"Ardennes{HARD}: {share}{HARD}% au-delà de ")


def test_the_table_says_what_the_lines_say():
    assert coverage_curve.table(ARDENNES, KM) == {
        "Au-delà de (km)": [0, 5, 10, 15, 20],
        "Ardennes (%)": [100, 40.5, 40.5, 3, 0],
    }


def test_colours_never_speak_alone():
    four = {name: ([0, 60], [100, 50]) for name in "abcd"}
    drawn = re.findall(r'fill="none" ([^/]*)/>', coverage_curve.svg(four, KM, 15))
    assert len(set(drawn)) == 4 and len({"".join(re.findall("dasharray.*", stroke)) for stroke in drawn}) == 4
    assert coverage_curve.image(four, KM, 15).count("<li>") == 4


@pytest.mark.parametrize("dark", [False, True])
def test_a_stranger_s_name_stays_text(dark):
    image = coverage_curve.image(EVIL, KM, 5, dark)
    assert "&lt;img src=x" in image and "<img src=x" not in unquote(image)
    ElementTree.fromstring(coverage_curve.svg(EVIL, KM, 5, dark))


def test_a_sheet_holds_its_title_source_and_edition():
    root = ElementTree.fromstring(coverage_curve.on_sheet(EVIL, KM, 5, "Titre", "Insee", "Maillage, 2026."))
    words = " ".join(" ".join(root.itertext()).replace("\u00a0", " ").split())
    assert "Titre" in words and "Source : Insee. Maillage, 2026." in words and "alert(1)" in words


def test_nothing_known_is_an_empty_frame():
    assert lines(coverage_curve.svg({}, KM, 5)) == [] and coverage_curve.sentences({}, KM, 5) == []
