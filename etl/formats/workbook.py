"""Sheets of a workbook (Excel, OpenDocument) as text, once it is known to fit in memory."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.parsers import expat

import python_calamine

MOST_INFLATED = 400_000_000
MOST_RATIO = 300  # of inflated to packed: a table compresses 5 to 40 times, a bomb 1,000 times
MOST_CELLS = 5_000_000  # the reader holds the whole rectangle: a lone cell at the far corner makes billions
# Cells that hold something: one that only has a style is not in that rectangle.
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Za-z]{1,3})([0-9]{1,7})["'][^>]*(?<!/)>(?!</)""")
_TAG = 10_000  # bytes: no two tags of a sheet and what stands between them are longer
OLD = b"\xd0\xcf\x11\xe0"  # how a workbook of Excel 97 (.xls) begins, and one that a password protects
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
_AGAIN = "Enregistrez-le à nouveau en .xlsx, sans mot de passe."


Span = tuple[tuple[int, int], tuple[int, int]]  # first and last (row, column) of merged cells, from 0


class Unreadable(Exception):
    """What was found, and what to do."""


@dataclass(frozen=True)
class Sheet:
    """Cells from A1: formulas give their last value, numbers are written 1234.5, dates ISO."""

    name: str
    cells: list[list[str]]
    hidden: bool = False


def sheets(file: Path | bytes, filled: bool = False) -> list[Sheet]:
    """Each sheet of a workbook. `file` is a path, or what the file holds. Raises Unreadable.

    With `filled`, what several rows share in one merged cell is written in each of them.
    """
    content = file if isinstance(file, bytes) else file.read_bytes()
    spans = _weigh(content)
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as book:
            worksheets = [
                sheet for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
            opened = [book.get_sheet_by_name(sheet.name) for sheet in worksheets]
            for sheet in opened if content.startswith(OLD) else ():  # of others it is known already
                _bound(sheet.total_height, sheet.total_width)
            tables = [sheet.to_python(skip_empty_area=False) for sheet in opened]
            merged = [sheet.merged_cell_ranges or spans.get(sheet.name, ()) for sheet in opened]
    except (KeyboardInterrupt, SystemExit, MemoryError, Unreadable):
        raise
    except BaseException as error:  # a panic of the Rust reader is not an Exception
        words = str(error).splitlines()[0] if str(error) else "sans message"
        if content.startswith(OLD):
            raise Unreadable(
                "c'est un classeur Excel ancien (.xls) abîmé, ou protégé par un mot de passe", _AGAIN
            ) from None
        raise Unreadable(f"le classeur n'a pas pu être lu ({words})", _AGAIN) from None
    visible = python_calamine.SheetVisibleEnum.Visible
    texts = [[[_text(cell) for cell in line] for line in table] for table in tables]
    for cells, ranges in zip(texts, merged, strict=True) if filled else ():
        _fill(cells, ranges)
    return [Sheet(sheet.name, cells, sheet.visible != visible) for sheet, cells in zip(worksheets, texts, strict=True)]


def _fill(cells: list[list[str]], ranges) -> None:
    """Repeat a cell merged over several rows in each that says something else; columns merged are one cell."""
    for (top, left), (bottom, _) in ranges:
        for line in cells[top + 1 : bottom + 1]:
            if left < len(line) and any(line):
                line[left] = line[left] or cells[top][left]


def _weigh(content: bytes) -> dict[str, list[Span]]:
    """Refuse a file that is not a workbook, or would fill the memory once open; say what an OpenDocument one merges."""
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"<":
        raise Unreadable("ce n'est pas un classeur Excel (xlsx) mais une page web", _AGAIN)
    if head.startswith(OLD):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _measure(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        nature = "un classeur Excel (xlsx) entier" if head[:2] == b"PK" else "un classeur Excel (xlsx)"
        raise Unreadable(f"ce n'est pas {nature}", _AGAIN) from None


def _measure(archive: zipfile.ZipFile) -> dict[str, list[Span]]:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    opendocument = {"mimetype", "content.xml"} <= names and b"spreadsheet" in archive.open("mimetype").read(100)
    if not opendocument and not any(name.startswith("xl/") for name in names):
        raise Unreadable("ce n'est pas un classeur Excel (xlsx) mais une autre archive", _AGAIN)
    size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if size > MOST_INFLATED or size > max(10_000_000, MOST_RATIO * packed):
        raise Unreadable(
            f"le classeur fait {size // 1_000_000} Mo une fois ouvert : il a été refusé avant de remplir la mémoire",
            "Gardez-y les seules lignes utiles.",
        )
    spans: dict[str, list[Span]] = {}
    for part in parts:
        rows = columns = 1
        with archive.open(part) as content:  # read to its end, where its checksum is verified
            if opendocument and part.filename == "content.xml":
                rows, columns, spans = _OpenDocument().measure(iter(lambda: content.read(1 << 20), b""))
            else:
                for letters, digits in _references(iter(lambda: content.read(1 << 20), b"")):
                    rows, columns = max(rows, *map(int, digits)), max(columns, *map(_rank, letters))
        _bound(rows, columns)
    return spans


def _bound(rows: int, columns: int) -> None:
    if rows * columns > MOST_CELLS:
        raise Unreadable(
            f"une feuille s'étend sur {rows} lignes et {columns} colonnes : elle a été refusée avant de remplir la mémoire",
            "Effacez les cellules écrites au loin.",
        )


def _references(pieces: Iterator[bytes]) -> Iterator[tuple[set[bytes], set[bytes]]]:
    """Columns and rows of the cells that hold something, as the XML of a sheet comes; nothing of a piece without any."""
    tail = b""
    for piece in pieces:
        text = tail + piece
        cut = text.rfind(b"<", 0, text.rfind(b"<"))  # a tag and the one after it are looked at together
        yield from _apart(_CELL.findall(text, 0, max(cut, 0) + 2))
        tail = text[max(cut, 0) :] if len(text) - cut < _TAG else b""
    yield from _apart(_CELL.findall(tail))


def _apart(cells: list[tuple[bytes, bytes]]) -> list[tuple[set[bytes], set[bytes]]]:
    """A hundred rows and sixty columns are fewer to look at than their cells."""
    return [({letters for letters, _ in cells}, {digits for _, digits in cells})] if cells else []


class _OpenDocument:
    """How far the sheets of an OpenDocument workbook go, where a row or a cell may be told once and repeated a million times."""

    def __init__(self) -> None:
        self.rows = self.columns = 1
        self.spans: dict[str, list[Span]] = defaultdict(list)
        self._sheet, self._row, self._column, self._times = "", 0, 0, 1
        self._cell: dict[str, str] | None = None  # one that may hold something

    def measure(self, pieces: Iterator[bytes]) -> tuple[int, int, dict[str, list[Span]]]:
        """Rows and columns up to the last filled cell of the longest and the widest sheets; merged cells by sheet."""
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        try:
            for piece in pieces:
                parser.Parse(piece)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError) as error:
            raise Unreadable(f"le classeur n'a pas pu être lu ({error})", _AGAIN) from None
        return self.rows, self.columns, self.spans

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._sheet, self._row = attributes.get("table:name", ""), 0
        elif name == "table:table-row":
            self._column, self._times = 0, int(attributes.get("table:number-rows-repeated", 1))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell = attributes
            if "office:value-type" in attributes:
                self._fill(attributes)
        elif name == "text:p" and self._cell is not None:
            self._fill(self._cell)

    def _fill(self, attributes: dict[str, str]) -> None:
        self.rows = max(self.rows, self._row + self._times)
        self.columns = max(self.columns, self._column + int(attributes.get("table:number-columns-repeated", 1)))

    def _end(self, name: str) -> None:
        if name == "table:table-row":
            self._row += self._times
        elif name in ("table:table-cell", "table:covered-table-cell") and self._cell is not None:
            down = int(self._cell.get("table:number-rows-spanned", 1))
            across = int(self._cell.get("table:number-columns-spanned", 1))
            if down > 1 or across > 1:
                first = (self._row, self._column)
                self.spans[self._sheet].append((first, (first[0] + down - 1, first[1] + across - 1)))
            self._column += int(self._cell.get("table:number-columns-repeated", 1))
            self._cell = None


def _rank(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    rank = 0
    for letter in letters.upper():
        rank = 26 * rank + letter - 64
    return rank


def _text(cell) -> str:
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell)
    return "" if text in _ERRORS else text
