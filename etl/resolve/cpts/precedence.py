"""Two lists on one CPTS: the known row is completed and dated by the other, and what differs is kept as a doubt.

A reader's list is not weighed here: it has the last word (see `local`).
"""

from __future__ import annotations

from etl.formats.cpts_statuses import RANK
from etl.resolve.cpts.columns import COUNTS
from etl.resolve.precedence import later
from etl.source import Note
from maillage import catalog

RULE = (
    "Quand deux sources diffèrent, le statut à la date la plus récente l'emporte ; sans deux dates, le plus avancé dans la vie "
    "d'une CPTS. « En fonctionnement », qui ne dit pas le stade, cède à un stade précis, quelles que soient les dates."
)


def completed(row: dict, other: dict, notes: list[Note]) -> dict:
    """The known row with what `other` brings; what differs goes to `notes`.

    A known CPTS keeps its identifier and its names. Its perimeter is replaced when it was not whole, or when the other is
    whole and dated later. Statuses follow RULE. Counts are filled where they lacked.
    """
    row, known = dict(row), row
    newer = bool(row["as_of"]) and later(other["as_of"], row["as_of"])
    ours, theirs = set(row["members"]), set(other["members"])
    if theirs and ours != theirs:
        replaced = row["perimeter"] == "inconnu" or (
            other["perimeter"] == "complet" and (newer or row["perimeter"] != "complet")
        )
        if ours:
            notes.append(_perimeters_differ(other, row["name"], theirs - ours, ours - theirs, replaced))
        if replaced:
            row |= {"members": other["members"], "perimeter": other["perimeter"]}
            row["departement_codes"] = sorted({*row["departement_codes"], *other["departement_codes"]})
            row["note"] = " ".join(filter(None, [row["note"], other["note"]]))
    if other["status"] not in (row["status"], "inconnu"):
        wins = latest((row["status"], row["status_date"]), (other["status"], other["status_date"]))
        if row["status"] != "inconnu":
            notes.append(_statuses_differ(other, row, wins))
        if wins:
            row |= {"status": other["status"], "status_date": other["status_date"]}
    for column in COUNTS:
        row[column] = row[column] or other[column] or None
    if row != known:
        row["citation"] += f" ; {other['citation']}"
        row["as_of"] = other["as_of"] if newer or (other["as_of"] and not row["as_of"]) else row["as_of"]
    return row


def latest(known: tuple[str, str | None], new: tuple[str, str | None]) -> bool:
    """Does the new status (with its date AAAA[-MM[-JJ]]) win over the known one? See RULE."""
    (status, day), (other, other_day) = known, new
    if other == status or other == "inconnu":
        return False
    vague = {"inconnu", "en_fonctionnement"} & {status, other}
    if day and other_day and not vague:
        precision = min(len(day), len(other_day))
        if day[:precision] != other_day[:precision]:
            return other_day[:precision] > day[:precision]
    return RANK[other] > RANK[status]


def _perimeters_differ(other: dict, name: str, more: set[str], less: set[str], replaced: bool) -> Note:
    parts = [f"{len(codes)} en {word} ({_some(codes)})" for codes, word in ((more, "plus"), (less, "moins")) if codes]
    kept = "Le périmètre de la source l'a remplacé." if replaced else "Le périmètre déjà connu a été gardé."
    sentence = f"« {name} » : la source a, par rapport au périmètre déjà connu, {' et '.join(parts)}. {kept}"
    return Note(other["line"] or other["cpts_id"], "ambigu", "périmètres différents", sentence, other["name"])


def _statuses_differ(other: dict, row: dict, wins: bool) -> Note:
    known, new = catalog.CPTS_STATUS[row["status"]].label, catalog.CPTS_STATUS[other["status"]].label
    sentence = f"« {row['name']} » : « {known} » déjà connu, « {new} » selon la source. « {new if wins else known} » a été retenu."
    return Note(other["line"] or other["cpts_id"], "ambigu", "statuts différents", sentence, other["name"])


def _some(codes: set[str], most: int = 5) -> str:
    return ", ".join(sorted(codes)[:most]) + ("…" if len(codes) > most else "")
