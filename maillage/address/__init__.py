"""Choices of a page and their form in the address: a frozen dataclass whose fields say how they are written.

    @dataclass(frozen=True)
    class Choices:
        threshold: int = param("seuil", number(5, 60), 15)

`parse` never raises: what is not understood keeps its default and gives a sentence. `query` leaves defaults out, so that
one view has one address.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from maillage.language.text import shown

NOTHING = "aucun"
T = TypeVar("T")


@dataclass(frozen=True)
class Kind:
    """How a value is read from the address (ValueError with what is expected, in French) and written there."""

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


def param(name: str, kind: Kind, default):
    """A field of a page's choices, called `name` in the address."""
    return field(default=default, metadata={"name": name, "kind": kind})


def one_of(known: Iterable[str]) -> Kind:
    """One code among those known."""
    codes = tuple(known)

    def read(text: str) -> str:
        if text not in codes:
            raise ValueError(f"valeurs possibles : {', '.join(codes)}")
        return text

    return Kind(read)


def many_of(known: Iterable[str]) -> Kind:
    """Several codes among those known, in the catalog's order whatever the address's."""
    codes = tuple(known)

    def read(text: str) -> tuple[str, ...]:
        asked = [] if text == NOTHING else text.split(",")
        if unknown := [code for code in asked if code not in codes]:
            raise ValueError(f"« {shown(', '.join(unknown))} » n'existe pas ; valeurs possibles : {', '.join(codes)}")
        return tuple(code for code in codes if code in asked)

    return Kind(read, lambda value: ",".join(value) or NOTHING)


def number(least: float, most: float) -> Kind:
    """A number between two bounds, whole when the bounds are."""
    whole = isinstance(least, int) and isinstance(most, int)

    def read(text: str):
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            raise ValueError(f"un nombre{' entier' if whole else ''} de {least} à {most} est attendu")
        return value

    return Kind(read, lambda value: f"{value:g}")


def codes(limit: int, length: Container[int] = (2, 3, 5, 9)) -> Kind:
    """Codes of territories, at most `limit`, without repetition; whether they exist is for the database to say."""

    def read(text: str) -> tuple[str, ...]:
        asked = tuple(dict.fromkeys(text.upper().split(",")))
        if len(asked) > limit:
            raise ValueError(f"{limit} codes au plus")
        if bad := [code for code in asked if not (code.isascii() and code.isalnum() and len(code) in length)]:
            raise ValueError(f"« {shown(bad[0])} » n'est pas un code de territoire")
        return asked

    return Kind(read, ",".join)


def flag() -> Kind:
    """Yes or no."""
    words = {"oui": True, "non": False}

    def read(text: str) -> bool:
        if text not in words:
            raise ValueError("oui ou non est attendu")
        return words[text]

    return Kind(read, lambda value: "oui" if value else "non")


def free(most: int) -> Kind:
    """Any text of at most `most` characters."""

    def read(text: str) -> str:
        if len(text) > most:
            raise ValueError(f"{most} caractères au plus")
        return text

    return Kind(read)


def parse(choices: type[T], query: Mapping[str, str]) -> tuple[T, list[str]]:
    """The choices an address asks for, and one sentence for each part that could not be understood."""
    values, problems = {}, []
    for each in fields(choices):
        name = each.metadata["name"]
        if name in query:
            try:
                values[each.name] = each.metadata["kind"].read(query[name])
            except ValueError as error:
                problems.append(f"« {name}={shown(query[name])} » n'est pas compris dans l'adresse : {error}.")
    return choices(**values), problems


def query(choices) -> dict[str, str]:
    """Query parameters of choices, without what is at its default."""
    return {
        each.metadata["name"]: each.metadata["kind"].write(getattr(choices, each.name))
        for each in fields(choices)
        if getattr(choices, each.name) != each.default
    }


def names(choices: type) -> set[str]:
    """The parameters that these choices own in the address."""
    return {each.metadata["name"] for each in fields(choices)}
