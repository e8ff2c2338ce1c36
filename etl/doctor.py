"""What each live source is today: reachable, how large, of what date, of the shape that we know; and nothing is written.

It is what a user sends us when something changed. A source is judged by reading it as a build does, in memory and for one
département: what a build would refuse is what differs here, in the same words.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb

from etl import build as builder
from etl.intake import Live
from etl.network import ban
from etl.network.cache import Cache, Fetched
from etl.network.fetch import Settings, fetch
from etl.source import Source, SourceError
from etl.sources import SOURCES

ADDRESSES = "ban"  # the national address base: it is asked questions, and gives no file
DEPARTEMENT = "08"  # sources are read whole, and kept for it alone
KNOWN = ban.AddressQuestion("Place Ducale", "Charleville-Mézières", citycode="08105")
SETTINGS = Settings(retries=1)  # somebody waits before the screen
READ_BESIDE = ("territory", "site", "cpts")  # subjects that a live source is read beside: no figure, and no claim


@dataclass(frozen=True)
class Diagnosis:
    """A live source today, in a line."""

    source_id: str
    words: str
    sound: bool  # reachable, and of the shape that we know

    def __str__(self) -> str:
        return f"{'OK   ' if self.sound else 'NON  '}{self.source_id} : {self.words}"


def examine(
    names: Collection[str] = (), data: Path = builder.ROOT / "data", settings: Settings = SETTINGS
) -> Iterator[Diagnosis]:
    """A Diagnosis of each source named (none: all of those that the network gives), then of the national address base.

    Files are brought into a folder that is removed, and read into a database in memory.
    """
    asked = [
        SimpleNamespace(
            SOURCE=replace(module.SOURCE, local=""), load=module.load
        )  # not what data/local has in its place
        for module in SOURCES
        if module.SOURCE.remote and (not names or module.SOURCE.source_id in names)
    ]
    with tempfile.TemporaryDirectory(prefix="maillage-") as folder:
        cache, files = Cache(Path(folder)), {}
        for module in asked:
            try:
                files[module.SOURCE.source_id] = fetch(module.SOURCE, cache, settings=settings)
            except SourceError as error:
                files[module.SOURCE.source_id] = error
        with duckdb.connect() as connection:
            if asked:
                _read(connection, asked, Live(cache, files), data)
            for module in asked:
                yield _diagnosis(connection, module.SOURCE, files[module.SOURCE.source_id])
        if not names or ADDRESSES in names:
            answers, trouble = ban.ask([KNOWN], Path(folder) / "ban.json")
            sound = answers.get(KNOWN) is not None
            yield Diagnosis(ADDRESSES, trouble or ("une adresse connue est trouvée." if sound else NOT_FOUND), sound)


NOT_FOUND = "le service répond, et ne trouve plus une adresse connue."


def _read(connection: duckdb.DuckDBPyConnection, asked: list, live: Live, data: Path) -> None:
    connection.execute("SET memory_limit = ?", [builder.MEMORY_LIMIT])
    connection.execute(builder.schema(comments=False))
    builder.fill_catalog(connection)
    embedded = [
        module
        for module in SOURCES
        if module.SOURCE.writes in READ_BESIDE and not module.SOURCE.remote and not module.SOURCE.local
    ]
    inputs = builder.read_inputs(connection, data, (DEPARTEMENT,))
    builder.bring(connection, [*embedded, *asked], inputs, live)


def _diagnosis(connection: duckdb.DuckDBPyConnection, source: Source, brought: Fetched | SourceError) -> Diagnosis:
    if isinstance(brought, SourceError):
        return Diagnosis(source.source_id, f"pas de fichier. {brought}", False)
    size = brought.path.stat().st_size / 1e6
    file = ", ".join(filter(None, [brought.name, f"{size:.1f} Mo".replace(".", ","), _day(brought.modified)]))
    if brought.url in source.remote.elsewhere:
        file += ", à son autre adresse"
    ((outcome, sentence, rows_read),) = connection.execute(
        "SELECT outcome, sentence, rows_read FROM staging.intake WHERE source_id = ?", [source.source_id]
    ).fetchall()
    if outcome == "ecartee":
        return Diagnosis(source.source_id, f"{file} : d'une autre forme. {sentence}", False)
    (vintage,) = connection.execute(
        "SELECT vintage FROM staging.source WHERE source_id = ?", [source.source_id]
    ).fetchone()
    return Diagnosis(
        source.source_id,
        f"{file} : de la forme attendue, {rows_read} lignes, {vintage}{_doubts(connection, source)}.",
        True,
    )


def _day(modified: str | None) -> str:
    """The day of a Last-Modified header, in words; nothing when there is none, or none that is a date."""
    try:
        return f"du {parsedate_to_datetime(modified):%d/%m/%Y}" if modified else ""
    except ValueError:
        return ""


def _doubts(connection: duckdb.DuckDBPyConnection, source: Source) -> str:
    """What was refused or doubtful in it, counted by reason."""
    reasons = connection.execute(
        "SELECT reason, count(*) FROM staging.intake_row WHERE source_id = ? AND outcome <> 'compris' "
        "GROUP BY reason ORDER BY 2 DESC, 1",
        [source.source_id],
    ).fetchall()
    return "".join(f" ; {reason} : {count}" for reason, count in reasons)
