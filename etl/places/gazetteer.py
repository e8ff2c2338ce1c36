"""Communes as people name them: by a code of today or of yesterday, by a name and a postcode, by a point."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice, takewhile

import duckdb
import numpy as np
import pyproj
import shapely
from rapidfuzz import fuzz, process

from etl.formats.lists import RefusedRow
from etl.places.geo import shapes_of
from etl.places.naming import CUT, WHOLE, Written, epci_name, spelling, without_article, written
from etl.source import Inputs
from maillage.language import text as french
from maillage.language.departements import Departements, of_postcode, overseas_code
from maillage.language.names import plain
from maillage.language.places import divided, postal_part, stripped

ASHORE_DEGREES = 0.01  # outlines are simplified: a point this near a commune, and in none, is in it
WHOLE_CODES = frozenset(code for code, _, _ in WHOLE.values())
STILL_USED = 2000  # a name given up before that year is another commune's when one bears it today
OFFICE = "connue par un CEDEX seul, celui d'un bureau distributeur qui n'est pas toujours dans la commune"
_CODE = re.compile(r"\d{4,5}|[0-9][ABab]\d{3}|9[C-Fc-f]\d{3}")
_CODE_THEN_NAME = re.compile(
    rf"(?:(?:code|insee|com|fr)\b\W*|(?:com|fr)(?=\d))*({_CODE.pattern})(?:\W+(\D.*?))?\W*", re.IGNORECASE
)
_NAME_THEN_CODE = re.compile(rf"(\D.*?)\W+({_CODE.pattern})\W*")
_POSTCODE_THEN_NAME = re.compile(
    r"(?:^|.*[\s,])(?:F-?)?(\d{5})[\s,]+(\D+?(?: (?:cedex|cx|cdx)\b.*)?(?: \d{1,2}(?:er|e|eme|ème)?)?)$", re.IGNORECASE
)
_NAME_THEN_POSTCODE = re.compile(r"(\D+?)[\s,(-]+(\d{5})\)?(?: (cedex.*))?", re.IGNORECASE)
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
    """A commune as lists may mean it: code, name, département, postcodes, town hall in degrees."""

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
        """« Sedan (08409) »."""
        return f"{self.name} ({self.code})"


@dataclass(frozen=True)
class Stated:
    """The commune that a row names: by its code (`how` commune) or its name (`how` nom)."""

    commune: Commune
    how: str
    doubts: tuple[str, ...] = ()

    @property
    def office(self) -> bool:
        """Is it only the commune of a sorting office? A point or an address then tells more."""
        return OFFICE in self.doubts


class Gazetteer:
    """Communes of the whole of France; Paris, Lyon and Marseille both whole and by arrondissement."""

    def __init__(self, inputs: Inputs):
        self._snapshot, self._successors = inputs.data / "snapshot", inputs.successors
        columns = "code, name, departement_code, parent_code, epci_code, postcodes, lon, lat"
        self.communes = {
            code: Commune(code, *words, tuple(postcodes), lon, lat)
            for code, *words, postcodes, lon, lat in self._read("communes", columns)
        }
        departements = Departements(self._read("departements", "code, name"))
        self._departements = lru_cache(maxsize=10_000)(departements.read)
        self._names: dict[str, list[Commune]] = defaultdict(list)
        self._spellings: dict[str, list[Commune]] = defaultdict(list)
        # Names that a commune or a part of it had, or still has; and whether people still use them.
        self._former: dict[str, dict[str, bool]] = defaultdict(dict)
        self._postcodes: dict[str, list[Commune]] = defaultdict(list)
        self._parts: dict[str, list[Commune]] = defaultdict(list)
        self._departement: dict[str, list[Commune]] = defaultdict(list)
        for commune in self.communes.values():
            self._names[plain(commune.name)].append(commune)
            self._spellings[without_article(spelling(commune.name))].append(commune)
            if commune.code not in WHOLE_CODES:
                self._departement[commune.departement].append(commune)
                for postcode in commune.postcodes:
                    self._postcodes[postcode].append(commune)
            if commune.parent:
                self._parts[commune.parent].append(commune)
        for code, name, until in self._read("commune_names", "code, name, until"):
            bearers = self._former[without_article(spelling(name))]
            bearers[code] = bearers.get(code, False) or until is None or until >= STILL_USED

    def _read(self, name: str, columns: str) -> list[tuple]:
        with duckdb.connect() as memory:
            path = str(self._snapshot / f"{name}.parquet")
            return memory.execute(f"SELECT {columns} FROM read_parquet(?) ORDER BY code", [path]).fetchall()

    # -- what a row states --------------------------------------------------------------------------------------------

    def stated(self, where: Where) -> Stated | None:
        """The commune that a tidied row names, None when it names none. Raises RefusedRow: unknown, ambiguous, contradictory."""
        where = self._whole_code(self._divided(where))
        commune = self.today(where.code)
        stated = self._stated(where, commune)
        unsure = next((text for text in (where.code, where.commune, where.postcode) if text and "?" in text), None)
        if stated and unsure:
            return replace(stated, doubts=(*stated.doubts, f"« {unsure} » est écrit avec un point d'interrogation"))
        return stated

    def _stated(self, where: Where, commune: Commune | None) -> Stated | None:
        if where.code and where.commune and not where.postcode and self._is_postcode(where.code, where.commune):
            return self._by_postcode(where)
        if where.code and where.code not in self.communes and postal_part("paris", where.code) and not where.postcode:
            return self._by_postcode(where)  # it was the code of a commune of the Seine before 1968
        if commune:
            return Stated(self._part(commune, where), "commune", self._compared(commune, where))
        doubts = (f"le code commune « {where.code} » n'existe pas",) if where.code else ()
        if where.commune or where.postcode:
            commune, more = self._by_name(where)
            return Stated(self._part(commune, where), "nom", (*doubts, *more))
        if where.code:
            raise RefusedRow(
                "commune inconnue",
                doubts[0],
                "Vérifiez le code Insee (cinq caractères : 08105, 2A004), ou donnez le nom et le code postal.",
            )
        return None

    def _by_postcode(self, where: Where) -> Stated:
        """The commune of a row whose code is a postcode."""
        postal = replace(where, code=None, postcode=(where.code or "").zfill(5))
        commune, more = self._by_name(postal)
        return Stated(
            self._part(commune, postal), "nom", (f"le code commune « {where.code} » est un code postal", *more)
        )

    def today(self, code: str | None) -> Commune | None:
        """A commune by its code, which may be an old one, that of a register, or have lost its first zero to a spreadsheet."""
        text = overseas_code((code or "").upper().replace(" ", "").zfill(5))
        return self.communes.get(self._successors.get(text, text))

    def departements(self, text: str | None) -> frozenset[str]:
        """The départements that a text may mean; none when it is empty or not understood."""
        return self._departements(text)

    def parts(self, commune: Commune) -> list[Commune]:
        """The arrondissements of Paris, Lyon or Marseille; the commune itself elsewhere."""
        return self._parts.get(commune.code, [commune])

    def of_epci(self, text: str, departement: str | None = None) -> list[Commune]:
        """The communes (arrondissements where there are some) of an intercommunalité by its SIREN or its name.

        Raises RefusedRow when it is not known, or when several bear that name in the département.
        """
        siren = re.sub(r"[\s.]", "", text)
        named = {siren} if siren.isdigit() else self._epci_names.get(epci_name(text), set())
        asked, members = self.departements(departement), defaultdict(list)
        for commune in self.communes.values():
            if commune.epci in named and commune.code not in WHOLE_CODES:
                members[commune.epci].append(commune)
        near = [some for some in members.values() if not asked or asked & {commune.departement for commune in some}]
        if len(near) == 1:
            return near[0]
        problem = f"l'intercommunalité « {text} » {'peut en être plusieurs' if near else 'est inconnue'}"
        raise RefusedRow("intercommunalité inconnue", problem, "Donnez son numéro SIREN (neuf chiffres).")

    @cached_property
    def _epci_names(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = defaultdict(set)
        for code, name in self._read("epci", "code, name"):
            names[epci_name(name)].add(code)
        return names

    def _divided(self, where: Where) -> Where:
        """A name that is known once its département is taken off, or its code, or what people put around it."""
        name, text = where.commune, where.departement
        if not name or self._known(name) or written(name).part:
            coded = self.today(where.postcode) if name and not where.code else None
            if coded and where.postcode not in coded.postcodes and coded in self._named(name, written(name)):
                return replace(where, code=where.postcode, postcode=None)
            return where
        ways = [(one, area) for one, area in divided(name) if self.departements(area)]
        for one, area in [*ways, (stripped(name), None), *((stripped(one), area) for one, area in ways)]:
            if one != name and self._known(one):
                asked, here = self.departements(text), self.departements(area)
                if asked and here and not asked & here:
                    raise RefusedRow(
                        "département contradictoire",
                        f"« {name} » est dit du département « {text} »",
                        "Corrigez l'un des deux.",
                    )
                return replace(where, commune=one, departement=area if here and not asked else text)
        return where

    def _known(self, name: str) -> bool:
        here = written(name)
        return here.cedex or bool(self._named(name, here) or self._formerly(here))

    def _whole_code(self, where: Where) -> Where:
        """A code as registers write it beside that of its département: « 189 » in the Gard is 30189."""
        departements = self.departements(where.departement)
        if len(departements) != 1 or not re.fullmatch("[0-9]{1,3}", where.code or ""):
            return where
        code = f"{min(departements)[:2]}{where.code:0>3}"
        return replace(where, code=code) if self.today(code) else where

    def _is_postcode(self, code: str, name: str) -> bool:
        """Is it the postcode, and not the code, of a commune that bears a name today?"""
        named = [] if (here := written(name)).cedex else self._named(name, here)
        return all(commune.code != code for commune in named) and any(code.zfill(5) in c.postcodes for c in named)

    def _compared(self, commune: Commune, where: Where) -> tuple[str, ...]:
        """What a name or a postcode beside a code leaves to be checked. Raises RefusedRow when they name another commune there."""
        doubts = []
        same = {commune.code, commune.parent} | {part.code for part in self.parts(commune)}
        postal = {postcode for part in (commune, *self.parts(commune)) for postcode in part.postcodes}
        name = written(where.commune) if where.commune else None
        if name and not name.cedex and not self._is_named(commune, name, same):
            others = [*self._named(where.commune, name), *self._formerly(name)]
            known = f"le code {commune.code} est celui de {commune.name}, et le nom écrit « {where.commune} »"
            near = any(other.departement == commune.departement for other in others)
            if near and where.postcode not in postal:
                raise RefusedRow("commune contradictoire", known, "Corrigez l'un des deux.")
            doubts.append(known)
        if where.postcode and where.postcode not in postal:
            if others := self._postcodes.get(where.postcode):
                doubts.append(
                    f"le code {commune.code} est celui de {commune.name}, et le code postal {where.postcode} celui de {_titles(others)}"
                )
            elif commune.departement not in of_postcode(where.postcode):
                doubts.append(f"{commune.title} n'est pas dans le département du code postal {where.postcode}")
        return tuple(doubts)

    def _is_named(self, commune: Commune, name: Written, same: set[str | None]) -> bool:
        """May a name written beside a code be that commune's, today's or a former one, whole, shortened or cut?"""
        if name.arrondissement is not None:
            return name.arrondissement in same
        bearing = [*self._bearing(name), *self._formerly(name)]
        if any(other.code in same for other in bearing):
            return True
        return not bearing and (name.resembles(commune.name) or name.may_be_cut(commune.name))

    def _by_name(self, where: Where) -> tuple[Commune, tuple[str, ...]]:
        """The commune of a name, a postcode or both, and what is to be checked."""
        postcode, name = where.postcode, written(where.commune) if where.commune else None
        asked = self.departements(where.departement) or self._between_brackets(where.commune)
        postal = self._postcodes.get(postcode or "", [])
        communes = self._named(where.commune, name) if name else postal
        alone = bool(communes) and not postcode and not asked
        former = [commune for commune in self._formerly(name, alone) if commune not in communes] if name else []
        bearing = [*communes, *former]
        near = asked or (of_postcode(postcode) if postcode else frozenset())
        doubts: list[str] = []
        if name and not self._there(bearing, postcode, near):
            bearing = self._alike(name, postal, near)
            doubts += [
                f"« {where.commune} » lu {commune.title}"
                for commune in bearing[:1]
                if not name.may_be_cut(commune.name)
            ]
        kept = [commune for commune in bearing if not asked or commune.departement in asked]
        if postcode and not (exact := [c for c in kept if postcode in c.postcodes]):
            kept = [c for c in kept if c.departement in of_postcode(postcode)]
            if postal and name:
                doubts.append(f"le code postal {postcode} est celui de {_titles(postal)}")
            elif not (name and name.cedex):
                doubts.append(f"le code postal {postcode} n'est celui d'aucune commune (un CEDEX ?)")
        elif postcode:
            kept = [commune for commune in exact if commune in communes] or exact
        if name and name.cedex and not (len(kept) == 1 and postcode in kept[0].postcodes):
            doubts.append(OFFICE)
        words = " ".join(filter(None, [postcode, where.commune]))
        if len(kept) == 1:
            return kept[0], tuple(doubts)
        if kept:
            raise RefusedRow(
                "commune ambiguë",
                f"« {words} » peut être {_enumerate(kept)}",
                "Donnez le code postal ou le code Insee de la bonne.",
            )
        if name and not bearing and len(postal) == 1 and (not asked or postal[0].departement in asked):
            elsewhere = f"est celui de {_titles(known)}" if (known := [*communes, *former]) else "n'est pas connu"
            return postal[0], (f"le nom « {where.commune} » {elsewhere} : placée par le code postal {postcode}",)
        raise RefusedRow(
            "commune inconnue", f"la commune « {words} » n'est pas connue", self._advice(where, communes, asked)
        )

    def _there(self, bearing: list[Commune], postcode: str | None, near: frozenset[str]) -> list[Commune]:
        return [c for c in bearing if not near or c.departement in near or postcode in c.postcodes]

    def _named(self, text: str | None, name: Written) -> list[Commune]:
        """Communes that bear a name today."""
        return self._names.get(plain(text)) or self._bearing(name)

    def _bearing(self, name: Written) -> list[Commune]:
        if name.arrondissement is not None:
            return [self.communes[name.arrondissement]] if name.arrondissement else []
        return next(filter(None, (self._spellings.get(without_article(text)) for text in name.spellings)), [])

    def _formerly(self, name: Written, still: bool = False) -> list[Commune]:
        """Communes that bore a name, or took in one that did; with `still`, those whose name is still used."""
        bearers = next(filter(None, (self._former.get(without_article(text)) for text in name.spellings)), {})
        return [self.communes[code] for code, used in bearers.items() if used or not still]

    def _alike(self, name: Written, postal: list[Commune], near: frozenset[str]) -> list[Commune]:
        """Communes whose name was cut, shortened or lengthened, among those of the postcode, else of the département."""
        local = [commune for code in sorted(near) for commune in self._departement.get(code, ())]
        for communes in (postal, [] if postal else local):
            if cut := [commune for commune in communes if name.may_be_cut(commune.name)]:
                return cut
            if resembling := [commune for commune in communes if name.resembles(commune.name)]:
                return resembling
            if resembling := [c for c in communes if any(map(name.resembles, self._earlier.get(c.code, ())))]:
                return resembling
        if near:
            return [commune for commune in local if name.may_be_cut(commune.name)]
        return self._beginning(name.whole) if len(name.whole) >= CUT else []

    @cached_property
    def _earlier(self) -> dict[str, list[str]]:
        """For each commune, the names that it or a part of it had, or still has."""
        names: dict[str, list[str]] = defaultdict(list)
        for name, bearers in self._former.items():
            for code in bearers:
                names[code].append(name)
        return names

    def _beginning(self, text: str) -> list[Commune]:
        """Communes of the whole of France whose name begins so."""
        first = bisect_left(self._in_order, (text, ""))
        codes = takewhile(lambda one: one[0].startswith(text), islice(self._in_order, first, None))
        return [self.communes[code] for _, code in codes]

    @cached_property
    def _in_order(self) -> list[tuple[str, str]]:
        return sorted((spelling(c.name), c.code) for some in self._departement.values() for c in some)

    def _between_brackets(self, text: str | None) -> frozenset[str]:
        """The département of « Saint-Denis (93) »."""
        match = re.search(r"\(([^()]+)\) *$", text or "")
        return self.departements(match[1]) if match else frozenset()

    def _advice(self, where: Where, communes: list[Commune], asked: frozenset[str]) -> str:
        if communes:
            return f"Ce nom est celui de {_enumerate(communes)} : vérifiez le code postal et le département."
        near = asked or (of_postcode(where.postcode) if where.postcode else frozenset())
        names = {name: title for code in near for name, title in self._names_by_departement.get(code, {}).items()}
        asked_name = written(where.commune or "").spellings[0]
        alike = process.extract(asked_name, list(names), scorer=fuzz.ratio, limit=3, score_cutoff=80)
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

    def _part(self, commune: Commune, where: Where) -> Commune:
        """The arrondissement that the name, else the postcode, tells in Paris, Lyon and Marseille."""
        named = written(where.commune).arrondissement if where.commune else None
        inside = self._parts.get(commune.code, [])
        parts = [part for part in inside if part.code == named] or [p for p in inside if where.postcode in p.postcodes]
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
    if where.code and not _CODE.fullmatch(where.code.replace(" ", "")):
        coded, named = _CODE_THEN_NAME.fullmatch(where.code), _NAME_THEN_CODE.fullmatch(where.code)
        if coded or named:
            code, name = (coded[1], coded[2]) if coded else (named[2], named[1])
            where = replace(where, code=code, commune=where.commune or name)
    if where.commune and not where.code and _CODE.fullmatch(where.commune):
        where = replace(where, code=where.commune, commune=None)
    cell = where.commune or (None if where.code or where.postcode else where.address)
    if cell and (both := _POSTCODE_THEN_NAME.match(cell)):
        where = replace(where, postcode=where.postcode or both[1], commune=both[2])
    elif where.commune and (both := _NAME_THEN_POSTCODE.fullmatch(where.commune)):
        where = replace(where, postcode=where.postcode or both[2], commune=" ".join(filter(None, [both[1], both[3]])))
    if where.postcode is None:
        return where
    postcode = re.sub(r"^F-?|[^0-9A-Z]", "", where.postcode.upper()).zfill(5)
    return replace(where, postcode=postcode if re.fullmatch("[0-9]{5}", postcode) and int(postcode) else None)


def distance_km(commune: Commune, lon: float, lat: float) -> float:
    """From the town hall."""
    return _GEOD.inv(commune.lon, commune.lat, lon, lat)[2] / 1000


def _titles(communes: list[Commune], most: int = 3) -> str:
    return " ou ".join(commune.title for commune in communes[:most]) + (" ou d'autres" if len(communes) > most else "")


def _enumerate(communes: list[Commune], most: int = 6) -> str:
    titles = [f"{commune.name} ({commune.code}, {' '.join(commune.postcodes[:2])})" for commune in communes]
    return " ou ".join(titles[:most]) + (f" ({french.others(len(titles) - most)})" if len(titles) > most else "")
