"""Headings of lists: which line of a table is its header, and which of its columns are those that a list knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import lru_cache

from etl.formats.tables import HEADER_WITHIN, LONGEST, Table, spelled
from maillage.language.names import plain

# Where something is said of all the rows of a table.
HEADING, TITLE, SHEET, FILE = "la colonne", "le titre", "la feuille", "le fichier"
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True)
class Column:
    """A column of a list: its name here, and the headings that people write over it."""

    name: str
    aliases: tuple[str, ...] = ()  # other headings, in order of preference
    required: str = ""  # columns with the same word here are alternatives, and one of them must be there
    prose: bool = False  # people write freely there, telephone numbers included
    code: bool = False  # digits that are no number
    # Does a title, or the name of a sheet or of a file, say it of every row? None when it says the contrary.
    tells: Callable[[str], bool | None] | None = None
    teller: str = ""  # the column that a heading of this one may tell: under « Nom de la MSP » stand names, of MSP


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
class Above:
    """What is said once for all the rows of a table, and where: HEADING, TITLE, SHEET, FILE."""

    text: str
    where: str
    instead: bool = False  # of cells that are there, and may be empty

    def __str__(self) -> str:
        return f"{self.where} « {self.text} »"


@dataclass(frozen=True)
class Header:
    """The line of a table that says what its columns are."""

    table: Table
    rank: int
    places: dict[str, int]
    missing: list[str]
    beside: tuple[dict[str, int], ...] = ()  # the places of tables that stand beside the first, under the same line
    end: int | None = None  # rank of the line where the next table begins, its title included
    above: dict[str, Above] = field(default_factory=dict)  # for columns that the table lacks

    @property
    def score(self) -> int:
        """How sure it is to be the headings: those known, and far before that, none required that lacks."""
        return len(self.places) + 100 * (not self.missing)

    @property
    def cells(self) -> list[str]:
        """The row of headings, as it is written."""
        return self.table.cells[self.rank] or []


def header_of(table: Table, columns: tuple[Column, ...], file: str = "") -> Header | None:
    """The first row, near the top, that names all that these columns require; else the one that names most of them, if any.

    A column may lack where a title above, else the name of the sheet, else that of the `file` tells it of every row.
    """
    headers = []
    for rank, line in enumerate(table.cells[:HEADER_WITHIN]):
        if places := places_of(spelled(line), columns, without_brackets(line or [])):
            headers.append(_header(table, rank, places, columns, file))
    whole = (header for header in headers if not header.missing and len(header.places) > 1)
    return next(whole, None) or max(headers, key=lambda header: header.score, default=None)


def _header(
    table: Table, rank: int, places: dict[str, int], columns: tuple[Column, ...], file: str, after: int = 0
) -> Header:
    """With what is said above it, from the line `after` on, of the columns that it lacks."""
    titles = [Above(text, TITLE) for line in reversed(table.cells[after:rank]) if (text := _title(line, columns))]
    places, headed = _headed(table.cells[rank] or [], places, columns)
    names = [*headed, *titles, Above(table.title, SHEET), Above(file.replace("_", " "), FILE)]
    above = {
        column.name: replace(name, instead=column.name in places)
        for column in columns
        if column.tells
        for name in [next((name for name in names if name.text and column.tells(name.text) is not False), None)]
        if name and column.tells(name.text)
    }
    return Header(table, rank, places, missing_of(places.keys() | above.keys(), columns), above=above)


def _headed(
    cells: list[str], places: dict[str, int], columns: tuple[Column, ...]
) -> tuple[dict[str, int], list[Above]]:
    """With the column whose only heading is what it tells of another; and that heading."""
    tell = {column.name: column.tells for column in columns if column.tells}
    for column in columns:
        if not column.teller or column.name in places:
            continue
        ranks = [rank for rank, cell in enumerate(cells) if cell.strip() and tell[column.teller](cell)]
        if len(ranks) == 1 and ranks[0] not in places.values():
            return places | {column.name: ranks[0]}, [Above(cells[ranks[0]].strip(), HEADING)]
    return places, []


def _title(line: list[str] | None, columns: tuple[Column, ...]) -> str:
    """The title in a line, or those of tables that stand side by side, which together tell nothing."""
    cells = [cell.strip() for cell in line or () if cell.strip() and len(cell) < LONGEST]
    telling = [cell for cell in cells if any(column.tells and column.tells(cell) for column in columns)]
    return lone(line) or (" ".join(telling) if len(telling) > 1 else "")


def lone(line: list[str] | None) -> str:
    """The text of a line that has one filled cell; empty when it has none or several."""
    filled = [cell.strip() for cell in line or () if cell.strip()]
    return filled[0] if len(filled) == 1 and len(filled[0]) < LONGEST else ""


def headers_of(first: Header, columns: tuple[Column, ...], file: str = "") -> list[Header]:
    """The headers of a sheet, `first` and those of the tables that stand below it under other headings, each with those beside it.

    A heading written again is no other one.
    """
    words, headers, lines = _words(columns), [_widened(first, columns)], first.table.cells
    for rank, headings in enumerate(first.table.words[first.rank + 1 :], first.rank + 1):
        filled = sum(map(bool, headings))
        if 2 * sum(map(words.__contains__, headings)) < max(4, filled) or headings == spelled(headers[-1].cells):
            continue
        places = places_of(headings, columns, without_brackets(lines[rank] or []))
        header = _header(first.table, rank, places, columns, file, headers[-1].rank + 1)
        if not header.missing and 2 * len(places) >= max(4, filled):
            end = rank
            while end > headers[-1].rank + 1 and sum(bool(cell.strip()) for cell in lines[end - 1] or [""] * 2) < 2:
                end -= 1
            headers[-1] = replace(headers[-1], end=end)
            headers.append(_widened(header, columns))
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


def missing_of(places: Collection[str], columns: tuple[Column, ...]) -> list[str]:
    """The columns without which a file is of no use; alternatives in one word."""
    needs = {column.required: None for column in columns if column.required}
    choices = [[column.name for column in columns if column.required == need] for need in needs]
    return [" ou ".join(names) for names in choices if not set(places) & set(names)]
