"""The three location problems that a reader may choose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SitingMethod:
    """A way of choosing sites: label, what it seeks, unit of its result."""

    code: str
    label: str
    meaning: str
    unit: str  # of the objective
    maximise: bool


COVER = SitingMethod(
    "couverture", "Couvrir le plus d'habitants", "le plus d'habitants à moins du seuil d'un site", "habitants", True
)


MEDIAN = SitingMethod(
    "p_mediane", "Réduire le trajet moyen", "le trajet moyen par habitant le plus court", "minutes", False
)


CENTRE = SitingMethod("p_centre", "Rapprocher les plus éloignés", "le plus long trajet le plus court", "minutes", False)


METHODS = (COVER, MEDIAN, CENTRE)


METHOD = {method.code: method for method in METHODS}
