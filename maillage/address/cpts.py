"""What is kept of the list of CPTS."""

from __future__ import annotations

from dataclasses import dataclass

from maillage import catalog
from maillage.address import free, many_of, param

EXTENTS = ("complet", "partiel", "inconnu")


SIZES = tuple(size.code for size in catalog.SIZE_CLASSES)


@dataclass(frozen=True)
class CptsChoices:
    """What is kept of the list; everything when nothing is chosen."""

    words: str = param("nom", free(80), "")
    sizes: tuple[str, ...] = param("tailles", many_of(SIZES), SIZES)
    extents: tuple[str, ...] = param("perimetre", many_of(EXTENTS), EXTENTS)
