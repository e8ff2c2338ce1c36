from __future__ import annotations

import duckdb
import pytest

from etl import build as builder
from etl.derive import inventory
from etl.sources.finess_2026_occitanie import DEPARTEMENTS as OCCITANIE
from tests.etl.schema import schema


def test_a_departement_is_surveyed_where_a_site_a_cpts_or_a_perimeter_is_known(cursor):
    sites = set(cursor.execute("SELECT DISTINCT type, departement_code FROM site").fetchall())
    perimeters = {
        ("CPTS", code)
        for (code,) in cursor.execute(
            "SELECT DISTINCT r.departement_code FROM cpts_commune m JOIN residence r ON r.code = m.commune_code"
        ).fetchall()
    }
    named = {
        ("CPTS", code) for (code,) in cursor.execute("SELECT DISTINCT unnest(departement_codes) FROM cpts").fetchall()
    }
    assert named - perimeters  # known by name only: listed all the same
    rows = cursor.execute("SELECT subject, departement_code, extent, source_id FROM inventory").fetchall()
    assert len(rows) == 20 * 101
    known = {(subject, code) for subject, code, extent, _ in rows if extent != "inconnu"}
    complete = {(subject, code) for subject, code, extent, _ in rows if extent == "complet"}
    assert known == sites | perimeters | named | complete
    assert {code for subject, code in complete if subject == "CPTS"} == {"04", "05", "06", "13", "83", "84"}
    assert {code for subject, code in complete if subject == "LHSS"} == set(OCCITANIE)


def test_published_counts_stand_beside_what_is_listed(cursor):
    ours = cursor.execute(
        "SELECT listed, published, published_as_of, published_source, share FROM inventory "
        "WHERE subject = 'MSP' AND departement_code = '08'"
    ).fetchone()
    assert ours == (28, 22, "2023-12-31", "departement_figures", pytest.approx(28 / 22))
    unpublished = cursor.execute("SELECT count(*) FROM inventory WHERE subject <> 'MSP' AND published IS NOT NULL")
    assert unpublished.fetchone() == (0,)


@pytest.mark.parametrize(
    ("listed", "as_of", "published", "extent"),
    [
        (19, "2023", 20, "complet"),  # 95 %
        (18, "2023", 20, "partiel"),
        (19, "2024-01-01", 20, "partiel"),  # the list is newer than the count, which says nothing of its date
        (30, None, 20, "partiel"),  # nobody knows of when the list is
        (0, None, 20, "inconnu"),
        (0, None, 0, "inconnu"),
        (1, "2023", None, "partiel"),
    ],
)
def test_a_list_is_whole_when_it_has_what_was_published(listed, as_of, published, extent):
    with duckdb.connect() as memory:
        memory.execute(schema())
        builder.fill_catalog(memory)
        memory.execute("INSERT INTO source VALUES ('essai', 't', 'p', 'p', 'l', 'v', NULL, NULL, NULL, NULL)")
        memory.execute("INSERT INTO territory (level, code, name) VALUES ('departement', '08', 'Ardennes')")
        memory.execute(
            """
            INSERT INTO site BY NAME SELECT 's' || n AS site_id, 'MSP' AS type, 'x' AS name, 'ouvert' AS status,
                   '08' AS departement_code, 'c' AS citation, ? AS as_of, 'essai' AS source_id FROM range(?) t (n)
            """,
            [as_of, listed],
        )
        if published is not None:
            memory.execute(
                "INSERT INTO indicator_value BY NAME SELECT 'departement' AS level, '08' AS code, 'msp_nombre' AS indicator, "
                "2023 AS year, 'all' AS sex, ? AS value, 'm' AS method, 'essai' AS source_id",
                [published],
            )
        inventory.run(memory)
        counts = memory.execute("SELECT extent, listed, published FROM inventory WHERE subject = 'MSP'").fetchone()
    assert counts == (extent, listed, published)
