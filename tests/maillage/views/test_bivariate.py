"""Nine colours that people tell apart, and a legend they can read."""

from itertools import combinations

import pytest

from maillage.catalog.bivariate import COLOURS
from maillage.views import bivariate


def channels(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_nine_colours_that_differ():
    assert len(set(COLOURS)) == 9
    for one, other in combinations(COLOURS, 2):
        assert sum(abs(a - b) for a, b in zip(channels(one), channels(other), strict=True)) > 60


def test_the_target_cell_is_the_strongest_colour():
    """Great need and hard access: the darkest by far, and a colour rather than a grey or a brown."""
    target, others = COLOURS[8], COLOURS[:8]
    assert all(contrast(target, other) > 1.5 for other in others)
    assert all(luminance(target) < luminance(other) for other in others)
    assert max(channels(target)) - min(channels(target)) > 120


def test_darker_with_need_and_with_distance():
    lights = [luminance(colour) for colour in COLOURS]
    for step in range(3):
        row, column = lights[3 * step : 3 * step + 3], lights[step::3]
        assert row == sorted(row, reverse=True) and column == sorted(column, reverse=True)


@pytest.mark.parametrize("colour", COLOURS)
def test_counts_read_on_every_colour(colour):
    assert contrast(bivariate.ink(colour), colour) >= 4.5


def test_the_double_gap_stands_at_the_top_right():
    html = bivariate.legend(
        list(range(9)), "<b>besoin", "accès", ["n0", "n1", "n2"], ["a0", "a1", "a2"], "communes", 4, "Données 2023"
    )
    rows = html.split("<tbody>")[1].split("</tr>")
    assert ["n2" in rows[0], "n1" in rows[1], "n0" in rows[2]] == [True] * 3
    assert rows[0].index(">6<") < rows[0].index(">7<") < rows[0].index(">8<")
    assert COLOURS[8] in rows[0].rsplit("<td", 1)[1]
    assert "&lt;b&gt;besoin" in html and "(4)" not in html and ">4</span>" in html
    assert 'scope="row"' in html and 'scope="col"' in html
