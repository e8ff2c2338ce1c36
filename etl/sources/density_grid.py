"""INSEE's density grid: seven levels of communes, by how people live together and not by a mean density."""

from __future__ import annotations

from pathlib import PurePosixPath

import duckdb
import pandas as pd

from etl.formats import figures, sheets
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Remote, Source, Tally
from maillage import catalog
from maillage.language.names import plain

YEAR = 2026
SOURCE = Source(
    source_id="grille_densite",
    title="Grille communale de densité à 7 niveaux",
    producer="Insee",
    page="https://www.insee.fr/fr/information/8571524",
    licence="Licence Ouverte 2.0",
    vintage=f"{YEAR}",
    remote=Remote(
        f"https://www.insee.fr/fr/statistiques/fichier/8571524/fichier_diffusion_{YEAR}.xlsx", "xlsx", most_mb=30
    ),
    doubts="Un arrondissement de Paris, Lyon ou Marseille porte le niveau de sa ville. Une commune réunie depuis n'a de niveau "
    "que si ses parties avaient le même.",
    writes="figure",
    tier=REGISTER,
)

FILE = PurePosixPath(SOURCE.remote.url).name
GRID = catalog.INDICATOR["grille_densite"]
CODE, LABELS = "CODGEO", ("LIBDENS7", "LIBDENS")  # since 2025 the file also has three levels, in DENS and LIBDENS
METHOD, OF_THE_CITY = "Insee, niveau de la commune", "Insee, niveau de la ville entière"


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the rank of each commune's level in the catalogue, known by its label."""
    try:
        frame = _read(sheets.workbook_rows(inputs.fetched))
    except sheets.SheetError as error:
        raise figures.trouble(SOURCE, FILE, error) from None
    placed, strangers = figures.on_todays_map(SOURCE, FILE, frame, inputs)
    whole, torn = figures.agreed(FILE, placed, ["value"])
    communes = whole[["today", "value"]].rename(columns={"today": "code"}).assign(level="commune", method=METHOD)
    cities = connection.execute(
        "SELECT code, parent_code FROM territory WHERE level = 'arrondissement_municipal'"
    ).fetchdf()
    quarters = cities.merge(communes, left_on="parent_code", right_on="code", suffixes=("", "_city"))
    quarters = quarters[["code", "value"]].assign(level="arrondissement_municipal", method=OF_THE_CITY)
    values = pd.concat([communes, quarters]).assign(indicator=GRID.code, year=YEAR, sex="all")
    figures.stage(connection, SOURCE, values)
    notes = (*strangers, *torn)
    return Tally(len(frame), len(frame) - sum(note.outcome == "refuse" for note in notes), notes)


def _read(book: dict[str, list[list[str]]]) -> pd.DataFrame:
    """One row a commune: line, code, name, value.

    The sheet is the first that has its header, and the codes of communes below it, those called « communale » before the others:
    the workbook has sheets of intercommunalities, of living areas (whose codes look like those of communes) and of départements.
    """
    troubles = []
    for name in sorted(book, key=lambda name: "commun" not in plain(name)):
        try:
            table = sheets.table(book[name], CODE)
            lines = table.coded(table.column(CODE), figures.COMMUNE, 5)[0]
        except sheets.SheetError as error:
            troubles.append(f"feuille « {name} », {error}")
            continue
        break
    else:
        raise sheets.SheetError(" ; ".join(troubles) or "le classeur n'a aucune feuille")
    code, label = table.column(CODE), table.column(*LABELS)
    title = next((column for column in table.columns if plain(column) == "libgeo"), code)
    ranks = {plain(category): rank for rank, category in enumerate(GRID.categories, start=1)}
    records = []
    for line in lines:
        rank = ranks.get(plain(line[label]))
        if rank is None and sheets.absence(line[label]) is None:
            raise sheets.SheetError(
                f"ligne {line.number} : « {sheets.tidy(line[label])} » n'est pas un des niveaux connus : {', '.join(GRID.categories)}"
            )
        records.append((line.number, sheets.code(line[code], 5), sheets.tidy(line[title]), rank))
    return pd.DataFrame(records, columns=["line", "code", "name", "value"]).astype({"value": float})
