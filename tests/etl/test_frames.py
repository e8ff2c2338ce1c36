"""Rows of a frame into a table, by name."""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from etl import frames


@pytest.fixture
def connection():
    with duckdb.connect() as memory:
        memory.execute("CREATE TABLE place (code VARCHAR, name VARCHAR, population INTEGER)")
        yield memory


def test_columns_are_matched_by_name_and_those_that_lack_stay_null(connection):
    frames.insert(connection, "place", pd.DataFrame({"population": [3, 4], "code": ["a", "b"]}))
    assert connection.execute("FROM place ORDER BY code").fetchall() == [("a", None, 3), ("b", None, 4)]


def test_no_row_is_no_error_whatever_its_columns(connection):
    frames.insert(connection, "place", pd.DataFrame({"unknown": []}))
    assert connection.execute("FROM place").fetchall() == []


def test_a_column_that_the_table_lacks_is_refused(connection):
    with pytest.raises(duckdb.Error, match="unknown"):
        frames.insert(connection, "place", pd.DataFrame({"unknown": [1]}))


def test_rows_take_the_types_of_the_table_and_what_is_no_column_is_left_out(connection):
    frames.insert_rows(connection, "place", [])
    connection.execute("ALTER TABLE place ADD COLUMN parts VARCHAR[]")
    frames.insert_rows(
        connection, "place", [{"code": "a", "population": None, "tier": "x"}, {"parts": ["b"], "name": "B"}]
    )
    assert connection.execute("FROM place ORDER BY code").fetchall() == [
        ("a", None, None, None),
        (None, "B", None, ["b"]),
    ]
    with pytest.raises(pa.ArrowException):
        frames.insert_rows(connection, "place", [{"population": "beaucoup"}])
