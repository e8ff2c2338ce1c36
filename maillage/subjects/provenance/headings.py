"""What each column of a table that leaves the atlas means, its unit, its date and its source: for the second sheet of a workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from maillage import catalog
from maillage.catalog import Indicator
from maillage.queries import indicators, provenance
from maillage.records.heading import Heading
from maillage.warehouse import Ask

POPULATION, ACCESS, SITES, CPTS, PLACES, ROW, ATLAS = (
    "population",
    "access",
    "site",
    "cpts",
    "territory",
    "row",
    "atlas",
)
EACH_ROW = "sur chaque ligne"
COMPUTED = "Maillage : établi ici, d'après les sources des autres colonnes"
_TRAVEL = f"{catalog.TRAVEL.label}, erreur publiée page « Méthode »"


@dataclass(frozen=True)
class Known:
    """What is said of a heading wherever it stands. `origin`: an indicator's figures (POPULATION), a table of the base, the
    row itself, or what the atlas computes."""

    meaning: str
    unit: str = ""
    origin: str = ATLAS


_people = Known("Population municipale légale.", "habitants", POPULATION)
_minutes = Known(f"Temps en voiture : {_TRAVEL}.", "min", ACCESS)
HEADINGS = {
    "Code": Known(
        "Code officiel du territoire (Insee ; SIREN d'une intercommunalité), en texte : ses zéros comptent.", "", PLACES
    ),
    "Commune": Known("Commune ; à Paris, Lyon et Marseille, arrondissement municipal.", "", PLACES),
    "Nom": Known("Nom, tel que la source de la ligne l'écrit.", "", PLACES),
    "Département": Known("Département, par son code ou son nom.", "", PLACES),
    "Intercommunalité": Known("Intercommunalité à fiscalité propre.", "", PLACES),
    "Surface (km²)": Known("Surface des contours simplifiés, en projection officielle.", "km²", PLACES),
    "Densité (hab./km²)": Known("Population municipale divisée par cette surface.", "hab./km²", POPULATION),
    "Population": _people,
    "Habitants": _people,
    "Habitants de la commune": _people,
    "Population ensemble": Known("Habitants de la CPTS et de la zone réunies.", "habitants", POPULATION),
    "Habitants concernés": Known("Habitants au-delà du temps choisi.", "habitants"),
    "Habitants gagnés": Known("Habitants que le site rapproche sous le temps choisi.", "habitants"),
    "Population exposée": Known("Déduite du taux publié et du nombre d'événements.", "personnes"),
    "Année": Known("Année à laquelle le chiffre se rapporte.", "", ROW),
    "Valeur": Known("Le chiffre ; vide s'il est manquant ou retenu, ce que dit « Lecture ».", "colonne « Unité »", ROW),
    "Indicateur": Known("Ce que mesure la ligne : sa définition est page « Méthode ».", "", ROW),
    "Unité": Known("Unité de la valeur.", "", ROW),
    "Source": Known("Source de la ligne.", "", ROW),
    "Millésime": Known("Date ou millésime de la source de la ligne.", "", ROW),
    "Méthode": Known("Comment le chiffre de la ligne est obtenu.", "", ROW),
    "Lecture": Known(
        "minimum, maximum, moyenne calculée ici, provisoire, NS (retenu par le secret) ou manquant.", "", ROW
    ),
    "Lecture de l'accès": Known("Ce que vaut le chiffre d'accès : exact, minimum ou maximum.", "", ROW),
    "Borne basse": Known("Borne basse de l'intervalle publié.", "colonne « Unité »", ROW),
    "Borne haute": Known("Borne haute de l'intervalle publié.", "colonne « Unité »", ROW),
    "Rang": Known("Rang, du plus haut au plus bas, pas plus fin que les données.", ""),
    "Temps (min)": _minutes,
    "Minutes avant": _minutes,
    "Minutes après": _minutes,
    "Méthode du temps": Known("Comment le temps est obtenu.", "", ROW),
    "Distance (km)": Known("À vol d'oiseau, de la mairie au site.", "km", ACCESS),
    "Site le plus proche": Known("Parmi les sites ouverts et recensés : d'autres peuvent exister.", "", SITES),
    "Commune du site": Known("Commune où se trouve ce site.", "", SITES),
    "Type": Known("Type de structure.", "", SITES),
    "CPTS": Known("CPTS dont la commune est membre, ou ce que l'on en sait.", "", CPTS),
    "CPTS voisine": Known("CPTS qui touche la zone.", "", CPTS),
    "Frontière commune (km)": Known("Longueur de la limite partagée.", "km", PLACES),
    "Taille avant": Known("Classe de taille de l'accord conventionnel, seule.", "classe T1 à T4"),
    "Taille ensemble": Known("Classe de taille de l'accord conventionnel, zone comprise.", "classe T1 à T4"),
    "Zone": Known("Numéro de la zone sans CPTS d'un seul tenant.", ""),
    "Territoire": Known("Nom du territoire composé.", ""),
    "Construction": Known("Version de la base dont vient la ligne.", "", ROW),
    "Base Maillage": Known("Version et date de la base dont vient la ligne.", "", ROW),
    "Date": Known("Date, parfois partielle.", "", ROW),
    "Date de la source": Known("Date à laquelle la source dit cet état.", "", ROW),
    "Référence": Known("Où le chiffre est publié.", "", ROW),
    "Publié par": Known("Qui publie le chiffre.", "", ROW),
}
BY_HEADING = {
    heading: indicator
    for indicator in catalog.INDICATORS
    for heading in (indicator.label, f"{indicator.label} ({indicator.unit})")
}
_UNIT = re.compile(r"\(([^()]+)\)$")


def headings(ask: Ask, table: pd.DataFrame) -> tuple[Heading, ...]:
    """One for each column of a table that a page offers, in their order."""
    return tuple(_heading(ask, str(name)) for name in table.columns)


def _heading(ask: Ask, name: str) -> Heading:
    if name in BY_HEADING:
        return _measure(ask, name, BY_HEADING[name])
    unit = match[1] if (match := _UNIT.search(name)) else ""
    known = HEADINGS.get(name, Known("", unit))
    if known.origin == ROW:
        return Heading(name, known.meaning, known.unit, EACH_ROW, EACH_ROW)
    if known.origin == POPULATION:
        rows = ask(indicators.sources, POPULATION)
    else:
        rows = ask(provenance.behind, known.origin) if known.origin != ATLAS else []
    return Heading(name, known.meaning, known.unit, *(_credit(rows) if rows else (_day(ask), COMPUTED)))


def _measure(ask: Ask, name: str, indicator: Indicator) -> Heading:
    rows = ask(indicators.sources, indicator.code)
    return Heading(name, indicator.definition, indicator.unit, *_credit(rows))


def _credit(rows: Sequence[tuple[str, str, str]]) -> tuple[str, str]:
    """(dates, sources) of (title, producer, vintage)."""
    dates = " ; ".join(dict.fromkeys(vintage for *_, vintage in rows))
    return dates, " ; ".join(f"{title} ({producer})" for title, producer, _ in rows)


def _day(ask: Ask) -> str:
    return f"{ask(provenance.build)['built_at']:%d/%m/%Y}"


def of_table(ask: Ask, name: str) -> tuple[Heading, ...]:
    """One for each column of a table of the database, as its schema comments it."""
    rows = ask(provenance.dictionary)
    behind = ask(provenance.behind, name)
    dates, sources = _credit(behind) if behind else (_day(ask), COMPUTED)
    return tuple(
        Heading(row.column_name, row.comment, _unit(row.comment), dates, sources)
        for row in rows[rows["table_name"] == name].itertuples()
    )


def _unit(comment: str) -> str:
    """« km » of « Distance à vol d'oiseau (km). »"""
    match = re.search(r"\((km²|km|minutes|habitants|degrés)\)", comment or "")
    return match[1] if match else ""
