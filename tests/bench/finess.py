"""Time the reading of FINESS at full size: `python -m tests.bench.finess`.

The real sample is grown to the size of the monthly file, 751 MB inflated, by repeating its legal entities with numbers of
their own; it is then loaded as a live build would, in a process of its own, on a database that has the geography.
"""

from __future__ import annotations

import gzip
import itertools
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT.parent / "shared" / "real" / "finess" / "finess-structures-mensuel-202607-echantillon_json.gz"
FULL_SIZE = 751_000_000  # bytes, inflated: the file of August 2026
GOALS = {"seconds": 180, "peak_mb": 500}
LOAD = """
import json, resource, sys, time
from dataclasses import replace
from pathlib import Path
import duckdb
from etl import build
from etl.sources import finess, geography, structures

def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

with duckdb.connect(sys.argv[2]) as connection:
    connection.execute("SET memory_limit = ?", [build.MEMORY_LIMIT])
    connection.execute("SET threads = 2")
    connection.execute((build.HERE / "schema.sql").read_text(encoding="utf-8"))
    build.fill_catalog(connection)
    inputs = build.read_inputs(connection, build.ROOT / "data", ())
    build.bring(connection, (geography, structures), inputs)
    before = peak_mb()
    source = finess.SOURCE
    connection.execute("BEGIN")
    connection.execute(
        "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, NULL, 'x', 0, NULL)",
        [source.source_id, source.title, source.producer, source.page, source.licence, source.vintage],
    )
    began, processor = time.perf_counter(), time.process_time()
    tally = finess.load(connection, replace(inputs, fetched=Path(sys.argv[1])))
    connection.execute("COMMIT")
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
print(json.dumps({"seconds": round(seconds, 1), "processor_s": round(processor, 1), "peak_mb": round(peak_mb()), "peak_mb_before": round(before),
                  "rows_read": tally.rows_read, "kept": tally.kept}))
"""


def measure() -> dict | None:
    """Seconds and peak memory (MB) of the load, rows read and kept, size of the file (MB); None without the real sample."""
    if not SAMPLE.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "finess.json.gz"
        inflated = grow(path)
        command = [sys.executable, "-c", LOAD, str(path), str(Path(folder) / "bench.duckdb")]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(run.stdout) | {"inflated_mb": round(inflated / 1e6)}


def grow(path: Path, size: int = FULL_SIZE) -> int:
    """Write the sample over and over until it has `size` bytes inflated; return how many it has. Nothing is held whole."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as file:
        text = file.read()
    head, entities = text[: (start := text.index("[", text.index('"pmej"')) + 1)], text[start : text.rindex("]")]
    numbers, written = itertools.count(1), 0

    def renumber(match: re.Match) -> str:
        return f'"numFinessEge": "{next(numbers):09d}"'

    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        written += file.write(head)
        while written < size:
            comma = "," if written > len(head) else ""
            written += file.write(comma + re.sub(r'"numFinessEge":\s*"\w{9}"', renumber, entities))
        written += file.write("]}")
    return written


if __name__ == "__main__":
    figures = measure()
    if figures is None:
        print("No real FINESS sample in ../shared/real: nothing to measure.")
    else:
        print(json.dumps(figures | {"goals": GOALS}, indent=2))
