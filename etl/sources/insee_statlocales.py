"""Exports of INSEE's « Statistiques locales » put in data/local: figures by département, région or commune."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pandas as pd

from etl.formats import figures, sheets
from etl.formats.exports import banner, load_each
from etl.intake import local_files
from etl.resolve.precedence import LOCAL
from etl.source import Inputs, Note, Source, Tally
from maillage import catalog
from maillage.language.names import plain

SOURCE = Source(
    source_id="insee_statlocales",
    title="Statistiques locales, exports",
    producer="Insee",
    page="https://statistiques-locales.insee.fr",
    licence="Licence Ouverte 2.0",
    vintage="Année de chaque colonne",
    local="*.[cC][sS][vV]",
    doubts="Publiés à une décimale : deux territoires de même valeur ne se classent pas. L'intervalle de confiance n'est pas publié.",
    writes="figure",
    tier=LOCAL,
)

# The heading, without its year, and the indicator; other columns are noted and left aside.
COLUMNS = {
    "espérance de vie des femmes à la naissance": "esperance_vie_femmes",
    "espérance de vie des hommes à la naissance": "esperance_vie_hommes",
    "espérance de vie des femmes à 60 ans": "esperance_vie_60_femmes",
    "espérance de vie des hommes à 60 ans": "esperance_vie_60_hommes",
    "taux de mortalité standardisé des 0 à 64 ans": "mortalite_prematuree_0_64",
    "taux de mortalité standardisé des 65 ans ou +": "mortalite_65_plus",
    "taux brut de mortalité": "mortalite_brute",
}
INDICATORS = {plain(label): code for label, code in COLUMNS.items()}
LEVELS = {"departement": ("departement", figures.DEPARTEMENT, 2), "region": ("region", "[0-9]{2}", 2)}
CODE, NAME = "Code", "Libellé"


def mine(path: Path) -> bool:
    """Whether a file is an export of Insee's local statistics."""
    return banner(path).startswith("insee statistiques locales")


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the columns that the catalogue knows, at the level that the export names."""
    return load_each(connection, inputs, SOURCE, local_files(SOURCE, inputs.data, mine), _read)


def _read(
    connection: duckdb.DuckDBPyConnection, inputs: Inputs, path: Path
) -> tuple[int, int, pd.DataFrame, list[Note]]:
    """Rows read, rows kept, figures and notes of one export. Raises SheetError or SourceError."""
    table = sheets.table(sheets.csv_rows(path), CODE, NAME)
    level, shape, digits = _level(table.banner)
    code, name = table.column(CODE), table.column(NAME)
    lines, _ = table.coded(code, shape, digits)
    codes = [sheets.code(line[code], digits) for line in lines]
    if twice := sorted({known for known in codes if codes.count(known) > 1}):
        raise sheets.SheetError(f"un territoire figure plusieurs fois : {', '.join(twice)}")
    known = inputs.known_departements if level == "departement" else _regions(connection)
    strangers = [(line, its) for line, its in zip(lines, codes, strict=True) if its not in known]
    if level == "departement":
        figures.refuse_strangers(SOURCE, path.name, [its for _, its in strangers], len(lines))
    notes = [figures.stranger(path.name, line.number, its, sheets.tidy(line[name])) for line, its in strangers]
    good = [(line, its) for line, its in zip(lines, codes, strict=True) if its in known]
    frames = []
    for column in table.columns:
        if column in (code, name):
            continue
        words, year = figures.year_of(column)
        indicator = catalog.INDICATOR.get(INDICATORS.get(plain(words), ""))
        if indicator is None or year is None:
            why = (
                "cet indicateur n'est pas au catalogue" if indicator is None else "son titre ne finit pas par une année"
            )
            notes.append(figures.left_aside(path.name, column, why))
            continue
        values = [_figure(line, column) for line, _ in good]
        method = f"Insee, Statistiques locales, {column}"
        frame = pd.DataFrame(
            {
                "code": [its for _, its in good],
                "value": [figure.value for figure in values],
                "basis": ["withheld" if figure.withheld else "published" for figure in values],
            }
        )
        frames.append(frame.assign(method=method, level=level, indicator=indicator.code, year=year, sex=indicator.sex))
        notes.append(figures.understood(path.name, column, len(good), catalog.LEVEL[level].label))
    return len(lines), len(good) if frames else 0, pd.concat(frames) if frames else pd.DataFrame(), notes


def _level(banner: tuple[str, ...]) -> tuple[str, str, int]:
    """« Référentiel géographique : France par département » → its level, the shape of its codes, their digits."""
    referential = next((line for line in banner if plain(line).startswith("referentiel geographique")), "")
    match = re.search(r" par ([a-z]+)", plain(referential))
    if not match or match[1] not in LEVELS:
        raise sheets.SheetError(
            f"l'export n'est ni par département, ni par région (« {referential or 'non indiqué'} »)"
        )
    return LEVELS[match[1]]


def _regions(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {code for (code,) in connection.execute("SELECT code FROM territory WHERE level = 'region'").fetchall()}


def _figure(line: sheets.SheetLine, column: str) -> sheets.Value:
    try:
        figure = sheets.figure(line[column])
    except sheets.SheetError as error:
        raise sheets.SheetError(f"ligne {line.number}, colonne « {column} » : {error}") from None
    if figure.value is not None and figure.value < 0:
        raise sheets.SheetError(f"ligne {line.number}, colonne « {column} » : une valeur est négative")
    return figure
