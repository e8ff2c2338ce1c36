"""From `staging` and its resolution into the constrained tables: one INSERT … SELECT a table, and nothing is updated after."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import duckdb
import pandas as pd

from etl import frames
from etl.formats.lists import in_order
from etl.intake import ROW
from etl.resolve import Outcome
from etl.resolve import figures as resolved_figures
from etl.resolve.precedence import FIGURES as TIERS
from etl.source import Note

LISTS = ("local_structures", "local_cpts")  # whose notes follow the rows of their files

# A site without coordinates stands at its commune's point, and `precision` says so; without a commune it stays unplaced.
SITE = """
    SELECT s.* REPLACE (coalesce(s.lon, t.lon) AS lon, coalesce(s.lat, t.lat) AS lat,
                        CASE WHEN s.lon IS NOT NULL THEN s.precision WHEN t.lon IS NOT NULL THEN 'commune' END AS precision)
    FROM staging.site_resolved s
    LEFT JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
"""


def sources(connection: duckdb.DuckDBPyConnection) -> None:
    """Those that were read since: what they brought is published next, and points to them."""
    connection.execute("INSERT INTO source FROM staging.source s ANTI JOIN source USING (source_id) ORDER BY s.rowid")


TERRITORIES = {
    "territory": "FROM staging.territory_resolved ORDER BY rowid",
    "commune_change": "FROM staging.commune_change ORDER BY rowid",
    "commune_name": "FROM staging.commune_name ORDER BY rowid",
    "population_history": """
        FROM staging.population_history
        QUALIFY row_number() OVER (PARTITION BY code, year ORDER BY rowid DESC) = 1 ORDER BY code, year
    """,
}


def territories(connection: duckdb.DuckDBPyConnection) -> None:
    """Territories as they were resolved, in one INSERT a table."""
    for table, rows in TERRITORIES.items():
        connection.execute(f"INSERT INTO {table} BY NAME {rows}")


def sites(connection: duckdb.DuckDBPyConnection) -> None:
    """Structures as they were resolved, in one INSERT a table."""
    connection.execute(f"INSERT INTO site BY NAME {SITE} ORDER BY site_id")


CPTS = {
    "cpts": "SELECT * EXCLUDE (members) FROM staging.cpts_resolved ORDER BY rowid",
    "cpts_commune": "SELECT cpts_id, unnest(members) AS commune_code FROM staging.cpts_resolved ORDER BY ALL",
    "cpts_event": "SELECT * FROM staging.cpts_event_resolved ORDER BY rowid",
}


def cpts(connection: duckdb.DuckDBPyConnection) -> None:
    """CPTS, their communes and their steps as they were resolved, in one INSERT a table."""
    for table, rows in CPTS.items():
        connection.execute(f"INSERT INTO {table} BY NAME {rows}")


AGES = "FROM staging.population_by_age ORDER BY rowid"

# A département and a year are of one source, whose bands agree.
EVENTS = f"""
    SELECT * EXCLUDE (tier) FROM staging.event_by_age
    QUALIFY source_id = first_value(source_id) OVER (
        PARTITION BY departement_code, year, event ORDER BY list_position({list(TIERS)}, tier), source_id)
    ORDER BY rowid
"""


def figures(connection: duckdb.DuckDBPyConnection) -> None:
    """Figures as they were resolved, people and events by age, in one INSERT a table."""
    connection.execute(f"INSERT INTO indicator_value BY NAME {resolved_figures.BELIEVED}")
    connection.execute(f"INSERT INTO population_by_age BY NAME {AGES}")
    connection.execute(f"INSERT INTO event_by_age BY NAME {EVENTS}")


def computed(connection: duckdb.DuckDBPyConnection) -> None:
    """Figures computed here, but those that a source gives itself, in one INSERT."""
    connection.execute(f"INSERT INTO indicator_value BY NAME {resolved_figures.COMPUTED_HERE}")


def intake(connection: duckdb.DuckDBPyConnection, outcomes: Iterable[Outcome]) -> None:
    """What each source gave: what was told when it was read, then what its resolution tells; local lists in their order."""
    lost, notes = Counter(), defaultdict(list)
    for source_id, file, *rest in connection.execute("FROM staging.intake_row ORDER BY rowid").fetchall():
        line, name, kind, placed, reason, sentence = rest
        notes[source_id].append(Note(line, kind, reason, sentence, name or "", placed or "", file))
    for outcome in outcomes:
        lost.update(outcome.lost)
        for source_id, more in outcome.notes.items():
            notes[source_id] += more
    frame = pd.DataFrame(lost.items(), columns=["source_id", "lost"])
    connection.register("lost", frame.astype({"source_id": "str", "lost": "int32"}))
    connection.execute(
        """
        INSERT INTO intake
        SELECT i.* REPLACE (i.rows_kept - coalesce(l.lost, 0) AS rows_kept)
        FROM staging.intake i LEFT JOIN lost l USING (source_id) ORDER BY i.rowid
        """
    )
    connection.unregister("lost")
    rows = [
        (source_id, n.file or "", n.line, n.name or None, n.outcome, n.placed or None, n.reason, n.sentence)
        for source_id, many in notes.items()
        for n in (in_order(many) if source_id in LISTS else many)
    ]
    frames.insert(connection, "intake_row", pd.DataFrame(rows, columns=ROW, dtype=object))
