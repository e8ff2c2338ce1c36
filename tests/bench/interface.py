"""Ask single figures over HTTP, of the atlas' own server: `python -m tests.bench.interface`.

One process answers, so one core. What is asked: ten indicators of 101 départements, in an order of its own; once, when nothing
is kept, then over and over. Then a crowd of visitors on the map, alone, and beside programs that ask 200 figures a second.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import psutil

from tests.bench.drive import serving
from tests.bench.load.crowd import Answer, cpu, map_views, visit
from tests.bench.map import ROOT

CONNECTIONS, SECONDS = 8, 8.0
RATE, VISITORS, VISIT_SECONDS, THINK_SECONDS = 200, 50, 24.0, 4.0
INDICATORS = (
    "population",
    "densite",
    "evolution_population",
    "part_75_plus",
    "mortalite_prematuree_0_64",
    "apl_mg",
    "msp_nombre",
    "densite_publiee",
    "part_0_24",
    "mg_densite",
)
CODES = (*(f"{number:02d}" for number in range(1, 96) if number != 20), "2A", "2B", "971", "972", "973", "974", "976")


def measure() -> dict[str, float]:
    """Figures a second (`…_rps`), seconds of the slowest twentieth (`…_p95_s`), processor milliseconds of the server for one
    (`…_ms`): first, and kept; the visitors' p95 alone and beside."""
    with (
        tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder,
        serving(ROOT / "serve.py", Path(folder) / "atlas.log") as server,
    ):
        paths = [f"/api/v1/territories/departement-{code}/figures/{name}" for code in CODES for name in INDICATORS]
        random.Random(1).shuffle(paths)
        figures = asked("first", server.url, paths, server.process.pid)
        figures |= asked("kept", server.url, paths * 20, server.process.pid)
        alone, beside = asyncio.run(crowds(server.url, paths))
    return figures | {
        "alone_p95_s": alone.p95,
        "beside_p95_s": beside.p95,
        "refused": len(alone.errors) + len(beside.errors),
    }


def asked(name: str, url: str, paths: list[str], pid: int) -> dict[str, float]:
    """What it costs to ask these, one after the other on a few connections, for SECONDS at most."""
    process = psutil.Process(pid)
    spent, began = cpu([process]), time.perf_counter()
    seconds = asyncio.run(ask(url, paths, began + SECONDS))
    return {
        f"{name}_rps": len(seconds) / (time.perf_counter() - began),
        f"{name}_p95_s": float(np.percentile(seconds, 95)),
        f"{name}_ms": 1000 * (cpu([process]) - spent) / len(seconds),
    }


async def ask(url: str, paths: list[str], until: float, rate: float = float("inf")) -> list[float]:
    """Seconds of each answer. Raises RuntimeError for one that is no figure. `rate`: at most so many a second."""
    place, waiting, seconds = urlsplit(url), list(reversed(paths)), []

    async def connection(number: int) -> None:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        due = time.perf_counter() + number / rate
        while waiting and time.perf_counter() < until:
            if due > time.perf_counter():
                await asyncio.sleep(due - time.perf_counter())
            due += CONNECTIONS / rate
            began = time.perf_counter()
            writer.write(f"GET {waiting.pop()} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            if not head.startswith(("http/1.1 200", "http/1.1 404")):  # 404: no such figure there, and a sentence
                raise RuntimeError(head.splitlines()[0])
            await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0]))
            seconds.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*map(connection, range(CONNECTIONS)))
    return seconds


async def crowds(url: str, paths: list[str]) -> tuple[Answer, Answer]:
    """The same visitors, alone, then beside RATE figures a second."""

    def crowd() -> Answer:
        return visit(url, map_views(), VISITORS, VISIT_SECONDS, think=THINK_SECONDS)[0]

    await asyncio.to_thread(crowd)  # the views are kept from then on
    alone = await asyncio.to_thread(crowd)
    load = asyncio.create_task(ask(url, paths * 100, time.perf_counter() + 600, RATE))
    beside = await asyncio.to_thread(crowd)
    load.cancel()
    with suppress(asyncio.CancelledError):
        await load
    return alone, beside


if __name__ == "__main__":
    print(measure())
