"""Data frames into tables."""

from __future__ import annotations

import duckdb
import pandas as pd


def insert(connection: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    """Add the rows of a frame to a table, columns matched by name; a column the frame lacks stays NULL."""
    if len(frame):
        connection.register("incoming", frame)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")
