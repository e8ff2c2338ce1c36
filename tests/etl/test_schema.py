"""The contract: names, comments, constraints."""

from __future__ import annotations

import re
import tomllib

import duckdb
import pytest

from etl import build as builder
from maillage import catalog

# As the house's design gives them: tests and users rely on these names.
CONTRACT = {
    "territory": "level code name departement_code region_code epci_code population population_year area_km2 lon lat geometry",
    "commune_change": "old_code new_code year",
    "commune_name": "name code old_code kind until",
    "population_history": "code year population",
    "site": "site_id type name status commune_code address lon lat precision places finess opened_on source_id",
    "cpts": "cpts_id name aliases status status_date declared_population declared_communes declared_professionals "
    "perimeter source_id",
    "cpts_commune": "cpts_id commune_code",
    "cpts_event": "cpts_id status date source_id",
    "indicator_value": "level code indicator year sex value low high events method source_id",
    "access": "commune_code site_type nearest_site_id distance_km minutes minutes_method",
    "claim": "level code cpts_id subject claimed computed unit date source_id",
    "source": "source_id title producer page licence vintage retrieved_at sha256 rows",
    "build": "version built_at mode cog_year tool",
}


@pytest.fixture(scope="module")
def empty():
    with duckdb.connect() as connection:
        connection.execute(builder.schema())
        builder.fill_catalog(connection)
        yield connection


def test_tables_are_the_same_without_their_comments(empty):
    query = "SELECT schema_name, table_name, sql FROM duckdb_tables() ORDER BY ALL"
    with duckdb.connect() as bare:
        bare.execute(builder.schema(comments=False))
        assert bare.execute(query).fetchall() == empty.execute(query).fetchall() != []
        assert bare.execute("SELECT count(*) FROM duckdb_columns() WHERE comment IS NOT NULL").fetchall() == [(0,)]


def columns_of(connection, table):
    query = "SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND database_name = current_database()"
    return {name for (name,) in connection.execute(query, [table]).fetchall()}


@pytest.mark.parametrize("table", CONTRACT)
def test_the_columns_of_the_contract_exist(empty, table):
    assert set(CONTRACT[table].split()) - columns_of(empty, table) == set()


def test_every_table_and_column_has_a_comment(empty):
    assert (
        empty.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND coalesce(trim(comment), '') = ''"
        ).fetchall()
        == []
    )
    assert (
        empty.execute(
            """
        SELECT table_name, column_name FROM duckdb_columns()
        WHERE NOT internal AND schema_name = 'main' AND coalesce(trim(comment), '') = ''
          AND table_name IN (SELECT table_name FROM duckdb_tables())
        """
        ).fetchall()
        == []
    )
    assert empty.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL").fetchall() == []


def test_the_catalogue_is_in_the_database(empty):
    assert empty.execute("SELECT count(*) FROM indicator").fetchone() == (len(catalog.INDICATORS),)
    assert empty.execute("SELECT count(*) FROM site_type").fetchone() == (len(catalog.SITE_TYPES),)


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("indicator_value", "bound", catalog.BOUNDS),
        ("indicator_value", "basis", catalog.BASES),
        ("inventory", "extent", catalog.EXTENTS),
    ],
)
def test_a_closed_list_is_that_of_the_catalogue(empty, table, column, words):
    """The schema admits the words of the catalogue, and no other."""
    checks = empty.execute(
        "SELECT constraint_text FROM duckdb_constraints() WHERE schema_name = 'main' AND table_name = ? AND constraint_type = 'CHECK'",
        [table],
    ).fetchall()
    (check,) = [text for (text,) in checks if text.startswith(f"CHECK(({column} IN (")]
    assert tuple(re.findall("'([a-z_]+)'", check)) == words


def test_the_tool_bears_the_version_of_the_project():
    project = tomllib.loads((builder.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"{project['name']} {project['version']}" == builder.TOOL


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO territory (level, code, name) VALUES ('canton', '1', 'X')",
        "INSERT INTO territory (level, code, name, population) VALUES ('commune', '1', 'X', -1)",
        "INSERT INTO territory (level, code, name, lon) VALUES ('commune', '1', 'X', 181)",
        "INSERT INTO site (site_id, type, name, status, departement_code, citation, source_id) "
        "VALUES ('s', 'MSP', 'X', 'inconnu', '08', 'c', 't')",
        "INSERT INTO site (site_id, type, name, status, departement_code, citation, source_id, lon) "
        "VALUES ('s', 'MSP', 'X', 'ouvert', '08', 'c', 't', 4.7)",
        "INSERT INTO site (site_id, type, name, status, departement_code, citation, source_id, opened_on) "
        "VALUES ('s', 'MSP', 'X', 'ouvert', '08', 'c', 't', 'mai 2024')",
        "INSERT INTO cpts_commune VALUES ('nobody', '08105')",
        "INSERT INTO access VALUES ('08105', 'MSP', 'nobody', 1, 1, 'x')",
    ],
)
def test_the_schema_refuses_what_cannot_be(empty, statement):
    empty.execute("INSERT OR IGNORE INTO source VALUES ('t', 't', 't', 't', 't', 't', NULL, NULL, NULL, NULL)")
    with pytest.raises(duckdb.ConstraintException):
        empty.execute(statement)


def test_size_classes_take_the_equality():
    classes = {
        people: catalog.size_class(people).code for people in (0, 39_999, 40_000, 79_999, 80_000, 174_999, 175_000)
    }
    assert list(classes.values()) == ["T1", "T1", "T2", "T2", "T3", "T3", "T4"]
