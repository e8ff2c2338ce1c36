"""DREES's potential local accessibility of dentists, by commune: full-time equivalents for 100,000 people."""

from __future__ import annotations

import duckdb

from etl.source import Inputs, Tally
from etl.sources import apl

SOURCE = apl.source("apl_dentistes", "aux chirurgiens-dentistes", "aux_chirurgiens_dentistes")
WORKBOOK = apl.Workbook(
    {"apl_dentistes_drees": ("APL aux chirurgiens-dentistes", "APL aux dentistes")}, most=apl.MOST_FULL_TIME
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures for every year of the workbook, from the commune to France."""
    return apl.read(connection, inputs, SOURCE, WORKBOOK)
