"""What every document says of a territory after its figures: what does not fit together, its life, sources and method."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.exports.summary import Grid, dated, partial, plural
from maillage.language import text
from maillage.records.territory import Dossier, Event

_SHAPES = "Contours : IGN (Admin Express), Insee. Populations : Insee. Structures et CPTS : "
STEMS = "Un symbole sur une tige est placé à son adresse, un symbole sans tige sur sa commune."
CREDIT = f"{_SHAPES}listes citées en dernière page. {STEMS}"
CREDIT_ALONE = f"{_SHAPES}listes réunies par Maillage, atlas ouvert des soins coordonnés, parfois partielles."
NAMED = 12  # communes named in a sentence, before « et 3 autres »

# -- gaps -------------------------------------------------------------------------------------------------------------


def gaps(dossier: Dossier) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What does not fit together, by subject: continuity, overlaps, communes left alone, what is unknown."""
    if dossier.population is None:
        return (("Ce qui est inconnu", dossier.notes),)
    return (
        ("Continuité", _continuity(dossier)),
        ("Chevauchements", _overlaps(dossier)),
        ("Communes laissées seules", _orphans(dossier)),
        ("Ce qui est inconnu ou à lire avec prudence", dossier.notes),
    )


def _continuity(dossier: Dossier) -> tuple[str, ...]:
    said = []
    if len(dossier.pieces) == 1:
        said.append("Le territoire est d'un seul tenant.")
    elif dossier.pieces:
        told = [
            f"{piece.name} ({text.count(len(piece.codes), 'commune')}, {text.count(piece.population, 'habitant')})"
            for piece in dossier.pieces[:NAMED]
        ]
        said.append(
            f"Le territoire est en {text.count(len(dossier.pieces), 'morceau', 'morceaux')} : {listed(told, len(dossier.pieces))}."
        )
    if len(dossier.enclaves):
        said.append(f"{text.count(len(dossier.enclaves), 'commune enclavée, hors du territoire', 'communes enclavées, hors du territoire')} : {_named(dossier.enclaves)}.")  # fmt: skip
    return tuple(said)


def _overlaps(dossier: Dossier) -> tuple[str, ...]:
    said = [
        f"{overlap.name} ({catalog.CPTS_STATUS[overlap.status].label}) a {text.count(len(overlap.codes), 'commune')} en commun, "
        f"{text.count(overlap.population, 'habitant')}."
        for overlap in dossier.overlaps
    ]
    return tuple(said) or ("Aucune commune n'est dans une autre CPTS au périmètre connu.",)


def _orphans(dossier: Dossier) -> tuple[str, ...]:
    said = []
    sure, unsure = dossier.orphans.sure, dossier.orphans.unsure
    if len(sure):
        said.append(
            f"{text.count(len(sure), 'commune voisine', 'communes voisines')} sans CPTS, dont tous les voisins en ont une : {_named(sure)}."
        )
    if len(unsure):
        said.append(
            f"{text.count(len(unsure), 'commune voisine', 'communes voisines')} peut-être dans ce cas, faute de périmètres connus : {_named(unsure)}."
        )
    return tuple(said) or ("Aucune commune voisine connue n'est laissée seule.",)


def _named(communes: pd.DataFrame) -> str:
    ordered = communes.sort_values("population", ascending=False)
    return listed(
        [f"{row.name} ({text.number(row.population)} hab.)" for row in ordered[:NAMED].itertuples(index=False)],
        len(communes),
    )


def listed(names: list[str], total: int) -> str:
    """« A, B et 3 autres »: names told, among `total`."""
    rest = total - len(names)
    return f"{', '.join(names)} et {text.number(rest)} {plural(rest, 'autre')}" if rest else ", ".join(names)


def apart(names: tuple[str, ...]) -> str:
    """What a plan cannot show, in words."""
    if not names:
        return ""
    return f"Hors de la carte, dans une autre partie de la France : {listed(list(names[:NAMED]), len(names))}."


def warnings(dossier: Dossier, beyond: tuple[str, ...]) -> list[str]:
    """What people must know before they show or print: what the map and the counts lack."""
    said = []
    if dossier.communes.empty:
        said.append(
            "Le périmètre n'est pas connu : ni carte, ni communes, ni population ne figurent dans ces documents. Rien n'est deviné. "
            "Pour le compléter : composez le territoire, ou déposez une liste dans data/local."
        )
    elif partial(dossier):
        said.append(
            "Le périmètre n'est connu qu'en partie : les documents l'écrivent, et chaque compte y est un minimum."
        )
    if beyond:
        said.append(apart(beyond))
    return said


# -- life and sources -------------------------------------------------------------------------------------------------


def life(dossier: Dossier) -> Grid:
    """The dated steps of a CPTS, the earliest first."""
    events: tuple[Event, ...] = dossier.cpts.events if dossier.cpts else ()
    rows = [
        (
            f"{text.date(event.date)}{' (année déduite)' if event.deduced else ''}",
            event.label,
            text.reference(event.citation),
        )
        for event in events
    ]
    return Grid(("Date", "Étape", "Référence"), tuple(rows))


def sources(dossier: Dossier) -> Grid:
    rows = [
        (row.title, row.producer, row.vintage if text.known(row.vintage) else "–", row.licence, text.date(str(row.retrieved_at)[:10]))
        for row in dossier.sources.itertuples()
    ]  # fmt: skip
    return Grid(("Titre", "Producteur", "Millésime", "Licence", "Lu le"), tuple(rows))


def method(dossier: Dossier) -> tuple[str, ...]:
    """How what is computed here is computed, in sentences."""
    tool = "données embarquées" if dossier.build.mode == "embedded" else "données officielles relues à cette date"
    return (
        "Population : somme des populations municipales légales des communes (Insee). Densité : population ÷ surface des contours "
        "simplifiés, mesurée dans la projection officielle.",
        "Classe de taille ACI : T1 moins de 40 000 habitants, T2 de 40 000 à moins de 80 000, T3 de 80 000 à moins de 175 000, T4 "
        "175 000 et plus ; une égalité va à la classe supérieure, ce que les tableaux publiés ne disent pas.",
        "Continuité : deux communes se touchent si elles partagent une frontière, un point ne suffit pas.",
        text.travel(),
        f"Document produit par Maillage, atlas ouvert des soins coordonnés, d'après les {tool} ({dated(dossier).lower()}, version "
        f"{dossier.build.version}).",
    )  # fmt: skip
