"""Curated structures outside the five first départements: PASS above all, each from a public page cited and dated."""

from __future__ import annotations

import duckdb

from etl.source import Inputs, Source, Tally
from etl.sources import structures

SOURCE = Source(
    source_id="structures_france",
    title="Structures citées par des pages publiques, toute la France (PASS surtout)",
    producer="Maillage, d'après sites d'hôpitaux, ARS, presse et DREES : référence à chaque ligne",
    page="data/reference/structures_france_SOURCES.md",
    licence="Licence Ouverte 2.0",
    vintage="2008 à 2026, date à chaque ligne",
    retrieved_at="2026-11-25",
    files=("reference/structures_france.csv",),
    doubts="Aucune liste de PASS n'est sûrement entière : 79 sur environ 450. La plupart ont plus de deux ans, ou pas de date.",
    writes="site",
    tier="curated",
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the sites."""
    return structures.stage(connection, inputs, SOURCE)
