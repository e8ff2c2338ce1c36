"""« Et si ? »: where new sites serve most people, existing ones staying open.

Three questions: maximal covering (Church and ReVelle 1974), p-median and p-centre (Hakimi 1964), over candidate
communes. `greedy` answers at once and is labelled so; `solve` goes on to a proven gap; `evaluate` tells what any choice
is worth, a reader's included. All three give a Plan, so that any two can be compared.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maillage.catalog.siting import COVER, MEDIAN, SitingMethod

EN_CLAIR = (
    "« Et si ? » : où ouvrir",
    "Parmi des communes candidates, les sites existants restant ouverts, la recherche choisit celles qui servent le "
    "plus d'habitants en un temps donné, ou qui réduisent le plus le trajet moyen, ou le plus long. C'est une aide à "
    "la discussion : ni les locaux, ni les soignants, ni les projets n'y sont.",
)

EXISTING = -1  # in Plan.site: served by a site that is already there
MAX_PAIRS = 6_000_000
# Answers this close are equals, and the more populous commune is the better one: a share of the objective, and of what is gained.
NEAR, NEAR_GAIN = 0.02, 0.05
GAP = 1e-5  # the relative gap under which an answer is told as optimal


class SitingError(ValueError):
    """A question without an answer: one sentence, in French, that says what to do."""


STATUSES = {
    "optimal": "optimum prouvé",
    "plus_peuplees": "communes plus peuplées préférées à gain presque égal",
    "limite_temps": "arrêté à la limite de temps : meilleure réponse trouvée",
    "interrompu": "interrompu : meilleure réponse trouvée",
    "glouton": "première réponse, site après site, sans garantie",
    "choix": "choix du lecteur",
}


def sized(places: int, candidates: int) -> None:
    """Raise SitingError where so many pairs are too many: ask before measuring them."""
    if places * candidates > MAX_PAIRS:
        raise SitingError(
            f"{places} communes et {candidates} candidates sont trop pour un calcul en direct : relevez la population minimale "
            "des candidates ou réduisez le territoire."
        )


@dataclass(frozen=True, eq=False)
class SitingProblem:
    """Who lives where, and what is possible. Raises SitingError when there is nothing to answer."""

    minutes: np.ndarray  # (n, m) from each place to each candidate
    population: np.ndarray  # (n,)
    sites: int  # how many to open
    threshold: float  # minutes; a place is covered at the threshold or within
    existing: np.ndarray | None = None  # (n,) minutes to the nearest site already there; infinite where there is none
    size: np.ndarray | None = None  # (m,) inhabitants of each candidate: of near equals, the larger is proposed

    def __post_init__(self):
        minutes, population = np.asarray(self.minutes, float), np.asarray(self.population, float)
        existing = np.full(len(population), np.inf) if self.existing is None else np.asarray(self.existing, float)
        if not len(population) or not np.nansum(population) > 0:
            raise SitingError("Personne n'habite le territoire choisi : choisissez-en un autre.")
        if minutes.ndim != 2 or not minutes.shape[1]:
            raise SitingError("Aucune commune candidate : abaissez la population minimale ou élargissez le territoire.")
        if minutes.shape[0] != len(population) or existing.shape != population.shape:
            raise ValueError(f"Shapes differ: {minutes.shape}, {population.shape}, {existing.shape}.")
        if self.sites < 1:
            raise SitingError("Aucun site à ouvrir : demandez-en au moins un.")
        if self.sites > minutes.shape[1]:
            raise SitingError(
                f"{self.sites} sites à ouvrir pour {minutes.shape[1]} communes candidates : demandez moins de sites ou "
                "ajoutez des candidates."
            )
        sized(*minutes.shape)
        if not np.isfinite(population).all() or (population < 0).any():
            raise SitingError("La population d'une commune est inconnue ou négative : retirez-la du calcul.")
        if not np.isfinite(minutes).all() or (minutes < 0).any() or not (existing >= 0).all():
            raise SitingError(
                "Un trajet est inconnu ou impossible, par exemple entre la métropole et l'outre-mer : choisissez un territoire "
                "d'un seul tenant."
            )
        if not (np.isfinite(self.threshold) and self.threshold > 0):
            raise SitingError("Le seuil doit être de plus de zéro minute : choisissez-en un plus long.")
        if self.size is not None and len(self.size) != minutes.shape[1]:
            raise ValueError(f"Shapes differ: {minutes.shape}, {len(self.size)}.")
        for name, value in (("minutes", minutes), ("population", population), ("existing", existing)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True, eq=False)
class SitingPlan:
    """A choice of candidates and what it is worth."""

    method: SitingMethod
    status: str  # a key of STATUSES
    chosen: np.ndarray  # (k,) candidates, in the order of `gained`
    gained: (
        np.ndarray
    )  # (k,) inhabitants newly covered, each counted once: the site that gains most comes first, then …
    objective: float  # inhabitants covered, mean or longest minutes, over all sites, existing ones included
    objective_before: float  # the same with the existing sites alone; infinite where there is none
    bound: float | None  # nobody can do better than this; None when nothing was proven
    gap: float | None  # |objective − bound| ÷ objective
    seconds: float
    minutes: np.ndarray  # (n,) to the nearest site afterwards
    site: np.ndarray  # (n,) the candidate that is nearest, or EXISTING (which wins a tie)
    beyond: np.ndarray  # (n,) inhabited places that stay beyond the threshold

    @property
    def useless(self) -> bool:
        """Whether it changes nothing: the objective is that of the existing sites."""
        return bool(np.isclose(self.objective, self.objective_before, rtol=1e-9, atol=1e-9))

    @property
    def shortfall(self) -> float | None:
        """The share of the gain that the bound allows and that this plan may give up, 0 to 1; None where there is no such gain."""
        if self.bound is None or not np.isfinite(self.objective_before):
            return None
        possible = abs(self.bound - self.objective_before)
        return abs(self.bound - self.objective) / possible if possible > 1e-9 else None


@dataclass(frozen=True)
class Progress:
    """How far a search is: inhabitants served, and the bound that none can pass."""

    seconds: float
    objective: float  # of the best answer so far
    bound: float
    gap: float


def objective(problem: SitingProblem, method: SitingMethod, minutes: np.ndarray) -> np.ndarray:
    """What times (n,) or (n, k) to the nearest site are worth: inhabitants covered, or mean or longest minutes."""
    people = problem.population
    if method is COVER:
        return people @ (minutes <= problem.threshold)
    lived = people > 0
    if method is MEDIAN:
        return people[lived] @ minutes[lived] / people.sum()
    return minutes[lived].max(axis=0)


def evaluate(
    problem: SitingProblem,
    chosen: Sequence[int],
    method: SitingMethod,
    status: str = "choix",
    bound: float | None = None,
    seconds: float = 0.0,
) -> SitingPlan:
    """What opening these candidates is worth, however many they are."""
    chosen = np.unique(np.asarray(chosen, int))
    if len(chosen) and not 0 <= chosen[0] <= chosen[-1] < problem.minutes.shape[1]:
        raise SitingError("Un site choisi n'est pas parmi les communes candidates : ajoutez-le aux candidates.")
    times = np.column_stack([problem.existing, problem.minutes[:, chosen]])
    nearest = times.argmin(axis=1)
    minutes = times.min(axis=1)
    value = float(objective(problem, method, minutes))
    order, gained = _attribute(problem, chosen)
    return SitingPlan(
        method=method,
        status=status,
        chosen=chosen[order],
        gained=gained,
        objective=value,
        objective_before=float(objective(problem, method, problem.existing)),
        bound=bound,
        gap=None if bound is None else relative_gap(value, bound),
        seconds=seconds,
        minutes=minutes,
        site=np.concatenate([[EXISTING], chosen])[nearest],
        beyond=(minutes > problem.threshold) & (problem.population > 0),
    )


def _attribute(problem: SitingProblem, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The order in which sites gain people, the greediest first, and how many each gains that none before it did."""
    left = problem.population * (problem.existing > problem.threshold)
    near = problem.minutes[:, chosen] <= problem.threshold
    order, gained = [], []
    for _ in chosen:
        people = left @ near
        people[order] = -1
        best = int(people.argmax())
        order.append(best)
        gained.append(people[best])
        left = left * ~near[:, best]
    return np.array(order, int), np.array(gained)


def relative_gap(value: float, bound: float) -> float:
    """How far a value is from the bound that nobody can pass, as a share of the value."""
    return 0.0 if value == bound else abs(value - bound) / max(abs(value), 1e-9)


def greedy(problem: SitingProblem, method: SitingMethod) -> SitingPlan:
    """A first answer: the best candidate, then the best beside it, and so on. No bound: nothing is proven."""
    began = time.monotonic()
    return evaluate(problem, _greedy(problem, method), method, "glouton", seconds=time.monotonic() - began)


def greedy_order(problem: SitingProblem, method: SitingMethod) -> list[int]:
    """Candidates in the order in which the greedy answer opens them: each keeps those before it."""
    return _greedy(problem, method)


def _greedy(problem: SitingProblem, method: SitingMethod) -> list[int]:
    sign = -1 if method.maximise else 1
    now, chosen = problem.existing, []
    mean = problem.population @ problem.minutes
    for _ in range(problem.sites):
        value = sign * objective(problem, method, np.minimum(now[:, None], problem.minutes))
        value[chosen] = np.inf
        # Of equals, the most central.
        best = int(np.lexsort((mean, value))[0])
        chosen.append(best)
        now = np.minimum(now, problem.minutes[:, best])
    return chosen


def towards_larger(problem: SitingProblem, method: SitingMethod, plan: SitingPlan) -> SitingPlan:
    """The same plan, each site moved to the most populous candidate that costs next to nothing.

    All moves together cost at most NEAR of the objective, and NEAR_GAIN of what the plan gains on what was there before. A
    plan proven best that moved says so: its `gap` is what it may have lost.
    """
    if problem.size is None or plan.useless:
        return plan
    sign = -1 if method.maximise else 1
    loss = min(NEAR * plan.objective, NEAR_GAIN * abs(plan.objective - plan.objective_before))
    limit = sign * plan.objective + loss
    size, chosen = np.asarray(problem.size, float), list(plan.chosen)
    for rank in np.argsort(size[chosen], kind="stable"):  # what there is to lose goes to the smallest first
        others = [each for place, each in enumerate(chosen) if place != rank]
        staying = np.minimum(problem.existing, problem.minutes[:, others].min(axis=1, initial=np.inf))
        larger = np.setdiff1d(np.flatnonzero(size > size[chosen[rank]]), others)
        if not len(larger):
            continue
        values = sign * objective(problem, method, np.minimum(staying[:, None], problem.minutes[:, larger]))
        near = larger[values <= limit + 1e-9]
        if len(near):
            chosen[rank] = int(near[size[near].argmax()])
    if set(chosen) == set(plan.chosen):
        return plan
    status = "plus_peuplees" if plan.status == "optimal" else plan.status
    return evaluate(problem, chosen, method, status, plan.bound, plan.seconds)


def trimmed(problem: SitingProblem, method: SitingMethod, plan: SitingPlan) -> SitingPlan:
    """The same plan without the sites that bring nothing.

    Where inhabitants covered are sought, those that newly cover nobody. Where a trip is, all of them if it stays as long as
    today: what they would gain by the way is no answer to the question, any other candidate would have been as good.
    """
    kept = plan.chosen[plan.gained > 0] if method is COVER else plan.chosen[: 0 if plan.useless else None]
    if len(kept) == len(plan.chosen):
        return plan
    return evaluate(problem, kept, method, plan.status, plan.bound, plan.seconds)
