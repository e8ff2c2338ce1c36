"""CPTS told by local lists, beside those already known: which is which, what changes, and what each row was taken for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import duckdb
import pandas as pd

from etl import frames
from etl.formats.lists import Refused, Row
from etl.formats.wording import plain
from etl.merging import matching
from etl.merging.claimed_perimeters import Claim
from etl.merging.cpts_merge import COUNTS, unreferenced
from etl.places.gazetteer import Gazetteer
from etl.source import Inputs, Note
from etl.sources import cpts
from maillage import catalog


@dataclass
class Community:
    """A CPTS that the lists speak of. `told` has the columns of the table `cpts` that its row tells, None for the others."""

    key: str
    row: Row | None = None  # None: known already, and only its perimeter is told
    told: dict = field(default_factory=dict)
    known: dict | None = None
    claims: list[Claim] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    exhaustive: bool = False

    @property
    def names(self) -> list[str]:
        known = [self.known["name"], *self.known["aliases"]] if self.known else []
        return [*filter(None, [self.told.get("name")]), *self.told.get("aliases", []), *known]

    @property
    def spellings(self) -> set[str]:
        return {spelling(name) for name in self.names}

    @property
    def departements(self) -> set[str]:
        members = {commune.departement for claim in self.claims for commune in claim.communes}
        return members | set(self.told.get("departement_codes", ()))

    def perimeter(self) -> tuple[list[str], str]:
        """Member communes, and how far they go.

        Rows that say « partiel » add to what is known; others replace it. It is whole when every row says so, or when there
        are as many communes as declared; never when one of its rows was refused.
        """
        codes = {commune.code for claim in self.claims for commune in claim.communes}
        coverages = {claim.coverage for claim in self.claims if claim.communes}
        known = self.known or {"members": [], "perimeter": "inconnu", "declared_communes": None}
        if not codes:
            return known["members"], known["perimeter"]
        if coverages == {"partiel"}:
            extent = "complet" if known["perimeter"] == "complet" else "partiel"
            return sorted(codes | set(known["members"])), extent
        declared = self.told.get("declared_communes") or known["declared_communes"]
        lost = any(not claim.communes for claim in self.claims)
        whole = coverages == {"complet"} or ("partiel" not in coverages and len(codes) == declared)
        return sorted(codes), "complet" if whole and not lost else "partiel"


class Communities:
    def __init__(self, connection: duckdb.DuckDBPyConnection, source_id: str):
        self._connection, self._source_id = connection, source_id
        rows = connection.execute(
            """
            SELECT c.*, coalesce(m.members, []) AS members FROM cpts c LEFT JOIN (
                SELECT cpts_id, list(commune_code ORDER BY commune_code) AS members FROM cpts_commune GROUP BY cpts_id
            ) m USING (cpts_id) ORDER BY c.cpts_id
            """
        )
        names = [column[0] for column in rows.description]
        self._known = {row[0]: dict(zip(names, row, strict=True)) for row in rows.fetchall()}
        self._told: dict[str, Community] = {}

    def add(self, one: Community) -> None:
        """Raises Refused when an earlier row told the same CPTS."""
        for other in self._told.values():
            apart = one.departements and other.departements and not one.departements & other.departements
            if other.key == one.key or (spelling(other.told["name"]) == spelling(one.told["name"]) and not apart):
                raise _twice(f"« {one.told['name']} »", other.row, one.row)
        if one.key in self._told:
            one.key += f" {' '.join(sorted(one.departements))}"
        self._told[one.key] = one

    def assign(self, claims: list[Claim], notes: list[Note]) -> int:
        """Give each claim to its CPTS, and tell it; say how many were of use."""
        seen: dict[tuple[str, str], Row] = {}
        kept = 0
        for claim in claims:
            name = claim.name or claim.cpts_id or ""
            try:
                one = self._find(claim)
                for commune in claim.communes if len(claim.communes) == 1 else ():
                    earlier = seen.setdefault((one.key, commune.code), claim.row)
                    if earlier is not claim.row:
                        raise _twice(f"{commune.title}, CPTS « {one.names[0]} »,", earlier, claim.row)
                one.claims.append(claim)
            except Refused as refused:
                if claim.communes:  # else its refusal is told already
                    notes.append(claim.row.note("refuse", refused.reason, f"Refusée : {refused}", name))
                continue
            if claim.communes:
                kept += 1
                words = f"{claim.words}, CPTS « {one.names[0]} »"
                notes.append(_note(claim.row, "commune membre", words, claim.doubts, (), name, claim.how))
        return kept

    def _find(self, claim: Claim) -> Community:
        named = claim.name or claim.cpts_id or ""
        name, places = spelling(named), {commune.departement for commune in claim.communes}
        told = [one for one in self._told.values() if claim.cpts_id == one.key or name in one.spellings]
        if len(told) > 1:
            told = [one for one in told if places & one.departements]
        if len(told) == 1:
            return told[0]
        found = [self._known[claim.cpts_id]] if claim.cpts_id in self._known else self._namesakes({name})
        if len(found) > 1:
            found = [row for row in found if places & set(row["departement_codes"])] or found
        if len(found) == 1:
            one = Community(found[0]["cpts_id"], known=found[0])
            return self._told.setdefault(one.key, one)
        if found:
            raise Refused(
                "CPTS ambiguë",
                f"« {named} » peut être {' ou '.join(row['cpts_id'] for row in found)}",
                "Donnez son identifiant dans la colonne « cpts_id ».",
            )
        near = [row for row in self._known.values() if matching.likeness(named, row["name"]) >= matching.ALIKE]
        advice = f"Est-ce « {near[0]['name']} » ? " if near else ""
        raise Refused(
            "CPTS inconnue", f"la CPTS « {named} » n'est pas connue", f"{advice}Ajoutez-la à un fichier cpts.csv."
        )

    def _namesakes(self, spellings: set[str]) -> list[dict]:
        known = self._known.values()
        return [row for row in known if spellings & {spelling(name) for name in (row["name"], *row["aliases"])}]

    def recognise(self) -> None:
        """Find which CPTS told are known: by identifier, else by name and place; what is not sure is a doubt."""
        asked = []
        for one in self._told.values():
            one.known = one.known or self._known.get(one.key)
            if one.known is None:
                asked.append(one)
        taken = {one.known["cpts_id"] for one in self._told.values() if one.known and one.row}
        free = [row for key, row in self._known.items() if key not in taken]
        left = []
        for one in asked:
            places = one.departements
            if not places and len(same := self._namesakes(one.spellings)) == 1:
                places = set(same[0]["departement_codes"])  # a name alone is believed letter for letter
            left.append(matching.Party(one.key, tuple(one.names), frozenset(places)))
        right = [
            matching.Party(r["cpts_id"], (r["name"], *r["aliases"]), frozenset(r["departement_codes"])) for r in free
        ]
        found = matching.match(left, right, by_area=False)
        for one in asked:
            one.known = self._known.get(found.pairs.get(one.key, ""))
            if one.known and (same := self._told.pop(one.known["cpts_id"], None)):  # its perimeter, under another name
                one.claims += same.claims
            if some := found.doubtful.get(one.key):
                names = " ou ".join(f"« {self._known[key]['name']} » ({key})" for key in some[:3])
                one.doubts.append(
                    f"ajoutée à part, mais c'est peut-être {names} : si oui, donnez cet identifiant en « cpts_id »"
                )

    def write(self, gazetteer: Gazetteer, inputs: Inputs, notes: list[Note]) -> int:
        """Insert what is new, update what is known; say how many rows were of use."""
        present = {code for (code,) in self._connection.execute("SELECT code FROM residence").fetchall()}
        fresh, updated, members, kept = [], [], {}, 0
        for one in self._told.values():
            codes, extent = one.perimeter()
            record = self._record(one, extent, {gazetteer.communes[code].departement for code in codes})
            while one.known is None and record["cpts_id"] in self._known.keys() | members.keys():
                record["cpts_id"] += "-bis"
            if one.row:
                kept += _tell(one, record, len(codes), inputs, notes)
            if not any(map(inputs.wants, record["departement_codes"])):
                continue
            if not one.known:
                fresh.append(record)
                members[record["cpts_id"]] = codes
                continue
            updated.append(record)
            if one.claims:
                inside = [code for code in codes if code in present]
                members[record["cpts_id"]] = inside
                record["perimeter"] = extent if len(inside) == len(codes) else "partiel" if inside else "inconnu"
        new = {record["cpts_id"] for record in fresh}
        cpts.insert(self._connection, fresh, [(key, code) for key in members if key in new for code in members[key]])
        if updated:
            self._update(updated, {key: codes for key, codes in members.items() if key not in new})
        return kept

    def _record(self, one: Community, extent: str, places: set[str]) -> dict:
        """A row of `cpts`: what is told, over what is known."""
        told = {name: value for name, value in one.told.items() if value not in (None, [])}
        if one.known is None:
            empty = dict.fromkeys(("status_date", *COUNTS, "note", "as_of"))
            record = empty | {"aliases": [], "status": "inconnu", "departement_codes": [], "perimeter": extent} | told
            record["departement_codes"] = sorted({*record["departement_codes"], *places})
            return record | {"cpts_id": told.get("cpts_id") or _identifier(record)}
        record = {name: value for name, value in one.known.items() if name != "members"} | told
        record["cpts_id"] = one.known["cpts_id"]
        record["aliases"] = [name for name in dict.fromkeys(one.names) if name != record["name"]]
        record["departement_codes"] = sorted({*record["departement_codes"], *places})
        if one.row:
            record["as_of"] = one.told["as_of"]  # of the reference, which is the row's
            if one.told["status"]:
                record["status_date"] = one.told["status_date"]
        else:
            files = sorted({claim.row.path.name for claim in one.claims})
            record["citation"] += f" ; périmètre : {', '.join(files)}"
        return record

    def _update(self, records: list[dict], members: dict[str, list[str]]) -> None:
        connection = self._connection
        columns = [name for name in records[0] if name != "cpts_id"]
        connection.register("updated", pd.DataFrame(records).astype(dict.fromkeys(COUNTS, "Int32")))
        with unreferenced(connection, "cpts"):
            connection.execute(
                f"UPDATE cpts SET {', '.join(f'{name} = updated.{name}' for name in columns)} FROM updated "
                "WHERE cpts.cpts_id = updated.cpts_id"
            )
        connection.unregister("updated")
        connection.execute("DELETE FROM cpts_commune WHERE cpts_id IN (SELECT unnest(?::VARCHAR[]))", [list(members)])
        pairs = [(key, code) for key, codes in members.items() for code in codes]
        frames.insert(connection, "cpts_commune", pd.DataFrame(pairs, columns=["cpts_id", "commune_code"]))

    def take_stock(self, inputs: Inputs) -> None:
        """A département is wholly listed when the rows that are in it alone say so, and every perimeter there is whole."""
        alone: dict[str, list[bool]] = {}
        for one in self._told.values():
            if one.row and len(one.departements) == 1:
                alone.setdefault(min(one.departements), []).append(one.exhaustive)
        for departement in [code for code, said in alone.items() if all(said) and inputs.wants(code)]:
            self._connection.execute(
                """
                INSERT INTO staging.inventory (subject, departement_code, extent, as_of, source_id) SELECT 'CPTS', $code, 'complet', (
                    SELECT max(as_of) FROM cpts WHERE list_contains(departement_codes, $code)), $source WHERE NOT EXISTS (
                    FROM cpts WHERE list_contains(departement_codes, $code) AND perimeter <> 'complet' AND status <> 'resilie')
                """,
                {"code": departement, "source": self._source_id},
            )


def spelling(name: str) -> str:
    """A name to compare, without « CPTS » unless there is nothing else."""
    return matching.plain(name) or plain(name)


def _identifier(record: dict) -> str:
    """The same at every build, as long as the name is."""
    slug = plain(record["name"]).removeprefix("cpts ").replace(" ", "-")
    if len(slug) > 60:
        slug = f"{slug[:50]}-{hashlib.sha256(slug.encode()).hexdigest()[:8]}"
    return f"local-cpts-{'-'.join(record['departement_codes']).lower()}-{slug}"


def _tell(one: Community, record: dict, count: int, inputs: Inputs, notes: list[Note]) -> int:
    """The note of a row of CPTS; 1 when it was of use."""
    name, remarks = record["name"], []
    if not record["departement_codes"]:
        remedy = "Remplissez la colonne « departements », ou listez ses communes."
        sentence = f"Refusée : rien ne dit le département de « {name} ». {remedy}"
        notes.append(one.row.note("refuse", "sans lieu", sentence, name))
        return 0
    reason = "CPTS mise à jour" if one.known else "CPTS ajoutée"
    if one.known:
        remarks.append(f"met à jour « {one.known['name']} » ({one.known['cpts_id']}, source {one.known['source_id']})")
    if not any(map(inputs.wants, record["departement_codes"])):
        reason = "hors des départements construits"
        remarks.append(reason)
    communes = f"{count} commune{'s' if count > 1 else ''}"
    perimeter = f"périmètre {one.perimeter()[1]}" + (f" ({communes})" if count else "")
    words = f"« {name} », {catalog.CPTS_STATUS[record['status']].label}, {perimeter}"
    notes.append(_note(one.row, reason, words, one.doubts, remarks, name))
    return int(reason != "hors des départements construits")


def _note(row: Row, reason: str, words: str, doubts, remarks, name: str, placed: str = "") -> Note:
    text = ". ".join([words, *(part[:1].upper() + part[1:] for part in (*doubts, *remarks))])
    outcome, start = ("ambigu", "À vérifier") if doubts else ("compris", "Comprise")
    return row.note(outcome, reason, f"{start} : {text}.", name, placed)


def _twice(what: str, earlier: Row, later: Row) -> Refused:
    where = earlier.label if earlier.path.name == later.path.name else f"{earlier.path.name}, {earlier.label}"
    return Refused("doublon", f"{what} figure déjà ({where})", "Retirez l'une des deux lignes.")
