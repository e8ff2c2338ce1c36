"""What the reader of « Comparer » chooses, beside the territory, the indicator and the statuses of every page."""

from __future__ import annotations

from dataclasses import dataclass

from maillage import catalog
from maillage.address import codes, many_of, number, one_of, param

VIEWS = {
    "tableau": "Tableau",
    "distribution": "Distribution",
    "nuage": "Nuage",
    "cartes": "Cartes",
    "evolution": "Évolution",
    "hasard": "Intervalles",
    "temps": "MSP et CPTS dans le temps",
}
GROUPS = {
    "tous": "Tous",
    "region": "Ceux de la région",
    "semblables": "Ceux qui lui ressemblent",
    "choisis": "Ma liste",
}
MAPS = {"indicateurs": "Une par indicateur", "annees": "Une par année"}
COMPARABLE = tuple(i.code for i in catalog.INDICATORS if "departement" in i.levels and not i.categories)
# Twice as dense, twice as populous: what matters is the ratio, and axes and gaps are of logarithms.
RATIOS = tuple(i.code for i in catalog.INDICATORS if i.ratio)


@dataclass(frozen=True)
class ComparisonChoices:
    """All of it in the address."""

    view: str = param("vue", one_of(VIEWS), "tableau")
    group: str = param("groupe", one_of(GROUPS), "tous")
    departements: tuple[str, ...] = param("departements", codes(101, (2, 3)), ())
    alike: tuple[str, ...] = param(
        "semblables_par", many_of(COMPARABLE), ("densite", "part_0_24", "part_75_plus")
    )  # the variables of likeness
    count: int = param("nombre", number(2, 20), 8)  # how many alike
    beside: tuple[str, ...] = param(
        "avec",
        many_of(COMPARABLE),
        ("densite", "mortalite_prematuree_0_64", "msp_publiees_100k", "apl_mg", "part_75_plus", "taux_pauvrete"),
    )  # the indicators shown beside the first
    across: str = param("croise", one_of(COMPARABLE), "taux_pauvrete")  # of the scatter, from left to right
    spotted: tuple[str, ...] = param("repere", codes(12, (2, 3)), ())  # départements picked out of the scatter
    year: int = param("annee", number(1900, 2100), 0)  # 0: the latest
    since: int = param("depuis", number(1900, 2100), 0)  # 0: the first
    maps: str = param("cartes", one_of(MAPS), "indicateurs")
