"""The whole map of France in memory, and what loads need to know: each test writes in a transaction, and is forgotten."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from etl import build as builder
from etl.sources import geography
from tests.etl import resolved


@pytest.fixture(scope="session")
def france():
    with duckdb.connect() as connection:
        connection.execute((builder.HERE / "schema.sql").read_text(encoding="utf-8"))
        builder.fill_catalog(connection)
        inputs = builder.read_inputs(connection, builder.ROOT / "data", ())
        builder.bring(connection, [geography], inputs)
        yield connection, inputs


@pytest.fixture
def ground(france):
    """(connection, read): `read(module, fetched=…, …)` loads a source as a build would, without its safety net."""
    connection, inputs = france

    def read(module, **changes):
        source = module.SOURCE
        connection.execute(
            "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, NULL, 'x', 0, NULL)",
            [source.source_id, source.title, source.producer, source.page, source.licence, source.vintage],
        )
        return resolved.load(connection, module, replace(inputs, **changes))

    connection.execute("BEGIN")
    yield connection, read
    connection.execute("ROLLBACK")
