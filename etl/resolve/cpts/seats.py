"""The seats of CPTS in the register: their FINESS numbers, as an official list gives them or found by name and place; and,
where no official list came, the CPTS themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl.resolve import Outcome
from etl.resolve.cpts import official
from etl.resolve.cpts.columns import COUNTS
from etl.resolve.cpts.matching import Party, match
from etl.resolve.cpts.official import Same
from etl.source import Note
from maillage import catalog

CATEGORY = "604"  # of FINESS
REGISTER = "finess"  # the register of the day: a seat in an old edition may have closed since


def link(
    connection: duckdb.DuckDBPyConnection, known: dict[str, dict], rows: Sequence[dict], same: Same, outcome: Outcome
) -> None:
    """Write in the note of each CPTS the number of its seat; a doubtful one is a note of the official list.

    Nothing when the catalogue has no type for CATEGORY.
    """
    seats = connection.execute(
        "SELECT finess, name, commune_code, departement_code FROM site "
        "WHERE type = ? AND finess IS NOT NULL AND status <> 'ferme' ORDER BY finess",
        [_kind()],
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
        _sign(known, cpts_id, finess)
    for finess, keys in matching.doubtful.items():
        alike = " et à ".join(f"« {known[key]['name']} »" for key in keys)
        sentence = f"Le siège « {names[finess]} » ressemble à {alike} : il n'a pas été rattaché."
        reason = "siège rattachable à plusieurs CPTS, ou mal"
        outcome.notes[rows[0]["source_id"]].append(Note(finess, "ambigu", reason, sentence, names[finess]))


def bring(connection: duckdb.DuckDBPyConnection, known: dict[str, dict], outcome: Outcome) -> None:
    """Add to `known` the CPTS that only a seat of the register of the day tells, of unknown perimeter and status.

    A seat is of a CPTS already known by its name and its département; one that may be is a note, and adds nothing.
    """
    seats = connection.execute(
        "SELECT finess, name, departement_code, citation, as_of FROM site WHERE type = ? AND finess IS NOT NULL "
        "AND status <> 'ferme' AND list_contains(list_append(seen_in, source_id), ?) ORDER BY finess",
        [_kind(), REGISTER],
    ).fetchall()
    rows = [
        dict.fromkeys(COUNTS)
        | {
            "cpts_id": f"finess-{finess}",
            "name": name,
            "aliases": [],
            "status": "inconnu",
            "status_date": None,
            "departement_codes": [departement],
            "perimeter": "inconnu",
            "members": [],
            "note": "Seul son siège est connu, par le registre.",
            "citation": citation,
            "as_of": as_of,
            "source_id": REGISTER,
            "line": finess,
        }
        for finess, name, departement, citation, as_of in seats
    ]
    joined = Outcome()  # a seat left aside is still a site of the register: it is not lost
    same = official.bring(known, rows, joined)
    for source_id, notes in joined.notes.items():
        outcome.notes[source_id] += notes
    for (_, key), cpts_id in same.items():
        _sign(known, cpts_id, key.removeprefix("finess-"))


def _kind() -> str | None:
    return next((kind.code for kind in catalog.SITE_TYPES if CATEGORY in kind.finess), None)


def _sign(known: dict[str, dict], cpts_id: str, finess: str) -> None:
    """Write in the note of a CPTS the number of its seat."""
    row = known[cpts_id]
    known[cpts_id] = row | {"note": " ".join(filter(None, [row["note"], f"Siège : FINESS {finess}."]))}
