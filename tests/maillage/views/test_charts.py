"""Charts as data: what they draw, what they say, and that a stranger's name stays text."""

import base64
import functools
import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from maillage.methods.classes import classify
from maillage.methods.comparing import trend_line
from maillage.methods.funnel import funnel
from maillage.views import chart_frame, charts, funnel_plot
from maillage.views.chart_frame import ACCENTS, CONFIG, NEUTRAL, THEMES, Axis, Caption, on_page, safe

ROOT = Path(__file__).parents[3]
HARD, THIN, NAN = "\u00a0", "\u202f", float("nan")
RATE = Axis("Mortalité prématurée", "pour 1 000", 1)
CAPTION = Caption("Un titre", "Insee", "2023", "Une précision")


def points(names=("Ardennes", "Aube", "Marne", "Meuse"), values=(2.0, 2.1, 1.9, NAN), **more):
    return pd.DataFrame({"code": [f"{n:02}" for n in range(len(names))], "name": names, "value": values} | more)


def pairs(count=12):
    across = np.linspace(1, 100, count)
    return pd.DataFrame(
        {
            "code": [f"{n:02}" for n in range(count)],
            "name": [f"Lieu {n}" for n in range(count)],
            "x": across,
            "y": 2 * across,
        }
    )


def years():
    rows = [("08", "Ardennes", year, 2.4 - 0.1 * n) for n, year in enumerate((2019, 2020, 2022))]
    return pd.DataFrame([*rows, ("10", "Aube", 2020, 2.0)], columns=["code", "name", "year", "value"])


def france():
    return pd.DataFrame({"name": "France", "year": [2019, 2020, 2021, 2022], "value": [1.8, 1.8, 1.7, 1.7]})


def cone(count=12):
    return funnel(np.full(count, 100) + np.arange(count) * 5, np.full(count, 100.0), benchmark=1, per=100)


@functools.cache
def everything(name="Ardennes", caption=CAPTION, axis=RATE):
    """Every figure there is, with one name everywhere; to be read."""
    table = points((name, "Aube", "Marne", "Meuse"))
    across = pairs().assign(name=[name, *pairs()["name"][1:]])
    return {
        "distribution": charts.distribution(table, axis, caption, ["00"], (name, 1.7)),
        "scatter": charts.scatter(across, axis, axis, caption, ["00", "01"], trend_line(across["x"], across["y"])),
        "bars": charts.bars(table, axis, caption, ["00"]),
        "evolution": charts.evolution(years().assign(name=name), axis, caption, france().assign(name=name)),
        "funnel": funnel_plot.chart(
            cone(), [f"{n:02}" for n in range(12)], [name] * 12, Axis("Attendus"), axis, caption, ["00"]
        ),
    }


FIGURES = (
    "distribution",
    "scatter",
    "bars",
    "evolution",
    "funnel",
)  # drawn by whoever looks at them, not at collection


def test_every_figure_is_looked_at():
    assert tuple(everything()) == FIGURES


def words_of(figure):
    """All the texts a reader meets: titles, annotations, legend, ticks, what hovering tells."""
    plain = figure.to_plotly_json()
    rows = []

    def walk(node, key=""):
        if isinstance(node, dict):
            for inner, value in node.items():
                if inner != "template":
                    walk(value, inner)
        elif isinstance(node, (list, tuple, np.ndarray)):
            for value in node:
                walk(value, key)
        elif isinstance(node, str) and key in ("text", "name", "customdata", "ticktext"):
            rows.append(node)

    walk(plain)
    return rows


# -- what every chart has ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FIGURES)
def test_title_unit_and_source_are_in_the_chart(kind):
    figure = everything()[kind]
    assert figure.layout.title.text == "Un titre" and figure.layout.title.subtitle.text == "Une précision"
    assert "Source : Insee, 2023".replace(" :", f"{HARD}:") in [note.text for note in figure.layout.annotations]
    titles = [axis.title.text or "" for axis in (*figure.select_xaxes(), *figure.select_yaxes())]
    assert any("(pour 1 000)" in title.replace("<br>", " ") for title in titles)


@pytest.mark.parametrize("kind", FIGURES)
def test_the_theme_gives_ground_and_ink(kind):
    layout = everything()[kind].layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert layout.font.color is None and layout.title.font.color is None
    assert layout.separators == f",{THIN}"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", FIGURES)
def test_on_a_page_a_chart_has_the_ink_of_the_theme_and_leaves_the_title_to_it(kind, dark):
    figure = on_page(everything()[kind], dark)
    assert contrast(figure.layout.font.color, THEMES[dark][1]) > 7
    assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)" and figure.layout.title.text is None
    plot = [f.layout.height - f.layout.margin.t - f.layout.margin.b for f in (figure, everything()[kind])]
    assert plot[0] == plot[1]


def test_inks_and_grounds_are_those_of_the_pages():
    themes = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    assert tuple((themes[name]["textColor"], themes[name]["backgroundColor"]) for name in ("light", "dark")) == THEMES


@pytest.mark.parametrize("kind", FIGURES)
def test_hovering_tells_only_our_words(kind):
    for trace in everything()[kind].data:
        assert trace.hoverinfo == "skip" or trace.hovertemplate == chart_frame.HOVER
        if trace.hovertemplate:
            assert len(trace.customdata) == len(trace.x)


@pytest.mark.parametrize("colour", [NEUTRAL, *ACCENTS])
def test_marks_read_on_both_themes(colour):
    assert contrast(colour, "#FFFFFF") >= 3 and contrast(colour, "#14161A") >= 3


def test_colours_never_speak_alone():
    assert len(set(chart_frame.MARKS)) == len(set(chart_frame.DASHES)) == len(set(ACCENTS)) == 6
    chosen = charts.distribution(points(), RATE, CAPTION, ["00", "01"]).data[1:]
    assert len({trace.marker.symbol for trace in chosen}) == 2


def contrast(one, other):
    """WCAG's contrast ratio."""

    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return np.dot(linear, (0.2126, 0.7152, 0.0722))

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# -- strangers' names -------------------------------------------------------------------------------------------------

EVIL = '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">a</a> & %{x} <b>'


@pytest.mark.parametrize("kind", FIGURES)
def test_a_strangers_name_is_text_wherever_it_goes(kind):
    figure = everything(EVIL, Caption(EVIL, EVIL, EVIL, EVIL), Axis(EVIL, EVIL, 1))[kind]
    texts = words_of(figure)
    assert sum("script" in text for text in texts) > 4
    for text in texts:
        for ours in ("<br>", "<b>", "</b>"):
            text = text.replace(ours, "")
        assert "<" not in text and ">" not in text
    # Names never enter a template, where %{x} would mean something.
    assert all("script" not in (trace.hovertemplate or "") for trace in figure.data)
    page = figure.to_html(include_plotlyjs=False, full_html=False, config=CONFIG)
    assert "<script>alert" not in page and "<img" not in page


def test_safe_text_keeps_what_it_says():
    assert safe("A & B < C : d") == f"A &amp; B &lt; C{HARD}: d"


# -- each chart -------------------------------------------------------------------------------------------------------


def test_a_distribution_has_a_dot_per_known_territory_and_marks_the_chosen():
    figure = charts.distribution(points(), RATE, CAPTION, ["01", "03", "absent"], ("France", 1.7))
    rest, aube = figure.data
    assert sorted(rest.x) == pytest.approx([1.9, 2.0])
    assert aube.name == f"Aube{HARD}: 2,1" and aube.x[0] == pytest.approx(2.1)
    assert f"France{HARD}: 1,7" in words_of(figure)
    assert rest.customdata[0] == f"<b>Ardennes</b><br>2,0{HARD}pour 1 000"


def test_equal_values_pile_up_from_one():
    figure = charts.distribution(points(values=(2.0, 2.0, 2.0, 1.0)), RATE, CAPTION)
    assert sorted(zip(figure.data[0].x.round(6), figure.data[0].y, strict=True)) == [(1, 1), (2, 1), (2, 2), (2, 3)]


def test_too_many_territories_to_see_are_counted():
    draw = np.random.default_rng(0)
    many = points([f"C{n}" for n in range(2000)], draw.normal(50, 10, 2000).round(1))
    figure = charts.distribution(many, RATE, CAPTION, ["05"])
    bars, chosen = figure.data
    assert bars.type == "bar" and sum(bars.y) == 2000
    assert chosen.y[0] == 0 and chosen.name.startswith("C5")


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_classes_hold_whole_steps_and_every_value(decimals):
    draw = np.random.default_rng(decimals)
    values = draw.gamma(2, 20, 500).round(decimals)
    edges = charts.bins(values, 10.0**-decimals)
    counts, _ = np.histogram(values, edges)
    assert counts.sum() == 500 and len(counts) <= 47
    steps = np.diff(edges) * 10**decimals
    assert steps == pytest.approx(np.full(len(steps), round(steps[0])))
    offset = edges[0] * 10**decimals % 1
    assert offset == pytest.approx(0.5), "a value may fall on a limit"


def marked(figure) -> int:
    """How many marks a figure draws: places where both of its numbers are known."""
    drawn = json.loads(figure.to_json())["data"]
    return sum(
        x is not None and y is not None
        for trace in drawn
        for x, y in zip(values(trace.get("x")), values(trace.get("y")), strict=False)
    )


def values(column) -> list:
    """Numbers of a trace, which plotly packs in base64; None for those that are not finite."""
    if isinstance(column, dict):
        numbers = np.frombuffer(base64.b64decode(column["bdata"]), column["dtype"])
        return [None if isinstance(n, float) and not np.isfinite(n) else n for n in numbers.tolist()]
    return list(column or [])


def test_no_value_at_all_is_still_a_chart():
    nothing = points(values=[NAN] * 4)
    bars = charts.bars(nothing, RATE, CAPTION)
    for figure in (
        charts.distribution(nothing, RATE, CAPTION),
        charts.scatter(pairs().assign(x=NAN), RATE, RATE, CAPTION),
    ):
        assert marked(figure) == 0
        assert CAPTION.title in figure.layout.title.text
    (words,) = [trace.text for trace in bars.data if trace.type == "scatter"]
    assert [word.strip() for word in words] == ["donnée manquante"] * 4 and not any(bars.data[0].x)


def test_values_that_are_all_the_same_are_drawn():
    assert marked(charts.distribution(points(values=[2.0] * 4), RATE, CAPTION)) >= 4
    assert marked(charts.scatter(pairs(), RATE, RATE, CAPTION)) >= 12


def test_a_logarithmic_axis_has_plain_ticks_and_leaves_zero_out():
    axis = Axis("Densité", "hab./km²", 1, log=True)
    figure = charts.distribution(points(values=(0, 30, 3000, 20_000)), axis, CAPTION, benchmark=("France", 100))
    assert len(figure.data[0].x) == 3 and figure.layout.xaxis.type == "log"
    assert f"1{THIN}000" in figure.layout.xaxis.ticktext
    note = next(note for note in figure.layout.annotations if note.text.startswith("France"))
    assert note.x == pytest.approx(2)


def test_a_scatter_draws_the_robust_line_it_is_given():
    table = pairs()
    table.loc[3, "y"] = NAN
    figure = charts.scatter(table, Axis("a"), Axis("b"), CAPTION, ["05"], trend_line(table["x"], table["y"]))
    rest, line, chosen = figure.data
    assert len(rest.x) == 10 and chosen.name == "Lieu 5"
    assert np.asarray(line.y) == pytest.approx(2 * np.asarray(line.x))
    assert "Theil-Sen" in line.name


def test_a_line_of_logarithms_is_drawn_back_on_the_logarithmic_axis():
    table = pairs().assign(y=lambda t: t["x"] ** 3)
    line = trend_line(np.log10(table["x"]), np.log10(table["y"]))
    drawn = charts.scatter(table, Axis("a", log=True), Axis("b", log=True), CAPTION, line=line).data[1]
    assert np.asarray(drawn.y) == pytest.approx(np.asarray(drawn.x) ** 3)


def test_no_line_where_there_are_too_few_points():
    few = pairs(3)
    assert len(charts.scatter(few, RATE, RATE, CAPTION, line=trend_line(few["x"], few["y"])).data) == 1  # dots


def test_bars_go_down_from_the_longest_and_the_unknown_says_why():
    table = points(values=(2.0, 2.1, NAN, NAN), state=["", "", "ns", "manquant"])
    figure = charts.bars(table, RATE, CAPTION, ["00"])
    bars, words = figure.data
    assert list(figure.layout.yaxis.ticktext)[::-1] == ["Aube", "<b>Ardennes</b>", "Marne", "Meuse"]
    assert list(bars.x)[::-1] == [2.1, 2.0, 0, 0]
    assert [word.strip() for word in words.text][::-1] == ["2,1", "2,0", "NS (secret)", "donnée manquante"]
    assert bars.error_x.visible is False


def test_an_interval_is_drawn_where_there_is_one_only():
    bounds = ["exact", "exact", "at_least", "at_most"]
    table = points(values=(2.0, 2.1, 1.9, 1.8), low=[1.5, NAN, 1.9, NAN], high=[2.7, NAN, NAN, 1.8], bound=bounds)
    bars, words = charts.bars(table, RATE, CAPTION).data
    rows = {text.split("<br>")[0]: row for row, text in enumerate(bars.customdata)}
    row = rows["<b>Ardennes</b>"]
    assert (bars.error_x.array[row], bars.error_x.arrayminus[row]) == pytest.approx((0.7, 0.5))
    assert "intervalle de 1,5 à 2,7" in bars.customdata[row]
    others = [bars.error_x.array[rows[f"<b>{name}</b>"]] for name in ("Aube", "Marne", "Meuse")]
    assert others == [0, 0, 0]
    assert f"≥{HARD}1,9" in words.text[rows["<b>Marne</b>"]] and f"≤{HARD}1,8" in words.text[rows["<b>Meuse</b>"]]


def test_bars_have_the_colours_of_the_map():
    table = points(values=(2.0, 1.3, 3.0, NAN))
    _, classes = classify(table["value"], (1.4, 2.4), "OrRd")
    fills = charts.bars(table, RATE, CAPTION, classes=classes).data[0].marker.color
    assert list(fills)[::-1][:3] == [classes.colours[2], classes.colours[1], classes.colours[0]]


def test_two_territories_of_one_name_are_two_bars():
    figure = charts.bars(points(("Saint-Denis", "Saint-Denis", "a", "b"), (1, 2, 3, 4)), RATE, CAPTION)
    assert len(set(figure.data[0].y)) == 4


def test_small_multiples_share_a_scale_and_leave_gaps_open():
    figure = charts.evolution(years(), RATE, CAPTION, france())
    lines = [trace for trace in figure.data if trace.line.dash == "solid"]
    assert [trace.name for trace in lines] == ["Ardennes", "Aube"]
    assert np.isnan(lines[0].y[2]) and lines[0].connectgaps is False
    assert list(lines[0].x) == [2019, 2020, 2021, 2022]
    assert figure.layout.yaxis2.matches == "y"
    assert sum(bool(trace.showlegend) for trace in figure.data) == 1
    assert f"<b>Ardennes, 2019</b><br>2,4{HARD}pour 1 000" in lines[0].customdata


def test_a_funnel_tells_who_is_beyond_and_by_which_limits():
    limits = cone()
    codes, names = [f"{n:02}" for n in range(12)], [f"Lieu {n}" for n in range(12)]
    figure = funnel_plot.chart(limits, codes, names, Axis("Attendus"), RATE, CAPTION, ["11"])
    markers = {trace.name: trace for trace in figure.data if trace.mode == "markers"}
    counts = [int((np.abs(limits.sides) == beyond).sum()) for beyond in range(3)]
    assert [len(trace.x) for trace in figure.data if trace.mode == "markers"][:3] == counts
    assert "Lieu 11" in markers and sum(counts) == 12
    legend = [trace.name for trace in figure.data if trace.mode == "lines" and trace.showlegend]
    assert legend[:2] == [f"95{HARD}%, hasard seul", f"99,8{HARD}%, hasard seul"]
    assert (len(legend) == 4) == (limits.adjusted_curve is not None)


def test_a_long_title_is_folded():
    figure = charts.bars(points(), RATE, Caption("mot " * 60, "Insee", "2023"))
    assert figure.layout.title.text.count("<br>") == 3
    assert figure.layout.margin.t > charts.bars(points(), RATE, CAPTION).layout.margin.t


def test_plotly_s_own_words_are_french_and_its_logo_absent():
    assert CONFIG["displaylogo"] is False and CONFIG["locale"] in CONFIG["locales"]
    assert CONFIG["locales"]["fr"]["format"] == {"decimal": ",", "thousands": THIN}
