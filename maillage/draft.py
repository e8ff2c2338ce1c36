"""Drafts of territories: their form in the address of the pages that compose, compare, present and export them."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.address import Kind, free, param
from maillage.methods import links

TERRITORY = Kind(links.unpack, links.pack)
NAME_LETTERS = 80


@dataclass(frozen=True)
class Draft:
    """The communes of a draft and its name: `?communes=…&nom=…`, on every page that shows one."""

    codes: tuple[str, ...] = param("communes", TERRITORY, ())
    name: str = param("nom", free(NAME_LETTERS), "")
