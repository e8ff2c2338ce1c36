"""The registry: what Maillage knows how to name, count and draw. Everything is declared once, here;
the indicators, which are many, in maillage/catalog/indicators.py.

Codes are keys, in the database and in links: never rename one. Labels are what readers see: rename freely.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from maillage.catalog.indicators import Indicator as Indicator
from maillage.catalog.indicators import indicators
from maillage.catalog.recipes import EVOLUTION as EVOLUTION

SCHEMA_VERSION = 7  # of the database: the ETL writes it, the atlas refuses any other


@dataclass(frozen=True)
class Level:
    """A level of territory: code, French names, geometry or not."""

    code: str
    label: str
    plural: str


@dataclass(frozen=True)
class SiteType:
    """A type of structure: letters, label, meaning, shape and colour of its symbol."""

    code: str
    label: str
    symbol: str  # the letters drawn in the marker
    shape: str  # disc, triangle, square, diamond, small_square
    colour: str
    meaning: str  # one sentence for someone who has never met the acronym
    finess: tuple[str, ...] = ()  # category codes of the national register; it has none for ESP nor for PASS
    indicators: bool = True  # are a rate and a distance worth showing? Not for a seat, nor for every site of a hospital
    published: str = ""  # the indicator that is an official count of its open sites, by département
    lasting: bool = False  # few open or close: an old register still tells them whole


@dataclass(frozen=True)
class Subtype:
    """A kind within a type of structure, such as the psychiatric PASS."""

    site_type: str
    code: str
    label: str


@dataclass(frozen=True)
class Status:
    """A stage in the life of a structure or of a CPTS, and how it is drawn."""

    code: str
    label: str
    line: str = ""  # how a CPTS outline is drawn: solid, dashed, dotted
    in_force: bool = True  # does the CPTS count in coverage unless the reader filters otherwise?


@dataclass(frozen=True)
class SizeClass:
    """A class of size of the contract of CPTS, by inhabitants."""

    code: str
    at_least: int  # inhabitants, inclusive: the published tables do not say which side an equality falls
    label: str


class TravelError(NamedTuple):
    """The error of guessed minutes in a band of real ones: median in %, mean and bias in minutes."""

    low: int  # of real trips of `low` to `high` minutes, which the estimate never saw
    high: int
    median_percent: float  # of |guess − real| ÷ real
    mean_minutes: float  # of |guess − real|
    bias_minutes: float  # of guess − real


@dataclass(frozen=True)
class TravelEstimate:
    """Minutes by car guessed from a straight line: factor × km ** exponent. Numbers or arrays."""

    label: str
    factor: float
    exponent: float
    errors: tuple[TravelError, ...]

    def minutes(self, km):
        """Minutes by car for `km` as the crow flies, a number or an array."""
        return self.factor * km**self.exponent

    def km(self, minutes):
        """How far that many minutes lead."""
        return (minutes / self.factor) ** (1 / self.exponent)


# How a claim on a site fades with the time to it; maillage/methods/catchment.py has the weights.
DECAYS = {
    "paliers": "par paliers (1 ; 0,3 ; 0,1)",
    "binaire": "tout ou rien",
    "lineaire": "linéaire",
    "gaussien": "en cloche (gaussienne)",
}

LEVELS = (
    Level("france", "France", "France"),
    Level("region", "région", "régions"),
    Level("departement", "département", "départements"),
    Level("epci", "intercommunalité", "intercommunalités"),
    Level("commune", "commune", "communes"),
    Level("arrondissement_municipal", "arrondissement municipal", "arrondissements municipaux"),
)

DIVIDED = ("13055", "69123", "75056")  # Marseille, Lyon, Paris: one town hall says nothing of where in the city

# fmt: off
SITE_TYPES = (
    SiteType("MSP", "Maison de santé pluriprofessionnelle", "M", "disc", "#0072B2",
             "Des professionnels libéraux réunis autour d'un projet de santé commun.", finess=("603",), published="msp_nombre"),
    SiteType("ESP", "Équipe de soins primaires", "E", "triangle", "#00795A",
             "Des soignants de premier recours coordonnés autour d'un médecin généraliste, sans lieu commun."),
    SiteType("PASS", "Permanence d'accès aux soins de santé", "P", "square", "#C2500A",
             "L'accueil, à l'hôpital, des personnes sans couverture ou loin du soin."),
    SiteType("LHSS", "Lits halte soins santé", "L", "diamond", "#9C3F73",
             "Des lits médicalisés pour les personnes sans domicile.", finess=("180",)),
    SiteType("CDS", "Centre de santé", "C", "disc", "#2A7F8E",
             "Une structure de soins de proximité où les soignants sont salariés.", finess=("124", "439")),
    SiteType("LAM", "Lits d'accueil médicalisés", "LA", "small_square", "#5B6570",
             "Des lits au long cours pour personnes sans domicile atteintes d'une maladie grave.", finess=("213",)),
    SiteType("ACT", "Appartements de coordination thérapeutique", "AC", "small_square", "#5B6570",
             "Un logement accompagné pour des malades chroniques en situation précaire.", finess=("165",)),
    SiteType("CLAT", "Centre de lutte antituberculeuse", "CT", "small_square", "#5B6570",
             "Prévention, dépistage et suivi de la tuberculose.", finess=("637",)),
    SiteType("CEGIDD", "CeGIDD", "CG", "small_square", "#5B6570",
             "Centre gratuit d'information, de dépistage et de diagnostic des infections sexuellement transmissibles.", finess=("638",)),
    SiteType("CV", "Centre de vaccination", "CV", "small_square", "#5B6570",
             "Vaccinations gratuites ou internationales.", finess=("645",)),
    SiteType("DAC", "Dispositif d'appui à la coordination", "DA", "small_square", "#5B6570",
             "Un guichet pour les professionnels face aux parcours complexes.", finess=("606",)),
    SiteType("EMPP", "Équipe mobile psychiatrie précarité", "EM", "small_square", "#5B6570",
             "Des soins psychiques là où vivent les personnes en grande précarité."),
    SiteType("EMMSP", "Équipe mobile médico-sociale santé précarité", "MP", "small_square", "#5B6570",
             "Des soins infirmiers et un suivi de santé là où vivent les personnes en grande précarité.", finess=("608",)),
    SiteType("ESS", "Équipe de soins spécialisés", "ES", "small_square", "#5B6570",
             "Des médecins d'une même spécialité qui appuient ensemble les soins de premier recours.", finess=("647",)),
    SiteType("CSAPA", "Centre de soins, d'accompagnement et de prévention en addictologie", "CS", "small_square", "#5B6570",
             "Des soins gratuits pour les personnes qui ont une addiction, et pour leur entourage.", finess=("197",), lasting=True),
    SiteType("CAARUD", "Centre d'accueil et d'accompagnement à la réduction des risques", "CA", "small_square", "#5B6570",
             "Un accueil sans condition pour les usagers de drogues.", finess=("178",), lasting=True),
    SiteType("AUTRE_SERVICE", "Autre service de santé", "SV", "small_square", "#5B6570",
             "Un service d'accès aux soins ou de prévention sans catégorie au registre : médiation, interprétariat, petite enfance…",
             indicators=False),
    SiteType("HOP", "Site hospitalier", "HO", "small_square", "#5B6570",
             "Un site d'un hôpital ou d'une clinique de soins pluridisciplinaires, consultations et annexes comprises.",
             finess=("101", "106", "355", "365"), indicators=False, lasting=True),
    SiteType("SIEGE_CPTS", "Siège de CPTS", "SI", "small_square", "#5B6570",
             "L'adresse légale d'une CPTS : ni un lieu de soins, ni son périmètre.", finess=("604",), indicators=False),
)
# fmt: on
DEFAULT_SITE_TYPES = ("MSP", "ESP", "PASS", "LHSS")

SITE_SUBTYPES = (
    Subtype("PASS", "generaliste", "généraliste"),
    Subtype("PASS", "psychiatrique", "psychiatrique"),
    Subtype("PASS", "bucco_dentaire", "bucco-dentaire"),
    Subtype("PASS", "pediatrique", "pédiatrique, ou de la mère et de l'enfant"),
    Subtype("PASS", "mobile", "mobile"),
    Subtype("PASS", "ville", "de ville"),
    Subtype("AUTRE_SERVICE", "mediation", "médiation en santé"),
    Subtype("AUTRE_SERVICE", "interpretariat", "interprétariat pour les soignants"),
    Subtype("AUTRE_SERVICE", "petite_enfance", "petite enfance et parentalité"),
    Subtype("AUTRE_SERVICE", "activite_physique", "activité physique adaptée"),
)

# What a figure is: how it bounds the truth, and where it comes from.
BOUNDS = ("exact", "at_least", "at_most", "about")
BASES = ("published", "computed", "estimated", "provisional", "mean_of_parts", "withheld")
WITHHELD = "withheld"  # the basis of a figure kept secret: neither zero nor missing

# How far a list of one type in one département goes.
EXTENTS = ("complet", "partiel", "inconnu")
WHOLE_SHARE = 0.95  # of a published count: a list that holds it is whole

SITE_STATUSES = (
    Status("ouvert", "ouvert"),
    Status("en_ouverture", "en cours d'ouverture"),
    Status("en_construction", "en construction"),
    Status("en_projet", "en projet"),
    Status("ferme", "fermé"),
)

CPTS_STATUSES = (
    Status("aci_signe", "ACI signé", "solid"),
    Status("projet_sante_valide", "projet de santé validé", "dashed"),
    Status("lettre_intention_validee", "lettre d'intention validée", "dashed"),
    Status("emergence", "en émergence", "dashed"),
    Status("en_fonctionnement", "en fonctionnement, stade non précisé", "dotted"),
    Status("inconnu", "statut inconnu", "dotted"),
    Status("resilie", "résiliée", "dotted", in_force=False),
)
DEFAULT_CPTS_STATUSES = tuple(status.code for status in CPTS_STATUSES if status.in_force)

# Steps of a CPTS's life that are dated in the sources but are not a status of their own.
CPTS_STEPS = (
    Status("constitution", "association constituée"),
    Status("aci_annonce", "signature de l'ACI annoncée"),
    Status("inauguration", "inauguration"),
)

CPTS_COLOUR = "#4B3F8F"

SIZE_CLASSES = (
    SizeClass("T1", 0, "taille 1 : moins de 40 000 habitants"),
    SizeClass("T2", 40_000, "taille 2 : de 40 000 à moins de 80 000 habitants"),
    SizeClass("T3", 80_000, "taille 3 : de 80 000 à moins de 175 000 habitants"),
    SizeClass("T4", 175_000, "taille 4 : 175 000 habitants et plus"),
)

# The parts of France, each with its official projection (EPSG): Lambert-93, RGAF09 / UTM 20N, RGFG95 / UTM 22N,
# RGR92 / UTM 40S, RGM04 / UTM 38S. Nothing is measured from one part to another.
ZONES = {"metropole": 2154, "971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}

# Fitted on half of 512 communes of the Isère, judged on the other half: data/reference/travel_calibration.csv, which a
# test holds against these numbers.
TRAVEL = TravelEstimate(
    "estimé, hors réseau routier",
    factor=3.02,
    exponent=0.80,
    errors=(
        TravelError(0, 5, 44.46, 1.98, 1.91),
        TravelError(5, 10, 22.24, 2.03, 1.38),
        TravelError(10, 20, 16.29, 3.00, 1.26),
        TravelError(20, 40, 12.04, 4.97, 1.66),
        TravelError(40, 60, 10.08, 6.92, 1.48),
    ),
)

INDICATORS = indicators([kind for kind in SITE_TYPES if kind.indicators], compared=(*DEFAULT_SITE_TYPES, "CDS"))
DEFAULT_INDICATOR = "densite"
COVERAGE = "couverture_cpts"  # the share of people in a CPTS, as perimeters give it under the statuses chosen
PUBLISHED = {indicator.code for indicator in INDICATORS if indicator.rounded}
THRESHOLD, LEAST_THRESHOLD = 11, 4  # of secrecy: counts of people from 1 to the threshold − 1 are withheld

LEVEL = {level.code: level for level in LEVELS}
SITE_TYPE = {kind.code: kind for kind in SITE_TYPES}


def short(code: str) -> str:
    """What readers know a site type by: its letters, « MSP »; its label when its code is no word of theirs."""
    return SITE_TYPE[code].label if "_" in code else code


FINESS_TYPE = {category: kind.code for kind in SITE_TYPES for category in kind.finess}
SITE_STATUS = {status.code: status for status in SITE_STATUSES}
SITE_SUBTYPE = {(subtype.site_type, subtype.code): subtype for subtype in SITE_SUBTYPES}
CPTS_STATUS = {status.code: status for status in CPTS_STATUSES}
CPTS_STEP = {status.code: status for status in (*CPTS_STATUSES, *CPTS_STEPS)}
INDICATOR = {indicator.code: indicator for indicator in INDICATORS}

SITE_PREPARING = ("en_ouverture", "en_construction", "en_projet")

# The catalog is only as good as its keys: a duplicate would silently hide an entry.
for _index, _entries in (
    (LEVEL, LEVELS),
    (SITE_TYPE, SITE_TYPES),
    (SITE_STATUS, SITE_STATUSES),
    (SITE_SUBTYPE, SITE_SUBTYPES),
    (CPTS_STATUS, CPTS_STATUSES),
    (INDICATOR, INDICATORS),
):
    assert len(_index) == len(_entries), "duplicate code in the catalog"
assert len(FINESS_TYPE) == sum(len(kind.finess) for kind in SITE_TYPES), "a FINESS category is of one type"


def in_document(document: str) -> tuple[str, ...]:
    """Codes of the indicators that stand in a document without being asked for, in the catalogue's order."""
    standing = [indicator for indicator in INDICATORS if document in indicator.documents]
    return tuple(indicator.code for indicator in sorted(standing, key=lambda indicator: not indicator.lead))


def size_class(population: int) -> SizeClass:
    """The ACI size class of a CPTS of this many inhabitants."""
    return max((size for size in SIZE_CLASSES if population >= size.at_least), key=lambda size: size.at_least)


def zone_of(code: str) -> str:
    """The part of France of a commune or département code: `metropole`, or the overseas département."""
    return code[:3] if code[:2] == "97" else "metropole"
