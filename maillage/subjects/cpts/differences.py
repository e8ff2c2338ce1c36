"""What a CPTS declares beside what its known communes give, and why the two differ, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from maillage import catalog
from maillage.language import text


def differences(
    card: dict, communes: int, population: int | None, year: int | None, history: Sequence[tuple[int, int]]
) -> tuple[str, ...]:
    """Sentences. `card` is what `queries.cpts.card` gives; `communes`, `population` and `year` what is computed from
    the known members; `history` the (year, inhabitants) of these same communes."""
    return tuple(
        filter(None, [_communes(card, communes), _population(card, population, year, history), _size(card, population)])
    )


def _communes(card: dict, known: int) -> str:
    declared, extent = card["declared_communes"], card["perimeter"]
    if extent == "inconnu":
        told = f"{text.count(declared, 'commune déclarée', 'communes déclarées')}, mais " if declared else ""
        return f"Périmètre inconnu : {told}aucune commune membre n'est nommée par les sources. Rien n'est deviné."
    if extent == "partiel":
        over = f" sur {text.number(declared)} déclarées" if declared else ""
        return f"Périmètre partiel : {text.count(known, 'commune nommée', 'communes nommées')}{over}. Les autres ne sont pas devinées."
    if not declared or declared == known:
        return ""
    return (
        f"{text.count(declared, 'commune déclarée', 'communes déclarées')}, {text.number(known)} aujourd'hui : des communes ont fusionné, "
        "ou le périmètre a changé."
    )


def _population(card: dict, population: int | None, year: int | None, history: Sequence[tuple[int, int]]) -> str:
    declared, extent = card["declared_population"], card["perimeter"]
    if not declared:
        return (
            ""
            if population is None
            else "Aucune population n'est déclarée par les sources : seule celle calculée est donnée."
        )
    people = text.count(declared, "habitant")
    if population is None:
        return f"{people} selon les sources : faute de communes connues, rien ne peut être calculé à côté."
    if extent == "partiel":
        return (
            f"{people} selon les sources, {text.number(population)} dans les seules communes connues en {year} : un minimum, "
            "qui ne se compare pas."
        )
    gap = population - declared
    if gap == 0:
        return ""
    when = f" ({text.date(card['as_of'])})" if card["as_of"] else ""
    told = (
        f"{text.count(population, 'habitant')} au recensement de {year} contre {text.number(declared)} déclarés{when}, soit "
        f"{_signed(gap)} ({text.quantity(100 * gap / declared, '%', 1)})."
    )
    return f"{told} {_why(declared, card['as_of'], population, year, history)}"


def _why(declared: int, as_of: str | None, population: int, year: int, history: Sequence[tuple[int, int]]) -> str:
    """How much of the difference the years between explain, where the same communes were counted before."""
    before = [(when, people) for when, people in history if as_of and when <= int(as_of[:4]) and when < year]
    rest = "une autre source, une autre définition de la population, ou un arrondi"
    if not before:
        return f"Le chiffre déclaré peut venir d'un recensement plus ancien, d'{rest[3:]}."
    when, people = before[-1]
    moved, left = population - people, people - declared
    if left == 0:
        return f"C'est le chiffre du recensement de {when} : la population de ces communes a changé depuis ({_signed(moved)})."
    return (
        f"Ces mêmes communes comptaient {text.count(people, 'habitant')} au recensement de {when} : depuis, {_signed(moved)}. "
        f"L'écart qui reste avec le chiffre déclaré ({_signed(left)}) vient d'ailleurs : {rest}."
    )


def _size(card: dict, population: int | None) -> str:
    declared = card["declared_population"]
    if not declared:
        return ""
    said = catalog.size_class(declared)
    if population is None or card["perimeter"] != "complet":
        return f"La population déclarée correspond à la {said.label}, sous réserve du périmètre."
    counted = catalog.size_class(population)
    if counted == said:
        return ""
    return f"La population déclarée correspond à la {said.label} ; celle du recensement, à la {counted.label}."


def _signed(number: int) -> str:
    return f"+{text.number(number)}" if number > 0 else text.number(number)
