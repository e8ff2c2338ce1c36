"""Municipal populations of today's communes: 2016, 2019 to 2023 (Mayotte: 2017)."""

from __future__ import annotations

import duckdb

from etl.source import Inputs, Source, Tally

SOURCE = Source(
    source_id="populations",
    title="Populations municipales 2016, 2019, 2020, 2021, 2022, 2023",
    producer="Insee",
    page="https://www.insee.fr/fr/statistiques/8680726?sommaire=8681011",
    licence="Licence Ouverte 2.0",
    vintage="2023",
    retrieved_at="2026-11-22",
    files=("snapshot/population_history.parquet",),
    doubts="Reprises des versions 0.7.0, 1.1.1, 2.3.1, 4.0.0, 4.1.0 et 6.0.0 de @etalab/decoupage-administratif ; "
    "aucune version publiée ne porte 2017 ni 2018. Mayotte n'a que son recensement de 2017. Une commune scindée n'a "
    "pas de population avant sa scission.",
    writes="territory",
    reads=("geographie",),
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the populations of past years."""
    count = connection.execute(
        """
        INSERT INTO staging.population_history BY NAME
        SELECT code, year, population FROM read_parquet(?)
        WHERE code IN (SELECT code FROM staging.territory WHERE level IN ('commune', 'arrondissement_municipal'))
        """,
        [str(inputs.data / "snapshot" / "population_history.parquet")],
    ).fetchone()[0]
    return Tally(count)
