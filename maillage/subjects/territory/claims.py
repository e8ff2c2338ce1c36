"""What actors publish of a territory, beside what the data say of the same time, in words."""

from __future__ import annotations

import pandas as pd

from maillage.language import references, text
from maillage.queries import claims
from maillage.records.territory import Grid
from maillage.warehouse import Ask

NOTES = (
    "≥ minimum : la liste d'ici n'est pas entière, la différence n'est pas calculée. – : rien ici ne permet de comparer, "
    "à cette date ou sur ce périmètre.",
)
_DISTRICTS = {"CPAM-Artois": "CPAM de l'Artois", "CPAM-Lille-Douai": "CPAM de Lille-Douai"}


def of_territory(ask: Ask, level: str, code: str) -> Grid:
    """The figures published of a territory; no row where nobody published any."""
    return grid(ask(claims.of_territory, level, code))


def of_cpts(ask: Ask, cpts_id: str) -> Grid:
    """The figures published of a CPTS."""
    return grid(ask(claims.of_cpts, cpts_id))


def grid(frame: pd.DataFrame) -> Grid:
    """`frame` as `queries.claims` answers."""
    rows = tuple(
        (_subject(row), _published(row), _date(row), _here(row), _opening(references.reference(row.citation)))
        for row in frame.itertuples()
    )
    return Grid(("Sujet", "Publié", "Date", "Ici", "Référence"), rows, NOTES if rows else ())


def _opening(words: str) -> str:
    """Words that begin a sentence; an address stays what it is."""
    return words if words.startswith("http") else f"{words[:1].upper()}{words[1:]}"


def _subject(row) -> str:
    district = _DISTRICTS.get(row.code)
    return f"{row.subject} : {district}, une partie du département" if district else row.subject


def _published(row) -> str:
    value = text.quantity(row.claimed, row.unit, _decimals(row.claimed))
    return f"{value} ({row.note})" if text.known(row.note) else value


def _date(row) -> str:
    date = text.date(row.date) if text.known(row.date) else "non daté"
    return f"{date}, chiffre de {int(row.year)}" if text.known(row.year) else date


def _here(row) -> str:
    """« ≥ 9 (MSP : sites ouverts recensés) », « 91 612, soit −2,7 % (population municipale…) », « – »."""
    if not text.known(row.computed):
        return "–"
    value = text.number(row.computed, _decimals(row.computed))
    if row.bound == "at_least":
        return f"≥{text.HARD}{value} ({row.computed_as})"
    if row.unit == "%":
        gap, unit = row.computed - row.claimed, "points"
    else:
        gap, unit = 100 * (row.computed / row.claimed - 1) if row.claimed else 0.0, "%"
    apart = f", soit {'+' if gap > 0 else ''}{text.quantity(gap, unit, 1)}" if round(gap, 1) else ""
    return f"{value}{apart} ({row.computed_as})"


def _decimals(value: float) -> int:
    return 0 if float(value).is_integer() else 1
