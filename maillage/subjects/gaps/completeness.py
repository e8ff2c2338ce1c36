"""What may be concluded about a territory from lists of structures: everything, a bound, or nothing yet (METHODS.md).

Where a list holds less than half of what is published, or nothing, the question is answered by what is published and by what
would complete it, not by a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.queries import access
from maillage.subjects.gaps.territory import Ground
from maillage.warehouse import Ask

COMPLETE, PARTIAL, UNKNOWN = "complet", "partiel", "inconnu"
NAMED = 6  # départements named in a sentence; more are only counted
COMPLETING = "Pour compléter : importez une liste locale de ces structures, avec leurs communes."


class Unanswerable(ValueError):
    """A question that the data cannot answer: one sentence, in French, that says what to do."""


@dataclass(frozen=True)
class Completeness:
    """The lists of some types in the départements of a territory."""

    types: tuple[str, ...]
    rows: pd.DataFrame  # as access.inventories, those of the territory's départements

    @cached_property
    def state(self) -> str:
        """complet where every list is, inconnu where every one says too little, partiel otherwise."""
        if len(self.rows) and (self.rows["extent"] == COMPLETE).all():
            return COMPLETE
        return PARTIAL if self.rows["usable"].any() else UNKNOWN

    @property
    def silent(self) -> tuple[str, ...]:
        """The départements where none of the types may be concluded from, in code order."""
        usable = self.rows.groupby("departement_code")["usable"].any()
        return tuple(usable.index[~usable])

    def counts(self) -> str:
        """« 12 MSP recensées sur 22 publiées fin 2023 », a type after the other; nothing said of a type listed whole."""
        return " ; ".join(filter(None, (self._count(kind) for kind in self.types)))

    def _count(self, kind: str) -> str:
        rows = self.rows[self.rows["subject"] == kind]
        if not len(rows) or (rows["extent"] == COMPLETE).all():
            return ""
        listed, e = int(rows["listed"].sum()), agreement(kind)
        if rows["published"].isna().any():
            return f"{text.count(listed, f'{kind} recensé{e}', f'{kind} recensé{e}s')}, liste non exhaustive"
        return (
            f"{text.count(listed, f'{kind} recensé{e}', f'{kind} recensé{e}s')} sur "
            f"{text.number(rows['published'].sum())} publié{e}s {text.when(rows['published_as_of'].max())}"
        )

    def published(self) -> str:
        """What is published and not located: the answer where a number would be none."""
        return " ".join(self._published(kind) for kind in self.types)

    def _published(self, kind: str) -> str:
        rows = self.rows[(self.rows["subject"] == kind) & ~self.rows["usable"]]
        listed, placed, e = int(rows["listed"].sum()), int(rows["placed"].sum()), agreement(kind)
        official = rows.dropna(subset="published")
        located = (
            f"aucun{e} localisé{e}"
            if not placed
            else f"{text.number(placed)} seulement localisé{e}{'s' if placed > 1 else ''}"
        )
        if len(official) and official["published"].sum() > 0:
            total = int(official["published"].sum())
            words = text.count(total, f"{kind} publié{e}", f"{kind} publié{e}s")
            return f"{words} {text.when(official['published_as_of'].max())}, {located}."
        if listed:
            return f"{text.count(listed, f'{kind} connu{e}', f'{kind} connu{e}s')}, {located}."
        return f"Personne n'a recensé de {kind} ici, et aucun nombre officiel n'est connu : c'est une inconnue, pas un zéro."


def completeness(ask: Ask, ground: Ground, types: tuple[str, ...]) -> Completeness:
    """The lists of these types in the départements of the territory."""
    here = set(ground.places["departement_code"][ground.inside].unique())
    rows = ask(access.inventories, types)
    return Completeness(types, rows[rows["departement_code"].isin(here)].reset_index(drop=True))


def unanswered(lists: Completeness) -> str:
    """Why no number is given here, what is known instead, and what would complete it."""
    silent = lists.silent
    where = ""
    if lists.rows["departement_code"].nunique() > 1 and len(silent) <= NAMED:
        where = f"Départements sans liste suffisante : {', '.join(silent)}. "
    return f"{lists.published()} {where}Sans leurs adresses, aucun temps ne peut être calculé ni aucun site proposé. {COMPLETING}"


def agreement(kind: str) -> str:
    """« e » where the type is feminine: « aucune MSP », « aucun CDS »."""
    return "e" if catalog.SITE_TYPE[kind].label.split()[0] in ("Maison", "Équipe", "Permanence") else ""
