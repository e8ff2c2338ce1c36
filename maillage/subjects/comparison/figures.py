"""Figures of an indicator for every département, year by year: small numbers withheld, bounds and unknowns told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from maillage import catalog
from maillage.catalog import WITHHELD
from maillage.catalog.indicators import Indicator
from maillage.language import figures as language_figures
from maillage.methods import comparing, secrecy
from maillage.methods.secrecy import Guard
from maillage.queries import comparison, indicators, territories
from maillage.warehouse import Ask

MISSING, NS = "manquant", "ns"  # the state of a figure that is not shown; of one that is: ""
COLUMNS = [
    "level",
    "code",
    "name",
    "region_code",
    "departement_code",
    "year",
    "value",
    "low",
    "high",
    "bound",
    "basis",
    "events",
    "method",
    "source",
    "vintage",
    "state",
    "provisional",
]


@dataclass(frozen=True)
class Figures:
    """Every figure of an indicator. Do not change it in place: it is shared.

    `rows`: a row per territory (département, région, France) and year that a source has, with COLUMNS; what is withheld has
    neither value, bound nor count. `guards`: for each year, who answers for sums of events; none where counts are of
    structures, or where no threshold is set.
    """

    indicator: Indicator
    rows: pd.DataFrame
    departements: pd.DataFrame  # code, name, region_code, of all of them, in code order
    guards: dict[int, Guard] = field(default_factory=dict)
    _kept: dict = field(default_factory=dict, repr=False)  # what was asked of it already

    @property
    def years(self) -> tuple[int, ...]:
        """Years for which départements have figures, withheld or not, the earliest first; not the year of a few whose latest
        figure is older, as Mayotte's."""
        here = self.rows[(self.rows["level"] == "departement") & (self.rows["state"] != MISSING)]
        counts = here["year"].value_counts()
        return tuple(sorted(int(year) for year, count in counts.items() if count >= counts.max() / 2))

    def at(self, year: int = 0) -> pd.DataFrame:
        """One row per département, in code order: its figure of that year, by default its latest; missing where there is
        none. COLUMNS, and first, last, tied, label: its rank among those known, no finer than the data."""
        return self._once(("at", year), lambda: self._at(year))

    def _at(self, year: int) -> pd.DataFrame:
        values = self._of("departement", year).set_index("code")
        rows = values.drop(columns=["name", "region_code", "departement_code"]).reindex(self.departements["code"])
        rows = self.departements.merge(rows.reset_index(), on="code").assign(level="departement")
        rows["departement_code"] = rows["code"]
        rows["state"] = rows["state"].fillna(MISSING)
        rows["provisional"] = rows["provisional"].fillna(False).astype(bool)
        ranked = comparing.ranks(rows["value"].where(language_figures.rankable(rows)), self.indicator.decimals)
        return pd.concat([rows[COLUMNS], ranked[["first", "last", "tied", "label"]]], axis=1)

    def above(self, year: int = 0) -> pd.DataFrame:
        """Figures of régions, then of France, that year or the latest. COLUMNS."""
        return pd.concat([self._of("region", year), self._of("france", year)], ignore_index=True)[COLUMNS]

    def place(self, level: str, code: str, year: int = 0) -> dict | None:
        """The figure of a région or of France, that year or the latest, by column; None where there is none."""
        return self._once(
            ("places", year),
            lambda: {(row["level"], row["code"]): row for row in self.above(year).to_dict("records")},
        ).get((level, code))

    def _of(self, level: str, year: int) -> pd.DataFrame:
        rows = self.rows[self.rows["level"] == level]
        return rows[rows["year"] == year] if year else rows.drop_duplicates("code", keep="last")

    def _once(self, key: tuple, make: Callable):
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def figures(ask: Ask, name: str, statuses: tuple[str, ...], threshold: int) -> Figures:
    """Every figure of an indicator, kept for all readers.

    Coverage is counted for these statuses. Counts of people from 1 to `threshold` − 1 are withheld, and what would betray them.
    """
    indicator = catalog.INDICATOR[name]
    rows = ask(comparison.history, name, indicator.sex)
    if indicator.by_status and set(statuses) != set(catalog.DEFAULT_CPTS_STATUSES):
        rows = _covered(ask, rows, statuses)
    names = pd.DataFrame(
        [(code, name, region) for code, name, region, _ in ask(territories.departements)],
        columns=["code", "name", "region_code"],
    )
    rows = rows.assign(
        events=rows["events"].astype(float),
        state=np.select([rows["basis"] == WITHHELD, rows["value"].isna()], [NS, MISSING], ""),
        provisional=rows["basis"] == "provisional",
    )[COLUMNS]
    guards = {}
    if threshold and indicator.secret and rows["events"].notna().any():
        for year in map(int, rows.loc[rows["events"].notna(), "year"].unique()):
            guards[year], hidden = conceal(rows, year, threshold)
            rows.loc[hidden, ["value", "low", "high", "events"]] = np.nan
            rows.loc[hidden, "state"] = NS
    return Figures(indicator, rows, names, guards)


def _covered(ask: Ask, rows: pd.DataFrame, statuses: tuple[str, ...]) -> pd.DataFrame:
    """The rows of coverage counted anew for these statuses; where nothing is known, none."""
    levels = ("departement", "region", "france")
    counted = pd.concat([ask(indicators.coverage, statuses, level) for level in levels], ignore_index=True)
    places = rows.drop(columns=["year", "value", "low", "high", "bound", "basis", "method"])
    return counted.merge(places, on=["level", "code"])[rows.columns].sort_values(["level", "code"], ignore_index=True)


# -- small numbers ----------------------------------------------------------------------------------------------------


def conceal(rows: pd.DataFrame, year: int, threshold: int) -> tuple[Guard, pd.Index]:
    """Who answers for sums of the events of a year, and the rows that may not be shown (`secrecy.concealed`)."""
    counted = rows[rows["year"] == year].assign(
        count=lambda each: each["events"], withheld=lambda each: each["state"] == NS
    )
    parts = counted[counted["level"] == "departement"]
    public = counted.loc[(counted["level"] == "region") & (counted["count"] >= threshold), "code"]
    return secrecy.guard(parts, "region_code", public.tolist(), threshold), counted.index[
        secrecy.concealed(counted, threshold)
    ]
