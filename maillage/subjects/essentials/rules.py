"""When a figure is a finding: the thresholds of « L'essentiel », declared once. « Méthode » is written from them."""

from __future__ import annotations

from dataclasses import dataclass

from maillage import catalog
from maillage.language import text

COORDINATION, HEALTH, ACCESS, STRUCTURES, PEOPLE = TOPICS = (
    "Coordination",
    "État de santé",
    "Accès aux soins",
    "Maisons et centres de santé",
    "Population",
)
ENOUGH_PEERS = 50  # rankable figures of départements under which none of them is their middle one
ENOUGH_DOTS = 8  # rankable peers under which nobody stands among them
NEAR = 5.0  # percent of a threshold of size: closer to it is worth saying


@dataclass(frozen=True)
class Rule:
    """From which gap a figure stands out, and how that is said.

    `gap` is in the indicator's unit, or in percent of the figure compared with (`relative`). The three sentences go on with
    « qu'en France » (more, less) and « de la France » (alike), or with the median département.
    """

    topic: str
    indicator: str
    gap: float
    more: str
    less: str
    alike: str
    relative: bool = False
    falls: str = ""  # in place of `less` where the figure is under zero and the other over it; goes on as `alike`

    @property
    def threshold(self) -> str:
        """« 0,2 décès pour 1 000 habitants », « 5 points », « 10 % »."""
        indicator = catalog.INDICATOR[self.indicator]
        if self.relative:
            return text.quantity(self.gap, "%")
        digits = next(d for d in range(4) if round(self.gap, d) == self.gap)
        if indicator.unit.startswith("%"):
            return text.quantity(self.gap, "point" if self.gap < 2 else "points", digits)
        return text.quantity(self.gap, "an" if indicator.unit == "ans" and self.gap < 2 else indicator.unit, digits)


_COVERED = (
    "Plus d'habitants y vivent dans une CPTS",
    "Moins d'habitants y vivent dans une CPTS",
    "La part d'habitants dans une CPTS y est comparable à celle",
)

_CONSULTATIONS = (
    "Plus de consultations de généralistes y sont accessibles",
    "Moins de consultations de généralistes y sont accessibles",
    "L'accessibilité aux généralistes y est comparable à celle",
)

# fmt: off
RULES = (
    Rule(COORDINATION, "couverture_cpts", 5, *_COVERED),
    Rule(COORDINATION, "cpts_part_population_couverte", 5, *_COVERED),
    Rule(HEALTH, "mortalite_prematuree_0_64", 0.2,
         "On y meurt davantage avant 65 ans", "On y meurt moins avant 65 ans", "La mortalité avant 65 ans y est comparable à celle"),
    Rule(HEALTH, "esperance_vie_femmes", 1,
         "Les femmes y vivent plus longtemps", "Les femmes y vivent moins longtemps",
         "L'espérance de vie des femmes y est comparable à celle"),
    Rule(HEALTH, "esperance_vie_hommes", 1,
         "Les hommes y vivent plus longtemps", "Les hommes y vivent moins longtemps",
         "L'espérance de vie des hommes y est comparable à celle"),
    Rule(ACCESS, "apl_mg_drees", 10, *_CONSULTATIONS, relative=True),
    Rule(ACCESS, "apl_mg", 10, *_CONSULTATIONS, relative=True),
    Rule(ACCESS, "mg_liberaux_densite", 10,
         "Plus de généralistes libéraux y exercent, à population égale,", "Moins de généralistes libéraux y exercent, à population égale,",
         "La densité de généralistes libéraux y est comparable à celle", relative=True),
    Rule(ACCESS, "ald_part_avec_medecin_traitant", 2,
         "Plus de malades chroniques y ont un médecin traitant", "Moins de malades chroniques y ont un médecin traitant",
         "La part des malades chroniques avec un médecin traitant y est comparable à celle"),
    Rule(STRUCTURES, "structures_msp_100k", 25,
         "Plus de maisons de santé y sont ouvertes, à population égale,", "Moins de maisons de santé y sont ouvertes, à population égale,",
         "Le nombre de maisons de santé par habitant y est comparable à celui", relative=True),
    Rule(STRUCTURES, "structures_cds_100k", 25,
         "Plus de centres de santé y sont ouverts, à population égale,", "Moins de centres de santé y sont ouverts, à population égale,",
         "Le nombre de centres de santé par habitant y est comparable à celui", relative=True),
    Rule(STRUCTURES, "distance_msp", 25,
         "La maison de santé la plus proche y est plus loin", "La maison de santé la plus proche y est moins loin",
         "La distance à une maison de santé y est comparable à celle", relative=True),
    Rule(PEOPLE, "evolution_population", 0.3,
         "La population y augmente davantage", "La population y augmente moins", "L'évolution de la population y est comparable à celle",
         falls="La population y baisse, à la différence de celle"),
    Rule(PEOPLE, "part_75_plus", 1.5,
         "Les habitants de 75 ans et plus y pèsent davantage", "Les habitants de 75 ans et plus y pèsent moins",
         "La part des 75 ans et plus y est comparable à celle"),
    Rule(PEOPLE, "part_0_24", 4,
         "Les moins de 25 ans y pèsent davantage", "Les moins de 25 ans y pèsent moins", "La part des moins de 25 ans y est comparable à celle"),
    Rule(PEOPLE, "taux_pauvrete", 2,
         "La pauvreté y est plus fréquente", "La pauvreté y est moins fréquente", "La pauvreté y est comparable à celle"),
)
# fmt: on
INDICATORS = tuple(dict.fromkeys(rule.indicator for rule in RULES))

EN_CLAIR = (
    "Pour chacun des cinq sujets, le constat retenu est celui dont l'écart compte le plus de fois son seuil ; il n'y a pas de "
    "constat sans seuil. Sous le seuil, l'écart n'est pas commenté : « comparable ».",
    f"La comparaison se fait avec la France ; où la France n'a pas de chiffre, avec le département médian, si {ENOUGH_PEERS} "
    "départements au moins peuvent être rangés.",
    "Un minimum ou un maximum, tiré d'une liste qui n'est pas entière, ne donne aucun constat : le sujet passe à un autre "
    "indicateur, ou dit ce qui n'est pas su.",
    "Un chiffre publié par département seulement est dit tel quel dans une commune ou une CPTS ; il n'y est pas réparti.",
    f"La taille d'une CPTS est rapprochée de ses seuils ; un seuil à moins de {NEAR:g} % de la population est signalé.",
)
assert {rule.topic for rule in RULES} == set(TOPICS)
assert all(rule.indicator in catalog.INDICATOR for rule in RULES)
