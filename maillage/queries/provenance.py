"""Questions about where things come from: sources, dictionary, gaps, claims, whole tables."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def build(cursor: Cursor) -> dict:
    """The one row of `build`."""
    row = cursor.execute("SELECT * FROM build").fetchone()
    return dict(zip([column[0] for column in cursor.description], row, strict=True))


def sources(cursor: Cursor) -> pd.DataFrame:
    """One row per source, and per source that gave nothing; what needs attention first, then in identifier order.

    All the columns of `source`, then what it gave to this build: outcome, sentence, rows_kept.
    """
    return cursor.execute(
        """
        SELECT s.* REPLACE (coalesce(s.source_id, i.source_id) AS source_id, coalesce(s.title, i.title) AS title),
               i.outcome, i.sentence, i.rows_kept
        FROM source s FULL JOIN intake i USING (source_id)
        ORDER BY i.outcome IN ('perimee', 'ecartee', 'absente') DESC, coalesce(s.source_id, i.source_id)
        """
    ).fetchdf()


def dictionary(cursor: Cursor) -> pd.DataFrame:
    """One row per column of every table and view, read from the schema's comments.

    Columns: table_name, table_comment, column_name, data_type, comment; tables in name order, columns in theirs.
    """
    return cursor.execute(
        """
        SELECT c.table_name, t.comment AS table_comment, c.column_name, c.data_type, c.comment
        FROM duckdb_columns() c
        JOIN (SELECT table_name, comment, database_name FROM duckdb_tables()
              UNION ALL SELECT view_name, comment, database_name FROM duckdb_views() WHERE NOT internal) t
          ON t.table_name = c.table_name AND t.database_name = c.database_name
        WHERE c.database_name = current_database() ORDER BY c.table_name, c.column_index
        """
    ).fetchdf()


def tables(cursor: Cursor) -> pd.DataFrame:
    """One row per table. Columns: name, comment, rows."""
    names = cursor.execute(
        "SELECT table_name, comment FROM duckdb_tables() WHERE database_name = current_database() ORDER BY table_name"
    ).fetchall()
    # Names come from the catalog just read, not from a reader.
    counts = [cursor.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name, _ in names]
    return pd.DataFrame(
        [(name, comment, count) for (name, comment), count in zip(names, counts, strict=True)],
        columns=["name", "comment", "rows"],
    )


def claims(cursor: Cursor) -> pd.DataFrame:
    """One row per published figure beside what the data give; what can be compared first.

    Columns: place, subject, claimed, computed, computed_as, bound, unit, date, note, citation.
    """
    return cursor.execute(
        """
        SELECT coalesce(p.name, t.name || CASE c.level WHEN 'departement' THEN ' (' || c.code || ')' ELSE '' END,
                        c.code) AS place,
               c.subject, c.claimed, c.computed, c.computed_as, c.bound, c.unit, c.date, c.note, c.citation
        FROM claim c
        LEFT JOIN cpts p USING (cpts_id)
        LEFT JOIN territory t ON t.level = c.level AND t.code = c.code
        ORDER BY c.computed IS NULL, c.claim_id
        """
    ).fetchdf()


def gaps(cursor: Cursor) -> dict[str, int]:
    """Counts of what is missing or approximate, by the name the page gives it."""
    row = cursor.execute(
        """
        SELECT
            (SELECT count(*) FROM site WHERE lon IS NULL) AS unplaced_sites,
            (SELECT count(*) FROM site WHERE precision = 'commune') AS sites_at_commune,
            (SELECT count(*) FROM site) AS sites,
            (SELECT count(DISTINCT departement_code) FROM site) AS departements_with_sites,
            (SELECT count(*) FROM cpts WHERE perimeter = 'inconnu') AS cpts_without_perimeter,
            (SELECT count(*) FROM cpts WHERE perimeter = 'partiel') AS cpts_partial,
            (SELECT count(*) FROM cpts WHERE status IN ('inconnu', 'en_fonctionnement')) AS cpts_without_stage,
            (SELECT count(*) FROM cpts) AS cpts,
            (SELECT count(*) FROM cpts_event WHERE deduced) AS deduced_dates,
            (SELECT count(*) FROM territory WHERE level = 'commune' AND geometry_origin <> 'source') AS rebuilt_communes,
            (SELECT count(*) FROM territory WHERE level = 'commune' AND point_origin <> 'mairie') AS inner_points,
            (SELECT count(*) FROM territory WHERE level = 'commune' AND code NOT IN (
                SELECT code FROM population_history WHERE year = 2016)) AS communes_without_2016,
            (SELECT count(*) FROM indicator_value WHERE value IS NULL) AS missing_figures,
            (SELECT count(*) FROM site WHERE status <> 'ouvert' AND as_of < '2022') AS old_statuses
        """
    ).fetchone()
    return dict(zip([column[0] for column in cursor.description], row, strict=True))


def missing_figures(cursor: Cursor) -> pd.DataFrame:
    """Published figures whose value is missing at the source. Columns: indicator, year, departements."""
    return cursor.execute(
        """
        SELECT i.label AS indicator, v.year, string_agg(v.code, ', ' ORDER BY v.code) AS departements
        FROM indicator_value v JOIN indicator i ON i.code = v.indicator
        WHERE v.value IS NULL AND v.level = 'departement' GROUP BY ALL ORDER BY i.label, v.year
        """
    ).fetchdf()


def columns(cursor: Cursor, name: str) -> list[tuple[str, str]]:
    """(name, type) of the columns of a table, in their order. Raises KeyError when there is no such table."""
    columns = cursor.execute(
        """
        SELECT c.column_name, c.data_type FROM duckdb_columns() c
        JOIN duckdb_tables() t ON t.table_oid = c.table_oid AND t.database_oid = c.database_oid
        WHERE c.database_name = current_database() AND c.table_name = ? ORDER BY c.column_index
        """,
        [name],
    ).fetchall()
    if not columns:
        raise KeyError(name)
    return columns


# Tables whose rows name no source: the table that does, or the sources of their subject.
_THROUGH = {"access": "site", "cpts_commune": "cpts"}
_SUBJECT = {
    **dict.fromkeys(
        ("territory", "adjacency", "commune_change", "commune_name", "residence"),
        ("geographie", "contours", "decoupage"),
    ),
    "population_history": ("populations", "decoupage"),
}


def behind(cursor: Cursor, name: str) -> list[tuple[str, str, str]]:
    """(title, producer, vintage) of the sources of a table, in title order; none for what the build itself writes."""
    table = _THROUGH.get(name, name)
    if name in _SUBJECT:
        named = "SELECT unnest(?)"
    elif "source_id" in dict(columns(cursor, table)):
        named = f'SELECT source_id FROM "{table}" WHERE len(?) = 0'
    else:
        return []
    return cursor.execute(
        f"SELECT title, producer, vintage FROM source WHERE source_id IN ({named}) ORDER BY title",
        [list(_SUBJECT.get(name, ()))],
    ).fetchall()
