"""What the reader is looking at, and its one form in the address bar.

The address is the only memory: a page reads it, a gesture rewrites it, a copied link restores the view.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from maillage import catalog
from maillage.language.text import shown

MESHES = ("departement", "commune")
NAMES = ("territoire", "indicateur", "structures", "statuts", "cpts", "perimetres", "maille", "fond")  # in the address


@dataclass(frozen=True)
class Selection:
    """A territory, an indicator, the structures and CPTS shown, and how."""

    level: str = "france"
    code: str = "FR"
    indicator: str = catalog.DEFAULT_INDICATOR
    types: tuple[str, ...] = catalog.DEFAULT_SITE_TYPES
    statuses: tuple[str, ...] = catalog.DEFAULT_CPTS_STATUSES
    cpts: str = ""  # the CPTS sought, framed and drawn stronger
    perimeters: bool = True  # draw the CPTS outlines
    mesh: str = "departement"  # how the whole of France is cut
    background: bool = False  # the IGN map, the only thing ever asked of a third party

    def go(self, level: str, code: str) -> Selection:
        return replace(self, level=level, code=code, cpts="")

    def query(self) -> dict[str, str]:
        """Query parameters, without what is at its default."""
        query = {}
        if (self.level, self.code) != ("france", "FR"):
            query["territoire"] = f"{self.level}-{self.code}"
        if self.indicator != catalog.DEFAULT_INDICATOR:
            query["indicateur"] = self.indicator
        if set(self.types) != set(catalog.DEFAULT_SITE_TYPES):
            query["structures"] = ",".join(self.types) or "aucune"
        if set(self.statuses) != set(catalog.DEFAULT_CPTS_STATUSES):
            query["statuts"] = ",".join(self.statuses) or "aucun"
        if self.cpts:
            query["cpts"] = self.cpts
        if not self.perimeters:
            query["perimetres"] = "non"
        if self.mesh != "departement":
            query["maille"] = self.mesh
        if self.background:
            query["fond"] = "ign"
        return query


def parse(query: Mapping[str, str]) -> tuple[Selection, list[str]]:
    """The selection an address asks for, and one sentence for each part that could not be understood.

    A part that is not understood keeps its default; nothing is raised. Whether the territory exists is for the
    database to say.
    """
    problems: list[str] = []
    chosen: dict[str, object] = {}

    territory = query.get("territoire")
    if territory is not None:
        level, _, code = territory.partition("-")
        if level in catalog.LEVEL and code.isalnum() and code.isascii() and len(code) <= 9:
            chosen |= {"level": level, "code": code.upper()}
        else:
            problems.append(
                f"Le territoire « {shown(territory)} » de l'adresse n'est pas compris : la France est affichée. "
                "Exemple : territoire=departement-08."
            )

    indicator = query.get("indicateur")
    if indicator in catalog.INDICATOR:
        chosen["indicator"] = indicator
    elif indicator is not None:
        problems.append(
            f"L'indicateur « {shown(indicator)} » de l'adresse n'existe pas : "
            f"« {catalog.INDICATOR[catalog.DEFAULT_INDICATOR].label} » le remplace."
        )

    cpts = query.get("cpts", "")
    if re.fullmatch(r"[a-z0-9-]{1,80}", cpts):
        chosen["cpts"] = cpts
    elif cpts:
        problems.append(f"La CPTS « {shown(cpts)} » de l'adresse n'est pas comprise : laissée de côté.")

    for name, field, known, nothing, what in (
        ("structures", "types", catalog.SITE_TYPE, "aucune", "Les structures"),
        ("statuts", "statuses", catalog.CPTS_STATUS, "aucun", "Les statuts"),
    ):
        if name in query:
            asked = [] if query[name] == nothing else query[name].split(",")
            unknown = [code for code in asked if code not in known]
            # Catalog order, whatever the order in the address: one view, one address.
            chosen[field] = tuple(code for code in known if code in asked)
            if unknown:
                problems.append(
                    f"{what} « {shown(', '.join(unknown))} » de l'adresse n'existent pas : laissés de côté."
                )

    for name, field, values in (
        ("perimetres", "perimeters", {"oui": True, "non": False}),
        ("maille", "mesh", {mesh: mesh for mesh in MESHES}),
        ("fond", "background", {"ign": True, "aucun": False}),
    ):
        if name in query:
            if query[name] in values:
                chosen[field] = values[query[name]]
            else:
                problems.append(
                    f"« {name}={shown(query[name])} » n'est pas compris dans l'adresse. Valeurs : {', '.join(values)}."
                )
    return Selection(**chosen), problems
