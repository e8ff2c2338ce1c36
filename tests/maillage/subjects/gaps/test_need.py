"""Need beside access: figures at their own level, ranks with their reasons, nothing spread over communes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from maillage import catalog
from maillage.address.gaps import NEEDS, GapsChoices
from maillage.address.selection import Selection
from maillage.methods.need import Thirds
from maillage.subjects.gaps import access as gap_access
from maillage.subjects.gaps import need as gap_need
from maillage.subjects.gaps.completeness import Unanswerable
from maillage.subjects.gaps.territory import ground

NORTH = Selection("departement", "62")


@pytest.fixture
def crossed(ask):
    return lambda selection=NORTH, **chosen: gap_need.compose(ask, ground(ask, selection), GapsChoices(**chosen))


@pytest.fixture
def ranked(ask):
    return lambda selection=NORTH, **chosen: gap_need.rank(ask, ground(ask, selection), GapsChoices(**chosen))


@pytest.mark.parametrize("need", NEEDS)
def test_a_need_is_drawn_at_the_level_it_is_known(crossed, need):
    page = crossed(need=need)
    known_by_commune = "commune" in catalog.INDICATOR[need].levels
    assert page.level == ("commune" if known_by_commune else "departement")
    assert len(page.table) == (887 if known_by_commune else 101)
    assert any("n'est connu que par département" in note for note in page.notes) != known_by_commune


def test_nine_classes_of_two_thirds(crossed):
    page = crossed(need="densite", measure="km")
    for row in page.table.itertuples():
        need = sum(row.need >= limit for limit in page.need_thirds.limits)
        access = sum(row.access >= limit for limit in page.access_thirds.limits)
        assert row.cell == 3 * need + access
    assert page.painted.marks == "".join(map(str, page.table["cell"]))
    assert sum(page.painted.classes.counts) == 887


def test_with_an_index_the_least_is_the_hardest(crossed):
    page = crossed(need="densite", measure="indice", types=("MSP", "CDS"))
    nothing = page.table[page.table["access"] == 0]
    most = page.table[page.table["access"] == page.table["access"].max()]
    assert set(nothing["cell"] % 3) == {2} and set(most["cell"] % 3) == {0}


def test_unknown_is_in_no_cell():
    some = Thirds(np.array([0, -1, 2, 1]), (1.0, 2.0), (1, 1, 1))
    other = Thirds(np.array([2, 2, -1, 0]), (1.0, 2.0), (1, 1, 1))
    assert list(gap_need.cells(some, other, best_is_high=False)) == [2, -1, -1, 3]
    assert list(gap_need.cells(some, other, best_is_high=True)) == [0, -1, -1, 5]


def test_means_are_of_people_and_only_of_whole_territories():
    values = pd.DataFrame(
        {
            "departement_code": ["1", "1", "2", "2", "3"],
            "population": [100, 300, 10, 10, 0],
            "value": [4.0, 8.0, 5.0, np.nan, np.nan],
            "known": [True, True, True, False, False],
        }
    )
    assert gap_need.averaged(values, "departement_code").to_dict() == {"1": 7.0}
    # Nobody lives in the commune whose figure is unknown: nothing is missing.
    empty = values.assign(population=[100, 300, 10, 0, 0])
    assert gap_need.averaged(empty, "departement_code").to_dict() == {"1": 7.0, "2": 5.0}


def test_départements_are_compared_where_access_is_known(crossed, ask_partial):
    page = gap_need.compose(ask_partial, ground(ask_partial, NORTH), GapsChoices(need="mortalite_prematuree_0_64"))
    assert set(page.table.loc[page.table["cell"] >= 0, "code"]) == {"08", "59", "62", "71", "86"}
    assert (crossed(need="mortalite_prematuree_0_64").table["cell"] >= 0).sum() > 90  # the register holds them all


# -- the ranked list ------------------------------------------------------------------------------------------------


def test_the_greatest_need_comes_first_with_its_reasons(ranked):
    page = ranked()
    assert len(page.table) == 887 and page.table["rank"].is_monotonic_increasing
    assert page.table["concerned"].round(6).is_monotonic_decreasing
    assert page.table["concerned"].to_numpy() == pytest.approx(
        (page.table["score"] / 100 * page.table["population"]).to_numpy()
    )
    assert (page.table["population"].head(20) > 1000).all()  # no hamlet is where to act first
    assert ((page.table["lowest"] <= page.table["rank"]) & (page.table["rank"] <= page.table["highest"])).all()
    first = page.reasons(1)[0]
    assert first.startswith("Surtout") and "le temps jusqu'au site MSP" in first
    # Four criteria weighed, each moved by 20 points; by default two are.
    four = ranked(weight_time=3, weight_index=2, weight_density=1, weight_change=1)
    assert four.weightings > 20 and page.weightings > 2


def test_one_weight_alone_ranks_by_its_figure(ranked):
    alone = {"weight_time": 5, "weight_index": 0, "weight_density": 0, "weight_change": 0}
    page = ranked(**alone)
    assert page.table["concerned"].is_monotonic_decreasing
    by_time = page.table.sort_values("near")
    assert by_time["score"].is_monotonic_increasing
    assert (page.table["lowest"] == page.table["highest"]).all()
    dense = ranked(**{**alone, "weight_time": 0, "weight_density": 1})
    assert dense.table.sort_values("densite")["score"].is_monotonic_increasing
    assert page.reasons(1)[0].count("(") == 1  # one criterion, one reason


def test_intercommunalités_and_départements(ranked):
    epci = ranked(ranked="epci")
    assert epci.table["code"].str.len().eq(9).all() and len(epci.table) >= 15
    departements = ranked(ranked="departement")
    assert len(departements.table) > 90 and departements.table["score"].is_monotonic_decreasing
    assert "la mortalité prématurée" in departements.reasons(1)[0] and "départements" in departements.reasons(1)[0]
    assert "densite" not in departements.table.columns


def test_what_lacks_a_figure_is_not_ranked_and_said():
    table = pd.DataFrame(
        {"code": ["a", "b", "c"], "name": list("abc"), "population": [10, 20, 30], "near": [1.0, np.nan, 3.0]}
    )
    parts = gap_need.components(GapsChoices(weight_index=0))[:1]
    page = gap_need.order(table, parts, "commune", [])
    assert list(page.table["code"]) == ["c", "a"]
    assert page.notes[-1].startswith("Hors du classement, faute de chiffre : 1 (")
    assert any("faute de chiffre" in note for note in page.notes)


def test_the_default_need_is_a_need():
    assert GapsChoices().need == "mortalite_prematuree_0_64"
    weights = {part.code: part.weight for part in gap_need.components(GapsChoices())}
    assert weights["evolution_population"] == 0 and weights["near"] > 0
    weights = {part.code: part.weight for part in gap_need.components(GapsChoices(ranked="departement"))}
    assert weights["mortalite_prematuree_0_64"] > 0 and weights["part_75_plus"] > 0


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"weight_time": 0, "weight_index": 0, "weight_density": 0, "weight_change": 0}, "donnez un poids"),
        ({"types": ()}, "au moins un"),
        ({"types": ("ESS",)}, "ESS"),
    ],
)
def test_what_cannot_be_ranked_is_a_sentence(ranked, chosen, words):
    with pytest.raises(Unanswerable) as refusal:
        ranked(**chosen)
    assert words in str(refusal.value) and str(refusal.value).endswith(".")


def test_an_index_that_cannot_be_counted_is_left_out_of_the_weights(ranked):
    page = ranked(supply="places")
    assert [part.code for part in page.components] == ["near", "densite", "evolution_population"]
    assert "ne compte pas" in page.notes[0]


def test_the_lists_are_written_in_french(ranked, crossed):
    table = gap_need.listing(ranked(ranked="epci"))
    assert list(table.columns[:3]) == ["Rang", "Intercommunalité", "Pourquoi"]
    assert gap_need.crossing(crossed(need="densite")).iloc[0]["Classe"] == "besoin fort, accès difficile"


def test_the_answers_kept_are_never_changed(ask):
    here = ground(ask, NORTH)
    before = ask(gap_need.access.figures, "residence", ("densite", "evolution_population"))
    columns = list(before.columns)
    gap_need.rank(ask, here, GapsChoices())
    assert list(ask(gap_need.access.figures, "residence", ("densite", "evolution_population")).columns) == columns


def test_moving_a_weight_moves_a_rank(ask):
    here = ground(ask, NORTH)
    one = gap_need.rank(ask, here, GapsChoices()).table.set_index("code")["rank"]
    other = gap_need.rank(ask, here, replace(GapsChoices(), weight_density=10)).table.set_index("code")["rank"]
    assert (one != other.reindex(one.index)).mean() > 0.5
    assert gap_access.NO_TYPE.endswith(".")


def test_each_of_the_two_figures_says_where_it_comes_from_and_of_when(ask):
    crossed = gap_need.compose(ask, ground(ask, Selection("departement", "2A")), GapsChoices())
    words = gap_need.credit(ask, crossed, ("MSP", "CDS"))
    assert words.startswith("Besoin : Insee") and words.count("FINESS") == 1
    assert words.count("2023") == 1 and words.count("2026") == 1
