"""What the people who prepare a signing type: kept nowhere but in their page, and in the files they take away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
AXES, SIGNATORIES, LETTERS = 8, 12, 200  # more than that is not read from the back of a room


@dataclass(frozen=True)
class Line:
    """An axis and what it holds, or a signatory and their function."""

    head: str
    more: str = ""


@dataclass(frozen=True)
class Ceremony:
    """What a board writes for its ceremony: title, day, place, axes, signatories."""

    title: str = TITLE
    place: str = ""
    day: date | None = None
    axes: tuple[Line, ...] = ()
    signatories: tuple[Line, ...] = ()

    @property
    def when(self) -> str:
        """« Montceau-les-Mines, mardi 18 octobre 2022 »."""
        return ", ".join(filter(None, [self.place, long_date(self.day) if self.day else ""]))


def long_date(day: date) -> str:
    """« mardi 18 octobre 2022 », « vendredi 1er avril 2022 »."""
    return f"{DAYS[day.weekday()]} {'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def lines(typed: str, most: int, separator: str) -> tuple[tuple[Line, ...], list[str]]:
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
        kept.append(Line(head.strip(), more.strip()))
    return tuple(kept), texts


def axes(typed: str) -> tuple[tuple[Line, ...], list[str]]:
    """The axes, one a line as they are typed, and sentences about lines left out."""
    return lines(typed, AXES, ":")


def signatories(typed: str) -> tuple[tuple[Line, ...], list[str]]:
    """The signatories, one a line as they are typed, and sentences about lines left out."""
    return lines(typed, SIGNATORIES, ",")
