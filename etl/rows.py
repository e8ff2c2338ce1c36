"""Curated CSV lists: read them, and refuse what cannot be true with the file, the row and the remedy."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.source import BuildError, Inputs

_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True)
class Row:
    """A line of a list: `row["column"]` is its text, stripped, or None when the cell is empty."""

    path: Path
    line: int  # as a text editor counts, the header being line 1
    cells: dict[str, str | None]

    def __getitem__(self, column: str) -> str | None:
        return self.cells[column]

    def refuse(self, found: str, remedy: str) -> BuildError:
        return BuildError(f"{self.path.parent.name}/{self.path.name}, ligne {self.line} : {found}. {remedy}")

    def required(self, column: str) -> str:
        value = self.cells[column]
        if value is None:
            raise self.refuse(f"la colonne « {column} » est vide", "Elle doit être remplie.")
        return value

    def choice(self, column: str, allowed, *, upper: bool = False) -> str:
        value = self.required(column)
        value = value.upper() if upper else value
        if value not in allowed:
            raise self.refuse(
                f"« {value} » n'est pas admis dans la colonne « {column} »",
                f"Valeurs possibles : {', '.join(allowed)}.",
            )
        return value

    def integer(self, column: str) -> int | None:
        number = self.number(column)
        if number is not None and number != int(number):
            raise self.refuse(
                f"« {self.cells[column]} » n'est pas un entier (colonne « {column} »)",
                "Écrivez un nombre entier.",
            )
        return None if number is None else int(number)

    def number(self, column: str) -> float | None:
        text = self.cells[column]
        if text is None:
            return None
        try:
            number = float(text.replace("\u202f", "").replace("\xa0", "").replace(" ", "").replace(",", "."))
        except ValueError:
            number = float("nan")
        if number != number or abs(number) == float("inf"):
            raise self.refuse(
                f"« {text} » n'est pas un nombre (colonne « {column} »)",
                "Écrivez un nombre, ou laissez la cellule vide.",
            )
        return number

    def date(self, column: str) -> str | None:
        text = self.cells[column]
        if text is not None and not _PARTIAL_DATE.fullmatch(text):
            raise self.refuse(
                f"« {text} » n'est pas une date (colonne « {column} »)",
                "Écrivez AAAA, AAAA-MM ou AAAA-MM-JJ.",
            )
        return text

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


def read(path: Path, columns: tuple[str, ...], key: tuple[str, ...] = ()) -> list[Row]:
    """The rows of a UTF-8, comma-separated list that has at least `columns`; `key` columns may not repeat.

    Raises BuildError naming the file and, where there is one, the line.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(path, csv.DictReader(file, strict=True), columns))
    except FileNotFoundError:
        raise BuildError(f"{name} est introuvable. Remettez ce fichier en place.") from None
    except UnicodeDecodeError as error:
        raise BuildError(f"{name} n'est pas en UTF-8 (octet {error.start}). Enregistrez-le en « CSV UTF-8 ».") from None
    except csv.Error as error:
        raise BuildError(f"{name} n'est pas un CSV lisible ({error}). Vérifiez les guillemets.") from None
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


def _rows(path: Path, reader: csv.DictReader, columns: tuple[str, ...]) -> Iterator[Row]:
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise BuildError(
            f"{path.parent.name}/{path.name} : colonne absente : {', '.join(missing)}. "
            f"Colonnes attendues : {', '.join(columns)}."
        )
    for cells in reader:
        line = reader.line_num
        if None in cells or None in cells.values():
            raise BuildError(
                f"{path.parent.name}/{path.name}, ligne {line} : le nombre de cellules n'est pas celui de l'en-tête. "
                "Mettez entre guillemets les textes qui contiennent une virgule."
            )
        yield Row(path, line, {name: (text.strip() or None) for name, text in cells.items()})
