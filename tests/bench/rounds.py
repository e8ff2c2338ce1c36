"""Rounds of visits: a warm-up that is not kept, then as many as are wanted, or as there is time for."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

from playwright.sync_api import Error

Run = dict[str, float]  # what one round of a part, or a part measured once, found


def rounds(wanted: int, budget_seconds: float, steps: Callable[[], Iterator[Iterator[Run]]]) -> list[Run]:
    """What each round found. After the first, no round is begun that would end after the budget."""
    runs: list[Run] = []
    longest, began = 0.0, time.monotonic()
    for turn in range(wanted + 1):
        if turn > 1 and time.monotonic() - began + longest > budget_seconds:
            say(f"Time is up after {turn - 1} of {wanted} rounds.")
            break
        say(f"  round {turn} of {wanted}" if turn else "  warm-up")
        start, run = time.monotonic(), {}
        for step in steps():
            take(step, run)
        if turn:
            runs.append(run)
        longest = max(longest, time.monotonic() - start)
    return runs


def take(step: Iterator[Run], run: Run) -> None:
    """Add to `run` what a step finds; what it could not find is said, and the bench goes on."""
    try:
        for figures in step:
            run |= figures
    except (Error, RuntimeError, OSError) as error:
        say(f"Not measured: {str(error).splitlines()[0]}")


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
