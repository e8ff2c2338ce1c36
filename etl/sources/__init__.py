"""One file a source: SOURCE, where it comes from; load(), what it brings. Loaded in this order."""

from etl.sources import (
    claims,
    cpts,
    cpts_paca,
    departement_figures,
    departement_series,
    finess,
    finess_activites,
    finess_legacy,
    geography,
    populations,
    structures,
)

SOURCES = (
    geography,
    populations,
    structures,
    finess,
    finess_activites,
    finess_legacy,
    cpts,
    cpts_paca,
    departement_figures,
    departement_series,
    claims,
)
