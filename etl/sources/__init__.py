"""One file a source: SOURCE, where it comes from; load(), what it brings. Loaded in this order."""

from etl.sources import (
    ages,
    apl,
    cartosante,
    claims,
    cpts,
    cpts_paca,
    departement_figures,
    departement_series,
    density_grid,
    finess,
    finess_activites,
    finess_legacy,
    geography,
    insee_statlocales,
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
    ages,
    apl,
    density_grid,
    cartosante,
    insee_statlocales,
    claims,
)
