"""What the people who prepare a signing type: it stays in their browser, and in the files they take away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from urllib.parse import quote, unquote

from maillage.records.logo import Logo

TITLE = "Signature de l'accord conventionnel interprofessionnel"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
CARDS = 4  # in a row
AXES, SIGNATORIES, LETTERS = 8, 12, 200  # more than that is not read from the back of a room


@dataclass(frozen=True)
class Entry:
    """An axis and what it holds, or a signatory and their function."""

    head: str
    more: str = ""


@dataclass(frozen=True)
class TypedWords:
    """The fields as they are typed, and as a browser remembers them."""

    title: str = TITLE
    place: str = ""
    day: date | None = None
    axes: str = ""
    signatories: str = ""

    def packed(self) -> str:
        """In letters that any attribute of a page takes."""
        day = self.day.isoformat() if self.day else ""
        return quote(json.dumps([self.title, self.place, day, self.axes, self.signatories], ensure_ascii=False))

    @classmethod
    def unpacked(cls, packed: str) -> TypedWords | None:
        """The words that a browser gives back; None where they are not ours."""
        try:
            title, place, day, axes, signatories = json.loads(unquote(packed))
            words = cls(title, place, date.fromisoformat(day) if day else None, axes, signatories)
        except (ValueError, TypeError):
            return None
        return words if all(isinstance(each, str) for each in (title, place, axes, signatories)) else None

    def dated(self, day: date | None) -> TypedWords:
        """The same words on another day."""
        return replace(self, day=day)


@dataclass(frozen=True)
class Ceremony:
    """What a board writes for its ceremony: title, day, place, axes, signatories; and the logos that it brings."""

    title: str = TITLE
    place: str = ""
    day: date | None = None
    axes: tuple[Entry, ...] = ()
    signatories: tuple[Entry, ...] = ()
    logos: tuple[Logo, ...] = ()

    @property
    def when(self) -> str:
        """« Montceau-les-Mines, mardi 18 octobre 2022 »."""
        return ", ".join(filter(None, [self.place, long_date(self.day) if self.day else ""]))


def balanced(items: Sequence, most: int) -> list[Sequence]:
    """The same items in as few parts as `most` allows, none longer than another by more than one, the longest first."""
    parts = max(-(-len(items) // most), 1)
    least, longer = divmod(len(items), parts)
    ends = [least * part + min(part, longer) for part in range(parts + 1)]
    return [items[begin:end] for begin, end in pairwise(ends) if end > begin]


def long_date(day: date) -> str:
    """« mardi 18 octobre 2022 », « vendredi 1er avril 2022 »."""
    return f"{DAYS[day.weekday()]} {'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def lines(typed: str, most: int, separator: str) -> tuple[tuple[Entry, ...], list[str]]:
    """One entry a line, « head : more » or « head, more », and a sentence for what is not kept.

    Bullets that people paste are dropped, blank lines too.
    """
    rows = [row.strip().lstrip("•-–*·").strip() for row in typed.splitlines()]
    rows = [row for row in rows if row]
    texts = []
    if len(rows) > most:
        texts.append(f"{most} lignes au plus tiennent à l'écran : les suivantes ne sont pas reprises.")
    if any(len(row) > LETTERS for row in rows):
        texts.append(f"Une ligne de plus de {LETTERS} caractères est coupée.")
    kept = []
    for row in rows[:most]:
        head, _, more = row[:LETTERS].partition(separator)
        kept.append(Entry(head.strip(), more.strip()))
    return tuple(kept), texts


def axes(typed: str) -> tuple[tuple[Entry, ...], list[str]]:
    """The axes, one a line as they are typed, and sentences about lines left out."""
    return lines(typed, AXES, ":")


def signatories(typed: str) -> tuple[tuple[Entry, ...], list[str]]:
    """The signatories, one a line as they are typed, and sentences about lines left out."""
    return lines(typed, SIGNATORIES, ",")
