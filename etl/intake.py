"""What each source gives to a build: loaded whole or not at all, told in `source`, `intake` and `intake_row`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd

from etl import frames
from etl.formats import purposes
from etl.history.drafts import is_disk_full
from etl.network.cache import NEW, SAME, Cache, Fetched
from etl.source import BuildError, Inputs, Note, Source, SourceError, Tally, checksum

ROW = ["source_id", "file", "line", "name", "outcome", "placed", "reason", "sentence"]
SETTINGS = ("router.toml", "LISEZMOI.md", "README.md")  # of data/local, that are no lists
UNREAD = Source(
    source_id="jamais_lus",
    title="Fichiers déposés et jamais lus",
    producer="",
    page="",
    licence="",
    vintage="",
)
FEWER = 0.8  # a file with fewer rows than this share of the last good one is not believed


@dataclass(frozen=True)
class Live:
    """What the network brought before a live build began: by source, a file or the sentence that says why there is none."""

    cache: Cache
    files: dict[str, Fetched | SourceError] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()  # sources whose file is believed even with far fewer rows


def take(connection: duckdb.DuckDBPyConnection, module, inputs: Inputs, live: Live | None) -> Fetched | None:
    """Load one source; return the file of the network it was read from, if any.

    An embedded source that fails stops the build (BuildError). A local or remote one falls back: to its last good file, to
    nothing; the rows that the embedded tier brought stay.
    """
    source = module.SOURCE
    if source.local and (not source.remote or local_files(source, inputs.data, getattr(module, "mine", None))):
        _take_local(connection, module, inputs)  # what somebody put there stands before what the network brings
    elif source.remote:
        return _take_remote(connection, module, inputs, live) if live else None
    else:
        _take_embedded(connection, module, inputs)
    return None


def _take_embedded(connection, module, inputs: Inputs) -> None:
    source = module.SOURCE
    paths = [inputs.data / name for name in source.files]
    for path in paths:
        if not path.exists():
            raise BuildError(f"{path.parent.name}/{path.name} est introuvable. Remettez ce fichier en place.")
    try:
        _load(connection, module, inputs, "embarquee", source.retrieved_at, checksum(paths))
    except duckdb.Error as error:
        raise BuildError(
            f"La source « {source.title} » ({', '.join(source.files)}) n'a pas pu être chargée : "
            f"{str(error).splitlines()[0]}. Corrigez ou restaurez ce fichier."
        ) from error


def _take_local(connection, module, inputs: Inputs) -> None:
    source, paths = module.SOURCE, local_files(module.SOURCE, inputs.data, getattr(module, "mine", None))
    if paths:
        newest = datetime.fromtimestamp(max(path.stat().st_mtime for path in paths))
        load = partial(_load, connection, module, inputs, "locale", f"{newest:%Y-%m-%d}", checksum(paths))
        notes: list[Note] = []
        if trouble := _attempt(connection, source, ", ".join(path.name for path in paths), load, notes):
            _tell(connection, source, "ecartee", trouble)
            stopped = [Note("fichier", "refuse", "fichier écarté", trouble, file=path.name) for path in paths]
            note(connection, source.source_id, notes or stopped)


def _take_remote(connection, module, inputs: Inputs, live: Live) -> Fetched | None:
    source, troubles = module.SOURCE, []
    expected = None if source.source_id in live.accepted else live.cache.good_rows(source.source_id)
    for fetched, outcome, trouble in _candidates(source, live):
        load = partial(
            _load,
            connection,
            module,
            replace(inputs, fetched=fetched.path),
            outcome,
            f"{fetched.retrieved_at:%Y-%m-%d}",
            fetched.sha256,
            sentence=" ".join([*troubles, *filter(None, [trouble])]) or None,
            expected=expected,
        )
        refused = _attempt(connection, source, fetched.name, load)
        if not refused:
            return fetched
        troubles.append(refused)
    brought = live.files.get(source.source_id)
    failed = not isinstance(brought, Fetched)
    if failed:
        troubles.insert(0, str(brought or f"La source « {source.title} » n'a pas été demandée au réseau."))
    _tell(connection, source, "absente" if failed else "ecartee", " ".join(troubles))
    return None


def _candidates(source: Source, live: Live) -> Iterator[tuple[Fetched, str, str]]:
    """The file just brought, then the last one that a build could read: each with its outcome and what to say of it."""
    brought = live.files.get(source.source_id)
    failed = not isinstance(brought, Fetched)
    if not failed:
        yield brought, {NEW: "nouvelle", SAME: "inchangee"}.get(brought.outcome, "perimee"), brought.trouble
    good = live.cache.good(source.source_id)
    if good and (failed or brought.sha256 != good.sha256):
        yield (
            good,
            "perimee",
            f"{brought if failed and brought else ''} Le fichier du {good.retrieved_at:%d/%m/%Y} a servi.".strip(),
        )


def _load(
    connection,
    module,
    inputs: Inputs,
    outcome: str,
    retrieved_at: str | None,
    sha256: str,
    sentence: str | None = None,
    expected: int | None = None,
) -> None:
    source, started = module.SOURCE, time.monotonic()
    tally: Tally = module.load(connection, inputs)
    if expected and tally.rows_read < FEWER * expected:
        raise SourceError(
            f"La source « {source.title} » n'a plus que {tally.rows_read} lignes, contre {expected} la dernière fois : elle n'a pas été "
            "crue. Si la baisse est vraie, l'administrateur de l'atlas doit l'accepter."
        )
    connection.execute(
        "INSERT INTO staging.source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            source.source_id,
            source.title,
            source.producer,
            source.page,
            source.licence,
            tally.vintage or source.vintage,
            retrieved_at,
            sha256,
            tally.rows_read,
            source.doubts,
        ],
    )
    kept = tally.rows_read if tally.kept is None else tally.kept
    _tell(connection, source, outcome, sentence, tally.rows_read, kept, time.monotonic() - started)
    note(connection, source.source_id, tally.notes)


def note(connection: duckdb.DuckDBPyConnection, source_id: str, notes: Iterable[Note]) -> None:
    """Stage what deserves a word of a source."""
    rows = [
        (source_id, n.file or "", n.line, n.name or None, n.outcome, n.placed or None, n.reason, n.sentence)
        for n in notes
    ]
    frames.insert(connection, "staging.intake_row", pd.DataFrame(rows, columns=ROW, dtype=object))


def _tell(connection, source: Source, outcome: str, sentence=None, rows_read=None, kept=None, seconds=0.0) -> None:
    connection.execute(
        "INSERT INTO staging.intake VALUES (?, ?, ?, ?, ?, ?, ?)",
        [source.source_id, source.title, outcome, sentence, rows_read, kept, seconds],
    )


def _attempt(connection, source: Source, name: str, load: Callable[[], None], notes: list[Note] | None = None) -> str:
    """Load in a transaction. What cannot be finished leaves no row, and its sentence is returned; `notes` gets those of its files."""
    connection.execute("BEGIN")
    try:
        load()
    except BuildError as error:
        connection.execute("ROLLBACK")
        if notes is not None and isinstance(error, SourceError):
            notes += error.notes
        return str(error)
    except Exception as error:  # a stranger's file: whatever it breaks, the build goes on without it
        connection.execute("ROLLBACK")
        if is_disk_full(error):  # not the file's fault
            raise
        words = str(error).splitlines()[0] if str(error) else "sans message"
        return (
            f"La source « {source.title} » ({name}) n'a pas pu être lue : {type(error).__name__}, {words}. "
            "Sa forme a sans doute changé."
        )
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return ""


def local_files(source: Source, data: Path, mine: Callable[[Path], bool] | None = None) -> list[Path]:
    """The files that somebody put in data/local/ for this source, in name order.

    A source whose files bear any name has a function `mine`, which knows them by their content.
    """
    files = sorted(path for path in (data / "local").glob(source.local) if path.is_file())
    return [path for path in files if mine is None or mine(path)]


def brought(source: Source, inputs: Inputs, mine: Callable[[Path], bool] | None = None) -> Path:
    """The file that a source is read from: the one of the network, else the last written of data/local."""
    return inputs.fetched or max(local_files(source, inputs.data, mine), key=lambda path: path.stat().st_mtime_ns)


def unread(data: Path, modules: Iterable) -> list[Note]:
    """A note for each file (or folder) of data/local that no source takes, with what to do so that it is read."""
    taken = {
        path
        for module in modules
        if module.SOURCE.local
        for path in local_files(module.SOURCE, data, getattr(module, "mine", None))
    }
    files = sorted((data / "local").iterdir()) if (data / "local").is_dir() else []
    return [
        Note(
            "fichier",
            "refuse",
            "fichier jamais lu",
            f"« {path.name} » n'a été lu par personne. {_remedy(path)} Tant qu'il est là, aucune liste n'est dite complète.",
            file=path.name,
        )
        for path in files
        if path not in taken and not purposes.passing(path.name) and path.name not in SETTINGS
    ]


def _remedy(path: Path) -> str:
    if path.is_dir():
        return "Déposez ses fichiers un à un, hors de tout dossier."
    if path.suffix.lower() in purposes.READABLE:
        return "Nommez-le structures…, cpts… ou perimetres… selon ce qu'il contient, avec les colonnes des modèles."
    return "Enregistrez-le en CSV, .xlsx, .ods ou GeoJSON, sous le nom structures…, cpts… ou perimetres…"


def tell_unread(connection: duckdb.DuckDBPyConnection, data: Path, modules: Iterable) -> None:
    """Say in `intake` and `intake_row` which files of data/local nobody read; nothing when there is none."""
    notes = unread(data, modules)
    if notes:
        several = f"{len(notes)} fichiers déposés n'ont été lus" if len(notes) > 1 else "Un fichier déposé n'a été lu"
        sentence = f"{several} par personne : {', '.join(note.file for note in notes)}."
        _tell(connection, UNREAD, "ecartee", sentence)
        note(connection, UNREAD.source_id, notes)
