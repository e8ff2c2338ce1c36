"""DREES's potential local accessibility of general practitioners, by commune, and means weighted by its own population."""

from __future__ import annotations

import re

import duckdb
import pandas as pd

from etl.formats import figures, sheets
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Note, Remote, Source, Tally
from maillage.language.names import plain

SOURCE = Source(
    source_id="apl",
    title="Accessibilité potentielle localisée (APL) aux médecins généralistes, par commune",
    producer="DREES",
    page="https://data.drees.solidarites-sante.gouv.fr/explore/dataset/530_l-accessibilite-potentielle-localisee-apl/",
    licence="Licence Ouverte 2.0",
    vintage="Année de chaque feuille du classeur",
    remote=Remote(
        "https://data.drees.solidarites-sante.gouv.fr/api/v2/catalog/datasets/530_l-accessibilite-potentielle-localisee-apl"
        "/attachments/indicateur_d_apl_aux_medecins_generalistes_xlsx",
        "xlsx",
        most_mb=60,
    ),
    doubts="Mayotte n'y figure pas. La DREES publie des communes : les moyennes des autres territoires sont calculées ici, "
    "pondérées par la population standardisée du fichier. Pour une commune réunie depuis, l'APL n'est gardée que si ses "
    "parties ont la même.",
    writes="figure",
    tier=REGISTER,
)

FILE = "indicateur_d_apl_aux_medecins_generalistes.xlsx"
SHEET = re.compile(r"APL\s+((?:19|20)[0-9]{2})", re.IGNORECASE)
CODE, NAME, WEIGHT = "Code commune INSEE", "Commune", "Population standardisée"
MEASURES = {
    "apl_mg_drees": "APL aux médecins généralistes",
    "apl_mg_65_drees": "APL aux médecins généralistes de 65 ans et moins",
}
MOST = 100  # consultations a year: beyond, the column is of something else
METHOD = "DREES, APL de la commune"
MEAN = "moyenne des communes pondérée par la population standardisée (DREES), calculée ici"


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures for every year of the workbook, from the commune to France."""
    try:
        years = _years(sheets.workbook_rows(inputs.fetched))
    except sheets.SheetError as error:
        raise figures.trouble(SOURCE, FILE, error) from None
    notes: list[Note] = []
    for year, read in years.items():
        file = f"{FILE}, APL {year}"
        placed, strangers = figures.on_todays_map(SOURCE, file, read, inputs)
        whole, torn = figures.agreed(file, placed, list(MEASURES))
        values = pd.concat([_places(connection, whole), _means(connection, placed)])
        figures.stage(connection, SOURCE, values.assign(year=year, sex="all"))
        notes += [*strangers, *torn]
    total = sum(map(len, years.values()))
    return Tally(
        total, total - sum(note.outcome == "refuse" for note in notes), tuple(notes), ", ".join(map(str, years))
    )


def _years(book: dict[str, list[list[str]]]) -> dict[int, pd.DataFrame]:
    """What each sheet « APL 2024 » says, oldest first."""
    named = {int(match[1]): name for name in book if (match := SHEET.fullmatch(sheets.tidy(name)))}
    if not named:
        raise sheets.SheetError(f"aucune feuille ne s'appelle « APL » suivi d'une année ; feuilles : {', '.join(book)}")
    years = {}
    for year, name in sorted(named.items()):
        try:
            years[year] = _read(sheets.table(book.pop(name), CODE, NAME))
        except sheets.SheetError as error:
            raise sheets.SheetError(f"feuille « {name} », {error}") from None
    return years


def _read(table: sheets.Table) -> pd.DataFrame:
    """One row a commune: line, code, name, weight and the measures that the sheet has."""
    code, name = table.column(CODE), table.column(NAME)
    weight = next((c for c in table.columns if plain(c).startswith(plain(WEIGHT))), None)
    weight = weight or table.column(WEIGHT)
    main, *more = MEASURES
    columns = {main: table.column(MEASURES[main])}
    written = {plain(column): column for column in table.columns}
    columns |= {m: written[plain(MEASURES[m])] for m in more if plain(MEASURES[m]) in written}
    records = []
    for line in table.coded(code, figures.COMMUNE, 5)[0]:
        try:
            values = {measure: sheets.figure(line[column]).value for measure, column in columns.items()}
            people = sheets.figure(line[weight]).value
        except sheets.SheetError as error:
            raise sheets.SheetError(f"ligne {line.number} : {error}") from None
        records.append((line.number, sheets.code(line[code], 5), sheets.tidy(line[name]), people, *values.values()))
    read = pd.DataFrame(records, columns=["line", "code", "name", "weight", *columns])
    read = read.reindex(columns=["line", "code", "name", "weight", *MEASURES]).astype(dict.fromkeys(MEASURES, float))
    known = read[main].dropna()
    if 2 * len(known) < len(read) or not known.between(0, MOST).all():
        raise sheets.SheetError(
            f"la colonne « {columns[main]} » n'a pas de valeur de 0 à {MOST} pour une commune sur deux au moins"
        )
    return read


def _places(connection: duckdb.DuckDBPyConnection, whole: pd.DataFrame) -> pd.DataFrame:
    """The figures of communes and arrondissements, as the file gives them; an empty one stays empty."""
    long = whole.melt(id_vars="today", value_vars=_given(whole), var_name="indicator").rename(columns={"today": "code"})
    return long.assign(level=long["code"].map(figures.levels(connection)).fillna("commune"), method=METHOD)


def _means(connection: duckdb.DuckDBPyConnection, placed: pd.DataFrame) -> pd.DataFrame:
    """Means of larger territories, a city of arrondissements included; each says how many communes it lacks."""
    homes = connection.execute("SELECT *, 'FR' AS france_code FROM residence").fetchdf()
    homes = homes.drop(columns="population").merge(placed, left_on="code", right_on="today", how="left")
    cities = homes[homes["level"] == "arrondissement_municipal"]
    means = []
    for measure in _given(placed):
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


def _given(read: pd.DataFrame) -> list[str]:
    return [measure for measure in MEASURES if read[measure].notna().any()]
