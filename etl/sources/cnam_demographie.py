"""Cnam: number and density of self-employed professionals by département, every year that is published."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import duckdb
import pandas as pd

from etl.formats import archives, figures, rows, sheets
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Note, Remote, Source, Tally
from etl.sources import cnam_ald, professionnels_liberaux
from maillage.language.names import plain

DATASET = "demographie-effectifs-et-les-densites"
# Of millions of rows, those of all ages and both sexes.
EVERYONE = {"libelle_classe_age": "Tout âge", "libelle_sexe": "tout sexe"}
ASKED = " and ".join(f'{name}="{word}"' for name, word in EVERYONE.items())

SOURCE = Source(
    source_id="cnam_demographie",
    title="Professionnels de santé libéraux, effectifs et densités par département et par année",
    producer="Cnam",
    page=f"{cnam_ald.SITE}/explore/dataset/{DATASET}/",
    licence="Licence Ouverte 2.0",
    vintage="Année de chaque ligne",
    remote=Remote(
        f"{cnam_ald.SITE}/api/explore/v2.1/catalog/datasets/{DATASET}/exports/csv?where={quote(ASKED)}",
        "csv",
        most_mb=100,
    ),
    doubts="Les salariés n'y sont pas. La densité des sages-femmes, des pédiatres et des gynécologues est rapportée à une partie de "
    "la population, que la source ne nomme pas.",
    writes="figure",
    tier=REGISTER,
)

FILE = "cnam_demographie.csv"
PROFESSION, MEASURES = "profession_sante", ("effectif", "densite")
NEEDED = (cnam_ald.YEAR, cnam_ald.REGION, cnam_ald.DEPARTEMENT, PROFESSION, *MEASURES)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the professions that the embedded list names, at each territory, as published. Raises SourceError."""
    try:
        everyone = _read(inputs.fetched)
        everyone["indicators"] = everyone[PROFESSION].map(plain).map(_professions(inputs))
        known = everyone[everyone["indicators"].notna()]
        if known.empty:
            example = everyone[PROFESSION].iloc[0]
            raise sheets.SheetError(f"aucune profession n'est connue (par exemple « {example} »)")
        if known.duplicated(["level", "code", "year", PROFESSION]).any():
            raise sheets.SheetError(
                "un territoire figure deux fois pour une profession : le fichier croise une autre dimension"
            )
        values = _values(known)
    except sheets.SheetError as error:
        raise figures.trouble(SOURCE, FILE, error) from None
    places = {(level, code) for level, code in connection.execute("SELECT level, code FROM territory").fetchall()}
    strange = sorted(set(values.loc[values["level"] == "departement", "code"]) - inputs.known_departements)
    figures.refuse_strangers(SOURCE, FILE, strange, values["code"].nunique())
    here = values[[place in places for place in zip(values["level"], values["code"], strict=True)]]
    figures.stage(connection, SOURCE, here.assign(sex="all", method=cnam_ald.METHOD))
    absent = sorted(set(_professions(inputs)) - set(known[PROFESSION].map(plain)))
    years = sorted(set(known["year"]))
    span = f"{years[0]} à {years[-1]}" if len(years) > 1 else f"{years[0]}"
    return Tally(len(known), notes=tuple(map(_absent, absent)), vintage=span)


def _professions(inputs: Inputs) -> dict[str, tuple[str, str]]:
    """The indicators (number, density) of each profession, by its name as the Cnam writes it."""
    listed = rows.read(inputs.data / "reference" / professionnels_liberaux.FILE, ("profession", "libelle"))
    return {plain(row["libelle"]): professionnels_liberaux.INDICATORS[row["profession"]] for row in listed}


def _read(path: Path) -> pd.DataFrame:
    """level, code, year, profession and measures (texts) of the rows of everyone. Raises SheetError."""
    try:
        with archives.table(path) as relation:
            if missing := [name for name in NEEDED if name not in relation.columns]:
                raise sheets.SheetError(
                    f"colonne absente : {', '.join(missing)} ; colonnes trouvées : {', '.join(relation.columns)[:300]}"
                )
            kept = [
                f"lower(trim({name})) = '{word.lower()}'" for name, word in EVERYONE.items() if name in relation.columns
            ]
            columns = ", ".join(f"coalesce(trim({name}), '') AS {name}" for name in NEEDED)
            frame = relation.query(
                "record", f"SELECT {columns} FROM record WHERE {' AND '.join(kept) or 'true'}"
            ).fetchdf()
    except duckdb.Error as error:
        raise sheets.SheetError(str(error).splitlines()[0]) from None
    frame = frame[~frame[[cnam_ald.REGION, cnam_ald.DEPARTEMENT]].isin([cnam_ald.NOBODY]).any(axis=1)]
    if frame.empty:
        raise sheets.SheetError("aucune ligne n'est celle d'un territoire, tous âges et sexes réunis")
    year = frame[cnam_ald.YEAR].str.extract("^((?:19|20)[0-9]{2})")[0]
    if year.isna().any():
        raise sheets.SheetError(f"« {frame.loc[year.isna(), cnam_ald.YEAR].iloc[0][:20]} » n'est pas une année")
    pairs = zip(frame[cnam_ald.REGION], frame[cnam_ald.DEPARTEMENT], strict=True)
    level, code = zip(*(cnam_ald.place(region, departement) for region, departement in pairs), strict=True)
    return frame.assign(year=year.astype(int), level=level, code=code)


def _values(known: pd.DataFrame) -> pd.DataFrame:
    """A figure a row: level, code, year, indicator, value, basis. Raises SheetError for what is no number."""
    frames = []
    for rank, measure in enumerate(MEASURES):
        numbers = {text: cnam_ald.figure(text, measure) for text in known[measure].unique()}
        frames.append(
            pd.DataFrame(
                {
                    "level": known["level"],
                    "code": known["code"],
                    "year": known["year"],
                    "indicator": known["indicators"].str[rank],
                    "value": [numbers[text][0] for text in known[measure]],
                    "basis": [numbers[text][1] for text in known[measure]],
                }
            ).astype({"value": float})
        )
    values = pd.concat(frames, ignore_index=True)
    if (values["value"] < 0).any():
        raise sheets.SheetError("un effectif ou une densité est négatif")
    return values


def _absent(profession: str) -> Note:
    sentence = f"La profession « {profession} » n'est pas dans ce fichier sous ce nom : ses chiffres d'avant restent."
    return Note("profession", "ambigu", "profession absente", sentence, file=FILE)
