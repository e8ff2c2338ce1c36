"""The indicators, a part of the catalogue: read them as `catalog.INDICATORS`."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.catalog import recipes
from maillage.catalog.recipes import Recipe
from maillage.catalog.standards import PREMATURE

# What part a figure plays for a reader.
CONTEXT, NEED, SUPPLY, ACCESS = ("context", "need", "supply", "access")
# Which way is the better one, where there is one.
MORE, LESS = ("more", "less")
# Where an indicator is set without being asked for: the profile beside the map, a territory's page and files, its slides,
# and the missions of a CPTS in the « diagnostic territorial ». The order is that of the catalogue.
PROFILE, TERRITORY, SLIDES = "profile", "territory", "slides"
CARE, PATHWAYS, PREVENTION, CRISES, QUALITY, STAFF = (
    "care",
    "pathways",
    "prevention",
    "crises",
    "quality",
    "staff",
)


@dataclass(frozen=True)
class Indicator:
    """An indicator, with all that is said of it: unit, decimals, formula, direction, role, documents."""

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
    categories: tuple[str, ...] = ()  # labels in order: the values are their ranks, from 1, and have no mean
    tier: str = "embedded"  # embedded, or what brings its values: live (an official file), local (an export by hand)
    recipe: Recipe = recipes.PUBLISHED
    role: str = CONTEXT
    direction: str = ""  # the better way: more, less, or neither
    documents: tuple[str, ...] = ()
    lead: bool = False  # in documents, before the others
    per: int = 0  # of a rate of events: for how many; 0 where it is none
    ratio: bool = False  # twice as much is what matters: axes and gaps are of logarithms
    by_status: bool = False  # counted anew for the CPTS statuses that the reader chooses
    counted: bool = False  # its value is itself a count of people: a small one is withheld
    rounded: bool = False  # given at these decimals by its source: it ranks no finer

    @property
    def limits(self) -> tuple[float, ...]:
        """Class limits between categories; none for a number."""
        return tuple(rank + 0.5 for rank in range(1, len(self.categories)))

    def category(self, value: float) -> str:
        """The label of a value that is a rank."""
        return self.categories[round(value) - 1]

    @property
    def decided(self) -> bool:
        """Whether what is counted was decided and is counted whole, as structures and professionals are: chance has no part
        in it, it has no interval, and it is nobody's secret."""
        return self.role in (SUPPLY, ACCESS)

    @property
    def secret(self) -> bool:
        """Whether the people counted behind it are withheld where they are few: not what is decided, nor the census."""
        return not self.decided and self.recipe not in (
            recipes.PEOPLE,
            recipes.DENSITY,
            recipes.CHANGE,
            recipes.COVERED,
        )

    @property
    def summed(self) -> bool:
        """Whether the country's figure is the sum of its départements': it would dwarf them."""
        return self.recipe in (recipes.PEOPLE, recipes.SUMMED, recipes.COUNTED)


EVERYWHERE = ("france", "region", "departement", "epci", "commune", "arrondissement_municipal")
DEPARTEMENTS = ("france", "region", "departement")
PLACES = ("departement", "epci", "commune", "arrondissement_municipal")
COMMUNES = ("commune", "arrondissement_municipal")
LOCAL_PLACES = ("epci", *COMMUNES)

_POPULATION = "Population et territoire"
_HEALTH = "État de santé"
_COORDINATED = "Soins coordonnés"
_DISTANCE = "Distance au plus proche"
_ACCESS = "Accès aux professionnels"
_LIBERAL = "Professionnels libéraux"
_SOCIAL = "Contexte social"

_ZONING = ("très sous-dotée", "sous-dotée", "intermédiaire", "très dotée", "sur-dotée")

# Self-employed professions counted by département beside general practitioners (mg_liberaux_*): code, label, and among whom the
# source seems to count, where it is not among all inhabitants: deduced from number ÷ density, which it does not say.
# fmt: off
PROFESSIONS = (
    ("generalistes_avec_mep", "Généralistes libéraux, expertise particulière comprise", ""),
    ("infirmiers", "Infirmiers libéraux", ""),
    ("kinesitherapeutes", "Masseurs-kinésithérapeutes libéraux", ""),
    ("chirurgiens_dentistes", "Chirurgiens-dentistes libéraux", ""),
    ("sages_femmes", "Sages-femmes libérales", "21 % d'entre eux, sans doute les femmes de 15 à 49 ans"),
    ("orthophonistes", "Orthophonistes libéraux", ""),
    ("pedicures_podologues", "Pédicures-podologues libéraux", ""),
    ("orthoptistes", "Orthoptistes libéraux", ""),
    ("psychiatres", "Psychiatres libéraux", ""),
    ("pediatres", "Pédiatres libéraux", "17 % d'entre eux, sans doute les moins de 15 ans"),
    ("gynecologues", "Gynécologues libéraux", "43 % d'entre eux, sans doute les femmes de 15 ans et plus"),
    ("cardiologues", "Cardiologues libéraux", ""),
    ("ophtalmologues", "Ophtalmologues libéraux", ""),
    ("dermatologues", "Dermatologues libéraux", ""),
)
# fmt: on
_PROFILED = ("infirmiers", "kinesitherapeutes", "chirurgiens_dentistes", "sages_femmes")

_COMBINED = {"mean": recipes.AVERAGED, "sum": recipes.SUMMED, "": recipes.PUBLISHED}


def _published(code, label, unit, decimals, group, palette, definition, combine="mean", **more) -> Indicator:
    more = {"recipe": _COMBINED[combine], "rounded": True} | more
    return Indicator(code, label, unit, decimals, group, palette, DEPARTEMENTS, definition, combine=combine, **more)


# fmt: off
def indicators(site_types, compared) -> tuple[Indicator, ...]:
    """Everything that can be coloured, in the order of the controls and of documents; some are declared once for each site
    type, and those of `compared` stand in documents."""
    return (
        Indicator("densite", "Densité de population", "hab./km²", 1, _POPULATION, "YlGnBu", EVERYWHERE,
            "Population municipale divisée par la surface, calculée sur les contours en projection officielle.",
            breaks=(20, 50, 100, 300, 1500),
            recipe=recipes.DENSITY, ratio=True, documents=(PROFILE, TERRITORY, SLIDES, CRISES)),
        Indicator("grille_densite", "Grille communale de densité", "en 7 niveaux", 0, _POPULATION, "YlGnBu_r", COMMUNES,
            "Niveau de chaque commune selon le nombre de ses habitants et leur répartition sur des carreaux d'un kilomètre "
            "(Insee, méthode européenne), et non selon une densité moyenne.",
            categories=("grands centres urbains", "centres urbains intermédiaires", "petites villes", "ceintures urbaines",
                        "bourgs ruraux", "rural à habitat dispersé", "rural à habitat très dispersé"), tier="live",
            recipe=recipes.RANKED, documents=(PROFILE,)),
        Indicator("population", "Population municipale", "habitants", 0, _POPULATION, "YlGnBu", EVERYWHERE,
            "Population municipale légale de l'Insee.",
            recipe=recipes.PEOPLE, ratio=True, lead=True, documents=(PROFILE, TERRITORY, SLIDES, CRISES)),
        Indicator("evolution_population", "Évolution de la population, 2016-2023", "% par an", 2, _POPULATION, "RdBu", EVERYWHERE,
            "Variation annuelle moyenne de la population municipale entre 2016 et 2023, à contours constants ; les "
            "communes dont l'une des deux populations est inconnue sont laissées de côté.",
            breaks=(-1.0, -0.5, 0.0, 0.5, 1.0),
            recipe=recipes.CHANGE, documents=(PROFILE, TERRITORY, SLIDES, STAFF)),
        _published("population_estimee", "Population estimée", "habitants", 0, _POPULATION, "YlGnBu",
            "Estimation provisoire de population au 1er janvier (Insee), distincte de la population légale.",
            combine="sum",
            ratio=True),
        _published("part_0_24", "Moins de 25 ans", "% de la population", 1, _POPULATION, "PuRd",
            "Part des habitants de 0 à 24 ans.",
            per=100, documents=(TERRITORY, PREVENTION)),
        _published("part_25_59", "De 25 à 59 ans", "% de la population", 1, _POPULATION, "PuRd",
            "Part des habitants de 25 à 59 ans.",
            per=100),
        _published("part_60_plus", "60 ans et plus", "% de la population", 1, _POPULATION, "PuRd",
            "Part des habitants de 60 ans et plus.",
            per=100, documents=(TERRITORY, PATHWAYS)),
        _published("part_75_plus", "75 ans et plus", "% de la population", 1, _POPULATION, "PuRd",
            "Part des habitants de 75 ans et plus, comprise dans celle des 60 ans et plus.",
            per=100, documents=(PROFILE, TERRITORY, SLIDES, PATHWAYS, PREVENTION, CRISES)),
        *(
            Indicator(code, label, "% de la population", 1, _POPULATION, "PuRd", EVERYWHERE,
                f"Part des habitants {who}, au recensement (Insee), de la commune à la France.",
                tier="live", recipe=recipes.SHARED, per=100, documents=documents)
            for code, label, who, documents in (
                ("part_moins_15_communes", "Moins de 15 ans, par commune (recensement)", "de moins de 15 ans", ()),
                ("part_65_plus_communes", "65 ans et plus, par commune (recensement)", "de 65 ans et plus", (PROFILE,)),
            )
        ),
        _published("densite_publiee", "Densité de population (publiée)", "hab./km²", 1, _POPULATION, "YlGnBu",
            "Densité publiée par la DREES sur les populations estimées ; la surface est celle du cadastre, sans les "
            "eaux.",
            breaks=(20, 50, 100, 300, 1500), combine="",
            ratio=True),
        _published("mortalite_prematuree_0_64", "Mortalité prématurée (0 à 64 ans)",
            "décès pour 1 000 habitants de 0 à 64 ans", 1, _HEALTH, "OrRd",
            "Taux de mortalité standardisé des 0 à 64 ans, publié à une décimale : deux départements de même valeur ne"
            " se classent pas. Donnée départementale, jamais répartie entre les communes.",
            breaks=(1.4, 1.6, 1.8, 2.0, 2.4),
            role=NEED, direction=LESS, per=1000, documents=(PROFILE, TERRITORY, SLIDES, PREVENTION)),
        *(
            Indicator(code, f"Mortalité prématurée calculée ici (0 à {age - 1} ans)",
                f"décès pour 100 000 habitants de 0 à {age - 1} ans", 1, _HEALTH, "OrRd", DEPARTEMENTS,
                f"Décès de 0 à {age - 1} ans des habitants, rapportés à la population par âge et standardisés sur la "
                "population européenne standard 2013, avec l'intervalle de Dobson à 95 %. Calculée ici : elle ne se mêle pas "
                "au taux publié, dont l'unité et la population de référence sont autres.",
                tier="local", recipe=recipes.STANDARDISED, role=NEED, direction=LESS, per=100_000)
            for code, age in PREMATURE.items()
        ),
        _published("esperance_vie_femmes", "Espérance de vie des femmes", "ans", 1, _HEALTH, "BuPu",
            "Espérance de vie à la naissance des femmes.",
            sex="f",
            role=NEED, direction=MORE),
        _published("esperance_vie_hommes", "Espérance de vie des hommes", "ans", 1, _HEALTH, "BuPu",
            "Espérance de vie à la naissance des hommes.",
            sex="m",
            role=NEED, direction=MORE),
        _published("esperance_vie_60_femmes", "Espérance de vie des femmes à 60 ans", "ans", 1, _HEALTH, "BuPu",
            "Années qui restent à vivre, en moyenne, à une femme de 60 ans.",
            sex="f", tier="local",
            role=NEED, direction=MORE),
        _published("esperance_vie_60_hommes", "Espérance de vie des hommes à 60 ans", "ans", 1, _HEALTH, "BuPu",
            "Années qui restent à vivre, en moyenne, à un homme de 60 ans.",
            sex="m", tier="local",
            role=NEED, direction=MORE),
        _published("mortalite_65_plus", "Mortalité des 65 ans et plus",
            "décès pour 1 000 habitants de 65 ans et plus", 1, _HEALTH, "OrRd",
            "Taux de mortalité standardisé des 65 ans ou plus, publié à une décimale. Donnée départementale.",
            tier="local",
            role=NEED, direction=LESS, per=1000),
        _published("mortalite_brute", "Taux brut de mortalité", "décès pour 1 000 habitants", 1, _HEALTH, "OrRd",
            "Décès rapportés à toute la population : il suit d'abord l'âge des habitants, et ne compare pas leur état de santé.",
            tier="local",
            role=NEED, per=1000),
        Indicator("couverture_cpts", "Population couverte par une CPTS (périmètres connus)",
            "% de la population", 1, _COORDINATED, "Greens", EVERYWHERE,
            "Part des habitants dont la commune (l'arrondissement à Paris, Lyon et Marseille) est membre d'au moins "
            "une CPTS au statut retenu. Là où tous les périmètres ne sont pas connus, c'est un minimum.",
            breaks=(20, 40, 60, 80, 100), commune_breaks=(100,), surveyed=True,
            recipe=recipes.COVERED, role=SUPPLY, direction=MORE, per=100, by_status=True, documents=(PROFILE, TERRITORY)),
        _published("cpts_part_population_couverte", "Population couverte par une CPTS (publié)",
            "% de la population", 0, _COORDINATED, "Greens",
            "Part des habitants d'un territoire couvert par une CPTS, publiée par la DITP ; les statuts comptés ne "
            "sont pas précisés par la source.",
            breaks=(60, 70, 80, 90, 100),
            role=SUPPLY, direction=MORE, per=100, documents=(PROFILE,)),
        _published("msp_publiees_100k", "MSP publiées pour 100 000 habitants",
            "MSP pour 100 000 habitants", 1, _COORDINATED, "Blues",
            "Nombre de MSP publié par la DITP, rapporté à la population municipale.",
            combine="",
            recipe=recipes.PUBLISHED_RATE, rounded=False, role=SUPPLY, direction=MORE, per=100_000, documents=(PROFILE,)),
        _published("msp_nombre", "Nombre de MSP (publié)", "MSP", 0, _COORDINATED, "Blues",
            "Maisons de santé pluriprofessionnelles en fonctionnement, publiées par la DITP (collecte des ARS).",
            combine="sum",
            role=SUPPLY, direction=MORE),
        _published("cds_pluripro_100k", "Centres de santé pluriprofessionnels pour 100 000 habitants",
            "centres pour 100 000 habitants", 1, _COORDINATED, "Blues",
            "Nombre de centres de santé pluriprofessionnels publié par la DITP, rapporté à la population municipale.",
            combine="",
            recipe=recipes.PUBLISHED_RATE, rounded=False, role=SUPPLY, direction=MORE, per=100_000, documents=(PROFILE,)),
        _published("cds_pluripro_nombre", "Nombre de centres de santé pluriprofessionnels (publié)",
            "centres", 0, _COORDINATED, "Blues",
            "Centres de santé pluriprofessionnels avec au moins un médecin généraliste, publiés par la DITP : ce n'est"
            " pas l'ensemble des centres de santé.",
            combine="sum",
            role=SUPPLY, direction=MORE),
        *(
            Indicator(f"structures_{kind.code.lower()}_100k", f"Sites {kind.code} recensés pour 100 000 habitants",
                "pour 100 000 habitants", 1, _COORDINATED, "Blues", DEPARTEMENTS,
                f"Sites « {kind.label} » ouverts et recensés dans Maillage, rapportés à la population municipale. Là où "
                "le recensement n'est pas exhaustif, c'est un minimum.", site_type=kind.code, surveyed=True,
                recipe=recipes.SITES_RATE, role=SUPPLY, direction=MORE, per=100_000, documents=(TERRITORY,) * (kind.code in compared))
            for kind in site_types
        ),
        *(
            Indicator(f"distance_{kind.code.lower()}",
                f"Distance : {kind.label}" + (f" ({kind.code})" if kind.label.upper() != kind.code else ""),
                "km", 1, _DISTANCE, "Purples", PLACES,
                f"Distance à vol d'oiseau de la mairie au site « {kind.label} » ouvert et recensé le plus proche, "
                "frontières départementales ignorées ; moyenne pondérée par la population au-dessus de la commune. "
                "Là où le recensement n'est pas exhaustif, c'est un maximum.", breaks=(5, 10, 15, 20, 30), site_type=kind.code, surveyed=True,
                recipe=recipes.DISTANCE, role=ACCESS, direction=LESS, documents=(TERRITORY,) * (kind.code in compared))
            for kind in site_types
        ),
        _published("apl_mg", "Accessibilité aux généralistes (APL)",
            "consultations par an et par habitant", 2, _ACCESS, "YlGnBu",
            "Accessibilité potentielle localisée aux médecins généralistes (DREES), moyenne départementale calculée "
            "par un tiers.",
            role=ACCESS, direction=MORE, documents=(PROFILE, TERRITORY, SLIDES, CARE)),
        *(
            Indicator(code, label, "consultations par an et par habitant", 1, _ACCESS, "YlGnBu", EVERYWHERE,
                f"Accessibilité potentielle localisée {who}, publiée par la DREES pour chaque commune : consultations "
                "accessibles par an et par habitant, ajustées à l'âge. Au-dessus de la commune, moyenne calculée ici, pondérée "
                "par la population standardisée du même fichier.", breaks=(1.5, 2.5, 3.5, 4.5), tier="live",
                recipe=recipes.BY_COMMUNE, role=ACCESS, direction=MORE, documents=documents)
            for code, label, who, documents in (
                ("apl_mg_drees", "APL aux généralistes, par commune (DREES)", "aux médecins généralistes",
                 (PROFILE, TERRITORY, CARE)),
                ("apl_mg_65_drees", "APL aux généralistes de 65 ans et moins, par commune (DREES)",
                 "aux médecins généralistes de 65 ans et moins", ()),
            )
        ),
        *(
            Indicator(f"apl_{code}_drees", f"APL aux {label}, par commune (DREES)", f"ETP pour 100 000 {whom}", 1, _ACCESS,
                "YlGnBu", EVERYWHERE,
                f"Accessibilité potentielle localisée aux {label}, publiée par la DREES pour chaque commune : équivalents temps "
                f"plein accessibles pour 100 000 {whom}, ajustés à l'âge. Au-dessus de la commune, moyenne calculée ici, pondérée "
                "par la population standardisée du même fichier.", tier="live", per=100_000,
                recipe=recipes.BY_COMMUNE, role=ACCESS, direction=MORE)
            for code, label, whom in (
                ("infirmiers", "infirmiers", "habitants"), ("kines", "kinésithérapeutes", "habitants"),
                ("dentistes", "dentistes", "habitants"), ("sages_femmes", "sages-femmes", "femmes"),
            )
        ),
        Indicator("zonage_medecins", "Zonage des médecins généralistes", "en 4 catégories", 0, _ACCESS, "RdYlBu", COMMUNES,
            "Classement des communes pour l'aide à l'installation des médecins généralistes, arrêté par chaque ARS : zone "
            "d'intervention prioritaire (ZIP), zone d'action complémentaire (ZAC), zone d'accompagnement régional (ZAR), hors "
            "zonage (HZ). C'est une décision et non une mesure : il n'a pas de moyenne.",
            categories=("intervention prioritaire (ZIP)", "action complémentaire (ZAC)", "accompagnement régional (ZAR)",
                        "hors zonage (HZ)"),
            recipe=recipes.RANKED, role=SUPPLY, documents=(PROFILE,)),
        *(
            Indicator(f"zonage_{who}", f"Zonage des {label}", f"en {len(levels)} niveaux", 0, _ACCESS, "RdYlBu", COMMUNES,
                f"Classement conventionnel des communes pour les {label} libéraux, arrêté par chaque ARS. Un zonage est une "
                "décision et non une mesure : il n'a pas de moyenne, et ceux de deux professions ne se comparent pas.",
                categories=levels, tier="local",
                recipe=recipes.RANKED, role=SUPPLY, documents=(PROFILE,) * (who == "infirmiers"))
            for who, label, levels in (
                ("infirmiers", "infirmiers", _ZONING), ("sages_femmes", "sages-femmes", _ZONING),
                ("orthophonistes", "orthophonistes", _ZONING),
                ("kines", "masseurs-kinésithérapeutes", (*_ZONING, "non prioritaire")),
                ("dentistes", "chirurgiens-dentistes", (*_ZONING, "non prioritaire")),
            )
        ),
        _published("apl_mg_part_population_sous_2_5", "Population sous 2,5 consultations par an (APL)",
            "% de la population", 1, _ACCESS, "OrRd",
            "Part des habitants de communes dont l'APL aux généralistes est sous 2,5, seuil historique et non zonage "
            "actuel.",
            role=NEED, direction=LESS, per=100),
        _published("mg_densite", "Généralistes pour 100 000 habitants",
            "médecins pour 100 000 habitants", 0, _ACCESS, "YlGnBu",
            "Médecins généralistes, tous modes d'exercice (RPPS). Ne se compare pas aux seuls libéraux.",
            role=SUPPLY, direction=MORE, per=100_000),
        _published("mg_liberaux_densite", "Généralistes libéraux pour 100 000 habitants",
            "médecins pour 100 000 habitants", 1, _LIBERAL, "YlGnBu",
            "Médecins généralistes libéraux actifs, hors modes d'exercice particuliers (Cnam).",
            role=SUPPLY, direction=MORE, per=100_000, documents=(TERRITORY, SLIDES, CARE, STAFF)),
        _published("mg_liberaux_nombre", "Nombre de généralistes libéraux", "médecins", 0, _LIBERAL, "YlGnBu",
            "Médecins généralistes libéraux actifs, hors modes d'exercice particuliers (Cnam).",
            combine="sum",
            role=SUPPLY, direction=MORE),
        *(
            indicator
            for code, label, among in PROFESSIONS
            for indicator in (
                _published(f"liberaux_{code}_densite", f"{label} : densité",
                    f"pour 100 000 {'personnes concernées' if among else 'habitants'}", 1, _LIBERAL, "YlGnBu",
                    f"{label} en activité au 31 décembre (Assurance maladie), leur nombre rapporté à la population."
                    + (f" La source le rapporte à une partie des habitants qu'elle ne nomme pas ({among}) : cette densité ne "
                       "se compare pas à celle d'une autre profession." if among else ""),
                    role=SUPPLY, direction=MORE, per=100_000, documents=(PROFILE,) * (code in _PROFILED)),
                _published(f"liberaux_{code}_nombre", f"{label} : nombre", "professionnels", 0, _LIBERAL, "YlGnBu",
                    f"{label} en activité au 31 décembre (Assurance maladie). Les salariés n'y sont pas.",
                    combine="sum",
                    role=SUPPLY, direction=MORE),
            )
        ),
        *(
            Indicator(code, label, unit, 0, _ACCESS, "YlGnBu", EVERYWHERE,
                f"{label}, tels que l'Insee les recense (base permanente des équipements). Une commune sans équipement compte zéro.",
                commune_breaks=(1, 2, 5, 10, 20), tier="live", recipe=recipes.COUNTED, role=SUPPLY, direction=MORE)
            for code, label, unit in (
                ("bpe_generalistes", "Généralistes en exercice, par commune (BPE)", "médecins"),
                ("bpe_pharmacies", "Pharmacies, par commune (BPE)", "pharmacies"),
                ("bpe_urgences", "Services d'urgences, par commune (BPE)", "services"),
            )
        ),
        _published("ald_sans_medecin_traitant", "Patients en ALD sans médecin traitant (Cnam)", "% des patients en ALD", 1, _ACCESS, "OrRd",
            "Part des patients en affection de longue durée qui n'ont pas de médecin traitant, publiée chaque année par l'Assurance maladie.",
            combine="", tier="live",
            role=NEED, direction=LESS, per=100),
        _published("patientele_medecin_traitant", "Patients par médecin traitant généraliste", "patients par médecin", 0, _LIBERAL, "YlGnBu",
            "Nombre moyen de patients dont un généraliste libéral est le médecin traitant (Assurance maladie).",
            combine="", tier="live",
            role=ACCESS),
        _published("primo_installations_mg", "Premières installations de généralistes", "médecins dans l'année", 0, _LIBERAL, "YlGnBu",
            "Généralistes libéraux qui s'installent pour la première fois dans l'année (Assurance maladie).",
            combine="", tier="live",
            role=SUPPLY, direction=MORE),
        _published("installations_zones_sous_dotees", "Généralistes installés en zone sous-dotée", "médecins dans l'année", 0, _LIBERAL, "YlGnBu",
            "Généralistes libéraux installés dans l'année en zone sous-dotée (Assurance maladie) : le zonage change d'une année à l'autre.",
            combine="", tier="live",
            role=SUPPLY, direction=MORE),
        _published("apl_infirmiers", "Accessibilité aux infirmiers (APL)",
            "ETP pour 100 000 habitants", 1, _ACCESS, "YlGnBu",
            "Accessibilité potentielle localisée aux infirmiers (DREES), moyenne départementale calculée par un tiers.",
            role=ACCESS, direction=MORE, per=100_000),
        _published("apl_kines", "Accessibilité aux kinésithérapeutes (APL)",
            "ETP pour 100 000 habitants", 1, _ACCESS, "YlGnBu",
            "Accessibilité potentielle localisée aux masseurs-kinésithérapeutes (DREES), moyenne départementale "
            "calculée par un tiers.",
            role=ACCESS, direction=MORE, per=100_000),
        _published("apl_dentistes", "Accessibilité aux dentistes (APL)", "ETP pour 100 000 habitants", 1, _ACCESS,
            "YlGnBu",
            "Accessibilité potentielle localisée aux chirurgiens-dentistes (DREES), moyenne départementale calculée "
            "par un tiers.",
            role=ACCESS, direction=MORE, per=100_000),
        _published("apl_sages_femmes", "Accessibilité aux sages-femmes (APL)",
            "ETP pour 100 000 femmes", 1, _ACCESS, "YlGnBu",
            "Accessibilité potentielle localisée aux sages-femmes (DREES), moyenne départementale calculée par un tiers.",
            role=ACCESS, direction=MORE, per=100_000),
        _published("ald_part_avec_medecin_traitant", "Patients en ALD ayant un médecin traitant",
            "% des patients en ALD", 1, _ACCESS, "YlGnBu",
            "Part des patients en affection de longue durée qui ont déclaré un médecin traitant.",
            role=NEED, direction=MORE, per=100, documents=(TERRITORY, SLIDES, CARE)),
        _published("taux_pauvrete", "Taux de pauvreté", "% de la population", 1, _SOCIAL, "OrRd",
            "Part des habitants sous 60 % du revenu médian (Filosofi).",
            role=NEED, direction=LESS, per=100, documents=(PROFILE, TERRITORY, SLIDES, PREVENTION)),
        Indicator("taux_pauvrete_local", "Taux de pauvreté, par commune (Filosofi)", "% de la population", 1, _SOCIAL, "OrRd", LOCAL_PLACES,
            "Part des habitants sous 60 % du niveau de vie médian (Insee, Filosofi), publiée par commune et par intercommunalité. "
            "Celui des petites communes est retenu par le secret, ou n'est pas calculé.",
            tier="live", role=NEED, direction=LESS, per=100, rounded=True, documents=(PROFILE,)),
        _published("css_part_beneficiaires", "Bénéficiaires de la complémentaire santé solidaire",
            "% de la population", 1, _SOCIAL, "OrRd",
            "Part des habitants couverts par la complémentaire santé solidaire.",
            role=NEED, per=100),
    )
# fmt: on
