"""The registers among the facts of our lists: one row a FINESS number, and each place once; doubts are kept, never settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter

from etl.resolve import Outcome
from etl.resolve.precedence import later
from etl.resolve.sites.pairing import ComparableSite, Pairing, pair
from etl.resolve.sites.precedence import outranks
from etl.source import Note
from maillage import catalog

DOUBLED = "compterait deux fois"
_REMEDY = "Écrivez le bon numéro dans la colonne « finess » de la liste pour trancher."
_LABELS = {status.code: status.label for status in catalog.SITE_STATUSES}
_POSITION = ("lon", "lat", "precision")

Whole = Mapping[tuple[str, str], tuple[str, str]]  # (type, département) -> date and source of the latest whole register


def union(rows: Iterable[dict], whole: Whole) -> list[dict]:
    """One row a FINESS number, the latest edition first; what a later whole register does not have is gone since."""
    united = []
    for _, group in groupby(sorted(rows, key=itemgetter("finess")), key=itemgetter("finess")):
        editions = sorted(group, key=lambda row: row["as_of"] or "", reverse=True)
        one = dict(editions[0], seen_in=[row["source_id"] for row in editions])
        for older in editions[1:]:
            _complete(one, older)
        date, source = whole.get((one["type"], one["departement_code"]), (None, None))
        if source in one["seen_in"] or not later(date, one["as_of"]):
            united.append(one)
    return united


def _complete(one: dict, older: dict) -> None:
    """What an earlier edition knew and the latest does not write: address and point of the same commune, opening, places."""
    for column in ("opened_on", "places", "subtype"):
        one[column] = older[column] if one[column] is None else one[column]
    same = one["commune_code"] in (None, older["commune_code"]) or one["parent_code"] in (
        older["commune_code"],
        older["parent_code"],
    )
    if same and one["commune_code"] in (None, one["parent_code"], older["parent_code"]) and older["commune_code"]:
        one["commune_code"], one["parent_code"] = older["commune_code"], older["parent_code"]
    if same and one["address"] is None:
        one["address"] = older["address"]
    if same and one["lon"] is None:
        one |= {column: older[column] for column in _POSITION}


def merge(
    known: dict[str, dict], rows: list[dict], whole: Whole, names: Mapping[str, str], outcome: Outcome
) -> list[dict]:
    """Bring the rows of registers to the `known` facts that are the same places; return the sites.

    `names` are those of communes. A known place that a later whole register does not have says so.
    """
    kinds = {kind.code for kind in catalog.SITE_TYPES if kind.finess}
    asked = {key: row for key, row in known.items() if row["status"] != "ferme" and row["type"] in kinds}
    by_number = {row["finess"]: row for row in rows}
    pairing = pair(
        [_known(row, names) for row in asked.values()],
        [_place(row, names) for row in rows if row["type"] in kinds],
    )
    numbered = {
        (row["finess"], row["type"]): key for key, row in known.items() if row["finess"] and row["type"] not in kinds
    }
    for row in rows:  # of a type that has no category of its own, the number alone tells
        if key := numbered.get((row["finess"], row["type"])):
            pairing.same[row["finess"]] = key
    sites = dict(known)
    for number, key in pairing.same.items():
        sites[key] = fused(known[key], by_number[number])
    absent = []
    for key in pairing.alone:
        row = known[key]
        date, source = whole.get((row["type"], row["departement_code"]), (None, None))
        if source and not later(row["as_of"], date):
            if row["status"] == "ouvert":
                words = f"sans correspondance dans FINESS au {date[8:]}/{date[5:7]}/{date[:4]}"
                sites[key] = row | {"note": _joined(row["note"], words)}
            absent.append((key, source))
    fresh = [row for row in rows if row["finess"] not in pairing.same and row["finess"] not in pairing.doubled]
    _tell(pairing, known, by_number, absent, outcome)
    return [*sites.values(), *fresh]


def fused(ours: dict, theirs: dict) -> dict:
    """One site of a fact of ours and a row of a register. Our identifier, name, places and reference always stay.

    The one that wins tells the state, the place and the date; the other completes it.
    """
    one = dict(ours, finess=theirs["finess"], seen_in=[*ours["seen_in"], *theirs["seen_in"]])
    one["register_name"] = theirs["register_name"]
    one["opened_on"] = ours["opened_on"] or theirs["opened_on"]
    one["places"] = theirs["places"] if ours["places"] is None else ours["places"]
    one["citation"] = f"{ours['citation']} ; {theirs['citation']}"
    if outranks(theirs, ours):
        one |= {column: theirs[column] for column in ("status", "departement_code", "as_of", "source_id", "tier")}
        one["commune_code"] = theirs["commune_code"] or ours["commune_code"]
        one["address"] = theirs["address"] or ours["address"]
        if theirs["precision"] or ours["precision"] != "adresse":
            one |= {column: theirs[column] for column in _POSITION}
        if ours["status"] != theirs["status"]:
            state = f"« {_LABELS[ours['status']]} » dans la liste d'origine"
            one["note"] = _joined(ours["note"], f"{state}, {theirs['status']} d'après FINESS")
        return one
    one["commune_code"] = ours["commune_code"] or theirs["commune_code"]
    one["address"] = ours["address"] or theirs["address"]
    if ours["precision"] != "adresse" and one["commune_code"] == theirs["commune_code"]:
        one |= {column: theirs[column] for column in _POSITION}
    return one


def _known(row: dict, names: Mapping[str, str]) -> ComparableSite:
    awaited = int(row["as_of"][:4]) if row["status"] != "ouvert" and row["as_of"] else None
    return ComparableSite(
        row["site_id"],
        row["type"],
        row["name"],
        row["departement_code"],
        row["commune_code"],
        names.get(row["commune_code"], ""),
        row["finess"],
        awaited=awaited,
    )


def _place(row: dict, names: Mapping[str, str]) -> ComparableSite:
    return ComparableSite(
        row["finess"],
        row["type"],
        row["name"],
        row["departement_code"],
        row["commune_code"],
        names.get(row["commune_code"], ""),
        opened=int(row["opened_on"][:4]) if row["opened_on"] else None,
    )


def _joined(*parts: str | None) -> str | None:
    return " ; ".join(filter(None, parts)) or None


def _tell(
    pairing: Pairing, known: dict[str, dict], place: dict[str, dict], absent: list[tuple[str, str]], outcome: Outcome
) -> None:
    notes = outcome.notes
    for key, numbers in pairing.doubtful.items():
        name = known[key]["name"]
        some = ", ".join(f"{number} ({place[number]['name']})" for number in numbers[:5]) + " …" * (len(numbers) > 5)
        sentence = (
            f"« {name} » est peut-être dans FINESS sous l'un de ces numéros, et rien ne tranche : {some}. Les deux listes "
            f"sont gardées. {_REMEDY}"
        )
        notes[place[numbers[0]]["source_id"]].append(Note(key, "ambigu", "peut-être dans FINESS", sentence, name))
    for number, key in pairing.doubled.items():
        sentence = (
            f"L'établissement {number} ressemble à « {known[key]['name']} » sans que rien ne tranche, et compterait deux fois : "
            f"il est laissé de côté. {_REMEDY}"
        )
        notes[place[number]["source_id"]].append(Note(number, "ambigu", DOUBLED, sentence, place[number]["name"]))
        outcome.lost[place[number]["source_id"]] += 1
    for key, source in absent:
        if known[key]["status"] == "ouvert":
            name = known[key]["name"]
            sentence = f"« {name} » est dans nos listes et pas dans FINESS : il est gardé, avec cette remarque."
            notes[source].append(Note(key, "ambigu", "absent de FINESS", sentence, name))
