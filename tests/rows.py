"""Files of rows asked by a test, each on a connection of its own: the common one may wait for somebody else's answer."""

from typing import Any

import duckdb


def rows_of(query: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(query, list(values)).fetchall()
