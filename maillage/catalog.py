"""The registry: what Maillage knows how to name, count and draw. Everything is declared once, here.

Codes are keys, in the database and in links: never rename one. Labels are what readers see: rename freely.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

SCHEMA_VERSION = 2  # of the database: the ETL writes it, the atlas refuses any other


@dataclass(frozen=True)
class Level:
    code: str
    label: str
    plural: str


@dataclass(frozen=True)
class SiteType:
    code: str
    label: str
    symbol: str  # the letters drawn in the marker
    shape: str  # disc, triangle, square, diamond, small_square
    colour: str
    meaning: str  # one sentence for someone who has never met the acronym


@dataclass(frozen=True)
class Status:
    code: str
    label: str
    line: str = ""  # how a CPTS outline is drawn: solid, dashed, dotted
    in_force: bool = True  # does the CPTS count in coverage unless the reader filters otherwise?


@dataclass(frozen=True)
class SizeClass:
    code: str
    at_least: int  # inhabitants, inclusive: the published tables do not say which side an equality falls
    label: str


@dataclass(frozen=True)
class Indicator:
    code: str
    label: str
    unit: str
    decimals: int
    group: str
    palette: str  # a ColorBrewer name
    levels: tuple[str, ...]  # where a value may exist
    definition: str
    breaks: tuple[float, ...] = ()  # class limits; empty: computed at build time from the values
    commune_breaks: tuple[float, ...] = ()  # limits of their own for communes
    sex: str = "all"
    combine: str = ""  # how départements make a région: sum, mean (weighted by population), or not at all
    site_type: str = ""  # the site type it speaks of, where it speaks of one
    surveyed: bool = False  # rests on lists of structures or CPTS, whose dates are many


class TravelError(NamedTuple):
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
        return self.factor * km**self.exponent

    def km(self, minutes):
        """How far that many minutes lead."""
        return (minutes / self.factor) ** (1 / self.exponent)


LEVELS = (
    Level("france", "France", "France"),
    Level("region", "région", "régions"),
    Level("departement", "département", "départements"),
    Level("epci", "intercommunalité", "intercommunalités"),
    Level("commune", "commune", "communes"),
    Level("arrondissement_municipal", "arrondissement municipal", "arrondissements municipaux"),
)

# fmt: off
SITE_TYPES = (
    SiteType("MSP", "Maison de santé pluriprofessionnelle", "M", "disc", "#0072B2",
             "Des professionnels libéraux réunis autour d'un projet de santé commun."),
    SiteType("ESP", "Équipe de soins primaires", "E", "triangle", "#00795A",
             "Des soignants de premier recours coordonnés autour d'un médecin généraliste, sans lieu commun."),
    SiteType("PASS", "Permanence d'accès aux soins de santé", "P", "square", "#C2500A",
             "L'accueil, à l'hôpital, des personnes sans couverture ou loin du soin."),
    SiteType("LHSS", "Lits halte soins santé", "L", "diamond", "#9C3F73",
             "Des lits médicalisés pour les personnes sans domicile."),
    SiteType("CDS", "Centre de santé", "C", "disc", "#2A7F8E",
             "Une structure de soins de proximité où les soignants sont salariés."),
    SiteType("LAM", "Lits d'accueil médicalisés", "LA", "small_square", "#5B6570",
             "Des lits au long cours pour personnes sans domicile atteintes d'une maladie grave."),
    SiteType("ACT", "Appartements de coordination thérapeutique", "AC", "small_square", "#5B6570",
             "Un logement accompagné pour des malades chroniques en situation précaire."),
    SiteType("CLAT", "Centre de lutte antituberculeuse", "CT", "small_square", "#5B6570",
             "Prévention, dépistage et suivi de la tuberculose."),
    SiteType("CEGIDD", "CeGIDD", "CG", "small_square", "#5B6570",
             "Centre gratuit d'information, de dépistage et de diagnostic des infections sexuellement transmissibles."),
    SiteType("CV", "Centre de vaccination", "CV", "small_square", "#5B6570",
             "Vaccinations gratuites ou internationales."),
    SiteType("DAC", "Dispositif d'appui à la coordination", "DA", "small_square", "#5B6570",
             "Un guichet pour les professionnels face aux parcours complexes."),
    SiteType("EMPP", "Équipe mobile psychiatrie précarité", "EM", "small_square", "#5B6570",
             "Des soins psychiques là où vivent les personnes en grande précarité."),
)
# fmt: on
DEFAULT_SITE_TYPES = ("MSP", "ESP", "PASS", "LHSS")

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

EVERYWHERE = ("france", "region", "departement", "epci", "commune", "arrondissement_municipal")
DEPARTEMENTS = ("france", "region", "departement")
PLACES = ("departement", "epci", "commune", "arrondissement_municipal")

_POPULATION = "Population et territoire"
_HEALTH = "État de santé"
_COORDINATED = "Soins coordonnés"
_DISTANCE = "Distance au plus proche"
_ACCESS = "Accès aux professionnels"
_SOCIAL = "Contexte social"


def _published(code, label, unit, decimals, group, palette, definition, combine="mean", **more) -> Indicator:
    return Indicator(code, label, unit, decimals, group, palette, DEPARTEMENTS, definition, combine=combine, **more)


# fmt: off
INDICATORS = (
    Indicator("densite", "Densité de population", "hab./km²", 1, _POPULATION, "YlGnBu", EVERYWHERE,
        "Population municipale divisée par la surface, calculée sur les contours en projection officielle.",
        breaks=(20, 50, 100, 300, 1500)),
    Indicator("population", "Population municipale", "habitants", 0, _POPULATION, "YlGnBu", EVERYWHERE,
        "Population municipale légale de l'Insee."),
    Indicator("evolution_population", "Évolution de la population, 2016-2023", "% par an", 2, _POPULATION, "RdBu", EVERYWHERE,
        "Variation annuelle moyenne de la population municipale entre 2016 et 2023, à contours constants ; les "
        "communes dont l'une des deux populations est inconnue sont laissées de côté.",
        breaks=(-1.0, -0.5, 0.0, 0.5, 1.0)),
    _published("mortalite_prematuree_0_64", "Mortalité prématurée (0 à 64 ans)",
        "décès pour 1 000 habitants de 0 à 64 ans", 1, _HEALTH, "OrRd",
        "Taux de mortalité standardisé des 0 à 64 ans, publié à une décimale : deux départements de même valeur ne"
        " se classent pas. Donnée départementale, jamais répartie entre les communes.",
        breaks=(1.4, 1.6, 1.8, 2.0, 2.4)),
    _published("esperance_vie_femmes", "Espérance de vie des femmes", "ans", 1, _HEALTH, "BuPu",
        "Espérance de vie à la naissance des femmes.",
        sex="f"),
    _published("esperance_vie_hommes", "Espérance de vie des hommes", "ans", 1, _HEALTH, "BuPu",
        "Espérance de vie à la naissance des hommes.",
        sex="m"),
    Indicator("couverture_cpts", "Population couverte par une CPTS (périmètres connus)",
        "% de la population", 1, _COORDINATED, "Greens", EVERYWHERE,
        "Part des habitants dont la commune (l'arrondissement à Paris, Lyon et Marseille) est membre d'au moins "
        "une CPTS au statut retenu. Là où tous les périmètres ne sont pas connus, c'est un minimum.",
        breaks=(20, 40, 60, 80, 100), commune_breaks=(100,), surveyed=True),
    _published("cpts_part_population_couverte", "Population couverte par une CPTS (publié)",
        "% de la population", 0, _COORDINATED, "Greens",
        "Part des habitants d'un territoire couvert par une CPTS, publiée par la DITP ; les statuts comptés ne "
        "sont pas précisés par la source.",
        breaks=(60, 70, 80, 90, 100)),
    _published("msp_publiees_100k", "MSP publiées pour 100 000 habitants",
        "MSP pour 100 000 habitants", 1, _COORDINATED, "Blues",
        "Nombre de MSP publié par la DITP, rapporté à la population municipale.",
        combine=""),
    _published("msp_nombre", "Nombre de MSP (publié)", "MSP", 0, _COORDINATED, "Blues",
        "Maisons de santé pluriprofessionnelles en fonctionnement, publiées par la DITP (collecte des ARS).",
        combine="sum"),
    _published("cds_pluripro_100k", "Centres de santé pluriprofessionnels pour 100 000 habitants",
        "centres pour 100 000 habitants", 1, _COORDINATED, "Blues",
        "Nombre de centres de santé pluriprofessionnels publié par la DITP, rapporté à la population municipale.",
        combine=""),
    _published("cds_pluripro_nombre", "Nombre de centres de santé pluriprofessionnels (publié)",
        "centres", 0, _COORDINATED, "Blues",
        "Centres de santé pluriprofessionnels avec au moins un médecin généraliste, publiés par la DITP : ce n'est"
        " pas l'ensemble des centres de santé.",
        combine="sum"),
    *(
        Indicator(f"structures_{kind.code.lower()}_100k", f"Sites {kind.code} recensés pour 100 000 habitants",
            "pour 100 000 habitants", 1, _COORDINATED, "Blues", DEPARTEMENTS,
            f"Sites « {kind.label} » ouverts et recensés dans Maillage, rapportés à la population municipale. Le "
            "recensement n'est pas exhaustif : c'est un minimum.", site_type=kind.code, surveyed=True)
        for kind in SITE_TYPES
    ),
    *(
        Indicator(f"distance_{kind.code.lower()}",
            f"Distance : {kind.label}" + (f" ({kind.code})" if kind.label.upper() != kind.code else ""),
            "km", 1, _DISTANCE, "Purples", PLACES,
            f"Distance à vol d'oiseau de la mairie au site « {kind.label} » ouvert et recensé le plus proche, "
            "frontières départementales ignorées ; moyenne pondérée par la population au-dessus de la commune. "
            "D'autres sites peuvent exister : c'est un maximum.", breaks=(5, 10, 15, 20, 30), site_type=kind.code, surveyed=True)
        for kind in SITE_TYPES
    ),
    _published("apl_mg", "Accessibilité aux généralistes (APL)",
        "consultations par an et par habitant", 2, _ACCESS, "YlGnBu",
        "Accessibilité potentielle localisée aux médecins généralistes (DREES), moyenne départementale calculée "
        "par un tiers."),
    _published("apl_mg_part_population_sous_2_5", "Population sous 2,5 consultations par an (APL)",
        "% de la population", 1, _ACCESS, "OrRd",
        "Part des habitants de communes dont l'APL aux généralistes est sous 2,5, seuil historique et non zonage "
        "actuel."),
    _published("mg_densite", "Généralistes pour 100 000 habitants",
        "médecins pour 100 000 habitants", 0, _ACCESS, "YlGnBu",
        "Médecins généralistes, tous modes d'exercice (RPPS). Ne se compare pas aux seuls libéraux."),
    _published("mg_liberaux_densite", "Généralistes libéraux pour 100 000 habitants",
        "médecins pour 100 000 habitants", 1, _ACCESS, "YlGnBu",
        "Médecins généralistes libéraux actifs, hors modes d'exercice particuliers (Cnam)."),
    _published("mg_liberaux_nombre", "Nombre de généralistes libéraux", "médecins", 0, _ACCESS, "YlGnBu",
        "Médecins généralistes libéraux actifs, hors modes d'exercice particuliers (Cnam).",
        combine="sum"),
    _published("apl_infirmiers", "Accessibilité aux infirmiers (APL)",
        "ETP pour 100 000 habitants", 1, _ACCESS, "YlGnBu",
        "Accessibilité potentielle localisée aux infirmiers (DREES), moyenne départementale calculée par un tiers."),
    _published("apl_kines", "Accessibilité aux kinésithérapeutes (APL)",
        "ETP pour 100 000 habitants", 1, _ACCESS, "YlGnBu",
        "Accessibilité potentielle localisée aux masseurs-kinésithérapeutes (DREES), moyenne départementale "
        "calculée par un tiers."),
    _published("apl_dentistes", "Accessibilité aux dentistes (APL)", "ETP pour 100 000 habitants", 1, _ACCESS,
        "YlGnBu",
        "Accessibilité potentielle localisée aux chirurgiens-dentistes (DREES), moyenne départementale calculée "
        "par un tiers."),
    _published("apl_sages_femmes", "Accessibilité aux sages-femmes (APL)",
        "ETP pour 100 000 femmes", 1, _ACCESS, "YlGnBu",
        "Accessibilité potentielle localisée aux sages-femmes (DREES), moyenne départementale calculée par un tiers."),
    _published("ald_part_avec_medecin_traitant", "Patients en ALD ayant un médecin traitant",
        "% des patients en ALD", 1, _ACCESS, "YlGnBu",
        "Part des patients en affection de longue durée qui ont déclaré un médecin traitant."),
    _published("population_estimee", "Population estimée", "habitants", 0, _POPULATION, "YlGnBu",
        "Estimation provisoire de population au 1er janvier (Insee), distincte de la population légale.",
        combine="sum"),
    _published("part_0_24", "Moins de 25 ans", "% de la population", 1, _POPULATION, "PuRd",
        "Part des habitants de 0 à 24 ans."),
    _published("part_25_59", "De 25 à 59 ans", "% de la population", 1, _POPULATION, "PuRd",
        "Part des habitants de 25 à 59 ans."),
    _published("part_60_plus", "60 ans et plus", "% de la population", 1, _POPULATION, "PuRd",
        "Part des habitants de 60 ans et plus."),
    _published("part_75_plus", "75 ans et plus", "% de la population", 1, _POPULATION, "PuRd",
        "Part des habitants de 75 ans et plus, comprise dans celle des 60 ans et plus."),
    _published("densite_publiee", "Densité de population (publiée)", "hab./km²", 1, _POPULATION, "YlGnBu",
        "Densité publiée par la DREES sur les populations estimées ; la surface est celle du cadastre, sans les "
        "eaux.",
        breaks=(20, 50, 100, 300, 1500), combine=""),
    _published("taux_pauvrete", "Taux de pauvreté", "% de la population", 1, _SOCIAL, "OrRd",
        "Part des habitants sous 60 % du revenu médian (Filosofi)."),
    _published("css_part_beneficiaires", "Bénéficiaires de la complémentaire santé solidaire",
        "% de la population", 1, _SOCIAL, "OrRd",
        "Part des habitants couverts par la complémentaire santé solidaire."),
)
# fmt: on
DEFAULT_INDICATOR = "densite"

LEVEL = {level.code: level for level in LEVELS}
SITE_TYPE = {kind.code: kind for kind in SITE_TYPES}
SITE_STATUS = {status.code: status for status in SITE_STATUSES}
CPTS_STATUS = {status.code: status for status in CPTS_STATUSES}
CPTS_STEP = {status.code: status for status in (*CPTS_STATUSES, *CPTS_STEPS)}
INDICATOR = {indicator.code: indicator for indicator in INDICATORS}

SITE_PREPARING = ("en_ouverture", "en_construction", "en_projet")

# The catalog is only as good as its keys: a duplicate would silently hide an entry.
for _index, _entries in (
    (LEVEL, LEVELS),
    (SITE_TYPE, SITE_TYPES),
    (SITE_STATUS, SITE_STATUSES),
    (CPTS_STATUS, CPTS_STATUSES),
    (INDICATOR, INDICATORS),
):
    assert len(_index) == len(_entries), "duplicate code in the catalog"


def size_class(population: int) -> SizeClass:
    """The ACI size class of a CPTS of this many inhabitants."""
    return max((size for size in SIZE_CLASSES if population >= size.at_least), key=lambda size: size.at_least)


def zone_of(code: str) -> str:
    """The part of France of a commune or département code: `metropole`, or the overseas département."""
    return code[:3] if code[:2] == "97" else "metropole"
