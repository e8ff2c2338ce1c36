"""The glossary: every acronym that the interface writes, spelt out and explained to someone who has never met it.

A test fails when a sentence of ours uses an acronym that is neither here nor a site type of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GlossaryTerm:
    """A word of the field: what it stands for, and what it means."""

    word: str
    stands_for: str
    meaning: str


# fmt: off
TERMS = (
    GlossaryTerm("2SFCA", "méthode des bassins flottants en deux étapes",
         "Un calcul d'accès : ce que chaque site offre est partagé entre tous ceux qui peuvent l'atteindre. Ce n'est pas l'APL."),
    GlossaryTerm("ACI", "accord conventionnel interprofessionnel",
         "Le contrat qu'une CPTS signe avec l'Assurance maladie et l'ARS, qui finance ses missions selon le nombre d'habitants."),
    GlossaryTerm("ALD", "affection de longue durée", "Une maladie chronique dont les soins sont pris en charge à 100 %."),
    GlossaryTerm("API", "interface pour les programmes", "Des adresses auxquelles un programme pose ses questions et lit les réponses."),
    GlossaryTerm("APL", "accessibilité potentielle localisée",
         "L'indicateur de la DREES qui rapporte l'offre de soins d'une profession à la demande des environs, commune par commune."),
    GlossaryTerm("ARS", "agence régionale de santé", "L'administration de l'État qui organise les soins d'une région."),
    GlossaryTerm("BOM", "marque d'ordre des octets", "Trois octets en tête d'un fichier texte : les tableurs y reconnaissent les accents."),
    GlossaryTerm("BPE", "base permanente des équipements", "Le fichier où l'Insee compte, commune par commune, médecins, pharmacies et services."),
    GlossaryTerm("COG", "code officiel géographique", "La liste des communes de l'année et leurs codes, tenue par l'Insee."),
    GlossaryTerm("CPAM", "caisse primaire d'assurance maladie", "L'Assurance maladie dans un département."),
    GlossaryTerm("CPTS", "communauté professionnelle territoriale de santé",
         "Des professionnels de santé d'un territoire qui s'organisent ensemble. C'est un ensemble de communes, pas un lieu."),
    GlossaryTerm("CSS", "complémentaire santé solidaire", "La complémentaire santé des ménages modestes."),
    GlossaryTerm("CSV", "valeurs séparées par un signe", "Un tableau en texte simple, que tous les tableurs ouvrent."),
    GlossaryTerm("DGCL", "direction générale des collectivités locales", "Le service de l'État qui tient la liste des intercommunalités."),
    GlossaryTerm("DILA", "direction de l'information légale et administrative", "Le service de l'État qui publie l'annuaire des mairies."),
    GlossaryTerm("DITP", "direction interministérielle de la transformation publique",
         "Le service de l'État qui publie le Baromètre des résultats de l'action publique."),
    GlossaryTerm("DREES", "direction de la recherche, des études, de l'évaluation et des statistiques",
         "Le service statistique des ministères sociaux."),
    GlossaryTerm("EPCI", "établissement public de coopération intercommunale", "Une intercommunalité : communauté de communes ou d'agglomération, métropole."),
    GlossaryTerm("EPSG", "catalogue de systèmes de coordonnées", "Un numéro qui désigne une manière de repérer un point sur la Terre."),
    GlossaryTerm("ETP", "équivalent temps plein", "Deux personnes à mi-temps font un équivalent temps plein."),
    GlossaryTerm("EUPL", "licence publique de l'Union européenne", "La licence libre du code de cet atlas."),
    GlossaryTerm("FINESS", "fichier national des établissements sanitaires et sociaux",
         "Le registre national des structures de soins, avec un numéro par site. Il ne connaît ni les ESP ni les PASS."),
    GlossaryTerm("GPS", "système de positionnement par satellites", "Ce qui donne sa position à un téléphone."),
    GlossaryTerm("HTML", "langage des pages web", "Un fichier qui s'ouvre dans n'importe quel navigateur."),
    GlossaryTerm("HZ", "hors zonage", "Une commune où le zonage des médecins n'ouvre aucune aide à l'installation."),
    GlossaryTerm("IGN", "Institut national de l'information géographique et forestière", "Qui dessine les contours des communes."),
    GlossaryTerm("JSON", "données structurées en texte", "Le format que les programmes lisent le plus couramment."),
    GlossaryTerm("MCP", "protocole des assistants", "La manière dont un assistant découvre et pose les questions auxquelles l'atlas sait répondre."),
    GlossaryTerm("NS", "non significatif",
         "Un nombre existe, mais il est retenu par le secret : trop petit, il pourrait désigner des personnes. Ni zéro, ni manquant."),
    GlossaryTerm("OGC", "consortium des données géographiques", "L'organisme qui écrit les normes des cartes et des couches géographiques."),
    GlossaryTerm("OSRM", "moteur libre de calcul d'itinéraires", "Ce qui donne de vrais temps de trajet par la route, quand on l'installe."),
    GlossaryTerm("PACA", "Provence-Alpes-Côte d'Azur", "La région où tous les périmètres de CPTS sont connus."),
    GlossaryTerm("PDF", "document à mise en page fixe", "Un fichier qui s'imprime partout de la même façon."),
    GlossaryTerm("PNG", "image", "Une image faite de points."),
    GlossaryTerm("QLR", "fichier de couches de QGIS", "Un fichier qui ouvre dans QGIS des couches avec leur source et leur dessin."),
    GlossaryTerm("RPPS", "répertoire partagé des professionnels de santé", "Le registre national des professionnels."),
    GlossaryTerm("SHA-256", "empreinte d'un fichier", "64 signes qui changent dès qu'un seul octet change : la preuve du fichier lu."),
    GlossaryTerm("SIG", "système d'information géographique", "Un logiciel de cartes, tel que QGIS."),
    GlossaryTerm("SIREN", "numéro d'identification d'un organisme", "Neuf chiffres qui désignent une intercommunalité."),
    GlossaryTerm("SVG", "dessin vectoriel", "Une image faite de traits, nette à toute taille."),
    GlossaryTerm("UTF-8", "codage des lettres", "La manière courante d'écrire les accents dans un fichier."),
    GlossaryTerm("UTC", "temps universel coordonné", "L'heure de référence du monde, une ou deux heures avant celle de Paris."),
    GlossaryTerm("WFS", "service d'objets géographiques", "Une adresse où un logiciel de cartes prend des couches, objet par objet."),
    GlossaryTerm("WGS 84", "système de coordonnées mondial", "Les longitudes et latitudes en degrés, celles du GPS."),
    GlossaryTerm("XLSX", "classeur de tableur", "Un tableau où chaque colonne a son type : les codes y gardent leurs zéros."),
    GlossaryTerm("ZAC", "zone d'action complémentaire",
         "Une commune où l'ARS aide à l'installation des médecins, avec moins de moyens qu'en ZIP."),
    GlossaryTerm("ZAR", "zone d'accompagnement régional", "Une commune que l'ARS accompagne par des aides qui lui sont propres."),
    GlossaryTerm("ZIP", "zone d'intervention prioritaire",
         "Une commune où les médecins manquent le plus : toutes les aides à l'installation y sont ouvertes."),
)
# fmt: on

KNOWN = {term.word.split("-")[0].split(" ")[0] for term in TERMS}
assert len(KNOWN) == len(TERMS), "a word is explained twice"
