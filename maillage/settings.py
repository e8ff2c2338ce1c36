"""What an operator may set: by the environment, so that nothing of ours is to be edited."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from maillage.catalog import LEAST_THRESHOLD, THRESHOLD

ROUTER = "MAILLAGE_ROUTER"  # the address of a router; read by the build
DEPOT = "MAILLAGE_DEPOT"  # where lists that visitors bring are read; read by maillage/subjects/visitor_list.py
SECRECY = "MAILLAGE_SECRET"  # counts of people from 1 to this number − 1 are withheld; 0: none is
FRAMES = "MAILLAGE_CADRES"  # which sites may show a view asked with embed=true; all, none, or their addresses
KNOWN = {DEPOT, FRAMES, ROUTER, SECRECY}
SITE = re.compile(r"https?://(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[0-9]{1,5})?")
EVERY_SITE, NO_SITE = "tous", "aucun"


def secrecy(environment: Mapping[str, str] = os.environ) -> tuple[int, str]:
    """The threshold of small numbers, and a sentence where what is set is no threshold: the usual one then holds."""
    value = environment.get(SECRECY, "").strip()
    if not value:
        return THRESHOLD, ""
    if value.isascii() and value.isdigit() and len(value) < 7 and (int(value) == 0 or int(value) >= LEAST_THRESHOLD):
        return int(value), ""
    return THRESHOLD, (
        f"{SECRECY} n'est ni 0 (rien n'est retenu) ni un nombre entier d'au moins {LEAST_THRESHOLD} : le seuil de secret reste "
        f"de {THRESHOLD}."
    )


def frames(environment: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Which sites may frame a view, as a policy says it, and a sentence where what is set says nothing: none then may."""
    value = environment.get(FRAMES, "").strip() or EVERY_SITE
    if value in (EVERY_SITE, NO_SITE):
        return "*" if value == EVERY_SITE else "'self'", ""
    sites = value.split()
    if all(SITE.fullmatch(site) for site in sites):
        return " ".join(("'self'", *sites)), ""
    return "'self'", (
        f"{FRAMES} n'est ni « {EVERY_SITE} », ni « {NO_SITE} », ni des adresses de sites comme https://www.exemple.fr séparées par des "
        "espaces : aucun autre site ne montre l'atlas."
    )


def mistakes(environment: Mapping[str, str] = os.environ) -> str | None:
    """A sentence when a setting of ours does not exist, or says nothing that can be used."""
    for name in sorted(environment):
        if name.startswith("MAILLAGE_") and name not in KNOWN:
            return f"{name} n'est pas un réglage de Maillage : il connaît {', '.join(sorted(KNOWN))}."
    return secrecy(environment)[1] or frames(environment)[1] or None
