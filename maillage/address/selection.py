"""What the reader is looking at on every page, and its one form in the address bar.

The address is the only memory: a page reads it, a gesture rewrites it, a copied link restores the view.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from maillage import catalog
from maillage.address import Notation, flag, many_of, one_of, param, with_another

MESHES = ("departement", "commune")
EXAMPLE = "un territoire s'écrit departement-08, commune-08105, france-FR"


def _territory(text: str) -> tuple[str, str]:
    """« departement-08 » -> its level and code; whether it exists is for the database to say."""
    level, _, code = text.partition("-")
    if level not in catalog.LEVEL or not (code.isalnum() and code.isascii() and len(code) <= 9):
        raise ValueError(f"la France est affichée ; {EXAMPLE}")
    return level, code.upper()


def _cpts(text: str) -> str:
    """The identifier of a CPTS, or nothing."""
    if not re.fullmatch(r"[a-z0-9-]{0,80}", text):
        raise ValueError("l'identifiant d'une CPTS n'a que des lettres minuscules, des chiffres et des tirets")
    return text


TERRITORY, CPTS = Notation(_territory, "-".join), Notation(_cpts)


@dataclass(frozen=True)
class Selection:
    """A territory, an indicator, the structures and CPTS on the map, and how."""

    level: str = param("territoire", TERRITORY, "france", beside=("code",))
    code: str = with_another("FR")
    indicator: str = param("indicateur", one_of(catalog.INDICATOR), catalog.DEFAULT_INDICATOR)
    types: tuple[str, ...] = param(
        "structures", many_of(catalog.SITE_TYPE, "aucune", keep=True), catalog.DEFAULT_SITE_TYPES
    )
    statuses: tuple[str, ...] = param("statuts", many_of(catalog.CPTS_STATUS, keep=True), catalog.DEFAULT_CPTS_STATUSES)
    cpts: str = param("cpts", CPTS, "")  # the CPTS sought, framed and drawn stronger
    perimeters: bool = param("perimetres", flag(), True)  # draw the CPTS outlines
    mesh: str = param("maille", one_of(MESHES), "departement")  # how the whole of France is cut
    background: bool = param(
        "fond", flag("ign", "aucun"), False
    )  # the IGN map, the only thing ever asked of a third party

    def go(self, level: str, code: str) -> Selection:
        """The same choices at another territory; the CPTS looked at is left."""
        return replace(self, level=level, code=code, cpts="")
