"""What a build would publish of what is staged, for tests that read one source after another."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from etl import publish
from etl.formats.lists import in_order
from etl.resolve import Outcome, cpts, figures, sites, territories
from etl.source import Inputs, Tally


def load(connection: duckdb.DuckDBPyConnection, module, inputs: Inputs) -> Tally:
    """Load a source, resolve what it is of, and show the result; its tally with what the resolution tells."""
    tally = module.load(connection, inputs)
    outcome = show(connection, module.SOURCE.writes, inputs)
    source_id = module.SOURCE.source_id
    notes = (*tally.notes, *outcome.notes[source_id])
    kept = None if tally.kept is None else tally.kept - outcome.lost[source_id]
    return replace(tally, notes=in_order(notes) if module.SOURCE.tier == "local" else notes, kept=kept)


def show(connection: duckdb.DuckDBPyConnection, subject: str, inputs: Inputs) -> Outcome:
    """What would be published, in temporary tables that stand before the real ones until the test is over."""
    if subject == "territory":
        territories.resolve(connection)
        outcome, tables = Outcome(), publish.TERRITORIES
    elif subject == "site":
        outcome, tables = sites.resolve(connection), {"site": publish.SITE}
    elif subject == "cpts":
        outcome, tables = cpts.resolve(connection, inputs), publish.CPTS
    elif subject == "figure":
        outcome = figures.resolve(connection)
        tables = {
            "indicator_value": figures.BELIEVED,
            "population_by_age": publish.AGES,
            "event_by_age": publish.EVENTS,
        }
    else:
        return Outcome()
    for table, rows in tables.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {rows}")
    return outcome
