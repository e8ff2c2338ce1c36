"""A build killed at any moment, and a disk that fills up: what was in place opens, holds its promises and is whole."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from etl import build as builder
from etl.history import builds
from maillage.warehouse import Warehouse

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals, limits and mounts of POSIX")

# Imports once, then forks at each line « what seconds »: a kill falls in the work, never in the imports. « build » makes the
# Ardennes whole; « swap » and « copy » only put in place the build in place again, under a later version: the moments where a
# kill could do harm, on a disk with second names and on one without.
NURSERY = """
import os, shutil, signal, sys, time
from pathlib import Path
from etl import build
from etl.history import builds
from etl.history.drafts import draft_of

root = Path(sys.argv[1])
build.DATABASE = database = root / "data" / "maillage.duckdb"

def work(what):
    if what == "build":
        build.build(database, static=root / "static", departements=("08",))
        return
    if what == "copy":
        def refused(*_):
            raise PermissionError(1, "Operation not permitted")
        os.link = refused
    version = builds.identity(database).version
    shutil.copyfile(database, draft_of(database))
    builds.install(draft_of(database), database, version, keep=True)
    builds.prune(builds.folder_of(database), version)

for line in sys.stdin:
    what, seconds = line.split()
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        work(what)
        os._exit(0)
    ended, status = os.waitpid(child, os.WNOHANG)
    while not ended and time.monotonic() - begun < float(seconds):
        time.sleep(0.0005)
        ended, status = os.waitpid(child, os.WNOHANG)
    if not ended:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    outcome = "killed" if os.WIFSIGNALED(status) else "done" if status == 0 else "failed"
    print(outcome, time.monotonic() - begun, flush=True)
"""
# How often each work is killed.
KILLS = {"build": 26, "swap": 12, "copy": 12}


@dataclass(frozen=True)
class Ward:
    root: Path
    process: subprocess.Popen
    counts_by_stamp: dict = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.root / "data" / "maillage.duckdb"

    def run(self, what: str, seconds: float) -> tuple[str, float]:
        """Do this work and kill it after so many seconds: « done » or « killed », and how long it took."""
        print(what, seconds, file=self.process.stdin, flush=True)
        outcome, took = self.process.stdout.readline().split()
        return outcome, float(took)

    def counts(self) -> dict[str, int]:
        """Rows of each table, as the atlas reads them; every promise is checked on the way, once for a file and its contours.

        A file with the same number, the same time to the nanosecond and the same size was not written since: DuckDB only reads it.
        """
        status = self.database.stat()
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        if stamp not in self.counts_by_stamp:
            self.counts_by_stamp.clear()
            self.counts_by_stamp[stamp] = self._counts()
        version = builds.identity(self.database).version
        assert len(list((self.root / "static" / "geo" / version).glob("*.json.gz"))) == self.files
        return self.counts_by_stamp[stamp]

    def _counts(self) -> dict[str, int]:
        cursor = Warehouse(self.database).cursor()
        assert builder.check(cursor) == []
        names = cursor.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchall()
        return {name: cursor.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}

    @property
    def files(self) -> int:
        """Files of contours of the first build."""
        first = min((self.root / "static" / "geo").glob("2*"))
        return len(list(first.glob("*.json.gz")))


@pytest.fixture
def ward(tmp_path):
    (tmp_path / "data").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(tmp_path)],
        cwd=builder.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield Ward(tmp_path, process)
    process.stdin.close()
    process.wait(timeout=60)
    process.stdout.close()


def test_a_build_killed_at_fifty_random_moments_harms_nothing(ward):
    moments = random.Random(1)
    usual = {what: (outcome, took) for what in KILLS for outcome, took in [ward.run(what, 600)]}
    assert {outcome for outcome, _ in usual.values()} == {"done"}
    whole, folder = ward.counts(), builds.folder_of(ward.database)
    assert whole["territory"] > 450 and whole["site"] > 10 and whole["change"] == 0
    killed = []
    for what, times in KILLS.items():
        for _ in range(times):
            outcome, took = ward.run(what, moments.uniform(0, usual[what][1]))
            assert outcome != "failed"
            killed += [what] if outcome == "killed" else []
            assert ward.counts() == whole, f"{what}, {outcome} after {took:.3f} s"
            kept = builds.versions(folder)
            assert len(kept) <= builds.KEPT + 1, "the last build was killed before it let the oldest go"
            assert [builds.identity(folder / f"{version}.duckdb").version for version in kept] == kept
    # A build may end before its moment comes, when the machine is quicker than it was.
    assert len(killed) >= 30 and set(killed) == set(KILLS), killed
    assert ward.run("build", 600)[0] == "done"
    assert ward.counts() == whole
    assert {path.name for path in ward.database.parent.iterdir()} == {"maillage.duckdb", "builds"}
    assert {path.stem for path in folder.iterdir()} == set(builds.versions(folder)), "drafts are swept"
    contours = {path.name for path in (ward.root / "static" / "geo").iterdir()}
    assert contours >= set(builds.versions(folder)) and len(contours) <= builds.KEPT + 1
    assert all(builds._trouble(path) == "" for path in folder.iterdir())


# -- a full disk ----------------------------------------------------------------------------------------------------

# The file size that a process may write, in bytes, is given before anything of ours is imported.
LIMITED = """
import resource, sys
from pathlib import Path
from etl import __main__ as command, build

root, limit = Path(sys.argv[1]), int(sys.argv[2])
build.DATABASE = command.DATABASE = root / "data" / "maillage.duckdb"
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
build_whole = build.build
build.build = lambda output, **options: build_whole(output, static=root / "static", **options)
sys.exit(command.main(["build", "--departement", "08", "--output", str(build.DATABASE), "--progress", "lines"]))
"""


def limited(root: Path, limit: int) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", LIMITED, str(root), str(limit)], cwd=builder.ROOT, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def before(partial) -> bytes:
    return partial.database.read_bytes()


def is_told(run: subprocess.CompletedProcess) -> bool:
    """One sentence, which says what to do."""
    sentence = run.stderr.strip()
    return run.returncode == 1 and "\n" not in sentence and "plus de place sur le disque" in sentence


@pytest.mark.parametrize("limit", [4_096, 3_000_000, 14_000_000])
def test_a_file_that_cannot_grow_leaves_the_old_database(tmp_path, before, limit):
    """The limit is met in the first pages, then where the whole file is written."""
    database = tmp_path / "data" / "maillage.duckdb"
    database.parent.mkdir()
    database.write_bytes(before)
    run = limited(tmp_path, limit)
    assert is_told(run), run.stderr
    assert database.read_bytes() == before
    assert {path.name for path in database.parent.iterdir()} <= {"maillage.duckdb", "builds"}


@pytest.fixture
def small_disk(tmp_path):
    """A function that gives a disk of so many megabytes; skipped where nothing may be mounted."""
    places = []

    def mount(megabytes: int) -> Path:
        place = tmp_path / f"disk{megabytes}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("a small disk can be mounted by root only")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("free", [1, 8, 13])
def test_a_full_disk_leaves_the_old_database(small_disk, before, free):
    root = small_disk(len(before) // 2**20 + 1 + free)
    database = root / "data" / "maillage.duckdb"
    database.parent.mkdir()
    database.write_bytes(before)
    run = limited(root, 0)
    assert is_told(run), run.stderr
    assert database.read_bytes() == before
    assert Warehouse(database).answer(builder.check) == []
    assert {path.name for path in database.parent.iterdir()} <= {"maillage.duckdb", "builds"}
    assert not list((root / "static").rglob("*.gz"))
