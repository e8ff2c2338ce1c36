"""Where the next site serves most people: brute force, PySAL on real communes, and what must always hold."""

from __future__ import annotations

from itertools import combinations
from threading import Event

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from maillage import catalog
from maillage.catalog.siting import CENTRE, COVER, MEDIAN, METHODS
from maillage.methods import plane, siting
from maillage.methods.siting import EXISTING, SitingError, SitingProblem
from maillage.methods.solver import solve

every_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.code)
# spopt builds its models with a call that PuLP will drop one day.
pytestmark = pytest.mark.filterwarnings("ignore:Constructing LpVariable:DeprecationWarning")


@st.composite
def problems(draw):
    n, m = draw(st.integers(1, 8)), draw(st.integers(1, 7))
    times = st.floats(0, 60).map(lambda value: round(value, 1))
    existing = draw(arrays(float, n, elements=st.one_of(times, st.just(np.inf)))) if draw(st.booleans()) else None
    return SitingProblem(
        draw(arrays(float, (n, m), elements=times)),
        draw(arrays(float, n, elements=st.integers(0, 5000)).filter(lambda people: people.sum() > 0)),
        draw(st.integers(1, m)),
        draw(st.sampled_from([5.0, 15.0, 30.0])),
        existing,
    )


def worth(problem: SitingProblem, method, chosen) -> float:
    """The objective, too simple to be wrong."""
    rows = []
    for i, people in enumerate(problem.population):
        nearest = min([problem.existing[i], *(problem.minutes[i, j] for j in chosen)])
        if people:
            rows.append((people, nearest))
    if method is COVER:
        return sum(people for people, nearest in rows if nearest <= problem.threshold)
    if method is MEDIAN:
        return sum(people * nearest for people, nearest in rows) / sum(people for people, _ in rows)
    return max(nearest for _, nearest in rows)


@pytest.fixture(scope="module")
def real(communes, flat):
    """The 500 most populous communes of two départements, the first 200 of them candidates, and five sites in place."""
    largest = communes["population"].sort_values(ascending=False, kind="stable").index[:500]
    minutes = catalog.TRAVEL.minutes(plane.distances(flat[largest], flat[largest]))
    existing = minutes[:, [3, 20, 90, 150, 199]].min(axis=1)
    return minutes[:, :200], communes.loc[largest, "population"].to_numpy(float), existing


# -- the answers ----------------------------------------------------------------------------------------------------


@every_method
@given(problem=problems())
@settings(max_examples=60)
def test_no_choice_is_better_than_the_one_proven(method, problem):
    plan = solve(problem, method)
    choices = combinations(range(problem.minutes.shape[1]), problem.sites)
    best = (max if method.maximise else min)(worth(problem, method, chosen) for chosen in choices)
    assert plan.objective == pytest.approx(best)
    assert plan.bound == pytest.approx(best, rel=1e-5)
    assert (plan.status, len(plan.chosen)) == ("optimal", problem.sites)
    assert plan.gap <= siting.GAP


@every_method
@given(problem=problems())
@settings(max_examples=40)
def test_a_plan_says_what_it_is_worth(method, problem):
    plan = siting.greedy(problem, method)
    assert plan.objective == pytest.approx(worth(problem, method, plan.chosen))
    assert plan.objective_before == pytest.approx(worth(problem, method, []))
    assert (plan.status, plan.bound, plan.gap) == ("glouton", None, None)
    served = [problem.existing[i] if j == EXISTING else problem.minutes[i, j] for i, j in enumerate(plan.site)]
    assert served == plan.minutes.tolist()
    assert set(plan.site) <= {EXISTING, *plan.chosen}
    assert plan.beyond.tolist() == [
        people > 0 and time > problem.threshold for people, time in zip(problem.population, plan.minutes, strict=True)
    ]
    newly = (problem.existing > problem.threshold) & (plan.minutes <= problem.threshold)
    assert plan.gained.sum() == pytest.approx(problem.population[newly].sum())
    assert (np.diff(plan.gained) <= 0).all()


@every_method
@given(problem=problems())
@settings(max_examples=40)
def test_one_more_site_is_never_worse(method, problem):
    if problem.sites == problem.minutes.shape[1]:
        return
    more = SitingProblem(problem.minutes, problem.population, problem.sites + 1, problem.threshold, problem.existing)
    few, many = solve(problem, method).objective, solve(more, method).objective
    assert (many >= few - 1e-9) if method.maximise else (many <= few + 1e-9)


@given(problem=problems())
@settings(max_examples=40)
def test_nobody_is_covered_twice(problem):
    plan = solve(problem, COVER)
    total = problem.population.sum()
    assert plan.objective_before <= plan.objective <= total
    assert plan.objective + problem.population[plan.beyond].sum() == pytest.approx(total)
    assert plan.objective_before + plan.gained.sum() == pytest.approx(plan.objective)


def test_people_go_to_the_site_that_gains_most_first():
    minutes = np.array([[5.0, 5], [5, 5], [5, 50], [50, 5], [50, 50]])
    plan = siting.evaluate(SitingProblem(minutes, np.array([100, 100, 30, 20, 7]), 2, 15.0), [1, 0], COVER)
    assert (plan.chosen.tolist(), plan.gained.tolist()) == ([0, 1], [230, 20])
    assert plan.beyond.tolist() == [False] * 4 + [True]


def test_a_reader_s_choice_may_hold_any_number_of_sites(real):
    minutes, population, existing = real
    problem = SitingProblem(minutes, population, 3, 15.0, existing)
    none, one = siting.evaluate(problem, [], MEDIAN), siting.evaluate(problem, [12], MEDIAN)
    assert none.objective == none.objective_before > one.objective > solve(problem, MEDIAN).objective
    assert one.status == "choix"


# -- PySAL on real communes -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pysal():
    """PySAL's problems, and how it solves them: a second of imports, for the one worker that tries these."""
    import pulp
    from spopt import locate

    return locate, pulp.HiGHS(msg=False, gapRel=0)


@pytest.mark.parametrize("sites", [3, 9])
def test_spopt_covers_as_many(pysal, real, sites):
    locate, highs = pysal
    minutes, population = real[0][:300, :120], real[1][:300]
    theirs = locate.MCLP.from_cost_matrix(minutes, population, service_radius=15.0, p_facilities=sites).solve(
        highs, results=False
    )
    plan = solve(SitingProblem(minutes, population, sites, 15.0), COVER)
    assert (plan.status, plan.objective) == ("optimal", pytest.approx(theirs.problem.objective.value(), rel=1e-6))


def test_spopt_covers_as_many_beside_existing_sites(pysal, real):
    locate, highs = pysal
    minutes, population = real[0][:300, :120], real[1][:300]
    fixed = np.zeros(120, dtype=int)
    fixed[[3, 20, 90]] = 1
    theirs = locate.MCLP.from_cost_matrix(
        minutes, population, service_radius=15.0, p_facilities=7, predefined_facilities_arr=fixed
    ).solve(highs, results=False)
    plan = solve(SitingProblem(minutes, population, 4, 15.0, minutes[:, [3, 20, 90]].min(axis=1)), COVER)
    assert plan.objective == pytest.approx(theirs.problem.objective.value(), rel=1e-6)


def test_spopt_finds_the_same_mean_time(pysal, real):
    locate, highs = pysal
    minutes, population = real[0][:120, :60], real[1][:120]
    theirs = locate.PMedian.from_cost_matrix(minutes, population, p_facilities=6).solve(highs, results=False)
    plan = solve(SitingProblem(minutes, population, 6, 15.0), MEDIAN)
    assert plan.objective == pytest.approx(theirs.problem.objective.value() / population.sum(), rel=1e-6)


def test_spopt_finds_the_same_longest_time(pysal, real):
    locate, highs = pysal
    minutes, population = real[0][:80, :40], real[1][:80]
    theirs = locate.PCenter.from_cost_matrix(minutes, p_facilities=5).solve(highs, results=False)
    plan = solve(SitingProblem(minutes, population, 5, 15.0), CENTRE)
    assert plan.objective == pytest.approx(theirs.problem.objective.value(), rel=1e-6)


# -- the search -----------------------------------------------------------------------------------------------------


@every_method
@pytest.mark.parametrize("kept", [True, False], ids=["existing", "none"])
def test_five_hundred_places_and_two_hundred_candidates_are_proven(real, method, kept):
    minutes, population, existing = real
    problem = SitingProblem(minutes, population, 5, 15.0, existing if kept else None)
    steps: list[siting.Progress] = []
    plan = solve(problem, method, time_limit=120, progress=steps.append)
    assert (plan.status, len(plan.chosen)) == ("optimal", 5)
    first = siting.greedy(problem, method)
    assert plan.objective >= first.objective if method.maximise else plan.objective <= first.objective
    assert steps
    bounds = [step.bound for step in steps] + [plan.bound]
    assert bounds == sorted(bounds, reverse=method.maximise)
    assert steps[-1].gap == pytest.approx(abs(steps[-1].objective - steps[-1].bound) / steps[-1].objective)


@every_method
def test_a_search_cancelled_before_it_begins_gives_the_first_answer(real, method):
    minutes, population, existing = real
    cancel = Event()
    cancel.set()
    problem = SitingProblem(minutes, population, 5, 15.0, existing)
    plan, first = solve(problem, method, cancel=cancel), siting.greedy(problem, method)
    assert (plan.status, plan.objective) == ("interrompu", first.objective)
    assert plan.bound >= plan.objective if method.maximise else plan.bound <= plan.objective


@pytest.mark.parametrize("method", [MEDIAN, CENTRE], ids=lambda method: method.code)
def test_a_search_cancelled_on_the_way_keeps_what_it_found_and_proved(real, method):
    minutes, population, _ = real
    cancel, steps = Event(), []

    def stop(step):
        steps.append(step)
        cancel.set()

    problem = SitingProblem(minutes, population, 8, 15.0)
    plan, best = solve(problem, method, progress=stop, cancel=cancel), solve(problem, method)
    assert plan.status == "interrompu"
    assert plan.bound <= best.objective <= plan.objective == steps[-1].objective
    assert len(steps) == 1


@every_method
def test_no_time_at_all_gives_the_first_answer(real, method):
    minutes, population, _ = real
    plan = solve(SitingProblem(minutes, population, 5, 15.0), method, time_limit=0)
    assert plan.status == "limite_temps"
    assert plan.gap > siting.GAP


def test_the_same_question_has_the_same_answer(real):
    minutes, population, existing = real
    problem = SitingProblem(minutes, population, 4, 15.0, existing)
    for method in METHODS:
        one, two = solve(problem, method), solve(problem, method)
        assert one.chosen.tolist() == two.chosen.tolist()


# -- questions without an answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"minutes": np.empty((2, 0))}, "Aucune commune candidate"),
        ({"minutes": np.empty((0, 3)), "population": []}, "Personne"),
        ({"population": [0, 0]}, "Personne"),
        ({"population": [np.nan, 5]}, "population d'une commune"),
        ({"population": [-1, 5]}, "population d'une commune"),
        ({"sites": 0}, "au moins un"),
        ({"sites": 4}, "4 sites à ouvrir pour 3 communes candidates"),
        ({"minutes": [[1, 2, np.inf], [1, 2, 3]]}, "d'un seul tenant"),
        ({"minutes": [[1, 2, np.nan], [1, 2, 3]]}, "d'un seul tenant"),
        ({"minutes": [[1, 2, -3], [1, 2, 3]]}, "d'un seul tenant"),
        ({"existing": [np.nan, 1]}, "d'un seul tenant"),
        ({"threshold": 0}, "seuil"),
        ({"threshold": np.nan}, "seuil"),
        ({"minutes": np.zeros((3000, 3000)), "population": np.ones(3000)}, "trop"),
    ],
)
def test_a_question_without_an_answer_is_told_what_to_do(change, sentence):
    asked = {"minutes": np.ones((2, 3)), "population": [10, 20], "sites": 2, "threshold": 15.0} | change
    with pytest.raises(SitingError, match=sentence):
        SitingProblem(**asked)


def test_a_choice_outside_the_candidates_is_refused(real):
    minutes, population, _ = real
    with pytest.raises(SitingError, match="candidates"):
        siting.evaluate(SitingProblem(minutes, population, 3, 15.0), [200], COVER)


def test_shapes_that_differ_are_a_mistake_of_ours():
    with pytest.raises(ValueError, match="Shapes"):
        SitingProblem(np.ones((2, 3)), [1, 2, 3], 1, 15.0)


# -- sites that bring nothing ---------------------------------------------------------------------------------------


# Beyond reach of the only candidate, ten inhabitants keep the longest trip; one nearer comes within the threshold.
BY_THE_WAY = SitingProblem(np.array([[50.0], [5.0]]), np.array([10.0, 1.0]), 1, 15.0, np.array([50.0, 20.0]))


@every_method
@given(problem=problems())
@example(problem=BY_THE_WAY)
@settings(max_examples=40)
def test_a_trimmed_plan_is_worth_the_same_with_fewer_sites(method, problem):
    plan = siting.greedy(problem, method)
    trimmed = siting.trimmed(problem, method, plan)
    assert trimmed.objective == pytest.approx(plan.objective) or np.isinf(plan.objective)
    assert set(trimmed.chosen) <= set(plan.chosen)
    if plan.useless:
        assert len(trimmed.chosen) == 0 and (method is CENTRE or plan.gained.sum() == 0)
    else:
        assert trimmed.gained.sum() == plan.gained.sum() and len(trimmed.chosen) > 0
    if method is COVER:
        assert (trimmed.gained > 0).all()


def test_where_the_longest_trip_stays_none_is_proposed_for_what_it_gains_by_the_way():
    plan = siting.greedy(BY_THE_WAY, CENTRE)
    assert plan.useless and plan.gained.tolist() == [1] and plan.site.tolist() == [EXISTING, 0]
    trimmed = siting.trimmed(BY_THE_WAY, CENTRE, plan)
    assert (trimmed.objective, trimmed.chosen.tolist(), trimmed.site.tolist()) == (50, [], [EXISTING] * 2)
    assert siting.trimmed(BY_THE_WAY, COVER, siting.greedy(BY_THE_WAY, COVER)).gained.tolist() == [1]
