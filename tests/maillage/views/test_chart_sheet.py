"""A chart on a sheet: nothing of the page's is lost, and no stranger's name becomes a tag."""

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from maillage.methods.comparing import trend_line
from maillage.methods.funnel import funnel
from maillage.views import chart_sheet, charts, funnel_plot
from maillage.views.chart_frame import Axis, Caption

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "\"><script>alert(1)</script>&'"
RATE = Axis("Mortalité prématurée", "pour 1 000", 1)
IMPRINT = "Maillage, données au 29/11/2026."


COUNT = 12
LOG = Axis("Densité", "hab./km²", 1, log=True)


def caption(name):
    return Caption(f"Titre de {name}", "Insee", "2023", "Une précision")


def table(name):
    return pd.DataFrame(
        {"code": list("abcd"), "name": [name, "Aube", "Marne", "Meuse"], "value": [2, 2.1, 1.9, np.nan]}
    )


def pairs(name):
    across = np.linspace(1, 100, COUNT)
    return pd.DataFrame({"code": [f"{n:02}" for n in range(COUNT)], "name": name, "x": across, "y": 2 * across})


def distribution(name):
    return charts.distribution(table(name), RATE, caption(name), ["a"], ("France", 1.7))


def many(name):
    rows = pd.DataFrame({"code": range(500), "name": name, "value": np.geomspace(1, 9000, 500)})
    return charts.distribution(rows, LOG, caption(name))


def scatter(name):
    rows = pairs(name)
    return charts.scatter(rows, LOG, RATE, caption(name), ["00"], trend_line(np.log10(rows["x"]), rows["y"]))


def bars(name):
    rows = table(name).assign(low=[1.8, 1.9, 1.7, np.nan], high=[2.2, 2.3, 2.1, np.nan])
    return charts.bars(rows, RATE, caption(name), ["a"])


def evolution(name):
    years = pd.DataFrame({"code": "a", "name": name, "year": [2019, 2020, 2022], "value": [2.4, 2.3, 2.1]})
    france = pd.DataFrame({"name": "France", "year": [2019, 2020, 2021, 2022], "value": [1.8, 1.8, 1.7, 1.7]})
    return charts.evolution(years, RATE, caption(name), france)


def cone(name):
    limits = funnel(np.full(COUNT, 100) + np.arange(COUNT) * 5, np.full(COUNT, 100.0), benchmark=1, per=100)
    codes = pairs(name)["code"].tolist()
    return funnel_plot.chart(limits, codes, [name] * COUNT, Axis("Attendus"), RATE, caption(name), ["00"])


FIGURES = (distribution, many, scatter, bars, evolution, cone)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_sheet_holds_its_title_source_axis_and_edition(figure):
    root = ElementTree.fromstring(chart_sheet.svg(figure("Ardennes"), IMPRINT))
    words = " ".join(" ".join(root.itertext()).replace("\u00a0", " ").replace("\u202f", " ").split())
    for expected in ("Titre de Ardennes", "Une précision", "Source : Insee, 2023", IMPRINT):
        assert expected in words, expected
    numbers = [
        float(n) for n in re.findall(r'(?:x|y|cx|cy)="(-?[\d.]+)"', ElementTree.tostring(root, encoding="unicode"))
    ]
    assert np.isfinite(numbers).all() and "nan" not in ElementTree.tostring(root, encoding="unicode").lower().replace(
        "finance", ""
    )


@pytest.mark.parametrize("figure", FIGURES)
def test_a_stranger_s_name_stays_text(figure):
    sheet = chart_sheet.svg(figure(EVIL), IMPRINT)
    root = ElementTree.fromstring(sheet)
    assert "alert(1)" in "".join(root.itertext()) and "<script" not in sheet


def test_every_territory_is_drawn_where_its_value_is():
    root = ElementTree.fromstring(chart_sheet.svg(scatter("Ardennes"), IMPRINT))
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in root.iter(f"{SVG}circle")]
    across, up = zip(*dots[:11], strict=True)  # the chosen one is drawn apart, and is in the legend
    assert list(across) == sorted(across) and list(up) == sorted(up, reverse=True)


def test_a_year_without_a_value_is_a_gap():
    sheet = chart_sheet.svg(evolution("Ardennes"), IMPRINT)
    paths = [path for path in re.findall(r'<path d="([^"]+)" fill="none" stroke="#7466D2"', sheet) if "L" in path]
    assert paths and all(path.count("M") == 2 for path in paths)


def test_ticks_are_round_and_within():
    for low, high in ((0, 1), (1.7, 2.35), (-3, 40_000), (2019, 2022)):
        values = [value for value, _ in chart_sheet._ticks(low, high, 6, whole=low == 2019)]
        assert 2 <= len(values) <= 8 and low <= values[0] and values[-1] <= high
    assert [label for _, label in chart_sheet._ticks(2019, 2022, 6, whole=True)] == ["2019", "2020", "2021", "2022"]
