"""Tables that offices publish: CSV files and workbooks whose header stands somewhere below a title, read for what they say.

Nothing here knows where a table goes. What cannot be read raises SheetError: what was found, in French, without the name
of the file, which the caller knows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from etl.formats import workbook
from maillage.language.names import plain

HEADER_WITHIN = 60  # rows from the top

_NUMBER = re.compile("[-+]?(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,][0-9]+)?(?:[eE]-?[0-9]{1,2})?")
_WITHHELD = {"ns", "s", "secret", "secret statistique"}
_MISSING = {"", "nd", "n.d.", "///", "//", "...", "…", "-", "–", "na", "nc", "non disponible"}


class SheetError(Exception):
    """What was found that cannot be read: one French phrase."""


@dataclass(frozen=True)
class Value:
    """What a cell says: a number (zero is one), nothing, or that the number is kept secret."""

    value: float | None
    withheld: bool = False


@dataclass(frozen=True)
class SheetLine:
    """A row of a table: its number as a spreadsheet counts, its cells by heading."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells[heading]


@dataclass(frozen=True)
class HeadedTable:
    """The rows below a header, and what stands above it."""

    banner: tuple[str, ...]  # the first filled cell of each row above
    columns: tuple[str, ...]
    lines: tuple[SheetLine, ...]  # rows with at least one filled cell

    def column(self, *names: str) -> str:
        """The heading that is one of `names`, the first that is there, as it is written."""
        written = {plain(column): column for column in self.columns}
        heading = next((written[plain(name)] for name in names if plain(name) in written), None)
        if heading is None:
            listed = ", ".join(self.columns)[:300]
            raise SheetError(f"la colonne « {names[0]} » est absente ; colonnes trouvées : {listed}")
        return heading

    def coded(self, column: str, shape: str, digits: int = 0) -> tuple[list[SheetLine], list[SheetLine]]:
        """The rows whose `column` looks like a code, and those among them that do not.

        What stands before the first (units) and after the last (notes) is not data.
        """
        looks = [re.fullmatch(shape, code(line[column], digits)) is not None for line in self.lines]
        if not any(looks):
            raise SheetError(f"aucune ligne n'a un code dans la colonne « {column} »")
        first, last = looks.index(True), len(looks) - looks[::-1].index(True)
        inside = list(zip(self.lines, looks, strict=True))[first:last]
        return [line for line, good in inside if good], [line for line, good in inside if not good]


# -- files ----------------------------------------------------------------------------------------------------------


def csv_rows(path: Path) -> list[list[str]]:
    """The cells of a CSV file: UTF-8, UTF-16 or Windows-1252; semicolons, tabs or commas."""
    content = path.read_bytes()
    text = decoded(content)
    if text.lstrip()[:1] == "<":
        raise SheetError("ce n'est pas un CSV mais une page web")
    beginning = [line for line in text.splitlines()[:HEADER_WITHIN] if line.strip()]
    if not beginning:
        raise SheetError("le fichier est vide")
    comma = next((mark for mark in ";\t" if sum(mark in line for line in beginning) * 2 >= len(beginning)), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise SheetError(f"ce n'est pas un CSV lisible, ligne {reader.line_num + 1} ({error})") from None


def decoded(content: bytes) -> str:
    """A text in the encoding that it shows, Windows-1252 when it shows none."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ("utf-16",)
    elif b"\0" in content:
        raise SheetError("ce n'est pas un texte")
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            pass
    raise SheetError("les lettres ne sont ni en UTF-8, ni en Windows-1252")


def workbook_rows(path: Path) -> dict[str, list[list[str]]]:
    """The cells of each sheet of a workbook, by its name."""
    try:
        return {sheet.name: sheet.cells for sheet in workbook.sheets(path)}
    except workbook.Unreadable as trouble:
        raise SheetError(trouble.args[0]) from None


# -- tables ---------------------------------------------------------------------------------------------------------


def table(rows: Sequence[Sequence[str]], *needed: str) -> HeadedTable:
    """The table whose header has at least the headings `needed`, wherever it stands near the top.

    Headings are compared without case, accents or repeated spaces, and kept as they are written.
    """
    at = header_row(rows, *needed)
    columns = tuple(tidy(cell) for cell in rows[at])
    named = [(index, name) for index, name in enumerate(columns) if name]
    twice = {name for _, name in named if columns.count(name) > 1}
    if twice:
        raise SheetError(f"une colonne figure deux fois : {', '.join(sorted(twice))}")
    lines = (
        SheetLine(number, {name: row[index] if index < len(row) else "" for index, name in named})
        for number, row in enumerate(rows[at + 1 :], start=at + 2)
        if any(tidy(cell) for cell in row)
    )
    banner = (next((tidy(cell) for cell in row if tidy(cell)), "") for row in rows[:at])
    return HeadedTable(tuple(filter(None, banner)), tuple(name for _, name in named), tuple(lines))


def header_row(rows: Sequence[Sequence[str]], *needed: str) -> int:
    """The index of the first row near the top that has all these headings."""
    wanted = {plain(name) for name in needed}
    best: tuple[int, str] = (0, "")
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        names = [tidy(cell) for cell in row if tidy(cell)]
        if wanted <= {plain(name) for name in names}:
            return index
        best = max(best, (len(names), ", ".join(names)), key=lambda candidate: candidate[0])
    expected = ", ".join(f"« {name} »" for name in needed)
    candidate = f"la plus remplie a : {best[1][:300]}" if best[1] else "elles sont vides"
    raise SheetError(f"aucune des {HEADER_WITHIN} premières lignes n'a les colonnes {expected} ; {candidate}")


# -- cells ----------------------------------------------------------------------------------------------------------


def tidy(cell: str) -> str:
    """A cell as one line: no-break spaces, line breaks and repeated spaces are one space."""
    return " ".join(cell.split())


def code(cell: str, digits: int = 0) -> str:
    """A code whose zeros a spreadsheet may have taken: « 1001 », five digits → 01001; « 2a004 » → 2A004."""
    text = tidy(cell).upper()
    return text.zfill(digits) if text.isdigit() else text


@lru_cache(maxsize=100_000)  # the same few numbers fill the columns of a workbook
def figure(cell: str) -> Value:
    """What a cell says. « NS » is withheld; empty, « nd », « /// » and « N/A » are missing; 0 is zero.

    Raises SheetError for anything else that is not a number.
    """
    text = tidy(cell).replace("\u2212", "-")
    if (gap := absence(text)) is not None:
        return gap
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        raise SheetError(f"« {text[:60]} » n'est pas un nombre")
    return Value(float(text.replace(" ", "").replace(",", ".")))


def absence(cell: str) -> Value | None:
    """A figure without value, when the cell says why there is none; None when it says something."""
    text = tidy(cell).casefold()
    if text in _WITHHELD or (text.startswith("n/a") and "secret" in text):
        return Value(None, withheld=True)
    return Value(None) if text in _MISSING or text.startswith("n/a") else None
