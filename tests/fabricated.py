"""Databases made up for tests: what a source that Maillage does not embed would bring."""

import shutil
from pathlib import Path

import duckdb
import pandas as pd

MORTALITY = "mortalite_prematuree_0_64"
YEARS = (2019, 2020, 2021, 2022, 2023)
# Few deaths: one alone in its région (Occitanie), two together (Corse), one in a région of one département (Mayotte), none.
FEW = {"48": 5, "2A": 7, "2B": 9, "976": 4, "05": 0}
UNKNOWN = "01"


def with_events(database: Path, copy: Path) -> Path:
    """A copy where premature mortality has deaths for five years: a thousandth of the people, but for FEW and UNKNOWN (a rate
    without its deaths). The rate is what the deaths give for 1,000 of the population under 65, taken as 80 % of all."""
    shutil.copyfile(database, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("DELETE FROM indicator_value WHERE indicator = ? AND level = 'departement'", [MORTALITY])
        people = connection.execute("SELECT code, population FROM territory WHERE level = 'departement'").fetchall()
        rows = []
        for year in YEARS:
            for code, population in people:
                deaths = FEW.get(
                    code, round(population * (0.0012 + 0.00002 * (int(code, 36) % 31)) * 1.01 ** (year - 2019))
                )
                rate = 1000 * deaths / (0.8 * population)
                rows.append((code, year, rate, None if code == UNKNOWN else deaths))
        connection.register(
            "figure", pd.DataFrame(rows, columns=["code", "year", "value", "events"]).astype({"events": "Int32"})
        )
        connection.execute(
            f"""INSERT INTO indicator_value BY NAME SELECT 'departement' AS level, code, '{MORTALITY}' AS indicator, year,
                'all' AS sex, value, events, 'taux fabriqué pour un essai' AS method, 'departement_figures' AS source_id FROM figure"""
        )
    return copy


# Of the longest tables, all that a copy costs: every level of territory keeps figures, and communes are left in CPTS.
FEWER = {
    **{name: f"FROM base.{name} LIMIT 1000" for name in ("access", "population_history", "adjacency", "commune_name")},
    "territory": """FROM base.territory WHERE level NOT IN ('commune', 'arrondissement_municipal')
        OR departement_code IN ('08', '48', '71')""",
    "indicator_value": """FROM base.indicator_value WHERE level IN ('france', 'region', 'departement')
        OR code IN (SELECT code FROM base.territory WHERE departement_code IN ('08', '48'))""",
}


def with_fewer_rows(database: Path, copy: Path) -> Path:
    """A copy with its tables, constraints, views and macros, but only the rows of FEWER in the longest."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{database}' AS base (READ_ONLY)")
        connection.execute(f"ATTACH '{copy}' AS copy")
        connection.execute("COPY FROM DATABASE base TO copy (SCHEMA)")
        names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'base'").fetchall()
        names = [name for (name,) in names]
        while names:  # a table comes after those that it refers to
            name = names.pop(0)
            try:
                connection.execute(f'INSERT INTO copy."{name}" {FEWER.get(name, f"""FROM base."{name}" """)}')
            except duckdb.ConstraintException:
                names.append(name)
    return copy


SURVEYED = ("08", "59", "62", "71", "86")


def with_partial_lists(database: Path, copy: Path) -> Path:
    """A copy where MSP and CDS are listed in part in SURVEYED (12 of the 22 published), of Ille-et-Vilaine's 56 MSP none is,
    of Saône-et-Loire's CDS 5 of 57, and nobody looked elsewhere. No ESS is open anywhere. Other sites stay:
    it is what is known that changes."""
    shutil.copyfile(database, copy)
    with duckdb.connect(str(copy)) as connection:
        source = connection.execute("SELECT min(source_id) FROM source").fetchone()[0]
        connection.execute(
            """UPDATE inventory SET extent = 'inconnu', listed = 0, published = NULL, published_as_of = NULL,
               published_source = NULL, share = NULL, source_id = NULL WHERE subject IN ('MSP', 'CDS')"""
        )
        known = """UPDATE inventory SET extent = ?, listed = ?, published = ?, published_as_of = '2023-12-31',
                   published_source = ?, share = ?, source_id = ? WHERE subject = ? AND departement_code = ?"""
        for kind in ("MSP", "CDS"):
            for code in SURVEYED:
                connection.execute(known, ["partiel", 12, 22, source, 12 / 22, source, kind, code])
        connection.execute(known, ["inconnu", 0, 56, source, 0, None, "MSP", "35"])
        connection.execute(known, ["partiel", 5, 57, source, 5 / 57, source, "CDS", "71"])
        connection.execute(
            "DELETE FROM access WHERE nearest_site_id IN (SELECT site_id FROM site WHERE departement_code = '35')"
        )
        connection.execute("DELETE FROM access WHERE site_type = 'ESS'")
        connection.execute("UPDATE site SET status = 'ferme' WHERE departement_code = '35' OR type = 'ESS'")
    return copy
