"""The three location problems handed to HiGHS, which tells progress, can be stopped, and proves its bound.

`highspy` rather than `scipy.optimize.milp`, which wraps the same solver: scipy has neither callback nor cancel, nor rows
added to a model already solved, and the p-median lives on these.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event

import highspy
import numpy as np
from scipy import sparse

from maillage.catalog.siting import CENTRE, COVER, MEDIAN, SitingMethod
from maillage.methods.siting import GAP, Progress, SitingPlan, SitingProblem, evaluate, greedy, objective, relative_gap

EN_CLAIR = (
    "Preuve de la meilleure réponse",
    "Un solveur examine toutes les combinaisons ou prouve qu'il peut les écarter. L'écart affiché dit de combien, au "
    "plus, une meilleure réponse pourrait dépasser celle qui est montrée ; à zéro, il n'y en a pas.",
)

TOLERANCE = 1e-7
INTEGER = highspy.HighsVarType.kInteger
SOLVED, INFEASIBLE = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible

Solution = tuple[np.ndarray, float]  # candidates chosen, and the bound that nobody can pass


@dataclass
class Watch:
    """The clock, the reader's cancel button, and the progress told."""

    began: float
    until: float
    cancel: Event
    progress: Callable[[Progress], None]
    best: float

    @property
    def left(self) -> float:
        """Seconds left, never under zero."""
        return max(self.until - time.monotonic(), 0.0)

    @property
    def over(self) -> bool:
        """Is the time spent, or did somebody give up?"""
        return self.cancel.is_set() or self.left == 0

    def tell(self, bound: float) -> None:
        """The best answer so far and the bound; an infinite bound is not worth telling."""
        if np.isfinite(bound):
            seconds = time.monotonic() - self.began
            self.progress(Progress(seconds, self.best, bound, relative_gap(self.best, bound)))

    def run(
        self,
        highs: highspy.Highs,
        bound: Callable[[float], float] | None = None,
        value: Callable[[float], float] | None = None,
    ) -> highspy.HighsModelStatus:
        """Solve within the time that is left. `bound` and `value` turn the solver's figures into ours, told on the way."""

        def look(event) -> None:
            if self.cancel.is_set():
                event.interrupt()
                return
            if value is not None and np.isfinite(event.data_out.mip_primal_bound):
                self.best = value(event.data_out.mip_primal_bound)
            if bound is not None:
                self.tell(bound(event.data_out.mip_dual_bound))

        highs.clearCallbacks()
        highs.cbSimplexInterrupt += lambda event: event.interrupt() if self.cancel.is_set() else None
        highs.cbMipInterrupt += look
        highs.setOptionValue("time_limit", self.left)
        highs.run()
        return highs.getModelStatus()


def _highs() -> highspy.Highs:
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", 1)  # a server answers several readers at once
    highs.setOptionValue("mip_rel_gap", GAP / 10)
    return highs


def _columns(highs: highspy.Highs, low: np.ndarray, high: np.ndarray, cost: np.ndarray) -> None:
    first = highs.getNumCol()
    highs.addVars(len(low), low.astype(float), high.astype(float))
    highs.changeColsCost(len(low), np.arange(first, first + len(low), dtype=np.int32), cost.astype(float))


def _rows(highs: highspy.Highs, low: np.ndarray, matrix: sparse.csr_array, high: float = highspy.kHighsInf) -> None:
    """Add low ≤ matrix · columns ≤ high."""
    start, index = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32)
    highs.addRows(len(low), low.astype(float), np.full(len(low), high), matrix.nnz, start, index, matrix.data)


def _open(highs: highspy.Highs, candidates: int, sites: int) -> None:
    """One column a candidate, open or not, and as many open as asked."""
    _columns(highs, np.zeros(candidates), np.ones(candidates), np.zeros(candidates))
    _rows(highs, np.array([sites]), sparse.csr_array(np.ones((1, candidates))), sites)


def _whole(highs: highspy.Highs, candidates: int) -> None:
    """The columns of candidates are 0 or 1, from now on."""
    highs.changeColsIntegrality(candidates, np.arange(candidates, dtype=np.int32), np.full(candidates, INTEGER))


def _chosen(highs: highspy.Highs, candidates: int, sites: int) -> np.ndarray:
    """The most open candidates of the solution, as many as asked."""
    values = np.array(highs.getSolution().col_value)[:candidates]
    return np.sort(np.argsort(-values, kind="stable")[:sites])


def cover(problem: SitingProblem, start: np.ndarray, watch: Watch) -> Solution:
    """Maximal covering: one column a candidate and one a set of places that the same candidates cover."""
    count = problem.minutes.shape[1]
    left = (problem.existing > problem.threshold) & (problem.population > 0)
    near = problem.minutes[left] <= problem.threshold
    served = near.any(axis=1)
    already = float(problem.population[problem.existing <= problem.threshold].sum())
    if not served.any():
        return start, already
    near = near[served]
    _, first, group = np.unique(np.packbits(near, axis=1), axis=0, return_index=True, return_inverse=True)
    sets, people = near[first], np.bincount(group.ravel(), problem.population[left][served])
    highs = _highs()
    _open(highs, count, problem.sites)
    _whole(highs, count)
    _columns(highs, np.zeros(len(people)), np.ones(len(people)), people)
    highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
    matrix = sparse.hstack([sparse.csr_array(sets.astype(float)), -sparse.eye_array(len(people))], format="csr")
    _rows(highs, np.zeros(len(people)), matrix)
    ceiling = already + float(people.sum())
    watch.run(highs, lambda bound: min(already + bound, ceiling), lambda value: max(already + value, watch.best))
    info = highs.getInfo()
    bound = min(already + info.mip_dual_bound, ceiling)  # infinite before the first relaxation is solved
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return start, bound
    chosen = _chosen(highs, count, problem.sites)
    best = max(start, chosen, key=lambda sites: _value(problem, COVER, sites))
    return best, max(bound, _value(problem, COVER, best))


def median(problem: SitingProblem, start: np.ndarray, watch: Watch) -> Solution:
    """p-median by Benders' cuts (Duran-Mateluna, Ales and Elloumi 2023, doi:10.1016/j.ejor.2022.11.033).

    Only the candidates and the time of each place are columns. For every k, the time of a place is at least
    D_k − Σ_j (D_k − d_j)⁺ y_j; each round adds the cut that the last solution breaks most, first on the relaxation, then on
    whole numbers. The existing sites are one more candidate, always open. A model with one column for each pair of
    place and candidate is a hundred times slower on 500 places and 200 candidates.
    """
    lived = problem.population > 0
    share = problem.population[lived] / problem.population.sum()
    count = problem.minutes.shape[1]
    times = np.minimum(problem.minutes[lived], problem.existing[lived, None])
    # Where there is no existing site, the farthest candidate stands for it: nobody is ever served from farther.
    there = np.minimum(problem.existing[lived], times.max(axis=1))
    sites = np.column_stack([times, there])
    order = np.argsort(sites, axis=1, kind="stable")
    ranked = np.take_along_axis(sites, order, axis=1)
    highs = _highs()
    _open(highs, count, problem.sites)
    _columns(highs, ranked[:, 0], np.full(len(share), highspy.kHighsInf), share)

    def cut(opened: np.ndarray, bounds: np.ndarray) -> bool:
        """Add the cuts that this solution breaks; False when it breaks none."""
        weight = np.append(opened, 1.0)
        reach = (np.cumsum(weight[order], axis=1) >= 1 - TOLERANCE).argmax(axis=1)
        far = ranked[np.arange(len(share)), reach]
        saved = np.maximum(far[:, None] - times, 0.0)
        broken = far - saved @ opened > bounds + TOLERANCE * np.maximum(1, bounds)
        own = sparse.eye_array(len(share), format="csr")[broken]
        if broken.any():
            _rows(highs, far[broken], sparse.hstack([sparse.csr_array(saved[broken]), own], format="csr"))
        return bool(broken.any())

    best, bound = start, float(share @ ranked[:, 0])
    unknown = np.full(len(share), -np.inf)
    cut(np.bincount(start, minlength=count).astype(float), unknown)
    cut(np.full(count, problem.sites / count), unknown)
    whole = False
    while not watch.over:
        status = watch.run(highs, partial(max, bound))
        if whole:
            bound = max(bound, highs.getInfo().mip_dual_bound)
        elif status == SOLVED:
            bound = max(bound, highs.getInfo().objective_function_value)
        if status != SOLVED:
            break
        values = np.array(highs.getSolution().col_value)
        best = min(best, _chosen(highs, count, problem.sites), key=lambda chosen: _value(problem, MEDIAN, chosen))
        watch.best = _value(problem, MEDIAN, best)
        watch.tell(bound)
        if relative_gap(watch.best, bound) <= GAP:
            break
        opened = values[:count].round() if whole else values[:count]
        if not cut(opened, values[count:]):
            if whole:
                break
            _whole(highs, count)
            whole = True
    return best, min(bound, _value(problem, MEDIAN, best))


def centre(problem: SitingProblem, start: np.ndarray, watch: Watch) -> Solution:
    """p-centre: the least radius within which the sites asked can serve everybody, by halving the list of radii.

    Each radius is a covering problem, first rid of what decides nothing: a place that is served whenever another one is,
    a candidate that serves nobody whom another one does not. Sites to spare go where the first answer put them.
    """
    lived = problem.population > 0
    times = np.minimum(problem.minutes[lived], problem.existing[lived, None])
    best, watch.best = start, _value(problem, CENTRE, start)
    least = float(times.min(axis=1).max())  # every candidate open
    radii = np.unique(times[(times >= least) & (times <= watch.best)])
    low, high = 0, int(np.searchsorted(radii, watch.best))  # radii[high] is done; below radii[low] nothing is possible
    while low < high and not watch.over:
        middle = (low + high) // 2
        near = times <= radii[middle]
        near = near[_minimal(near)]
        useful = _minimal(~near.T)
        highs = _highs()
        _columns(highs, np.zeros(len(useful)), np.ones(len(useful)), np.zeros(len(useful)))
        _whole(highs, len(useful))
        _rows(highs, np.ones(len(near)), sparse.csr_array(near[:, useful].astype(float)))
        _rows(highs, np.array([-problem.sites]), sparse.csr_array(-np.ones((1, len(useful)))))
        status = watch.run(highs)
        if status == SOLVED:
            opened = useful[np.array(highs.getSolution().col_value) > 0.5]
            spare = start[~np.isin(start, opened)]
            best = np.sort(np.append(opened, spare[: problem.sites - len(opened)]))
            watch.best = _value(problem, CENTRE, best)
            high = int(np.searchsorted(radii, watch.best))
        elif status == INFEASIBLE:
            low = middle + 1
        else:
            break
        watch.tell(float(radii[low]))
    return best, float(radii[low])


def _minimal(sets: np.ndarray) -> np.ndarray:
    """The rows (of a boolean matrix) that contain no other row; of equal rows, the first."""
    _, first = np.unique(np.packbits(sets, axis=1), axis=0, return_index=True)
    first.sort()
    rows = sets[first].astype(np.float32)  # whole numbers up to 2²⁴ are exact
    contains = rows @ rows.T == rows.sum(axis=1)
    np.fill_diagonal(contains, False)
    return first[~contains.any(axis=1)]


def _value(problem: SitingProblem, method, chosen: np.ndarray) -> float:
    nearest = np.minimum(problem.existing, problem.minutes[:, chosen].min(axis=1))
    return float(objective(problem, method, nearest))


SEARCHES = {COVER.code: cover, MEDIAN.code: median, CENTRE.code: centre}


def solve(
    problem: SitingProblem,
    method: SitingMethod,
    *,
    time_limit: float = 30.0,
    progress: Callable[[Progress], None] = lambda progress: None,
    cancel: Event | None = None,
) -> SitingPlan:
    """The best choice, with the proof: `status` is optimal when the gap is under GAP.

    Stopped by the clock (seconds) or by `cancel`, it gives the best choice found and the bound reached. `progress` is
    called from time to time, from this thread.
    """
    began = time.monotonic()
    start = greedy(problem, method)
    watch = Watch(began, began + time_limit, cancel or Event(), progress, start.objective)
    chosen, bound = SEARCHES[method.code](problem, start.chosen, watch)
    plan = evaluate(problem, chosen, method, "optimal", bound, time.monotonic() - began)
    if plan.gap <= GAP:
        return plan
    stopped = "interrompu" if watch.cancel.is_set() else "limite_temps"
    return evaluate(problem, chosen, method, stopped, bound, plan.seconds)
