"""Choices of a page and their form in the address: a frozen dataclass whose fields say how they are written.

    @dataclass(frozen=True)
    class Choices:
        threshold: int = param("seuil", number(5, 60), 15)

`parse` never raises: what is not understood keeps its default and gives a sentence. `query` leaves defaults out, so that
one view has one address. `Selection` (the choices of every page) and the choices of one page are declared alike.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, TypeVar

from maillage.language.text import shortened

NOTHING = "aucun"
MOST_NAMED = 12  # codes that a sentence lists
T = TypeVar("T")


class Partly(ValueError):
    """Only a part of a value is understood: `value` is that part, the message says what is left aside."""

    def __init__(self, value, sentence: str):
        super().__init__(sentence)
        self.value = value


@dataclass(frozen=True)
class Notation:
    """How a value is read from the address (ValueError with what is expected, in French) and written there."""

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


def param(name: str, kind: Notation, default, beside: tuple[str, ...] = ()):
    """A field of a page's choices, called `name` in the address; the kind's value is a tuple when it also fills `beside`."""
    return field(default=default, metadata={"name": name, "kind": kind, "beside": beside})


def with_another(default):
    """A field that has no name of its own in the address: another one's `param` fills it."""
    return field(default=default)


def one_of(known: Iterable[str]) -> Notation:
    """One code among those known."""
    codes = tuple(known)

    def read(text: str) -> str:
        if text not in codes:
            raise ValueError(_possible(codes))
        return text

    return Notation(read)


def many_of(known: Iterable[str], nothing: str = NOTHING, keep: bool = False) -> Notation:
    """Several codes among those known, in the catalog's order whatever the address's; `nothing` is the word for none.

    `keep`: those that are known are kept beside one that is not, instead of the default.
    """
    codes = tuple(known)

    def ordered(chosen: Iterable[str]) -> tuple[str, ...]:
        chosen = set(chosen)
        return tuple(code for code in codes if code in chosen)

    def read(text: str) -> tuple[str, ...]:
        asked = [] if text == nothing else text.split(",")
        if unknown := [code for code in asked if code not in codes]:
            sentence = _possible(codes)
            if len(unknown) < len(asked):  # else the value, which is already quoted, is all unknown
                absent = f"« {shortened(', '.join(unknown))} » n'existe pas"
                sentence = f"{absent} ; {sentence}" if len(codes) <= MOST_NAMED else absent
            raise Partly(ordered(asked), sentence) if keep else ValueError(sentence)
        return ordered(asked)

    return Notation(read, lambda value: ",".join(ordered(value)) or nothing)


def _possible(codes: tuple[str, ...]) -> str:
    return f"valeurs possibles : {', '.join(codes)}" if len(codes) <= MOST_NAMED else "ce code n'existe pas"


def number(least: float, most: float) -> Notation:
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

    return Notation(read, lambda value: f"{value:g}")


def codes(limit: int, length: Container[int] = (2, 3, 5, 9)) -> Notation:
    """Codes of territories, at most `limit`, without repetition; whether they exist is for the database to say."""

    def read(text: str) -> tuple[str, ...]:
        asked = tuple(dict.fromkeys(text.upper().split(",")))
        if len(asked) > limit:
            raise ValueError(f"{limit} codes au plus")
        if bad := [code for code in asked if not (code.isascii() and code.isalnum() and len(code) in length)]:
            raise ValueError(f"« {shortened(bad[0])} » n'est pas un code de territoire")
        return asked

    return Notation(read, ",".join)


def flag(yes: str = "oui", no: str = "non") -> Notation:
    """Yes or no, in these words."""
    words = {yes: True, no: False}

    def read(text: str) -> bool:
        if text not in words:
            raise ValueError(f"{yes} ou {no} est attendu")
        return words[text]

    return Notation(read, lambda value: yes if value else no)


def free(most: int) -> Notation:
    """Any text of at most `most` characters."""

    def read(text: str) -> str:
        if len(text) > most:
            raise ValueError(f"{most} caractères au plus")
        return text

    return Notation(read)


def parse(choices: type[T], query: Mapping[str, str]) -> tuple[T, list[str]]:
    """The choices an address asks for, and one sentence for each part that could not be understood."""
    values, problems = {}, []
    for each in _named(choices):
        name, beside = each.metadata["name"], each.metadata["beside"]
        if name not in query:
            continue
        try:
            value = each.metadata["kind"].read(query[name])
        except ValueError as error:
            problems.append(f"« {name}={shortened(query[name])} » n'est pas compris dans l'adresse : {error}.")
            if not isinstance(error, Partly):
                continue
            value = error.value
        values |= zip((each.name, *beside), value, strict=True) if beside else {each.name: value}
    return choices(**values), problems


def query(choices) -> dict[str, str]:
    """Query parameters of choices, without what is at its default."""
    written, usual = _written(choices), _written(type(choices)())
    return {name: text for name, text in written.items() if text != usual[name]}


def names(choices: type) -> set[str]:
    """The parameters that these choices own in the address."""
    return {each.metadata["name"] for each in _named(choices)}


def _named(choices) -> list[Field]:
    return [each for each in fields(choices) if "name" in each.metadata]


def _written(choices) -> dict[str, str]:
    """Every parameter of choices, those at their default included."""
    written = {}
    for each in _named(choices):
        parts = [getattr(choices, name) for name in (each.name, *each.metadata["beside"])]
        written[each.metadata["name"]] = each.metadata["kind"].write(
            tuple(parts) if each.metadata["beside"] else parts[0]
        )
    return written
