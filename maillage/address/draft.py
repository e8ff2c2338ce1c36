"""A draft of a territory, and its form in the address."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.address import Notation, free, links, param

TERRITORY = Notation(links.unpack, links.pack)


NAME_LETTERS = 80


@dataclass(frozen=True)
class Draft:
    """The communes of a draft and its name: `?communes=…&nom=…`, on every page that shows one."""

    codes: tuple[str, ...] = param("communes", TERRITORY, ())
    name: str = param("nom", free(NAME_LETTERS), "")


@dataclass(frozen=True)
class DraftChoices(Draft):
    """What the page « Composer » holds: a draft (A), and another version of it to compare (B)."""

    other: tuple[str, ...] = param("autre", TERRITORY, ())
    other_name: str = param("autre_nom", free(NAME_LETTERS), "")
