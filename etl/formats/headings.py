"""Headings of lists: which line of a table is its header, and which of its columns are those that a list knows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.formats.tables import HEADER_WITHIN, LONGEST, Table
from maillage.language.names import plain

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True)
class Column:
    """A column of a list: its name here, and the headings that people write over it."""

    name: str
    aliases: tuple[str, ...] = ()  # other headings, in order of preference
    required: str = ""  # columns with the same word here are alternatives, and one of them must be there
    prose: bool = False  # people write freely there, telephone numbers included
    code: bool = False  # digits that are no number


def spelled(cells: list[str] | None) -> list[str]:
    """A row of cells as headings are compared: plain, "" for what is too long to be one."""
    return [plain(cell.strip('"')) if len(cell) < LONGEST else "" for cell in cells or ()]


def without_brackets(cells: list[str]) -> list[str]:
    """Headings without what stands between brackets: « Latitude (WGS84) », « Capacité [lits] »."""
    return spelled([_BRACKETS.sub("", cell) if len(cell) < LONGEST else "" for cell in cells])


def places_of(headings: list[str], columns: tuple[Column, ...], bare: list[str] | None = None) -> dict[str, int]:
    """For each column found, its rank: the first of its headings that is there, else but for brackets (`bare`)."""
    positions: dict[str, int] = {}
    for written in (headings, bare or []):
        for column in columns:
            for word in () if column.name in positions else (column.name, *column.aliases):
                if plain(word) in written and written.index(plain(word)) not in positions.values():
                    positions[column.name] = written.index(plain(word))
                    break
    return positions


@dataclass(frozen=True)
class Header:
    """The line of a table that has most of the columns."""

    table: Table
    rank: int
    places: dict[str, int]
    missing: list[str]

    @property
    def score(self) -> int:
        """How sure it is to be the headings: those known, and far before that, none required that lacks."""
        return len(self.places) + 100 * (not self.missing)

    @property
    def cells(self) -> list[str]:
        """The row of headings, as it is written."""
        return self.table.cells[self.rank] or []


def header_of(table: Table, columns: tuple[Column, ...]) -> Header | None:
    """The row, among the first ones, that names most of these columns; None when none does."""
    headers = []
    for rank, line in enumerate(table.cells[:HEADER_WITHIN]):
        if places := places_of(spelled(line), columns, without_brackets(line or [])):
            headers.append(Header(table, rank, places, missing_of(places, columns)))
    return max(headers, key=lambda header: header.score, default=None)


def missing_of(places: dict[str, int], columns: tuple[Column, ...]) -> list[str]:
    """The columns without which a file is of no use; alternatives in one word."""
    needs = {column.required: None for column in columns if column.required}
    choices = [[column.name for column in columns if column.required == need] for need in needs]
    return [" ou ".join(names) for names in choices if not places.keys() & set(names)]
