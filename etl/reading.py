"""A list of structures read as a build would, for whoever wants to know beforehand: nothing written, nothing asked of anyone.

The atlas runs this in a process of its own for lists that visitors bring: `python -m etl read - --arrow`, the file on the
standard input, its rows on the output, and how far it is on the errors, whose last line is the sentence of a refusal.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from etl import build
from etl.formats import lists
from etl.formats.structure_columns import COLUMNS
from etl.history import builds
from etl.resolve.sites.local import Register, SiteEntry
from etl.source import BuildError
from etl.sources import local_structures
from etl.sources.local_structures import Understood

MEMORY_MB = 1500  # of addresses: a file that would need more is refused before the machine suffers
EVERY = 500  # rows
NUMBERS = ("lon", "lat", "point_lon", "point_lat")
TEXT = (
    *("line", "name", "outcome", "placed", "reason", "sentence"),
    *(column.name for column in COLUMNS if column.name not in NUMBERS),
    *("status", "precision", "replaces"),
)

Progress = Callable[[str, float], None]


def structures(
    name: str, content: bytes, data: Path, database: Path, progress: Progress = lambda step, share: None
) -> pd.DataFrame:
    """One row per line of the file, as told by a build beside the sites of `database` (none of them when it is absent).

    Columns: line, name, outcome, placed, reason, sentence; those of docs/modeles/structures.csv as the row is understood,
    empty when it is refused; status and precision (codes), replaces (« oui » when the site was already known), point_lon and
    point_lat (where it stands, in degrees). Raises BuildError when the file as a whole cannot be used.
    """
    progress("Ouverture du fichier", 0.02)
    try:
        listing = lists.read(Path("data/local") / name, COLUMNS, content)
    except lists.RefusedRow as refused:
        raise BuildError(f"« {name} » est refusé : {refused}") from None
    lines = 2 * len(listing.rows)

    def advance(done: int) -> None:
        if done % EVERY == 0:
            progress(
                f"Lecture des lignes : {min(done, len(listing.rows))} sur {len(listing.rows)}",
                0.1 + 0.85 * done / lines,
            )

    progress("Communes de France", 0.1)
    with duckdb.connect() as connection:
        inputs = build.read_inputs(connection, data, ())
        understood = local_structures.understand(inputs, [listing], advance)
        progress("Mise au propre", 0.96)
        register = Register(_known(connection, database))
        notes = [*understood.notes, *(register.enter(entry) for entry in understood.entries)]
        return table(lists.in_order(notes), understood, register)


def _known(connection: duckdb.DuckDBPyConnection, database: Path) -> list[dict]:
    """The sites of a built database; none when it is absent."""
    if not database.exists():
        return []
    builds.attach(connection, database, "build")
    rows = connection.execute("SELECT * FROM build.site")
    columns = [column[0] for column in rows.description]
    return [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]


def table(notes, understood: Understood, register: Register) -> pd.DataFrame:
    """The notes beside what each row became."""
    cleaned = {entry.line: _cleaned(entry, understood, register) for entry in register.entered}
    rows = [
        {
            "line": note.line,
            "name": note.name,
            "outcome": note.outcome,
            "placed": note.placed,
            "reason": note.reason,
            "sentence": note.sentence,
        }
        | cleaned.get(note.line, {})
        for note in notes
    ]
    frame = pd.DataFrame(rows, columns=[*TEXT, *NUMBERS])
    return frame.astype(dict.fromkeys(TEXT, "str") | dict.fromkeys(NUMBERS, float))


def _cleaned(entry: SiteEntry, understood: Understood, register: Register) -> dict:
    """A row of the model, from what was understood: a build reads the same from it."""
    site = entry.site
    commune = understood.gazetteer.communes[site["commune_code"]]
    exact = site["lon"] is not None
    return {
        "id": site["site_id"],
        "type": site["type"],
        "nom": site["name"],
        "statut": site["status"],
        "code_commune": commune.code,
        "commune": commune.name,
        "adresse": site["address"],
        "code_postal": entry.postcode,
        "places": None if site["places"] is None else str(site["places"]),
        "finess": site["finess"],
        "date_ouverture": site["opened_on"],
        "lon": site["lon"],
        "lat": site["lat"],
        "source": site["citation"],
        "source_date": site["as_of"],
        "departement": site["departement_code"],
        "remarque": site["note"],
        "exhaustif": "oui" if (site["type"], site["departement_code"]) in understood.complete else None,
        "status": site["status"],
        "precision": "adresse" if exact else "commune",
        "replaces": "oui" if register.replaces(entry) else None,
        "point_lon": site["lon"] if exact else commune.lon,
        "point_lat": site["lat"] if exact else commune.lat,
    }


def run(options) -> int:
    """The command: what a build would make of a list; for the atlas, the file and its rows pass through pipes."""
    piped = str(options.path) == "-"
    name = options.name if piped else options.path.name
    if piped:
        limit_memory(MEMORY_MB)
        gc.disable()  # nothing here lives in cycles, and the process is short
        content = sys.stdin.buffer.read()
    elif options.path.is_file():
        content = options.path.read_bytes()
    else:
        raise BuildError(f"{options.path} n'existe pas.")
    progress = (lambda step, share: print(f"{share:.3f}\t{step}", file=sys.stderr, flush=True)) if piped else _silent
    try:
        frame = structures(name, content, build.ROOT / "data", options.base, progress)
    except MemoryError:
        raise BuildError(f"« {name} » ne tient pas en mémoire. Gardez-y les seules lignes utiles.") from None
    if piped:
        arrow = pa.Table.from_pandas(frame, preserve_index=False)
        with pa.ipc.new_stream(sys.stdout.buffer, arrow.schema) as stream:
            stream.write_table(arrow)
    else:
        for row in frame.itertuples():
            print(f"{row.line} : {row.sentence}")
    return 0


def limit_memory(megabytes: int) -> None:
    """Let this process have no more addresses than these; where the system cannot (Windows), the size of files bounds it."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 1_000_000,) * 2)


def _silent(step: str, share: float) -> None:
    pass
