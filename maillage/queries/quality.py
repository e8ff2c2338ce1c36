"""Questions about what deserves doubt: sources that contradict each other, positions and states that are approximate or old."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def contradictions(cursor: Cursor) -> pd.DataFrame:
    """One row per fact that two sources tell differently, the widest gap of each subject first.

    Published counts of MSP against the open ones listed, published coverage against the one computed, published density
    against the one computed, and what a CPTS declares against its perimeter where it is whole: its population against the
    census of the year of the figure, or the last one before it. Where ours is a minimum, only
    a larger one contradicts. Columns: subject, place, code, published, published_by, computed, computed_as, unit, minimum, gap (in %).
    """
    return cursor.execute(
        """
        WITH latest AS (
            SELECT indicator, code, year, value, bound, method FROM indicator_value
            WHERE level = 'departement'
            QUALIFY year = max(year) OVER (PARTITION BY indicator, code)
        ),
        listed AS (
            SELECT i.departement_code AS code, i.extent, count(s.site_id) AS sites
            FROM inventory i LEFT JOIN site s
                ON s.departement_code = i.departement_code AND s.type = 'MSP' AND s.status = 'ouvert'
            WHERE i.subject = 'MSP' AND i.extent <> 'inconnu' GROUP BY ALL
        ),
        declared AS (
            SELECT c.cpts_id, c.declared_population, c.citation,
                   coalesce(max(coalesce(k.year, try_cast(left(k.date, 4) AS INTEGER))), try_cast(left(c.as_of, 4) AS INTEGER), 9999) AS year
            FROM cpts c LEFT JOIN claim k
              ON k.cpts_id = c.cpts_id AND k.subject = 'Population CPTS' AND k.claimed = c.declared_population
            WHERE c.perimeter = 'complet' AND c.declared_population IS NOT NULL
            GROUP BY c.cpts_id, c.declared_population, c.citation, c.as_of
        ),
        census AS (
            SELECT m.cpts_id, h.year, sum(h.population) AS people
            FROM cpts_commune m JOIN population_history h ON h.code = m.commune_code GROUP BY m.cpts_id, h.year
            QUALIFY count(*) = max(count(*)) OVER (PARTITION BY m.cpts_id)
        ),
        of_its_year AS (
            SELECT d.*, n.people, n.year AS census_year FROM declared d JOIN census n USING (cpts_id)
            QUALIFY row_number() OVER (PARTITION BY d.cpts_id ORDER BY n.year <= d.year DESC,
                                       CASE WHEN n.year <= d.year THEN -n.year ELSE n.year END) = 1
        ),
        pair AS (
            SELECT 'MSP' AS subject, p.code, NULL AS cpts_id, p.value AS published, p.method AS published_by, l.sites::DOUBLE AS computed,
                   'sites MSP ouverts recensés' AS computed_as, 'MSP' AS unit, l.extent = 'partiel' AS minimum, 0 AS tolerance
            FROM latest p JOIN listed l ON l.code = p.code WHERE p.indicator = 'msp_nombre'
            UNION ALL
            SELECT 'Couverture par une CPTS', p.code, NULL, p.value, p.method, c.value, c.method, '% de la population',
                   c.bound = 'at_least', 1
            FROM latest p JOIN latest c ON c.code = p.code AND c.indicator = 'couverture_cpts'
            WHERE p.indicator = 'cpts_part_population_couverte'
            UNION ALL
            SELECT 'Densité de population', p.code, NULL, p.value, p.method, c.value, c.method, 'hab./km²', false, 0.02 * p.value
            FROM latest p JOIN latest c ON c.code = p.code AND c.indicator = 'densite' WHERE p.indicator = 'densite_publiee'
            UNION ALL
            SELECT 'Habitants d''une CPTS', NULL, cpts_id, declared_population, citation, people,
                   'population municipale ' || census_year || ' des communes membres', 'habitants', false, 0.02 * declared_population
            FROM of_its_year
            UNION ALL
            SELECT 'Communes d''une CPTS', NULL, c.cpts_id, c.declared_communes, c.citation, count(*),
                   'communes membres connues', 'communes', false, 0
            FROM cpts c JOIN cpts_commune m USING (cpts_id)
            WHERE c.perimeter = 'complet' AND c.declared_communes IS NOT NULL GROUP BY ALL
        )
        SELECT pair.subject, coalesce(c.name, t.name) AS place, coalesce(pair.code, '') AS code, published, published_by, computed,
               computed_as, unit, minimum, 100 * (computed / nullif(published, 0) - 1) AS gap
        FROM pair
        LEFT JOIN territory t ON t.level = 'departement' AND t.code = pair.code
        LEFT JOIN cpts c USING (cpts_id)
        WHERE published IS NOT NULL AND computed IS NOT NULL
          AND CASE WHEN minimum THEN computed - published > tolerance ELSE abs(computed - published) > tolerance END
        ORDER BY pair.subject, abs(computed / nullif(published, 0) - 1) DESC NULLS FIRST, place
        """
    ).fetchdf()


def doubtful_sites(cursor: Cursor) -> pd.DataFrame:
    """One row per site that is not placed, stands at its commune's point, or whose preparation is told by a source before 2022.

    Columns: doubt (sans commune, au point de la commune, état ancien), departement_code, commune, type, name, status, as_of, note.
    A site with two doubts has two rows.
    """
    return cursor.execute(
        """
        WITH doubted AS (
            SELECT *, 'sans commune' AS doubt, 1 AS rank FROM site WHERE lon IS NULL
            UNION ALL SELECT *, 'état ancien', 2 FROM site WHERE status <> 'ouvert' AND status <> 'ferme' AND as_of < '2022'
            UNION ALL SELECT *, 'au point de la commune', 3 FROM site WHERE precision = 'commune'
        )
        SELECT d.doubt, d.departement_code, t.name AS commune, d.type, d.name, d.status, d.as_of, d.note
        FROM doubted d
        LEFT JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = d.commune_code
        ORDER BY d.rank, d.departement_code, d.type, d.name, d.site_id
        """
    ).fetchdf()


def ambiguous_rows(cursor: Cursor) -> pd.DataFrame:
    """How many rows of each source were refused or doubtful, and why. Columns: source, outcome, reason, rows."""
    return cursor.execute(
        """
        SELECT i.title AS source, r.outcome, r.reason, count(*) AS rows
        FROM intake_row r JOIN intake i USING (source_id) WHERE r.outcome <> 'compris'
        GROUP BY ALL ORDER BY rows DESC, source, reason
        """
    ).fetchdf()
