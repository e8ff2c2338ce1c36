"""The tables of a build, for tests that fill them."""

from __future__ import annotations

from functools import cache

from etl import build as builder


@cache
def schema() -> str:
    """That of `etl` without the comments of its columns."""
    return builder.schema(comments=False)
