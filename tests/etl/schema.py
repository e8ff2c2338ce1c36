"""The tables of a build, for tests that fill them."""

from __future__ import annotations

from functools import cache

import duckdb

from etl import build as builder


@cache
def schema() -> str:
    """That of `etl` without the comments of its columns: they are four statements of five, and two thirds of its time."""
    text = (builder.HERE / "schema.sql").read_text(encoding="utf-8")
    return ";\n".join(one.query for one in duckdb.extract_statements(text) if "COMMENT ON" not in one.query)
