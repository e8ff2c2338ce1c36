from __future__ import annotations


def test_a_departement_is_surveyed_where_a_site_or_a_perimeter_is_known(cursor):
    sites = set(cursor.execute("SELECT DISTINCT type, departement_code FROM site").fetchall())
    perimeters = {
        ("CPTS", code)
        for (code,) in cursor.execute(
            "SELECT DISTINCT r.departement_code FROM cpts_commune m JOIN residence r ON r.code = m.commune_code"
        ).fetchall()
    }
    surveyed = cursor.execute("SELECT subject, departement_code, extent, source_id FROM inventory").fetchall()
    assert {(subject, code) for subject, code, _, _ in surveyed} == sites | perimeters
    complete = {(subject, code, source) for subject, code, extent, source in surveyed if extent == "complet"}
    assert complete == {("CPTS", code, "cpts_paca") for code in ("04", "05", "06", "13", "83", "84")}
