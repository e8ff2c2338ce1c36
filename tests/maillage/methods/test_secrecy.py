"""Small numbers: an attacker who knows the rule and asks everything must not find a withheld count."""

from collections import defaultdict
from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maillage.catalog import THRESHOLD
from maillage.methods.secrecy import BOUNDS, MISSING, NS, NUMBER, Count, Guard, rule


def guard(counts, zones=None, **more):
    codes = [str(row) for row in range(len(counts))]
    return Guard(codes, counts, zones or ["z"] * len(counts), **{"threshold": 5, **more})


def selections(size):
    return list(chain.from_iterable(combinations(range(size), n) for n in range(size + 1)))


def answers(guarded, size):
    """All that the guard will ever say: an answer per selection, one at a time."""
    return (guarded.total(map(str, chosen)) for chosen in selections(size))


# -- the attacker -----------------------------------------------------------------------------------------------------


def possible_counts(truth, tell, worlds):
    """For each commune, the counts it has in the worlds that tell exactly what the true one does: all that can ever be
    deduced. `tell(counts)` yields all that a world tells."""
    answers, possible = list(tell(truth)), [set() for _ in truth]
    for world in worlds:
        if all(one == other for one, other in zip(answers, tell(world), strict=True)):
            for values, value in zip(possible, world, strict=True):
                values.add(value)
    return possible


small_world = st.integers(4, 5).flatmap(
    lambda threshold: st.tuples(
        st.just(threshold),
        st.lists(st.tuples(st.integers(0, threshold + 2), st.integers(0, 1)), min_size=1, max_size=4),
    )
)


@settings(max_examples=60)
@given(small_world)
def test_no_series_of_selections_tells_more_than_ns(world):
    threshold, cells = world
    counts, zones = (list(column) for column in zip(*cells, strict=True))

    def tell(values):
        return answers(guard(values, zones, threshold=threshold), len(values))

    hidden = [0 < count < threshold for count in counts]
    # Counts that are shown are known: only the others are to be guessed.
    domains = [range(1, threshold) if secret else [count] for count, secret in zip(counts, hidden, strict=True)]
    possible = possible_counts(counts, tell, product(*domains))
    for secret, values, count in zip(hidden, possible, counts, strict=True):
        if secret:
            assert {1, threshold - 1} <= values, "the least or the most a withheld count may be was ruled out"
        else:
            assert values == {count}


@settings(max_examples=60)
@given(st.integers(4, 5), st.lists(st.integers(0, 6), min_size=2, max_size=3))
@example(4, [1, 1, 1])
@example(4, [3, 3])
def test_a_total_published_elsewhere_gives_no_count_away(threshold, counts):
    def tell(values):
        return answers(guard(values, threshold=threshold, public=["z"]), len(values))

    guarded = guard(counts, threshold=threshold, public=["z"])
    uncovered = [guarded.figure(str(row)).state == NUMBER for row in range(len(counts))]
    domains = [[count] if seen else range(sum(counts) + 1) for count, seen in zip(counts, uncovered, strict=True)]
    same_total = (world for world in product(*domains) if sum(world) == sum(counts))
    for count, seen, values in zip(counts, uncovered, possible_counts(counts, tell, same_total), strict=True):
        assert seen or len(values) > 1, "the published total gave a withheld count away"
        assert not (seen and 0 < count < threshold)


@pytest.mark.parametrize("public", [[], ["z"]], ids=["free", "public total"])
@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("threshold", [4, 5])
def test_among_all_worlds_of_a_zone_none_gives_a_count_away(threshold, size, public):
    top = 9 if public else threshold + 1
    alike = defaultdict(list)
    for world in product(range(top + 1), repeat=size):
        if sum(world) <= top or not public:  # every world of a public total, none cut off by the range
            guarded = guard(world, threshold=threshold, public=public)
            published = (*answers(guarded, size), sum(world) if public else None)
            alike[published].append((world, guarded.table()["state"].eq(NS)))
    for worlds in alike.values():
        for row in np.flatnonzero(worlds[0][1]):
            values = {world[row] for world, _ in worlds}
            assert len(values) > 1
            assert public or {1, threshold - 1} <= values


def test_the_attack_finds_what_a_plain_threshold_would_leak():
    # Show any sum whose withheld part reaches the threshold: the rule one would write first.
    counts, threshold = (3, 4, 4), 5

    def naive(values):
        sums = []
        for chosen in selections(len(values)):
            secret = sum(values[row] for row in chosen if 0 < values[row] < threshold)
            sums.append(sum(values[row] for row in chosen) if secret == 0 or secret >= threshold else NS)
        return sums

    possible = possible_counts(counts, naive, product(range(1, threshold), repeat=3))
    assert possible == [{3}, {4}, {4}]


def test_the_attack_finds_a_group_of_one_and_extreme_totals():
    for counts in ((3,), (1, 1), (4, 4)):
        worlds = product(range(1, 5), repeat=len(counts))
        assert possible_counts(counts, lambda values: [sum(values)], worlds) == [{count} for count in counts]


@settings(max_examples=60)
@given(small_world)
def test_exact_sums_never_span_a_withheld_count(world):
    """The same attack by linear algebra: no withheld commune is a combination of sums given exactly."""
    threshold, cells = world
    counts, zones = (list(column) for column in zip(*cells, strict=True))
    guarded = guard(counts, zones, threshold=threshold)
    exact = [c for c in selections(len(counts)) if guarded.total(map(str, c)).state == NUMBER]
    system = np.array([[row in chosen for row in range(len(counts))] for chosen in exact], float)
    rank = np.linalg.matrix_rank(system)
    for row, count in enumerate(counts):
        if 0 < count < threshold:
            assert np.linalg.matrix_rank(np.vstack([system, np.eye(len(counts))[row]])) == rank + 1


# -- what is told ------------------------------------------------------------------------------------------------------


@given(small_world, st.randoms(use_true_random=False))
def test_bounds_hold_the_truth_and_numbers_are_the_truth(world, random):
    threshold, cells = world
    counts, zones = (list(column) for column in zip(*cells, strict=True))
    public = ["0"] if random.random() < 0.5 else []
    guarded = guard(counts, zones, threshold=threshold, public=public)
    for chosen in selections(len(counts)):
        figure, truth = guarded.total(map(str, chosen)), sum(counts[row] for row in chosen)
        assert figure.low <= truth and (figure.high is None or truth <= figure.high)
        assert figure.value == (truth if figure.state == NUMBER else None)


def test_ns_zero_and_missing_are_three_things():
    table = guard([0, 3, np.nan, 12]).table()
    assert table["state"].tolist() == [NUMBER, NS, MISSING, NUMBER]
    assert table["value"].isna().tolist() == [False, True, True, False]
    assert table["value"].tolist()[0] == 0 and table["value"].tolist()[3] == 12


def test_a_whole_group_is_summed_a_part_of_it_is_bounded():
    guarded = guard([1, 2, 4, 20, 0])
    assert guarded.total("01234") == Count(NUMBER, 27, 27, 27)
    assert guarded.total("34") == Count(NUMBER, 20, 20, 20)
    part = guarded.total("034")
    assert (part.state, part.value, part.low, part.high) == (BOUNDS, None, 21, 24)
    assert "secret (5)" in part.reason


def test_the_threshold_itself_is_shown():
    assert guard([5]).figure("0").value == 5
    assert guard([4]).figure("0").state == NS
    assert guard([10], threshold=THRESHOLD).figure("0").state == NS


def test_a_commune_alone_below_the_threshold_in_its_zone_bounds_the_zone():
    whole = guard([3, 20, 30]).total("012")
    assert (whole.state, whole.low, whole.high) == (BOUNDS, 51, 54)


def test_where_the_total_is_public_and_would_tell_all_is_withheld():
    guarded = guard([3, 20, 0], public=["z"])
    assert [guarded.figure(code).state for code in "012"] == [NS, NS, NS]
    assert guarded.total("012").value == 23
    assert (guarded.figure("0").low, guarded.figure("0").high) == (0, 23)


def test_a_safe_group_in_a_public_zone_costs_nothing():
    assert guard([1, 2, 4, 20, 0], public=["z"]).table()["state"].tolist() == [NS, NS, NS, NUMBER, NUMBER]


def test_what_the_source_withholds_is_never_summed():
    guarded = guard([np.nan, 3, 4, 20], withheld=[True, False, False, False])
    total = guarded.total("0123")
    assert (total.state, total.low, total.high) == (BOUNDS, 23, 32)
    assert guarded.figure("0").state == NS


def test_a_source_that_gives_a_count_it_calls_secret_is_not_believed():
    assert guard([40, 7], withheld=[True, False]).total("01").low == 8


def test_a_missing_commune_makes_a_minimum():
    total = guard([10, np.nan]).total("01")
    assert (total.state, total.value, total.low, total.high) == (BOUNDS, None, 10, None)
    assert "minimum" in total.reason
    assert guard([np.nan]).total("0").state == MISSING


def test_asking_twice_for_a_commune_counts_it_once_and_an_unknown_one_is_an_error():
    assert guard([10, 20]).total(["0", "0", "1"]).value == 30
    with pytest.raises(KeyError):
        guard([10]).total(["9"])
    assert guard([10]).total([]).value == 0


@pytest.mark.parametrize(
    ("counts", "more"),
    [([-1], {}), ([1.5], {}), ([1], {"threshold": 3}), ([1, 2], {"zones": ["z"]})],
)
def test_what_cannot_be_guarded_is_refused(counts, more):
    with pytest.raises(ValueError, match=r"\."):
        guard(counts, **more)


def test_most_groups_of_real_size_can_be_summed():
    # Fifty small communes a département: the condition must not refuse everything.
    draw = np.random.default_rng(3)
    counts = draw.poisson(4, 5000)
    zones = [str(row // 50) for row in range(5000)]
    guarded = Guard([str(row) for row in range(5000)], counts, zones)
    assert guarded.total(map(str, range(5000))).value == counts.sum()


def test_the_rule_is_told_with_its_threshold():
    assert "1 à 10" in rule() and "1 à 4" in rule(5)
