"""Data frames, and rows, into tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd
import pyarrow as pa


def insert(connection: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    """Add the rows of a frame to a table, columns matched by name; a column the frame lacks stays NULL."""
    if len(frame):
        connection.register("incoming", frame)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping]) -> None:
    """Add rows to a table, in its own types; a column they lack stays NULL, and what is no column of it is left out."""
    if not rows:
        return
    schema = connection.sql(f"FROM {table} LIMIT 0").to_arrow_table().schema
    connection.register("incoming", pa.Table.from_pylist(rows, schema=schema))
    connection.execute(f"INSERT INTO {table} SELECT * FROM incoming")
    connection.unregister("incoming")
