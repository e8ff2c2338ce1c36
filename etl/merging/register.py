"""Sites entered from local lists beside those already known: each place once, what the reader wrote first."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, count

import duckdb
import pandas as pd

from etl import frames
from etl.formats.lists import Refused, Row
from etl.formats.wording import plain
from etl.places.place import Placed
from etl.source import Inputs, Note
from maillage import catalog

_LABELS = {status.code: status.label for status in catalog.SITE_STATUSES}
NUMBERS = {"places": "Int32", "lon": float, "lat": float}


@dataclass(frozen=True)
class Entry:
    """A row understood: `site` has the columns of the table `site` that the row tells, None for what it does not."""

    row: Row
    site: dict
    doubts: list[str] = field(default_factory=list)  # to be checked by whoever wrote the row
    remarks: list[str] = field(default_factory=list)
    exhaustive: bool = False


class Register:
    def __init__(self, connection: duckdb.DuckDBPyConnection):
        rows = connection.execute("SELECT * FROM site ORDER BY site_id")
        names = [column[0] for column in rows.description]
        known = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
        self._known = {site["site_id"]: site for site in known}
        self._by_finess, self._by_name = defaultdict(list), {}
        for site in known:
            self._by_finess[site["finess"]].append(site)
            self._by_name.setdefault(_name_key(site), site)
        self._lines: dict[tuple, str] = {}  # what identifies a site -> where it was read
        self._new: list[dict] = []
        self._taken = set(self._known)
        self._updated: dict[str, dict] = {}
        self.entered: list[Entry] = []

    def enter(self, entry: Entry, placed: Placed, inputs: Inputs) -> Note:
        """Enter a row, and tell it. Raises Refused when an earlier row was the same site."""
        row, departement = entry.row, placed.commune.departement
        point = placed.lon is not None
        site = entry.site | {
            "departement_code": departement,
            "commune_code": placed.commune.code,
            "lon": placed.lon,
            "lat": placed.lat,
            "precision": "adresse" if point else None,
        }
        told = f"{site['type']} « {site['name']} », {placed.commune.name}, posée {placed.words}"
        self._refuse_twice(row, site)
        if not inputs.wants(departement):
            sentence = f"Comprise : {told}, hors des départements construits."
            return row.note("compris", "hors des départements construits", sentence, site["name"], placed.how)
        doubts, remarks = [*entry.doubts, *placed.doubts], list(entry.remarks)
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
                site["status"] = "ouvert"
                remarks.append("sans statut : comptée ouverte")
            identifier = _identifier(site)
            site["site_id"] = self._free(site["site_id"] or identifier, identifier)
            self._new.append(site)
            self._taken.add(site["site_id"])
        self.entered.append(Entry(row, site, doubts, remarks, entry.exhaustive))
        sentence = (
            f"{'À vérifier' if doubts else 'Comprise'} : {'. '.join([told, *map(_capital, [*doubts, *remarks])])}."
        )
        return row.note("ambigu" if doubts else "compris", placed.reason, sentence, site["name"], placed.how)

    def replaces(self, entry: Entry) -> bool:
        """Does an entered row take the place of a site already known?"""
        return entry.site["site_id"] in self._updated

    def write(self, connection: duckdb.DuckDBPyConnection) -> int:
        """Put what was entered in the table `site`; say how many rows."""
        if self._new:
            frames.insert(connection, "site", pd.DataFrame(self._new).astype(NUMBERS))
        if self._updated:
            frame = pd.DataFrame(list(self._updated.values())).astype(NUMBERS)
            columns = [name for name in frame.columns if name != "site_id"]
            connection.register("updated", frame)
            connection.execute(
                f"UPDATE site SET {', '.join(f'{name} = updated.{name}' for name in columns)} FROM updated "
                "WHERE site.site_id = updated.site_id"
            )
            connection.unregister("updated")
        return len(self._new) + len(self._updated)

    def _free(self, *wished: str) -> str:
        """The first identifier that nobody has; numbered when all are taken."""
        numbered = (f"{wished[-1]}-{number}" for number in count(2))
        return next(identifier for identifier in chain(wished, numbered) if identifier not in self._taken)

    def _refuse_twice(self, row: Row, site: dict) -> None:
        here = f"{row.path.name}, {row.label}"
        keys = [("nom", *_name_key(site))]
        keys += [("id", site["site_id"])] if site["site_id"] else []
        keys += [("finess", site["finess"], site["type"])] if site["finess"] else []
        earlier = next((self._lines[key] for key in keys if key in self._lines), None)
        if earlier:
            earlier = earlier.removeprefix(f"{row.path.name}, ")
            raise Refused("doublon", f"« {site['name']} » figure déjà ({earlier})", "Retirez l'une des deux lignes.")
        self._lines |= dict.fromkeys(keys, here)

    def _same(self, site: dict) -> dict | None:
        """The site already known that this one is: by identifier, by FINESS number, by type, name and commune."""
        numbered = [other for other in self._by_finess[site["finess"]] if site["finess"] and _may_be(site, other)]
        numbered.sort(key=lambda other: other["type"] != site["type"])
        candidates = [self._known.get(site["site_id"]), *numbered, self._by_name.get(_name_key(site))]
        return next((c for c in candidates if c and c["site_id"] not in self._updated), None)


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
    told = {name: value for name, value in site.items() if value is not None}
    dated = {"as_of": site["as_of"]}  # of the reference, which is the row's
    seen = [*known["seen_in"], *(one for one in site["seen_in"] if one not in known["seen_in"])]
    return known | dropped | told | dated | {"site_id": known["site_id"], "seen_in": seen}


def _name_key(site: dict) -> tuple:
    return site["type"], plain(site["name"]), site["commune_code"]


def _identifier(site: dict) -> str:
    """The same at every build, as long as the type, the commune and the name are."""
    slug = plain(site["name"]).replace(" ", "-")
    if len(slug) > 60:
        slug = f"{slug[:50]}-{hashlib.sha256(slug.encode()).hexdigest()[:8]}"
    return f"local-{site['type'].lower()}-{site['commune_code'].lower()}-{slug}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
