"""Time the atlas against its peer: `python -m tests.bench [--rounds N]`.

The atlas, the peer (peer.py) and an empty page (empty.py) are opened in turn, round after round, each visit in a fresh
browser context. A ratio is taken within a round. Prints a table, writes results.json; a missed goal is not a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import duckdb
from playwright.sync_api import Browser, Error, sync_playwright

from tests.bench.drive import FLAGS, Server, Visit, chromium, serving

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS = HERE / "results.json"
BUDGET_SECONDS = 330  # no new round is begun that would end later
VISITORS = 6

Run = dict[str, float]  # what one round, or one measure made once, found


@dataclass(frozen=True)
class Line:
    """A line of the table: a figure of every run that has what it needs, and what it should be."""

    what: str
    unit: str
    figure: Callable[[Run], float]
    goal: tuple[str, float] | None = None

    def result(self, runs: list[Run]) -> dict:
        values = []
        for run in runs:
            try:
                values.append(round(self.figure(run), 3))
            except KeyError:
                continue
        result = {"what": self.what, "unit": self.unit, "goal": " ".join(map(str, self.goal)) if self.goal else None}
        if values:
            result |= {"median": round(median(values), 3), "min": min(values), "max": max(values), "values": values}
            if self.goal:
                sign, limit = self.goal
                result["met"] = result["median"] >= limit if sign == "≥" else result["median"] <= limit
        return result


def at_most(limit: float) -> tuple[str, float]:
    return "≤", limit


def at_least(limit: float) -> tuple[str, float]:
    return "≥", limit


PARTS = ("finess", "composer", "methods")  # modules beside this one: what they measure needs no browser
LINES = (
    Line("Build from the embedded data", "s", lambda run: run["build_s"], at_most(20)),
    Line("… processor time", "s", lambda run: run["build_processor_s"]),
    Line("… peak memory", "MB", lambda run: run["build_mb"], at_most(1000)),
    Line("Pas-de-Calais, cold page to coloured map: atlas", "s", lambda run: run["atlas_cold"]),
    Line("… peer", "s", lambda run: run["peer_cold"]),
    Line("… empty Streamlit page", "s", lambda run: run["empty_cold"]),
    Line("… atlas ÷ empty page", "×", lambda run: run["atlas_cold"] / run["empty_cold"], at_most(1.6)),
    Line("… peer ÷ atlas", "×", lambda run: run["peer_cold"] / run["atlas_cold"], at_least(2)),
    Line("Change of indicator, click to repainted: atlas", "s", lambda run: run["atlas_change"], at_most(0.4)),
    Line("… peer", "s", lambda run: run["peer_change"]),
    Line("… peer ÷ atlas", "×", lambda run: run["peer_change"] / run["atlas_change"], at_least(8)),
    Line("Pan and zoom, runs of the script: atlas", "", lambda run: run["atlas_pan_runs"], at_most(0)),
    Line("… websocket", "kB", lambda run: run["atlas_pan_kb"], at_most(0)),
    Line("… peer, runs", "", lambda run: run["peer_pan_runs"]),
    Line("… peer, websocket", "kB", lambda run: run["peer_pan_kb"]),
    Line("Websocket for the first map, all layers: atlas", "kB", lambda run: run["atlas_kb"]),
    Line("… peer", "kB", lambda run: run["peer_kb"]),
    Line("… peer ÷ atlas", "×", lambda run: run["peer_kb"] / run["atlas_kb"], at_least(25)),
    Line("… the atlas's map alone", "kB", lambda run: run["atlas_map_kb"], at_most(30)),
    Line("… contours, fetched once and kept by the browser", "kB", lambda run: run["atlas_contours_kb"]),
    Line("Websocket for a change of indicator: atlas", "kB", lambda run: run["atlas_change_kb"], at_most(15)),
    Line("… peer", "kB", lambda run: run["peer_change_kb"]),
    Line("Grand Est by commune, click to drawn", "s", lambda run: run["region_44"], at_most(3)),
    Line("Occitanie by commune, click to drawn", "s", lambda run: run["region_76"], at_most(3)),
    Line("France by commune, click to drawn", "s", lambda run: run["france"], at_most(5)),
    Line("… change of indicator", "s", lambda run: run["france_change"], at_most(1)),
    Line("One more visitor, memory of the server", "MB", lambda run: run["visitor_mb"], at_most(25)),
    Line("FINESS at full size (751 MB inflated), read and matched", "s", lambda run: run["finess.seconds"], at_most(180)),
    Line("… peak memory of the process", "MB", lambda run: run["finess.peak_mb"], at_most(500)),
    Line("A free choice of 150 communes, told whole", "ms", lambda run: run["composer.dossier_ms"], at_most(300)),
    Line("2SFCA, France: PySAL access ÷ ours", "×", lambda run: run["methods.fca_access_s"] / run["methods.fca_s"]),
    Line("Nearest site, 34,875 communes: sjoin_nearest ÷ ours", "×",
         lambda run: run["methods.nearest_geopandas_s"] / run["methods.nearest_s"]),
    Line("Maximal covering, 500 × 200, proven", "s", lambda run: run["methods.cover_s"], at_most(5)),
    Line("… spopt ÷ ours", "×", lambda run: run["methods.cover_spopt_s"] / run["methods.cover_s"]),
    Line("p-median, 500 × 200, proven", "s", lambda run: run["methods.median_s"], at_most(5)),
    Line("… 250 × 100, spopt ÷ ours", "×",
         lambda run: run["methods.small_median_spopt_s"] / run["methods.small_median_s"]),
    Line("p-centre, 500 × 200, proven", "s", lambda run: run["methods.centre_s"], at_most(5)),
)  # fmt: skip


# -- measures -------------------------------------------------------------------------------------------------------


def build(folder: Path) -> Iterator[Run]:
    """A build of its own, in a process of its own; the contours it leaves are taken away again."""
    database = folder / "maillage.duckdb"
    command = [sys.executable, "-m", "etl", "build", "--progress", "lines", "--output", str(database)]
    began = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    if process.returncode:
        raise RuntimeError("The build failed: see above.")
    with duckdb.connect(str(database), read_only=True) as connection:
        (version,) = connection.execute("SELECT version FROM build").fetchone()
    shutil.rmtree(ROOT / "static" / "geo" / version, ignore_errors=True)
    per_mb = 1e6 if sys.platform == "darwin" else 1e6 / 1024
    processor = usage.ru_utime + usage.ru_stime  # what a busy machine changes little
    yield {"build_s": seconds, "build_processor_s": processor, "build_mb": usage.ru_maxrss / per_mb}


def part(name: str) -> Iterator[Run]:
    """What a module measures, in a process of its own; its keys bear its name. Nothing when it lacks what it needs."""
    program = f"import json; from tests.bench import {name}; print(json.dumps({name}.measure() or {{}}))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if run.returncode:
        raise RuntimeError(f"tests/bench/{name}.py failed: see above.")
    yield {f"{name}.{key}": value for key, value in json.loads(run.stdout.splitlines()[-1]).items()}


def counts() -> dict[str, int]:
    """How many communes a map must show."""
    query = f"""
        SELECT departement_code, region_code, count(*) FROM '{ROOT / "data" / "snapshot" / "communes.parquet"}'
        WHERE level = 'commune' GROUP BY 1, 2
    """
    rows = duckdb.sql(query).fetchall()
    regions = {code: sum(count for _, region, count in rows if region == code) for code in ("44", "76")}
    return {"62": dict((row[0], row[2]) for row in rows)["62"], "france": sum(row[2] for row in rows), **regions}


def atlas_page(server: Server, **query: str) -> str:
    return f"{server.url}/?{urlencode({'indicateur': 'densite'} | query)}"


def atlas(browser: Browser, server: Server, communes: dict[str, int]) -> Iterator[Run]:
    with Visit(browser, atlas_page(server, territoire="departement-62")) as visit:
        yield from first_map_and_after("atlas", visit, communes["62"], "Indicateur coloré", "Population municipale")


def peer(browser: Browser, server: Server, communes: dict[str, int]) -> Iterator[Run]:
    with Visit(browser, server.url) as visit:
        yield from first_map_and_after("peer", visit, communes["62"], "Indicateur", "Population")


def first_map_and_after(name: str, visit: Visit, communes: int, label: str, option: str) -> Iterator[Run]:
    yield {f"{name}_cold": visit.seconds_to(f"map({communes})")}
    visit.settle()
    yield {f"{name}_kb": visit.bytes / 1000}
    if name == "atlas":
        yield {
            "atlas_map_kb": visit.in_map("new Blob([__GLOBAL_DATA__.last_feature_group]).size") / 1000,
            "atlas_contours_kb": visit.in_map(
                "performance.getEntriesByType('resource').filter(({name}) => name.includes('/geo/'))"
                ".reduce((sum, {encodedBodySize}) => sum + encodedBodySize, 0)"
            )
            / 1000,
        }
    received = visit.bytes
    yield {f"{name}_change": visit.seconds_after_click(communes, label=label, option=option)}
    visit.settle()
    yield {f"{name}_change_kb": (visit.bytes - received) / 1000}
    received, runs = visit.bytes, visit.runs
    visit.pan_and_zoom()
    yield {f"{name}_pan_kb": (visit.bytes - received) / 1000, f"{name}_pan_runs": visit.runs - runs}


def empty(browser: Browser, server: Server) -> Iterator[Run]:
    with Visit(browser, server.url) as visit:
        yield {"empty_cold": visit.seconds_to("element('[data-testid=stMarkdown]')")}


def regions(browser: Browser, server: Server, communes: dict[str, int]) -> Iterator[Run]:
    with Visit(browser, atlas_page(server)) as visit:
        visit.seconds_to("map(90)")
        for code, name in (("44", "Grand Est"), ("76", "Occitanie")):
            visit.settle()
            yield {f"region_{code}": visit.seconds_after_click(communes[code], label="Région", option=name)}


def france(browser: Browser, server: Server, communes: dict[str, int]) -> Iterator[Run]:
    with Visit(browser, atlas_page(server)) as visit:
        visit.seconds_to("map(90)")
        visit.settle()
        yield {"france": visit.seconds_after_click(communes["france"], button="Communes")}
        visit.settle()
        option = {"label": "Indicateur coloré", "option": "Population municipale"}
        yield {"france_change": visit.seconds_after_click(communes["france"], **option)}


def visitors(browser: Browser, server: Server, communes: dict[str, int]) -> Iterator[Run]:
    """Memory per visitor on Pas-de-Calais after the first two, all of them still there, on a server just started."""
    held = []
    with ExitStack() as stack:
        for _ in range(2 + VISITORS):
            visit = stack.enter_context(Visit(browser, atlas_page(server, territoire="departement-62")))
            visit.seconds_to(f"map({communes['62']})")
            visit.settle()
            held.append(server.memory_mb())
    yield {"visitor_mb": (held[-1] - held[1]) / VISITORS}


# -- the bench ------------------------------------------------------------------------------------------------------


def measure(steps: Iterator[Run], run: Run) -> None:
    """Add to `run` what a measure finds; what it could not find is said, and the bench goes on."""
    try:
        for found in steps:
            run |= found
    except (Error, RuntimeError, OSError) as error:
        say(f"Not measured: {str(error).splitlines()[0]}")


def drive(executable: str, folder: Path, wanted: int) -> tuple[list[Run], str]:
    """Every round's figures, and the browser's version."""
    communes = counts()
    for script in ("peer.py", "empty.py"):
        shutil.copy(HERE / script, folder)
    shutil.copytree(ROOT / "static" / "leaflet", folder / "static" / "leaflet")
    shutil.copytree(ROOT / "data" / "snapshot", folder / "data" / "snapshot")
    plain = ("--browser.gatherUsageStats", "false", "--server.enableStaticServing", "true")
    with ExitStack() as stack:
        ours = stack.enter_context(serving(ROOT / "app.py", folder / "atlas.log"))
        theirs = stack.enter_context(serving(folder / "peer.py", folder / "peer.log", *plain))
        floor = stack.enter_context(serving(folder / "empty.py", folder / "empty.log", *plain))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        stack.callback(browser.close)

        runs: list[Run] = []
        longest = 0.0
        began = time.monotonic()
        for turn in range(wanted + 1):  # the first is a warm-up, and is not kept
            if time.monotonic() - began + longest > BUDGET_SECONDS:
                say(f"Time is up after {turn - 1} rounds.")
                break
            say(f"Round {turn} of {wanted}" if turn else "Warm-up")
            start, run = time.monotonic(), {}
            measure(atlas(browser, ours, communes), run)
            measure(peer(browser, theirs, communes), run)
            measure(empty(browser, floor), run)
            measure(regions(browser, ours, communes), run)
            measure(france(browser, ours, communes), run)
            if turn:
                runs.append(run)
            longest = max(longest, time.monotonic() - start)
        say(f"{VISITORS} more visitors")
        once: Run = {}
        fresh = stack.enter_context(serving(ROOT / "app.py", folder / "fresh.log"))
        measure(visitors(browser, fresh, communes), once)
        return [*runs, once], browser.version


def machine(browser: str) -> dict:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "system": platform.system(), "cores": os.cpu_count(), "memory_gb": round(memory),
        "python": platform.python_version(), "chromium": browser,
    }  # fmt: skip


def table(results: list[dict]) -> str:
    """The lines, in Markdown."""
    rows = [("What", "Median (min–max)", "Goal", "Met")]
    for line in results:
        unit = f" {line['unit']}" if line["unit"] else ""
        if "median" not in line:
            measured = "not measured"
        elif line["min"] == line["max"]:
            measured = number(line["median"]) + unit
        else:
            measured = f"{number(line['median'])} ({number(line['min'])}–{number(line['max'])}){unit}"
        met = {True: "yes", False: "NO", None: ""}[line.get("met")]
        rows.append((line["what"], measured, f"{line['goal']}{unit}" if line["goal"] else "", met))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |" for row in rows
    )


def number(value: float) -> str:
    """Three figures, and no exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    executable = chromium()
    if executable is None:
        say("Chromium is missing, so nothing can be timed: install it (on Debian: chromium) and run the bench again.")
        return
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as name:
        folder, built = Path(name), {}
        say("Build")
        measure(build(folder), built)
        for name in PARTS:
            say(name.capitalize())
            measure(part(name), built)
        runs, version = drive(executable, folder, rounds)
    results = [line.result([built, *runs]) for line in LINES]
    about = machine(version)
    report = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "rounds": len(runs) - 1, "machine": about, "lines": results}
    RESULTS.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(
        f"\n{len(runs) - 1} rounds on {about['cores']} cores, {about['memory_gb']} GB, Python {about['python']}, "
        f"Chromium {version}, software rendering.\nRatios and bytes are the measure; seconds are this machine's.\n"
    )
    print(table(results))


if __name__ == "__main__":
    main()
