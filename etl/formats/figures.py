"""Figures read from a table: put on today's map, then staged."""

from __future__ import annotations

import re

import duckdb
import pandas as pd

from etl.frames import insert
from etl.source import Inputs, Note, Source, SourceError

UNKNOWN_SHARE, UNKNOWN_ROWS = 0.01, 3  # more unknown codes than both: the file is of another country, or another time

COMMUNE = r"[0-9][0-9AB][0-9]{3}"
DEPARTEMENT = r"[0-9][0-9AB]|97[0-9]"


def on_todays_map(source: Source, file: str, frame: pd.DataFrame, inputs: Inputs) -> tuple[pd.DataFrame, list[Note]]:
    """The rows whose commune is known, with its code of today in `today`; a note for each other.

    `read` has line, code and name. Raises SourceError when more than one code in a hundred is unknown.
    """
    today = frame["code"].map(lambda code: inputs.successors.get(code, code))
    known = pd.Series([code in inputs.known_communes for code in today], today.index, dtype=bool)  # isin takes 70 ms
    refuse_strangers(source, file, list(frame["code"][~known]), len(frame))
    notes = [stranger(file, row.line, row.code, row.name) for row in frame[~known].itertuples(index=False)]
    return frame[known].assign(today=today[known]), notes


def refuse_strangers(source: Source, file: str, codes: list[str], total: int) -> None:
    """Raises SourceError when too many codes, of `total`, are of no territory on the map."""
    if len(codes) > max(UNKNOWN_ROWS, UNKNOWN_SHARE * total):
        raise SourceError(
            f"La source « {source.title} » ({file}) a {len(codes)} codes sur {total} qui ne sont pas sur la carte (par exemple "
            f"{', '.join(codes[:3])}) : ce n'est pas le fichier attendu, ou les communes ont changé depuis. Voyez {source.page}."
        )


def stranger(file: str, line, code: str, name: str) -> Note:
    """The note for a line whose code is of no territory on the map."""
    return Note(
        f"ligne {line}",
        "refuse",
        "territoire inconnu",
        f"Le code « {code} » n'est pas celui d'un territoire de la carte : la ligne est laissée de côté.",
        name,
        file=file,
    )


def agreed(file: str, placed: pd.DataFrame, values: list[str]) -> tuple[pd.DataFrame, list[Note]]:
    """One row for each commune of today, where all the rows that fall in it say the same; a note where they do not.

    A mean or a category of a part is not that of the whole: communes since reunited only keep what their parts shared.
    """
    distinct = placed.drop_duplicates(["today", *values])
    torn = distinct["today"].duplicated(keep=False)
    notes = []
    for code, rows in distinct[torn].groupby("today"):
        same = rows["code"].nunique() == 1
        reason = "code en double" if same else "communes réunies"
        why = (
            f"Le code « {code} » figure plusieurs fois, avec des valeurs différentes"
            if same
            else f"La commune « {code} » réunit aujourd'hui {', '.join(sorted(set(rows['code'])))}, de valeurs différentes"
        )
        lines = ", ".join(str(line) for line in rows["line"])
        notes.append(
            Note(f"lignes {lines}", "refuse", reason, f"{why} : aucune n'est retenue.", rows["name"].iloc[0], file=file)
        )
    return distinct[~torn], notes


def levels(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """commune or arrondissement_municipal, by code."""
    return dict(connection.execute("SELECT code, level FROM residence").fetchall())


def stage(connection: duckdb.DuckDBPyConnection, source: Source, figures: pd.DataFrame) -> None:
    """Stage figures: level, code, indicator, year, sex, value, method, and bound and basis where they are not « exact » and
    « published ». Among those of other sources, they are worth what the tier of theirs is."""
    if figures.empty:
        return
    plain = {"bound": "exact", "basis": "published"}
    filled = {name: figures[name].fillna(word) if name in figures else word for name, word in plain.items()}
    insert(connection, "staging.figure", figures.assign(**filled, tier=source.tier, source_id=source.source_id))


def year_of(heading: str) -> tuple[str, int | None]:
    """« Taux brut de mortalité 2023 » → its words, and its year when it ends with one."""
    match = re.fullmatch(r"(.*\S)\s+((?:19|20)[0-9]{2})", heading)
    return (match[1], int(match[2])) if match else (heading, None)


def left_aside(file: str, column: str, why: str) -> Note:
    """The note for a column that is not read, and why."""
    sentence = f"La colonne « {column} » est laissée de côté : {why}."
    return Note(f"colonne « {column} »", "refuse", "colonne laissée de côté", sentence, file=file)


def understood(file: str, column: str, count: int, unit: str) -> Note:
    """The note for a column that was read, with how many values."""
    plural = "s" if count > 1 else ""
    return Note(f"colonne « {column} »", "compris", "colonne lue", f"« {column} » : {count} {unit}{plural}.", file=file)


def trouble(source: Source, file: str, error: Exception) -> SourceError:
    """A SheetError, as a sentence about a source."""
    return SourceError(
        f"La source « {source.title} » ({file}) n'a pas la forme attendue : {error}. Voyez {source.page}."
    )
