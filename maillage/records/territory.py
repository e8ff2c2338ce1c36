"""A set of communes, of a CPTS or of a draft, and everything that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from shapely.geometry.base import BaseGeometry

from maillage import catalog
from maillage.records.figure import IndicatorLine


@dataclass(frozen=True)
class Piece:
    """Communes that touch one another, by a border and not by a corner."""

    name: str  # its most populous commune
    codes: tuple[str, ...]  # in code order
    population: int


@dataclass(frozen=True)
class Overlap:
    """Another CPTS that has communes of the territory."""

    cpts_id: str
    name: str
    status: str  # a code of catalog.CPTS_STATUS
    perimeter: str  # complet, partiel
    codes: tuple[str, ...]  # the communes in common
    population: int  # their inhabitants


@dataclass(frozen=True)
class Orphans:
    """Communes left alone: outside, in no CPTS, and all of whose neighbours are in the territory or in another CPTS."""

    sure: pd.DataFrame  # code, name, population: every CPTS of their département is listed
    unsure: pd.DataFrame  # the same where some perimeters are not known: a CPTS we do not know may have them


@dataclass(frozen=True)
class Share:
    """A département, a région, and how many of the territory's inhabitants live there."""

    level: str
    code: str
    name: str
    population: int
    percent: float | None  # of the territory's inhabitants; None when nobody lives there or nothing is known


@dataclass(frozen=True)
class Size:
    """The ACI size class of the inhabitants counted."""

    kind: catalog.SizeClass
    lacking: int | None  # inhabitants that would make the next class; None in the last one
    next: catalog.SizeClass | None
    spare: int | None  # inhabitants beyond its threshold: to lose more is to go down; None in the first one
    previous: catalog.SizeClass | None


@dataclass(frozen=True)
class Event:
    """A dated, sourced step of a CPTS's life."""

    status: str  # a code of catalog.CPTS_STEP
    label: str
    date: str  # 2022, 2022-09 or 2022-09-15
    deduced: bool  # the year is not written by the source
    note: str | None
    citation: str


@dataclass(frozen=True)
class Cpts:
    """What sources say of a CPTS, beside what its known members give."""

    cpts_id: str
    name: str
    aliases: tuple[str, ...]
    status: str  # a code of catalog.CPTS_STATUS
    status_date: str | None
    perimeter: str  # complet, partiel, inconnu
    departement_codes: tuple[str, ...]
    declared_population: int | None
    declared_communes: int | None
    declared_professionals: int | None
    as_of: str | None  # the date of what is declared
    note: str | None
    citation: str
    source: str  # title of the list it comes from
    events: tuple[Event, ...]  # the earliest first
    claims: Grid  # every figure that actors publish of it, beside ours
    differences: tuple[str, ...]  # sentences: what was declared, what is computed, and why they differ

    @property
    def declared_size(self) -> catalog.SizeClass | None:
        """The size class of the inhabitants declared."""
        return catalog.size_class(self.declared_population) if self.declared_population else None


@dataclass(frozen=True)
class Build:
    """The build that a document is made from: version and day."""

    version: str
    built_at: datetime
    mode: str  # embedded, live


@dataclass(frozen=True)
class Dossier:
    """A territory told whole. Tables are empty, never absent; shared by all readers: do not change them in place."""

    name: str
    kind: str  # cpts, brouillon
    codes: tuple[str, ...]  # communes (arrondissements in Paris, Lyon and Marseille) known today, in code order
    communes: pd.DataFrame  # as queries.communes.every, and geometry (shapely, degrees)
    contour: BaseGeometry | None  # their union, in degrees; None without a commune
    population: int | None  # None without a commune
    population_year: int | None  # the latest of the members'; 2017 in Mayotte
    area_km2: float | None
    size: Size | None  # None without a commune, and where only a part of a CPTS is known
    departements: tuple[Share, ...]  # the most inhabitants first
    regions: tuple[Share, ...]
    figures: tuple[IndicatorLine, ...]
    sites: pd.DataFrame  # site_id, type, name, status, commune_code, commune, address, lon, lat, precision, places, opened_on, as_of, source
    site_counts: (
        pd.DataFrame
    )  # type, label, open, preparing, places, extent (complet, partiel, inconnu), in the catalogue's order
    nearest: pd.DataFrame  # type, label, name, commune_code, commune, departement_code, km, minutes, method, origin (the member commune it is measured from)
    pieces: tuple[Piece, ...]  # contiguous groups, the most populous first: one when the territory is in one piece
    enclaves: pd.DataFrame  # code, name, population: communes outside, wholly surrounded by the territory
    overlaps: tuple[Overlap, ...]  # the most inhabitants in common first
    orphans: Orphans
    cpts_listed: bool  # every CPTS of its départements is, with its perimeter: no overlap is no overlap
    cpts: Cpts | None
    sources: pd.DataFrame  # title, producer, licence, vintage, retrieved_at
    build: Build
    notes: tuple[str, ...]  # sentences on what is unknown or to be read with care, but for `unlisted`

    @property
    def unlisted(self) -> tuple[str, ...]:
        """Site types that nobody lists here: unknown, not absent."""
        return tuple(self.site_counts.loc[self.site_counts["extent"] == "inconnu", "type"])


# -- what is worded of it, once for the page, paper, slides and the offline file; texts only, never markup ------------


@dataclass(frozen=True)
class Key:
    """A figure that stands alone, with what it is and where it comes from."""

    value: str
    label: str
    note: str


@dataclass(frozen=True)
class Check:
    """What a board must see before it signs: continuity, enclaves, overlaps, communes left alone."""

    subject: str
    good: bool | None  # None: what is known does not say
    head: str
    more: str = ""

    @property
    def sentence(self) -> str:
        """The whole of it in a line."""
        return f"{self.head} : {self.more}" if self.more else f"{self.head}."


@dataclass(frozen=True)
class Grid:
    """A table ready to be set: `head` and every row have as many cells. `notes` go below."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # what each row is: a site type, « deduced »; empty where it does not matter
    lines: tuple[str, ...] = ()  # each row but its first cell in a few words, for a narrow place


@dataclass(frozen=True)
class ComparedDrafts:
    """Two drafts side by side: their figures, and the communes they share or not."""

    grid: Grid  # figure, unit, A, B, B − A
    communes: tuple[Key, ...]  # in common, in A alone, in B alone: how many, and their names
