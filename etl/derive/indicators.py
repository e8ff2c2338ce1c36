"""Indicators computed from what was loaded, at every level where they make sense."""

from __future__ import annotations

import duckdb

from maillage import catalog

# A commune's figures are summed into these groups.
_GROUPS = """
    SELECT commune, replace(kind, '_code', '') AS level, code FROM (UNPIVOT (
        SELECT code AS commune, code AS commune_code, epci_code, departement_code, region_code, 'FR' AS france_code
        FROM territory WHERE level = 'commune'
    ) ON commune_code, epci_code, departement_code, region_code, france_code INTO NAME kind VALUE code)
"""

EVOLUTION = (2016, 2023)


def run(connection: duckdb.DuckDBPyConnection) -> None:
    population(connection)
    evolution(connection)
    coverage(connection)
    sites(connection)
    distances(connection)
    published_rates(connection)
    combine(connection)


def population(connection: duckdb.DuckDBPyConnection) -> None:
    """Population and density of every territory."""
    connection.execute(
        """
        INSERT INTO indicator_value BY NAME
        SELECT level, code, 'population' AS indicator, population_year AS year, 'all' AS sex, population AS value,
               'population municipale légale' AS method, 'populations' AS source_id
        FROM territory
        UNION ALL
        SELECT level, code, 'densite', population_year, 'all', population / area_km2,
               'population municipale ÷ surface des contours', 'geographie'
        FROM territory
        """
    )


def evolution(connection: duckdb.DuckDBPyConnection) -> None:
    """Mean yearly change, in percent, over communes whose two populations are known."""
    first, last = EVOLUTION
    connection.execute(
        f"""
        INSERT INTO indicator_value BY NAME
        WITH pair AS (
            SELECT a.code, a.population AS p0, b.population AS p1
            FROM population_history a JOIN population_history b USING (code) WHERE a.year = $first AND b.year = $last
        ),
        place AS (
            SELECT g.level, g.code, sum(p0) AS p0, sum(p1) AS p1
            FROM ({_GROUPS}) g JOIN pair ON pair.code = g.commune GROUP BY ALL
            UNION ALL
            SELECT 'arrondissement_municipal', code, p0, p1 FROM pair
            WHERE code IN (SELECT code FROM territory WHERE level = 'arrondissement_municipal')
        )
        SELECT level, code, 'evolution_population' AS indicator, $last AS year, 'all' AS sex,
               100 * ((p1 / p0) ** (1.0 / ($last - $first)) - 1) AS value,
               'variation annuelle moyenne de ' || $first || ' à ' || $last AS method, 'populations' AS source_id
        FROM place WHERE p0 > 0 AND p1 > 0
        """,
        {"first": first, "last": last},
    )


def coverage(connection: duckdb.DuckDBPyConnection) -> None:
    """Share of the population in a CPTS in force; a minimum where some perimeters are unknown."""
    connection.execute(
        """
        INSERT INTO indicator_value BY NAME
        SELECT level, code, 'couverture_cpts' AS indicator, 2026 AS year, 'all' AS sex, value,
               CASE WHEN NOT exact THEN value END AS low,
               CASE WHEN exact THEN 'communes membres de CPTS'
                    ELSE 'minimum : périmètres connus seulement' END AS method,
               'cpts' AS source_id
        FROM coverage($statuses)
        """,
        {"statuses": list(catalog.DEFAULT_CPTS_STATUSES)},
    )


def sites(connection: duckdb.DuckDBPyConnection) -> None:
    """Open listed sites for 100,000 inhabitants, by type, where the type was looked for."""
    connection.execute(
        """
        INSERT INTO indicator_value BY NAME
        WITH extent AS (
            SELECT 'departement' AS level, d.code, i.subject, i.extent FROM territory d
            JOIN inventory i ON i.departement_code = d.code WHERE d.level = 'departement' AND i.subject <> 'CPTS'
            UNION ALL
            SELECT 'region', d.region_code, i.subject,
                   CASE WHEN bool_and(coalesce(i.extent = 'complet', false)) THEN 'complet' ELSE 'partiel' END
            FROM territory d LEFT JOIN inventory i ON i.departement_code = d.code AND i.subject <> 'CPTS'
            WHERE d.level = 'departement' GROUP BY d.region_code, i.subject
            HAVING count(i.subject) = (
                SELECT count(*) FROM territory x WHERE x.level = 'departement' AND x.region_code = d.region_code)
            UNION ALL
            SELECT 'france', 'FR', subject, min(extent) FROM inventory WHERE subject <> 'CPTS' GROUP BY subject
            HAVING count(*) = (SELECT count(*) FROM territory WHERE level = 'departement')
        ),
        counted AS (
            SELECT e.level, e.code, e.subject, e.extent, t.population, t.population_year,
                   count(s.site_id) AS sites
            FROM extent e
            JOIN territory t ON t.level = e.level AND t.code = e.code
            LEFT JOIN territory d ON d.level = 'departement'
                AND (e.level = 'france' OR (e.level = 'region' AND d.region_code = e.code) OR d.code = e.code)
            LEFT JOIN site s ON s.departement_code = d.code AND s.type = e.subject AND s.status = 'ouvert'
            GROUP BY ALL
        )
        SELECT level, code, 'structures_' || lower(subject) || '_100k' AS indicator, population_year AS year,
               'all' AS sex, sites * 100000.0 / population AS value,
               CASE extent WHEN 'partiel' THEN sites * 100000.0 / population END AS low, sites AS events,
               CASE extent WHEN 'partiel' THEN 'minimum : sites ouverts recensés, liste non exhaustive'
                           ELSE 'sites ouverts' END AS method,
               'structures' AS source_id
        FROM counted
        """
    )


def distances(connection: duckdb.DuckDBPyConnection) -> None:
    """Distance to the nearest listed site, where the département has at least one open site of the type on the map."""
    connection.execute(
        f"""
        INSERT INTO indicator_value BY NAME
        WITH listed AS (
            SELECT DISTINCT i.subject, i.departement_code, i.extent FROM inventory i
            JOIN site s ON s.type = i.subject AND s.departement_code = i.departement_code
            WHERE s.status = 'ouvert' AND s.lon IS NOT NULL
        ),
        known AS (
            SELECT t.level, t.code, t.population, a.site_type, a.distance_km, l.extent
            FROM access a
            JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = a.commune_code
            JOIN listed l ON l.subject = a.site_type AND l.departement_code = t.departement_code
        ),
        place AS (
            SELECT level, code, site_type, distance_km, extent FROM known
            UNION ALL
            SELECT g.level, g.code, k.site_type, sum(k.distance_km * k.population) / sum(k.population), min(k.extent)
            FROM ({_GROUPS}) g
            JOIN known k ON k.level = 'commune' AND k.code = g.commune
            JOIN territory t ON t.level = g.level AND t.code = g.code
            WHERE g.level IN ('epci', 'departement')
            GROUP BY g.level, g.code, k.site_type, t.population
            HAVING sum(k.population) = t.population
        )
        SELECT p.level, p.code, 'distance_' || lower(site_type) AS indicator, 2026 AS year, 'all' AS sex,
               distance_km AS value, CASE extent WHEN 'partiel' THEN distance_km END AS high,
               CASE WHEN p.level IN ('commune', 'arrondissement_municipal') THEN 'à vol d''oiseau, de la mairie'
                    ELSE 'moyenne des communes pondérée par la population' END
               || CASE extent WHEN 'partiel' THEN ' ; maximum : liste non exhaustive' ELSE '' END AS method,
               'structures' AS source_id
        FROM place p
        """
    )


def published_rates(connection: duckdb.DuckDBPyConnection) -> None:
    """Published counts of MSP and health centres for 100,000 inhabitants, on the population of the same year."""
    for name, rate in (("msp_nombre", "msp_publiees_100k"), ("cds_pluripro_nombre", "cds_pluripro_100k")):
        connection.execute(
            f"""
            INSERT INTO indicator_value BY NAME
            WITH counted AS (
                SELECT v.code, v.year, v.value, t.region_code, t.population FROM indicator_value v
                JOIN territory t ON t.level = 'departement' AND t.code = v.code
                WHERE v.indicator = $name AND v.level = 'departement' AND v.year = $year
            ),
            place AS (
                SELECT 'departement' AS level, code, year, value, population FROM counted
                UNION ALL SELECT 'region', region_code, year, sum(value), sum(population) FROM counted
                    GROUP BY region_code, year HAVING count(value) = count(*)
                UNION ALL SELECT 'france', 'FR', year, sum(value), sum(population) FROM counted
                    GROUP BY year HAVING count(value) = count(*)
            )
            SELECT level, code, '{rate}' AS indicator, year, 'all' AS sex, value * 100000.0 / population AS value,
                   value::INTEGER AS events, 'nombre publié ÷ population municipale ' || year AS method,
                   'departement_figures' AS source_id
            FROM place
            """,
            {"name": name, "year": EVOLUTION[1]},
        )


def combine(connection: duckdb.DuckDBPyConnection) -> None:
    """Published département figures, brought to their région and to France when every département has one."""
    for how, value, method in (
        ("sum", "sum(v.value)", "somme des départements"),
        (
            "mean",
            "sum(v.value * v.population) / sum(v.population)",
            "moyenne des départements pondérée par la population, calculée ici : ce n'est pas un chiffre publié",
        ),
    ):
        names = [i.code for i in catalog.INDICATORS if i.combine == how]
        connection.execute(
            f"""
            INSERT INTO indicator_value BY NAME
            WITH figure AS (
                SELECT v.indicator, v.year, v.sex, v.value, v.source_id, t.region_code, t.population
                FROM indicator_value v JOIN territory t ON t.level = 'departement' AND t.code = v.code
                WHERE v.level = 'departement' AND v.indicator IN (SELECT unnest($names))
            )
            SELECT 'region' AS level, region_code AS code, indicator, year, sex, {value} AS value,
                   $method AS method, min(source_id) AS source_id
            FROM figure v
            GROUP BY region_code, indicator, year, sex HAVING count(v.value) = count(*)
            UNION ALL
            SELECT 'france', 'FR', indicator, year, sex, {value}, $method, min(source_id)
            FROM figure v
            GROUP BY indicator, year, sex HAVING count(v.value) = count(*)
            """,
            {"names": names, "method": method},
        )
