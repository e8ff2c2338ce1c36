"""The estimate of minutes: fitted on known laws, and held against real car times."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from docs.calibrate_travel import TABLE, trips
from maillage import catalog
from maillage.methods import travel

REAL = Path(__file__).parents[4] / "shared" / "real" / "osrm" / "TimeDistCarIsere.csv.gz"
FORM = {form.name: form for form in travel.FORMS}


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return pd.read_csv(TABLE)


def test_a_law_is_found_again_in_its_own_times():
    km = np.random.default_rng(1).uniform(0.5, 40, 4000)
    noise = np.random.default_rng(2).laplace(1, 0.1, 4000).clip(0.5, 1.5)
    a, b = travel.fit(FORM["puissance"], km, 2.5 * km**0.9 * noise)
    assert (a, b) == (pytest.approx(2.5, rel=0.03), pytest.approx(0.9, abs=0.02))
    assert travel.fit(FORM["vitesse_constante"], km, 2 * km * noise) == (pytest.approx(2, rel=0.02),)
    assert travel.fit(FORM["usage"], km, 9 * km) == (1.3, 45.0)


def test_one_wild_trip_does_not_move_the_fit():
    km = np.linspace(1, 40, 200)
    minutes = 3 * km**0.8
    minutes[7] *= 50
    assert travel.fit(FORM["puissance"], km, minutes) == (pytest.approx(3, rel=0.01), pytest.approx(0.8, abs=0.01))


@pytest.mark.parametrize("km, minutes", [([], []), ([0.0, 1.0], [1.0, 1.0]), ([1.0], [0.0]), ([1.0], [np.nan])])
def test_a_trip_without_length_or_time_is_refused(km, minutes):
    with pytest.raises(ValueError, match="positives"):
        travel.fit(FORM["puissance"], np.array(km), np.array(minutes))


def test_errors_by_hand():
    guess, real = np.array([4.0, 8, 11, 30]), np.array([5.0, 10, 10, 20])
    frame = travel.errors(guess, real, real, (0, 5, 10, 20, 40)).set_index("low")
    assert frame["trips"].tolist() == [0, 1, 2, 1]
    assert frame.loc[0].isna().sum() == 3
    assert frame.loc[10, ["median_relative_error_percent", "mean_absolute_error_minutes", "bias_minutes"]].tolist() == (
        pytest.approx([15, 1.5, -0.5])
    )
    assert frame.loc[20, "median_relative_error_percent"] == pytest.approx(50)


def test_halves_are_the_same_whatever_the_order_of_the_communes():
    codes = np.array(["38185", "38001", "38421", "38010", "38002"])
    seen = travel.halves(codes)
    assert sorted(codes[seen]) == ["38001", "38010", "38421"]
    shuffled = codes[[3, 1, 4, 0, 2]]
    assert set(shuffled[travel.halves(shuffled)]) == set(codes[seen])


def test_the_estimate_grows_with_distance_and_can_be_read_backwards():
    km = np.linspace(0, 200, 500)
    minutes = catalog.TRAVEL.minutes(km)
    assert minutes[0] == 0
    assert (np.diff(minutes) > 0).all()
    assert catalog.TRAVEL.km(minutes) == pytest.approx(km)


def test_the_catalog_says_what_the_calibration_found(published):
    chosen = published[published["chosen"] == "oui"]
    assert set(chosen["form"]) == {"puissance"}
    assert chosen["parameters"].iloc[0] == f"{catalog.TRAVEL.factor:g} ; {catalog.TRAVEL.exponent:g}"
    bands = chosen[chosen["by"] == "real_minutes"]
    declared = bands[["low", "high", *published.columns[-3:]]].to_numpy()
    assert declared.tolist() == [list(error) for error in catalog.TRAVEL.errors]


def test_the_form_chosen_is_the_best_on_trips_it_never_saw(published):
    overall = published[published["by"] == "km"].set_index("form")["median_relative_error_percent"]
    assert overall.idxmin() == "puissance"
    assert overall["puissance"] < 0.75 * overall["usage"]


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="../shared/real is absent: no real car times to refit")
def test_the_published_file_is_what_the_real_times_give(published):
    codes, km, minutes = trips(REAL)
    assert len(codes) == 512
    remade = pd.read_csv(StringIO(travel.calibrate(codes, km, minutes).to_csv(index=False)))
    pd.testing.assert_frame_equal(remade, published, rtol=1e-3)
