"""The FINESS numbers of the seats of CPTS: as an official list gives them, else found by name and place."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl.resolve import Outcome
from etl.resolve.cpts.matching import Party, match
from etl.resolve.cpts.official import Same
from etl.source import Note
from maillage import catalog

CATEGORY = "604"  # of FINESS


def link(
    connection: duckdb.DuckDBPyConnection, known: dict[str, dict], rows: Sequence[dict], same: Same, outcome: Outcome
) -> None:
    """Write in the note of each CPTS the number of its seat; a doubtful one is a note of the official list.

    Nothing when the catalogue has no type for CATEGORY.
    """
    kind = next((kind.code for kind in catalog.SITE_TYPES if CATEGORY in kind.finess), None)
    seats = connection.execute(
        "SELECT finess, name, commune_code, departement_code FROM site "
        "WHERE type = ? AND finess IS NOT NULL AND status <> 'ferme' ORDER BY finess",
        [kind],
    ).fetchall()
    names = {finess: name for finess, name, _, _ in seats}
    stated = {
        same[key]: row["finess"]
        for row in rows
        if row["finess"] and (key := (row["source_id"], row["cpts_id"])) in same
    }
    linked = {cpts_id: finess for cpts_id, finess in stated.items() if finess in names}
    matching = match(
        [
            Party(finess, (name,), frozenset([departement]), frozenset([commune] if commune else []))
            for finess, name, commune, departement in seats
            if finess not in linked.values()
        ],
        [
            Party(key, (row["name"], *row["aliases"]), frozenset(row["departement_codes"]), frozenset(row["members"]))
            for key, row in sorted(known.items())
            if key not in linked
        ],
        by_area=False,
    )
    for cpts_id, finess in (linked | {cpts_id: finess for finess, cpts_id in matching.pairs.items()}).items():
        row = known[cpts_id]
        known[cpts_id] = row | {"note": " ".join(filter(None, [row["note"], f"Siège : FINESS {finess}."]))}
    for finess, keys in matching.doubtful.items():
        alike = " et à ".join(f"« {known[key]['name']} »" for key in keys)
        sentence = f"Le siège « {names[finess]} » ressemble à {alike} : il n'a pas été rattaché."
        reason = "siège rattachable à plusieurs CPTS, ou mal"
        outcome.notes[rows[0]["source_id"]].append(Note(finess, "ambigu", reason, sentence, names[finess]))
