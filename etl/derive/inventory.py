"""What was looked for, where, and how far it goes: the difference between « none » and « unknown »."""

from __future__ import annotations

import duckdb

from maillage import catalog


def run(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `inventory`: one row per site type (and « CPTS ») and département.

    `listed` counts open sites, or CPTS that are not over. A list is `complet` when a source says it holds the département
    wholly, or when it has WHOLE_SHARE of a published count that is not older than its rows; `partiel` when it holds
    something; `inconnu` when it does not. A register says it for the types it holds, in `staging.inventory`; two years before
    the latest list, it is believed whole for lasting types only.
    """
    connection.execute(
        """
        INSERT INTO inventory BY NAME
        WITH subject AS (
            SELECT unnest($kinds) AS subject, unnest($indicators) AS indicator UNION ALL SELECT 'CPTS', NULL
        ),
        entry AS (
            SELECT type AS subject, departement_code, status = 'ouvert' AS counts, as_of, source_id FROM site
            UNION ALL
            SELECT 'CPTS', unnest(departement_codes), status <> 'resilie', as_of, source_id FROM cpts
        ),
        member AS (
            SELECT 'CPTS' AS subject, r.departement_code, min(c.source_id) AS source_id
            FROM cpts_commune m JOIN cpts c USING (cpts_id) JOIN residence r ON r.code = m.commune_code
            GROUP BY r.departement_code
        ),
        listed AS (
            SELECT subject, departement_code, count(*) FILTER (counts) AS listed, min(as_of) AS oldest, max(as_of) AS newest,
                   min(source_id) AS source_id
            FROM entry GROUP BY ALL
        ),
        whole AS (
            SELECT subject, departement_code, arg_max(source_id, coalesce(as_of, '')) AS source_id, max(as_of) AS as_of
            FROM staging.inventory i WHERE extent = 'complet' AND NOT (
                i.tier = 'register' AND i.subject NOT IN (SELECT unnest($lasting))
                AND i.as_of || '-01-01' < (SELECT (max(left(as_of, 4)::INTEGER) - 2)::VARCHAR || substr(max(as_of), 5) FROM staging.inventory))
            GROUP BY ALL
        ),
        official AS (
            SELECT indicator, code AS departement_code, value::INTEGER AS published, year || '-12-31' AS published_as_of,
                   source_id AS published_source
            FROM indicator_value WHERE level = 'departement' AND indicator IN (SELECT unnest($indicators)) AND value IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY indicator, code ORDER BY year DESC) = 1
        ),
        counted AS (
            SELECT s.subject, d.code AS departement_code, coalesce(l.listed, 0) AS listed, o.published, o.published_as_of,
                   o.published_source, coalesce(l.listed, 0) / nullif(o.published, 0) AS share, l.oldest, l.newest,
                   w.source_id IS NOT NULL AS told, coalesce(w.source_id, l.source_id, m.source_id) AS source_id, w.as_of,
                   l.source_id IS NOT NULL OR m.source_id IS NOT NULL AS something
            FROM subject s CROSS JOIN (FROM territory WHERE level = 'departement') d
            LEFT JOIN listed l ON l.subject = s.subject AND l.departement_code = d.code
            LEFT JOIN member m ON m.subject = s.subject AND m.departement_code = d.code
            LEFT JOIN whole w ON w.subject = s.subject AND w.departement_code = d.code
            LEFT JOIN official o ON o.indicator = s.indicator AND o.departement_code = d.code
        )
        SELECT subject, departement_code, listed, published, published_as_of, published_source, share,
               CASE WHEN told OR something AND share >= $whole AND published_as_of >= newest THEN 'complet'
                    WHEN something THEN 'partiel' ELSE 'inconnu' END AS extent,
               CASE WHEN told THEN as_of ELSE oldest END AS as_of,
               CASE WHEN told OR something THEN source_id END AS source_id
        FROM counted
        """,
        {
            "kinds": [kind.code for kind in catalog.SITE_TYPES],
            "indicators": [kind.published or None for kind in catalog.SITE_TYPES],
            "lasting": [kind.code for kind in catalog.SITE_TYPES if kind.lasting],
            "whole": catalog.WHOLE_SHARE,
        },
    )
