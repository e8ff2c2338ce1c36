"""Builds that stay: data/builds/<version>.duckdb, the file in place swapped in one step, and the way back.

A kept build and the file in place are two names of one file where the disk allows it: the last ones cost nothing twice.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import duckdb

from etl import shapes
from etl.history.drafts import discard, draft_of
from etl.source import BuildError
from maillage.catalog import SCHEMA_VERSION

KEPT = 5
_VERSION = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")


class Identity(NamedTuple):
    """What a database says of itself: version of the build, number of the schema."""

    version: str
    schema: int


def folder_of(database: Path) -> Path:
    """Where the builds of a database are kept."""
    return database.parent / "builds"


def versions(folder: Path) -> list[str]:
    """The versions kept in a folder, newest first: a version begins with its date and hour."""
    return sorted((path.stem for path in folder.glob("*.duckdb") if _VERSION.fullmatch(path.stem)), reverse=True)


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Attach a file, read only. The path is not a value that ATTACH can bind; quotes are doubled."""
    quoted = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads one built file, which may be in use elsewhere. Raises duckdb.Error."""
    with duckdb.connect() as connection:
        attach(connection, path, "build")
        connection.execute("USE build")
        yield connection


def identity(path: Path) -> Identity | None:
    """Which build a file is; None when it is absent, damaged, or no build."""
    if not path.exists():
        return None
    with _ONE_AT_A_TIME:
        reader = _reader()
        try:
            attach(reader, path, "build")
            row = reader.execute("SELECT version, schema_version FROM build.build").fetchone()
            reader.execute("DETACH build")
        except duckdb.Error:
            _reader.cache_clear()  # it may still have the damaged file
            return None
    return row and Identity(*row)


_ONE_AT_A_TIME = Lock()


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    """What reads identities: to start it takes four times as long as to read one. Without threads, it outlives a fork."""
    return duckdb.connect(config={"threads": 1})


# -- keeping --------------------------------------------------------------------------------------------------------


def install(draft: Path, database: Path, version: str, keep: bool) -> None:
    """Put a finished draft in place in one step. With `keep`, it stays in the builds' folder, and so does what it replaces."""
    _settle(draft)
    if keep:
        folder = folder_of(database)
        folder.mkdir(exist_ok=True)
        replaced = identity(database)
        if replaced and replaced.version not in versions(folder):
            _bring(database, folder / f"{replaced.version}.duckdb")
        _bring(draft, folder / f"{version}.duckdb")
    os.replace(draft, database)


def prune(folder: Path, in_place: str) -> set[str]:
    """Let the oldest builds go; return the versions that stay: the last ones, and the one in place."""
    kept = versions(folder)
    stay = {*kept[:KEPT], in_place}
    for version in set(kept) - stay:
        (folder / f"{version}.duckdb").unlink(missing_ok=True)
    return stay


def _bring(file: Path, place: Path) -> None:
    """`place` becomes this file in one step: another name for it, or a copy where the disk has no second names."""
    draft = draft_of(place)
    discard(draft)
    try:
        try:
            os.link(file, draft)
        except OSError:
            shutil.copyfile(file, draft)
            _settle(draft)
        os.replace(draft, place)
    finally:
        discard(draft)  # it is still there when `place` already was this very file


def _settle(path: Path) -> None:
    """Wait until the disk has it: after a power cut, a name never stands for a file half written."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


# -- going back -----------------------------------------------------------------------------------------------------


def rollback(database: Path, static: Path, tell: Callable[[str], None] = lambda sentence: None) -> str:
    """Put back the newest kept build older than the one in place; return its version.

    A build that cannot serve is passed over, and `tell` is given the sentence that says why. Raises BuildError when none is
    left; what is in place then stays.
    """
    folder, in_place = folder_of(database), identity(database)
    for version in versions(folder):
        if in_place and version >= in_place.version:
            continue
        path = folder / f"{version}.duckdb"
        if trouble := _trouble(path):
            tell(f"La construction {version} est laissée de côté : {trouble}")
            continue
        if not (static / "geo" / version).is_dir():
            with opened(path) as connection:
                shapes.write(connection, static, version)
        _bring(path, database)
        return version
    before = f" antérieure à {in_place.version}" if in_place else ""
    raise BuildError(f"Aucune construction{before} n'est gardée dans data/{folder.name} : rien n'a été remplacé.")


def _trouble(path: Path) -> str:
    """Why a kept build cannot serve, "" when it can. Every row is read: DuckDB verifies each block it reads."""
    known = identity(path)
    if known is None or known.version != path.stem:
        return "son fichier est illisible."
    if known.schema != SCHEMA_VERSION:
        return f"elle suit le schéma {known.schema}, et cette application le schéma {SCHEMA_VERSION}."
    try:
        with opened(path) as connection:
            for schema, name in connection.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'build'"
            ).fetchall():
                connection.execute(f'SELECT bit_xor(hash(t)) FROM "{schema}"."{name}" t').fetchone()
    except duckdb.Error:
        return "son fichier est abîmé."
    return ""


def locate(name: str, database: Path) -> Path:
    """The file of a build named by its path, its version or the beginning of it. Raises BuildError when there is none."""
    path, folder = Path(name), folder_of(database)
    if path.is_file():
        return path
    kept = versions(folder)
    matching = [version for version in kept if version.startswith(name)]
    if len(matching) == 1:
        return folder / f"{matching[0]}.duckdb"
    if matching:
        raise BuildError(
            f"« {name} » désigne plusieurs constructions : {', '.join(matching)}. Écrivez-en une en entier."
        )
    listed = f"Constructions gardées : {', '.join(kept)}." if kept else "Aucune construction n'est gardée."
    raise BuildError(f"« {name} » n'est ni un fichier ni une construction gardée. {listed}")
