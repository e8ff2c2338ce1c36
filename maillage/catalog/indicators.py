"""The indicators, a part of the catalogue: read them as `catalog.INDICATORS`."""

from __future__ import annotations

from dataclasses import dataclass


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
    categories: tuple[str, ...] = ()  # labels in order: the values are their ranks, from 1, and have no mean
    tier: str = "embedded"  # embedded, or what brings its values: live (an official file), local (an export by hand)

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
        return self.group in (_COORDINATED, _DISTANCE) or (self.group == _ACCESS and not self.unit.startswith("%"))


EVERYWHERE = ("france", "region", "departement", "epci", "commune", "arrondissement_municipal")
DEPARTEMENTS = ("france", "region", "departement")
PLACES = ("departement", "epci", "commune", "arrondissement_municipal")
COMMUNES = ("commune", "arrondissement_municipal")

_POPULATION = "Population et territoire"
_HEALTH = "État de santé"
_COORDINATED = "Soins coordonnés"
_DISTANCE = "Distance au plus proche"
_ACCESS = "Accès aux professionnels"
_SOCIAL = "Contexte social"

_ZONING = ("très sous-dotée", "sous-dotée", "intermédiaire", "très dotée", "sur-dotée")


def _published(code, label, unit, decimals, group, palette, definition, combine="mean", **more) -> Indicator:
    return Indicator(code, label, unit, decimals, group, palette, DEPARTEMENTS, definition, combine=combine, **more)


# fmt: off
def indicators(site_types) -> tuple[Indicator, ...]:
    """Everything that can be coloured, in the order of the controls; some are declared once for each site type."""
    return (
        Indicator("densite", "Densité de population", "hab./km²", 1, _POPULATION, "YlGnBu", EVERYWHERE,
            "Population municipale divisée par la surface, calculée sur les contours en projection officielle.",
            breaks=(20, 50, 100, 300, 1500)),
        Indicator("grille_densite", "Grille communale de densité", "en 7 niveaux", 0, _POPULATION, "YlGnBu_r", COMMUNES,
            "Niveau de chaque commune selon le nombre de ses habitants et leur répartition sur des carreaux d'un kilomètre "
            "(Insee, méthode européenne), et non selon une densité moyenne.",
            categories=("grands centres urbains", "centres urbains intermédiaires", "petites villes", "ceintures urbaines",
                        "bourgs ruraux", "rural à habitat dispersé", "rural à habitat très dispersé"), tier="live"),
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
        _published("esperance_vie_60_femmes", "Espérance de vie des femmes à 60 ans", "ans", 1, _HEALTH, "BuPu",
            "Années qui restent à vivre, en moyenne, à une femme de 60 ans.",
            sex="f", tier="local"),
        _published("esperance_vie_60_hommes", "Espérance de vie des hommes à 60 ans", "ans", 1, _HEALTH, "BuPu",
            "Années qui restent à vivre, en moyenne, à un homme de 60 ans.",
            sex="m", tier="local"),
        _published("mortalite_65_plus", "Mortalité des 65 ans et plus",
            "décès pour 1 000 habitants de 65 ans et plus", 1, _HEALTH, "OrRd",
            "Taux de mortalité standardisé des 65 ans ou plus, publié à une décimale. Donnée départementale.",
            tier="local"),
        _published("mortalite_brute", "Taux brut de mortalité", "décès pour 1 000 habitants", 1, _HEALTH, "OrRd",
            "Décès rapportés à toute la population : il suit d'abord l'âge des habitants, et ne compare pas leur état de santé.",
            tier="local"),
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
                f"Sites « {kind.label} » ouverts et recensés dans Maillage, rapportés à la population municipale. Là où "
                "le recensement n'est pas exhaustif, c'est un minimum.", site_type=kind.code, surveyed=True)
            for kind in site_types
        ),
        *(
            Indicator(f"distance_{kind.code.lower()}",
                f"Distance : {kind.label}" + (f" ({kind.code})" if kind.label.upper() != kind.code else ""),
                "km", 1, _DISTANCE, "Purples", PLACES,
                f"Distance à vol d'oiseau de la mairie au site « {kind.label} » ouvert et recensé le plus proche, "
                "frontières départementales ignorées ; moyenne pondérée par la population au-dessus de la commune. "
                "Là où le recensement n'est pas exhaustif, c'est un maximum.", breaks=(5, 10, 15, 20, 30), site_type=kind.code, surveyed=True)
            for kind in site_types
        ),
        _published("apl_mg", "Accessibilité aux généralistes (APL)",
            "consultations par an et par habitant", 2, _ACCESS, "YlGnBu",
            "Accessibilité potentielle localisée aux médecins généralistes (DREES), moyenne départementale calculée "
            "par un tiers."),
        *(
            Indicator(code, label, "consultations par an et par habitant", 1, _ACCESS, "YlGnBu", EVERYWHERE,
                f"Accessibilité potentielle localisée {who}, publiée par la DREES pour chaque commune : consultations "
                "accessibles par an et par habitant, ajustées à l'âge. Au-dessus de la commune, moyenne calculée ici, pondérée "
                "par la population standardisée du même fichier.", breaks=(1.5, 2.5, 3.5, 4.5), tier="live")
            for code, label, who in (
                ("apl_mg_drees", "APL aux généralistes, par commune (DREES)", "aux médecins généralistes"),
                ("apl_mg_65_drees", "APL aux généralistes de 65 ans et moins, par commune (DREES)",
                 "aux médecins généralistes de 65 ans et moins"),
            )
        ),
        *(
            Indicator(f"zonage_{who}", f"Zonage des {label}", f"en {len(levels)} niveaux", 0, _ACCESS, "RdYlBu", COMMUNES,
                f"Classement conventionnel des communes pour les {label} libéraux, arrêté par chaque ARS. Un zonage est une "
                "décision et non une mesure : il n'a pas de moyenne, et ceux de deux professions ne se comparent pas.",
                categories=levels, tier="local")
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
