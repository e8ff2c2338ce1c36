"""Lists that people keep in a spreadsheet: read whatever the file, the encoding and the words of the header.

Every sheet that has the header is read; the others are named, as are the columns that no list needs. Rows of totals are no
rows. Telephone numbers and e-mail addresses are never carried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from etl.formats import headings, rows, tables
from etl.formats.dates import iso
from etl.formats.headings import Above, Header, header_of, headers_of, lone, missing_of, places_of
from etl.formats.headings import Column as Column
from etl.formats.rows import RefusedRow as RefusedRow
from etl.formats.tables import LONGEST, Table, spelled
from etl.source import Note, SourceError
from maillage.language import text as french
from maillage.language.names import plain

_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\d)(?:\+33 ?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)")
_MAYBE_PERSONAL = re.compile("[@0-9]")  # ten times faster, and true of few cells
_DISARMED = re.compile(r"^'(?=[=+@-])")  # what a careful export puts before a text that a spreadsheet would compute
_PROTECTED = re.compile(r'="([^"]*)"')  # how Excel is made to keep the first zero of a code
_NOTHING = {"nan", "NaN", "NaT", "None", "<NA>", "NULL", "null", "#N/A"}  # what programs write in an empty cell
_WHOLE = re.compile(r"([0-9]+)[.,]0+")  # a code that went through a column of numbers
_POWER = re.compile(r"([0-9])[.,]([0-9]+)[eE]\+?([0-9]{1,2})")
_TOTAL = re.compile(  # in plain cells, one a line
    r"^(?:(?:(?:nombre|nb|grand) )*(?:sous ?)?tota(?:l|ux)\b|.*\btotal$|(?:somme|nbval|moyenne|ensemble|nombre)\b)",
    re.M,
)
_JUST_TOTAL = re.compile(r"(?:(?:grand|sous) ?)*tota(?:l|ux)(?: general| generaux)?(?: [0-9]+)?")
_FOOTNOTE = re.compile(r"(?:source|note|nb|n b|nota|mise a jour|maj|legende|lecture|champ|donnees)\b")
TITLE = "titre ou note"  # why a line that is no row is refused: a list loses nothing with it
MOST_BYTES = 50_000_000
_UNCUT = "elle ne se découpe pas en cellules (guillemets mal fermés, ou cellule démesurée)"
_YES = {"oui", "o", "x", "1", "vrai", "true", "complet", "complete"}
_NO = {"non", "n", "0", "faux", "false", "partiel", "partielle"}


@dataclass(frozen=True)
class ListRow(rows.Row):
    """A line of a list, whose cells are more freely written than those of a curated one."""

    sheet: str = ""  # when its workbook has several
    unit: str = "ligne"
    part: str = ""  # when several tables stand side by side
    title: str = ""  # the only cell of a line that cannot be a row
    above: Mapping[str, Above] = field(default_factory=dict)  # what is said of several rows at once

    @property
    def label(self) -> str:
        """The row as the spreadsheet shows it: « feuille « 51 Marne », ligne 2 »."""
        sheet = f"feuille « {self.sheet} »" if self.sheet else ""
        return ", ".join(filter(None, [sheet, self.part, f"{self.unit} {self.line}"]))

    def refuse(self, problem: str, remedy: str, reason: str = "valeur inadmissible") -> RefusedRow:
        """What to raise for a row that is refused; `reason` is short and countable."""
        return RefusedRow(reason, problem, remedy)

    def refuse_title(self) -> None:
        """Refuse a line that is a title or a footnote: it is told, and no list loses anything with it."""
        if self.title:
            raise self.refuse(
                f"« {self.title[:60]} » est seul sur sa ligne",
                "Si c'est une ligne de la liste, complétez-la ; si ce titre vaut pour les suivantes, écrivez-le dans leurs colonnes.",
                TITLE,
            )

    def named(self, column: str) -> str:
        """The name in a column; the examples of docs/modeles are nobody's."""
        name = self.required(column)
        if plain(name).startswith("exemple a effacer"):
            raise self.refuse(f"« {name} » est un exemple du modèle", "Effacez cette ligne.", "exemple du modèle")
        return name

    def note(self, outcome: str, reason: str, sentence: str, name: str = "", placed: str = "") -> Note:
        """A note on this row, under the label that its file gives it."""
        return Note(self.label, outcome, reason, sentence, name, placed, self.path.name)

    def date(self, column: str) -> str | None:
        """A date, written JJ/MM/AAAA, MM/AAAA, AAAA, as ISO (zone or not) or as Excel stores it; ISO, partial where it is."""
        if self[column] is None:
            return None
        written = replace(self, cells={column: iso(self[column])})
        try:
            return super(ListRow, written).date(column)
        except RefusedRow:
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
            return ask(column) if self[column] is not None else None
        except RefusedRow as refused:
            doubts.append(f"laissé de côté : {refused.problem}")
            return None


@dataclass(frozen=True)
class Listing:
    """One file, read. `notes` tell of its headers, of sheets left aside, and of lines that could not be cut into cells."""

    name: str
    rows: tuple[ListRow, ...]
    notes: tuple[Note, ...] = ()
    whole: bool = True  # no sheet that may hold rows was left aside

    @property
    def rows_read(self) -> int:
        """Rows of the file, those that could not be cut into cells included."""
        return len(self.rows) + sum(note.outcome == "refuse" for note in self.notes)


def read_all(paths: list[Path], columns: tuple[Column, ...]) -> tuple[list[Listing], list[Note]]:
    """Every file that can be read, and a note for each that cannot. Raises SourceError when none can."""
    listings, notes = [], []
    for path in paths:
        try:
            listings.append(read(path, columns))
        except RefusedRow as refused:
            sentence = f"Fichier refusé : {refused}"
            notes.append(Note("fichier", "refuse", refused.reason, sentence, file=path.name))
    if paths and not listings:
        raise SourceError(" ".join(f"« {note.file} » : {note.sentence}" for note in notes), notes)
    return listings, notes


def read(path: Path, columns: tuple[Column, ...], content: bytes | None = None) -> Listing:
    """The rows below the headers of a file; with `content`, of one that is not on the disk.

    Raises RefusedRow: the file as a whole cannot be used.
    """
    size = path.stat().st_size if content is None else len(content)
    if size > MOST_BYTES:
        raise RefusedRow("fichier trop gros", f"il fait {size // 1_000_000} Mo", "Gardez-y les seules lignes utiles.")
    content = path.read_bytes() if content is None else content
    return _listing(path, tables.tables(path, content, lambda cells: len(places_of(spelled(cells), columns))), columns)


def _listing(path: Path, cut: list[Table], columns: tuple[Column, ...]) -> Listing:
    headers = [header_of(table, columns, path.stem) for table in cut]
    good = [header for header in headers if header and not header.missing and not header.table.hidden]
    if not good:
        raise _no_header(cut, [header for header in headers if header], columns)
    rows: list[ListRow] = []
    notes: list[Note] = []
    whole = True
    for table, header in zip(cut, headers, strict=True):
        if header in good:
            for one in headers_of(header, columns, path.stem):
                _read_table(path, one, columns, rows, notes)
        elif note := _left_sheet(path, table, header):
            notes.append(note)
            whole &= note.outcome == "compris"
    return Listing(path.name, tuple(rows), tuple(notes), whole)


def _read_table(
    path: Path, header: Header, columns: tuple[Column, ...], rows: list[ListRow], notes: list[Note]
) -> None:
    """Add the rows of a table and of those beside it, and what is to be told of its header and of its lines."""
    table, blocks = header.table, (header.places, *header.beside)

    def at(rank: int, cells: dict | None = None, beside: int = 0, **more) -> ListRow:
        part = f"{beside + 1}e tableau" if beside else ""
        return ListRow(path, rank + table.above, cells or {}, table.name, table.unit, part, **more)

    if header.end == header.rank + 1:  # a heading of two lines: the second says more
        return
    used = {place for places in blocks for place in places.values()}
    aside = [text.strip() for index, text in enumerate(header.cells) if index not in used and text.strip()]
    if aside:
        sentence = f"Colonnes laissées de côté : {_enumerate(aside)}."
        notes.append(at(header.rank).note("compris", "colonnes laissées de côté", sentence))
    heading, totals, above = table.words[header.rank], [], header.above
    nothing = dict.fromkeys(column.name for column in columns)
    known = [[column for column in columns if column.name in places] for places in blocks]
    for rank, line in enumerate(table.cells[header.rank + 1 : header.end], header.rank + 1):
        if line is not None and (not any(cell.strip().strip(" -:") for cell in line) or table.words[rank] == heading):
            continue
        if (text := lone(line)) and (titles := _titles(text, header, columns)):
            above = {**above, **titles}
            continue
        for beside, places in enumerate(blocks):
            try:
                if line is None:
                    raise RefusedRow("ligne illisible", _UNCUT, "Corrigez-la.")
                if header.beside and not any(line[place].strip() for place in places.values() if place < len(line)):
                    continue
                if _is_total(line, table.words[rank], places, columns):
                    totals.append(str(rank + table.above))
                    continue
                cells = nothing | _cells(line, len(header.cells), places, known[beside])
                title = _title(line, places, columns, above)
                rows.append(at(rank, cells, beside, title=title, above=above))
            except RefusedRow as refused:
                notes.append(at(rank, beside=beside).note("refuse", refused.reason, f"Refusée : {refused}"))
    if totals:
        sentence = f"Lignes de total, qui ne sont pas des lignes de la liste : {_enumerate(totals)}."
        notes.append(at(header.rank).note("compris", "lignes de total", sentence))


def _is_total(line: list[str], words: list[str], places: dict[str, int], columns: tuple[Column, ...]) -> bool:
    """Does a line only sum up others? One that has all that the list requires is a row, unless its name is « Total »."""
    if not _TOTAL.search("\n".join(words)):
        return False
    needed = [column for column in columns if column.required and column.name in places]
    cells = [line[places[column.name]] if places[column.name] < len(line) else "" for column in needed]
    texts = [plain(cell) if len(cell) < LONGEST else "" for cell in cells]
    counts = (text.isdigit() and not column.code for text, column in zip(texts, needed, strict=True))
    return (
        not all(texts)
        or any(counts)
        or any(
            _JUST_TOTAL.fullmatch(
                " ".join(
                    word
                    for word in text.split()
                    if all(word not in other.split() for other in texts[:i] + texts[i + 1 :])
                )
            )
            for i, text in enumerate(texts)
        )
    )


def _titles(title: str, header: Header, columns: tuple[Column, ...]) -> dict[str, Above]:
    """What a title between rows says of those below, where their table lacks a column for it."""
    lacking = [column for column in columns if column.tells and column.name not in header.places]
    return {column.name: Above(title, headings.TITLE) for column in lacking if column.tells(title)}


def _title(line: list[str], places: dict[str, int], columns: tuple[Column, ...], above: Mapping[str, Above]) -> str:
    """The only cell of a line, when it cannot be a row: where the list has something else to say, or a footnote."""
    filled = [index for index, cell in enumerate(line) if cell.strip()]
    if len(filled) != 1:
        return ""
    needed = [places[column.name] for column in columns if column.required and column.name in places]
    elsewhere = sum(column.required != "" and column.name not in places for column in columns if column.name in above)
    if len(needed) + elsewhere < 2:
        return ""
    text = line[filled[0]].strip()
    aside = filled[0] not in needed[elsewhere == 0 :] or text[:1] in "*(" or _FOOTNOTE.match(plain(text[:60]))
    return text if aside else ""


def _left_sheet(path: Path, table: Table, header: Header | None) -> Note | None:
    """What is told of a sheet that is not read; it is a doubt when there may be rows in it."""
    filled = [line for line in table.cells if line and sum(bool(cell.strip()) for cell in line) > 1]
    if not any(cell.strip() for line in table.cells for cell in line or ()):
        return None
    what = f"La feuille « {table.name} »"
    rows_there = len(filled) > 1 or any(sum(bool(cell.strip()) for cell in line) > 2 for line in filled)
    if table.hidden and header and not header.missing:
        why = ", masquée, n'a pas été lue : affichez-la si elle compte, ou retirez-la"
    elif table.hidden:
        why, rows_there = ", masquée, n'a pas été lue", False
    elif header and rows_there:
        why = f" n'a pas été lue : colonne absente, {', '.join(header.missing)}"
    else:
        why = " n'a pas été lue : elle n'a pas l'en-tête"
    so = ". Tant qu'elle ne l'est pas, aucune liste de ce fichier n'est dite complète" if rows_there else ""
    outcome, reason = "ambigu" if rows_there else "compris", "feuille masquée" if table.hidden else "feuille non lue"
    return Note(f"feuille « {table.name} »", outcome, reason, f"{what}{why}{so}.", file=path.name)


def _cells(line: list[str], width: int, places: dict[str, int], columns: list[Column]) -> dict[str, str | None]:
    """The texts of the cells that are filled, of columns that have a place."""
    if any(cell.strip() for cell in line[width:]):
        raise RefusedRow(
            "ligne illisible",
            f"elle a {len(line)} cellules, et l'en-tête {width}",
            "Mettez entre guillemets les textes qui contiennent le séparateur.",
        )
    cells: dict[str, str | None] = {}
    for column in columns:
        text = line[place] if (place := places[column.name]) < len(line) else ""
        if not text:
            continue
        if '="' in text and (protected := _PROTECTED.fullmatch(text.strip())):
            text = protected[1]
        if len(text) > LONGEST:
            raise RefusedRow(
                "cellule trop longue", f"la cellule « {column.name} » fait {len(text)} caractères", "Raccourcissez-la."
            )
        if column.prose and _MAYBE_PERSONAL.search(text):
            text = _PERSONAL.sub("", text)
        text = " ".join(text.split())
        text = _DISARMED.sub("", text) if text[:1] == "'" else text
        if column.code:
            text = "" if text in _NOTHING else code(text)
        cells[column.name] = text or None
    return cells


def code(text: str) -> str:
    """Digits as they were before a spreadsheet or a program took them for a number: « 8409.0 », « '08409 », « 8.0000615E7 »."""
    text = text.removeprefix("'")
    if whole := _WHOLE.fullmatch(text):
        return whole[1]
    power = _POWER.fullmatch(text)
    return power[1] + power[2] if power and len(power[2]) == int(power[3]) else text


def _no_header(cut: list[Table], headers: list[Header], columns: tuple[Column, ...]) -> RefusedRow:
    lines = [line for table in cut for line in table.cells if line and any(cell.strip() for cell in line)]
    if not lines:
        return RefusedRow("fichier vide", "il n'a aucune ligne", "Remplissez-le, ou retirez-le.")
    best = max(headers, key=lambda header: header.score, default=None)
    if best and not best.missing:
        return RefusedRow(
            "feuille masquée", f"la feuille qui a l'en-tête, « {best.table.name} », est masquée", "Affichez-la."
        )
    missing = best.missing if best else missing_of({}, columns)
    return RefusedRow(
        "colonne absente",
        f"colonne absente : {', '.join(missing)} (colonnes trouvées : "
        f"{_enumerate([cell.strip() for cell in (best.cells if best else lines[0]) if cell.strip()])})",
        f"Colonnes attendues : {', '.join(column.name for column in columns)}. Un modèle vide est sur la page « Importer une liste ».",
    )


def _enumerate(texts: list[str], most: int = 12) -> str:
    examples = ", ".join(
        text if len(text) <= 60 else f"{text[:60]}…" for text in map(" ".join, map(str.split, texts[:most]))
    )
    return f"{examples} {french.others(len(texts) - most)}" if len(texts) > most else examples


def spellings(entries, **more: str) -> dict[str, str]:
    """The plain spellings of entries of the catalogue: their code, their label, and `more` of them."""
    words = {plain(word): entry.code for entry in entries for word in (entry.code, entry.label)}
    return words | more


def in_order(notes: list[Note]) -> tuple[Note, ...]:
    """By file, by sheet as they come, then as the rows stand in it."""
    sheets: dict[tuple[str, str], int] = {}
    for note in notes:
        sheets.setdefault((note.file, _sheet_of(note)), len(sheets))

    def place(note: Note) -> tuple:
        numbers = [int(number) for number in re.findall(r"[0-9]+$", note.line)]
        return note.file, sheets[note.file, _sheet_of(note)], numbers

    return tuple(sorted(notes, key=place))


def _sheet_of(note: Note) -> str:
    return "".join(re.findall(r"^feuille « .* »", note.line)) if note.line.startswith("feuille") else ""
