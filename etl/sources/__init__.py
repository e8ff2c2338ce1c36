"""One file a source: SOURCE, where it comes from; load(), what it brings. Loaded in this order."""

from etl.sources import (
    claims,
    cpts,
    cpts_paca,
    departement_figures,
    departement_series,
    geography,
    populations,
    structures,
)

SOURCES = (
    geography,
    populations,
    structures,
    cpts,
    cpts_paca,
    departement_figures,
    departement_series,
    claims,
)
