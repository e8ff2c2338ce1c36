"""The sentence of the home: how many people live outside any CPTS, as published by département."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from maillage.language import text
from maillage.queries import indicators
from maillage.warehouse import Ask

PUBLISHED = "cpts_part_population_couverte"
MILLION = 1_000_000


@dataclass(frozen=True)
class Outside:
    """People in no CPTS: a sum of published shares, each given to the percent, over the inhabitants of its département."""

    people: float
    percent: float
    year: int
    known: int  # départements with a share
    lacking: tuple[str, ...]  # names of the others, which are in no number
    least: tuple[str, float]  # the département with the smallest share
    whole: int  # départements at 100 %


def outside(table: pd.DataFrame) -> Outside | None:
    """What the shares of départements (columns name, population, value, year) say together; nothing where none is known."""
    known = table.dropna(subset=["value", "population"])
    if known.empty:
        return None
    people = float((known["population"] * (1 - known["value"] / 100)).sum())
    low = known.loc[known["value"].idxmin()]
    return Outside(
        people,
        100 * people / float(known["population"].sum()),
        int(known["year"].max()),
        len(known),
        tuple(table.loc[~table.index.isin(known.index), "name"]),
        (low["name"], float(low["value"])),
        int((known["value"] >= 100).sum()),
    )


def opening(ask: Ask) -> tuple[str, str]:
    """The sentence, and the line under it: what it rests on."""
    figures = outside(ask(indicators.by_departement, PUBLISHED))
    if figures is None:
        return (
            "Les soins coordonnés, commune par commune",
            "Aucune part d'habitants dans une CPTS n'est publiée dans cette base.",
        )
    return sentence(figures), grounds(figures)


def sentence(people: Outside) -> str:
    """« En 2024, environ 9,5 millions de personnes vivaient hors de toute CPTS. »"""
    return f"En {people.year}, environ {_rounded(people.people)} vivaient hors de toute CPTS."


def grounds(people: Outside) -> str:
    """Its share, its basis, its extent."""
    name, value = people.least
    lacking = f" Sans chiffre publié, donc hors du compte : {', '.join(people.lacking)}." if people.lacking else ""
    return (
        f"Soit {text.quantity(people.percent, '%')} des habitants, d'après les parts publiées pour {text.count(people.known, 'département')} : de "
        f"{text.quantity(value, '%')} d'habitants dans une CPTS ({name}) à 100{text.HARD}% dans {text.count(people.whole, 'département')}.{lacking}"
    )


def _rounded(people: float) -> str:
    if people >= MILLION:
        return f"{text.number(people / MILLION, 1)}{text.HARD}{'million' if people < 2 * MILLION else 'millions'} de personnes"
    return text.count(round(people, -4), "personne")
