"""Indicators computed from what was loaded, at every level where they make sense."""

from __future__ import annotations

import duckdb

from etl.sources.geography import COG_YEAR
from maillage import catalog

# A commune's figures are summed into these groups.
_GROUPS = """
    SELECT commune, replace(kind, '_code', '') AS level, code FROM (UNPIVOT (
        SELECT code AS commune, code AS commune_code, epci_code, departement_code, region_code, 'FR' AS france_code
        FROM territory WHERE level = 'commune'
    ) ON commune_code, epci_code, departement_code, region_code, france_code INTO NAME kind VALUE code)
"""


def run(connection: duckdb.DuckDBPyConnection) -> None:
    """Stage every indicator that is computed here, a row a territory and year: one that a source gives itself knows better."""
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
        INSERT INTO staging.figure BY NAME
        SELECT 'computed' AS tier, level, code, 'population' AS indicator, population_year AS year, 'all' AS sex, population AS value,
               'published' AS basis, 'population municipale légale' AS method, $people AS source_id
        FROM territory
        UNION ALL
        SELECT 'computed', level, code, 'densite', population_year, 'all', population / area_km2, 'computed',
               'population municipale ÷ surface des contours', $land
        FROM territory
        """,
        {
            "people": first_of(connection, "decoupage", "populations"),
            "land": first_of(connection, "contours", "geographie"),
        },
    )


def first_of(connection: duckdb.DuckDBPyConnection, *source_ids: str) -> str:
    """The first of these sources that this build has read: an official file stands before what it replaces."""
    known = {source_id for (source_id,) in connection.execute("SELECT source_id FROM source").fetchall()}
    return next(source_id for source_id in source_ids if source_id in known)


def evolution(connection: duckdb.DuckDBPyConnection) -> None:
    """Mean yearly change, in percent, over communes whose two populations are known; the method says when some lack."""
    first, last = catalog.EVOLUTION
    connection.execute(
        f"""
        INSERT INTO staging.figure BY NAME
        WITH pair AS (
            SELECT a.code, a.population AS p0, b.population AS p1
            FROM population_history a JOIN population_history b USING (code) WHERE a.year = $first AND b.year = $last
        ),
        place AS (
            SELECT g.level, g.code, sum(p0) AS p0, sum(p1) AS p1, count(*) - count(p0) AS lacking
            FROM ({_GROUPS}) g LEFT JOIN pair ON pair.code = g.commune GROUP BY g.level, g.code
            UNION ALL
            SELECT 'arrondissement_municipal', code, p0, p1, 0 FROM pair
            WHERE code IN (SELECT code FROM territory WHERE level = 'arrondissement_municipal')
        )
        SELECT 'computed' AS tier, level, code, 'evolution_population' AS indicator, $last AS year, 'all' AS sex,
               100 * ((p1 / p0) ** (1.0 / ($last - $first)) - 1) AS value,
               'computed' AS basis,
               'variation annuelle moyenne de ' || $first || ' à ' || $last
               || CASE WHEN lacking > 0 THEN ', sans les communes dont une population est inconnue (' || lacking || ')'
                       ELSE '' END AS method,
               'populations' AS source_id
        FROM place WHERE p0 > 0 AND p1 > 0
        """,
        {"first": first, "last": last},
    )


def coverage(connection: duckdb.DuckDBPyConnection) -> None:
    """Share of the population in a CPTS in force; a minimum where some perimeters are unknown."""
    left_out = [status.label for status in catalog.CPTS_STATUSES if not status.in_force]
    counted = f"tous statuts sauf « {' », « '.join(left_out)} »"
    connection.execute(
        """
        INSERT INTO staging.figure BY NAME
        WITH origin AS (
            SELECT p.level, p.code, arg_max(i.source_id, r.population) AS source_id,
                   list_sort(list(DISTINCT i.source_id)) AS source_ids
            FROM residence r
            JOIN inventory i ON i.subject = 'CPTS' AND i.extent <> 'inconnu' AND i.departement_code = r.departement_code
            CROSS JOIN LATERAL (VALUES
                ('commune', r.commune_code), ('epci', r.epci_code), ('departement', r.departement_code),
                ('region', r.region_code), ('france', 'FR'), ('arrondissement_municipal', r.code)
            ) AS p (level, code)
            GROUP BY ALL
        )
        SELECT 'computed' AS tier, level, code, 'couverture_cpts' AS indicator, $year AS year, 'all' AS sex, value,
               CASE WHEN NOT exact THEN value END AS low, CASE WHEN exact THEN 'exact' ELSE 'at_least' END AS bound,
               'computed' AS basis,
               CASE WHEN exact THEN 'communes membres de CPTS, '
                    ELSE 'minimum, périmètres connus seulement, ' END || $filter
               || CASE WHEN len(source_ids) > 1 THEN ' ; plusieurs recensements'
                       ELSE '' END AS method,
               source_id
        FROM coverage($statuses) JOIN origin USING (level, code)
        """,
        {"statuses": list(catalog.DEFAULT_CPTS_STATUSES), "year": COG_YEAR, "filter": counted},
    )


def sites(connection: duckdb.DuckDBPyConnection) -> None:
    """Open listed sites for 100,000 inhabitants, by type, where the type was looked for."""
    connection.execute(
        """
        INSERT INTO staging.figure BY NAME
        WITH surveyed AS (FROM inventory WHERE extent <> 'inconnu' AND subject IN (SELECT unnest($kinds))),
        extent AS (
            SELECT 'departement' AS level, d.code, i.subject, i.extent, i.source_id FROM territory d
            JOIN surveyed i ON i.departement_code = d.code WHERE d.level = 'departement'
            UNION ALL
            SELECT 'region', d.region_code, i.subject,
                   CASE WHEN bool_and(coalesce(i.extent = 'complet', false)) THEN 'complet' ELSE 'partiel' END,
                   min(i.source_id)
            FROM territory d LEFT JOIN surveyed i ON i.departement_code = d.code
            WHERE d.level = 'departement' GROUP BY d.region_code, i.subject
            HAVING count(i.subject) = (
                SELECT count(*) FROM territory x WHERE x.level = 'departement' AND x.region_code = d.region_code)
            UNION ALL
            SELECT 'france', 'FR', subject, CASE WHEN bool_and(extent = 'complet') THEN 'complet' ELSE 'partiel' END,
                   min(source_id)
            FROM surveyed GROUP BY subject
            HAVING count(*) = (SELECT count(*) FROM territory WHERE level = 'departement')
        ),
        counted AS (
            SELECT e.level, e.code, e.subject, e.extent, e.source_id, t.population, t.population_year,
                   count(s.site_id) AS sites
            FROM extent e
            JOIN territory t ON t.level = e.level AND t.code = e.code
            LEFT JOIN territory d ON d.level = 'departement'
                AND e.code = CASE e.level WHEN 'france' THEN 'FR' WHEN 'region' THEN d.region_code ELSE d.code END
            LEFT JOIN site s ON s.departement_code = d.code AND s.type = e.subject AND s.status = 'ouvert'
            GROUP BY ALL
        )
        SELECT 'computed' AS tier, level, code, 'structures_' || lower(subject) || '_100k' AS indicator, population_year AS year,
               'all' AS sex, sites * 100000.0 / population AS value,
               CASE extent WHEN 'partiel' THEN sites * 100000.0 / population END AS low, sites AS events,
               CASE extent WHEN 'partiel' THEN 'at_least' ELSE 'exact' END AS bound, 'computed' AS basis,
               CASE extent WHEN 'partiel' THEN 'minimum : sites ouverts recensés, liste non exhaustive'
                           ELSE 'sites ouverts' END AS method,
               source_id
        FROM counted
        """,
        {"kinds": [kind.code for kind in catalog.SITE_TYPES if kind.indicators]},
    )


def distances(connection: duckdb.DuckDBPyConnection) -> None:
    """Distance to the nearest listed site, where the département is wholly listed or has one open site on the map."""
    connection.execute(
        f"""
        INSERT INTO staging.figure BY NAME
        WITH listed AS (
            SELECT i.subject, i.departement_code, i.extent, i.source_id FROM inventory i
            WHERE i.extent = 'complet' OR EXISTS (
                FROM site s WHERE s.type = i.subject AND s.departement_code = i.departement_code
                    AND s.status = 'ouvert' AND s.lon IS NOT NULL)
        ),
        known AS (
            SELECT t.level, t.code, t.population, t.point_origin, s.precision, a.site_type, a.distance_km,
                   l.extent = 'complet' AS complete, l.source_id
            FROM access a
            JOIN site s ON s.site_id = a.nearest_site_id
            JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = a.commune_code
            JOIN listed l ON l.subject = a.site_type AND l.departement_code = t.departement_code
        ),
        place AS (
            SELECT level, code, site_type, distance_km, complete, source_id,
                   'à vol d''oiseau, ' || CASE point_origin WHEN 'mairie' THEN 'de la mairie'
                                                            ELSE 'd''un point intérieur (mairie inconnue)' END
                   || CASE precision WHEN 'adresse' THEN ' au site' ELSE ' à la commune du site' END AS method
            FROM known
            UNION ALL
            SELECT g.level, g.code, k.site_type, sum(k.distance_km * k.population) / sum(k.population),
                   bool_and(k.complete), min(k.source_id), 'moyenne des communes pondérée par la population'
            FROM ({_GROUPS}) g
            JOIN known k ON k.level = 'commune' AND k.code = g.commune
            JOIN territory t ON t.level = g.level AND t.code = g.code
            WHERE g.level IN ('epci', 'departement')
            GROUP BY g.level, g.code, k.site_type, t.population
            HAVING sum(k.population) = t.population
        )
        SELECT 'computed' AS tier, level, code, 'distance_' || lower(site_type) AS indicator, $year AS year, 'all' AS sex,
               distance_km AS value, CASE WHEN NOT complete THEN distance_km END AS high,
               CASE WHEN complete THEN 'exact' ELSE 'at_most' END AS bound, 'computed' AS basis,
               method || CASE WHEN complete THEN '' ELSE ' ; maximum : liste non exhaustive' END AS method,
               source_id
        FROM place
        """,
        {"year": COG_YEAR},
    )


def published_rates(connection: duckdb.DuckDBPyConnection) -> None:
    """Latest published counts of MSP and health centres for 100,000 inhabitants, on the population of `territory`."""
    for name, rate in (("msp_nombre", "msp_publiees_100k"), ("cds_pluripro_nombre", "cds_pluripro_100k")):
        connection.execute(
            f"""
            INSERT INTO staging.figure BY NAME
            WITH counted AS (
                SELECT t.code, t.region_code, t.population, t.population_year, v.year, v.value, v.source_id
                FROM territory t LEFT JOIN indicator_value v
                    ON v.level = 'departement' AND v.code = t.code AND v.indicator = $name
                    AND v.year = (SELECT max(year) FROM indicator_value WHERE indicator = $name)
                WHERE t.level = 'departement'
            ),
            place AS (
                SELECT unnest(['departement', 'region', 'france']) AS level,
                       unnest([code, region_code, 'FR']) AS code, * EXCLUDE (code) FROM counted
            )
            SELECT 'computed' AS tier, level, code, '{rate}' AS indicator, max(year) AS year, 'all' AS sex,
                   sum(value) * 100000.0 / sum(population) AS value, sum(value)::INTEGER AS events, 'computed' AS basis,
                   'nombre publié ÷ population municipale '
                   || array_to_string(list_sort(list(DISTINCT population_year)), ' ou ') AS method,
                   min(source_id) AS source_id
            FROM place GROUP BY level, code HAVING count(value) = count(*)
            """,
            {"name": name},
        )


def combine(connection: duckdb.DuckDBPyConnection) -> None:
    """Published département figures, brought to their région and to France.

    A sum wants every département; a mean is over those that are known, and its method names the others. The only département of
    a région gives it its figure as it is published: nothing is averaged.
    """
    provisional = "CASE WHEN bool_or(v.basis = 'provisional') THEN 'provisional' ELSE 'computed' END"
    for how, bound, basis, value, least, method in (
        ("sum", "'exact'", provisional, "sum(v.value)", "count(*)", "somme des départements"),
        (
            "mean",
            "'about'",
            "'mean_of_parts'",
            "sum(v.value * v.population) / sum(v.population) FILTER (v.value IS NOT NULL)",
            "1",
            "moyenne des départements pondérée par la population, calculée ici : ce n'est pas un chiffre publié",
        ),
    ):
        without = "coalesce(' ; sans ' || string_agg(v.code, ', ' ORDER BY v.code) FILTER (v.value IS NULL), '')"
        names = [i.code for i in catalog.INDICATORS if i.combine == how]
        connection.execute(
            f"""
            INSERT INTO staging.figure BY NAME
            WITH figure AS (
                SELECT v.indicator, v.year, v.sex, v.value, v.bound, v.basis, v.method, v.source_id, v.code, t.region_code, t.population,
                       r.population IS NOT DISTINCT FROM t.population AS alone
                FROM indicator_value v
                JOIN territory t ON t.level = 'departement' AND t.code = v.code
                LEFT JOIN territory r ON r.level = 'region' AND r.code = t.region_code
                WHERE v.level = 'departement' AND v.indicator IN (SELECT unnest($names))
            )
            SELECT 'computed' AS tier, 'region' AS level, region_code AS code, indicator, year, sex, {value} AS value,
                   {bound} AS bound, {basis} AS basis, $method || {without} AS method, min(source_id) AS source_id
            FROM figure v WHERE NOT v.alone
            GROUP BY region_code, indicator, year, sex HAVING count(v.value) >= {least}
            UNION ALL
            SELECT 'computed', 'region', region_code, indicator, year, sex, value, bound, basis, method, source_id
            FROM figure WHERE alone AND value IS NOT NULL
            UNION ALL
            SELECT 'computed', 'france', 'FR', indicator, year, sex, {value}, {bound}, {basis}, $method || {without}, min(source_id)
            FROM figure v
            GROUP BY indicator, year, sex HAVING count(v.value) >= {least}
            """,
            {"names": names, "method": method},
        )
