"""Ten thousand slow connections on nginx and two replicas: `python -m tests.bench.load.connections [--connections 10000]`.

Each begins a request and never ends it. Meanwhile a visitor asks for the page, ten times a second: how long they wait, and how
long it takes nginx to put the slow ones out.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import httpx2

from tests.bench.load.deployment import deployed

TOGETHER = 250  # connections opened at once: what is tried is how many stay, not how fast they come
PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class Siege:
    """`waits`: seconds of each page asked for meanwhile; `refusals`: pages that were not 200; `seconds`: until none was left."""

    opened: int
    waits: tuple[float, ...]
    refusals: int
    put_out: int
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load.connections", description=__doc__)
    parser.add_argument("--connections", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maillage-siege-") as folder, deployed(Path(folder)) as front:
        alone = asyncio.run(besiege(front.url, 0))
        answer = asyncio.run(besiege(front.url, asked.connections))
    for what, each in (("alone", alone), (f"{answer.opened} slow connections", answer)):
        print(
            f"{what:28} {len(each.waits):4} pages, {each.refusals} refused; median {median(each.waits):.3f} s, most {max(each.waits):.3f} s"
        )
    print(f"{answer.put_out} put out, the last after {answer.seconds:.1f} s")


async def besiege(url: str, connections: int, least_pages: int = 20) -> Siege:
    """Hold `connections` requests that never end, and ask for the page until nginx has closed them all."""
    parts, writers, waiting = urlsplit(url), [], []
    began = time.monotonic()

    async def begin():
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
        writers.append(writer)
        waiting.append(asyncio.create_task(closed(reader)))

    waits, refusals = [], 0
    for first in range(0, connections, TOGETHER):
        await asyncio.gather(*(begin() for _ in range(min(TOGETHER, connections - first))), return_exceptions=True)
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as visitor:
        while len(waits) < least_pages or not all(task.done() for task in waiting):
            asked = time.monotonic()
            refusals += (await visitor.get(f"{url}/")).status_code != 200
            waits.append(time.monotonic() - asked)
            await asyncio.sleep(PAUSE_SECONDS)
    seconds = time.monotonic() - began
    for writer in writers:
        writer.close()
    return Siege(len(writers), tuple(waits), refusals, sum(task.result() for task in waiting), seconds)


async def closed(reader: asyncio.StreamReader) -> bool:
    """Whether the other side has ended it, once it has."""
    try:
        return await reader.read(100) == b""
    except ConnectionResetError:
        return True


if __name__ == "__main__":
    main()
