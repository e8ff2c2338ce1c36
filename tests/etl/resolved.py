"""What a build would publish of what is staged, for tests that read one source after another."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from etl import publish
from etl.formats.lists import in_order
from etl.resolve import sites
from etl.source import Tally


def load(connection: duckdb.DuckDBPyConnection, module, inputs) -> Tally:
    """Load a source, resolve what it is of, and show the result as `site`; its tally with what the resolution tells."""
    tally = module.load(connection, inputs)
    if module.SOURCE.writes != "site":
        return tally
    outcome = show_sites(connection)
    source_id = module.SOURCE.source_id
    notes = (*tally.notes, *outcome.notes[source_id])
    kept = None if tally.kept is None else tally.kept - outcome.lost[source_id]
    return replace(tally, notes=in_order(notes) if module.SOURCE.tier == "local" else notes, kept=kept)


def show_sites(connection: duckdb.DuckDBPyConnection):
    """The published sites, in a temporary table that stands before the real one until the test is over."""
    outcome = sites.resolve(connection)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE site AS {publish.SITE}")
    return outcome
