"""Any file that people keep a list in, cut into tables of cells: CSV and other delimited texts, workbooks, JSON, GeoJSON.

What the file is shows in its content: its name only helps when it says the contrary.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from etl.formats import workbook
from etl.formats.rows import RefusedRow
from maillage.language.names import plain

LONGEST = 2_000  # characters in a cell
HEADER_WITHIN = 60  # a title and a few lines of explanation may stand above the header
DEEPEST = 6  # objects within objects that a list is looked for in
_DELIMITERS = ";,\t|"
_TEXTS = (".csv", ".tsv", ".txt", ".json", ".geojson")
_BOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
_FOREIGN = re.compile("\ufffd|Ã[©¨ª«§´®¢‰]")  # no such letter in Windows-1252; é, è, ê… of UTF-8 read as such
_NARROW = ("cp1252", "mac_roman", "cp850")  # Windows, and what Excel for Mac and old programs write
_END = re.compile(r"\r\n|\r|\n")

Cells = list[list[str] | None]  # a table by line; None: a line that could not be cut into cells
Known = Callable[[list[str]], int]  # how many headings of a line are known


@dataclass(frozen=True)
class Table:
    """A sheet or a file as rows of cells, with how its rows are numbered."""

    cells: Cells
    name: str = ""  # of its sheet, when its workbook has several
    hidden: bool = False
    unit: str = "ligne"  # what its rows are called
    above: int = 1  # what to add to the rank of a row in `cells` to say its number
    title: str = ""  # of its sheet, even when it is alone

    @cached_property
    def words(self) -> list[list[str]]:
        """Its rows, spelled; an empty one for a line that could not be cut."""
        return [spelled(line) for line in self.cells]


def spelled(cells: list[str] | None) -> list[str]:
    """A row of cells as headings are compared: plain, "" for what is too long to be one."""
    return [plain(cell.strip('"')) if len(cell) < LONGEST else "" for cell in cells or ()]


def tables(path: Path, content: bytes, known: Known) -> list[Table]:
    """The tables of a file. Raises RefusedRow: it cannot be used as a whole."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if not start:
        raise RefusedRow("fichier vide", "il est vide", "Remplissez-le, ou retirez-le.")
    if start.startswith(b"<"):
        raise RefusedRow(
            "page web", "c'est une page web, et non une liste", "Enregistrez-la en « CSV UTF-8 » ou en .xlsx."
        )
    if start.startswith((b"pk\x03\x04", workbook.OLD)):
        return _sheets(content)
    if path.suffix.lower() in _BOOKS:
        program = "OpenDocument" if path.suffix.lower() == ".ods" else "Excel"
        raise RefusedRow(
            "classeur illisible", f"ce n'est pas un classeur {program}", "Enregistrez-le en .xlsx ou en CSV."
        )
    text = decoded(content)
    if text.lstrip()[:1] in ("{", "["):
        if records := _records(text):
            return records
        if path.suffix.lower() in (".json", ".geojson"):
            raise RefusedRow(
                "JSON illisible", "ce n'est ni une liste d'objets JSON, ni un GeoJSON entiers", "Enregistrez-le en CSV."
            )
    cells = _cut(text, known)
    if path.suffix.lower() not in _TEXTS and not any(known(line) for line in cells[:HEADER_WITHIN] if line):
        raise RefusedRow(
            "classeur illisible",
            "ce n'est ni un classeur Excel, ni un texte qui a l'en-tête d'une liste",
            "Enregistrez-le en .xlsx ou en CSV.",
        )
    return [Table(cells)]


def _sheets(content: bytes) -> list[Table]:
    try:
        sheets = workbook.sheets(content, filled=True)
    except workbook.Unreadable as trouble:
        raise RefusedRow("classeur illisible", *trouble.args) from None
    return [
        Table(sheet.cells, sheet.name if len(sheets) > 1 else "", sheet.hidden, title=sheet.name) for sheet in sheets
    ]


# -- texts ----------------------------------------------------------------------------------------------------------------


def decoded(content: bytes) -> str:
    """A text in UTF-8, UTF-16, Windows-1252, or as Macintosh and DOS wrote it. Raises RefusedRow for anything else."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in content and not wide:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise RefusedRow(
            "encodage", f"la ligne {line} contient un octet nul : ce n'est pas un texte", "Enregistrez-le à nouveau."
        )
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode(max(_NARROW, key=partial(_accents, content)), errors="replace")
    if foreign := _FOREIGN.search(text):
        line = text.count("\n", 0, foreign.start()) + 1
        raise RefusedRow(
            "encodage",
            f"il n'est ni en UTF-8 ni en Windows-1252, ou mêle les deux (ligne {line})",
            "Enregistrez-le en « CSV UTF-8 ».",
        )
    return text


def _accents(content: bytes, encoding: str) -> int:
    """How many é and è a text has in an encoding: each puts them where the others have signs that French has not."""
    return sum(content.count(letter.encode(encoding)) for letter in "éè")


def _cut(text: str, known: Known) -> Cells:
    """Rows of a text whose delimiter is the one that gives the best header; Excel's own « sep= » line is not a row."""
    text = re.sub(r"\Asep=.\r?\n", "", text)
    head = _END.split(text[:100_000])[:HEADER_WITHIN]

    def promise(delimiter: str) -> tuple[int, int]:
        cut = [line.split(delimiter) for line in head]
        return max(map(known, cut), default=0), max(map(len, cut), default=0)

    delimiter = max(_DELIMITERS, key=promise)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return [_cut_line(line, delimiter) for line in _END.split(text)]


def _cut_line(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


# -- JSON -----------------------------------------------------------------------------------------------------------------


def _records(text: str) -> list[Table]:
    """The lists of objects of a JSON, or its objects written one a line; none when it holds none."""
    document = _document(text)
    if document is None:
        document = [_document(line) for line in text.splitlines() if line.strip()]
    lists = dict(_objects(document))
    return [_table(objects, name if len(lists) > 1 else "") for name, objects in lists.items()]


def _document(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _table(objects: list[dict], name: str) -> Table:
    """Objects as rows under the union of their fields."""
    rows = [_fields(one) for one in objects]
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    cells: Cells = [headings, *([row.get(heading, "") for heading in headings] for row in rows)]
    return Table(cells, name, unit="objet", above=0, title=name)


def _objects(node: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, list[dict]]]:
    """Lists of objects, at the top or under a name (features, results, records, data…), with that name."""
    if isinstance(node, list):
        if node and all(isinstance(one, dict) for one in node):
            yield name, node
    elif isinstance(node, dict) and depth < DEEPEST:
        for key, value in node.items():
            yield from _objects(value, f"{name} {key}".strip(), depth + 1)


def _fields(one: dict) -> dict[str, str]:
    """The cells of an object; « properties » and « fields » (GeoJSON, Opendatasoft) are opened, a point is lon and lat."""
    cells: dict[str, str] = {}
    for heading, value in one.items():
        if heading in ("properties", "fields") and isinstance(value, dict):
            cells |= _fields(value)
        elif heading == "geometry" and isinstance(value, dict):
            if pair := _point(value):
                cells |= {"lon": _text(pair[0]), "lat": _text(pair[1])}
        elif one.get("type") != "Feature" or heading not in ("type", "id", "bbox"):  # they say nothing of the thing
            cells[str(heading)] = _text(value)
    return cells


def _point(geometry: dict) -> list:
    """The numbers of a point; nothing when it is none."""
    pair = geometry.get("coordinates")
    if geometry.get("type") == "MultiPoint" and isinstance(pair, list) and len(pair) == 1:  # as QGIS writes a point
        pair = pair[0]
    numbers = isinstance(pair, list) and len(pair) > 1 and all(isinstance(number, int | float) for number in pair)
    return pair if numbers and geometry.get("type") in ("Point", "MultiPoint") else []


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list) and all(isinstance(part, str | int | float) for part in value):
        return ", ".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
