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
from tests.etl.conftest import Built, fetch

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals, limits and mounts of POSIX")

# Imports and builds once, then forks at each line « root what limit »: a kill falls in the work, never in the imports. « build »
# makes the Ardennes; « swap » and « copy » only put in place the build in place again, under a later version: the moments where a
# kill could do harm, on a disk with second names and on one without; all three are killed after `limit` seconds. « elsewhere » is a
# build that keeps no others, killed at the step `limit`. « command » is the build of the command line, in a process that may write
# files of `limit` bytes (0: any), and what it says is in root.stderr. A source or two of each subject will do, whose lists are
# read once, and tables without the comments of their columns: what they bring stays in the draft.
NURSERY = """
import gc, os, resource, select, shutil, signal, sys, time
from functools import cache, partial
from pathlib import Path
from etl import __main__ as command, build, shapes
from etl.formats import rows
from etl.history import builds
from etl.history.drafts import draft_of

few = ("geographie", "populations", "structures", "cpts", "departement_series", "declarations")
build.SOURCES = tuple(module for module in build.SOURCES if module.SOURCE.source_id in few)
whole, HERE = build.build, ("08",)
first = Path(sys.argv[1])
build.schema = partial(build.schema, comments=False)
rows.read = cache(rows.read)

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def work(root, what, limit):
    build.DATABASE = command.DATABASE = database = root / "data" / "maillage.duckdb"
    if what == "command":
        os.dup2(os.open(f"{root}.stderr", os.O_CREAT | os.O_WRONLY | os.O_TRUNC), 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if int(limit):
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
        build.build = lambda output, **options: whole(output, static=root / "static", **options)
        return command.main(["build", "--departement", "08", "--output", str(database), "--progress", "lines"])
    if what == "build":
        whole(database, static=root / "static", departements=HERE)
        return
    if what == "elsewhere":
        if limit == "rename":
            shapes._perimeters = die
        progress = lambda step, share: die() if step == limit else None
        whole(root / "out" / "maillage.duckdb", static=root / "static", departements=HERE, progress=progress)
        return
    if what == "copy":
        def refused(*_):
            raise PermissionError(1, "Operation not permitted")
        os.link = refused
    version = builds.identity(database).version
    shutil.copyfile(database, draft_of(database))
    builds.install(draft_of(database), database, version, keep=True)
    builds.prune(builds.folder_of(database), version)

# What a first build imports and sets up is there for all, and children share the pages of what they only read.
gc.disable()
print(whole(first / "maillage.duckdb", static=first / "static", departements=HERE), flush=True)
for line in sys.stdin:
    root, what, limit = line.rstrip("\\n").split("\\t")
    seconds = float(limit) if what in ("build", "swap", "copy") else 600
    begun = time.monotonic()
    living, held = os.pipe()  # closed by the end of the child, which alone holds it
    child = os.fork()
    if child == 0:
        os.close(living)
        code = work(Path(root), what, limit)
        sys.stderr.flush()
        os._exit(code or 0)
    os.close(held)
    if not select.select([living], [], [], seconds)[0]:
        os.kill(child, signal.SIGKILL)
    os.close(living)
    _, status = os.waitpid(child, 0)
    outcome = "killed" if os.WIFSIGNALED(status) else "done" if status == 0 else "failed"
    print(outcome, time.monotonic() - begun, child, flush=True)
"""
# How often each work is killed.
KILLS = {"build": 26, "swap": 12, "copy": 12}


def written(path: Path) -> tuple[int, int, int]:
    """Number of a file, time to the nanosecond, size: while they stay, it was not written, for DuckDB only reads it."""
    status = path.stat()
    return (status.st_ino, status.st_mtime_ns, status.st_size)


@dataclass(frozen=True)
class Nursery:
    """The process that forks, and the build that it began with."""

    process: subprocess.Popen
    first: Built


@dataclass(frozen=True)
class Ward:
    root: Path
    nursery: Nursery
    counts_by_stamp: dict = field(default_factory=dict)
    versions_by_stamp: dict = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.root / "data" / "maillage.duckdb"

    def run(self, what: str, limit: float | str) -> tuple[str, float, int]:
        """Do this work, within this limit: « done », « killed » or « failed », how long it took, and the number of its process."""
        print(self.root, what, limit, sep="\t", file=self.nursery.process.stdin, flush=True)
        outcome, took, child = self.nursery.process.stdout.readline().split()
        return outcome, float(took), int(child)

    def counts(self) -> dict[str, int]:
        """Rows of each table, as the atlas reads them; every promise is checked on the way, once for a file and its contours.

        A file that was not written since is not read again.
        """
        stamp = written(self.database)
        if stamp not in self.counts_by_stamp:
            self.counts_by_stamp.clear()
            self.counts_by_stamp[stamp] = self._counts()
        assert len(list((self.root / "static" / "geo" / self.version(self.database)).glob("*.json.gz"))) == self.files
        return self.counts_by_stamp[stamp]

    def version(self, database: Path) -> str:
        """Which build a file says it is."""
        stamp = written(database)
        if stamp not in self.versions_by_stamp:
            self.versions_by_stamp[stamp] = builds.identity(database).version
        return self.versions_by_stamp[stamp]

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


@pytest.fixture(scope="module")
def nursery(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first")
    command = [sys.executable, "-c", NURSERY, str(folder)]
    with subprocess.Popen(
        command, cwd=builder.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        version = process.stdout.readline().strip()
        yield Nursery(process, Built(folder / "maillage.duckdb", folder / "static", version))
        process.stdin.close()


@pytest.fixture
def ward(tmp_path, nursery):
    (tmp_path / "data").mkdir()
    return Ward(tmp_path, nursery)


def test_a_build_killed_at_fifty_random_moments_harms_nothing(ward):
    moments = random.Random(1)
    usual = {}  # seconds, as the machine is at the moment
    for what in KILLS:
        outcome, usual[what], _ = ward.run(what, 600)
        assert outcome == "done"
    whole, folder = ward.counts(), builds.folder_of(ward.database)
    assert whole["territory"] > 450 and whole["site"] > 10 and whole["change"] == 0
    killed = []
    for what, times in KILLS.items():
        for _ in range(times):
            outcome, took, _ = ward.run(what, moments.uniform(0, usual[what]))
            assert outcome != "failed"
            if outcome == "killed":
                killed.append(what)
            else:
                usual[what] = took
            assert ward.counts() == whole, f"{what}, {outcome} after {took:.3f} s"
            kept = builds.versions(folder)
            assert len(kept) <= builds.KEPT + 1, "the last build was killed before it let the oldest go"
            assert [ward.version(folder / f"{version}.duckdb") for version in kept] == kept
    # A build may end before its moment comes, when the machine is quicker than it was.
    assert len(killed) >= 30 and set(killed) == set(KILLS), killed
    assert ward.run("build", 600)[0] == "done"
    assert ward.counts() == whole
    assert {path.name for path in ward.database.parent.iterdir()} == {"maillage.duckdb", "builds"}
    assert {path.stem for path in folder.iterdir()} == set(builds.versions(folder)), "drafts are swept"
    contours = {path.name for path in (ward.root / "static" / "geo").iterdir()}
    assert contours >= set(builds.versions(folder)) and len(contours) <= builds.KEPT + 1
    assert all(builds._trouble(path) == "" for path in folder.iterdir())


def test_a_killed_build_leaves_the_old_database_and_the_next_one_cleans_up(ward):
    first = ward.nursery.first.copied(ward.root)
    before = first.database.read_bytes()
    for moment in ("Indicateurs", "Contours pour le navigateur", "rename"):
        outcome, _, child = ward.run("elsewhere", moment)
        assert outcome == "killed", moment
        assert first.database.read_bytes() == before
        assert list(first.database.parent.glob(f".maillage.duckdb.{child}")), moment
    assert list((first.static / "geo").glob(".*"))
    assert fetch(first.database, "SELECT count(*) FROM territory WHERE level = 'commune'") == [(447,)]
    assert ward.run("elsewhere", "never")[0] == "done"
    assert [path.name for path in first.database.parent.iterdir()] == ["maillage.duckdb"]
    second = builds.identity(first.database).version
    assert {path.name for path in (first.static / "geo").iterdir()} == {first.version, second}


# -- a full disk ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def before(nursery) -> bytes:
    return nursery.first.database.read_bytes()


def refused(ward: Ward, limit: int) -> bool:
    """Whether the command of a build failed with one sentence, which says what to do."""
    outcome, *_ = ward.run("command", limit)
    sentence = Path(f"{ward.root}.stderr").read_text(encoding="utf-8").strip()
    assert outcome == "failed" and "\n" not in sentence and "plus de place sur le disque" in sentence, sentence
    return True


@pytest.mark.parametrize("limit", [4_096, 3_000_000, 14_000_000])
def test_a_file_that_cannot_grow_leaves_the_old_database(ward, before, limit):
    """The limit is met in the first pages, then where the whole file is written."""
    ward.database.write_bytes(before)
    assert refused(ward, limit)
    assert ward.database.read_bytes() == before
    assert {path.name for path in ward.database.parent.iterdir()} <= {"maillage.duckdb", "builds"}


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
def test_a_full_disk_leaves_the_old_database(small_disk, nursery, before, free):
    ward = Ward(small_disk(len(before) // 2**20 + 1 + free), nursery)
    ward.database.parent.mkdir()
    ward.database.write_bytes(before)
    assert refused(ward, 0)
    assert ward.database.read_bytes() == before
    assert Warehouse(ward.database).answer(builder.check) == []
    assert {path.name for path in ward.database.parent.iterdir()} <= {"maillage.duckdb", "builds"}
    assert not list((ward.root / "static").rglob("*.gz"))
