"""CPTS told by another list, set beside those already known: one row for one CPTS, and what differs is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from etl import frames
from etl.merging.matching import ALIKE, Matching, Party, likeness, match
from etl.merging.statuses import latest
from etl.source import Note
from maillage import catalog

SCHEMA = Path(__file__).parents[1] / "schema.sql"
COUNTS = ("declared_population", "declared_communes", "declared_professionals")


@dataclass(frozen=True)
class Told:
    """A CPTS as a list tells it; `members` are communes of the build, arrondissements in Paris, Lyon and Marseille."""

    cpts_id: str  # what it is called if nobody knew it
    name: str
    line: str
    departements: tuple[str, ...]
    members: tuple[str, ...]
    perimeter: str  # complet, partiel, inconnu
    status: str = "inconnu"
    status_date: str | None = None
    steps: tuple[tuple[str, str], ...] = ()  # (status, date) of its life
    population: int | None = None
    communes: int | None = None
    as_of: str | None = None
    finess: str | None = None  # of its seat
    note: str = ""


def merge(
    connection: duckdb.DuckDBPyConnection, told: Sequence[Told], source_id: str, citation: str
) -> tuple[Matching, list[Note]]:
    """Update the CPTS that are known, insert those that are not; leave aside, with a note, those that may be known.

    A known CPTS keeps its identifier, its names and its dated steps. Its perimeter is replaced when it was not whole, or when
    what is told is dated later. Statuses follow etl.merging.statuses.RULE. Counts are filled where they lacked.
    """
    known = _known(connection)
    by_id = {row["cpts_id"]: row for row in known}
    parties = [_party_of(row) for row in known]
    matching = match([_party(one) for one in told], parties)
    matching = Matching(matching.pairs, matching.doubtful | _lost_namesakes(told, parties))
    notes, rows, members, fresh = [], [], {}, []
    for one in told:
        if one.cpts_id in matching.pairs:
            row = by_id[matching.pairs[one.cpts_id]]
            rows.append(_updated(row, one, citation, members, notes))
        elif one.cpts_id in matching.doubtful:
            notes.append(_doubt(one, [by_id[key] for key in matching.doubtful[one.cpts_id]]))
        else:
            fresh.append(one)
    if rows:
        _update(connection, rows, members)
    records = pd.DataFrame([_record(one, source_id, citation) for one in fresh])
    frames.insert(connection, "cpts", records.astype(dict.fromkeys(COUNTS, "Int32")) if fresh else records)
    _insert_members(connection, {one.cpts_id: one.members for one in fresh})
    ids = matching.pairs | {one.cpts_id: one.cpts_id for one in fresh}
    _add_steps(connection, [(ids[one.cpts_id], one) for one in told if one.cpts_id in ids], source_id, citation)
    return matching, notes


def link_seats(connection: duckdb.DuckDBPyConnection, finess_of: dict[str, str]) -> list[Note]:
    """Write in the note of each CPTS the FINESS number of its seat: told (`finess_of`: CPTS -> number), or found by name and
    place. Return the doubtful ones. Nothing when the catalogue has no type for FINESS category 604.
    """
    seats = connection.execute(
        "SELECT finess, name, commune_code, departement_code FROM site "
        "WHERE type = ? AND finess IS NOT NULL AND status <> 'ferme' ORDER BY finess",
        [_seat_type()],
    ).fetchall()
    names = {finess: name for finess, name, _, _ in seats}
    linked = {cpts_id: finess for cpts_id, finess in finess_of.items() if finess in names}
    communities = connection.execute(
        "SELECT cpts_id, name, aliases, departement_codes FROM cpts ORDER BY cpts_id"
    ).fetchall()
    members = dict(
        connection.execute("SELECT cpts_id, list(commune_code) FROM cpts_commune GROUP BY cpts_id").fetchall()
    )
    found = match(
        [
            Party(key, (name,), frozenset([departement]), frozenset([commune] if commune else []))
            for key, name, commune, departement in seats
            if key not in linked.values()
        ],
        [
            Party(key, (name, *aliases), frozenset(departements), frozenset(members.get(key, ())))
            for key, name, aliases, departements in communities
            if key not in linked
        ],
        by_area=False,
    )
    linked |= {cpts_id: finess for finess, cpts_id in found.pairs.items()}
    if linked:
        frame = pd.DataFrame(linked.items(), columns=["cpts_id", "finess"])
        connection.register("linked", frame)
        connection.execute(
            "UPDATE cpts SET note = concat_ws(' ', note, 'Siège : FINESS ' || linked.finess || '.') FROM linked "
            "WHERE cpts.cpts_id = linked.cpts_id"
        )
        connection.unregister("linked")
    name_of = {key: name for key, name, _, _ in communities}
    return [
        Note(
            finess,
            "ambigu",
            "siège rattachable à plusieurs CPTS, ou mal",
            f"Le siège « {names[finess]} » ressemble à {_list(name_of[key] for key in keys)} : il n'a pas été rattaché.",
            names[finess],
        )
        for finess, keys in found.doubtful.items()
    ]


def _seat_type() -> str | None:
    return next((kind.code for kind in catalog.SITE_TYPES if "604" in kind.finess), None)


@contextmanager
def unreferenced(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[None]:
    """Let rows of `table` change inside a transaction while other tables point to them.

    DuckDB turns an update of a list, or of a column with a foreign key, into a deletion and an insertion, and refuses it as
    long as the row is referenced, even by rows deleted in the same transaction. So the tables that point to it are taken
    away and put back as schema.sql declares them.
    """
    children = [
        name
        for (name,) in connection.execute(
            "SELECT DISTINCT table_name FROM duckdb_constraints() "
            "WHERE constraint_type = 'FOREIGN KEY' AND referenced_table = ? ORDER BY 1",
            [table],
        ).fetchall()
    ]
    schema = SCHEMA.read_text(encoding="utf-8")
    for child in children:
        connection.execute(f"CREATE TEMP TABLE kept_{child} AS FROM {child}")
        connection.execute(f"DROP TABLE {child}")
    yield
    for child in children:
        statements = re.findall(
            rf"^CREATE TABLE {child} \(.*?\);$|^COMMENT ON (?:TABLE|COLUMN) {child}\b[^\n]*;$",
            schema,
            flags=re.MULTILINE | re.DOTALL,
        )
        connection.execute("\n".join(statements))
        connection.execute(f"INSERT INTO {child} FROM kept_{child}")
        connection.execute(f"DROP TABLE kept_{child}")


def _known(connection) -> list[dict]:
    """One dict a CPTS: the columns of `cpts`, and `members`."""
    result = connection.execute(
        """
        SELECT c.*, coalesce(m.members, []) AS members FROM cpts c
        LEFT JOIN (SELECT cpts_id, list(commune_code) AS members FROM cpts_commune GROUP BY cpts_id) m USING (cpts_id)
        ORDER BY c.cpts_id
        """
    )
    columns = [column[0] for column in result.description]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def _party(one: Told) -> Party:
    return Party(
        one.cpts_id, (one.name,), frozenset(one.departements), frozenset(one.members), one.perimeter == "complet"
    )


def _party_of(row: dict) -> Party:
    return Party(
        row["cpts_id"],
        (row["name"], *row["aliases"]),
        frozenset(row["departement_codes"]),
        frozenset(row["members"]),
        row["perimeter"] == "complet",
    )


def _lost_namesakes(told: Sequence[Told], known: Sequence[Party]) -> dict[str, tuple[str, ...]]:
    """What lies nowhere cannot be compared by place: a name like one already known is a doubt."""
    return {
        one.cpts_id: alike
        for one in told
        if not one.departements and not one.members
        if (alike := tuple(p.key for p in known if any(likeness(one.name, name) >= ALIKE for name in p.names)))
    }


def _updated(row: dict, one: Told, citation: str, members: dict[str, tuple[str, ...]], notes: list[Note]) -> dict:
    """The known row with what is told; a new perimeter goes to `members`, and what differs to `notes`."""
    row = dict(row)
    newer = bool(one.as_of and row["as_of"] and one.as_of > row["as_of"] and not one.as_of.startswith(row["as_of"]))
    taken = False
    ours, theirs = set(row["members"]), set(one.members)
    if theirs and ours != theirs:
        replaced = row["perimeter"] == "inconnu" or (
            one.perimeter == "complet" and (newer or row["perimeter"] != "complet")
        )
        if ours:
            notes.append(_difference(one, row["name"], theirs - ours, ours - theirs, replaced))
        if replaced:
            taken = True
            members[row["cpts_id"]] = one.members
            row["perimeter"] = one.perimeter
            row["departement_codes"] = sorted({*row["departement_codes"], *one.departements})
            row["note"] = " ".join(filter(None, [row["note"], one.note]))
    if one.status not in (row["status"], "inconnu"):
        wins = latest((row["status"], row["status_date"]), (one.status, one.status_date))
        if row["status"] != "inconnu":
            notes.append(_disagreement(one, row, wins))
        if wins:
            taken = True
            row["status"], row["status_date"] = one.status, one.status_date
    for column, figure in (("declared_population", one.population), ("declared_communes", one.communes)):
        if row[column] is None and figure:
            taken, row[column] = True, figure
    if taken:
        row["citation"] += f" ; {citation}"
        row["as_of"] = one.as_of if newer or (one.as_of and not row["as_of"]) else row["as_of"]
    return row


def _update(connection, rows: list[dict], members: dict[str, tuple[str, ...]]) -> None:
    columns = ("status", "status_date", "departement_codes", *COUNTS, "perimeter", "note", "citation", "as_of")
    frame = pd.DataFrame([{column: row[column] for column in ("cpts_id", *columns)} for row in rows])
    connection.register("updated", frame.astype(dict.fromkeys(COUNTS, "Int32")))
    with unreferenced(connection, "cpts"):
        connection.execute(
            f"UPDATE cpts SET {', '.join(f'{column} = updated.{column}' for column in columns)} FROM updated "
            "WHERE cpts.cpts_id = updated.cpts_id"
        )
    connection.unregister("updated")
    connection.execute("DELETE FROM cpts_commune WHERE cpts_id IN (SELECT unnest(?))", [list(members)])
    _insert_members(connection, members)


def _insert_members(connection, members: dict[str, tuple[str, ...]]) -> None:
    pairs = [(cpts_id, code) for cpts_id, codes in members.items() for code in codes]
    frames.insert(connection, "cpts_commune", pd.DataFrame(pairs, columns=["cpts_id", "commune_code"]))


def _record(one: Told, source_id: str, citation: str) -> dict:
    return {
        "cpts_id": one.cpts_id,
        "name": one.name,
        "aliases": [],
        "status": one.status,
        "status_date": one.status_date,
        "departement_codes": list(one.departements),
        "declared_population": one.population,
        "declared_communes": one.communes,
        "declared_professionals": None,
        "perimeter": one.perimeter,
        "note": one.note or None,
        "citation": citation,
        "as_of": one.as_of,
        "source_id": source_id,
    }


def _add_steps(connection, told: list[tuple[str, Told]], source_id: str, citation: str) -> None:
    """The dated steps told, but those already known, even to the month or the year only."""
    known = connection.execute("SELECT cpts_id, status, date FROM cpts_event").fetchall()
    rows = [
        {
            "cpts_id": cpts_id,
            "status": status,
            "date": day,
            "deduced": False,
            "note": None,
            "citation": citation,
            "source_id": source_id,
        }
        for cpts_id, one in told
        for status, day in one.steps
        if not any(a == cpts_id and b == status and (c.startswith(day) or day.startswith(c)) for a, b, c in known)
    ]
    frames.insert(connection, "cpts_event", pd.DataFrame(rows))


# -- sentences ------------------------------------------------------------------------------------------------------


def _doubt(one: Told, candidates: list[dict]) -> Note:
    return Note(
        one.line,
        "ambigu",
        "CPTS peut-être déjà connue",
        f"« {one.name} » ressemble à {_list(row['name'] for row in candidates)} sans que ce soit sûr : elle n'a été ni confondue "
        "avec, ni ajoutée. Ajoutez son nom aux alias de la bonne, ou décrivez-la dans une liste locale.",
        one.name,
    )


def _difference(one: Told, name: str, more: set[str], less: set[str], replaced: bool) -> Note:
    said = [f"{len(codes)} en {word} ({_some(codes)})" for codes, word in ((more, "plus"), (less, "moins")) if codes]
    kept = "Le périmètre de la source l'a remplacé." if replaced else "Le périmètre déjà connu a été gardé."
    return Note(
        one.line,
        "ambigu",
        "périmètres différents",
        f"« {name} » : la source a, par rapport au périmètre déjà connu, {' et '.join(said)}. {kept}",
        one.name,
    )


def _disagreement(one: Told, row: dict, wins: bool) -> Note:
    known, other = catalog.CPTS_STATUS[row["status"]].label, catalog.CPTS_STATUS[one.status].label
    return Note(
        one.line,
        "ambigu",
        "statuts différents",
        f"« {row['name']} » : « {known} » déjà connu, « {other} » selon la source. « {other if wins else known} » a été retenu.",
        one.name,
    )


def _some(codes: set[str], most: int = 5) -> str:
    return ", ".join(sorted(codes)[:most]) + ("…" if len(codes) > most else "")


def _list(names) -> str:
    return " et à ".join(f"« {name} »" for name in names)
