"""Headings of lists: which line of a table is its header, and which of its columns are those that a list knows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

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
    """The line of a table that says what its columns are."""

    table: Table
    rank: int
    places: dict[str, int]
    missing: list[str]
    beside: tuple[dict[str, int], ...] = ()  # the places of tables that stand beside the first, under the same line
    end: int | None = None  # rank of the line where the next table begins, its title included

    @property
    def score(self) -> int:
        """How sure it is to be the headings: those known, and far before that, none required that lacks."""
        return len(self.places) + 100 * (not self.missing)

    @property
    def cells(self) -> list[str]:
        """The row of headings, as it is written."""
        return self.table.cells[self.rank] or []


def header_of(table: Table, columns: tuple[Column, ...]) -> Header | None:
    """The first row, near the top, that names all that these columns require; else the one that names most of them, if any."""
    headers = []
    for rank, line in enumerate(table.cells[:HEADER_WITHIN]):
        if places := places_of(spelled(line), columns, without_brackets(line or [])):
            headers.append(Header(table, rank, places, missing_of(places, columns)))
    whole = (header for header in headers if not header.missing and len(header.places) > 1)
    return next(whole, None) or max(headers, key=lambda header: header.score, default=None)


def headers_of(first: Header, columns: tuple[Column, ...]) -> list[Header]:
    """The headers of a sheet, `first` and those of the tables that stand below it under other headings, each with those beside it.

    A heading written again is no other one.
    """
    words, headers, lines = _words(columns), [_widened(first, columns)], first.table.cells
    for rank, line in enumerate(lines[first.rank + 1 :], first.rank + 1):
        headings = spelled(line)
        filled = sum(map(bool, headings))
        if 2 * sum(word in words for word in headings) < max(4, filled) or headings == spelled(headers[-1].cells):
            continue
        places = places_of(headings, columns, without_brackets(line or []))
        if not missing_of(places, columns) and 2 * len(places) >= max(4, filled):
            end = rank
            while end > headers[-1].rank + 1 and sum(bool(cell.strip()) for cell in lines[end - 1] or [""] * 2) < 2:
                end -= 1
            headers[-1] = replace(headers[-1], end=end)
            headers.append(_widened(Header(first.table, rank, places, []), columns))
    return headers


def _widened(header: Header, columns: tuple[Column, ...]) -> Header:
    """With the tables beside: all that a list requires, written again in the same words further on."""
    headings, bare = spelled(header.cells), without_brackets(header.cells)
    needed = [column.name for column in columns if column.required and column.name in header.places]
    places, used, beside = header.places, set(header.places.values()), []
    while True:
        left, left_bare = (
            [("" if rank in used else word) for rank, word in enumerate(row)] for row in (headings, bare)
        )
        again = places_of(left, columns, left_bare)
        if not needed or any(name not in again or headings[again[name]] != headings[places[name]] for name in needed):
            return replace(header, beside=tuple(beside))
        beside.append(again)
        used |= set(again.values())


@lru_cache(maxsize=20)
def _words(columns: tuple[Column, ...]) -> frozenset[str]:
    """Every heading of these columns, plain."""
    return frozenset(plain(word) for column in columns for word in (column.name, *column.aliases))


def missing_of(places: dict[str, int], columns: tuple[Column, ...]) -> list[str]:
    """The columns without which a file is of no use; alternatives in one word."""
    needs = {column.required: None for column in columns if column.required}
    choices = [[column.name for column in columns if column.required == need] for need in needs]
    return [" ou ".join(names) for names in choices if not places.keys() & set(names)]
