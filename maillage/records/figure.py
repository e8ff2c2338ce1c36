"""A figure and how it is obtained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """A number and how it is obtained. `value` is None where nothing is known; method « NS »: withheld."""

    value: float | None
    low: float | None
    high: float | None
    method: str
    year: int | None

    @property
    def sign(self) -> str:
        """≥ a minimum, ≤ a maximum, ≈ a mean computed here; nothing for a plain figure."""
        if self.low is not None and self.high is None:
            return "≥"
        if self.high is not None and self.low is None:
            return "≤"
        return "≈" if "calculée ici" in self.method else ""


@dataclass(frozen=True)
class Figure:
    """One indicator: the territory's own value, then those of the places it is compared with."""

    indicator: str  # a code of catalog.INDICATOR
    label: str
    unit: str
    decimals: int
    scope: str  # communes: computed from the members; departements: their départements' figures, in proportion of inhabitants
    own: Value | None  # None: not known for this territory
    against: tuple[tuple[str, str, str, Value | None], ...]  # (level, code, name, value): départements, régions, France
    year: str  # « 2023 », « 2017–2023 »; where it rests on lists, their dates
    source: str  # titles


COMMUNES, DEPARTEMENTS = "communes", "departements"
