"""The database, read only: the build in place, and every build that somebody is still reading.

DuckDB keeps serving the old content of a file that was replaced while a connection to it lives. So each build has an
in-memory connection of its own, to which its file is attached: a reader keeps the edition it began with, and what nobody
holds any more is closed, its memory and its file let go.
"""

from __future__ import annotations

import tempfile
import threading
import weakref
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

import duckdb
from cachetools import LRUCache, cachedmethod

from maillage.catalog import SCHEMA_VERSION, WITHHELD

if TYPE_CHECKING:  # a fifth of a second, that one who asks for no table does not wait for
    import pandas as pd

Cursor = duckdb.DuckDBPyConnection
ANSWERS_BYTES = 200_000_000  # kept for a build, the latest used
LEAST_BYTES, OBJECT_BYTES, SHAPE_BYTES = 1_000, 60, 2_000  # of an answer; of a value that is no number; of a contour
SMALL, SMALL_BYTES = (int, float, bool, type(None)), 8
SAMPLE = 50  # parts weighed of an answer that has many
REBUILD = "L'administrateur de cet atlas doit la reconstruire."


# The key of a figure, and that of deaths by age: a département and a year go together, or one age would give another.
FIGURE = ("indicator", "level", "code", "year", "sex")
EVENTS = ("departement_code", "year")
KEYS = {"indicator_value": FIGURE, "event_by_age": EVENTS}
# How a row that is withheld is seen, in the columns that would tell it.
_UNSEEN = {
    "indicator_value": {
        **dict.fromkeys(("value", "low", "high", "events"), "NULL"),
        "bound": "'exact'",
        "basis": f"'{WITHHELD}'",
        "method": "'retenu par le secret'",
    },
    "event_by_age": {"events": "NULL", "withheld": "true"},
}


def veiled(table: str) -> str:
    """The SQL of a table whose withheld rows tell nothing."""
    columns = ", ".join(
        f"CASE WHEN w.{KEYS[table][0]} IS NULL THEN v.{name} ELSE {unseen} END AS {name}"
        for name, unseen in _UNSEEN[table].items()
    )
    return (
        f"SELECT v.* REPLACE ({columns}) FROM build.main.{table} v LEFT JOIN memory.main.withheld_{table} w "
        f"ON {' AND '.join(f'w.{name} = v.{name}' for name in KEYS[table])}"
    )


class Ask(Protocol):
    """How subjects reach a build. What is answered is shared by all readers: never change it in place."""

    def __call__(self, query: Callable, *arguments):
        """What `query(cursor, *arguments)` of `maillage.queries` answers, asked once a build."""

    def keep(self, function: Callable, *arguments):
        """What `function(ask, *arguments)` computes from such answers, computed once a build."""


Veil = Callable[[Ask], "Mapping[str, pd.DataFrame]"]


class Unavailable(Exception):
    """The database cannot be used; the message is a sentence for the reader, and `missing` says there is none."""

    def __init__(self, sentence: str, missing: bool = False):
        super().__init__(sentence)
        self.missing = missing


class Edition:
    """One build, whatever takes its place meanwhile: `version`, a `cursor()` for one question, the bytes of its file."""

    def __init__(self, path: Path, veil: Veil | None = None):
        """`veil` names rows that no question may see: (ask) → for each table of KEYS, rows with the columns of its key."""
        self.path = path
        self._veiled: tuple[str, ...] = ()
        self._reading = threading.Lock()
        # A question is answered by the thread that asks it: shared between two, none of ours is answered sooner.
        self._connection = duckdb.connect(config={"threads": 1})
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise self._unreadable() from error
        weakref.finalize(self, self._file.close)
        self.version = self._attach()
        self._answers, self._answering = LRUCache(ANSWERS_BYTES, weight), threading.Condition()
        for table, rows in veil(self.ask).items() if veil else ():
            if len(rows):
                cursor = self._connection.cursor()
                cursor.register("rows", rows)
                cursor.execute(
                    f"CREATE TABLE memory.main.withheld_{table} AS SELECT {', '.join(KEYS[table])} FROM rows"
                )
                self._veiled += (table,)
        if self._veiled:
            self._answers.clear()

    @property
    def ask(self) -> Answers:
        """The answers of this build, kept for all its readers."""
        return Answers(self)

    @property
    def withholds(self) -> bool:
        """Whether some of its rows are kept from every reader."""
        return bool(self._veiled)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor on this build; it outlives the edition."""
        cursor = self._connection.cursor()
        cursor.execute("USE build")
        for table in self._veiled:  # a temporary view stands before the table of that name, in every question
            cursor.execute(f"CREATE TEMP VIEW {table} AS {veiled(table)}")
        return cursor

    def answer(self, question: Callable, *arguments):
        """What `question(cursor, *arguments)` answers. Raises Unavailable with a sentence when the file is damaged."""
        try:
            return question(self.cursor(), *arguments)
        except duckdb.Error as error:
            # A file cut short or damaged attaches all the same, and fails where that part is read.
            if isinstance(error, duckdb.IOException) or str(error).startswith("Corrupt"):
                raise self._unreadable() from error
            raise

    def read_bytes(self) -> bytes:
        """The whole file, even after another took its place; written again without the figures that are withheld."""
        if self._veiled:
            return self._written_again()
        with self._reading:
            self._file.seek(0)
            return self._file.read()

    def _written_again(self) -> bytes:
        cursor = self.cursor()
        names = {
            name
            for (name,) in cursor.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'build'"
            ).fetchall()
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / self.path.name
            copy = f"copy_{uuid4().hex}"
            cursor.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {copy}")
            try:
                cursor.execute(f"COPY FROM DATABASE build TO {copy} (SCHEMA)")
                while names:  # a table comes after those that it refers to
                    done = {name for name in names if self._copied(cursor, copy, name)}
                    if not done:
                        raise RuntimeError(f"Tables that refer to one another: {', '.join(sorted(names))}.")
                    names -= done
            finally:
                cursor.execute(f"DETACH {copy}")
            return path.read_bytes()

    @staticmethod
    def _copied(cursor: Cursor, copy: str, name: str) -> bool:
        try:
            cursor.execute(f'INSERT INTO {copy}.main."{name}" FROM "{name}"')
        except duckdb.ConstraintException:
            return False
        return True

    def _attach(self) -> str:
        # The path is not a value that ATTACH can bind; quotes are doubled.
        quoted = str(self.path).replace("'", "''")
        try:
            self._connection.execute(f"ATTACH '{quoted}' AS build (READ_ONLY)")
        except duckdb.Error as error:
            if "lock" in str(error).lower():
                raise Unavailable("La base de données est en cours d'écriture. Réessayez dans un instant.") from error
            raise self._unreadable() from error
        try:
            version, schema = self._connection.execute("SELECT version, schema_version FROM build.build").fetchone()
        except duckdb.IOException as error:
            raise self._unreadable() from error
        except (duckdb.Error, TypeError) as error:
            raise Unavailable(f"La base de données vient d'une autre version de Maillage. {REBUILD}") from error
        if schema != SCHEMA_VERSION:
            raise Unavailable(
                f"La base de données est d'une version {schema}, et cet atlas en lit la version {SCHEMA_VERSION}. {REBUILD}"
            )
        return version

    def _unreadable(self) -> Unavailable:
        return Unavailable(f"La base de données est illisible : elle est tronquée, ou n'en est pas une. {REBUILD}")


def weight(answer) -> int:
    """Bytes that an answer holds, about, and rather more than less: what answers share is counted in each."""
    return LEAST_BYTES + _bytes(answer)


def _bytes(answer) -> int:
    kind = type(answer)
    if kind in SMALL:
        return SMALL_BYTES
    if kind in (str, bytes):
        return len(answer)
    if names := _fields(kind):
        return sum(_bytes(getattr(answer, name)) for name in names)
    if hasattr(answer, "memory_usage"):  # a table or a column
        columns = [answer[name] for name in answer] if hasattr(answer, "columns") else [answer]
        heavy = {"object": OBJECT_BYTES, "geometry": SHAPE_BYTES}
        return sum(int(column.memory_usage()) + heavy.get(str(column.dtype), 0) * len(column) for column in columns)
    if hasattr(answer, "nbytes"):
        return int(answer.nbytes)
    if isinstance(answer, Mapping):
        return _of_many(answer, answer.items())
    if isinstance(answer, (list, tuple, set, frozenset)):
        return _of_many(answer, answer)
    return len(answer) if isinstance(answer, (str, bytes)) else OBJECT_BYTES


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()


def _of_many(whole: Collection, parts: Iterable) -> int:
    """By a sample taken evenly where they are many: to weigh 35,000 communes one by one took longer than to ask for them."""
    few = [_bytes(part) for part in islice(parts, 0, None, max(1, len(whole) // SAMPLE))]
    return sum(few) * len(whole) // max(1, len(few))


def _same(_answers, _asked: Callable, function: Callable, arguments: tuple) -> tuple:
    """What makes two questions one."""
    return function, *(tuple(each) if isinstance(each, list) else each for each in arguments)


class Answers:
    """The `Ask` of one build. Readers who ask the same thing at once wait for one answer."""

    def __init__(self, edition: Edition):
        self.edition = edition

    def __call__(self, query: Callable, *arguments):
        return self._answer(self.edition.answer, query, arguments)

    def keep(self, function: Callable, *arguments):
        """A computed answer, kept for the build; `function` gets these answers first."""
        return self._answer(self._compute, function, arguments)

    @cachedmethod(lambda self: self.edition._answers, key=_same, condition=lambda self: self.edition._answering)
    def _answer(self, asked: Callable, function: Callable, arguments: tuple):
        return asked(function, *arguments)

    def _compute(self, function: Callable, *arguments):
        return function(self, *arguments)


class Warehouse:
    """`edition()` is the build in place; the rest asks it."""

    def __init__(self, path: Path, veil: Veil | None = None):
        self.path, self._veil = path, veil
        self._lock = threading.Lock()
        self._stamp: tuple = ()
        self._edition: Edition | None = None

    def edition(self) -> Edition:
        """The build in place at this moment. Raises Unavailable with a sentence."""
        with self._lock:
            if self._edition is None or self._stamp != _stamp(self.path):
                self._edition, self._stamp = self._open()
            return self._edition

    @property
    def version(self) -> str:
        """The version of the build in place."""
        return self.edition().version

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor on the build in place. Raises Unavailable with a sentence."""
        return self.edition().cursor()

    def answer(self, question: Callable, *arguments):
        """What `question(cursor, *arguments)` answers from the build in place. Raises Unavailable with a sentence."""
        return self.edition().answer(question, *arguments)

    def _open(self) -> tuple[Edition, tuple]:
        """The edition in place and its stamp; again when a swap came between the file opened and the one attached."""
        while True:
            before = _stamp(self.path)
            edition = Edition(self.path, self._veil)
            if before == _stamp(self.path):
                return edition, before


def _stamp(path: Path) -> tuple:
    """What changes when another file takes this place."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise Unavailable("La base de données n'existe pas encore.", missing=True) from None
    return status.st_ino, status.st_mtime_ns, status.st_size
