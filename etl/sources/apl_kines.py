"""DREES's potential local accessibility of physiotherapists, by commune: full-time equivalents for 100,000 people."""

from __future__ import annotations

import duckdb

from etl.source import Inputs, Tally
from etl.sources import apl

SOURCE = apl.source("apl_kines", "aux masseurs-kinésithérapeutes", "aux_kinesitherapeutes")
WORKBOOK = apl.Workbook(
    {"apl_kines_drees": ("APL aux kinésithérapeutes", "APL aux masseurs-kinésithérapeutes")}, most=apl.MOST_FULL_TIME
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures for every year of the workbook, from the commune to France."""
    return apl.read(connection, inputs, SOURCE, WORKBOOK)
