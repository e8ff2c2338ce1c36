"""A list of structures as a build would understand it: each row told, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from etl import build
from etl.formats.lists import Listing, in_order
from etl.formats.structure_columns import COLUMNS
from etl.history import builds
from etl.resolve.sites.local import Register, SiteEntry
from etl.sources import local_structures
from etl.sources.local_structures import Understood

NUMBERS = ("lon", "lat", "point_lon", "point_lat")
TEXT = (
    *("line", "name", "outcome", "placed", "reason", "sentence"),
    *(column.name for column in COLUMNS if column.name not in NUMBERS),
    *("status", "precision", "replaces"),
)


def structures(
    listing: Listing, data: Path, database: Path, advance: Callable[[int], None], tidy: Callable[[], None]
) -> pd.DataFrame:
    """The rows of `etl.reading.structures`; `advance` is told how many were read, `tidy` when all were understood."""
    with duckdb.connect() as connection:
        inputs = build.read_inputs(connection, data, ())
        understood = local_structures.understand(inputs, [listing], advance)
        tidy()
        register = Register(_known(connection, database))
        notes = [*understood.notes, *(register.enter(entry) for entry in understood.entries)]
        return table(in_order(notes), understood, register)


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


def stream(frame: pd.DataFrame, file) -> None:
    """Write rows for another process to read."""
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    with pa.ipc.new_stream(file, arrow.schema) as stream:
        stream.write_table(arrow)
