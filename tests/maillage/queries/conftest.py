"""Whole tables in plain Python: what the oracles read, with no SQL of their own to be wrong."""

from collections import defaultdict
from functools import cache

import pytest

from maillage import catalog


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
def grouped(table):
    """A function from a table and one of its columns to the rows of each value: long tables are gone through once."""

    @cache
    def rows(name, column):
        groups = defaultdict(list)
        for row in table(name):
            groups[row[column]].append(row)
        return groups

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


MAY_BE = {"inconnu": set(catalog.CPTS_STATUS), "en_fonctionnement": {"projet_sante_valide", "aci_signe"}}


@pytest.fixture(scope="session")
def undetermined(table):
    """A function from a filter to the communes of a CPTS whose stage, unwritten, may pass it though its status does not."""

    def codes(statuses):
        maybe = {row["cpts_id"] for row in table("cpts") if MAY_BE.get(row["status"], set()) & set(statuses)}
        return {row["commune_code"] for row in table("cpts_commune") if row["cpts_id"] in maybe}

    return codes
