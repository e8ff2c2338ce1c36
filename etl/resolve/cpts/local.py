"""CPTS told by local lists, beside those already known: which is which, what changes, and what each row was taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from etl.formats import cpts_names
from etl.formats.lists import RefusedRow
from etl.resolve import Outcome
from etl.resolve.cpts import matching
from etl.resolve.cpts.columns import COLUMNS
from etl.source import Inputs, Note
from maillage import catalog
from maillage.language.names import plain, slug

STATED = tuple(name for name in COLUMNS if name not in ("perimeter", "members"))  # by a row, in place of what is known
EMPTY = dict.fromkeys(COLUMNS) | {"aliases": [], "status": "inconnu", "departement_codes": []}


@dataclass
class Community:
    """A CPTS that the lists speak of."""

    key: str
    row: dict | None = None  # staged; None: known already, and only its perimeter is told
    known: dict | None = None
    perimeters: list[dict] = field(default_factory=list)  # staged
    homes: set[str] = field(default_factory=set)  # départements of the communes of those
    doubts: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names of its row, then those known."""
        known = [self.known["name"], *self.known["aliases"]] if self.known else []
        return [*([self.row["name"], *self.row["aliases"]] if self.row else []), *known]

    @property
    def spellings(self) -> set[str]:
        """The same, as they are compared."""
        return {spelling(name) for name in self.names}

    @property
    def departements(self) -> set[str]:
        """Those of its row and of its perimeters."""
        return self.homes | set(self.row["departement_codes"] if self.row else ())

    def perimeter(self) -> tuple[list[str], str]:
        """Member communes, and how far they go.

        Rows that say « partiel » add to what is known; others replace it. It is whole when every row says so, or when there
        are as many communes as declared; never when one of its rows was refused.
        """
        codes = {code for each in self.perimeters for code in each["members"]}
        coverages = {each["coverage"] for each in self.perimeters if each["members"]}
        known = self.known or {"members": [], "perimeter": "inconnu", "declared_communes": None}
        if not codes:
            return known["members"], known["perimeter"]
        if coverages == {"partiel"}:
            extent = "complet" if known["perimeter"] == "complet" else "partiel"
            return sorted(codes | set(known["members"])), extent
        declared = (self.row and self.row["declared_communes"]) or known["declared_communes"]
        lost = any(not each["members"] for each in self.perimeters)
        whole = coverages == {"complet"} or ("partiel" not in coverages and len(codes) == declared)
        return sorted(codes), "complet" if whole and not lost else "partiel"


class Lists:
    """What is known, and what local lists make of it. `known`: CPTS by identifier, with their members."""

    def __init__(self, known: Mapping[str, dict], inputs: Inputs):
        self._known = {key: known[key] for key in sorted(known)}
        self._inputs = inputs
        self._listed: dict[str, Community] = {}
        self._records: dict[str, dict] = {}  # those that the lists change or add
        self._refused = False
        self.steps: list[dict] = []  # of their lives, that the lists date

    def enter(self, rows: Sequence[dict], perimeters: Sequence[dict], outcome: Outcome) -> None:
        """Say what each row, then each perimeter, was taken for; a row that is of no use is lost."""
        for row in rows:
            try:
                self._add(row)
            except RefusedRow as refused:
                self._refuse(row, row["name"], refused, outcome)
        for perimeter in perimeters:
            self._assign(perimeter, outcome)
        self._recognise()
        for one in self._listed.values():
            self._settle(one, outcome)

    def cpts(self) -> list[dict]:
        """Every CPTS: those known, as they were or as the lists change them, and those that are new."""
        return [*(self._known | self._records).values()]

    def whole(self, resolved: Sequence[dict]) -> list[tuple[str, str | None, str]]:
        """The départements (code, date, source) wholly listed: the rows that are in them alone say so, and no perimeter of the
        `resolved` CPTS there lacks anything. None when a row was refused, unless it stood twice.
        """
        alone: dict[str, list[dict]] = {}
        for one in self._listed.values():
            if one.row and len(one.departements) == 1:
                alone.setdefault(min(one.departements), []).append(one.row)
        groups = []
        for code, rows in alone.items():
            there = [row for row in resolved if code in row["departement_codes"]]
            lacking = [row for row in there if row["perimeter"] != "complet" and row["status"] != "resilie"]
            if all(row["exhaustive"] for row in rows) and not lacking and not self._refused:
                as_of = max((row["as_of"] for row in there if row["as_of"]), default=None)
                groups.append((code, as_of, rows[0]["source_id"]))
        return groups

    def _refuse(self, row: dict, name: str, refused: RefusedRow, outcome: Outcome) -> None:
        self._refused |= refused.reason != "doublon"
        outcome.lost[row["source_id"]] += 1
        outcome.notes[row["source_id"]].append(
            Note(row["line"], "refuse", refused.reason, f"Refusée : {refused}", name, "", row["file"])
        )

    # -- which is which -----------------------------------------------------------------------------------------------

    def _add(self, row: dict) -> None:
        """Raises RefusedRow when an earlier row told the same CPTS."""
        one = Community(row["cpts_id"] or f"nom {spelling(row['name'])}", row, doubts=list(row["doubts"] or ()))
        for other in self._listed.values():
            apart = one.departements and other.departements and not one.departements & other.departements
            if other.key == one.key or (spelling(other.row["name"]) == spelling(row["name"]) and not apart):
                raise _twice(f"« {row['name']} »", other.row, row)
        if one.key in self._listed:
            one.key += f" {' '.join(sorted(one.departements))}"
        self._listed[one.key] = one

    def _assign(self, perimeter: dict, outcome: Outcome) -> None:
        """Give a perimeter to its CPTS, and tell it; the refusal of an empty one is told already."""
        name, members = perimeter["name"] or perimeter["cpts_id"] or "", perimeter["members"]
        try:
            one = self._find(perimeter)
            if len(members) == 1:
                earlier = next((each for each in one.perimeters if each["members"] == members), None)
                if earlier:
                    raise _twice(f"{perimeter['title']}, CPTS « {one.names[0]} »,", earlier, perimeter)
            one.perimeters.append(perimeter)
            one.homes |= self._homes(members)
        except RefusedRow as refused:
            if members:
                self._refuse(perimeter, name, refused, outcome)
            return
        if members:
            words = f"{perimeter['words']}, CPTS « {one.names[0]} »"
            note = _note(perimeter, "commune membre", words, perimeter["doubts"], (), name, perimeter["how"])
            outcome.notes[perimeter["source_id"]].append(note)

    def _homes(self, codes: Sequence[str]) -> set[str]:
        return {self._inputs.known_communes[code] for code in codes}

    def _find(self, perimeter: dict) -> Community:
        """The CPTS that a perimeter names, by identifier or by name; raises RefusedRow when it is unknown, or when two may be."""
        named, cpts_id = perimeter["name"] or perimeter["cpts_id"] or "", perimeter["cpts_id"]
        name, places = spelling(named), self._homes(perimeter["members"])
        listed = [one for one in self._listed.values() if cpts_id == one.key or name in one.spellings]
        if len(listed) > 1:
            listed = [one for one in listed if places & one.departements]
        if len(listed) == 1:
            return listed[0]
        rows = [self._known[cpts_id]] if cpts_id in self._known else self._namesakes({name})
        if len(rows) > 1:
            rows = [row for row in rows if places & set(row["departement_codes"])] or rows
        if len(rows) == 1:
            one = Community(rows[0]["cpts_id"], known=rows[0])
            return self._listed.setdefault(one.key, one)
        if rows:
            raise RefusedRow(
                "CPTS ambiguë",
                f"« {named} » peut être {' ou '.join(row['cpts_id'] for row in rows)}",
                "Donnez son identifiant dans la colonne « cpts_id ».",
            )
        near = [row for row in self._known.values() if matching.likeness(named, row["name"]) >= matching.ALIKE]
        advice = f"Est-ce « {near[0]['name']} » ? " if near else ""
        raise RefusedRow(
            "CPTS inconnue", f"la CPTS « {named} » n'est pas connue", f"{advice}Ajoutez-la à un fichier cpts.csv."
        )

    def _namesakes(self, spellings: set[str]) -> list[dict]:
        known = self._known.values()
        return [row for row in known if spellings & {spelling(name) for name in (row["name"], *row["aliases"])}]

    def _recognise(self) -> None:
        """Find which CPTS listed are known: by identifier, else by name and place; what is not sure is a doubt."""
        asked = []
        for one in self._listed.values():
            one.known = one.known or self._known.get(one.key)
            if one.known is None:
                asked.append(one)
        taken = {one.known["cpts_id"] for one in self._listed.values() if one.known and one.row}
        left = []
        for one in asked:
            places = one.departements
            if not places and len(same := self._namesakes(one.spellings)) == 1:
                places = set(same[0]["departement_codes"])  # a name alone is believed letter for letter
            left.append(matching.Party(one.key, tuple(one.names), frozenset(places)))
        right = [
            matching.Party(key, (row["name"], *row["aliases"]), frozenset(row["departement_codes"]))
            for key, row in self._known.items()
            if key not in taken
        ]
        pairing = matching.match(left, right, by_area=False)
        for one in asked:
            one.known = self._known.get(pairing.pairs.get(one.key, ""))
            if one.known and (
                same := self._listed.pop(one.known["cpts_id"], None)
            ):  # its perimeter, under another name
                one.perimeters += same.perimeters
                one.homes |= same.homes
            if some := pairing.doubtful.get(one.key):
                names = " ou ".join(f"« {self._known[key]['name']} » ({key})" for key in some[:3])
                one.doubts.append(
                    f"ajoutée à part, mais c'est peut-être {names} : si oui, donnez cet identifiant en « cpts_id »"
                )

    # -- what becomes of it -------------------------------------------------------------------------------------------

    def _settle(self, one: Community, outcome: Outcome) -> None:
        """Add or change a CPTS, and tell its row; nothing where none of its départements is built."""
        codes, extent = one.perimeter()
        record = self._record(one, codes, extent)
        while one.known is None and record["cpts_id"] in self._known.keys() | self._records.keys():
            record["cpts_id"] += "-bis"
        wanted = any(map(self._inputs.wants, record["departement_codes"]))
        if one.row and not record["departement_codes"]:
            remedy = "Remplissez la colonne « departements », ou listez ses communes."
            refused = RefusedRow("sans lieu", f"rien ne dit le département de « {record['name']} »", remedy)
            self._refuse(one.row, record["name"], refused, outcome)
        elif one.row:
            outcome.notes[one.row["source_id"]].append(_account(one, record, len(codes), extent, wanted))
            outcome.lost[one.row["source_id"]] += not wanted
        if wanted:
            self._records[record["cpts_id"]] = record
            self.steps += _step(one.row, record)

    def _record(self, one: Community, codes: list[str], extent: str) -> dict:
        """The CPTS as it becomes: what its row states, over what is known."""
        stated = {name: one.row[name] for name in STATED if one.row[name] not in (None, [])} if one.row else {}
        if one.known is None:
            record = EMPTY | stated
        else:
            record = one.known | stated | {"cpts_id": one.known["cpts_id"]}
            record["aliases"] = [name for name in dict.fromkeys(one.names) if name != record["name"]]
        record["departement_codes"] = sorted({*record["departement_codes"], *self._homes(codes)})
        record |= {"members": codes, "perimeter": extent}
        if one.known is None:
            return record | {"cpts_id": stated.get("cpts_id") or _identifier(record)}
        if one.row:
            record["as_of"] = one.row["as_of"]  # of the reference, which is the row's
            record["status_date"] = one.row["status_date"] if one.row["status"] else record["status_date"]
        else:
            files = sorted({each["file"] for each in one.perimeters})
            record["citation"] += f" ; périmètre : {', '.join(files)}"
        return record


def _step(row: dict | None, record: dict) -> list[dict]:
    """The step of its life that a row dates; none where it says no stage, or no date."""
    if not row or not row["status_date"] or row["status"] in (None, "inconnu"):
        return []
    step = {
        "cpts_id": record["cpts_id"],
        "status": row["status"],
        "date": row["status_date"],
        "deduced": False,
        "note": None,
    }
    return [step | {"citation": record["citation"], "source_id": row["source_id"]}]


def spelling(name: str) -> str:
    """A name to compare, without « CPTS » unless there is nothing else."""
    return cpts_names.plain(name) or plain(name)


def _identifier(record: dict) -> str:
    """The same at every build, as long as the name is."""
    name = plain(record["name"]).removeprefix("cpts ")
    return f"local-cpts-{'-'.join(record['departement_codes']).lower()}-{slug(name)}"


def _account(one: Community, record: dict, count: int, extent: str, wanted: bool) -> Note:
    """What a row of CPTS was taken for."""
    name, reason = record["name"], "CPTS mise à jour" if one.known else "CPTS ajoutée"
    remarks = []
    if one.known:
        remarks.append(f"met à jour « {one.known['name']} » ({one.known['cpts_id']}, source {one.known['source_id']})")
    if not wanted:
        reason = "hors des départements construits"
        remarks.append(reason)
    perimeter = f"périmètre {extent}" + (f" ({count} commune{'s' if count > 1 else ''})" if count else "")
    words = f"« {name} », {catalog.CPTS_STATUS[record['status']].label}, {perimeter}"
    return _note(one.row, reason, words, one.doubts, remarks, name)


def _note(row: dict, reason: str, words: str, doubts, remarks, name: str, placed: str = "") -> Note:
    text = ". ".join([words, *(part[:1].upper() + part[1:] for part in (*doubts, *remarks))])
    outcome, start = ("ambigu", "À vérifier") if doubts else ("compris", "Comprise")
    return Note(row["line"], outcome, reason, f"{start} : {text}.", name, placed, row["file"])


def _twice(what: str, earlier: dict, later: dict) -> RefusedRow:
    where = earlier["line"] if earlier["file"] == later["file"] else f"{earlier['file']}, {earlier['line']}"
    return RefusedRow("doublon", f"{what} figure déjà ({where})", "Retirez l'une des deux lignes.")
