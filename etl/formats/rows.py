"""Curated CSV lists: read them, and refuse what cannot be true with the file, the row and the remedy."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from etl.source import BuildError, Inputs

_PARTIAL_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_SPACE = re.compile("[ \u00a0\u202f]")  # plain, no-break, narrow no-break: what French writes between thousands
_NUMBER = re.compile(rf"-?([0-9]+|[0-9]{{1,3}}({_SPACE.pattern}[0-9]{{3}})+)([.,][0-9]+)?")


class RefusedRow(BuildError):
    """Why a row, or a file, is left out: `reason` is short and countable."""

    def __init__(self, reason: str, problem: str, remedy: str):
        super().__init__(f"{problem}. {remedy}")
        self.reason, self.problem = reason, problem


@dataclass(frozen=True)
class Row:
    """A line of a list: `row["column"]` is its text, stripped, or None when the cell is empty."""

    path: Path
    line: int  # as a text editor counts, the header being line 1; the last one of a row that has several
    cells: dict[str, str | None]

    def __getitem__(self, column: str) -> str | None:
        return self.cells[column]

    def refuse(self, problem: str, remedy: str) -> BuildError:
        """What to raise for a row of ours: file, line, what was found, what to do."""
        return BuildError(f"{self.path.parent.name}/{self.path.name}, ligne {self.line} : {problem}. {remedy}")

    def required(self, column: str) -> str:
        """A cell that must be filled. Raises BuildError."""
        value = self.cells[column]
        if value is None:
            raise self.refuse(f"la colonne « {column} » est vide", "Elle doit être remplie.")
        return value

    def choice(self, column: str, allowed, *, upper: bool = False) -> str:
        """A code among `allowed`. Raises BuildError."""
        value = self.required(column)
        value = value.upper() if upper else value
        if value not in allowed:
            raise self.refuse(
                f"« {value} » n'est pas admis dans la colonne « {column} »",
                f"Valeurs possibles : {', '.join(allowed)}.",
            )
        return value

    def integer(self, column: str, least: int | None = None) -> int | None:
        """A whole number that a database INTEGER can hold, and not under `least`; None when the cell is empty."""
        number = self.number(column)
        if number is None:
            return None
        if number != int(number) or abs(number) >= 2**31:
            raise self.refuse(
                f"« {self.cells[column]} » n'est pas un entier (colonne « {column} »)",
                "Écrivez un nombre entier.",
            )
        if least is not None and number < least:
            raise self.refuse(
                f"« {self.cells[column]} » est trop petit (colonne « {column} »)",
                f"Écrivez au moins {least}, ou laissez la cellule vide si le nombre est inconnu.",
            )
        return int(number)

    def number(self, column: str) -> float | None:
        """A number written 1234.5, 1234,5 or 1 234,5; None when the cell is empty."""
        text = self.cells[column]
        if text is None:
            return None
        if not _NUMBER.fullmatch(text) or len(text) > 40:
            raise self.refuse(
                f"« {text} » n'est pas un nombre (colonne « {column} »)",
                "Écrivez un nombre, ou laissez la cellule vide.",
            )
        return float(_SPACE.sub("", text).replace(",", "."))

    def date(self, column: str) -> str | None:
        """A date or the part of it that is known: AAAA, AAAA-MM or AAAA-MM-JJ; None when the cell is empty."""
        text = self.cells[column]
        if text is not None and not _is_date(text):
            raise self.refuse(
                f"« {text} » n'est pas une date (colonne « {column} »)",
                "Écrivez AAAA, AAAA-MM ou AAAA-MM-JJ.",
            )
        return text

    def departement(self, column: str, inputs: Inputs) -> str:
        """A département's code. Raises BuildError where there is none."""
        return self._known_departement(self.required(column), column, inputs)

    def departements(self, column: str, inputs: Inputs) -> list[str]:
        """Several départements, separated by « | »."""
        return [self._known_departement(code, column, inputs) for code in self.required(column).split("|")]

    def _known_departement(self, code: str, column: str, inputs: Inputs) -> str:
        if code not in inputs.known_departements:
            raise self.refuse(
                f"le département « {code} » n'existe pas (colonne « {column} »)",
                "Écrivez son code : 08, 2A, 971.",
            )
        return code

    def commune(self, column: str, inputs: Inputs) -> str | None:
        """Today's code of the commune (or municipal arrondissement) named, following codes that changed."""
        code = self.cells[column]
        if code is None:
            return None
        code = inputs.successors.get(code, code)
        if code not in inputs.known_communes:
            raise self.refuse(
                f"la commune « {code} » n'existe pas (colonne « {column} »)",
                "Vérifiez le code Insee (cinq caractères, par exemple 08105 ou 2A004).",
            )
        return code


def _is_date(text: str) -> bool:
    if not _PARTIAL_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def read(path: Path, columns: tuple[str, ...], key: tuple[str, ...] = ()) -> list[Row]:
    """The rows of a UTF-8, comma-separated list that has at least `columns`; `key` columns may not repeat.

    Raises BuildError naming the file and, where there is one, the line.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise BuildError(f"{name} est introuvable. Remettez ce fichier en place.") from None
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BuildError(
            f"{name}, ligne {line} : le texte n'est pas en UTF-8. Enregistrez-le en « CSV UTF-8 »."
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = list(_rows(path, _records(name, reader), columns))
    seen: dict[tuple, int] = {}
    for row in rows if key else ():
        value = tuple(row.required(column) for column in key)
        if value in seen:
            raise row.refuse(
                f"« {' / '.join(value)} » figure déjà à la ligne {seen[value]}",
                "Un identifiant ne sert qu'une fois.",
            )
        seen[value] = row.line
    return rows


def _records(name: str, reader) -> Iterator[tuple[int, list[str]]]:
    """(last line, cells) of each record of a `csv.reader`, the header being the first; empty lines are none."""
    line = 0
    try:
        for cells in reader:
            line = reader.line_num
            if cells or line == 1:
                yield line, cells
    except csv.Error as error:
        raise BuildError(
            f"{name}, ligne {line + 1} : ce n'est pas un CSV lisible ({error}). Vérifiez les guillemets."
        ) from None


def _rows(path: Path, records: Iterator[tuple[int, list[str]]], columns: tuple[str, ...]) -> Iterator[Row]:
    _, header = next(records, (1, []))
    missing = [column for column in columns if column not in header]
    if missing:
        raise BuildError(
            f"{path.parent.name}/{path.name}, ligne 1 : colonne absente : {', '.join(missing)}. "
            f"Colonnes attendues, séparées par des virgules : {', '.join(columns)}."
        )
    if len(set(header)) < len(header):
        raise BuildError(
            f"{path.parent.name}/{path.name}, ligne 1 : une colonne figure deux fois. Supprimez ou renommez l'autre."
        )
    for line, cells in records:
        if len(cells) != len(header):
            raise BuildError(
                f"{path.parent.name}/{path.name}, ligne {line} : le nombre de cellules n'est pas celui de l'en-tête. "
                "Mettez entre guillemets les textes qui contiennent une virgule."
            )
        yield Row(path, line, dict(zip(header, [cell.strip() or None for cell in cells], strict=True)))
