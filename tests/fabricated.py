"""Databases made up for tests: what a source that Maillage does not embed would bring."""

import shutil
from pathlib import Path

import duckdb

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
        connection.executemany(
            f"""INSERT INTO indicator_value BY NAME SELECT 'departement' AS level, ? AS code, '{MORTALITY}' AS indicator, ? AS year,
                'all' AS sex, ? AS value, ? AS events, 'taux fabriqué pour un essai' AS method, 'departement_figures' AS source_id""",
            rows,
        )
    return copy
