"""A crowd on the atlas: `python -m tests.bench.load [--visitors 100] [--seconds 90] [--replicas 2 | --url http://127.0.0.1:8080 …]`.

Without an address, starts the atlas, an empty Streamlit page and the peer in turn, and prints a line for each. With --replicas,
that many atlases behind nginx. With --url, loads what already runs there (only addresses of this machine).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.drive import PLAIN, serving
from tests.bench.load.crowd import Answer, empty_views, map_views, mixed_views, visit
from tests.bench.load.deployment import deployed
from tests.bench.map import alone

HERE = Path(__file__).parents[1]
ROOT = HERE.parents[1]
HEAD = f"{'what':34} {'visitors':>8} {'runs':>6} {'p50 s':>7} {'p95 s':>7} {'p99 s':>7} {'ms/run':>7} {'MB':>6} {'+MB':>5} errors"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--visitors", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pages", choices=("map", "mixed"), default="map")
    parser.add_argument("--replicas", type=int, help="of the atlas, behind nginx")
    parser.add_argument("--url", help="what already runs, on this machine")
    parser.add_argument("--pid", type=int, nargs="*", default=[], help="its processes, whose time and memory are read")
    asked = parser.parse_args()
    views = map_views() if asked.pages == "map" else mixed_views()
    print(HEAD)
    if asked.url:
        if urlsplit(asked.url).hostname not in ("127.0.0.1", "localhost", "::1"):
            sys.exit("Only what runs on this machine is loaded: 127.0.0.1, localhost or [::1].")
        print(line(asked.url, visit(asked.url, views, asked.visitors, asked.seconds, asked.pid)[0]))
        return
    with tempfile.TemporaryDirectory(prefix="maillage-load-") as folder:
        if asked.replicas:
            # The crowd has one address here: its share is everyone's.
            with deployed(
                Path(folder), replicas=asked.replicas, doors=2 * asked.visitors, rate=asked.visitors
            ) as front:
                answer, _ = visit(front.url, views, asked.visitors, asked.seconds, front.pids)
                print(line(f"{asked.replicas} replicas behind nginx, {asked.pages}", answer))
            return
        (Path(folder) / "peer").mkdir()
        for what, script, pages, options in (
            ("an empty page", HERE / "empty.py", empty_views(), PLAIN),
            (f"the atlas, {asked.pages}", ROOT / "app.py", views, ()),
            ("the peer", alone(Path(folder) / "peer"), map_views(), PLAIN),
        ):
            with serving(script, Path(folder) / "log", *options) as server:
                answer, _ = visit(server.url, pages, asked.visitors, asked.seconds, [server.process.pid])
                print(line(what, answer), flush=True)


def line(what: str, a: Answer) -> str:
    errors = "; ".join(sorted(set(a.errors))[:3])
    return (
        f"{what:34} {a.visitors:8} {a.runs:6} {a.p50:7.3f} {a.p95:7.3f} {a.p99:7.3f} {a.processor_ms:7.1f} {a.memory_mb:6.0f} "
        f"{a.memory_growth_mb:5.0f} {len(a.errors)} {errors}"
    )


if __name__ == "__main__":
    main()
