"""A figure: the one way a number travels, from SQL to screens, charts and files."""

from __future__ import annotations

from dataclasses import dataclass

COMMUNES, DEPARTEMENTS = "communes", "departements"


@dataclass(frozen=True)
class Figure:
    """A number and what it is. `value` is None where nothing is known, or where it is withheld.

    `bound`: exact, at_least, at_most, about. `basis`: published, computed, estimated, provisional, mean_of_parts, withheld.
    These are the columns of `indicator_value`: nobody reads `note`, a sentence for people, to learn a fact.
    """

    value: float | None
    low: float | None = None  # of an interval, or the minimum itself
    high: float | None = None
    note: str = ""  # how it is obtained
    year: int | None = None  # that it is of
    bound: str = "exact"
    basis: str = "computed"
    as_of: str = ""  # when what it rests on was seen, as its source says
    source: str = ""  # title

    @property
    def withheld(self) -> bool:
        """Kept secret: neither zero nor missing."""
        return self.basis == "withheld"

    @property
    def known(self) -> bool:
        """Is there a value that may be told?"""
        return self.value is not None and not self.withheld

    @property
    def rankable(self) -> bool:
        """Whether it may be ranked, or compared as an equal: a bound may not."""
        return self.known and self.bound not in ("at_least", "at_most")


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator: the territory's own figure, then those of the places it is compared with."""

    indicator: str  # a code of catalog.INDICATOR
    label: str
    unit: str
    decimals: int
    scope: str  # communes: computed from the members; departements: their départements' figures, in proportion of inhabitants
    own: Figure | None  # None: not known for this territory
    against: tuple[
        tuple[str, str, str, Figure | None], ...
    ]  # (level, code, name, figure): départements, régions, France
    year: str  # « 2023 », « 2017–2023 »; where it rests on lists, their dates
    source: str  # titles
