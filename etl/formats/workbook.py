"""Sheets of an Excel file as text, once it is known to fit in memory."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import date, datetime
from pathlib import Path

import python_calamine

MOST_INFLATED = 400_000_000
MOST_RATIO = 300  # of inflated to packed: a table compresses 5 to 40 times, a bomb 1,000 times
MOST_CELLS = 5_000_000  # the reader holds the whole rectangle: a lone cell at the far corner makes billions
_REFERENCE = re.compile(rb"""\br=["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
_AGAIN = "Enregistrez-le à nouveau en .xlsx, sans mot de passe."


class Unreadable(Exception):
    """What was found, and what to do."""


def sheets(file: Path | bytes) -> list[tuple[str, list[list[str]]]]:
    """Name and cells of each sheet, from A1: formulas give their last value, numbers are written 1234.5, dates ISO.

    `file` is a path, or what the file holds. Raises Unreadable.
    """
    content = file if isinstance(file, bytes) else file.read_bytes()
    _weigh(content)
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as book:
            tables = [
                (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
            ]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the Rust reader is not an Exception
        words = str(error).splitlines()[0] if str(error) else "sans message"
        raise Unreadable(f"le classeur Excel n'a pas pu être lu ({words})", _AGAIN) from None
    return [(name, [[_text(cell) for cell in line] for line in table]) for name, table in tables]


def _weigh(content: bytes) -> None:
    """Refuse a file that is not a workbook, or would fill the memory once open."""
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"<":
        raise Unreadable("ce n'est pas un classeur Excel (xlsx) mais une page web", _AGAIN)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("c'est un classeur Excel ancien (.xls) ou protégé par un mot de passe", _AGAIN)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _measure(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        nature = "un classeur Excel (xlsx) entier" if head[:2] == b"PK" else "un classeur Excel (xlsx)"
        raise Unreadable(f"ce n'est pas {nature}", _AGAIN) from None


def _measure(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if not any(part.filename.startswith("xl/") for part in parts):
        raise Unreadable("ce n'est pas un classeur Excel (xlsx) mais une autre archive", _AGAIN)
    size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if size > MOST_INFLATED or size > max(10_000_000, MOST_RATIO * packed):
        raise Unreadable(
            f"le classeur fait {size // 1_000_000} Mo une fois ouvert : il a été refusé avant de remplir la mémoire",
            "Gardez-y les seules lignes utiles.",
        )
    for part in parts:
        rows = columns = 1
        tail = b""
        with archive.open(part) as content:  # read to its end, where its checksum is verified
            while piece := content.read(1 << 20):
                for letters, digits in set(_REFERENCE.findall(tail + piece)):
                    rows, columns = max(rows, int(digits)), max(columns, _rank(letters))
                tail = piece[-32:]
        if rows * columns > MOST_CELLS:
            raise Unreadable(
                f"une feuille s'étend sur {rows} lignes et {columns} colonnes : elle a été refusée avant de remplir la "
                "mémoire",
                "Effacez les cellules écrites au loin.",
            )


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
