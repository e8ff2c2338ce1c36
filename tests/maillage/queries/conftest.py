"""Whole tables in plain Python: what the oracles read, with no SQL of their own to be wrong."""

from functools import cache

import pytest

from maillage import catalog


@pytest.fixture(scope="session")
def table(warehouse):
    """A function from a table's name, and columns where its rows are many, to its rows, as dictionaries; contours are left out."""

    @cache
    def rows(name, *columns):
        return _rows(warehouse.cursor(), name, columns)

    return rows


@pytest.fixture(scope="session")
def grouped(warehouse):
    """A function from a table, one of its columns and a value to the rows that have it: the others are not even read."""

    @cache
    def rows(name, column, value):
        return _rows(warehouse.cursor(), name, (), f'WHERE "{column}" = ?', [value])

    return rows


def _rows(cursor, name, columns, where="", values=()):
    columns = columns or [c for c, *_ in cursor.execute(f"DESCRIBE {name}").fetchall() if c != "geometry"]
    listed = ", ".join(f'"{column}"' for column in columns)
    cells = cursor.execute(f"SELECT {listed} FROM {name} {where}", values).fetchall()
    return [dict(zip(columns, row, strict=True)) for row in cells]


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
