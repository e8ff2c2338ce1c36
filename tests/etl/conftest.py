"""One full build a session, from the code as it is; small builds and broken copies of the lists for the rest."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from etl import build as builder
from etl.formats import rows
from etl.history.builds import attach

ROOT = builder.ROOT
REFERENCE = ROOT / "data" / "reference"
FULL_BUILD = """
import sys
from pathlib import Path
from etl import build
print(build.build(Path(sys.argv[1]), static=Path(sys.argv[2])))
# Of this program alone: getrusage also counts the process that it was forked from.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) / 1024)
"""


@pytest.fixture(scope="session", autouse=True)
def lists_read_once():
    """Our lists as they are, read once for all builds: a test changes one or two of them, and those are read anew."""
    original = rows.read

    @cache
    def ours(name: str, columns: tuple[str, ...], key: tuple[str, ...]) -> tuple[bytes, list[rows.Row]]:
        return (REFERENCE / name).read_bytes(), original(REFERENCE / name, columns, key)

    def reading(path: Path, columns: tuple[str, ...], key: tuple[str, ...] = ()) -> list[rows.Row]:
        if path.parent.name == REFERENCE.name and path.exists() and (REFERENCE / path.name).exists():
            content, listed = ours(path.name, columns, key)
            if path.read_bytes() == content:
                return listed.copy()
        return original(path, columns, key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "read", reading)
        yield


@pytest.fixture
def bare(monkeypatch) -> None:
    """Builds lay their tables without the comments of their columns, which only the schema is asked for."""
    text = builder.schema(comments=False)
    monkeypatch.setattr(builder, "schema", lambda comments=False: text)


@dataclass(frozen=True)
class Built:
    database: Path
    static: Path
    version: str
    peak_mb: float = 0.0
    steps: tuple[tuple[float, str], ...] = ()  # share already done, and what is being done

    @property
    def contours(self) -> Path:
        return self.static / "geo" / self.version

    def copied(self, folder: Path) -> Built:
        """The same build where `build` makes its own: what a test may replace or break."""
        database, static = folder / "out" / "maillage.duckdb", folder / "static"
        database.parent.mkdir(parents=True)
        shutil.copyfile(self.database, database)
        shutil.copytree(self.contours, static / "geo" / self.version)
        return Built(database, static, self.version)


def shared(tmp_path_factory, name: str, make: Callable[[Path], dict]) -> tuple[Path, dict]:
    """The folder of a build, and what `make` says of it: made by the first worker that asks, the others wait."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    account = folder / "account.json"
    with FileLock(f"{folder}.lock"):
        if not account.exists():
            folder.mkdir(exist_ok=True)  # it is there when `make` failed in another worker: it fails here again
            account.write_text(json.dumps(make(folder)))
    return folder, json.loads(account.read_text())


@pytest.fixture(scope="session")
def atlas(tmp_path_factory) -> Built:
    """The whole of France, in a process of its own so that its memory can be told."""

    def make(folder: Path) -> dict:
        command = [sys.executable, "-c", FULL_BUILD, str(folder / "maillage.duckdb"), str(folder / "static")]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        version, peak = ("", "nan") if run.returncode else run.stdout.split()[-2:]  # after the bar of DuckDB
        return {"error": run.stderr, "version": version, "peak_mb": float(peak)}

    folder, answer = shared(tmp_path_factory, "atlas", make)
    assert answer["version"], answer["error"]
    return Built(folder / "maillage.duckdb", folder / "static", answer["version"], answer["peak_mb"])


@pytest.fixture(scope="session")
def cursor(atlas) -> duckdb.DuckDBPyConnection:
    with duckdb.connect(str(atlas.database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def partial(tmp_path_factory) -> Built:
    """Three départements: curated sites and CPTS (08, 62), a whole list and arrondissements (13)."""

    def make(folder: Path) -> dict:
        steps = []
        version = builder.build(
            folder / "maillage.duckdb",
            static=folder / "static",
            departements=("08", "13", "62"),
            progress=lambda step, share: steps.append((share, step)),
        )
        return {"version": version, "steps": steps}

    folder, answer = shared(tmp_path_factory, "partial", make)
    steps = tuple((share, step) for share, step in answer["steps"])
    return Built(folder / "maillage.duckdb", folder / "static", answer["version"], steps=steps)


# One source or two of each subject: how a build goes, and how it stops, is the same.
FEW = ("geographie", "populations", "structures", "cpts", "departement_series", "declarations")


@pytest.fixture
def few(monkeypatch) -> None:
    """A build reads few sources."""
    modules = tuple(module for module in builder.SOURCES if module.SOURCE.source_id in FEW)
    monkeypatch.setattr(builder, "SOURCES", modules)


def lists_copied(folder: Path) -> Path:
    """A data/ with the real snapshot, and a copy of the lists that a test may break."""
    data = folder / "data"
    data.mkdir()
    (data / "snapshot").symlink_to(ROOT / "data" / "snapshot", target_is_directory=True)
    shutil.copytree(ROOT / "data" / "reference", data / "reference")
    for path in (data / "reference").iterdir():
        path.chmod(0o644)
    return data


def edited(path: Path, row: int, add: bool = False, **cells: str) -> int:
    """Change cells of a row of a list, or add a row like it; say which line a text editor shows."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), reader.fieldnames
    if add:
        rows.append(rows[row] | cells)
        row = len(rows) - 1
    else:
        rows[row] |= cells
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return row % len(rows) + 2


@pytest.fixture
def data(tmp_path) -> Path:
    """A data/ of one's own."""
    return lists_copied(tmp_path)


@pytest.fixture
def build(bare, data, tmp_path) -> Callable[..., Built]:
    """Build some départements from `data`, beside it."""

    def run(*departements: str, **options) -> Built:
        database, static = tmp_path / "out" / "maillage.duckdb", tmp_path / "static"
        version = builder.build(database, data=data, static=static, departements=departements or ("08",), **options)
        return Built(database, static, version)

    return run


@pytest.fixture
def edit(data) -> Callable[..., int]:
    """Change a list of `data`, by its name."""
    return lambda name, row, add=False, **cells: edited(data / "reference" / name, row, add, **cells)


@cache
def reader() -> duckdb.DuckDBPyConnection:
    """What `fetch` asks: to start it takes four times as long as to open a file."""
    return duckdb.connect(config={"threads": 1})


def fetch(database: Path, query: str, values=None) -> list[tuple]:
    """The rows of a built file."""
    connection = reader()
    attach(connection, database, "fetched")
    try:
        connection.execute("USE fetched")
        return connection.execute(query, values or []).fetchall()
    finally:
        connection.execute("USE memory; DETACH fetched")
