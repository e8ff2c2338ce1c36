"""Numbers, dates and names as French readers write them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from maillage.language import text

THIN, HARD, MINUS = "\u202f", "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1234.5, 1, f"1{THIN}234,5"),
        (68_350_798, 0, f"68{THIN}350{THIN}798"),
        (12.345, 2, "12,35"),
        (-0.5, 1, f"{MINUS}0,5"),
        (-1234567, 0, f"{MINUS}1{THIN}234{THIN}567"),
        (-0.0, 1, "0,0"),
        (-0.04, 1, "0,0"),
        (-0.004, 2, "0,00"),
        (None, 0, "–"),
        (float("nan"), 2, "–"),
        (pd.NA, 0, "–"),
    ],
)
def test_number(value, decimals, written):
    assert text.number(value, decimals) == written


def test_a_quantity_holds_together():
    assert text.quantity(12.3, "%", 1) == f"12,3{HARD}%"
    assert text.quantity(None, "%", 1) == "–"


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0 commune"), (1, "1 commune"), (2, "2 communes"), (1.5, "1,5 commune"), (1234, f"1{THIN}234 communes")],
)
def test_plurals_begin_at_two(value, written):
    # French: 0 and 1 are singular, and so is 1.5.
    sentence = text.count(value, "commune").replace(HARD, " ")
    assert sentence.split(" ")[1] == written.split(" ")[1]
    if value == int(value):
        assert sentence == written


def test_a_plural_of_its_own():
    assert text.count(2, "CPTS", "CPTS") == f"2{HARD}CPTS"


@pytest.mark.parametrize(
    ("value", "written"),
    [("2022-09-15", "15/09/2022"), ("2021-04", "04/2021"), ("2020", "2020"), (None, "–"), (float("nan"), "–")],
)
def test_date(value, written):
    assert text.date(value) == written


def test_escape_leaves_no_markup():
    assert text.escape('<b>"l\'été" & co</b>') == "&lt;b&gt;&#34;l&#39;été&#34; &amp; co&lt;/b&gt;"


@pytest.mark.parametrize(
    "value", [None, float("nan"), np.float64("nan"), np.float32("nan"), pd.NA, pd.NaT, 0, 0.0, "", False, np.int64(3)]
)
def test_what_is_known_is_what_pandas_holds_for_something(value):
    assert text.known(value) is not bool(pd.isna(value))


def test_a_site_says_what_is_known_and_what_is_not():
    row = SimpleNamespace(
        type="LHSS",
        name="LHSS de Sedan",
        status="ouvert",
        address=None,
        commune="Sedan",
        precision="commune",
        places=6,
        opened_on="2021-04",
        note=None,
        as_of=None,
    )
    lines = text.site(row)
    assert lines[0] == "LHSS de Sedan"
    assert lines[1] == "Lits halte soins santé" and "ouvert" in lines[2]
    assert lines[3].startswith("Sedan") and "commune" in lines[3]
    assert f"6{HARD}places" in lines
    assert any("04/2021" in line for line in lines)
    assert "datée" in lines[-1] or "daté" in lines[-1]
    row.precision, row.address, row.places, row.as_of = "adresse", "1 rue Haute", float("nan"), "2023"
    lines = text.site(row)
    assert lines[3] == "1 rue Haute, Sedan"
    assert not any("place" in line for line in lines)
    assert "2023" in lines[-1]


@pytest.mark.parametrize(
    ("words", "dated"),
    [
        ("recensement 2026-05-12", "recensement 12/05/2026"),
        ("2018 à 2026 ; 2026-01", "2018 à 2026 ; 01/2026"),
        ("COG 2026", "COG 2026"),
        ("2016-2023", "2016-2023"),
        ("construction 20261129-033436", "construction 20261129-033436"),
    ],
)
def test_dates_within_words_are_written_in_french(words, dated):
    assert text.dated(words) == dated
