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
