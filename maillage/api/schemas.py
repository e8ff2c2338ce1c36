"""The shapes of answers, as the interface's own OpenAPI describes them."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from maillage import catalog

Level = Literal[tuple(catalog.LEVEL)]
Bound = Literal[catalog.BOUNDS]
Basis = Literal[catalog.BASES]
Row = TypeVar("Row")
Code = Annotated[str, Field(pattern="^[0-9][0-9AB][0-9]{3}$")]


class Link(BaseModel):
    """An address beside an answer, by its relation (RFC 8288)."""

    rel: str
    href: str
    type: str | None = None
    title: str | None = None


class TerritoryDocument(BaseModel):
    """A territory as the base has it."""

    level: Level
    code: str
    name: str
    departement_code: str | None
    region_code: str | None
    epci_code: str | None
    parent_code: str | None
    population: int
    population_year: int
    area_km2: float


class TerritoryRow(TerritoryDocument):
    """A territory of a list, with a point of it: the town hall where it is known, in degrees (WGS 84)."""

    lon: float | None
    lat: float | None


class Match(BaseModel):
    """What bears a name: a territory, a CPTS, a structure (whose code is its commune's or its département's)."""

    kind: str
    code: str
    name: str
    detail: str | None


class Place(BaseModel):
    """The territory that an answer is about, as the address named it."""

    level: str
    code: str
    name: str


class SourceDocument(BaseModel):
    """Where figures come from: producer, page, licence, and the day its file was fetched (ISO)."""

    model_config = ConfigDict(extra="allow")
    source_id: str
    title: str
    producer: str | None
    page: str | None
    licence: str | None
    vintage: str | None
    retrieved_at: str | None


class SourceRow(SourceDocument):
    """A source of this build: its file's SHA-256, rows read and kept, and what became of it, in a sentence where there is one."""

    sha256: str | None
    rows: int | None
    doubts: str | None
    outcome: str | None
    sentence: str | None
    rows_kept: int | None


class FigureDocument(BaseModel):
    """A number and all that it is. `value` is null where it is missing or withheld: `basis` says which, `reading` in words."""

    indicator: str
    label: str
    unit: str
    year: int | None
    value: float | None
    low: float | None
    high: float | None
    bound: Bound = Field(description="What the value is of the truth: itself, a minimum, a maximum, an estimate")
    basis: Basis = Field(description="withheld: kept secret, neither zero nor missing")
    reading: str = Field(
        description="In French, with its sign: ≥ a minimum, ≤ a maximum, ≈ a mean computed here, NS withheld"
    )
    note: str
    as_of: str
    source: str


class Term(BaseModel):
    """A number of a formula: what it counts, in French, and its unit. `value` is null where it is withheld or missing."""

    words: str
    value: float | None
    unit: str


class Trace(BaseModel):
    """One figure and what it is made from."""

    build: str
    territory: Place
    figure: FigureDocument
    definition: str
    years: list[int]
    formula: str
    numerator: Term | None
    denominator: Term | None
    factor: float
    details: list[str]
    source: SourceDocument


class IndicatorRow(BaseModel):
    """An indicator of the catalogue: unit, decimals to show, theme, part in an argument, levels where it exists."""

    code: str
    label: str
    unit: str
    decimals: int
    group: str
    role: str
    direction: str = Field(description="The better way: more, less, or neither")
    definition: str
    levels: str
    categories: str
    known: bool = Field(description="Whether this build has a figure of it")


class IndicatorDocument(BaseModel):
    """One indicator, with the years known at each level and the sources of its figures."""

    model_config = ConfigDict(extra="allow")
    build: str
    code: str
    label: str
    unit: str
    definition: str
    years: dict[str, list[int]]
    sources: list[dict[str, str]]


class ValueRow(BaseModel):
    """A figure in a table: `unit` and `indicator` on each row, so that a row can leave alone."""

    level: Level
    code: str
    name: str
    departement_code: str | None
    region_code: str | None
    epci_code: str | None
    parent_code: str | None
    indicator: str
    unit: str
    year: int
    value: float | None
    low: float | None
    high: float | None
    bound: Bound
    basis: Basis
    note: str
    source_id: str
    source: str
    as_of: str | None


class Structure(BaseModel):
    """A place of care. `lon` and `lat` in degrees (WGS 84), as near as `precision` says; `places`, its capacity; days in ISO."""

    site_id: str
    type: str
    subtype: str | None
    name: str
    status: str
    departement_code: str
    commune_code: str | None
    commune: str | None
    epci_code: str | None
    address: str | None
    lon: float | None
    lat: float | None
    precision: str | None
    places: int | None
    finess: str | None
    opened_on: str | None
    note: str | None
    citation: str | None
    as_of: str | None
    seen_in: list[str] | None
    source_id: str
    source: str


class CptsRow(BaseModel):
    """A CPTS, as far as its perimeter is known; `declared_…` is what it says itself, `share` (0 to 1) the part of its declared
    communes that is known. Days in ISO.
    """

    cpts_id: str
    name: str
    aliases: list[str]
    status: str
    status_date: str | None
    perimeter: Literal[catalog.EXTENTS]
    communes: int | None = Field(description="Known members")
    population: int | None = Field(description="Of the known members: a minimum where the perimeter is not whole")
    declared_communes: int | None
    declared_population: int | None
    departement_codes: list[str]
    as_of: str | None
    inhabitants: int | None = Field(description="Computed where the perimeter is whole, else declared: see basis")
    size: str | None
    basis: str
    share: float | None


class Member(BaseModel):
    """A commune of a CPTS, or an arrondissement in Paris, Lyon and Marseille, with its inhabitants."""

    code: str
    level: Level
    name: str
    departement_code: str
    population: int


class AccessRow(BaseModel):
    """How far a commune is from the nearest structure of the types asked for: estimated minutes, kilometres as the crow flies."""

    code: str
    name: str
    departement_code: str
    population: int
    value: float | None
    unit: str
    bound: Bound
    basis: Basis
    known: bool
    minutes: float | None
    distance_km: float | None
    type: str | None
    site: str | None
    commune: str | None
    method: str | None


class WhiteRow(BaseModel):
    """A commune by what is known of its coverage by a CPTS: covered, in a white zone (named in `zone`), or unknown."""

    code: str
    name: str
    departement_code: str
    population: int
    status: Literal["couverte", "blanche", "inconnue"]
    zone: str | None


class CompletenessRow(BaseModel):
    """How much of a subject is listed in a département: `listed` ÷ `published` is its `share`, above 1 where the list is later."""

    subject: str
    departement_code: str
    extent: Literal[catalog.EXTENTS]
    listed: int | None
    published: int | None
    published_as_of: str | None
    share: float | None
    placed: int
    usable: bool = Field(description="Whether a figure may be concluded from the list")
    as_of: str | None
    source_id: str | None
    source: str | None
    sentence: str = Field(description="« 12 MSP recensées sur 22 publiées fin 2023 »")


class Page(BaseModel, Generic[Row]):
    """A page of a list."""

    model_config = ConfigDict(extra="allow")
    build: str
    total: int
    offset: int
    limit: int
    links: list[Link]
    items: list[Row]


class Feature(BaseModel):
    """A GeoJSON feature, in degrees (WGS 84); its geometry is null where there is none."""

    model_config = ConfigDict(extra="allow")
    type: Literal["Feature"]
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class FeatureCollection(BaseModel):
    """GeoJSON, in degrees (WGS 84)."""

    model_config = ConfigDict(extra="allow")
    type: Literal["FeatureCollection"]
    numberMatched: int
    numberReturned: int
    links: list[Link]
    features: list[Feature]


class Document(BaseModel):
    """An answer, whose fields the guide describes; `build` names the data that it was made from."""

    model_config = ConfigDict(extra="allow")
    build: str


class Wording(BaseModel):
    """A problem in one language."""

    title: str
    detail: str


class Wrong(BaseModel):
    """A parameter that cannot be used, and what was expected."""

    parameter: str
    detail: str


class ProblemDocument(BaseModel):
    """RFC 9457, in the language of Accept-Language, and in both in `translations`."""

    type: str
    title: str
    status: int
    detail: str
    translations: dict[Literal["fr", "en"], Wording]
    errors: list[Wrong] | None = None


class Communes(BaseModel):
    """A free set of communes (arrondissements in Paris, Lyon and Marseille)."""

    model_config = ConfigDict(extra="forbid")
    communes: list[Code] = Field(min_length=1, max_length=1_000, examples=[["71153", "71306"]])
    name: str = Field(default="", max_length=80)
    statuses: list[Literal[tuple(catalog.CPTS_STATUS)]] = Field(
        default_factory=lambda: list(catalog.DEFAULT_CPTS_STATUSES), max_length=len(catalog.CPTS_STATUS)
    )
