"""Time a live build of all of France, its official files at their full size on loopback: `python -m tests.bench.live_build`.

The files are made by national.py and served by this process; the build runs in one of its own, from nothing to a checked
database. Alone, it also prints what each step took, and the memory that it reached.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from tests.bench import national
from tests.bench.rounds import say
from tests.etl.network.test_ban import Service
from tests.etl.published import REAL
from tests.etl.server import Answer, Server

ROOT = Path(__file__).parents[2]
# Real exports that somebody would put in data/local, where they are at hand.
EXPORTS = ("cartosante/cartosante_zonage_infirmiers_communes.csv", "insee/insee_statlocales_dep_mortalite_2023.csv")
BUILD = """
import resource, sys
from dataclasses import replace
from pathlib import Path
from etl import __main__ as command, build as builder
from etl.network import ban

base, folder = sys.argv[1], Path(sys.argv[2])
for module in command.REMOTE:
    remote = replace(module.SOURCE.remote, url=f"{base}/{module.SOURCE.source_id}", elsewhere=())
    module.SOURCE = replace(module.SOURCE, remote=remote)
ban.URL, command.RAW, build = f"{base}/search/csv/", folder / "data" / "raw", builder.build
builder.build = lambda *a, **k: build(*a, data=folder / "data", static=folder / "static", **k)
status = command.main(["build", "--live", "--output", str(folder / "maillage.duckdb"), "--progress", "lines"])
used = resource.getrusage(resource.RUSAGE_SELF)
print(f"{used.ru_utime + used.ru_stime}\\tprocesseur")
sys.exit(status)
"""


class TownHalls(Service):
    """The service of addresses, which finds each at the town hall of the commune asked."""

    def __init__(self, country: national.NationalPlaces):
        super().__init__()
        self.halls = {row["code"]: (row["lon"], row["lat"]) for row in country.rows}

    def match(self, row: dict[str, str]) -> dict[str, str]:
        lon, lat = self.halls.get(row["code_insee"], ("", ""))
        return Service.match(self, row) | {"longitude": str(lon), "latitude": str(lat)}


def measure() -> dict:
    """Seconds, processor time and peak memory (MB) of the build, sources read, sites and CPTS published; `steps`, each with
    its seconds and its peak.
    """
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as made:
        folder = Path(made)
        data = folder / "data"
        (data / "local").mkdir(parents=True)
        for name in ("snapshot", "reference"):
            (data / name).symlink_to(ROOT / "data" / name, target_is_directory=True)
        country = national.NationalPlaces(folder)
        with TownHalls(country) as server:
            serve(server, country, data / "local")
            country.rows.clear()
            say("Live build of France")
            measures = built(server.url(""), folder)
        with duckdb.connect(str(folder / "maillage.duckdb"), read_only=True) as connection:
            measures["sources"], measures["sites"], measures["cpts"] = connection.execute(
                "SELECT (SELECT count(*) FROM intake WHERE outcome = 'nouvelle'), (SELECT count(*) FROM site), (SELECT count(*) FROM cpts)"
            ).fetchone()
            trouble = connection.execute(
                "SELECT source_id, outcome FROM intake WHERE outcome NOT IN ('nouvelle', 'embarquee', 'locale') AND source_id <> 'jamais_lus'"
            ).fetchall()
        if trouble:
            raise RuntimeError(f"Some sources were not read: {trouble}.")
    return measures


def serve(server: Server, country: national.NationalPlaces, local: Path) -> None:
    """Make every file, and put it where the build looks for it."""
    say("Files of France, made")
    for source_id, body in national.files(country).items():
        server.serve(f"/{source_id}", Answer(body, etag='"1"'))
    for source_id, kind, made in (
        ("finess", "structures", national.register),
        ("finess_activites", "activites", national.activities),
    ):
        server.serve_dataset(f"/{source_id}", {f"finess-{kind}-mensuel-202608.json.gz": made(country)})
    server.serve("/search/csv/", server.answer)
    national.deaths(country, local / "deces-2024.csv")
    for name in EXPORTS:
        if (REAL / name).exists():
            shutil.copy(REAL / name, local)
    country.connection.close()


def built(base: str, folder: Path) -> dict:
    """Run the build, and watch the memory of each of its steps."""
    began = moment = time.monotonic()
    steps: list[tuple[str, float, float]] = []
    command, current = [sys.executable, "-c", BUILD, base, str(folder)], "Téléchargements"
    measures: dict = {}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            share, _, step = line.strip().partition("\t")
            if not step:
                continue
            now = time.monotonic()
            steps.append((current, round(now - moment, 1), round(peak_mb(process.pid))))
            current, moment = step, now
            if step == "processeur":
                measures["processor_s"] = float(share)
    if process.returncode:
        raise RuntimeError("The live build failed: see above.")
    return measures | {
        "seconds": time.monotonic() - began,
        "peak_mb": max(peak for _, _, peak in steps),
        "steps": steps,
    }


def peak_mb(pid: int) -> float:
    """The most memory (MB) that a process held since this was last asked."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return int(peak.split()[1]) / 1024


if __name__ == "__main__":
    measures = measure()
    for step, seconds, peak in measures.pop("steps"):
        print(f"{seconds:8.1f} s {peak:6} MB  {step}")
    print(json.dumps(measures, indent=2))
