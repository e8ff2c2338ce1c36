"""What was looked for, where: the difference between « none » and « unknown »."""

from __future__ import annotations

import duckdb


def run(connection: duckdb.DuckDBPyConnection) -> None:
    """A département with at least one site of a type, or one known CPTS perimeter, is listed in part.

    A source that lists a département wholly has already said so when it was loaded.
    """
    connection.execute(
        """
        INSERT INTO inventory
        SELECT type, departement_code, 'partiel', min(source_id) FROM site GROUP BY type, departement_code
        ON CONFLICT DO NOTHING
        """
    )
    connection.execute(
        """
        INSERT INTO inventory
        SELECT 'CPTS', r.departement_code, 'partiel', min(c.source_id)
        FROM cpts_commune m JOIN cpts c USING (cpts_id) JOIN residence r ON r.code = m.commune_code
        GROUP BY r.departement_code
        ON CONFLICT DO NOTHING
        """
    )
