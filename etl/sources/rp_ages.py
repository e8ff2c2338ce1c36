"""Insee's census: the ages of the people of each commune."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from etl.formats import archives, figures, observations, sheets
from etl.intake import brought
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Remote, Source, Tally

SOURCE = Source(
    source_id="rp_ages",
    title="Recensement, population par âge et commune",
    producer="Insee",
    page="https://catalogue-donnees.insee.fr/fr/catalogue/recherche/DS_RP_POPULATION_PRINC",
    licence="Licence Ouverte 2.0",
    vintage="2023",
    remote=Remote(
        "https://api.insee.fr/melodi/file/DS_RP_POPULATION_PRINC/DS_RP_POPULATION_PRINC_2023_CSV_FR", "zip", most_mb=100
    ),
    local="*",
    doubts="Estimations tirées de cinq enquêtes annuelles : sous deux mille habitants, une part se lit avec prudence.",
    writes="figure",
    tier=REGISTER,
)

BANDS = ("Y_LT15", "Y15T24", "Y25T39", "Y40T54", "Y55T64", "Y65T79", "Y_GE80")
SHARES = {"part_moins_15_communes": ("Y_LT15",), "part_65_plus_communes": ("Y65T79", "Y_GE80")}
TOTAL, BOTH = "_T", "_T"
METHOD = "Insee, recensement, 100 × habitants de ces âges ÷ habitants"
MOST_APART = 0.01  # of the communes, whose ages may not add up to their people


def mine(path: Path) -> bool:
    """Whether a file has the columns of the census, by age, and no other dimension than sex."""
    columns = archives.columns(path)
    return {"age", "sex", "geo_object", "rp_measure"} <= columns and "pcs" not in columns


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: shares of ages of each commune and of what communes make, from sums of people."""
    path = brought(SOURCE, inputs, mine)
    try:
        people = _people(path)
    except sheets.SheetError as error:
        raise figures.trouble(SOURCE, path.name, error) from None
    year = int(people["year"].iloc[0])
    places = people.drop_duplicates("code")[["code"]].assign(name="", line=lambda rows: rows["code"])
    placed, notes = figures.on_todays_map(SOURCE, path.name, places, inputs)
    people = people.merge(placed[["code", "today"]], on="code")
    counts = people.pivot_table(index="today", columns="age", values="value", aggfunc="sum").reindex(columns=BANDS)
    counts = counts.dropna()  # a commune of which a band is not told has no share
    figures.stage(connection, SOURCE, _shares(connection, counts).assign(year=year, sex="all", method=METHOD))
    return Tally(len(places), len(counts), tuple(notes), f"{year}")


def _people(path: Path) -> pd.DataFrame:
    """code, age, value, year of the latest census, both sexes together. Raises SheetError when ages do not make the total."""
    rows = observations.read(path, {"age": (*BANDS, TOTAL), "sex": (BOTH, "F", "M")}, {"rp_measure": "POP"})
    rows = rows[(rows["year"] == rows["year"].max()) & (rows["level"] != "epci") & rows["value"].notna()]
    if (rows["value"] < 0).any():
        raise sheets.SheetError("un nombre d'habitants est négatif")
    key = ["code", "age"]
    if rows.duplicated([*key, "sex"]).any():
        raise sheets.SheetError(
            "une commune figure deux fois pour un âge et un sexe : le fichier croise une autre dimension"
        )
    both = rows[rows["sex"] == BOTH]
    by_sex = rows[rows["sex"] != BOTH].groupby(key).agg(value=("value", "sum"), sexes=("sex", "nunique")).reset_index()
    by_sex = by_sex[by_sex["sexes"] == 2]
    people = pd.concat([both[[*key, "value"]], by_sex[[*key, "value"]]]).drop_duplicates(key)
    bands = people[people["age"] != TOTAL]
    if absent := sorted(set(BANDS) - set(bands["age"])):
        raise sheets.SheetError(f"les tranches d'âge {', '.join(absent)} n'y sont pas")
    totals = people[people["age"] == TOTAL].set_index("code")["value"]
    gaps = (bands.groupby("code")["value"].sum() - totals).dropna().abs() / (totals + 10)
    if len(gaps) and (gaps > 0.02).mean() > MOST_APART:
        raise sheets.SheetError("la somme des âges n'est pas le total de la commune")
    return bands.assign(year=int(rows["year"].max()))


def _shares(connection: duckdb.DuckDBPyConnection, counts: pd.DataFrame) -> pd.DataFrame:
    """The shares of communes, arrondissements, EPCI, départements, régions and France whose every resident commune is told."""
    homes = connection.execute(
        """
        SELECT code, level, commune_code, epci_code, departement_code, region_code, 'FR' AS france_code FROM residence
        UNION ALL BY NAME
        SELECT code, level, code AS commune_code, epci_code, departement_code, region_code, 'FR' AS france_code FROM territory
        WHERE level = 'commune' AND code NOT IN (SELECT code FROM residence)
        """
    ).fetchdf()
    homes = homes.merge(counts, left_on="code", right_index=True, how="left")
    places = {level: rows.set_index("code") for level, rows in homes.groupby("level")}
    quarters = homes[homes["level"] == "arrondissement_municipal"].groupby("commune_code")[list(BANDS)]
    communes = places["commune"].fillna(_whole(quarters))
    places["commune"] = communes
    people = {level: rows[list(BANDS)] for level, rows in places.items()}
    for level in ("epci", "departement", "region", "france"):
        grouped = communes.groupby(f"{level}_code")[list(BANDS)]
        people[level] = _whole(grouped)
    frames = []
    for level, rows in people.items():
        whole = rows.dropna()
        whole = whole[whole.sum(axis=1) > 0]
        for indicator, bands in SHARES.items():
            value = 100 * whole[list(bands)].sum(axis=1) / whole.sum(axis=1)
            frames.append(
                pd.DataFrame({"level": level, "code": whole.index, "indicator": indicator, "value": value.to_numpy()})
            )
    return pd.concat(frames, ignore_index=True).assign(basis="computed")


def _whole(grouped) -> pd.DataFrame:
    """The sums of the groups of which every part is told."""
    return grouped.sum()[grouped.count().eq(grouped.size(), axis="index").all(axis=1)]
