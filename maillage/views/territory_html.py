"""A territory on a page: what `subjects.territory` words, through the template. Every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from maillage.records.territory import Check, Grid, Key
from maillage.views import html

_draw = partial(html.macro, "territory.html")


def blank() -> str:
    """How to begin a draft."""
    return _draw("blank")


def title(name: str, kind: str) -> str:
    """The name, and what it is."""
    return _draw("title", name, kind)


def headline(keys: Sequence[Key], size: Key | None, unsized: str) -> str:
    """Inhabitants, communes and surface in large, then the size class or why there is none."""
    return _draw("headline", keys, size, unsized)


def lead(sentence: str) -> str:
    """A sentence under the headline; nothing where there is none."""
    return _draw("lead", sentence)


def figures(grid: Grid) -> str:
    """Every figure beside those of larger places. What each is comes apart: it seldom changes."""
    return _draw("figures", grid)


def origins(rows: Sequence[tuple[str, str]], notes: Sequence[str]) -> str:
    """How to read the figures, what each means and where it comes from."""
    return _draw("origins", rows, notes)


def shape(checks: Sequence[Check]) -> str:
    """Pieces, enclaves, overlaps, communes left alone; nothing without a commune."""
    return _draw("shape", checks)


def structures(grid: Grid, lists: str) -> str:
    """Sites inside by type with what was looked for; `lists` are the titles they come from."""
    return _draw("structures", grid, lists)


def nearest(grid: Grid) -> str:
    """The nearest open site outside, type by type."""
    return _draw("nearest", grid)


def card(sentences: Sequence[str]) -> str:
    """What sources say of a CPTS, its reference last."""
    return _draw("card", sentences)


def lifeline(grid: Grid) -> str:
    """The dated steps of a CPTS, the earliest first; a year that is deduced says so."""
    return _draw("life", grid)


def built(date: str, version: str) -> str:
    """« Données au 22/11/2026 »: the build that everything comes from."""
    return _draw("built", date, version)
