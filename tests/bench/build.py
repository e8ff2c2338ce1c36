"""Time a build from the embedded data, nothing to a database that passes its checks: `python -m tests.bench.build`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[2]


def measure() -> dict[str, float]:
    """Seconds, processor time and peak memory (MB) of a build of its own; the contours it leaves are taken away again."""
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        database = Path(folder) / "maillage.duckdb"
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
    return {"seconds": seconds, "processor_s": processor, "peak_mb": usage.ru_maxrss / per_mb}


if __name__ == "__main__":
    print(measure())
