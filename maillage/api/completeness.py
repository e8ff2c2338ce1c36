"""What may be concluded from the lists, in words, on every answer that rests on them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.queries import access, territories
from maillage.subjects.gaps.completeness import Completeness, agreement
from maillage.warehouse import Ask

SUBJECTS = (*catalog.SITE_TYPE, "CPTS")


def sentence(kind: str, rows: pd.DataFrame) -> str:
    """« 12 MSP recensées sur 22 publiées fin 2023 » ; « liste entière » ; what is published where the list says too little.

    `rows`: of one type, as `access.inventories`.
    """
    if kind == "CPTS":
        whole, partial = (int((rows["extent"] == extent).sum()) for extent in ("complet", "partiel"))
        where = f"entière dans {text.count(whole, 'département')} sur {len(rows)}, partielle dans {partial}"
        return f"Liste des CPTS et de leurs communes : {where}."
    lists = Completeness((kind,), rows)
    if len(rows) and (rows["extent"] == "complet").all():
        e = agreement(kind)
        listed = text.count(int(rows["listed"].sum()), f"recensé{e}", f"recensé{e}s")
        return f"{catalog.short(kind)} : {listed}, liste entière."
    if not rows["usable"].any():
        return lists.published()
    return f"{lists.counts()}."


def of_places(ask: Ask, types: Iterable[str], departements: Iterable[str]) -> dict[str, str]:
    """The sentence of each type in these départements."""
    frame = ask(access.inventories, SUBJECTS)
    here = frame[frame["departement_code"].isin(list(departements))]
    return {kind: sentence(kind, here[here["subject"] == kind]) for kind in types}


def whole(ask: Ask, types: Iterable[str], level: str, code: str) -> frozenset[str]:
    """Those of the types whose list is whole in every département of a territory."""
    frame = ask(access.inventories, SUBJECTS)
    here = frame[frame["departement_code"].isin(ask(territories.reach, level, code))]
    lacking = set(here.loc[here["extent"] != "complet", "subject"])
    return frozenset(kind for kind in types if kind not in lacking)


def of_territory(ask: Ask, types: Iterable[str], level: str, code: str) -> dict[str, str]:
    """The sentence of each type in the départements of a territory."""
    return of_places(ask, types, ask(territories.reach, level, code))


EVIDENCE = [
    "subject",
    "extent",
    "listed",
    "published",
    "published_as_of",
    "placed",
    "usable",
]  # what a sentence rests on


def table(ask: Ask) -> pd.DataFrame:
    """One row per département and subject, with its sentence, in code order."""
    frame = ask(access.dated_inventories, SUBJECTS)
    alike = frame.groupby(EVIDENCE, dropna=False, sort=False).ngroup()  # many lists have the same: worded once
    first = frame.loc[~alike.duplicated()]
    sentences = [sentence(kind, first.iloc[[at]]) for at, kind in enumerate(first["subject"])]
    return frame.assign(sentence=alike.map(dict(zip(alike[first.index], sentences, strict=True))))
