"""The essentials of a territory: five findings in words, and every indicator on a line of its own among its peers."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.records.figure import Figure


@dataclass(frozen=True)
class Finding:
    """One finding. Texts only, never markup; empty where there is nothing to say."""

    topic: str
    head: str  # the finding, in words
    standing: (
        str  # better, worse, neutral, alike, unknown: neutral stands out without a better way, alike does not stand out
    )
    figure: str  # « 2,0 décès pour 1 000 habitants », « – »
    comparison: str  # « France ≈ 1,7 · Grand Est ≈ 1,8 · plus que 87 départements sur 100 »
    doubt: str  # bound, basis, date
    rule: str  # the threshold that it passes, or does not
    indicator: str  # a code of catalog.INDICATOR, its evidence; empty where it rests on none
    label: str = ""  # of the indicator
    strength: float = 0.0  # its gap, in thresholds


@dataclass(frozen=True)
class Dot:
    """A peer on a line."""

    code: str
    name: str
    figure: Figure


@dataclass(frozen=True)
class SpineMark:
    """A place that the line marks: the territory itself, its région, France, or the median of its peers."""

    role: str  # own, region, benchmark
    name: str
    figure: Figure


@dataclass(frozen=True)
class SpineLine:
    """One indicator: what is known of the territory, where it is compared, and its peers.

    `dots` may be ranked; `apart` are bounds, drawn apart and never ranked. `place` is where the territory stands among
    the dots: first or last quarter, seen from the better end (better, worse), else middle; empty where that is not said.
    """

    indicator: str
    label: str
    unit: str
    decimals: int
    direction: str  # more, less, or neither
    ratio: bool
    own: SpineMark | None
    own_scope: str  # as records.figure.Line
    marks: tuple[SpineMark, ...]  # benchmark first
    dots: tuple[Dot, ...]
    apart: tuple[Dot, ...]
    year: str
    place: str = ""
    position: str = ""  # « plus que 87 sur 100 »


@dataclass(frozen=True)
class Essentials:
    """Everything that the page « Profil » and its file say of a territory."""

    name: str
    lead: str  # « Département · 265 893 habitants en 2023, 5 252 km² »
    findings: tuple[Finding, ...]
    silent: tuple[str, ...]  # what is not concluded, and why
    peers: str  # what the dots are: « départements »
    spine: tuple[SpineLine, ...]
    dated: str
    version: str
