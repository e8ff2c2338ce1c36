"""A column of a table that leaves the atlas, and what must be known of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """One column: its heading, what it means, its unit, the date of what it holds, where that comes from."""

    name: str
    meaning: str = ""
    unit: str = ""
    date: str = ""
    source: str = ""
