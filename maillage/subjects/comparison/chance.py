"""What chance has to say of a figure: intervals, a funnel, a trend; and why nothing is said where there is nothing to say.

A source that brings a rate and its events gives the exposure behind them, events ÷ rate: that of a crude rate, and for a
directly standardised one the exposure that a funnel wants (PHE technical guidance).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from maillage.catalog import recipes
from maillage.catalog.indicators import Indicator
from maillage.language import figures as language_figures
from maillage.language import text
from maillage.methods import rates
from maillage.methods.funnel import Funnel, funnel
from maillage.methods.rates import ENOUGH_EVENTS
from maillage.methods.secrecy import BOUNDS, NUMBER
from maillage.methods.secrecy import NS as SECRET
from maillage.subjects.comparison.figures import NS, Figures

FEWEST = 3  # territories, for a funnel


@dataclass(frozen=True)
class Chance:
    """`table`: one row per département, low and high being ends of an interval, with exposure and origin (where it comes from)."""

    table: pd.DataFrame
    per: float
    funnel: Funnel | None
    codes: tuple[str, ...]  # of the funnel's points, in its order
    reason: str  # why there is no funnel


def chance(of: Figures, year: int = 0) -> Chance:
    """Intervals and funnel of an indicator, one year."""
    indicator, table = of.indicator, of.at(year).copy()
    both = table["low"].notna() & table["high"].notna()
    origin = "intervalle de Dobson à 95 %" if indicator.recipe == recipes.STANDARDISED else "intervalle de la source"
    table["origin"] = np.where(both, origin, "")
    bounded = table["bound"].isin(language_figures.BOUNDS)
    scale = indicator.per
    table["exposure"] = np.nan
    if not indicator.decided and scale:
        table["exposure"] = (table["events"] * scale / table["value"]).where(table["value"] > 0)
        for row in table[table["exposure"].notna() & ~both & ~bounded].itertuples():
            if scale != 100:
                rate = rates.crude_rate(row.events, row.exposure, scale)
                table.loc[row.Index, ["low", "high", "origin"]] = [rate.low, rate.high, rate.interval]
    ready = table[table["exposure"].notna()]
    if len(ready) < FEWEST:
        return Chance(table, scale or 1.0, None, (), why_not(indicator, table))
    kind = "binomial" if scale == 100 else "poisson"
    drawn = funnel(ready["events"], ready["exposure"], per=scale, kind=kind)
    return Chance(table, scale, drawn, tuple(ready["code"]), "")


def speaks(of: Figures) -> bool:
    """Whether chance has something to say of an indicator: an interval, or events to draw one from, be they withheld."""
    here = of.rows[of.rows["level"] == "departement"]
    bounded = here["bound"].isin(language_figures.BOUNDS)
    if (here["low"].notna() & here["high"].notna() & ~bounded).any():
        return True
    return not of.indicator.decided and bool(of.indicator.per) and bool(here["events"].notna().any() or of.guards)


def why_not(indicator: Indicator, table: pd.DataFrame) -> str:
    """Why there is no funnel of this indicator."""
    if indicator.decided:
        return (
            "Ni intervalle ni entonnoir ici : ce qui est compté (structures, professionnels) est décidé et compté en entier. Ce "
            "n'est pas un échantillon, et le hasard n'explique pas l'écart entre deux départements."
        )
    if not indicator.per:
        return "Ni intervalle ni entonnoir ici : ce chiffre n'est pas un taux fait d'événements comptés dans une population."
    if table["events"].notna().any() or (table["state"] == NS).any():
        return f"Moins de {FEWEST} départements ont un nombre d'événements que l'on puisse montrer : pas d'entonnoir."
    return (
        "Ni intervalle ni entonnoir ici : la source publie le taux sans le nombre d'événements. Il est montré tel qu'il est "
        f"publié, à {text.count(indicator.decimals, 'décimale')}. Les deux apparaissent dès qu'une source "
        "donne le nombre des événements."
    )


def pooled(of: Figures, codes: tuple[str, ...], year: int) -> str:
    """The events of some départements together, in a sentence: a number, or bounds that give no withheld one away."""
    guard = of.guards.get(year or max(of.guards, default=0))
    rows = of.at(year).set_index("code").loc[list(codes)]
    if guard is None:
        known = rows["events"].dropna()
        if of.indicator.decided or known.empty:
            return ""
        least = "" if len(known) == len(rows) else "au moins "
        return f"Ensemble des {len(rows)} départements comparés : {least}{text.count(int(known.sum()), 'événement')}."
    total = guard.total(codes)
    if total.state == NUMBER:
        events = text.count(total.value, "événement")
    elif total.state in (BOUNDS, SECRET) and total.high is not None:
        events = f"de {text.number(total.low)} à {text.count(total.high, 'événement')}"
    elif total.low is not None:
        events = f"au moins {text.count(total.low, 'événement')}"
    else:
        events = "nombre d'événements inconnu"
    return f"Ensemble des {len(rows)} départements comparés : {events}. {total.reason}".strip()


def trends(of: Figures, codes: tuple[str, ...]) -> pd.DataFrame:
    """The trend of the rate of each département over its years, where its events are known: code, percent, low, high, p, reason."""
    scale = of.indicator.per
    if of.indicator.decided or not scale or not of.rows["events"].notna().any():
        return pd.DataFrame()
    slopes = []
    here = of.rows[(of.rows["level"] == "departement") & of.rows["code"].isin(codes)]
    for code, rows in here.groupby("code"):
        exposure = (rows["events"] * scale / rows["value"]).where(rows["value"] > 0)
        slope = rates.trend(rows["year"], rows["events"].fillna(0), exposure.where(rows["events"].notna()))
        slopes.append((code, slope.percent_per_year, slope.low, slope.high, slope.p_value, slope.reason))
    return pd.DataFrame(slopes, columns=["code", "percent", "low", "high", "p", "reason"])


def verdict(drawn: Funnel, threshold: int) -> list[str]:
    """The funnel in sentences: its limits, what is beyond them, what is left out."""
    beyond = int((np.abs(drawn.sides) == 2).sum())
    sentences = [
        f"{drawn.method}, autour du taux de l'ensemble. {text.count(beyond, 'département')} au-delà de 99,8 %."
    ]
    if drawn.reason:
        sentences.append(drawn.reason)
    sentences.append(
        "Sortir de l'entonnoir ne dit pas pourquoi. La population exposée est déduite du taux et du nombre d'événements."
    )
    few = f" Sous {ENOUGH_EVENTS} événements, l'intervalle est exact (χ²)."
    hidden = f" Un effectif de 1 à {threshold - 1} est retenu (NS)." if threshold else ""
    return [*sentences, (few + hidden).strip()]
