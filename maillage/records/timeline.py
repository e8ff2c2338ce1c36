"""Years one after the other: a département's count, and how many CPTS signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maillage.records.map_view import Classes


@dataclass(frozen=True)
class Registered:
    """How many a register lists, whole, on a date."""

    count: int
    as_of: str


@dataclass(frozen=True)
class Series:
    """One département: the counts published, the earliest first, and what the register lists since, where it does whole."""

    code: str
    name: str
    points: tuple[tuple[int, float], ...]
    registered: Registered | None


@dataclass(frozen=True)
class Frame:
    """One moment of the map: its name, where it is from, and the class of each département by code."""

    label: str
    source: str
    marks: Mapping[str, str]


@dataclass(frozen=True)
class Played:
    """All the moments on one scale."""

    frames: tuple[Frame, ...]
    classes: Classes  # its counts are those of the last frame
    labels: tuple[str, ...]
    series: tuple[Series, ...]  # those that grew most first


@dataclass(frozen=True)
class Year:
    """How many CPTS are known to have signed that year; `deduced`, of which the year is not written by the source."""

    year: int
    signed: int
    deduced: int


@dataclass(frozen=True)
class Signatures:
    """CPTS signed, year by year."""

    years: tuple[Year, ...]  # without a gap
    dated: int
    signed: int  # CPTS whose status is signed
    listed: int
