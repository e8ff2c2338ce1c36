"""What the build is held against is itself held against published values."""

from __future__ import annotations

import numpy as np
import pytest

from maillage.catalog import standards
from maillage.methods import rates
from tests.etl.derive.standardised import standardised_rate

# Births and Down's syndrome cases by maternal age, birth orders 1 to 5+, Michigan 1950-1964: Stark and Mantel (1966) in
# Fleiss, Statistical Methods for Rates and Proportions, 1981, p. 249; Fay and Feuer (1997), table 1.
BIRTHS = np.array(
    [
        [230061, 329449, 114920, 39487, 14208, 3052],
        [72202, 326701, 208667, 83228, 28466, 5375],
        [15050, 175702, 207081, 117300, 45026, 8660],
        [2293, 68800, 132424, 98301, 46075, 9834],
        [327, 30666, 123419, 149919, 104088, 34392],
    ]
)
CASES = np.array(
    [
        [107, 141, 60, 40, 39, 25],
        [25, 150, 110, 84, 82, 39],
        [3, 71, 114, 103, 108, 75],
        [1, 26, 64, 89, 137, 96],
        [0, 8, 63, 112, 262, 295],
    ]
)


def test_rates_of_a_published_study():
    standard = BIRTHS.mean(axis=0)
    first, *_, last = (standardised_rate(*each, standard)[0] for each in zip(CASES, BIRTHS, strict=True))
    assert first == pytest.approx(92.305, abs=5e-4)  # Fay and Feuer: 92.3
    assert last == pytest.approx(75.52901, abs=5e-6)  # vignette of the R package dsrTest


def test_dobson_is_byar_stretched_by_the_variance():
    # Var of birth order 1, as another implementation prints it: 0.003919e-6.
    value, _, high = standardised_rate(CASES[0], BIRTHS[0], BIRTHS.mean(axis=0), per=1)
    variance = ((high - value) / (float(rates.byar(412)[1]) - 412)) ** 2 * 412
    assert round(variance * 1e6, 6) == 0.003919


def test_by_hand():
    three = standardised_rate((10, 40, 350), (34000, 58000, 70000), (16000, 31000, 33500))
    assert [round(float(each), 3) for each in three] == [240.479, 217.472, 265.255]
    assert standardised_rate((4, 5), (1000, 1000), (1, 1)) == (None, None, None)


def test_the_european_standard_population_under_65():
    bands = standards.under(65)
    assert len(bands) == 14 and sum(weight for *_, weight in bands) == 80_500
