"""Structures: the rows of every list, in `staging.site`, become one row a structure in `staging.site_resolved`.

Facts of our curated lists first; registers, united by FINESS number, are brought to them; a reader's lists have the last word.
Each site says which lists saw it (`seen_in`) and as of when. See `precedence` for who is believed.
"""

from __future__ import annotations

import duckdb

from etl import frames
from etl.resolve import Outcome, staged
from etl.resolve.precedence import CURATED, LOCAL, REGISTER
from etl.resolve.sites import local, registers


def resolve(connection: duckdb.DuckDBPyConnection) -> Outcome:
    """Fill `staging.site_resolved`; return what deserves a word, by source."""
    outcome = Outcome()
    names, parents = {}, {}
    for code, name, parent in connection.execute(
        "SELECT code, name, parent_code FROM territory WHERE level IN ('commune', 'arrondissement_municipal') "
        "AND code IN (SELECT commune_code FROM staging.site)"
    ).fetchall():
        names[code], parents[code] = name, parent
    rows = [row | {"parent_code": parents.get(row["commune_code"])} for row in staged(connection, "site")]
    whole: dict[tuple[str, str], tuple[str, str]] = {}
    for subject, departement, as_of, source_id in connection.execute(
        "SELECT subject, departement_code, as_of, source_id FROM staging.inventory i "
        "WHERE extent = 'complet' AND closes AND source_id IN (SELECT source_id FROM staging.site WHERE tier = ?) ORDER BY as_of",
        [REGISTER],
    ).fetchall():
        whole[subject, departement] = (as_of, source_id)
    known = {row["site_id"]: row | {"seen_in": [row["source_id"]]} for row in rows if row["tier"] == CURATED}
    united = registers.union([row for row in rows if row["tier"] == REGISTER], whole)
    sites = registers.merge(known, united, whole, names, outcome)
    _count_places(connection, sites)
    register = local.Register(sites)
    for row in rows:
        if row["tier"] == LOCAL:
            note = register.enter(_entry(row))
            outcome.notes[row["source_id"]].append(note)
            outcome.lost[row["source_id"]] += row["wanted"] and note.outcome == "refuse"
    _write(connection, register.sites())
    return outcome


COLUMNS = (
    "site_id",
    "type",
    "subtype",
    "name",
    "register_name",
    "status",
    "departement_code",
    "commune_code",
    "address",
    "lon",
    "lat",
    "precision",
    "places",
    "finess",
    "opened_on",
    "note",
    "citation",
    "as_of",
    "source_id",
)


def _entry(row: dict) -> local.SiteEntry:
    site = {column: row[column] for column in COLUMNS} | {"seen_in": [row["source_id"]], "tier": LOCAL}
    return local.SiteEntry(
        row["file"],
        row["line"],
        site,
        row["commune_name"],
        row["how"],
        row["reason"],
        row["words"],
        row["doubts"],
        row["remarks"],
        row["wanted"],
    )


def _count_places(connection: duckdb.DuckDBPyConnection, sites: list[dict]) -> None:
    """Places of open sites, as a register of activities counts them; those it does not know stay as they were."""
    counted = {row["finess"]: row for row in staged(connection, "places")}
    for index, site in enumerate(sites):
        row = counted.get(site["finess"]) if site["status"] == "ouvert" else None
        if row and site["type"] in row["types"]:
            before, now = site["places"], row["places"]
            remarks = (
                [*row["remarks"], f"{before} dans la liste d'origine"]
                if before and now and before != now
                else row["remarks"]
            )
            sentence = (
                f"FINESS au {row['as_of'][8:]}/{row['as_of'][5:7]}/{row['as_of'][:4]} : {', '.join(remarks)}"
                if remarks
                else None
            )
            note = " ; ".join(filter(None, [site["note"], sentence])) or None
            sites[index] = site | {"places": before if now is None else now, "note": note}


def _write(connection: duckdb.DuckDBPyConnection, sites: list[dict]) -> None:
    connection.execute("DELETE FROM staging.site_resolved")
    rows = [site | {"seen_in": [*dict.fromkeys(site["seen_in"])]} for site in sites]
    frames.insert_rows(connection, "staging.site_resolved", rows)
