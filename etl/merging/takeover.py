"""A register's word over ours, where both speak of the same place (see `merge`); doubts are told, never settled."""

from __future__ import annotations

import duckdb
import pandas as pd

from etl.merging.merge import Pairing, Place, pair
from etl.source import Note
from maillage import catalog

DOUBLED = "compterait deux fois"
_REMEDY = "Écrivez le bon numéro dans la colonne « finess » de la liste pour trancher."


def merge(
    connection: duckdb.DuckDBPyConnection, rows: pd.DataFrame, complete_on: str | None
) -> tuple[pd.DataFrame, list[Note]]:
    """Bring a register's rows to the rows of `site` that are the same places; return the others, as columns of `site`.

    `complete_on` is the date of a register that lists everything: open sites that it does not have say so.
    """
    known = _known(connection)
    names = dict(
        connection.execute(
            "SELECT code, name FROM territory WHERE level IN ('commune', 'arrondissement_municipal')"
        ).fetchall()
    )
    found = [
        Place(
            key=row.finess, kind=row.type, name=row.name, departement=row.departement_code, commune=row.commune_code,
            commune_name=names.get(row.commune_code, ""), opened=int(row.opened_on[:4]) if row.opened_on else None,
        )
        for row in rows.rename_axis("index").itertuples(index=False)
    ]  # fmt: skip
    pairing = pair(known.values(), found)
    ours = rows["finess"].map(pairing.same)
    _take_over(connection, rows[ours.notna()].assign(site_id=ours.dropna()))
    if complete_on:
        connection.execute(
            "UPDATE site SET note = concat_ws(' ; ', note, ?) WHERE status = 'ouvert' AND site_id IN (SELECT unnest(?))",
            [
                f"sans correspondance dans FINESS au {complete_on[8:]}/{complete_on[5:7]}/{complete_on[:4]}",
                pairing.alone,
            ],
        )
    new = rows[ours.isna() & ~rows["finess"].isin(list(pairing.doubled))].drop(columns=["pairs", "postcode"])
    return new, _notes(pairing, known, dict(zip(rows["finess"], rows["name"], strict=True)), complete_on)


def _known(connection: duckdb.DuckDBPyConnection) -> dict[str, Place]:
    """The sites of our lists that the register could hold, by identifier."""
    rows = connection.execute(
        """
        SELECT s.site_id, s.type, s.name, s.departement_code, s.commune_code, t.name, s.finess,
               CASE WHEN s.status <> 'ouvert' THEN left(s.as_of, 4)::INTEGER END
        FROM site s LEFT JOIN territory t
            ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
        WHERE s.status <> 'ferme' AND s.type IN (SELECT unnest(?)) ORDER BY s.site_id
        """,
        [[kind.code for kind in catalog.SITE_TYPES if kind.finess]],
    ).fetchall()
    return {
        site_id: Place(site_id, kind, name, departement, commune, commune_name or "", finess, awaited=awaited)
        for site_id, kind, name, departement, commune, commune_name, finess, awaited in rows
    }


def _take_over(connection: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
    """The identifier, name, places and reference of ours stay, and its position when the register only knows the commune."""
    if rows.empty:
        return
    connection.register("incoming", rows.drop(columns="pairs"))
    connection.execute(
        """
        UPDATE site SET
            finess = n.finess, status = n.status, departement_code = n.departement_code, commune_code = n.commune_code,
            address = coalesce(n.address, site.address), opened_on = coalesce(site.opened_on, n.opened_on),
            lon = CASE WHEN n.precision IS NULL AND site.precision = 'adresse' THEN site.lon ELSE n.lon END,
            lat = CASE WHEN n.precision IS NULL AND site.precision = 'adresse' THEN site.lat ELSE n.lat END,
            precision = coalesce(n.precision, CASE site.precision WHEN 'adresse' THEN 'adresse' END),
            note = nullif(concat_ws(' ; ', site.note, CASE WHEN site.status <> n.status THEN
                '« ' || s.label || ' » dans la liste d''origine, ' || n.status || ' d''après FINESS' END), ''),
            citation = site.citation || ' ; ' || n.citation, as_of = n.as_of, source_id = n.source_id,
            seen_in = list_distinct(site.seen_in || [n.source_id])
        FROM incoming n, site_status s WHERE site.site_id = n.site_id AND s.code = site.status
        """
    )
    connection.unregister("incoming")


def _notes(pairing: Pairing, known: dict[str, Place], names: dict[str, str], complete_on: str | None) -> list[Note]:
    notes = []
    for key, found in pairing.doubtful.items():
        some = ", ".join(f"{number} ({names[number]})" for number in found[:5]) + (" …" if len(found) > 5 else "")
        sentence = f"« {known[key].name} » est peut-être dans FINESS sous l'un de ces numéros, et rien ne tranche : {some}. Les "
        notes.append(
            Note(
                key,
                "ambigu",
                "peut-être dans FINESS",
                f"{sentence}deux listes sont gardées. {_REMEDY}",
                known[key].name,
            )
        )
    for number, key in pairing.doubled.items():
        sentence = f"L'établissement {number} ressemble à « {known[key].name} » sans que rien ne tranche, et compterait deux fois : "
        notes.append(Note(number, "ambigu", DOUBLED, f"{sentence}il est laissé de côté. {_REMEDY}", names[number]))
    for key in pairing.alone if complete_on else ():
        if not known[key].awaited:
            sentence = (
                f"« {known[key].name} » est dans nos listes et pas dans FINESS : il est gardé, avec cette remarque."
            )
            notes.append(Note(key, "ambigu", "absent de FINESS", sentence, known[key].name))
    return notes
