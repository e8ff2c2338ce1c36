"""The database, read only: one process-wide connection, a cursor per call, the version of the build.

DuckDB keeps serving the old content of a file that was replaced while a connection to it lives, so the connection is
an in-memory one and each build is attached under its own name, from the path as it is at that moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from maillage.catalog import SCHEMA_VERSION


class Unavailable(Exception):
    """The database cannot be used; the message is a sentence for the reader, and `missing` says there is none."""

    def __init__(self, sentence: str, missing: bool = False):
        super().__init__(sentence)
        self.missing = missing


@dataclass
class _Attached:
    stamp: tuple
    name: str
    version: str


class Warehouse:
    """`cursor()` for one question; `version` of the build it will answer from."""

    def __init__(self, path: Path):
        self.path = path
        self._lock = threading.Lock()
        self._connection = duckdb.connect()
        self._attached: _Attached | None = None
        self._count = 0

    @property
    def version(self) -> str:
        return self._current().version

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor on the build in place. Raises Unavailable with a sentence."""
        attached = self._current()
        cursor = self._connection.cursor()
        cursor.execute(f"USE {attached.name}")
        return cursor

    def answer(self, question: Callable, *arguments):
        """What `question(cursor, *arguments)` answers. Raises Unavailable with a sentence, as `cursor` does."""
        try:
            return question(self.cursor(), *arguments)
        except duckdb.Error as error:
            # A file cut short or damaged attaches all the same, and fails where that part is read.
            if isinstance(error, duckdb.IOException) or str(error).startswith("Corrupt"):
                raise self._unreadable() from error
            raise

    def _current(self) -> _Attached:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            raise Unavailable("La base de données n'existe pas encore.", missing=True) from None
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        with self._lock:
            if self._attached is None or self._attached.stamp != stamp:
                self._attached = self._attach(stamp)
            return self._attached

    def _attach(self, stamp: tuple) -> _Attached:
        self._count += 1
        name = f"build_{self._count}"
        # A database attached earlier stays: a question under way may be reading it. Its file is already gone.
        # The path is not a value that ATTACH can bind; quotes are doubled.
        quoted = str(self.path).replace("'", "''")
        try:
            self._connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
        except duckdb.Error as error:
            if "lock" in str(error).lower():
                raise Unavailable("La base de données est en cours d'écriture. Réessayez dans un instant.") from error
            raise self._unreadable() from error
        try:
            version, schema = self._connection.execute(f"SELECT version, schema_version FROM {name}.build").fetchone()
        except duckdb.IOException as error:
            raise self._unreadable() from error
        except (duckdb.Error, TypeError) as error:
            raise Unavailable(
                f"La base de données ({self.path.name}) vient d'une autre version de Maillage. "
                "Reconstruisez-la avec « make data »."
            ) from error
        if schema != SCHEMA_VERSION:
            raise Unavailable(
                f"La base de données ({self.path.name}) suit le schéma {schema}, et cette application le schéma "
                f"{SCHEMA_VERSION}. Reconstruisez-la avec « make data »."
            )
        return _Attached(stamp, name, version)

    def _unreadable(self) -> Unavailable:
        return Unavailable(
            f"La base de données ({self.path.name}) est illisible : elle est tronquée ou n'en est pas une. "
            "Reconstruisez-la avec « make data »."
        )
