"""Rows of CPTS as they are staged, for resolutions without a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def cpts() -> Callable[..., dict]:
    """A staged row: a CPTS of the Ardennes of which little is said."""

    def row(name: str, *members: str, tier: str = "curated", source_id: str = "liste", **columns) -> dict:
        known = {
            "tier": tier,
            "cpts_id": name.lower().replace(" ", "-"),
            "name": name,
            "aliases": [],
            "status": "inconnu",
            "status_date": None,
            "departement_codes": ["08"],
            "declared_population": None,
            "declared_communes": None,
            "declared_professionals": None,
            "perimeter": "complet" if members else "inconnu",
            "members": list(members),
            "note": None,
            "citation": source_id,
            "as_of": None,
            "source_id": source_id,
            "finess": None,
            "exhaustive": None,
            "file": None,
            "line": None,
            "doubts": [],
        }
        return known | columns

    return row
