"""Premature mortality, against another computation and what must always hold."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import build as builder
from etl.derive import mortality
from maillage.catalog import standards
from tests.etl.derive.standardised import standardised_rate
from tests.etl.published import france
from tests.etl.schema import schema

UNDER_65, UNDER_75 = standards.PREMATURE
WEIGHTS = [5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000]


@pytest.fixture(scope="module")
def opened():
    with france("08", "51", "2A") as place:
        place[0].execute(
            "INSERT INTO source SELECT unnest(['deces', 'ages']), 'essai', 'essai', 'essai', 'essai', 'essai', NULL, 'x', 0, NULL"
        )
        yield place[0]


@pytest.fixture
def place(opened):
    opened.execute("BEGIN")
    yield opened
    opened.execute("ROLLBACK")


def deaths(place, code: str, counts, year=2023, sex="all", width=5) -> None:
    place.execute(
        """INSERT INTO event_by_age SELECT $code, $year, 'deces', $sex, $width * rank, $width * (rank + 1), count, count IS NULL, 'deces'
           FROM (SELECT unnest($counts::INTEGER[]) AS count, unnest(range(len($counts))) AS rank)""",
        {"code": code, "year": year, "sex": sex, "width": width, "counts": counts},
    )


def people(place, code: str, counts, year=2023, provisional=False) -> None:
    """Half of each sex."""
    place.execute(
        """INSERT INTO population_by_age SELECT $code, $year, sex, 5 * rank, 5 * (rank + 1), count // 2, $provisional, 'ages'
           FROM (SELECT unnest($counts::INTEGER[]) AS count, unnest(range(len($counts))) AS rank), (VALUES ('f'), ('m')) AS s(sex)""",
        {"code": code, "year": year, "counts": counts, "provisional": provisional},
    )


def rates(place, indicator=UNDER_65, level="departement") -> dict[str, tuple]:
    """code -> value, low, high, events, basis."""
    mortality.run(place)
    rows = place.execute(
        "SELECT code, value, low, high, events, basis FROM staging.figure WHERE indicator = ? AND level = ?",
        [indicator, level],
    ).fetchall()
    return {code: tuple(rest) for code, *rest in rows}


def notes(place) -> list[str]:
    return [
        f"{outcome}, {reason}"
        for outcome, reason in place.execute("SELECT outcome, reason FROM staging.intake_row ORDER BY rowid").fetchall()
    ]


def test_by_hand(place):
    """One band has the deaths, 65 of 13,000 people at 60-64: 6,000 × 65/13,000 ÷ 80,500 = 37.267 per 100,000.

    Byar(65) = (50.165, 82.847); Var = 6000² × 65/13000² ÷ 80500²; √(Var/65) × 100,000 = 0.573345.
    """
    deaths(place, "08", [0] * 12 + [65, 0, 0])
    people(place, "08", [10_000] * 12 + [13_000] + [10_000] * 2)
    value, low, high, events, basis = rates(place)["08"]
    assert value == pytest.approx(37.267, abs=5e-4)
    assert (low, high) == (
        pytest.approx(37.267 + 0.573345 * (50.165 - 65), abs=2e-3),
        pytest.approx(37.267 + 0.573345 * (82.847 - 65), abs=2e-3),
    )
    assert (events, basis) == (65, "computed")


counts = st.lists(st.integers(0, 400), min_size=15, max_size=15)
sizes = st.lists(st.integers(500, 40_000).map(lambda n: 2 * n), min_size=15, max_size=15)


@settings(max_examples=60, deadline=None)
@given(counts, sizes)
def test_as_another_computation_has_it(opened, dead, living):
    opened.execute("BEGIN")
    try:
        deaths(opened, "08", dead)
        people(opened, "08", living)
        rate = rates(opened)["08"]
        expected = standardised_rate(dead[:13], living[:13], WEIGHTS[:13])
        assert rate[3] == sum(dead[:13])
        for ours, theirs in zip(rate[:3], expected, strict=True):
            assert ours == (None if theirs is None else pytest.approx(theirs, rel=1e-9, abs=1e-9))
        if rate[0] is not None:
            assert 0 <= rate[1] <= rate[0] <= rate[2]
    finally:
        opened.execute("ROLLBACK")


@settings(max_examples=30, deadline=None)
@given(counts, st.integers(2, 9))
def test_twice_the_people_and_the_deaths_is_the_same_rate_better_known(opened, dead, times):
    opened.execute("BEGIN")
    try:
        dead = [10 + count for count in dead]
        deaths(opened, "08", dead)
        people(opened, "08", [20_000] * 15)
        deaths(opened, "51", [times * count for count in dead])
        people(opened, "51", [times * 20_000] * 15)
        rate = rates(opened, UNDER_75)
        one, more = rate["08"], rate["51"]
        assert one[0] == pytest.approx(more[0]) and more[2] - more[1] < one[2] - one[1]
    finally:
        opened.execute("ROLLBACK")


def test_single_ages_and_sexes_are_added(place):
    people(place, "08", [10_000] * 15)
    people(place, "51", [10_000] * 15)
    deaths(place, "08", [4] * 15)
    for sex in "fm":
        deaths(place, "51", [1, 1, 0, 0, 0] * 15, sex=sex, width=1)
    rate = rates(place)
    assert rate["08"] == rate["51"] and rate["08"][3] == 13 * 4


def test_the_mean_of_both_ends_of_the_year_where_they_are_known(place):
    deaths(place, "08", [50] * 15)
    people(place, "08", [9_000] * 15, 2023)
    people(place, "08", [11_000] * 15, 2024, provisional=True)
    value, *_, basis = rates(place)["08"]
    assert value == pytest.approx(100_000 * 50 / 10_000) and basis == "provisional"
    (method,) = place.execute("SELECT DISTINCT method FROM staging.figure WHERE indicator = ?", [UNDER_65]).fetchone()
    assert "population moyenne de l'année (provisoire)" in method and "Dobson" in method and "2013" in method


def test_under_ten_deaths_there_is_no_rate_but_a_reason(place):
    deaths(place, "08", [0] * 12 + [9, 30, 0])
    people(place, "08", [10_000] * 15)
    assert rates(place)["08"] == (None, None, None, 9, "computed")
    assert rates_again(place, UNDER_75)["08"][3] == 39
    (method,) = place.execute(
        "SELECT method FROM staging.figure WHERE indicator = ? AND level = 'departement'", [UNDER_65]
    ).fetchone()
    assert "moins de 10 décès" in method


def rates_again(place, indicator):
    rows = place.execute(
        "SELECT code, value, low, high, events, basis FROM staging.figure WHERE indicator = ? AND level = 'departement'",
        [indicator],
    )
    return {code: tuple(rest) for code, *rest in rows.fetchall()}


def test_a_withheld_band_withholds_the_rate_and_a_missing_one_gives_none(place):
    for code in ("08", "51", "2A"):
        people(place, code, [10_000] * 15)
    deaths(place, "08", [40] * 5 + [None] + [40] * 9)
    deaths(place, "51", [40] * 13)
    rate = rates(place)
    assert rate["08"] == (None, None, None, None, "withheld") and rate["51"][0] is not None and "2A" not in rate
    assert "51" not in rates_again(place, UNDER_75)  # 65 to 74 is not told
    assert notes(place) == ["compris, mortalité calculée"]


def test_wide_bands_and_one_sex_give_no_rate_and_it_is_told(place):
    people(place, "08", [10_000] * 15)
    people(place, "51", [10_000] * 15)
    deaths(place, "08", [40] * 7, width=10)
    deaths(place, "51", [40] * 15, sex="f")
    assert rates(place) == {} and notes(place) == ["ambigu, tranches d'âge absentes"]


def test_without_people_by_age_it_is_told(place):
    deaths(place, "08", [40] * 15)
    assert rates(place) == {} and notes(place) == ["ambigu, population par âge absente"]


def test_a_region_and_france_are_given_whole_or_not_at_all(place):
    for code in ("08", "51"):
        people(place, code, [10_000] * 15)
        deaths(place, code, [40] * 15)
    assert set(rates(place, level="region")) == {"44"} and rates_again(place, UNDER_65)["08"][0] == pytest.approx(400)
    rows = place.execute("SELECT level, events FROM staging.figure WHERE indicator = ?", [UNDER_65]).fetchall()
    assert ("region", 2 * 13 * 40) in rows and "france" not in {level for level, _ in rows}  # 2A is not told


def test_nothing_is_written_where_nobody_brought_deaths(place):
    people(place, "08", [10_000] * 15)
    assert rates(place) == {} and notes(place) == []


def test_deaths_counted_where_they_happen_are_not_believed():
    """Against the published rates: those that follow them are shown, those that do not are refused in a sentence."""
    with duckdb.connect() as connection:
        connection.execute(schema())
        builder.fill_catalog(connection)
        connection.execute(
            "INSERT INTO source SELECT unnest(['deces', 'ages']), 'essai', 'essai', 'essai', 'essai', 'essai', NULL, 'x', 0, NULL"
        )
        codes = [f"{n:02}" for n in range(1, 41) if n != 20]
        published = np.linspace(1.2, 2.4, len(codes))
        for code, rate in zip(codes, published, strict=True):
            connection.execute(
                "INSERT INTO territory BY NAME SELECT 'departement' AS level, ? AS code, ? AS name, '01' AS region_code",
                [code, code],
            )
            connection.execute(
                """INSERT INTO indicator_value BY NAME SELECT 'departement' AS level, ? AS code, 'mortalite_prematuree_0_64' AS indicator,
                   2023 AS year, 'all' AS sex, ? AS value, 'essai' AS method, 'ages' AS source_id""",
                [code, round(rate, 1)],
            )
            for year in (2022, 2023):
                people(connection, code, [20_000] * 15, year)
            deaths(connection, code, [round(20 * rate)] * 15, 2022)
        for code, rate in zip(codes, np.random.default_rng(1).permutation(published), strict=True):
            deaths(connection, code, [round(20 * rate)] * 15, 2023)
        mortality.run(connection)
        years = connection.execute(
            "SELECT DISTINCT year FROM staging.figure WHERE indicator = ?", [UNDER_65]
        ).fetchall()
        assert years == [(2022,)]
        notes = connection.execute("SELECT line, reason, sentence FROM staging.intake_row").fetchall()
        assert ("2023", "décès hors du domicile") in {row[:2] for row in notes}
        assert any("au domicile" in row[2] for row in notes)
