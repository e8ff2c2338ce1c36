"""Communes as people name them: by a code of today or of yesterday, by a name and a postcode, by a point."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

import duckdb
import numpy as np
import pyproj
import shapely
from rapidfuzz import fuzz, process

from etl.formats.lists import Refused
from etl.formats.wording import plain
from etl.places.geo import shapes_of
from etl.source import Inputs

ASHORE_DEGREES = 0.01  # outlines are simplified: a point this near a commune, and in none, is in it
WHOLE = {"paris": ("75056", 75100, 20), "lyon": ("69123", 69380, 9), "marseille": ("13055", 13200, 16)}
WHOLE_CODES = frozenset(code for code, _, _ in WHOLE.values())
_CITY_THEN_NUMBER = re.compile(r"(paris|lyon|marseille) 0?(\d{1,2})(?:er|e|eme)?(?: arrondissement)?")
_CODE = re.compile(r"\d{4,5}|[0-9][ABab]\d{3}")
_POSTCODE_THEN_NAME = re.compile(r"(?:^|.*[\s,])(\d{5})[\s,]+(\D+?)(?: cedex.*)?$", re.IGNORECASE)
_SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_GEOD = pyproj.Geod(ellps="GRS80")


@dataclass(frozen=True)
class Where:
    """What a row says of its place, as it was written; None for what it does not say."""

    code: str | None = None
    commune: str | None = None
    postcode: str | None = None
    address: str | None = None
    lon: str | None = None
    lat: str | None = None
    departement: str | None = None


@dataclass(frozen=True)
class Commune:
    code: str
    name: str
    departement: str
    parent: str | None
    epci: str | None
    postcodes: tuple[str, ...]
    lon: float  # of the town hall
    lat: float

    @property
    def title(self) -> str:
        return f"{self.name} ({self.code})"


@dataclass(frozen=True)
class Stated:
    """The commune that a row names: by its code (`how` commune) or its name (`how` nom)."""

    commune: Commune
    how: str
    doubts: tuple[str, ...] = ()


class Gazetteer:
    """Communes of the whole of France; Paris, Lyon and Marseille both whole and by arrondissement."""

    def __init__(self, inputs: Inputs):
        self._snapshot, self._successors = inputs.data / "snapshot", inputs.successors
        columns = "code, name, departement_code, parent_code, epci_code, postcodes, lon, lat"
        self.communes = {
            code: Commune(code, *words, tuple(postcodes), lon, lat)
            for code, *words, postcodes, lon, lat in self._read("communes", columns)
        }
        self._departements = {
            _bare(plain(word)): code for code, name in self._read("departements", "code, name") for word in (code, name)
        }
        self._names: dict[str, list[Commune]] = {}
        self._bare_names: dict[str, list[Commune]] = {}
        self._postcodes: dict[str, list[Commune]] = {}
        self._parts: dict[str, list[Commune]] = {}
        for commune in self.communes.values():
            name = plain(commune.name)
            self._names.setdefault(name, []).append(commune)
            self._bare_names.setdefault(_bare(name), []).append(commune)
            for postcode in commune.postcodes if commune.code not in WHOLE_CODES else ():
                self._postcodes.setdefault(postcode, []).append(commune)
            if commune.parent:
                self._parts.setdefault(commune.parent, []).append(commune)

    def _read(self, name: str, columns: str) -> list[tuple]:
        with duckdb.connect() as memory:
            path = str(self._snapshot / f"{name}.parquet")
            return memory.execute(f"SELECT {columns} FROM read_parquet(?) ORDER BY code", [path]).fetchall()

    # -- what a row states --------------------------------------------------------------------------------------------

    def stated(self, where: Where) -> Stated | None:
        """The commune that a tidied row names, None when it names none. Raises Refused: unknown, ambiguous, contradictory."""
        commune = self.today(where.code)
        if commune:
            self._agree(commune, where)
            return Stated(self._part(commune, where.postcode), "commune")
        doubts = (f"le code commune « {where.code} » n'existe pas",) if where.code else ()
        if where.commune or where.postcode:
            return Stated(self._part(self._by_name(where), where.postcode), "nom", doubts)
        if where.code:
            raise Refused(
                "commune inconnue",
                doubts[0],
                "Vérifiez le code Insee (cinq caractères : 08105, 2A004), ou donnez le nom et le code postal.",
            )
        return None

    def today(self, code: str | None) -> Commune | None:
        """A commune by its code, which may be an old one, or have lost its first zero to a spreadsheet."""
        text = (code or "").upper().replace(" ", "").zfill(5)
        return self.communes.get(self._successors.get(text, text))

    def departement(self, text: str | None) -> str | None:
        """A département's code, from its code or its name; None when unknown."""
        word = _bare(plain(text))
        return self._departements.get(word) or self._departements.get(word.zfill(2))

    def parts(self, commune: Commune) -> list[Commune]:
        """The arrondissements of Paris, Lyon or Marseille; the commune itself elsewhere."""
        return self._parts.get(commune.code, [commune])

    def of_epci(self, siren: str) -> list[Commune]:
        """The communes of an intercommunalité, by arrondissement where there are some."""
        return [
            commune for commune in self.communes.values() if commune.epci == siren and commune.code not in WHOLE_CODES
        ]

    def _agree(self, commune: Commune, where: Where) -> None:
        """Refuse a code beside which stands the name of another commune of the département."""
        others = self._named(where.commune) if where.commune else []
        near = {other.code for other in others if other.departement == commune.departement}
        same = {commune.code, commune.parent} | {part.code for part in self.parts(commune)}
        if near and not near & same and where.postcode not in commune.postcodes:
            raise Refused(
                "commune contradictoire",
                f"le code {commune.code} est celui de {commune.name}, et le nom écrit « {where.commune} »",
                "Corrigez l'un des deux.",
            )

    def _by_name(self, where: Where) -> Commune:
        asked, postcode = self.departement(where.departement), where.postcode
        found = self._named(where.commune) if where.commune else self._postcodes.get(postcode, [])
        kept = found
        if postcode:  # one with CEDEX is nobody's: it still tells the département
            kept = [c for c in found if postcode in c.postcodes] or [
                c for c in found if c.departement == departement_of(postcode)
            ]
        kept = [commune for commune in kept if asked in (None, commune.departement)]
        words = " ".join(filter(None, [postcode, where.commune]))
        if len(kept) == 1:
            return kept[0]
        if kept:
            raise Refused(
                "commune ambiguë",
                f"« {words} » peut être {_enumerate(kept)}",
                "Donnez le code postal ou le code Insee de la bonne.",
            )
        raise Refused("commune inconnue", f"la commune « {words} » n'est pas connue", self._advice(where, found, asked))

    def _named(self, name: str) -> list[Commune]:
        if exact := self._names.get(plain(name)):
            return exact
        name = _name(name)
        if city := _CITY_THEN_NUMBER.fullmatch(name):
            _, first, last = WHOLE[city[1]]
            return [self.communes[str(first + int(city[2]))]] if 1 <= int(city[2]) <= last else []
        return self._names.get(name) or self._bare_names.get(_bare(name), [])

    def _advice(self, where: Where, found: list[Commune], asked: str | None) -> str:
        if found:
            return f"Ce nom est celui de {_enumerate(found)} : vérifiez le code postal et le département."
        names = self._names_by_departement.get(asked or (where.postcode and departement_of(where.postcode)), {})
        alike = process.extract(_name(where.commune or ""), list(names), scorer=fuzz.ratio, limit=3, score_cutoff=80)
        return (
            f"Est-ce {' ou '.join(names[name] for name, *_ in alike)} ? " if alike else ""
        ) + "Donnez son code Insee."

    @cached_property
    def _names_by_departement(self) -> dict[str, dict[str, str]]:
        """For each département, the titles of its communes by their plain name."""
        names: dict[str, dict[str, str]] = {}
        for commune in self.communes.values():
            names.setdefault(commune.departement, {})[plain(commune.name)] = commune.title
        return names

    def _part(self, commune: Commune, postcode: str | None) -> Commune:
        """The arrondissement that the postcode tells, in Paris, Lyon and Marseille."""
        parts = [part for part in self._parts.get(commune.code, ()) if postcode in part.postcodes]
        return parts[0] if len(parts) == 1 else commune

    # -- points -------------------------------------------------------------------------------------------------------

    @cached_property
    def _outlines(self) -> tuple[list[str], shapely.STRtree]:
        rows = [row for row in self._read("communes", "code, ST_AsWKB(geometry)") if row[0] not in WHOLE_CODES]
        return [code for code, _ in rows], shapely.STRtree(shapes_of(wkb for _, wkb in rows))

    def outlines(self) -> tuple[list[str], np.ndarray]:
        """Codes and outlines (degrees) of communes, by arrondissement where there are some."""
        codes, tree = self._outlines
        return codes, tree.geometries

    def around(self, lon: float, lat: float) -> Commune | None:
        """The commune (or arrondissement) that a point is in, or on whose edge it is; None outside France."""
        codes, tree = self._outlines
        point = shapely.points((lon, lat))
        inside = tree.query(point, predicate="intersects")
        near = inside if len(inside) else tree.query_nearest(point, max_distance=ASHORE_DEGREES)
        return self.communes[codes[near.min()]] if len(near) else None


def tidy(where: Where) -> Where:
    """« 08000 Charleville » in one cell, a code in the column of names, a postcode that lost its zero: each in its place."""
    if where.commune and not where.code and _CODE.fullmatch(where.commune):
        where = replace(where, code=where.commune, commune=None)
    cell = where.commune or (None if where.code or where.postcode else where.address)
    if cell and (both := _POSTCODE_THEN_NAME.match(cell)):
        where = replace(where, postcode=where.postcode or both[1], commune=both[2])
    if where.postcode is None:
        return where
    postcode = where.postcode.replace(" ", "").zfill(5)
    return replace(where, postcode=postcode if re.fullmatch("[0-9]{5}", postcode) and int(postcode) else None)


def distance_km(commune: Commune, lon: float, lat: float) -> float:
    """From the town hall."""
    return _GEOD.inv(commune.lon, commune.lat, lon, lat)[2] / 1000


def departement_of(postcode: str) -> str:
    """The département of most addresses with this postcode: 20000 to 20199 are in Corse-du-Sud."""
    if postcode[:2] == "20":
        return "2A" if postcode[2] in "01" else "2B"
    return postcode[:3] if postcode[:2] in ("97", "98") else postcode[:2]


def _name(text: str) -> str:
    """The name of a commune, to compare: « CHALONS S/ MARNE cedex 2 » is « chalons sur marne », « Abergement (L') » turned."""
    text = re.sub(r"\bcedex\b.*", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\bs/ ?", "sur ", text, flags=re.IGNORECASE)
    text = re.sub(r"^(.*?) *\((l'|le|la|les)\) *$", r"\2 \1", text, flags=re.IGNORECASE)
    return " ".join(_SAINTS.get(word, word) for word in plain(re.sub(r"\([^)]*\)", "", text)).split())


def _bare(name: str) -> str:
    return re.sub(r"^(le|la|les|l) ", "", name)


def _enumerate(communes: list[Commune], most: int = 6) -> str:
    titles = [f"{commune.name} ({commune.code}, {' '.join(commune.postcodes[:2])})" for commune in communes]
    return " ou ".join(titles[:most]) + (f" (et {len(titles) - most} autres)" if len(titles) > most else "")
