"""The memory of the atlas over thousands of runs: `python -m tests.bench.load.memory [--runs 10000]`, and its curve in docs/."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

import psutil

from tests.bench.drive import serving
from tests.bench.load.crowd import map_views, mixed_views
from tests.bench.load.visitor import Journal, View, Visitor

ROOT = Path(__file__).parents[3]
PICTURE = ROOT / "docs" / "memoire.svg"
VISITORS, THINK_SECONDS, LOOK_SECONDS = 12, 0.05, 1.0
VIEWS = {"map": map_views, "mixed": mixed_views}
WIDTH, HEIGHT, LEFT, BOTTOM = 720, 260, 56, 34


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load.memory", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--pages", choices=("map", "mixed"), default="mixed")
    parser.add_argument("--seconds", type=float, default=480, help="at most")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="maillage-memory-") as folder,
        serving(ROOT / "serve.py", Path(folder) / "log") as server,
    ):
        curve, errors = asyncio.run(
            follow(server.url, psutil.Process(server.process.pid), VIEWS[asked.pages](), asked.runs, asked.seconds)
        )
    settled = [mb for runs, mb in curve if runs >= 1000]
    print(
        f"{curve[-1][0]} runs, {len(errors)} errors; MB at the start {curve[0][1]:.0f}, at the end {curve[-1][1]:.0f}"
    )
    print("| runs | MB |\n| --- | --- |")
    for runs, mb in marks(curve):
        print(f"| {runs:,} | {mb:.0f} |")
    if settled:
        print(f"after the first 1,000 runs: {min(settled):.0f} to {max(settled):.0f} MB")
    PICTURE.write_text(picture(curve), encoding="utf-8")


async def follow(
    url: str, process: psutil.Process, views: list[View], runs: int, seconds: float
) -> tuple[list[tuple[int, float]], list[str]]:
    """(runs so far, resident MB) every second, until that many runs; and what failed."""
    journal, curve, until = Journal(), [], time.monotonic() + seconds
    crowd = [
        asyncio.create_task(Visitor(url, views, journal, random.Random(number), THINK_SECONDS).stay(seconds))
        for number in range(VISITORS)
    ]
    while len(journal.runs) < runs and time.monotonic() < until:
        curve.append((len(journal.runs), process.memory_info().rss / 1e6))
        await asyncio.sleep(LOOK_SECONDS)
    curve.append((len(journal.runs), process.memory_info().rss / 1e6))
    for visitor in crowd:
        visitor.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    return curve, journal.errors


def marks(curve: list[tuple[int, float]], step: int = 1000) -> list[tuple[int, float]]:
    """The first reading at or after each thousand runs, and the last."""
    kept = [next(point for point in curve if point[0] >= at) for at in range(0, curve[-1][0] + 1, step)]
    return kept if kept[-1] == curve[-1] else [*kept, curve[-1]]


def picture(curve: list[tuple[int, float]]) -> str:
    """The curve as an SVG, memory from zero."""
    most, top = max(runs for runs, _ in curve) or 1, 100 * (int(max(mb for _, mb in curve) / 100) + 1)
    wide, high = WIDTH - LEFT - 16, HEIGHT - BOTTOM - 16

    def at(runs: float, mb: float) -> str:
        return f"{LEFT + wide * runs / most:.1f},{16 + high * (1 - mb / top):.1f}"

    lines = [
        f'<path d="M{at(0, mb)} L{at(most, mb)}" stroke="#D9D9D4"/><text x="{LEFT - 6}" y="{at(0, mb).split(",")[1]}" dy="4" '
        f'text-anchor="end">{mb}</text>'
        for mb in range(0, top + 1, 100)
    ]
    ticks = [
        f'<text x="{at(runs, 0).split(",")[0]}" y="{HEIGHT - 14}" text-anchor="middle">{runs}</text>'
        for runs in range(0, most + 1, max(1000, most // 5 // 1000 * 1000))
    ]
    points = " L".join(at(*point) for point in curve)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" fill="#1F2328">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#FFF"/><title>Mémoire du processus (Mo) selon le nombre de changements de vue</title>'
        f'{"".join(lines)}{"".join(ticks)}<path d="M{points}" fill="none" stroke="#4B3F8F" stroke-width="2"/>'
        f'<text x="{WIDTH - 16}" y="{HEIGHT - 1}" text-anchor="end">changements de vue</text><text x="4" y="12">Mo</text></svg>\n'
    )


if __name__ == "__main__":
    main()
