"""How figures are obtained, in words: each way is written once, and indicators say which is theirs."""

from __future__ import annotations

from dataclasses import dataclass

EVOLUTION = (2016, 2023)  # the two years whose populations are compared
LOCAL = ("commune", "arrondissement_municipal")


@dataclass(frozen=True)
class Recipe:
    """`words` at any level, but for those of a commune (`local`) or of a région and France (`above`) where it is otherwise.

    Above, a figure whose basis is in `given` was published for the whole, and is not made of its parts.
    """

    code: str
    words: str
    local: str = ""
    above: str = ""
    given: tuple[str, ...] = ()

    def at(self, level: str, basis: str = "") -> str:
        """How a figure of this basis is made at a level."""
        if basis in self.given:
            return AS_PUBLISHED
        if level in LOCAL:
            return self.local or self.words
        return self.above or self.words if level in ("region", "france") else self.words


AS_PUBLISHED = "Chiffre publié, repris tel quel"
_FIRST, _LAST = EVOLUTION

PUBLISHED = Recipe("published", AS_PUBLISHED)
SUMMED = Recipe("summed", AS_PUBLISHED, above="Somme des départements", given=("published",))
AVERAGED = Recipe(
    "averaged",
    AS_PUBLISHED,
    above="Σ (valeur de chaque département × ses habitants) ÷ Σ habitants",
    given=("published", "provisional"),
)
RANKED = Recipe("ranked", "Classement publié, repris tel quel : il n'a pas de moyenne")
BY_COMMUNE = Recipe(
    "by_commune", "Moyenne des communes, pondérée par la population du même fichier", local=AS_PUBLISHED
)
SHARED = Recipe("shared", "100 × habitants de ces âges ÷ habitants, sommés sur les communes")
COUNTED = Recipe("counted", "Somme des communes", local=AS_PUBLISHED)
PEOPLE = Recipe("people", "Somme des communes", local="Lue telle quelle")
DENSITY = Recipe("density", "Population municipale ÷ surface des contours")
CHANGE = Recipe("change", f"100 × ((population {_LAST} ÷ population {_FIRST}) puissance 1/{_LAST - _FIRST} − 1)")
COVERED = Recipe("covered", "100 × habitants des communes membres d'une CPTS ÷ habitants")
PUBLISHED_RATE = Recipe("published_rate", "100 000 × nombre publié ÷ population municipale")
SITES_RATE = Recipe("sites_rate", "100 000 × sites ouverts recensés ÷ population municipale")
STANDARDISED = Recipe(
    "standardised",
    "100 000 × Σ (poids × décès ÷ population) ÷ Σ poids, par tranches de cinq ans, poids de la population européenne standard 2013",
)
DISTANCE = Recipe(
    "distance",
    "Σ (distance de chaque commune × ses habitants) ÷ Σ habitants",
    local="Distance à vol d'oiseau de la mairie au site ouvert et recensé le plus proche",
)
