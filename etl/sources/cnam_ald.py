"""Cnam: patients in long-term illness (ALD) without a médecin traitant, by département and year; and how the exports of
data.ameli.fr are read, a row a year and a territory, whole régions (département 999) and France (région 99) among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb
import pandas as pd

from etl.formats import figures, sheets
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Note, Remote, Source, Tally
from maillage.language.names import plain

SITE = "https://data.ameli.fr"
YEAR, REGION, DEPARTEMENT = "annee", "region", "departement"
COUNTRY, WHOLE = "99", "999"
NOBODY = "inconnu"  # a territory that the producer does not know
METHOD = "Assurance maladie (Cnam), chiffre publié"


@dataclass(frozen=True)
class Measure:
    """The indicator that a file gives, the columns that may hold it, the first that is there, and what it cannot exceed."""

    indicator: str
    columns: tuple[str, ...]
    most: float


def source(source_id: str, title: str, dataset: str, doubts: str) -> Source:
    """A dataset of data.ameli.fr, whole, as CSV."""
    return Source(
        source_id=source_id,
        title=title,
        producer="Cnam",
        page=f"{SITE}/explore/dataset/{dataset}/",
        licence="Licence Ouverte 2.0",
        vintage="Année de chaque ligne",
        remote=Remote(f"{SITE}/api/explore/v2.1/catalog/datasets/{dataset}/exports/csv", "csv", most_mb=30),
        doubts=doubts,
        writes="figure",
        tier=REGISTER,
    )


SOURCE = source(
    "cnam_ald",
    "Patients en ALD sans médecin traitant, par département",
    "patients-longueduree-annuelle",
    "Donnée de l'Assurance maladie, sur les patients en affection de longue durée ; le mode de calcul n'est pas dans le fichier.",
)
MEASURE = Measure(
    "ald_sans_medecin_traitant", ("taux_patients_ald_sans_mt_integer", "taux_patients_ald_sans_mt"), most=100
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the share of each département, région and of France, as it is published."""
    return read(connection, inputs, SOURCE, MEASURE)


def read(connection: duckdb.DuckDBPyConnection, inputs: Inputs, source: Source, measure: Measure) -> Tally:
    """Stage the figures of a file. « NS » and « NC » are withheld. Raises SourceError when its shape is another."""
    name = f"{source.source_id}.csv"
    try:
        rows, strangers = _read(sheets.csv_rows(inputs.fetched), measure, inputs, connection)
        figures.refuse_strangers(source, name, [code for _, code in strangers], len(rows) + len(strangers))
    except sheets.SheetError as error:
        raise figures.trouble(source, name, error) from None
    figures.stage(connection, source, rows.assign(indicator=measure.indicator, sex="all", method=METHOD))
    years = sorted(set(rows["year"]))
    notes: tuple[Note, ...] = tuple(figures.stranger(name, line, code, "") for line, code in strangers)
    span = f"{years[0]} à {years[-1]}" if len(years) > 1 else f"{years[0]}"
    return Tally(len(rows) + len(strangers), len(rows), notes, span)


def _read(
    cells: list[list[str]], measure: Measure, inputs: Inputs, connection: duckdb.DuckDBPyConnection
) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """level, code, year, value, basis of each row; line and code of those of no territory on the map."""
    table = sheets.table(cells, YEAR, REGION, DEPARTEMENT)
    column = table.column(*measure.columns)
    regions = {code for (code,) in connection.execute("SELECT DISTINCT region_code FROM territory").fetchall()}
    records, strangers = [], []
    for line in table.lines:
        if plain(line[table.column(REGION)]) == NOBODY or plain(line[table.column(DEPARTEMENT)]) == NOBODY:
            continue
        level, code = place(line[table.column(REGION)], line[table.column(DEPARTEMENT)])
        year = re.match("(?:19|20)[0-9]{2}", line[table.column(YEAR)].strip())
        if year is None:
            raise sheets.SheetError(f"ligne {line.number} : « {line[table.column(YEAR)]} » n'est pas une année")
        known = {"departement": inputs.known_departements, "region": regions, "france": {"FR"}}[level]
        if code not in known and not (level == "region" and inputs.departements):
            strangers.append((line.number, code))
            continue
        try:
            value, basis = figure(line[column], column)
        except sheets.SheetError as error:
            raise sheets.SheetError(f"ligne {line.number}, {error}") from None
        if value is not None and not 0 <= value <= measure.most:
            raise sheets.SheetError(
                f"ligne {line.number}, colonne « {column} » : {value:g} n'est pas de 0 à {measure.most:g}"
            )
        records.append((level, code, int(year.group()), value, basis))
    if not records and len(strangers) <= figures.UNKNOWN_ROWS:
        raise sheets.SheetError("aucune ligne n'est celle d'un territoire")
    rows = pd.DataFrame(records, columns=["level", "code", "year", "value", "basis"])
    if (twice := rows.duplicated(["level", "code", "year"])).any():
        first = rows[twice].iloc[0]
        raise sheets.SheetError(f"le territoire {first['code']} figure deux fois en {first['year']}")
    return rows.astype({"value": float}), strangers


def place(region: str, departement: str) -> tuple[str, str]:
    """Level and code of the territory of a row: « 99 », « 999 » is France; « 44 », « 999 » a région."""
    region, departement = sheets.code(region, 2), sheets.code(departement, 2)
    if region == COUNTRY and departement in (WHOLE, COUNTRY, ""):
        return "france", "FR"
    if departement in (WHOLE, ""):
        return "region", region
    return "departement", departement


def figure(text: str, column: str) -> tuple[float | None, str]:
    """What a cell says: a number, and its basis; « NS » and « NC » are withheld. Raises SheetError for what is no number."""
    text = sheets.tidy(text).removesuffix("%").strip()
    if plain(text) == "nc":  # not communicated, for it is small
        return None, "withheld"
    try:
        number = sheets.figure(text)
    except sheets.SheetError as error:
        raise sheets.SheetError(f"colonne « {column} » : {error}") from None
    return number.value, "withheld" if number.withheld else "published"
