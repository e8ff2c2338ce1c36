"""Workbooks and exports made to the layouts that INSEE, DREES and CartoSanté publish: their shape is true, their figures are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
from xlsxwriter import Workbook

from etl import build as builder
from etl import publish
from etl.source import Inputs, Tally
from etl.sources import geography, populations
from tests.etl import resolved
from tests.etl.schema import schema

REAL = builder.ROOT.parent / "shared" / "real"

Loader = Callable[..., Tally]


def book(path: Path, **sheets: list[list]) -> Path:
    """An xlsx whose sheets have these cells; « _ » in a name is a space."""
    with Workbook(path, {"strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name.replace("_", " "))
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


@contextmanager
def france(
    *departements: str, sources=(), data: Path = builder.ROOT / "data"
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Inputs]]:
    """The geography of some départements (none: all) in memory, then these embedded sources, and what they tell in `intake`."""
    with duckdb.connect() as connection:
        connection.execute(schema())
        builder.fill_catalog(connection)
        inputs = builder.read_inputs(connection, data, departements)
        _, outcomes = builder.bring(connection, (geography, populations, *sources), inputs)
        publish.intake(connection, outcomes)
        yield connection, inputs


@contextmanager
def loading(place) -> Iterator[Loader]:
    """A function that loads a source as a build does; what it brought is forgotten in the end."""
    connection, inputs = place
    connection.execute("BEGIN")

    def load(module, fetched: Path | None = None, data: Path | None = None) -> Tally:
        known = connection.execute("SELECT 1 FROM source WHERE source_id = ?", [module.SOURCE.source_id]).fetchone()
        if not known:
            connection.execute(
                "INSERT INTO source VALUES (?, 'essai', 'essai', 'essai', 'essai', 'essai', NULL, 'essai', 0, NULL)",
                [module.SOURCE.source_id],
            )
        return resolved.load(connection, module, replace(inputs, fetched=fetched, data=data or inputs.data))

    try:
        yield load
    finally:
        connection.execute("ROLLBACK")


def values(connection, indicator: str, level: str, year: int | None = None) -> dict[str, float | None]:
    """code -> value."""
    rows = connection.execute(
        "SELECT code, value FROM indicator_value WHERE indicator = ? AND level = ? AND coalesce(year = ?, true)",
        [indicator, level, year],
    )
    return dict(rows.fetchall())


def methods(connection, indicator: str, level: str) -> dict[str, str]:
    """code -> method."""
    rows = connection.execute(
        "SELECT code, method FROM indicator_value WHERE indicator = ? AND level = ?", [indicator, level]
    )
    return dict(rows.fetchall())


def bases(connection, indicator: str, level: str) -> dict[str, str]:
    """code -> basis."""
    rows = connection.execute(
        "SELECT code, basis FROM indicator_value WHERE indicator = ? AND level = ?", [indicator, level]
    )
    return dict(rows.fetchall())
