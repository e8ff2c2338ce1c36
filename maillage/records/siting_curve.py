"""What one more site is worth, and two scenarios beside each other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """The greedy answer with that many new sites."""

    sites: int
    people: int  # newly within the threshold, over all these sites
    more: int  # of which the last one brings
    name: str  # of the commune of the last one


@dataclass(frozen=True)
class Curve:
    """Steps from one site on; from `flat` sites on, one more brings less than a stated share of what the first one brought."""

    steps: tuple[Step, ...]
    flat: int | None
    sentence: str
