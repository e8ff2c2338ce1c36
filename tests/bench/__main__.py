"""Time the atlas: `python -m tests.bench [--rounds N] [--only PART …]`.

Each part is a module beside this one, measured in a process of its own; lines.py says what is made of what it finds. Prints a
table; a whole run, without --only, writes results.json. A missed goal is not a failure, and a part that cannot run says so.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.lines import LINES
from tests.bench.report import machine, table
from tests.bench.rounds import Run, say

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS = HERE / "results.json"
ROUNDS = {"map": 5, "pages": 3}  # the parts that are measured in rounds
PATIENCE_SECONDS = 420  # for one part; the longest keep to a budget of their own, well below
PROGRAM = """
import json, sys
from importlib import import_module
from maillage.warehouse import Unavailable
try:
    found = import_module(f"tests.bench.{sys.argv[1]}").measure(*map(int, sys.argv[2:]))
except (Unavailable, RuntimeError, OSError) as error:
    sys.exit(f"Not measured: {error}")
print(json.dumps(found))
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, help=f"by default {', '.join(f'{n} of {p}' for p, n in ROUNDS.items())}")
    parser.add_argument("--only", nargs="+", choices=LINES, metavar="PART", help=", ".join(LINES))
    parser.add_argument("--results", type=Path, default=RESULTS, help="where a whole run is kept")
    asked = parser.parse_args()

    began, results, turns = time.monotonic(), [], {}
    for part in asked.only or LINES:
        say(part.capitalize())
        runs = measured(part, asked.rounds)
        turns |= {part: len(runs)} if part in ROUNDS else {}
        results += [{"part": part} | line.result(runs) for line in LINES[part]]
    about = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "seconds": round(time.monotonic() - began),
        "rounds": turns,
        "machine": machine(),
    }
    if not asked.only:
        report = json.dumps(about | {"lines": results}, ensure_ascii=False, indent=1)
        asked.results.write_text(report + "\n", encoding="utf-8")
    print(f"\n{summary(about)}\nRatios and bytes are the measure; seconds are this machine's.\n\n{table(results)}")


def measured(part: str, rounds: int | None) -> list[Run]:
    """What a part finds, one run or one by round; nothing when it lacks what it needs, which is said."""
    wanted = [str(rounds or ROUNDS[part])] if part in ROUNDS else []
    command = [sys.executable, "-c", PROGRAM, part, *wanted]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            output, _ = process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            end(process)
            say(f"Not measured: {part} was not done after {PATIENCE_SECONDS} s.")
            return []
    if process.returncode:
        say(f"{part.capitalize()} has no figures: see above.")
        return []
    figures = json.loads(output.splitlines()[-1])
    if not figures:
        say(f"Not measured: what tests/bench/{part}.py reads is not here.")
    return figures if isinstance(figures, list) else [figures or {}]


def end(process: subprocess.Popen) -> None:
    """Interrupt a part, which ends its servers and its browser; kill it if that takes too long."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


def summary(about: dict) -> str:
    host = about["machine"]
    browser = f"Chromium {host['chromium']}, software rendering" if host["chromium"] else "no Chromium"
    rounds = "".join(f"{count} rounds of {part}, " for part, count in about["rounds"].items())
    return f"{rounds}{about['seconds']} s on {host['cores']} cores, {host['memory_gb']} GB, Python {host['python']}, {browser}."


if __name__ == "__main__":
    main()
