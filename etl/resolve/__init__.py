"""Many lists, one row a thing: identity, precedence, conflicts kept as doubts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import duckdb

from etl.source import Note


@dataclass
class Outcome:
    """What a resolution has to say of each source: notes, and how many of its rows are no row of their own."""

    notes: dict[str, list[Note]] = field(default_factory=lambda: defaultdict(list))
    lost: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def staged(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict]:
    """The rows of a staging table, in the order that sources were read."""
    result = connection.execute(f"SELECT * FROM staging.{table} ORDER BY rowid")
    columns = [column[0] for column in result.description]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
