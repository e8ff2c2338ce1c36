"""A small France with its curated lists loaded, in which local lists are tried and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from unittest.mock import patch

import duckdb

from etl import build as builder
from etl import intake, publish
from etl.places.gazetteer import Gazetteer
from etl.source import Inputs, Note, Tally
from etl.sources import cpts, cpts_paca, geography, local_cpts, local_structures, structures
from tests.etl import resolved
from tests.etl.schema import schema


@dataclass(frozen=True)
class Ground:
    """`read(module)` loads what `put` put in data/local, as a build would, without its safety net."""

    connection: duckdb.DuckDBPyConnection
    inputs: Inputs
    folder: Path

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.folder / "local" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def read(self, module, **changes) -> Tally:
        source = module.SOURCE
        self.connection.execute(
            "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, NULL, 'x', 0, NULL)",
            [source.source_id, source.title, source.producer, source.page, source.licence, source.vintage],
        )
        return resolved.load(self.connection, module, replace(self.inputs, data=self.folder, **changes))

    def rows(self, query: str, *values) -> list[tuple]:
        return self.connection.execute(query, list(values)).fetchall()


@contextmanager
def curated(*departements: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Inputs]]:
    """Some départements and their curated lists, each committed as a build commits them."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(schema())
        builder.fill_catalog(connection)
        inputs = builder.read_inputs(connection, builder.ROOT / "data", departements)
        builder.bring(connection, (geography, structures), inputs)
        for module in (cpts, cpts_paca):
            intake.take(connection, module, inputs, None)
        publish.sources(connection)
        resolved.show(connection, "cpts", inputs)
        yield connection, inputs


@cache
def whole_gazetteer() -> Gazetteer:
    """That of the embedded map, one for all tests: it takes a second to make, and nobody changes it."""
    with duckdb.connect() as connection:
        return Gazetteer(builder.read_inputs(connection, builder.ROOT / "data", ()))


def gazetteer(inputs: Inputs) -> Gazetteer:
    """The same, for inputs that read the embedded map."""
    return whole_gazetteer()


@contextmanager
def one_gazetteer() -> Iterator[None]:
    """Lists are read with that one."""
    with patch.object(local_structures, "Gazetteer", gazetteer), patch.object(local_cpts, "Gazetteer", gazetteer):
        yield


@contextmanager
def ground(connection: duckdb.DuckDBPyConnection, inputs: Inputs, folder: Path) -> Iterator[Ground]:
    (folder / "snapshot").symlink_to(builder.ROOT / "data" / "snapshot", target_is_directory=True)
    connection.execute("BEGIN")
    try:
        with one_gazetteer():
            yield Ground(connection, inputs, folder)
    finally:
        connection.execute("ROLLBACK")


def notes_on(tally: Tally, line: str, file: str = "") -> Note:
    """The note of a line."""
    notes = [note for note in tally.notes if note.line == line and file in note.file]
    assert len(notes) == 1, [note.sentence for note in tally.notes]
    return notes[0]


def offenders(connection, wanted: Callable[[str], bool]) -> list[str]:
    """The checks of a build that find something, among those whose title is wanted."""
    return [title for title, query in builder.checks() if wanted(title) and connection.execute(query).fetchall()]
