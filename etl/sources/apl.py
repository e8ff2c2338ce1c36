"""DREES's potential local accessibility of professionals, by commune, and means weighted by its own population: general
practitioners here, each of the others in a source of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

import duckdb
import pandas as pd

from etl.formats import figures, sheets
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Note, Remote, Source, Tally
from maillage.language.names import plain

DATASET = "530_l-accessibilite-potentielle-localisee-apl"
SITE = "https://data.drees.solidarites-sante.gouv.fr"


def source(source_id: str, who: str, attachment: str) -> Source:
    """The workbook of a profession (« aux infirmiers »), at the address of either version of the service."""
    file = f"catalog/datasets/{DATASET}/attachments/indicateur_d_apl_{attachment}_xlsx"
    return Source(
        source_id=source_id,
        title=f"Accessibilité potentielle localisée (APL) {who}, par commune",
        producer="DREES",
        page=f"{SITE}/explore/dataset/{DATASET}/",
        licence="Licence Ouverte 2.0",
        vintage="Année de chaque feuille du classeur",
        remote=Remote(f"{SITE}/api/v2/{file}", "xlsx", most_mb=60, elsewhere=(f"{SITE}/api/explore/v2.1/{file}",)),
        doubts="Mayotte n'y figure pas. La DREES publie des communes : les moyennes des autres territoires sont calculées ici, "
        "pondérées par la population standardisée du fichier. Pour une commune réunie depuis, l'APL n'est gardée que si ses "
        "parties ont la même.",
        writes="figure",
        tier=REGISTER,
    )


@dataclass(frozen=True)
class Workbook:
    """What the workbook of a profession holds: the headings of each indicator, the first the one that it must have."""

    measures: dict[str, tuple[str, ...]]
    most: float  # beyond, the column is of something else

    @property
    def main(self) -> str:
        """The indicator without which a workbook is not this one."""
        return next(iter(self.measures))


SOURCE = source("apl", "aux médecins généralistes", "aux_medecins_generalistes")
SHEET = re.compile(r"APL\s+((?:19|20)[0-9]{2})", re.IGNORECASE)
CODE, NAME = "Code commune INSEE", "Commune"
WEIGHTS = ("Population standardisée", "Population féminine standardisée")  # the second is that of midwives
GENERALISTS = Workbook(
    {
        "apl_mg_drees": ("APL aux médecins généralistes",),
        "apl_mg_65_drees": (
            "APL aux médecins généralistes de 65 ans et moins",
            "APL aux médecins généralistes de 65 ans ou moins",
        ),
    },
    most=100,  # consultations a year
)
MOST_FULL_TIME = 5000  # full-time equivalents for 100,000 people: about 500 at most in reality
METHOD = "DREES, APL de la commune"
MEAN = "moyenne des communes pondérée par la population standardisée (DREES), calculée ici"


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures for every year of the workbook, from the commune to France."""
    return read(connection, inputs, SOURCE, GENERALISTS)


def read(connection: duckdb.DuckDBPyConnection, inputs: Inputs, source: Source, workbook: Workbook) -> Tally:
    """Stage the figures of a profession. Raises SourceError when its workbook has another shape."""
    name = f"{PurePosixPath(source.remote.url).name.removesuffix('_xlsx')}.xlsx"
    try:
        years = _years(sheets.workbook_rows(inputs.fetched), workbook)
    except sheets.SheetError as error:
        raise figures.trouble(source, name, error) from None
    notes: list[Note] = []
    for year, table in years.items():
        file = f"{name}, APL {year}"
        placed, strangers = figures.on_todays_map(source, file, table, inputs)
        measures = [measure for measure in workbook.measures if placed[measure].notna().any()]
        whole, torn = figures.agreed(file, placed, list(workbook.measures))
        values = pd.concat([_places(connection, whole, measures), _means(connection, placed, measures)])
        figures.stage(connection, source, values.assign(year=year, sex="all"))
        notes += [*strangers, *torn]
    total = sum(map(len, years.values()))
    return Tally(
        total, total - sum(note.outcome == "refuse" for note in notes), tuple(notes), ", ".join(map(str, years))
    )


def _years(book: dict[str, list[list[str]]], workbook: Workbook) -> dict[int, pd.DataFrame]:
    """What each sheet « APL 2024 » says, oldest first."""
    named = {int(match[1]): name for name in book if (match := SHEET.fullmatch(sheets.tidy(name)))}
    if not named:
        raise sheets.SheetError(f"aucune feuille ne s'appelle « APL » suivi d'une année ; feuilles : {', '.join(book)}")
    years = {}
    for year, name in sorted(named.items()):
        try:
            years[year] = _read(sheets.table(book.pop(name), CODE, NAME), workbook)
        except sheets.SheetError as error:
            raise sheets.SheetError(f"feuille « {name} », {error}") from None
    return years


def _read(table: sheets.HeadedTable, workbook: Workbook) -> pd.DataFrame:
    """One row a commune: line, code, name, weight and the measures that the sheet has."""
    code, name = table.column(CODE), table.column(NAME)
    starts = tuple(map(plain, WEIGHTS))
    weight = next((column for column in table.columns if plain(column).startswith(starts)), None)
    weight = weight or table.column(WEIGHTS[0])
    written = {plain(column) for column in table.columns}
    columns = {
        measure: table.column(*headings)
        for measure, headings in workbook.measures.items()
        if measure == workbook.main or written & set(map(plain, headings))
    }
    records = []
    for line in table.coded(code, figures.COMMUNE, 5)[0]:
        try:
            values = {measure: sheets.figure(line[column]).value for measure, column in columns.items()}
            people = sheets.figure(line[weight]).value
        except sheets.SheetError as error:
            raise sheets.SheetError(f"ligne {line.number} : {error}") from None
        records.append((line.number, sheets.code(line[code], 5), sheets.tidy(line[name]), people, *values.values()))
    rows = pd.DataFrame(records, columns=["line", "code", "name", "weight", *columns])
    rows = rows.reindex(columns=["line", "code", "name", "weight", *workbook.measures])
    rows = rows.astype(dict.fromkeys(workbook.measures, float))
    known = rows[workbook.main].dropna()
    if 2 * len(known) < len(rows) or not known.between(0, workbook.most).all():
        raise sheets.SheetError(
            f"la colonne « {columns[workbook.main]} » n'a pas de valeur de 0 à {workbook.most} pour une commune sur deux au moins"
        )
    return rows


def _places(connection: duckdb.DuckDBPyConnection, whole: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    """The figures of communes and arrondissements, as the file gives them; an empty one stays empty."""
    long = whole.melt(id_vars="today", value_vars=measures, var_name="indicator").rename(columns={"today": "code"})
    return long.assign(level=long["code"].map(figures.levels(connection)).fillna("commune"), method=METHOD)


def _means(connection: duckdb.DuckDBPyConnection, placed: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    """Means of larger territories, a city of arrondissements included; each says how many communes it lacks."""
    homes = connection.execute("SELECT *, 'FR' AS france_code FROM residence").fetchdf()
    homes = homes.drop(columns="population").merge(placed, left_on="code", right_on="today", how="left")
    cities = homes[homes["level"] == "arrondissement_municipal"]
    means = []
    for measure in measures:
        for level in ("commune", "epci", "departement", "region", "france"):
            rows = cities if level == "commune" else homes
            good = (rows["weight"] > 0) & rows[measure].notna()
            part = rows.assign(
                lacking=rows["code_x"].where(~good),
                weight=rows["weight"].where(good),
                people=rows[measure] * rows["weight"],
            )
            grouped = part.groupby(f"{level}_code")
            mean = grouped.agg(people=("people", "sum"), weight=("weight", "sum"), lacking=("lacking", "nunique"))
            mean = mean[mean["weight"] > 0]
            methods = [MEAN + (f" ; sans {n} commune{'s' if n > 1 else ''}" if n else "") for n in mean["lacking"]]
            means.append(
                pd.DataFrame(
                    {
                        "level": level,
                        "code": mean.index,
                        "indicator": measure,
                        "value": mean["people"] / mean["weight"],
                        "method": methods,
                        "bound": "about",
                        "basis": "mean_of_parts",
                    }
                )
            )
    return pd.concat(means, ignore_index=True)
