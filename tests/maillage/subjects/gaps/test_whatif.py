"""« Et si ? » on real territories: questions, answers, what a click does, and what it changes for people."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from maillage import catalog
from maillage.address.gaps import GapsChoices
from maillage.address.selection import Selection
from maillage.catalog.siting import METHOD
from maillage.methods import plane, siting
from maillage.methods.siting import SitingError
from maillage.methods.solver import solve
from maillage.queries import access
from maillage.subjects.gaps import jobs
from maillage.subjects.gaps import whatif as gap_whatif
from maillage.subjects.gaps.completeness import Unanswerable
from maillage.subjects.gaps.territory import ground
from maillage.views.map import leaflet

LOCATED_IN_2019 = (
    "08024",
    "08090",
    "08239",
    "08264",
    "08311",
    "08346",
    "08365",
    "08367",
    "08381",
    "08409",
    "08420",
    "08490",
)
ARDENNES, BOUCHES, CREUSOT = (
    Selection("departement", "08"),
    Selection("departement", "13"),
    Selection("epci", "247100290"),
)


@pytest.fixture
def question(ask):
    """Every commune is a candidate unless a test says otherwise."""
    return lambda selection=ARDENNES, **chosen: gap_whatif.ask_for(
        ask, ground(ask, selection), GapsChoices(**{"least": 0} | chosen)
    )


def solved(question):
    plan = solve(question.problem, METHOD[question.chosen.method])
    assert plan.status == "optimal"
    return gap_whatif.answer(question, plan)


# -- the question ---------------------------------------------------------------------------------------------------


def test_existing_sites_count_across_borders_by_the_same_estimate(question, cursor):
    asked = question()
    km = dict(cursor.execute("SELECT commune_code, distance_km FROM access WHERE site_type = 'MSP'").fetchall())
    expected = [catalog.TRAVEL.minutes(km[code]) for code in asked.places["code"]]
    assert asked.problem.existing == pytest.approx(expected)
    assert asked.problem.minutes.shape == (447, 447)
    assert np.diag(asked.problem.minutes) == pytest.approx(0)


def test_candidates_are_large_enough(question):
    asked = question(least=5000)
    assert (asked.candidates["population"] >= 5000).all() and len(asked.candidates) == asked.problem.minutes.shape[1]
    assert len(asked.places) == 447  # everybody is still to be served


def test_a_small_commune_is_proposed_only_where_its_intercommunalité_has_no_larger_one(question):
    asked = question(least=2000)
    small = asked.candidates[asked.candidates["population"] < 2000]
    assert len(small) and "n'en ont pas" in " ".join(asked.notes)
    for row in small.itertuples():
        beside = asked.places[asked.places["epci_code"] == row.epci_code]
        assert row.population == beside["population"].max()
    assert set(asked.places["epci_code"]) == set(asked.candidates["epci_code"])


@pytest.mark.parametrize("least", [2000, 0])
def test_bertoncourt_is_no_answer_beside_rethel(question, least):
    """129 inhabitants beside 7,444: on the twelve MSP that were located in 2019, it was the second best place to open."""
    asked = question(least=least)
    spots = asked.points[asked.ground.inside]
    twelve = spots[asked.places["code"].isin(LOCATED_IN_2019)]
    existing = catalog.TRAVEL.minutes(plane.distances(spots, twelve)).min(axis=1)
    problem = replace(asked.problem, existing=existing)
    best = solve(problem, METHOD["couverture"])
    plan = siting.towards_larger(problem, METHOD["couverture"], best)
    names, unweighed = (set(asked.candidates["name"].iloc[each.chosen]) for each in (plan, best))
    assert "Rethel" in names and "Bertoncourt" not in names
    assert least or "Bertoncourt" in unweighed  # where every commune is a candidate, it is the larger that is preferred


def test_near_equals_go_to_the_larger_commune():
    # The hamlet serves one more inhabitant than the town beside it; a city is far from both.
    minutes = np.array([[0.0, 3.0, 50.0], [3.0, 0.0, 50.0], [14.0, 16.0, 50.0], [50.0, 50.0, 0.0]])
    problem = siting.SitingProblem(minutes, np.array([100, 9000, 1, 500]), 1, 15.0, None, np.array([100, 9000, 50_000]))
    best = solve(problem, METHOD["couverture"])
    moved = siting.towards_larger(problem, METHOD["couverture"], best)
    assert list(best.chosen) == [0] and list(moved.chosen) == [1]
    assert moved.status == "plus_peuplees" and moved.gap == pytest.approx(1 / 9100)
    unsized = replace(problem, size=None)
    assert siting.towards_larger(unsized, METHOD["couverture"], best) is best


def test_a_plan_says_how_much_gain_it_may_give_up():
    # 9,100 inhabitants can be served beside the 1,000 that are: the answer serves 9,000 of them.
    minutes = np.array([[0.0, 3.0, 50.0], [3.0, 0.0, 50.0], [14.0, 16.0, 50.0], [50.0, 50.0, 0.0]])
    existing = np.array([50.0, 50.0, 50.0, 0.0])
    problem = siting.SitingProblem(minutes, np.array([100, 8900, 100, 1000]), 1, 15.0, existing)
    near = siting.evaluate(problem, [1], METHOD["couverture"], bound=10_100.0)
    assert near.shortfall == pytest.approx(100 / 9100) and not near.useless
    assert siting.evaluate(problem, [1], METHOD["couverture"]).shortfall is None  # nothing was proven
    nothing = siting.evaluate(problem, [2], METHOD["couverture"], bound=1000.0)
    assert nothing.useless and nothing.shortfall is None


@pytest.mark.parametrize("code", ["75", "92"])
def test_where_everybody_is_served_no_site_is_proposed(question, code):
    asked = question(Selection("departement", code), least=2000)
    best = gap_whatif.first(asked)
    assert best.plan.useless and best.communes.empty and gap_whatif.gained(asked, best.plan) == 0
    assert gap_whatif.proposals(best, None).empty and gap_whatif.sites_table(best).empty
    assert gap_whatif.after(asked, best) == pytest.approx(asked.before)
    assert not (gap_whatif.everything(asked, best, None)["Site proposé"] == "oui").any()
    mine = gap_whatif.own(replace(asked, chosen=replace(asked.chosen, placed=(asked.places["code"][0],))))
    assert len(mine.communes) == 1  # the reader's stays, and is told worth nothing


def test_what_preferring_the_larger_costs_is_little(question):
    for method in METHOD:
        asked = question(method=method)
        best = solved(asked).plan
        moved = siting.towards_larger(asked.problem, METHOD[method], best)
        assert (moved.shortfall or 0) <= siting.NEAR_GAIN + 1e-4


def test_a_list_that_says_too_little_proposes_nothing(ask_partial):
    with pytest.raises(Unanswerable, match="c'est une inconnue, pas un zéro"):
        gap_whatif.ask_for(ask_partial, ground(ask_partial, BOUCHES), GapsChoices())


def test_sites_in_preparation_count_as_open_when_asked(question, ask):
    here = next(code for code in ask(access.preparing, "MSP", catalog.SITE_PREPARING)["departement_code"])
    now, later = (question(Selection("departement", here), projects=choice) for choice in ("non", "oui"))
    assert (later.before <= now.before).all() and (later.before < now.before).any()
    assert "en préparation" in later.notes[0] and now.key != later.key


@pytest.mark.parametrize(
    ("selection", "chosen", "words"),
    [
        (ARDENNES, {"least": 40_000, "sites": 2}, "demandez moins de sites"),
        (ARDENNES, {"least": 50_000}, "abaissez la population minimale"),
        (Selection("region", "84"), {"least": 0}, "relevez la population minimale"),
        (Selection(), {}, "réduisez le territoire"),
    ],
)
def test_a_question_without_an_answer_is_a_sentence(question, selection, chosen, words):
    with pytest.raises(SitingError) as refusal:
        question(selection, **chosen)
    assert words in str(refusal.value)


# -- answers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHOD)
def test_the_best_of_a_small_territory_is_the_best_of_all(question, method):
    asked = question(CREUSOT, sites=2, method=method)
    best = solved(asked)
    values = [
        siting.objective(
            asked.problem,
            METHOD[method],
            np.minimum(asked.problem.existing, asked.problem.minutes[:, list(pair)].min(axis=1)),
        )
        for pair in combinations(range(len(asked.candidates)), 2)
    ]
    assert best.plan.objective == pytest.approx(max(values) if METHOD[method].maximise else min(values))


def test_the_first_answer_is_never_better_than_the_best(question):
    for method in METHOD:
        asked = question(method=method, sites=4)
        first, best = gap_whatif.first(asked), solved(asked)
        sign = 1 if METHOD[method].maximise else -1
        assert first.plan.status == "glouton"
        assert sign * first.plan.objective <= sign * best.plan.objective + 1e-9


def test_people_gained_by_hand(question):
    asked = question()
    best = solved(asked)
    before = asked.problem.existing <= 15
    later = gap_whatif.after(asked, best)[asked.ground.inside] <= 15
    people = asked.problem.population
    assert gap_whatif.gained(asked, best.plan) == people[later & ~before].sum()
    assert best.communes["gained"].is_monotonic_decreasing
    table = gap_whatif.equity(asked, best)
    assert list(table["Moment"]) == ["Avant", "Après"]
    assert table["Habitants au-delà du seuil"].tolist() == [people[~before].sum(), people[~later].sum()]
    assert gap_whatif.left_behind(asked, best)["Habitants"].sum() == people[~later].sum()
    for decile in range(1, 10):
        assert table[f"D{decile}"][1] <= table[f"D{decile}"][0]


def test_without_any_site_there_is_no_before(question):
    asked = question(CREUSOT)
    nowhere = np.full(len(asked.before), np.inf)
    problem = replace(asked.problem, existing=nowhere[asked.ground.inside])
    asked = replace(asked, before=nowhere, problem=problem)
    best = gap_whatif.first(asked)
    assert list(gap_whatif.equity(asked, best)["Moment"]) == ["Après"]
    assert gap_whatif.worth(best.plan, before=True).startswith("0")
    median = replace(asked, chosen=replace(asked.chosen, method="p_mediane"))
    assert gap_whatif.worth(gap_whatif.first(median).plan, before=True) == "aucun site connu"
    painted, _ = gap_whatif.painted(replace(asked, chosen=replace(asked.chosen, moment="gain")), best)
    assert set(painted.marks) == {"x"}  # nothing that can be counted is gained


@pytest.mark.parametrize("moment", ["avant", "apres", "gain"])
def test_the_map_of_a_moment(question, moment):
    asked = question(moment=moment)
    best = gap_whatif.first(asked)
    painted, what = gap_whatif.painted(asked, best)
    later = gap_whatif.after(asked, best)
    values = {"avant": asked.before, "apres": later, "gain": asked.before - later}[moment]
    assert painted.values == [round(value) for value in values]
    assert what.unit == "min" and not painted.bounds.strip()  # an estimate bounds nothing


# -- the reader's sites ---------------------------------------------------------------------------------------------


def test_a_readers_site_is_worth_what_it_serves(question):
    asked = question(placed=("08362",))
    mine = gap_whatif.own(asked)
    row = int(np.flatnonzero(asked.places["code"] == "08362")[0])
    near = asked.problem.minutes[:, row] <= 15
    expected = asked.problem.population[near & (asked.problem.existing > 15)].sum()
    assert gap_whatif.gained(asked, mine.plan) == expected
    assert list(mine.communes["name"]) == ["Rethel"]


def test_it_need_not_be_a_candidate(question):
    asked = question(placed=("08001",), least=5000)
    assert "08001" not in set(asked.candidates["code"])
    assert gap_whatif.own(asked).communes["code"].tolist() == ["08001"]


def test_the_same_sites_are_worth_the_same(question):
    asked = question()
    best = solved(asked)
    again = question(placed=tuple(best.communes["code"]))
    mine = gap_whatif.own(again)
    assert gap_whatif.gained(again, mine.plan) == gap_whatif.gained(asked, best.plan)
    sentence = gap_whatif.comparison(again, best, mine)
    assert "autant" in sentence and "vous avez posé" not in sentence


def test_the_comparison_is_in_people(question):
    asked = question(placed=("08362",), method="p_mediane")
    sentence = gap_whatif.comparison(asked, solved(asked), gap_whatif.own(asked))
    assert "1\u00a0site sur 3" in sentence and "habitants" in sentence and "min pour vous" in sentence


def test_sites_elsewhere_count_for_nothing(question):
    asked = question(placed=("62041", "99999"))
    assert gap_whatif.own(asked) is None and gap_whatif.strangers(asked) == ["62041", "99999"]


@pytest.fixture
def click(ask):
    here = ground(ask, ARDENNES)
    return lambda code, placed=(), sites=2: gap_whatif.clicked(here, GapsChoices(placed=placed, sites=sites), code)


def test_a_click_places_then_takes_away(click):
    assert click("08362") == ("08362",)
    assert click("08409", ("08362",)) == ("08362", "08409")
    assert click("08362", ("08362", "08409")) == ("08409",)


def test_once_all_are_placed_the_nearest_one_moves(click):
    # Floing is beside Sedan, far from Rethel.
    assert click("08174", ("08362", "08409")) == ("08362", "08174")
    assert click("08174", ("08409", "08362"), sites=1) == ("08174",)


@pytest.mark.parametrize("code", ["62041", "99999", ""])
def test_a_click_elsewhere_places_nothing(click, code):
    assert click(code, ("08362",)) == ("08362",)
    assert click(code) == ()


def test_a_site_of_another_territory_is_forgotten_at_the_first_click(click):
    assert click("08362", ("62041",)) == ("08362",)


@pytest.mark.parametrize(
    ("start", "end", "after"),
    [
        ("08362", "08409", ("08409", "08105")),
        ("08362", "08105", ("08362", "08105")),  # another one is there
        ("08362", "62041", ("08362", "08105")),  # not of the territory
        ("08490", "08409", ("08362", "08105")),  # none was there
    ],
)
def test_a_site_is_dragged_from_a_commune_to_another(ask, start, end, after):
    here = ground(ask, Selection(level="departement", code="08"))
    assert gap_whatif.moved(here, GapsChoices(placed=("08362", "08105")), start, end) == after


def test_people_gained_move_with_the_site(question):
    asked = question(placed=("08362",))
    better = question(placed=(gap_whatif.first(asked).communes["code"].iloc[0],))
    before, after = (gap_whatif.gained(each, gap_whatif.own(each).plan) for each in (asked, better))
    assert before < after


@pytest.mark.parametrize(("selection", "kind"), [(ARDENNES, "MSP"), (ARDENNES, "CDS"), (CREUSOT, "MSP")])
def test_what_the_browser_is_given_counts_as_the_page_does(question, selection, kind):
    """Wherever a site is dragged, beside another that stays."""
    start = question(selection, kind=kind)
    codes = start.places["code"].tolist()
    for other in codes[:3]:
        counted = leaflet._demand(gap_whatif.demand(question(selection, kind=kind, placed=(other,))))
        at, people = np.array(counted["at"]).reshape(-1, 2), np.array(counted["people"])
        for code in codes[::7]:
            sites = [codes.index(each) for each in {other, code}]
            near = (((at[:, None] - at[sites]) ** 2).sum(axis=2) <= counted["reach"] ** 2).any(axis=1)
            put = replace(start, chosen=replace(start.chosen, placed=tuple({other, code})))
            assert people[near].sum() == gap_whatif.gained(put, gap_whatif.own(put).plan), (other, code)


def test_nothing_is_given_to_count_without_a_site_to_drag(question):
    assert gap_whatif.demand(question()) is None
    assert gap_whatif.demand(question(placed=("62041",))) is None  # of another territory


def test_only_the_reader_s_sites_are_dragged(question):
    asked = question(placed=("08362",))
    drawn = gap_whatif.proposals(gap_whatif.first(asked), gap_whatif.own(asked))
    assert drawn["movable"].tolist() == [False, False, False, True]
    assert [leaflet._proposal(row).get("from") for row in drawn.itertuples()] == [None, None, None, "08362"]


def test_proposals_are_told_apart(question):
    asked = question(placed=("08362", "08409"))
    drawn = gap_whatif.proposals(gap_whatif.first(asked), gap_whatif.own(asked))
    assert drawn["symbol"].tolist() == ["1", "2", "3", "A", "B"]
    assert drawn["colour"].nunique() == 2
    assert gap_whatif.proposals(None, None).empty


def test_the_communes_that_stay_far_are_said_in_words(question):
    asked = question()
    far = gap_whatif.left_behind(asked, gap_whatif.first(asked))
    words = gap_whatif.farthest(far, 3)
    assert len(words) == 3 and len(gap_whatif.farthest(far, 10_000)) == len(far)
    assert words[0].startswith(f"{far['Commune'].iloc[0]} : ") and words[0].endswith("min")
    assert gap_whatif.farthest(far.assign(**{"Minutes après": np.inf}), 1)[0].endswith("aucun site connu")


def test_downloads_have_every_commune(question):
    asked = question(placed=("08362",))
    table = gap_whatif.everything(asked, gap_whatif.first(asked), gap_whatif.own(asked))
    assert len(table) == 447
    assert (table["Site proposé"] == "oui").sum() == 3 and (table["Votre site"] == "oui").sum() == 1


# -- the search -----------------------------------------------------------------------------------------------------


def test_a_search_ends_with_its_plan(question):
    asked = question(CREUSOT)
    job = jobs.Job(asked.key).start(asked.problem, METHOD["couverture"])
    assert job.wait(60)
    assert job.error is None and job.plan.status in ("optimal", "plus_peuplees")


def test_a_search_that_is_stopped_gives_what_it_found():
    draw = np.random.default_rng(1)
    points = draw.random((400, 2)) * 100
    problem = siting.SitingProblem(plane.distances(points, points), draw.integers(50, 5000, 400), 20, 15.0)
    job = jobs.Job(("hard",))
    job.cancel.set()
    assert job.start(problem, METHOD["p_centre"]).wait(120) and job.error is None
    assert job.plan.status == "interrompu" and len(job.plan.chosen) == 20


def test_a_search_that_fails_says_so(monkeypatch, question):
    monkeypatch.setattr(jobs, "solve", lambda *_, **__: 1 / 0)
    asked = question(CREUSOT)
    job = jobs.Job(asked.key).start(asked.problem, METHOD["couverture"])
    assert job.wait(10) and isinstance(job.error, ZeroDivisionError) and job.plan is None


def test_readers_of_one_question_wait_for_one_search(monkeypatch, question):
    begun = []

    def endless(*_, cancel, **__):
        begun.append(cancel)
        assert cancel.wait(30)
        raise TimeoutError

    monkeypatch.setattr(jobs, "solve", endless)
    asked, searches = question(CREUSOT), jobs.Searches()
    first, second = (searches.join(("one",), asked.problem, METHOD["couverture"]) for _ in range(2))
    assert first is second and searches.join(("other",), asked.problem, METHOD["couverture"]) is not first
    searches.leave(first)
    assert not first.wait(0.2), "another reader waits"
    searches.leave(second)
    assert first.wait(10)
    assert searches.join(("one",), asked.problem, METHOD["couverture"]) is not first
    for cancel in begun:
        cancel.set()


def test_a_question_is_laid_out_once_whoever_looks_at_its_answers(ask):
    here = ground(ask, CREUSOT)
    one, two = (
        gap_whatif.put(ask, here, GapsChoices(**more))
        for more in ({"sites": 2}, {"sites": 2, "moment": "gain", "placed": ("71153",), "tab": "et_si"})
    )
    assert one.problem is two.problem and two.chosen.moment == "gain" and gap_whatif.own(two) is not None
    assert gap_whatif.put(ask, here, GapsChoices(sites=2, threshold=20)).problem is not one.problem


def test_the_key_holds_all_that_changes_the_answer(question):
    keys = {
        question(CREUSOT, **change).key
        for change in (
            {},
            {"kind": "CDS"},
            {"method": "p_centre"},
            {"sites": 2},
            {"threshold": 20},
            {"least": 500},
            {"projects": "oui"},
        )
    }
    assert len(keys) == 7
    assert question(CREUSOT, moment="avant", placed=("71153",)).key in keys
