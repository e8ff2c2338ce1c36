"""What is computed once at build time from what was loaded. Run in this order, each with the database and the folder of data."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from etl.derive import access, adjacency, claims, indicators, inventory, mortality, scales

Derivation = Callable[[duckdb.DuckDBPyConnection, Path], None]


def _of_database(run: Callable[[duckdb.DuckDBPyConnection], None]) -> Derivation:
    """A derivation that needs nothing but the database."""
    return lambda connection, data: run(connection)


# What figures rest on, and the figures, which are published next.
COMPUTATIONS: tuple[tuple[str, Derivation], ...] = (
    ("Communes qui se touchent", _of_database(adjacency.run)),
    ("Ce qui est recensé, où", _of_database(inventory.run)),
    ("Distances au site le plus proche", access.run),  # may ask a router, set up in data/local
    ("Indicateurs", _of_database(indicators.run)),
    ("Mortalité prématurée", _of_database(mortality.run)),
)
# What is told of them.
CONCLUSIONS: tuple[tuple[str, Derivation], ...] = (
    ("Chiffres publiés et calculés", _of_database(claims.run)),
    ("Classes des cartes", _of_database(scales.run)),
)
