"""A search for the best sites, in a thread of its own: how far it is, how to stop it, what it found."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from maillage.catalog.siting import SitingMethod
from maillage.methods.siting import Progress, SitingPlan, SitingProblem, towards_larger
from maillage.methods.solver import solve

SECONDS = 30.0  # then the best answer found is given, with its gap


@dataclass
class Job:
    """One search. `plan` comes when it is over, stopped or not; `error` when it failed."""

    key: tuple
    cancel: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    progress: Progress | None = None
    plan: SitingPlan | None = None
    error: Exception | None = None
    readers: int = 0  # who wait for it

    def start(self, problem: SitingProblem, method: SitingMethod, seconds: float = SECONDS) -> Job:
        """Begin the search in a thread of its own; the same job."""
        threading.Thread(target=self._run, args=(problem, method, seconds), daemon=True).start()
        return self

    def wait(self, seconds: float) -> bool:
        """Whether it is over, once given this long."""
        return self.done.wait(seconds)

    def _run(self, problem: SitingProblem, method: SitingMethod, seconds: float) -> None:
        try:
            best = solve(problem, method, time_limit=seconds, progress=self._tell, cancel=self.cancel)
            self.plan = towards_larger(problem, method, best)
        except Exception as error:  # the reader hears of it: a thread has nobody else to tell
            self.error = error
        finally:
            self.done.set()

    def _tell(self, progress: Progress) -> None:
        self.progress = progress


class Searches:
    """The searches of a process, one a question at once: who asks the same joins it, and it stops when nobody waits any more."""

    def __init__(self):
        self._lock = threading.Lock()
        self._running: dict[tuple, Job] = {}

    def join(self, key: tuple, problem: SitingProblem, method: SitingMethod) -> Job:
        """The search of this question, begun unless it runs already."""
        with self._lock:
            self._running = {each: job for each, job in self._running.items() if not job.done.is_set()}
            job = self._running.get(key)
            if job is None or job.cancel.is_set():
                job = self._running[key] = Job(key).start(problem, method)
            job.readers += 1
            return job

    def leave(self, job: Job) -> None:
        """One who waited does not any more."""
        with self._lock:
            job.readers -= 1
            if job.readers <= 0:
                job.cancel.set()
