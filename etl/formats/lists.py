"""Lists that people keep in a spreadsheet: read whatever the delimiter, the encoding and the words of the header.

Columns that no list needs are left aside, and named; telephone numbers and e-mail addresses are never carried.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from etl.formats import rows, workbook
from etl.formats.wording import plain
from etl.source import BuildError, Note, SourceError

MOST_BYTES = 50_000_000
LONGEST = 2_000  # characters in a cell
HEADER_WITHIN = 20  # a title and a few lines of explanation may stand above the header
_DELIMITERS = ";,\t|"
_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\d)(?:\+33 ?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)")
_MAYBE_PERSONAL = re.compile("[@0-9]")  # ten times faster, and true of few cells
_FOREIGN = re.compile("\ufffd|Ã[©¨ª«§´®¢‰]")  # no such letter in Windows-1252; é, è, ê… of UTF-8 read as such
_DISARMED = re.compile(r"^'(?=[=+@-])")  # what a careful export puts before a text that a spreadsheet would compute
_END = re.compile(r"\r\n|\r|\n")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_MIDNIGHT = re.compile(r"[ T]\d{2}:\d{2}(:\d{2})?(\.0+)?$")
_EXCEL_DAYS, _EXCEL_ORIGIN = range(18_000, 80_000), date(1899, 12, 30)  # 1949 to 2119
_UNCUT = "elle ne se découpe pas en cellules (guillemets mal fermés, ou cellule démesurée)"
_YES = {"oui", "o", "x", "1", "vrai", "true", "complet", "complete"}
_NO = {"non", "n", "0", "faux", "false", "partiel", "partielle"}


class Refused(BuildError):
    """Why a row is left out: `reason` is short and countable."""

    def __init__(self, reason: str, found: str, remedy: str):
        super().__init__(f"{found}. {remedy}")
        self.reason, self.found = reason, found


@dataclass(frozen=True)
class Column:
    name: str
    aliases: tuple[str, ...] = ()  # other headings, in order of preference
    required: str = ""  # columns with the same word here are alternatives, and one of them must be there
    prose: bool = False  # people write freely there, telephone numbers included


@dataclass(frozen=True)
class Row(rows.Row):
    """A line of a list, whose cells are more freely written than those of a curated one."""

    sheet: str = ""  # when it is not the first of its workbook
    unit: str = "ligne"

    @property
    def label(self) -> str:
        """The row as the spreadsheet shows it."""
        return f"feuille « {self.sheet} », {self.unit} {self.line}" if self.sheet else f"{self.unit} {self.line}"

    def refuse(self, found: str, remedy: str, reason: str = "valeur inadmissible") -> Refused:
        return Refused(reason, found, remedy)

    def named(self, column: str) -> str:
        """The name in a column; the examples of docs/modeles are nobody's."""
        name = self.required(column)
        if plain(name).startswith("exemple a effacer"):
            raise self.refuse(f"« {name} » est un exemple du modèle", "Effacez cette ligne.", "exemple du modèle")
        return name

    def note(self, outcome: str, reason: str, sentence: str, name: str = "", placed: str = "") -> Note:
        return Note(self.label, outcome, reason, sentence, name, placed, self.path.name)

    def date(self, column: str) -> str | None:
        """A date, written JJ/MM/AAAA, MM/AAAA, AAAA, as ISO or as Excel stores it; ISO, partial where it is."""
        if self[column] is None:
            return None
        text = _MIDNIGHT.sub("", self[column]) or None
        if text and (day := _DAY.fullmatch(text)):
            text = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}"
        elif text and (month := _MONTH.fullmatch(text)):
            text = f"{month[2]}-{int(month[1]):02}"
        elif text and text.isdecimal() and int(text) in _EXCEL_DAYS:
            text = str(_EXCEL_ORIGIN + timedelta(int(text)))
        iso = replace(self, cells={column: text})
        try:
            return super(Row, iso).date(column)
        except Refused:
            raise self.refuse(
                f"« {self[column]} » n'est pas une date (colonne « {column} »)",
                "Écrivez JJ/MM/AAAA, MM/AAAA ou AAAA.",
            ) from None

    def pick(self, column: str, words: Mapping[str, str], admitted: str) -> str | None:
        """The code that a cell means; `words` gives it for each plain spelling. None when the cell is empty."""
        if self[column] is None:
            return None
        code = words.get(plain(self[column]))
        if code is None:
            raise self.refuse(
                f"« {self[column]} » n'est pas admis dans la colonne « {column} »",
                f"Valeurs possibles : {admitted}.",
                f"{column} inconnu",
            )
        return code

    def says(self, column: str) -> bool | None:
        """Yes, no, or None when the cell is empty."""
        if self[column] is None:
            return None
        word = plain(self[column])
        if word not in _YES | _NO:
            raise self.refuse(f"« {self[column]} » n'est ni oui ni non (colonne « {column} »)", "Écrivez oui ou non.")
        return word in _YES

    def spare(self, ask: Callable[[str], object], column: str, doubts: list[str]):
        """What `ask` reads in the column; a cell that cannot be read is left out, and said, without losing its row."""
        try:
            return ask(column)
        except Refused as refused:
            doubts.append(f"laissé de côté : {refused.found}")
            return None


@dataclass(frozen=True)
class Listing:
    """One file, read. `notes` tell of its header, and of lines that could not be cut into cells."""

    name: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...] = ()

    @property
    def read(self) -> int:
        """Rows of the file, those that could not be cut into cells included."""
        return len(self.rows) + sum(note.outcome == "refuse" for note in self.notes)


def read_all(paths: list[Path], columns: tuple[Column, ...]) -> tuple[list[Listing], list[Note]]:
    """Every file that can be read, and a note for each that cannot. Raises SourceError when none can."""
    listings, notes = [], []
    for path in paths:
        try:
            listings.append(read(path, columns))
        except Refused as refused:
            sentence = f"Fichier refusé : {refused}"
            notes.append(Note("fichier", "refuse", refused.reason, sentence, file=path.name))
    if paths and not listings:
        raise SourceError(" ".join(f"data/local/{note.file} : {note.sentence}" for note in notes))
    return listings, notes


def read(path: Path, columns: tuple[Column, ...], content: bytes | None = None) -> Listing:
    """The rows below the header of a CSV or an Excel file; with `content`, of a file that is not on the disk.

    Raises Refused: the file as a whole cannot be used.
    """
    size = path.stat().st_size if content is None else len(content)
    if size > MOST_BYTES:
        raise Refused("fichier trop gros", f"il fait {size // 1_000_000} Mo", "Gardez-y les seules lignes utiles.")
    content = path.read_bytes() if content is None else content
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if not start:
        raise Refused("fichier vide", "il est vide", "Remplissez-le, ou retirez-le de data/local.")
    if start.startswith(b"<"):
        raise Refused(
            "page web", "c'est une page web, et non une liste", "Enregistrez-la en « CSV UTF-8 » ou en .xlsx."
        )
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            "classeur illisible",
            "c'est un classeur Excel ancien (.xls) ou protégé par un mot de passe",
            "Enregistrez-le en .xlsx, sans mot de passe.",
        )
    if start.startswith(b"pk\x03\x04"):
        try:
            tables = [(name if rank else "", cells) for rank, (name, cells) in enumerate(workbook.sheets(content))]
        except workbook.Unreadable as trouble:
            raise Refused("classeur illisible", *trouble.args) from None
    elif path.suffix.lower() != ".csv":
        raise Refused("classeur illisible", "ce n'est pas un classeur Excel", "Enregistrez-le en .xlsx ou en CSV.")
    else:
        tables = [("", _cut(_decode(content), columns))]
    return _listing(path, tables, columns)


Cells = list[list[str] | None]  # a table by line; None: a line that could not be cut into cells


def _decode(content: bytes) -> str:
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in content and not wide:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise Refused(
            "encodage", f"la ligne {line} contient un octet nul : ce n'est pas un texte", "Enregistrez-le à nouveau."
        )
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if foreign := _FOREIGN.search(text):
        line = text.count("\n", 0, foreign.start()) + 1
        raise Refused(
            "encodage",
            f"il n'est ni en UTF-8 ni en Windows-1252, ou mêle les deux (ligne {line})",
            "Enregistrez-le en « CSV UTF-8 ».",
        )
    return text


def _cut(text: str, columns: tuple[Column, ...]) -> Cells:
    """Rows of a CSV whose delimiter is the one that gives the best header; Excel's own « sep= » line is not a row."""
    text = re.sub(r"\Asep=.\r?\n", "", text)
    head = _END.split(text[:100_000])[:HEADER_WITHIN]

    def promise(delimiter: str) -> tuple[int, int]:
        cut = [line.split(delimiter) for line in head]
        known = [len(_places(_headings(cells), columns)) for cells in cut]
        return max(known, default=0), max(map(len, cut), default=0)

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


def _headings(cells: list[str] | None) -> list[str]:
    return [plain(cell.strip('"')) if len(cell) < LONGEST else "" for cell in cells or ()]


def _places(headings: list[str], columns: tuple[Column, ...]) -> dict[str, int]:
    """For each column found, its rank: the first of its headings that is there."""
    found = {}
    for column in columns:
        for word in (column.name, *column.aliases):
            if plain(word) in headings and headings.index(plain(word)) not in found.values():
                found[column.name] = headings.index(plain(word))
                break
    return found


def _listing(path: Path, tables: list[tuple[str, Cells]], columns: tuple[Column, ...]) -> Listing:
    best: tuple[int, str, Cells, int, dict[str, int]] | None = None
    for sheet, cells in tables:
        for rank, line in enumerate(cells[:HEADER_WITHIN]):
            places = _places(_headings(line), columns)
            score = len(places) + 100 * (not _missing(places, columns))
            if places and (best is None or score > best[0]):
                best = (score, sheet, cells, rank, places)
    if best is None or _missing(best[4], columns):
        raise _no_header(tables, best, columns)
    _, sheet, cells, rank, places = best
    notes, read = [_told_header(path, sheet, rank, cells[rank], places)], []
    for number, line in enumerate(cells[rank + 1 :], rank + 2):
        try:
            if line is None:
                raise Refused("ligne illisible", _UNCUT, "Corrigez-la.")
            if any(cell.strip() for cell in line):
                read.append(Row(path, number, _cells(line, len(cells[rank]), places, columns), sheet))
        except Refused as refused:
            row = Row(path, number, {}, sheet)
            notes.append(row.note("refuse", refused.reason, f"Refusée : {refused}"))
    return Listing(path.name, tuple(read), tuple(note for note in notes if note))


def _cells(line: list[str], width: int, places: dict[str, int], columns) -> dict:
    if any(cell.strip() for cell in line[width:]):
        raise Refused(
            "ligne illisible", f"elle a {len(line)} cellules, et l'en-tête {width}",
            "Mettez entre guillemets les textes qui contiennent le séparateur.",
        )  # fmt: skip
    cells: dict[str, str | None] = {column.name: None for column in columns}
    for column in columns:
        text = line[places[column.name]] if places.get(column.name, width) < len(line) else ""
        if not text:
            continue
        if len(text) > LONGEST:
            raise Refused(
                "cellule trop longue", f"la cellule « {column.name} » fait {len(text)} caractères", "Raccourcissez-la."
            )
        if column.prose and _MAYBE_PERSONAL.search(text):
            text = _PERSONAL.sub("", text)
        text = " ".join(text.split())
        cells[column.name] = (_DISARMED.sub("", text) if text[:1] == "'" else text) or None
    return cells


def _missing(places: dict[str, int], columns: tuple[Column, ...]) -> list[str]:
    """The columns without which a file is of no use; alternatives in one word."""
    needs = {column.required: None for column in columns if column.required}
    choices = [[column.name for column in columns if column.required == need] for need in needs]
    return [" ou ".join(names) for names in choices if not places.keys() & set(names)]


def _told_header(path: Path, sheet: str, rank: int, header: list[str], places: dict[str, int]) -> Note | None:
    aside = [text.strip() for index, text in enumerate(header) if index not in places.values() and text.strip()]
    if not aside:
        return None
    sentence = f"Colonnes laissées de côté : {_enumerate(aside)}."
    return Row(path, rank + 1, {}, sheet).note("compris", "colonnes laissées de côté", sentence)


def _no_header(tables, best, columns: tuple[Column, ...]) -> Refused:
    lines = [line for _, cells in tables for line in cells if line and any(cell.strip() for cell in line)]
    if not lines:
        return Refused("fichier vide", "il n'a aucune ligne", "Remplissez-le, ou retirez-le de data/local.")
    header = best[2][best[3]] if best else lines[0]
    places = best[4] if best else {}
    return Refused(
        "colonne absente",
        f"colonne absente : {', '.join(_missing(places, columns))} (colonnes trouvées : "
        f"{_enumerate([cell.strip() for cell in header if cell.strip()])})",
        f"Colonnes attendues : {', '.join(column.name for column in columns)}. Modèles dans docs/modeles.",
    )


def _enumerate(texts: list[str], most: int = 12) -> str:
    shown = ", ".join(
        text if len(text) <= 60 else f"{text[:60]}…" for text in map(" ".join, map(str.split, texts[:most]))
    )
    return f"{shown} et {len(texts) - most} autres" if len(texts) > most else shown


def spellings(entries, **more: str) -> dict[str, str]:
    """The plain spellings of entries of the catalogue: their code, their label, and `more` of them."""
    words = {plain(word): entry.code for entry in entries for word in (entry.code, entry.label)}
    return words | more


def in_order(notes: list[Note]) -> tuple[Note, ...]:
    """By file, then as the rows stand in it."""
    return tuple(
        sorted(notes, key=lambda note: (note.file, [int(number) for number in re.findall(r"[0-9]+$", note.line)]))
    )
