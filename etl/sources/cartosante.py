"""CartoSanté exports put in data/local: the zoning that health agencies decide for each profession, by commune."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from etl.formats import figures, sheets
from etl.formats.exports import banner, load_each
from etl.intake import local_files
from etl.resolve.precedence import LOCAL
from etl.source import Inputs, Note, Source, Tally
from maillage import catalog
from maillage.language import text
from maillage.language.names import plain

SOURCE = Source(
    source_id="cartosante",
    title="Zonages des professionnels de santé, exports CartoSanté",
    producer="ARS et Cnam, par CartoSanté",
    page="https://cartosante.atlasante.fr",
    licence="Non indiquée par l'export",
    vintage="Non indiqué par l'export : année du fichier",
    local="*.[cC][sS][vV]",
    doubts="L'export ne dit pas de quand est le zonage : l'année est celle du fichier déposé. Chaque profession a sa méthode : "
    "les zonages ne se comparent pas entre eux.",
    writes="figure",
    tier=LOCAL,
)

DOCTORS = "zonage_medecins"
DECIDED = {"zip": 1, "zac": 2, "zar": 3, "hz": 4}  # of doctors, by the code of the zone: its rank in the catalogue
# What concerns a part of a commune (a quarter of the city), or is of another list: no zone of the whole commune.
PARTIAL = {"qpv zip", "qpv zac", "zv"}

# Headings begin with these words; other columns are noted and left aside.
COLUMNS = {
    "zonage medecin": DOCTORS,
    "zonage generaliste": DOCTORS,
    "zonage infirmier": "zonage_infirmiers",
    "zonage sage": "zonage_sages_femmes",
    "zonage masseur": "zonage_kines",
    "zonage kine": "zonage_kines",
    "zonage chirurgien": "zonage_dentistes",
    "zonage dentiste": "zonage_dentistes",
    "zonage orthophoniste": "zonage_orthophonistes",
}
CODE, NAME = "Code", "Libellé"
METHOD = "zonage des ARS, export CartoSanté ; année du fichier, l'export ne dit pas la sienne"
CATEGORY = re.compile(r"([0-9][a-z]?)[_ ](.+)")  # 4_Tres_dotee: the producer's rank, then its words


def mine(path: Path) -> bool:
    """Whether a file is an export of CartoSanté."""
    return banner(path).startswith("cartosant")


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the rank, in the catalogue, of each commune's category."""
    return load_each(connection, inputs, SOURCE, local_files(SOURCE, inputs.data, mine), _read)


def _read(
    connection: duckdb.DuckDBPyConnection, inputs: Inputs, path: Path
) -> tuple[int, int, pd.DataFrame, list[Note]]:
    """Rows read, rows kept, figures and notes of one export. Raises SheetError or SourceError."""
    table = sheets.table(sheets.csv_rows(path), CODE, NAME)
    if not any("commune" in plain(line) for line in table.banner):
        raise sheets.SheetError(f"l'export n'est pas par commune (« {' ; '.join(table.banner)} »)")
    code, name = table.column(CODE), table.column(NAME)
    year = date.fromtimestamp(path.stat().st_mtime).year
    lines, _ = table.coded(code, figures.COMMUNE, 5)
    table_rows = pd.DataFrame(
        {
            "line": [line.number for line in lines],
            "code": [sheets.code(line[code], 5) for line in lines],
            "name": [sheets.tidy(line[name]) for line in lines],
        }
    )
    columns, notes = {}, []
    for column in table.columns:
        indicator = next((i for start, i in COLUMNS.items() if plain(column).startswith(start)), None)
        if indicator:
            columns[column] = indicator
            cells = [line[column] for line in lines]
            if indicator == DOCTORS:
                table_rows[column], parts = _zones(cells, column)
                notes += _in_part(path.name, column, parts)
            else:
                table_rows[column] = _ranks(cells, catalog.INDICATOR[indicator], column)
        elif column not in (code, name):
            notes.append(figures.left_aside(path.name, column, "cet indicateur n'est pas au catalogue"))
    placed, strangers = figures.on_todays_map(SOURCE, path.name, table_rows, inputs)
    levels, frames = figures.levels(connection), []
    for column, indicator in columns.items():
        whole, torn = figures.agreed(path.name, placed, [column])
        frame = whole[["today", column]].set_axis(["code", "value"], axis="columns")
        level = frame["code"].map(levels).fillna("commune")
        frames.append(frame.assign(level=level, indicator=indicator, year=year, sex="all", method=METHOD))
        notes += [*torn, figures.understood(path.name, column, len(whole), "commune")]
    notes += strangers
    return len(lines), len(placed) if frames else 0, pd.concat(frames) if frames else pd.DataFrame(), notes


def _ranks(cells: list[str], indicator: catalog.Indicator, column: str) -> list[float]:
    """The rank of each category in the catalogue, known by its words; the producer's ranks must give the same order."""
    labels = {plain(label): rank for rank, label in enumerate(indicator.categories, start=1)}
    ranks: dict[str, tuple[str, float | None]] = {}
    for cell in set(cells):
        match = CATEGORY.fullmatch(sheets.tidy(cell))
        rank = labels.get(plain(match[2])) if match else None
        if rank is None and sheets.absence(cell) is None:
            raise sheets.SheetError(
                f"« {sheets.tidy(cell)} », dans la colonne « {column} », n'est pas une catégorie connue : "
                f"{', '.join(indicator.categories)}"
            )
        ranks[cell] = (match[1] if match else "", rank)
    order = [rank for _, rank in sorted(pair for pair in ranks.values() if pair[1] is not None)]
    if order != sorted(order):
        raise sheets.SheetError(f"les catégories de la colonne « {column} » ne sont plus dans l'ordre connu")
    return [float("nan") if ranks[cell][1] is None else float(ranks[cell][1]) for cell in cells]


def _zones(cells: list[str], column: str) -> tuple[list[float], int]:
    """The rank of each commune's zone for doctors, known by its code; how many have none but for a part of theirs."""
    zones: dict[str, float] = {}
    for cell in set(cells):
        code = _zone(cell)
        if code not in DECIDED and code not in PARTIAL and sheets.absence(cell) is None:
            raise sheets.SheetError(
                f"« {sheets.tidy(cell)} », dans la colonne « {column} », n'est pas une zone connue : ZIP, ZAC, ZAR, HZ"
            )
        zones[cell] = float(DECIDED.get(code, "nan"))
    return [zones[cell] for cell in cells], sum(_zone(cell) in PARTIAL for cell in cells)


def _zone(cell: str) -> str:
    return plain(re.sub(r"^[0-9]+[a-z]?[_ ]", "", sheets.tidy(cell)))


def _in_part(file: str, column: str, parts: int) -> list[Note]:
    if not parts:
        return []
    sentence = (
        f"« {column} » : {text.count(parts, 'commune')} au zonage d'une partie seulement (quartier prioritaire) ou de vigilance : "
        "rien n'est retenu pour la commune entière."
    )
    return [Note(f"colonne « {column} »", "ambigu", "zonage d'une partie", sentence, file=file)]
