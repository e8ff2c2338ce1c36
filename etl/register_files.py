"""Dated editions of the register kept in one list, data/reference/registres_finess.csv: one row a FINESS number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import pandas as pd

from etl import frames, registers
from etl.formats import rows, wording
from etl.places import positions
from etl.register_names import readable
from etl.source import Inputs, Note, Tally
from maillage import catalog

COLUMNS = (
    "finess",
    "type",
    "nom",
    "code_commune",
    "departement",
    "adresse",
    "code_postal",
    "ville",
    "places",
    "date_ouverture",
    "lon",
    "lat",
    "source",
    "source_date",
    "vu_en_2026_05",
    "remarque",
)
_CEDEX = re.compile(r"(?i)\bcedex\s+([0-9]{1,2})$")
_ELSEWHERE = "Le point est dans"  # how the list says that a point contradicts its town


@dataclass(frozen=True)
class RegisterFile:
    """One edition: the rows whose `source` it is, and those that the column `also_seen` says it holds as well."""

    source_id: str
    words: str
    as_of: str
    also_seen: str = ""
    whole_types: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()  # none: all


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs, file: RegisterFile) -> Tally:
    """Stage an edition's rows, and where it held a type whole."""
    path = inputs.data / "reference" / "registres_finess.csv"
    listed = _listed(path, path.stat().st_mtime_ns if path.exists() else 0)
    names = dict(
        connection.execute(
            "SELECT code, name FROM territory WHERE level IN ('commune', 'arrondissement_municipal')"
        ).fetchall()
    )
    mine = [
        row for row in listed if row["source"] == file.source_id or (file.also_seen and row[file.also_seen] == "oui")
    ]
    written = [
        _establishment(row, row["source"] == file.source_id, names, inputs)
        for row in mine
        if not _unwanted(row, inputs)
    ]
    edition = registers.RegisterEdition(file.source_id, f"FINESS, {file.words}", file.as_of)
    kept, notes = registers.stage(connection, inputs, written, edition, national=False)
    notes += [
        Note(
            row["finess"],
            "ambigu",
            "point hors de la ville écrite",
            f"L'établissement {row['finess']} : {row['remarque']}.",
            row["nom"] or "",
        )
        for row in mine
        if row["source"] == file.source_id and _ELSEWHERE in (row["remarque"] or "")
    ]
    places = file.departements or sorted(inputs.known_departements)
    whole = [(kind, code) for kind in file.whole_types for code in places if inputs.wants(code)]
    claims = pd.DataFrame(whole, columns=["subject", "departement_code"]).assign(
        extent="complet", as_of=file.as_of, source_id=file.source_id, tier="register", closes=False
    )
    frames.insert(connection, "staging.inventory", claims)
    return Tally(len(mine), kept, tuple(notes))


@lru_cache(maxsize=1)
def _listed(path: Path, written_at: int) -> list[rows.Row]:
    """The whole list, read once for all its editions."""
    return rows.read(path, COLUMNS, key=("finess",))


def _unwanted(row: rows.Row, inputs: Inputs) -> bool:
    """Whether it stands in a département that was not asked for; a row that stands nowhere known is kept, to be named."""
    code = row["code_commune"] or ""
    departement = inputs.known_communes.get(inputs.successors.get(code, code)) or _departement(row)
    return departement in inputs.known_departements and not inputs.wants(departement)


def _establishment(row: rows.Row, own: bool, names: dict[str, str], inputs: Inputs) -> registers.Establishment:
    """A row as this edition knows it: one that an other edition described has here its number, name, type and town only."""
    commune = row["code_commune"] or ""
    name = names.get(inputs.successors.get(commune, commune), "")
    raw = row.required("nom")
    postcode = row["code_postal"] or ""
    cedex = _CEDEX.search(row["ville"] or "")
    if cedex and commune in registers.CITIES:
        postcode = f"{registers.CITIES[commune]}0{int(cedex[1]):02}"
    return registers.Establishment(
        finess=row.required("finess"),
        category="",
        kind=row.choice("type", catalog.SITE_TYPE),
        name=readable(raw, name),
        raw_name=raw,
        commune=commune,
        departement=_departement(row),
        postcode=postcode,
        address=wording.name(row["adresse"]) if own and row["adresse"] else None,
        pairs=positions.pair(row["lon"], row["lat"]) if own else (),
        opened_on=row.date("date_ouverture") if own else None,
        places=row.integer("places", least=1) if own else None,
    )


def _departement(row: rows.Row) -> str:
    """Where the row says it, else from its postal code; « 97 » alone says nothing, 97133 and 97150 are other collectivities."""
    departement, postcode = row["departement"] or "", row["code_postal"] or ""
    if len(departement) > 2 or (departement and departement != "97"):
        return departement
    return "" if postcode in ("97133", "97150") else postcode[:3] if postcode.startswith("97") else ""
