"""What the reader of « Écarts » chooses, beside the territory and the statuses of every page."""

from __future__ import annotations

from dataclasses import dataclass

from maillage import catalog
from maillage.address import codes, many_of, number, one_of, param
from maillage.catalog.siting import METHOD

TABS = {
    "blanches": "Zones blanches",
    "acces": "Accès",
    "besoin": "Besoin et accès",
    "et_si": "Et si ?",
    "methodes": "Méthodes et limites",
}
TYPES = tuple(kind.code for kind in catalog.SITE_TYPES if kind.indicators)
MEASURES = {"minutes": "Temps", "km": "Distance", "indice": "Indice 2SFCA"}
SUPPLIES = {"sites": "Un site compte pour un", "places": "Un site compte pour ses places"}
NEEDS = ("mortalite_prematuree_0_64", "part_75_plus", "taux_pauvrete", "densite", "evolution_population")
RANKED = {"commune": "Communes", "epci": "Intercommunalités", "departement": "Départements"}
MOMENTS = {"avant": "Avant", "apres": "Après", "gain": "Gain"}
MOST_SITES, MOST_PLACED = 20, 20
LEAST = 2_000  # inhabitants of a commune where a person would propose to open
PROJECTS = {"non": "Non", "oui": "Oui"}


@dataclass(frozen=True)
class GapsChoices:
    """All of it in the address."""

    tab: str = param("volet", one_of(TABS), "blanches")
    place: tuple[str, ...] = param("lieu", codes(1, (5,)), ())  # the commune asked about

    types: tuple[str, ...] = param("types", many_of(TYPES), ("MSP",))  # any of them will do
    measure: str = param("mesure", one_of(MEASURES), "minutes")
    threshold: int = param("seuil", number(5, 60), 15)  # minutes, or km where the measure is a distance
    supply: str = param("offre", one_of(SUPPLIES), "sites")
    decay: str = param("decroissance", one_of(catalog.DECAYS), "paliers")

    need: str = param("besoin", one_of(NEEDS), "mortalite_prematuree_0_64")
    ranked: str = param("rang", one_of(RANKED), "commune")
    weight_time: int = param("poids_temps", number(0, 10), 4)
    weight_index: int = param("poids_indice", number(0, 10), 2)
    weight_density: int = param("poids_densite", number(0, 10), 0)
    weight_change: int = param("poids_evolution", number(0, 10), 0)
    weight_mortality: int = param("poids_mortalite", number(0, 10), 2)
    weight_age: int = param("poids_age", number(0, 10), 2)

    kind: str = param("nouveau", one_of(TYPES), "MSP")  # what would open
    method: str = param("objectif", one_of(METHOD), "couverture")
    sites: int = param("sites", number(1, MOST_SITES), 3)
    least: int = param("candidates", number(0, 50_000), LEAST)  # population of a candidate commune, at least
    projects: str = param("projets", one_of(PROJECTS), "non")  # do those in preparation count as open?
    placed: tuple[str, ...] = param("poses", codes(MOST_PLACED, (5,)), ())  # the reader's own sites
    moment: str = param("vue", one_of(MOMENTS), "apres")
