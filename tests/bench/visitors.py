"""Weigh one more visitor: `python -m tests.bench.visitors`."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench.drive import Visit, browsing, serving
from tests.bench.map import ROOT, atlas_page, counts

VISITORS = 6


def measure() -> dict[str, float]:
    """Memory (MB) per visitor on Pas-de-Calais after the first two, all of them still there, on a server just started."""
    editions, communes = [], counts()["62"]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="maillage-bench-"))
        server = stack.enter_context(serving(ROOT / "serve.py", Path(folder) / "atlas.log"))
        browser = stack.enter_context(browsing())
        for _ in range(2 + VISITORS):
            visit = stack.enter_context(Visit(browser, atlas_page(server, territoire="departement-62")))
            visit.seconds_to(f"map({communes})")
            visit.settle()
            editions.append(server.memory_mb())
    return {"visitor_mb": (editions[-1] - editions[1]) / VISITORS}


if __name__ == "__main__":
    print(measure())
