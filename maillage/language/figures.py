"""What a figure is, in signs and in words: the one place where bounds, means, secrecy and absence are worded.

Arguments are the columns `bound` and `basis` of `indicator_value`, or the fields of `records.figure.Figure`.
"""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.language import text

MISSING, WITHHELD = "manquant", "NS"
SIGNS = {"at_least": "≥", "at_most": "≤", "about": "≈"}
WORDS = {"at_least": "minimum", "at_most": "maximum", "about": "environ"}
BEFORE = {"at_least": "au moins ", "at_most": "au plus ", "about": "environ "}
OURS = ("estimated", "mean_of_parts")  # nobody published it
BOUNDS = ("at_least", "at_most")  # never ranked, never compared as equals
MEAN = "moyenne calculée ici"
LEGEND = "≥ minimum, ≤ maximum : recensement partiel. ≈ moyenne calculée ici, non publiée."


def sign(bound: str | None, basis: str | None = None) -> str:
    """« ≥ » a minimum, « ≤ » a maximum, « ≈ » a mean or an estimate of ours; nothing for a plain figure."""
    return SIGNS.get(bound) or ("≈" if basis in OURS else "")


def reading(value, decimals: int, bound: str | None = None, basis: str | None = None) -> str:
    """« ≥ 4,2 », « ≈ 10,5 », « NS », « – »."""
    if basis == catalog.WITHHELD:
        return WITHHELD
    if not text.known(value):
        return text.number(None)
    mark = sign(bound, basis)
    return f"{mark}{text.HARD if mark else ''}{text.number(value, decimals)}"


def word(bound: str | None, basis: str | None = None) -> str:
    """« minimum », « maximum », « moyenne calculée ici », « provisoire »; nothing for a plain figure."""
    return WORDS.get(bound) or {"provisional": "provisoire", "mean_of_parts": MEAN, "estimated": "estimation"}.get(
        basis, ""
    )


def words(table: pd.DataFrame) -> pd.Series:
    """`word` of each row of a table with bound, basis and value; « NS » and « manquant » where there is no figure."""
    worded = pd.Series(
        [word(*each) for each in zip(table["bound"].tolist(), table["basis"].tolist(), strict=True)],
        table.index,
        dtype=object,
    )
    return worded.mask(table["value"].isna(), MISSING).mask(table["basis"] == catalog.WITHHELD, WITHHELD)


def rankable(table: pd.DataFrame) -> pd.Series:
    """Which rows may be ranked: those whose figure is known and is no bound."""
    return table["value"].notna() & ~table["bound"].isin(BOUNDS)


MEASURED = "Surface mesurée sur des contours simplifiés :"
AREA_GAP = 2.0  # percent: under it, the simplification of contours is not worth a sentence


def area(gap: float | None, where: str = "") -> str:
    """« Surface mesurée … : 5,9 % de plus que la surface publiée »; nothing under AREA_GAP, nor where none is published. `where`
    names the département where several may be meant."""
    if gap is None or abs(gap) < AREA_GAP:
        return ""
    way = "plus" if gap > 0 else "moins"
    measured = f"{where} : surface mesurée sur des contours simplifiés," if where else MEASURED
    return (
        f"{measured} {text.quantity(abs(gap), '%', 1)} de {way} que la surface publiée (cadastre, sans les eaux). La densité s'en "
        "écarte d'autant, en sens inverse."
    )


def listed(count: int, published: int | None) -> str:
    """« 12 recensées sur 22 publiées »."""
    sentence = text.count(count, "recensée")
    return sentence if published is None else f"{sentence} sur {text.count(published, 'publiée')}"
