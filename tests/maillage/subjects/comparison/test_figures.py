"""Figures of départements: years, unknowns, and small numbers that no difference gives away."""

from itertools import combinations

import numpy as np
import pytest

from maillage import catalog
from maillage.methods.secrecy import NUMBER
from maillage.queries import comparison, indicators
from maillage.subjects.comparison.chance import pooled
from maillage.subjects.comparison.figures import MISSING, NS, figures
from tests.fabricated import FEW, MORTALITY, UNKNOWN, YEARS

STATUSES = catalog.DEFAULT_CPTS_STATUSES
CORSE, OCCITANIE, MAYOTTE = "94", "76", "06"


@pytest.mark.parametrize("name", ["densite", MORTALITY, "msp_nombre", "couverture_cpts", "structures_pass_100k"])
def test_latest_figures_are_those_of_the_map(cursor, ask, name):
    ours, painted = ask.keep(figures, name, STATUSES, 11).at(), indicators.by_departement(cursor, name)
    assert ours["code"].tolist() == painted["code"].tolist()
    for column in ("value", "low", "high"):
        np.testing.assert_array_equal(ours[column].to_numpy(float), painted[column].to_numpy(float))
    assert ours["state"].eq(MISSING).tolist() == painted["value"].isna().tolist()


def test_a_year_is_that_year_or_missing(cursor, ask):
    table = ask.keep(figures, "msp_nombre", STATUSES, 11)
    known = {
        (code, year): value
        for level, code, year, value in cursor.execute(
            "SELECT level, code, year, value FROM indicator_value WHERE indicator = 'msp_nombre'"
        ).fetchall()
        if level == "departement"
    }
    assert table.years == tuple(sorted({year for (_, year), value in known.items() if value is not None}))
    for year in table.years:
        rows = table.at(year).set_index("code")
        for code in rows.index:
            value = known.get((code, year))
            assert rows.loc[code, "value"] == value if value is not None else rows.loc[code, "state"] == MISSING
    assert table.at(1990)["state"].eq(MISSING).all() and table.at(1990)["label"].eq("–").all()


def test_the_year_of_one_département_is_no_year_to_choose(ask):
    table = ask.keep(figures, "densite", STATUSES, 11)
    assert table.years == (2023,) and set(table.at().set_index("code").loc[["976", "08"], "year"]) == {2017, 2023}


def test_ranks_go_no_finer_than_what_is_published(ask):
    rows = ask.keep(figures, MORTALITY, STATUSES, 11).at()
    for value, of_value in rows.groupby(rows["value"].round(1)):
        above = int((rows["value"].round(1) > value).sum())
        assert set(of_value["first"]) == {above + 1} and set(of_value["last"]) == {above + len(of_value)}
    assert "3e à 4e ex æquo" not in set(rows["label"]) or (rows["label"] == "3e à 4e ex æquo").sum() == 2


def test_coverage_follows_the_statuses(ask):
    every, signed = (
        ask.keep(figures, "couverture_cpts", chosen, 11).at().set_index("code") for chosen in (STATUSES, ("aci_signe",))
    )
    assert every.loc["17", "state"] == "" and signed.loc["17", "value"] < every.loc["17", "value"]
    # A source that is silent on the stage of its CPTS says nothing of those signed: neither covered nor white.
    assert every.loc["13", "bound"] == "exact" and signed.loc["13", "state"] == "manquant"


def test_comparable_indicators_are_those_with_a_figure(cursor):
    named = comparison.known(cursor)
    assert {"densite", MORTALITY, "msp_nombre"} <= named and "grille_densite" not in named


# -- small numbers ----------------------------------------------------------------------------------------------------


def test_small_counts_zero_and_unknown_are_three_things(ask_counted):
    rows = ask_counted.keep(figures, MORTALITY, STATUSES, 11).at().set_index("code")
    for code in ("48", "2A", "2B", "976"):
        assert rows.loc[code, "state"] == NS
        assert rows.loc[code, ["value", "low", "high", "events"]].isna().all() and rows.loc[code, "label"] == "–"
    assert rows.loc["05", "state"] == "" and rows.loc["05", "value"] == 0 and rows.loc["05", "events"] == 0
    assert rows.loc[UNKNOWN, "state"] == "" and np.isnan(rows.loc[UNKNOWN, "events"])
    assert rows["state"].eq(NS).sum() == 4


def test_no_threshold_withholds_nothing(ask_counted):
    table = ask_counted.keep(figures, MORTALITY, STATUSES, 0)
    assert not table.guards and table.at().set_index("code").loc["48", "events"] == FEW["48"]


def test_structures_are_nobodys_secret(ask):
    rows = ask.keep(figures, "structures_pass_100k", STATUSES, 11).at()
    assert (rows["events"] < 11).any() and not rows["state"].eq(NS).any()


def test_what_would_give_a_withheld_figure_by_difference_is_withheld_too(ask_counted):
    above = ask_counted.keep(figures, MORTALITY, STATUSES, 11).above(2023).set_index(["level", "code"])
    for place in (("region", OCCITANIE), ("region", MAYOTTE), ("france", "FR")):
        assert above.loc[place, "state"] == NS
    assert above.loc[("region", "44"), "state"] == ""


def test_sums_of_any_départements_leave_each_withheld_count_open(ask_counted):
    """What is told exactly, as equations: none of the withheld counts is a combination of them."""
    guard = ask_counted.keep(figures, MORTALITY, STATUSES, 11).guards[2023]
    codes = ["48", "2A", "2B", "976", "31", "05", "08"]
    sums = [
        [float(code in chosen) for code in codes]
        for size in range(1, len(codes) + 1)
        for chosen in combinations(codes, size)
        if guard.total(chosen).state == NUMBER
    ]
    rank = np.linalg.matrix_rank(sums)
    for place, code in enumerate(codes):
        alone = np.eye(len(codes))[place]
        deduced = np.linalg.matrix_rank([*sums, alone]) == rank
        assert deduced == (code not in ("48", "2A", "2B", "976"))


def test_a_sum_is_told_within_bounds_that_hold_the_truth(ask_counted):
    table = ask_counted.keep(figures, MORTALITY, STATUSES, 11)
    assert pooled(table, ("05", "08"), 2023).startswith("Ensemble des 2 départements comparés : ")
    words = pooled(table, ("48", "2A"), 2023)
    assert "de 2 à 20 événements" in words.replace("\u00a0", " ") and "2 départements sous le seuil de secret" in words
    assert "minimum" in pooled(table, ("08", UNKNOWN), 2023)
    assert "NS" not in pooled(table, ("08",), 2023) and set(table.guards) == set(YEARS)
