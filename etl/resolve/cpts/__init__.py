"""CPTS: the rows of every list, in `staging.cpts`, become one row a CPTS in `staging.cpts_resolved`.

Facts of our curated lists first; an official list completes and dates them or, where none came, the seats of the register add
what they alone tell; a reader's lists have the last word. Members are the communes of the build, arrondissements in Paris, Lyon
and Marseille: a perimeter that goes beyond them is partial.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby
from operator import itemgetter

import duckdb

from etl import frames
from etl.resolve import Outcome, staged
from etl.resolve.cpts import local, official, seats
from etl.resolve.cpts.columns import COLUMNS
from etl.resolve.cpts.precedence import completed
from etl.resolve.precedence import CURATED, LOCAL, REGISTER
from etl.source import Inputs


def resolve(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Outcome:
    """Fill `staging.cpts_resolved`, `staging.cpts_event_resolved`, and `staging.inventory` where a list is whole.

    Return what deserves a word, by source. `site` is published already: seats are looked for there.
    """
    outcome = Outcome()
    here = {code for (code,) in connection.execute("SELECT code FROM residence").fetchall()}
    rows = [_within(row, here) for row in staged(connection, "cpts")]
    tiers = {tier: [row for row in rows if row["tier"] == tier] for tier in (CURATED, REGISTER, LOCAL)}
    known, same = {}, {}
    for row in tiers[CURATED]:
        earlier, notes = known.get(row["cpts_id"]), outcome.notes[row["source_id"]]
        known[row["cpts_id"]] = completed(earlier, row, notes) if earlier else {name: row[name] for name in COLUMNS}
        same[row["source_id"], row["cpts_id"]] = row["cpts_id"]
    official_lists = [list(rows) for _, rows in groupby(tiers[REGISTER], key=itemgetter("source_id"))]
    for rows in official_lists:
        same |= official.bring(known, rows, outcome)
    if official_lists:
        seats.link(connection, known, tiers[REGISTER], same, outcome)
    else:
        seats.bring(connection, known, outcome)
    for rows in official_lists:
        _take_stock(connection, official.whole(known, rows, same))
    lists = local.Lists(known, inputs)
    lists.enter(tiers[LOCAL], staged(connection, "cpts_perimeter"), outcome)
    resolved = [_within(row, here) for row in lists.cpts()]
    _take_stock(connection, lists.whole(resolved))
    same |= {(step["source_id"], step["cpts_id"]): step["cpts_id"] for step in lists.steps}
    _write(connection, resolved, _steps([*staged(connection, "cpts_event"), *lists.steps], same))
    return outcome


def _within(row: dict, here: Collection[str]) -> dict:
    """The row with the members that are in the build; a perimeter that lost some is partial, one that lost all unknown."""
    listed_members = row["members"] or []
    members = [code for code in listed_members if code in here]
    if len(members) == len(listed_members):
        return row | {"members": members}
    return row | {"members": members, "perimeter": "partiel" if members else "inconnu"}


def _steps(rows: list[dict], same: dict[tuple[str, str], str]) -> list[dict]:
    """The dated steps of each source, but those that an earlier one told, even to the month or the year only."""
    steps: list[dict] = []
    for source_id, group in groupby(rows, key=itemgetter("source_id")):
        known = [(step["cpts_id"], step["status"], step["date"]) for step in steps]
        for row in group:
            cpts_id, day = same.get((source_id, row["cpts_id"])), row["date"]
            met = [date for key, status, date in known if (key, status) == (cpts_id, row["status"])]
            if cpts_id and not any(date.startswith(day) or day.startswith(date) for date in met):
                steps.append(row | {"cpts_id": cpts_id})
    return steps


def _take_stock(connection: duckdb.DuckDBPyConnection, whole: Iterable[tuple[str, str | None, str]]) -> None:
    """Say which départements (code, date, source) are wholly listed; those that are not built are left out."""
    built = {
        code for (code,) in connection.execute("SELECT code FROM territory WHERE level = 'departement'").fetchall()
    }
    for departement, as_of, source_id in whole:
        if departement in built:
            connection.execute(
                "INSERT INTO staging.inventory (subject, departement_code, extent, as_of, source_id) "
                "VALUES ('CPTS', ?, 'complet', ?, ?)",
                [departement, as_of, source_id],
            )


def _write(connection: duckdb.DuckDBPyConnection, rows: list[dict], steps: list[dict]) -> None:
    connection.execute("DELETE FROM staging.cpts_resolved")
    connection.execute("DELETE FROM staging.cpts_event_resolved")
    frames.insert_rows(connection, "staging.cpts_resolved", rows)
    frames.insert_rows(connection, "staging.cpts_event_resolved", steps)
