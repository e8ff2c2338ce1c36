"""What the fields of a layer of CPTS mean, whatever they are called, and what they say of one CPTS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from etl.formats import fields
from etl.formats.cpts_names import plain
from etl.formats.cpts_statuses import RANK, status_of
from etl.source import Inputs, SourceError

# Of what a date is, by the words of the field's name.
DATES = {
    "aci_signe": r"\baci\b|\bsign|\bcontrat",
    "projet_sante_valide": r"\bprojet\b|\bps\b",
    "lettre_intention_validee": r"\bintention\b|\blettre\b|\bli\b",
    "constitution": r"\bassociation\b|\bconstitution\b",
    "as_of": r"\bmaj\b|\bmise jour\b|\bactualis|\bmodif|\bupdate",
}


@dataclass(frozen=True)
class Meaning:
    """Which field is what; None for what the layer does not say."""

    name: str
    finess: str | None
    identifier: str | None
    status: str | None
    members: str | None
    departement: str | None
    dates: dict[str, str]
    flags: dict[str, str]  # field that says yes or no -> the stage that it is of

    @property
    def spent(self) -> set[str]:
        """The fields that have a meaning: the others say nothing to the atlas."""
        single = (self.name, self.finess, self.identifier, self.status, self.members, self.departement)
        return {field for field in (*single, *self.dates, *self.flags) if field}


@dataclass(frozen=True)
class Stage:
    """How far a CPTS is, and since when; `unread` is a word that was not understood."""

    status: str
    status_date: str | None
    steps: tuple[tuple[str, str], ...]  # (status, date) of its life, the first first
    as_of: str | None
    unread: str | None = None


def understand(table: fields.Table, homes: Sequence[set[str]], seats: set[str], title: str, inputs: Inputs) -> Meaning:
    """What each field of a layer means, by its name and by what it holds. Raises SourceError when none holds names."""
    places = place_names(inputs.data / "snapshot")
    name = fields.name_field(table, places, status_of)
    if name is None:
        raise SourceError(
            f"La source « {title} » n'a aucun champ où reconnaître le nom des CPTS (champs : {', '.join(table) or 'aucun'}). "
            "Le service a changé : voyez sa page."
        )
    rest = {field: values for field, values in table.items() if field != name}
    names = [value if isinstance(value, str) else None for value in table[name]]
    finess = fields.finess_field(rest, homes, seats)
    members = fields.member_field(rest, inputs.known_communes.keys() | inputs.successors.keys(), names)
    flags = fields.flag_fields(rest, status_of)
    status = fields.status_field(rest, status_of)
    departement = fields.departement_field(rest, homes, inputs.known_departements)
    dates = fields.date_fields(rest, DATES)
    taken = {name, finess, members, status, departement, *dates, *flags}
    identifier = fields.id_field(table, taken, names)
    return Meaning(name, finess, identifier, status, members, departement, dates, flags)


def place_names(snapshot: Path) -> Collection[str]:
    """The plain names of communes, intercommunalities, départements and regions of France: none of them is a CPTS."""
    files = [str(snapshot / f"{name}.parquet") for name in ("communes", "epci", "departements", "regions")]
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT DISTINCT name FROM read_parquet(?, union_by_name = true)", [files]).fetchall()
    return frozenset(plain(name) for (name,) in rows if name)


def stage(row: dict, meaning: Meaning, until: str) -> Stage:
    """How far the CPTS of a row is: as its status says; where that says nothing of the stage, as its flags, then its dates do.

    `until` (AAAA-MM-JJ) is the day the layer was read: what is dated later is awaited, and not reached.
    """
    days = {what: fields.day(_text(row[field])) for field, what in meaning.dates.items()}
    reached = {what: day for what, day in days.items() if day and what != "as_of"}
    steps = tuple(sorted(reached.items(), key=lambda step: step[1]))
    word = _text(row[meaning.status]) if meaning.status else ""
    status = status_of(word) if word else None
    unread = word if word and not status else None
    if status in (None, "en_fonctionnement"):
        flagged = [code for field, code in meaning.flags.items() if fields.is_yes(_text(row[field]))]
        dated = [code for code, day in steps if code in RANK and day <= until]
        status = max(flagged, key=RANK.__getitem__, default=None) or (dated[-1] if dated else status)
    status = status or "inconnu"
    return Stage(status, reached.get(status), steps, days.get("as_of"), unread)


def one_row(table: fields.Table, numbers: Sequence[int]) -> dict:
    """What several rows say of one thing: in each field, the value that most of those filled have, the first of equals."""
    return {field: _most_common([values[number] for number in numbers]) for field, values in table.items()}


def _most_common(values: Sequence):
    filled = [value for value in values if value is not None]
    if not filled:
        return None
    counts = Counter(map(repr, filled))
    return max(filled, key=lambda value: counts[repr(value)])


def _text(value) -> str:
    return next(iter(fields.texts([value])), "")


def today(served_on: str | None) -> str:
    """The day a layer speaks of: that of the server's answer, else this one."""
    return served_on or date.today().isoformat()
