"""A crowd on one address: who visits what, for how long, and what it costs the server."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import psutil

from tests.bench.load.visitor import Journal, View, Visitor

THINK_SECONDS = 8.0
DEPARTEMENTS = ("08", "13", "31", "33", "35", "44", "59", "62", "69", "71", "75", "86", "974", "976", "2A")
INDICATORS = ("densite", "mortalite_prematuree_0_64", "distance_msp", "couverture_cpts", "part_75_plus")
TABS = ("blanches", "acces", "besoin", "et_si")
MIX = ("carte",) * 6 + ("ecarts",) * 2 + ("cpts", "composer", "comparer")  # six in eleven look at the map


@dataclass(frozen=True)
class Answer:
    """What a crowd measured. Seconds of a change of view; processor milliseconds of a run; MB."""

    visitors: int
    runs: int
    p50: float
    p95: float
    p99: float
    processor_ms: float
    memory_mb: float
    memory_growth_mb: float
    errors: tuple[str, ...]
    reconnected: tuple[float, ...]


def map_views() -> list[View]:
    """The map of many départements and indicators."""
    return [
        View("", (("territoire", f"departement-{code}"), ("indicateur", name)))
        for code in DEPARTEMENTS
        for name in INDICATORS
    ]


def mixed_views() -> list[View]:
    """Every page a visitor works on, in the proportions of MIX; the four tabs of « Écarts »."""
    views = []
    for code in DEPARTEMENTS:
        place, tabs = ("territoire", f"departement-{code}"), iter(TABS)
        for page in MIX:
            if page == "carte":
                views += [View("", (place, ("indicateur", name))) for name in INDICATORS[:2]]
            elif page == "ecarts":
                views += [View(page, (place, ("volet", tab))) for tab in islice(tabs, 2)]
            elif page == "cpts":
                views += [View(page, (("cpts", "cpts-71-centre-saone-et-loire"),)), View(page, (place,))]
            else:
                views += [View(page, (place,))] * 2
    return views


def empty_views() -> list[View]:
    return [View("", (("n", str(number)),)) for number in range(20)]


def visit(
    url: str,
    views: Sequence[View],
    visitors: int,
    seconds: float,
    pids: Sequence[int] = (),
    think: float = THINK_SECONDS,
    seed: int = 1,
) -> tuple[Answer, Journal]:
    """Send a crowd for that long. Visitors come within the first think time; only what follows it counts."""
    processes = [psutil.Process(pid) for pid in pids]
    journal = Journal()

    async def come() -> tuple[float, float]:
        draws = [random.Random(seed * 100_000 + number) for number in range(visitors)]

        async def one(draw: random.Random) -> None:
            await asyncio.sleep(draw.uniform(0, think))
            await Visitor(url, views, journal, draw, think).stay(seconds)

        crowd = asyncio.gather(*(one(draw) for draw in draws))
        await asyncio.sleep(2 * think)
        before, runs = cpu(processes), len(journal.runs)
        memory = resident(processes)
        await crowd
        done = len(journal.runs) - runs
        return (1000 * (cpu(processes) - before) / done if done else float("nan")), memory

    processor, memory = asyncio.run(come())
    counted = journal.seconds(after=2 * think) or [float("nan")]
    p50, p95, p99 = np.percentile(counted, [50, 95, 99])
    after = resident(processes)
    return Answer(
        visitors,
        len(journal.runs),
        p50,
        p95,
        p99,
        processor,
        after,
        after - memory,
        tuple(journal.errors),
        tuple(journal.reconnected),
    ), journal


def cpu(processes) -> float:
    """Processor seconds spent so far; those of a process that is gone are not counted."""
    return sum(sum(process.cpu_times()[:2]) for process in processes if process.is_running())


def resident(processes) -> float:
    return sum(process.memory_info().rss / 1e6 for process in processes if process.is_running())
