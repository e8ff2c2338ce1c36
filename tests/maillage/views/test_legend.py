"""The title, the notes and the legend."""

import re

import pandas as pd
import pytest

from maillage import catalog
from maillage.language.classes import ranges
from maillage.methods.classes import classify
from maillage.views import legend

DENSITY = catalog.INDICATOR["densite"]


def classes(values=(1, 30, 30, 2000), breaks=DENSITY.breaks, withheld=None):
    return classify(pd.Series(values, dtype=float), breaks, DENSITY.palette, withheld)[1]


def items(fragment: str) -> list[tuple[str, str, str]]:
    """(style, label, count) of every class."""
    listed = re.search(r'<ul class="classes">(.*?)</ul>', fragment, re.DOTALL)[1]
    return re.findall(r'style="([^"]*)"></i>(.*?) <span class="count">(.*?)</span>', listed)


def test_the_legend_has_every_class_with_its_colour_and_count():
    classes_found = classes()
    entries = items(legend.legend(DENSITY, classes_found, "commune", "2023", "Insee"))
    assert [style for style, *_ in entries] == [f"background:{colour}" for colour in classes_found.colours]
    assert [int(count) for *_, count in entries] == [1, 2, 0, 0, 0, 1]
    assert entries[0][1] == "moins de 20" and entries[-1][1].replace("\u202f", " ") == "1 500 et plus"


def test_missing_and_withheld_are_told_apart(read):
    none, nan = classes(), float("nan")
    assert "manquante" not in legend.legend(DENSITY, none, "commune", "2023", "Insee")
    both = classes((1, nan, nan), withheld=pd.Series([False, True, False]))
    words = read(legend.legend(DENSITY, both, "commune", "2023", "Insee")).text
    assert "manquante" in words and "NS" in words


@pytest.mark.parametrize("indicator", catalog.INDICATORS, ids=lambda indicator: indicator.code)
def test_a_range_for_each_class(indicator):
    for breaks in {(), indicator.breaks, indicator.commune_breaks, (1.25, 3.5)}:
        labels = ranges(breaks, indicator)
        assert len(labels) == len(breaks) + 1 == len(set(labels))


def test_limits_have_as_few_decimals_as_tell_them_apart():
    assert ranges((20.0, 50.0), DENSITY) == ["moins de 20", "20 à 50", "50 et plus"]
    assert ranges((1.4, 1.6), DENSITY) == ["moins de 1,4", "1,4 à 1,6", "1,6 et plus"]


def test_a_negative_limit_has_a_true_minus_sign():
    growth = catalog.INDICATOR["evolution_population"]
    assert any("\u2212" in label for label in ranges(growth.breaks, growth))


def test_symbols_and_outlines_are_those_on_the_map(read):
    fragment = legend.marks(["MSP", "LHSS"], ["aci_signe", "inconnu"])
    page = read(fragment)
    assert page.closed
    assert "MSP" in page.text and "LHSS" in page.text and "PASS" not in page.text
    kinds = [value for name, value in page.attributes if name == "class" and value.startswith("outline")]
    assert kinds == ["outline solid", "outline dotted"]


def test_no_symbol_no_second_line():
    assert 'class="marks"' not in legend.legend(DENSITY, classes(), "commune", "2023", "Insee")
    assert legend.marks([]) == ""


def test_a_strangers_name_is_text_in_the_legend_the_title_and_the_notes(harmless):
    harmless(legend.legend(DENSITY, classes(), "commune", "2023", harmless.name))
    harmless(legend.title(["France", "Grand Est", harmless.name]))
    harmless(legend.title([harmless.name, "Sedan"]))
    harmless(legend.notes([harmless.name]))
    harmless(legend.notes(["Bien.", harmless.name], alert=True))


def test_an_alert_is_announced():
    assert 'role="alert"' in legend.notes(["Non."], alert=True)
    assert "alert" not in legend.notes(["Non."])


def test_the_title_ends_with_the_place():
    assert legend.title(["France", "Grand Est", "Ardennes (08)"]).endswith('<h1 class="place">Ardennes (08)</h1>')
    assert '<h1 class="place">France</h1>' in legend.title(["France"])
