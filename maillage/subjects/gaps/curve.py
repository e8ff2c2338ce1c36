"""What each new site brings, from one to ten: where gains flatten; the computation and the reader's choice side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from maillage.catalog.siting import METHOD
from maillage.language import text
from maillage.methods import siting
from maillage.methods.siting import SitingProblem
from maillage.records.siting_curve import Curve, Step
from maillage.records.territory import Grid
from maillage.subjects.gaps import whatif
from maillage.subjects.gaps.whatif import SitingAnswer, SitingQuestion

MOST = 10  # sites of the curve
FLAT = 0.1  # of what the first site brings: under it, one more is said to bring little


def curve(question: SitingQuestion) -> Curve:
    """Of the greedy answers, one site after the other: each keeps those before it, so that the steps add up."""
    problem = question.problem
    most = min(MOST, problem.minutes.shape[1])
    asked = replace(problem, sites=most)
    order = siting.greedy_order(asked, METHOD[question.chosen.method])
    return curve_of(asked, order, list(question.candidates["name"]), question.chosen.threshold, question.about)


def curve_of(problem: SitingProblem, order: list[int], names: list[str], threshold: int, about: str = "") -> Curve:
    """The curve of candidates opened in an order."""
    far, steps, before = problem.existing > problem.threshold, [], 0
    for count, candidate in enumerate(order, 1):
        near = (problem.minutes[:, order[:count]] <= problem.threshold).any(axis=1)
        people = round(float(problem.population[far & near].sum()))
        steps.append(Step(count, people, people - before, names[candidate]))
        before = people
    flat = next((step.sites for step in steps if step.more < FLAT * steps[0].more), None)
    return Curve(tuple(steps), flat, _sentence(steps, flat, threshold, about))


def _sentence(steps: list[Step], flat: int | None, threshold: int, about: str) -> str:
    first, last = steps[0], steps[-1]
    if not last.people:
        return f"Parmi les communes candidates, aucun site de plus ne rapproche d'habitants à moins de {threshold} min : la limite est déjà tenue, ou hors de portée."
    words = (
        f"Parmi les communes candidates, le premier site rapproche {about}{text.count(first.people, 'habitant')} à moins de {threshold} min, {text.count(last.sites, 'site')} en "
        f"rapprochent {about}{text.number(last.people)}."
    )
    if flat is None:
        return f"{words} Chacun apporte encore au moins {text.quantity(100 * FLAT, '%')} de ce qu'apporte le premier."
    return f"{words} À partir du {_ordinal(flat)}, un site de plus apporte moins de {text.quantity(100 * FLAT, '%')} de ce qu'apporte le premier."


def _ordinal(rank: int) -> str:
    return "1er" if rank == 1 else f"{rank}e"


def scenarios(question: SitingQuestion, best: SitingAnswer, mine: SitingAnswer | None) -> Grid:
    """The computation beside the reader's choice (today alone where there is none), in people and in minutes."""
    people, threshold = question.problem.population, question.problem.threshold
    columns = [("Aujourd'hui", None, question.problem.existing), ("Calcul", best, best.plan.minutes)]
    if mine is not None:
        columns.append(("Votre choix", mine, mine.plan.minutes))
    rows = [
        ("Nouveaux sites", *("–" if answer is None else text.number(len(answer.communes)) for _, answer, _ in columns)),
        ("Communes", *("–" if answer is None else ", ".join(answer.communes["name"]) for _, answer, _ in columns)),
        (
            f"Habitants rapprochés à moins de {threshold:g} min",
            *(
                "–" if answer is None else f"{question.about}{text.number(whatif.gained(question, answer.plan))}"
                for _, answer, _ in columns
            ),
        ),
        (
            f"Habitants à plus de {threshold:g} min",
            *(f"{question.about}{text.number(people[minutes > threshold].sum())}" for *_, minutes in columns),
        ),
        ("Temps moyen", *(_minutes(np.average(minutes, weights=people)) for *_, minutes in columns)),
        ("Le plus long", *(_minutes(minutes[people > 0].max()) for *_, minutes in columns)),
    ]
    return Grid(("", *(name for name, *_ in columns)), tuple(rows))


def _minutes(value: float) -> str:
    return f"environ{text.HARD}{text.quantity(value, 'min')}" if np.isfinite(value) else "aucun site connu"
