"""Populations of communes and municipal arrondissements, from the package that the snapshot was made with."""

from __future__ import annotations

import json

import duckdb
import pandas as pd

from etl.packages import MAYOTTE_YEAR, NOT_A_DEPARTEMENT, TODAY, VINTAGES
from etl.places.cog import require_todays_map
from etl.source import Inputs, Note, Remote, Source, SourceError, Tally

# The package does not say the year of its populations: it is read from totals, see etl/packages.py and
# data/snapshot/NOTICE.md. Another version in the address means another year here.
PACKAGES = tuple(
    f"https://{host}/@etalab/decoupage-administratif@{TODAY}/data" for host in ("unpkg.com", "cdn.jsdelivr.net/npm")
)
POPULATION_YEAR = VINTAGES[-1].population_year


def remote(file: str) -> Remote:
    """A file of the package, at the first of its two addresses that gives it."""
    url, *elsewhere = (f"{package}/{file}" for package in PACKAGES)
    return Remote(url=url, kind="json", most_mb=50, elsewhere=tuple(elsewhere))


SOURCE = Source(
    source_id="decoupage",
    title=f"Populations municipales {POPULATION_YEAR} (découpage administratif {TODAY})",
    producer="Insee, repris par Etalab",
    page="https://www.npmjs.com/package/@etalab/decoupage-administratif",
    licence="Licence Ouverte 2.0 (données), MIT (paquet)",
    vintage=str(POPULATION_YEAR),
    doubts=f"Le paquet ne dit pas l'année de ses populations : elle est déduite des totaux. Celles de Mayotte sont de {MAYOTTE_YEAR}.",
    remote=remote("communes.json"),
    writes="territory",
    reads=("geographie", "populations"),
)

KINDS = {"commune-actuelle": "commune", "arrondissement-municipal": "arrondissement_municipal"}
APART = 0.02  # how far the total may be from the embedded one
LACKING = 0.01  # share of communes that may have no population


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage populations, for the map and for the history; a commune without a figure keeps the one it had."""
    changes = read(inputs)
    connection.register("census", changes)
    counted = connection.execute(
        """
        SELECT t.level, t.code, t.name, t.parent_code, t.population AS before, census.population, census.year
        FROM census JOIN staging.territory t USING (level, code)
        """
    ).fetchdf()
    connection.unregister("census")
    connection.register("counted", counted)
    _compare(connection)
    connection.execute(
        "INSERT INTO staging.population BY NAME SELECT level, code, population, year FROM counted WHERE population IS NOT NULL"
    )
    connection.execute(
        "INSERT INTO staging.population_history BY NAME SELECT code, year, population FROM counted WHERE population IS NOT NULL"
    )
    lacking = connection.execute("SELECT code, name FROM counted WHERE population IS NULL ORDER BY code").fetchall()
    connection.unregister("counted")
    sentence = "Pas de population dans le fichier : celle déjà connue est gardée."
    notes = tuple(Note(code, "ambigu", "population absente", sentence, name) for code, name in lacking)
    return Tally(len(changes), len(changes) - len(lacking), notes)


def read(inputs: Inputs) -> pd.DataFrame:
    """Columns level, code, population (may lack), year: the communes and arrondissements of the 101 départements.

    Raises SourceError when the file has another shape, or is on another map.
    """
    rows = objects(SOURCE, inputs, ("code", "type"))
    rows = [row for row in rows if row["type"] in KINDS and not row["code"].startswith(NOT_A_DEPARTEMENT)]
    require_todays_map(SOURCE, [row["code"] for row in rows], inputs)
    people = [row.get("population") for row in rows]
    wrong = [row["code"] for row, count in zip(rows, people, strict=True) if count is not None and not _is_count(count)]
    lacking = sum(count is None for count in people)
    if wrong or lacking > LACKING * len(rows):
        problem = f"la population de {wrong[0]} n'est pas un nombre" if wrong else f"{lacking} communes sans population"
        raise SourceError(f"La source « {SOURCE.title} » a changé de forme : {problem}. Voyez {SOURCE.page}.")
    return pd.DataFrame(
        {
            "level": [KINDS[row["type"]] for row in rows],
            "code": [row["code"] for row in rows],
            "population": pd.array(people, dtype="Int32"),
            "year": [MAYOTTE_YEAR if row["code"].startswith("976") else POPULATION_YEAR for row in rows],
        }
    )


def objects(source: Source, inputs: Inputs, needed: tuple[str, ...]) -> list[dict]:
    """The rows of one JSON file of the package. Raises SourceError unless it is a list of objects that have `needed`."""
    try:
        rows = json.loads(inputs.fetched.read_bytes())
    except ValueError as error:
        raise SourceError(
            f"La source « {source.title} » n'est pas un JSON lisible ({error}). Relancez plus tard."
        ) from None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise SourceError(f"La source « {source.title} » n'est pas une liste d'objets. Voyez {source.page}.")
    for name in needed:
        if lacking := sum(not row.get(name) or not isinstance(row[name], str | list) for row in rows):
            raise SourceError(
                f"La source « {source.title} » a changé de forme : « {name} » manque à {lacking} objets sur {len(rows)}. Voyez "
                f"{source.page}."
            )
    return rows


def _is_count(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000_000


def _compare(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise SourceError when the total is far from the embedded one, or arrondissements do not sum to their commune."""
    before, after = connection.execute(
        "SELECT sum(before), sum(coalesce(population, before)) FROM counted WHERE level = 'commune'"
    ).fetchone()
    if abs(after - before) > APART * before:
        raise SourceError(
            f"La source « {SOURCE.title} » donne {after} habitants en tout, contre {before} jusqu'ici : plus de 2 % d'écart. "
            f"Vérifiez l'année du fichier avant de le croire ({SOURCE.page})."
        )
    torn = connection.execute(
        """
        SELECT c.code, any_value(coalesce(c.population, c.before)), sum(coalesce(a.population, a.before))
        FROM counted a JOIN counted c ON c.level = 'commune' AND c.code = a.parent_code
        WHERE a.level = 'arrondissement_municipal' GROUP BY c.code ORDER BY c.code
        """
    ).fetchall()
    for code, whole, parts in torn:
        if whole != parts:
            raise SourceError(
                f"La source « {SOURCE.title} » donne {whole} habitants à {code}, et {parts} à ses arrondissements réunis. Voyez "
                f"{SOURCE.page}."
            )
