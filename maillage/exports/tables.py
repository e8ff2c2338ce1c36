"""Whole tables as files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from maillage.queries import provenance
from maillage.views import tables


def csv(cursor: duckdb.DuckDBPyConnection, name: str) -> bytes:
    """A table as a French spreadsheet reads it; contours as well-known text. Raises KeyError for an unknown table."""
    return tables.csv(provenance.table(cursor, name))


def parquet(cursor: duckdb.DuckDBPyConnection, name: str) -> bytes:
    """A table with its types and contours. Raises KeyError for an unknown table."""
    if name not in set(provenance.tables(cursor)["name"]):
        raise KeyError(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.parquet"
        # Neither a table nor a path can be bound; the name was just checked against the catalogue.
        cursor.execute(f"""COPY "{name}" TO '{str(path).replace("'", "''")}' (FORMAT parquet, COMPRESSION zstd)""")
        return path.read_bytes()
