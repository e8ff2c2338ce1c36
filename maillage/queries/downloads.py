"""Whole tables as files."""

from __future__ import annotations

import codecs
import tempfile
from pathlib import Path

import pandas as pd

from maillage.queries import provenance
from maillage.warehouse import Cursor


def csv(cursor: Cursor, name: str) -> bytes:
    """A table as a French spreadsheet reads it: UTF-8 with BOM, semicolons, decimal commas, formulas made harmless, contours as
    well-known text. Raises KeyError for an unknown table.

    DuckDB writes it, several times faster than pandas: the longest table has 360,000 rows.
    """
    columns = provenance.columns(cursor, name)
    listed = ", ".join(f'{_cell(column, kind)} AS "{column}"' for column, kind in columns)
    # The order of a subquery is not kept; that of the cells, which are text, is not that of their values.
    order = ", ".join(f'"{name}"."{column}"' for column in _order(cursor, name, columns))
    return codecs.BOM_UTF8 + _copied(
        cursor, f'SELECT {listed} FROM "{name}" ORDER BY {order}', "FORMAT csv, DELIMITER ';'"
    )


def rows(cursor: Cursor, name: str) -> pd.DataFrame:
    """A table with its types, in the order of its first columns; contours as well-known text. Raises KeyError for an unknown table."""
    columns = provenance.columns(cursor, name)
    listed = ", ".join(
        f'ST_AsText("{column}") AS "{column}"' if kind.startswith("GEOMETRY") else f'"{column}"'
        for column, kind in columns
    )
    order = ", ".join(f'"{name}"."{column}"' for column in _order(cursor, name, columns))
    return cursor.execute(f'SELECT {listed} FROM "{name}" ORDER BY {order}').fetchdf()


def parquet(cursor: Cursor, name: str) -> bytes:
    """A table with its types and contours. Raises KeyError for an unknown table."""
    provenance.columns(cursor, name)
    return _copied(cursor, f'FROM "{name}"', "FORMAT parquet, COMPRESSION zstd")


def _order(cursor: Cursor, name: str, columns: list[tuple[str, str]]) -> list[str]:
    """The first columns of a table that tell its rows apart, down to the last of its key; without a key, all but contours."""
    key = cursor.execute(
        """
        SELECT unnest(constraint_column_names) FROM duckdb_constraints()
        WHERE database_name = current_database() AND table_name = ? AND constraint_type = 'PRIMARY KEY'
        """,
        [name],
    ).fetchall()
    names = [column for column, _ in columns]
    if key:
        return names[: 1 + max(names.index(column) for (column,) in key)]
    return [column for column, kind in columns if not kind.startswith("GEOMETRY")]


def _copied(cursor: Cursor, query: str, options: str) -> bytes:
    # Neither a table nor a path can be bound; the table was just checked against the catalogue.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        quoted = str(path).replace("'", "''")
        cursor.execute(f"COPY ({query}) TO '{quoted}' ({options})")
        return path.read_bytes()


def _cell(column: str, kind: str) -> str:
    """The SQL of a column as text."""
    name = f'"{column}"'
    if kind.startswith("GEOMETRY"):
        return f"ST_AsText({name})"
    if kind == "DOUBLE":
        return f"replace({name}::VARCHAR, '.', ',')"
    if kind == "DOUBLE[]":
        return f"array_to_string(list_transform({name}, lambda n: replace(n::VARCHAR, '.', ',')), ' | ')"
    text = f"array_to_string({name}, ' | ')" if kind.endswith("[]") else name
    if not kind.startswith("VARCHAR"):
        return text
    harmful = "('=', '+', '-', '@', chr(9), chr(13), chr(10))"  # as maillage.language.spreadsheet.neutral
    return f"CASE WHEN left({text}, 1) IN {harmful} THEN '''' || {text} ELSE {text} END"
