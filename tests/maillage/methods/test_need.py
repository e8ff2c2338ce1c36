"""Two figures on one map, and a ranking that can be argued with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.methods import need
from maillage.methods.need import MISSING, Component

FAR = Component("distance", "la distance à la MSP la plus proche", True, 2.0)
OLD = Component("age", "la part des 75 ans et plus", True, 1.0)
GROWTH = Component("evolution", "l'évolution de la population", False, 1.0)
ALL = (FAR, OLD, GROWTH)

figures = st.lists(
    st.tuples(*[st.one_of(st.integers(0, 6).map(float), st.just(np.nan))] * 3), min_size=1, max_size=12
).map(lambda rows: pd.DataFrame(rows, columns=["distance", "age", "evolution"]))


# -- thirds ---------------------------------------------------------------------------------------------------------


def test_thirds_of_places_and_of_people():
    values = np.array([9.0, 1, 8, 2, 7, 3, 6, 4, 5])
    assert need.thirds(values).classes.tolist() == [2, 0, 2, 0, 2, 0, 1, 1, 1]
    assert (need.thirds(values).limits, need.thirds(values).counts) == ((4, 7), (3, 3, 3))
    # Where value 1 holds half of the people, it is a third by itself.
    people = np.where(values == 1, 8, 1)
    assert need.thirds(values, people).limits == (2, 5)


def test_equals_stay_together_and_uneven_classes_are_told():
    crowd = need.thirds([0] * 8 + [1, 2])
    assert (crowd.classes.tolist(), crowd.counts, crowd.even) == ([0] * 8 + [2, 2], (8, 0, 2), False)
    top = need.thirds([0, 1, 1, 1, 1, 1])
    assert (top.classes.tolist(), top.even) == ([0, 2, 2, 2, 2, 2], False)
    alike = need.thirds([4.0, 4, 4])
    assert (alike.classes.tolist(), alike.limits) == ([1, 1, 1], (np.inf, np.inf))
    assert need.thirds([1, 2, 3]).even


@given(
    st.lists(st.one_of(st.integers(0, 9).map(float), st.just(np.nan)), min_size=1).filter(
        lambda v: not np.isnan(v).all()
    )
)
def test_a_higher_value_is_never_in_a_lower_class(values):
    values = np.array(values)
    classes = need.thirds(values)
    assert ((classes.classes == MISSING) == np.isnan(values)).all()
    assert sum(classes.counts) == (~np.isnan(values)).sum()
    for i, j in np.ndindex(len(values), len(values)):
        if values[i] <= values[j]:
            assert classes.classes[i] <= classes.classes[j]
    assert all((classes.classes[values >= classes.limits[1]] == 2).tolist())


def test_no_site_at_all_is_farther_than_any_and_not_unknown():
    assert need.thirds([np.inf, 3, np.nan, 5]).classes.tolist() == [2, 0, MISSING, 1]


@pytest.mark.parametrize(("values", "population"), [([np.nan], None), ([], None), ([1.0, 2], [0, 0])])
def test_nothing_known_is_refused(values, population):
    with pytest.raises(ValueError, match="Aucune valeur"):
        need.thirds(values, population)


def test_nine_classes_and_the_unknown():
    one, other = need.thirds([1, 2, 3, np.nan, 3]), need.thirds([3, 2, 1, 1, np.nan])
    assert need.bivariate(one, other).tolist() == [2, 4, 6, MISSING, MISSING]


# -- score, rank, reasons -------------------------------------------------------------------------------------------

TABLE = pd.DataFrame(
    {"distance": [0.0, 10, 20, 30, 40], "age": [9.0, 9, 12, 8, 15], "evolution": [1.0, 0.5, -1, -1, np.nan]},
    index=["a", "b", "c", "d", "e"],
)


def test_how_places_stand_by_hand():
    standing = need.scores(TABLE, ALL)
    assert standing["distance"].tolist() == [0, 25, 50, 75, 100]
    assert standing["age"].tolist() == [37.5, 37.5, 75, 0, 100]
    assert standing.loc["a":"d", "evolution"].tolist() == pytest.approx([0, 100 / 3, 250 / 3, 250 / 3])
    assert np.isnan(standing.loc["e", "evolution"])


def test_the_score_by_hand_and_what_keeps_a_place_out():
    ranking = need.composite(need.scores(TABLE, ALL), ALL)
    assert ranking.loc["c", "score"] == pytest.approx((2 * 50 + 75 + 250 / 3) / 4)
    assert ranking["rank"].tolist()[:4] == [4, 3, 1, 2]
    assert (ranking.loc["e", "rank"] is pd.NA, ranking.loc["e", "missing"]) == (True, "l'évolution de la population")
    assert (ranking.loc["a":"d", "missing"] == "").all()


def test_a_weight_of_zero_asks_nothing():
    without = (FAR, OLD, Component("evolution", "l'évolution de la population", False, 0))
    ranking = need.composite(need.scores(TABLE, without), without)
    assert (ranking.loc["e", "rank"], ranking.loc["e", "score"]) == (1, pytest.approx(100))


@given(figures)
def test_worse_everywhere_is_never_ranked_better(table):
    standing = need.scores(table, ALL)
    ranking = need.composite(standing, ALL)
    known = standing.dropna().index
    for i in known:
        for j in known:
            if (standing.loc[i] >= standing.loc[j]).all():
                assert ranking.loc[i, "rank"] <= ranking.loc[j, "rank"]
    assert ranking["rank"].isna().tolist() == standing.isna().any(axis=1).tolist()


@pytest.mark.parametrize("weights", [(0, 0, 0), (-1, 1, 1), (np.nan, 1, 1)])
def test_weights_that_weigh_nothing_are_refused(weights):
    components = [Component(c.code, c.label, c.high_is_worse, w) for c, w in zip(ALL, weights, strict=True)]
    with pytest.raises(ValueError, match="poids"):
        need.composite(need.scores(TABLE, components), components)


def test_reasons_in_words():
    standing = need.scores(TABLE, ALL)
    assert need.reasons(standing.loc["d"], ALL) == (
        "Surtout la distance à la MSP la plus proche (plus défavorable que pour 75 % des communes) et l'évolution de la "
        "population (plus défavorable que pour 83 % des communes) ; en revanche la part des 75 ans et plus (plus favorable "
        "que pour 99 % des communes)."
    )
    assert need.reasons(standing.loc["a"], ALL, "intercommunalités").startswith(
        "Rien de défavorable : la distance à la MSP la plus proche (plus favorable que pour 99 % des intercommunalités)"
    )
    # Ranked by the people concerned, a large place comes first though nothing stands against it: its people are why.
    assert need.reasons(standing.loc["a"], ALL, by_people=True).startswith(
        "Par le nombre de ses habitants ; en revanche la"
    )
    assert need.reasons(standing.loc["d"], ALL, by_people=True) == need.reasons(standing.loc["d"], ALL)
    assert need.reasons(standing.loc["e"], (GROWTH,)) == "Aucun critère connu."


# -- how far a rank moves -------------------------------------------------------------------------------------------


def test_every_weighting_nearby_is_tried():
    tried = need.weights_around([2, 1, 1], move=0.1, steps=10)
    assert tried[0].tolist() == [0.5, 0.25, 0.25]
    assert tried.sum(axis=1) == pytest.approx(1)
    assert (np.abs(tried - tried[0]) <= 0.1 + 1e-9).all()
    by_hand = [
        (a, b, 10 - a - b)
        for a in range(11)
        for b in range(11 - a)
        if abs(a - 5) <= 1 and abs(b - 2.5) <= 1 and abs(10 - a - b - 2.5) <= 1
    ]
    assert sorted(map(tuple, (tried[1:] * 10).round().astype(int).tolist())) == by_hand
    assert (need.weights_around([1, 0, 1])[:, 1] == 0).all()


def test_the_range_of_a_rank_against_every_weighting_one_by_one():
    table = pd.DataFrame(np.random.default_rng(5).integers(0, 20, (40, 3)), columns=["distance", "age", "evolution"])
    table.loc[7, "age"] = np.nan
    standing = need.scores(table, ALL)
    ranges = need.rank_range(standing, ALL)
    ranks = []
    for weights in need.weights_around([2, 1, 1]):
        components = [Component(c.code, c.label, c.high_is_worse, w) for c, w in zip(ALL, weights, strict=True)]
        if (weights > 0).all():
            ranks.append(need.composite(standing, components)["rank"])
        else:
            ranks.append(
                (standing.dropna() @ weights).round(9).rank(ascending=False, method="min").reindex(standing.index)
            )
    ranks = pd.concat(ranks, axis=1).astype("Int64")
    assert ranges["rank"].tolist() == need.composite(standing, ALL)["rank"].tolist()
    assert ranges.drop(7)["lowest"].tolist() == ranks.drop(7).min(axis=1).tolist()
    assert ranges.drop(7)["highest"].tolist() == ranks.drop(7).max(axis=1).tolist()
    assert ranges.loc[7, ["rank", "lowest", "highest"]].isna().all()
    assert (ranges["weightings"] == len(need.weights_around([2, 1, 1]))).all()
    assert (ranges["highest"] > ranges["lowest"]).any()
