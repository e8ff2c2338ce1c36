"""What a CPTS declares beside what its known communes give, and why the two differ, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from maillage import catalog
from maillage.language import text


def differences(
    card: dict,
    communes: int,
    population: int | None,
    year: int | None,
    history: Sequence[tuple[int, int]],
    counted_in: int | None = None,
) -> tuple[str, ...]:
    """Sentences. `card` is what `queries.cpts.card` gives; `communes`, `population` and `year` what is computed from
    the known members; `history` the (year, inhabitants) of these same communes; `counted_in` the year that the declared
    population is of, when it is not that of its publication."""
    return tuple(
        filter(
            None,
            [
                _communes(card, communes),
                _population(card, population, year, history, counted_in),
                _size(card, population),
            ],
        )
    )


def _communes(card: dict, known: int) -> str:
    declared, extent = card["declared_communes"], card["perimeter"]
    if extent == "inconnu":
        known_count = f"{text.count(declared, 'commune déclarée', 'communes déclarées')}, mais " if declared else ""
        return (
            f"Périmètre inconnu : {known_count}aucune commune membre n'est nommée par les sources. Rien n'est deviné."
        )
    if extent == "partiel":
        over = f" sur {text.number(declared)} déclarées" if declared else ""
        return f"Périmètre partiel : {text.count(known, 'commune nommée', 'communes nommées')}{over}. Les autres ne sont pas devinées."
    if not declared or declared == known:
        return ""
    return (
        f"{text.count(declared, 'commune déclarée', 'communes déclarées')}, {text.number(known)} aujourd'hui : des communes ont fusionné, "
        "ou le périmètre a changé."
    )


OTHER = "une autre source, une autre définition de la population, ou un arrondi"


def _population(
    card: dict,
    population: int | None,
    year: int | None,
    history: Sequence[tuple[int, int]],
    counted_in: int | None,
) -> str:
    """The declared population held against the census of its own year, then what became of it."""
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
    if population == declared:
        return ""
    when = counted_in or (int(card["as_of"][:4]) if card["as_of"] else None)
    before = [(counted, inhabitants) for counted, inhabitants in history if when and counted <= when and counted < year]
    dated = f" ({f'chiffre de {counted_in}' if counted_in else text.date(card['as_of'])})" if when else ""
    now = f"{text.count(population, 'habitant')} au recensement de {year}"
    if not before:
        return (
            f"{now} contre {text.number(declared)} déclarés{dated}, soit {_signed(population - declared)} "
            f"({text.quantity(100 * (population - declared) / declared, '%', 1)}). Le chiffre déclaré peut venir d'un recensement plus "
            f"ancien, d'{OTHER[3:]}."
        )
    counted, inhabitants = before[-1]
    since = f"Depuis, {_signed(population - inhabitants)} : {now}."
    if inhabitants == declared:
        return f"{text.number(declared)} déclarés{dated} : c'est le chiffre du recensement de {counted}. {since}"
    return (
        f"{text.number(declared)} déclarés{dated} contre {text.count(inhabitants, 'habitant')} de ces communes au recensement de {counted}, "
        f"soit {_signed(inhabitants - declared)} ({text.quantity(100 * (inhabitants - declared) / declared, '%', 1)}) : {OTHER}. {since}"
    )


def _size(card: dict, population: int | None) -> str:
    declared = card["declared_population"]
    if not declared:
        return ""
    by_source = catalog.size_class(declared)
    if population is None or card["perimeter"] != "complet":
        return f"La population déclarée correspond à la {by_source.label}, sous réserve du périmètre."
    counted = catalog.size_class(population)
    if counted == by_source:
        return ""
    return f"La population déclarée correspond à la {by_source.label} ; celle du recensement, à la {counted.label}."


def _signed(number: int) -> str:
    return f"+{text.number(number)}" if number > 0 else text.number(number)
