"""Whole tables in plain Python: what the oracles read, with no SQL of their own to be wrong."""

from functools import cache

import pytest


@pytest.fixture(scope="session")
def table(warehouse):
    """A function from a table's name to its rows, as dictionaries; contours are left out."""

    @cache
    def rows(name):
        cursor = warehouse.cursor()
        columns = [c for c, *_ in cursor.execute(f"SELECT column_name FROM (DESCRIBE {name})").fetchall()]
        columns.remove("geometry") if "geometry" in columns else None
        listed = ", ".join(f'"{column}"' for column in columns)
        return [
            dict(zip(columns, row, strict=True)) for row in cursor.execute(f"SELECT {listed} FROM {name}").fetchall()
        ]

    return rows


@pytest.fixture(scope="session")
def homes(table):
    """Where people live: arrondissements, and communes that have none."""
    split = {row["parent_code"] for row in table("territory") if row["level"] == "arrondissement_municipal"}
    return [
        row | {"commune_code": row["parent_code"] or row["code"]}
        for row in table("territory")
        if row["level"] == "arrondissement_municipal" or (row["level"] == "commune" and row["code"] not in split)
    ]
