"""Sites entered from local lists beside those already known: each place once, what the reader wrote first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain, count

from etl.formats.lists import RefusedRow
from etl.formats.wording import SMALL, WAYS
from etl.source import Note
from maillage import catalog
from maillage.language.names import plain, slug

_WAYS = {short.lower(): plain(way) for short, way in WAYS.items()} | {
    "ave": "avenue",
    "bld": "boulevard",
    "blvd": "boulevard",
}
POINTS_APART = 0.003  # degrees, 200 to 300 m


@dataclass(frozen=True)
class SiteEntry:
    """A row understood: `site` has the columns of the table `site` that the row tells, None for what it does not."""

    file: str
    line: str  # « ligne 12 »
    site: dict
    commune_name: str
    how: str  # it was placed: as in Note.placed
    reason: str  # « placée par adresse »
    words: str  # « à l'adresse (score 0,87) »
    doubts: list[str] = field(default_factory=list)  # to be checked by whoever wrote the row
    remarks: list[str] = field(default_factory=list)
    wanted: bool = True  # is its département built?
    postcode: str | None = None  # as the row writes it

    def note(self, outcome: str, reason: str, sentence: str, placed: str = "") -> Note:
        """A note on the row it was read from."""
        return Note(self.line, outcome, reason, sentence, self.site["name"], placed, self.file)


class Register:
    """What is known, and what the entries of local lists make of it."""

    def __init__(self, known: Iterable[dict]):
        self._known = {site["site_id"]: site for site in sorted(known, key=lambda site: site["site_id"])}
        self._by_finess, self._by_name = defaultdict(list), defaultdict(list)
        for site in self._known.values():
            self._by_finess[site["finess"]].append(site)
            self._by_name[_name_key(site)].append(site)
        self._lines: dict[tuple, list[SiteEntry]] = defaultdict(list)  # what identifies a site -> the rows that told it
        self._taken = set(self._known)
        self._updated: dict[str, dict] = {}
        self.entered: list[SiteEntry] = []  # with the site that each became

    def enter(self, entry: SiteEntry) -> Note:
        """Enter a row, and tell it; a row that an earlier one doubles is refused."""
        site = entry.site
        words = f"{site['type']} « {site['name']} », {entry.commune_name}, posée {entry.words}"
        try:
            self._refuse_twice(entry)
        except RefusedRow as refused:
            return entry.note("refuse", refused.reason, f"Refusée : {refused}")
        if not entry.wanted:
            start, outcome = ("À vérifier", "ambigu") if entry.doubts else ("Comprise", "compris")
            parts = [f"{words}, hors des départements construits", *map(_capital, entry.doubts)]
            sentence = f"{start} : {'. '.join(parts)}."
            return entry.note(outcome, "hors des départements construits", sentence, entry.how)
        doubts, remarks = list(entry.doubts), list(entry.remarks)
        known = self._same(site)
        for other in self._by_finess[site["finess"]] if site["finess"] else ():
            if other is not known:
                both = f"le numéro FINESS {site['finess']} est aussi celui de « {other['name']} » ({other['type']})"
                usual = not catalog.SITE_TYPE[site["type"]].finess  # a PASS has the number of its hospital
                (remarks if usual else doubts).append(f"{both} : les deux sont gardées")
        if known:
            site = _over(known, site)
            self._updated[known["site_id"]] = site
            remarks.append(f"remplace « {known['name']} » ({known['type']}, source {known['source_id']})")
        else:
            if site["status"] is None:
                site = site | {"status": "ouvert"}
                remarks.append("sans statut : comptée ouverte")
            identifier = _identifier(site)
            site = site | {"site_id": self._free(site["site_id"] or identifier, identifier)}
            self._taken.add(site["site_id"])
        self.entered.append(replace(entry, site=site, doubts=doubts, remarks=remarks))
        start = "À vérifier" if doubts else "Comprise"
        sentence = f"{start} : {'. '.join([words, *map(_capital, [*doubts, *remarks])])}."
        return entry.note("ambigu" if doubts else "compris", entry.reason, sentence, entry.how)

    def replaces(self, entry: SiteEntry) -> bool:
        """Does an entered row take the place of a site already known?"""
        return entry.site["site_id"] in self._updated

    def sites(self) -> list[dict]:
        """Every site: those known, as they were or as they were replaced, and those that are new."""
        entered = {entry.site["site_id"]: entry.site for entry in self.entered}
        return [*(self._known | entered).values()]

    def _free(self, *wished: str) -> str:
        """The first identifier that nobody has; numbered when all are taken."""
        numbered = (f"{wished[-1]}-{number}" for number in count(2))
        return next(identifier for identifier in chain(wished, numbered) if identifier not in self._taken)

    def _refuse_twice(self, entry: SiteEntry) -> None:
        """An identifier or a FINESS number told twice is one site; a name in a commune too, unless something tells two apart."""
        site = entry.site
        keys = [("id", site["site_id"])] if site["site_id"] else []
        keys += [("finess", site["finess"], site["type"])] if site["finess"] else []
        doubles = [other for key in keys for other in self._lines[key]]
        name = ("nom", *_name_key(site))
        doubles += [other for other in self._lines[name] if not _apart(site, other.site)]
        if doubles:
            earlier = doubles[0]
            where = earlier.line if earlier.file == entry.file else f"{earlier.file}, {earlier.line}"
            raise RefusedRow("doublon", f"« {site['name']} » figure déjà ({where})", "Retirez l'une des deux lignes.")
        for key in (*keys, name):
            self._lines[key].append(entry)

    def _same(self, site: dict) -> dict | None:
        """The site already known that this one is: by identifier, by FINESS number, by type, name and commune."""
        numbered = [other for other in self._by_finess[site["finess"]] if site["finess"] and _may_be(site, other)]
        numbered.sort(key=lambda other: other["type"] != site["type"])
        named = [other for other in self._by_name[_name_key(site)] if not _differ(site, other, "finess")]
        candidates = [self._known.get(site["site_id"]), *numbered, *named]
        return next((c for c in candidates if c and c["site_id"] not in self._updated), None)


def _apart(site: dict, other: dict) -> bool:
    """Do two rows of one name in one commune tell two sites: by two FINESS numbers, two addresses, or else two points?"""
    here, there = _street(site["address"]), _street(other["address"])
    if _differ(site, other, "finess") or (here and there and here != there):
        return True
    points = [one["lon"] is not None and one["address"] is None for one in (site, other)]
    return all(points) and max(abs(site["lon"] - other["lon"]), abs(site["lat"] - other["lat"])) > POINTS_APART


def _street(address: str | None) -> str:
    """An address to compare: « 1, av. X, 08200 Sedan » is « 1 avenue x »."""
    words = plain(re.sub(r"[\s,–-]+[0-9]{5}\b.*$", "", address or "")).split()
    return " ".join(_WAYS.get(word, word) for word in words if word not in SMALL)


def _differ(site: dict, other: dict, name: str) -> bool:
    return bool(site[name] and other[name]) and plain(site[name]) != plain(other[name])


def _may_be(site: dict, other: dict) -> bool:
    """May two sites of one FINESS number be one place? A PASS, or a centre inside a hospital, bears its host's number."""
    mine, theirs = catalog.SITE_TYPE[site["type"]], catalog.SITE_TYPE[other["type"]]
    return mine == theirs or bool(mine.finess and theirs.finess and mine.indicators and theirs.indicators)


def _over(known: dict, site: dict) -> dict:
    """The known site with what the row tells; its position and address stay only in the same commune."""
    same_commune = known["commune_code"] == site["commune_code"]
    dropped = {} if same_commune else {"address": None, "lon": None, "lat": None, "precision": None}
    if known["precision"] == "commune":
        dropped |= {"lon": None, "lat": None, "precision": None}
    values = {name: value for name, value in site.items() if value is not None}
    dated = {"as_of": site["as_of"]}  # of the reference, which is the row's
    seen = [*known["seen_in"], *(one for one in site["seen_in"] if one not in known["seen_in"])]
    return known | dropped | values | dated | {"site_id": known["site_id"], "seen_in": seen}


def _name_key(site: dict) -> tuple:
    return site["type"], plain(site["name"]), site["commune_code"]


def _identifier(site: dict) -> str:
    """The same at every build, as long as the type, the commune and the name are."""
    return f"local-{site['type'].lower()}-{site['commune_code'].lower()}-{slug(site['name'])}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
