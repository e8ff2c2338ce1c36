"""What every document says beside its territory: whose maps and lists it rests on, what it lacks, how it is computed."""

from __future__ import annotations

from maillage.language import text
from maillage.records.territory import Dossier
from maillage.subjects.territory.wording import NAMED, dated, partial

_SHAPES = "Contours : IGN (Admin Express), Insee. Populations : Insee. Structures et CPTS : "
STEMS = "Un symbole sur une tige est placé à son adresse, un symbole sans tige sur sa commune."
CREDIT = f"{_SHAPES}listes citées en fin de document. {STEMS}"
CREDIT_ALONE = f"{_SHAPES}listes réunies par Maillage, atlas ouvert des soins coordonnés, parfois partielles."


def apart(names: tuple[str, ...]) -> str:
    """What a plan cannot show, in words."""
    if not names:
        return ""
    return f"Hors de la carte, dans une autre partie de la France : {text.enumeration(names, NAMED)}."


def warnings(dossier: Dossier, beyond: tuple[str, ...]) -> list[str]:
    """What people must know before they show or print: what the map and the counts lack."""
    sentences = []
    if dossier.communes.empty:
        sentences.append(
            "Le périmètre n'est pas connu : ni carte, ni communes, ni population ne figurent dans ces documents. Rien n'est deviné. "
            "Pour le compléter : composez le territoire, ou transmettez la liste de ses communes à l'administrateur de l'atlas."
        )
    elif partial(dossier):
        sentences.append(
            "Le périmètre n'est connu qu'en partie : les documents l'écrivent, et chaque compte y est un minimum."
        )
    if beyond:
        sentences.append(apart(beyond))
    return sentences


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
    )
