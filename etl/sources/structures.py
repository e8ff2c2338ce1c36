"""Curated sites of care: MSP, ESP, PASS, LHSS, centres de santé and others, each with its reference."""

from __future__ import annotations

import duckdb
import pandas as pd

from etl import frames
from etl.formats import rows
from etl.source import Inputs, Source, Tally
from maillage import catalog

SOURCE = Source(
    source_id="structures",
    title="Structures de soins recensées dans cinq départements (08, 59, 62, 71, 86)",
    producer="Maillage, d'après dossiers de presse, ARS, collectivités et presse : référence à chaque ligne",
    page="data/reference/SOURCES.md",
    licence="Licence Ouverte 2.0",
    vintage="2011 à 2026, date à chaque ligne",
    retrieved_at="2026-11-22",
    files=("reference/structures.csv",),
    writes="site",
    tier="curated",
    doubts="Recensement partiel : dans les Ardennes, au plus 19 des 29 MSP annoncées. Les états sont ceux de la date "
    "de la source : des sites « en projet » ou « en cours d'ouverture » sont sans doute ouverts depuis. « Maison de "
    "santé » n'est pas toujours une MSP labellisée. Des sites ne sont connus qu'au département.",
)

COLUMNS = (
    "id",
    "type",
    "sous_type",
    "nom",
    "statut",
    "code_commune",
    "adresse",
    "places",
    "finess",
    "date_ouverture",
    "lon",
    "lat",
    "source",
    "source_date",
    "departement",
    "remarque",
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the sites; one without coordinates waits for its commune's point, without a commune it stays unplaced."""
    return stage(connection, inputs, SOURCE)


def stage(connection: duckdb.DuckDBPyConnection, inputs: Inputs, source: Source) -> Tally:
    """Stage a curated list. Raises BuildError on a row that is not admissible."""
    listed = rows.read(inputs.data / source.files[0], COLUMNS, key=("id",))
    records = []
    for row in listed:
        kind = row.choice("type", catalog.SITE_TYPE, upper=True)
        codes = {code for site_type, code in catalog.SITE_SUBTYPE if site_type == kind}
        status = row.choice("statut", catalog.SITE_STATUS)
        commune = row.commune("code_commune", inputs)
        departement = inputs.known_communes[commune] if commune else row.departement("departement", inputs)
        if row["departement"] not in (None, departement):
            raise row.refuse(
                f"la commune « {commune} » n'est pas dans le département « {row['departement']} »",
                "Corrigez l'un des deux codes.",
            )
        lon, lat = row.number("lon"), row.number("lat")
        if (lon is None) != (lat is None):
            raise row.refuse("une seule des deux coordonnées est remplie", "Donnez lon et lat, ou aucune.")
        if lon is not None and not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise row.refuse(f"({lon}, {lat}) n'est pas une position en degrés", "Longitude puis latitude, WGS 84.")
        record = {
            "site_id": row.required("id"),
            "type": kind,
            "subtype": row.choice("sous_type", codes) if row["sous_type"] else None,
            "name": row.required("nom"),
            "status": status,
            "departement_code": departement,
            "commune_code": commune,
            "address": row["adresse"],
            "lon": lon,
            "lat": lat,
            "precision": None if lon is None else "adresse",
            "places": row.integer("places", least=1),
            "finess": row["finess"],
            "opened_on": row.date("date_ouverture"),
            "note": row["remarque"],
            "citation": row.required("source"),
            "as_of": row.date("source_date"),
            "tier": source.tier,
            "source_id": source.source_id,
        }
        if inputs.wants(departement):
            records.append(record)
    if records:
        frame = pd.DataFrame(records).astype({"places": "Int32", "lon": float, "lat": float})
        frames.insert(connection, "staging.site", frame)
    return Tally(len(listed))
