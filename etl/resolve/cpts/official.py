"""CPTS of an official list beside those already known: one row for one CPTS; what may be known is left aside, and said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from etl.resolve import Outcome
from etl.resolve.cpts.columns import COLUMNS
from etl.resolve.cpts.matching import ALIKE, Party, likeness, match
from etl.resolve.cpts.precedence import completed
from etl.source import Note

Same = Mapping[tuple[str, str], str]  # (source, its identifier) -> the identifier of the CPTS that it is


def bring(known: dict[str, dict], rows: Sequence[dict], outcome: Outcome) -> dict[tuple[str, str], str]:
    """Complete `known` with what is the same, add what is new; say which CPTS each row is, but those left aside.

    Rows are told apart by their `cpts_id`, and brought to what is known by name and place, their perimeters included.
    """
    parties = [_party(known[key]) for key in sorted(known)]
    matching = match([_party(row) for row in rows], parties)
    doubtful = matching.doubtful | _lost_namesakes(rows, parties)
    same = {}
    fresh = {}
    for row in rows:
        key, notes = row["cpts_id"], outcome.notes[row["source_id"]]
        if key in matching.pairs:
            cpts_id = matching.pairs[key]
            known[cpts_id] = completed(known[cpts_id], row, notes)
        elif key in doubtful:
            notes.append(_doubt(row, [known[other]["name"] for other in doubtful[key]]))
            outcome.lost[row["source_id"]] += 1
            continue
        else:
            cpts_id, fresh[key] = key, {name: row[name] for name in COLUMNS}
        same[row["source_id"], key] = cpts_id
    known |= fresh
    return same


def whole(known: Mapping[str, dict], rows: Sequence[dict], same: Same) -> list[tuple[str, str | None, str]]:
    """The départements (code, date, source) that an exhaustive list leaves wholly listed.

    There, all the CPTS that are known have whole perimeters, and none of the list was left aside.
    """
    if not all(row["exhaustive"] for row in rows):
        return []
    aside = {
        code for row in rows if (row["source_id"], row["cpts_id"]) not in same for code in row["departement_codes"]
    }
    groups: dict[str, list[dict]] = {}
    for row in known.values():
        for code in row["departement_codes"]:
            groups.setdefault(code, []).append(row)
    return [
        (code, max((row["as_of"] for row in there if row["as_of"]), default=None), rows[0]["source_id"])
        for code, there in sorted(groups.items())
        if code not in aside and all(row["perimeter"] == "complet" for row in there)
    ]


def _party(row: dict) -> Party:
    return Party(
        row["cpts_id"],
        (row["name"], *row["aliases"]),
        frozenset(row["departement_codes"]),
        frozenset(row["members"]),
        row["perimeter"] == "complet",
    )


def _lost_namesakes(rows: Sequence[dict], known: Collection[Party]) -> dict[str, tuple[str, ...]]:
    """What lies nowhere cannot be compared by place: a name like one already known is a doubt."""
    return {
        row["cpts_id"]: alike
        for row in rows
        if not row["departement_codes"] and not row["members"]
        if (alike := tuple(p.key for p in known if any(likeness(row["name"], name) >= ALIKE for name in p.names)))
    }


def _doubt(row: dict, names: list[str]) -> Note:
    alike = " et à ".join(f"« {name} »" for name in names)
    sentence = (
        f"« {row['name']} » ressemble à {alike} sans que ce soit sûr : elle n'a été ni confondue "
        "avec, ni ajoutée. Ajoutez son nom aux alias de la bonne, ou décrivez-la dans une liste locale."
    )
    return Note(row["line"], "ambigu", "CPTS peut-être déjà connue", sentence, row["name"])
