"""Drafts of territories: their form in the address of the pages that compose, compare, present and export them."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.address import Kind, free, param
from maillage.methods import links, pasting
from maillage.queries import communes

TERRITORY = Kind(links.unpack, links.pack)
NAME_LETTERS = 80


@dataclass(frozen=True)
class Draft:
    """The communes of a draft and its name: `?communes=…&nom=…`, on every page that shows one."""

    codes: tuple[str, ...] = param("communes", TERRITORY, ())
    name: str = param("nom", free(NAME_LETTERS), "")


def gazetteer(cursor) -> pasting.Gazetteer:
    """What pasted names and codes mean: a question like those of `maillage.queries`, so that its answer is kept."""
    listed, moved, cities, departements = communes.gazetteer(cursor)
    parts: dict[str, tuple[str, ...]] = {}
    for city, code in cities:
        parts[city] = (*parts.get(city, ()), code)
    known = {code: pasting.Commune(code, *rest) for code, *rest in listed}
    return pasting.Gazetteer(known, dict(moved), parts, dict(departements))
