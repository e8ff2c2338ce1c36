"""CPTS of the whole country and their outlines: the layer of the ministry's geographic server (Santégraphie).

Its fields are not documented: etl/formats/fields.py tells what they are by what they hold.
"""

from __future__ import annotations

import duckdb

from etl.formats import geojson
from etl.merging import cpts_layer
from etl.merging.cpts_merge import Told, link_seats, merge
from etl.merging.statuses import RULE
from etl.source import Inputs, Remote, Source, Tally

SOURCE = Source(
    source_id="cpts_wfs",
    title="CPTS et projets de CPTS : contours nationaux (Santégraphie)",
    producer="Direction générale de l'offre de soins et ARS",
    page="https://santegraphie.fr",
    licence="Non précisée par le service",
    vintage="à la date de lecture",
    doubts="Champs non documentés, reconnus à leur contenu. Périmètre : les communes listées quand la couche les donne, sinon "
    "celles dont plus de la moitié de la surface est dans le contour ; une commune coupée entre 20 % et 80 % est signalée. "
    f"{RULE} Un département est dit entièrement recensé quand la couche couvre au moins 80 départements et que toutes les "
    "CPTS connues de celui-ci ont un périmètre complet.",
    remote=Remote(
        url="https://santegraphie.fr/geoserver/GCS/ows?service=WFS&version=1.0.0&request=GetFeature"
        "&typeName=GCS%3AAMBU_CPTS&outputFormat=application%2Fjson",
        kind="json",
        most_mb=200,
    ),
    writes="cpts",
    reads=("cpts", "cpts_france", "cpts_paca"),
)

NATIONAL = 80  # départements that a layer must reach to be called national


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Merge the layer into `cpts`, `cpts_commune`, `cpts_event` and `inventory`; link CPTS with their FINESS seats."""
    features = geojson.read(inputs.fetched, SOURCE.title)
    placed = geojson.place(features, SOURCE.title)
    told, notes, reached = cpts_layer.read(connection, features, placed, SOURCE.title, inputs)
    built = [one for one in told if not inputs.departements or one.members or any(map(inputs.wants, one.departements))]
    citation = "Santégraphie, couche des CPTS" + (f", servie le {features.served_on}" * bool(features.served_on))
    matching, differences = merge(connection, built, SOURCE.source_id, citation)
    aside = [one for one in built if one.cpts_id in matching.doubtful]
    seats = {
        matching.pairs.get(one.cpts_id, one.cpts_id): one.finess
        for one in built
        if one.finess and one.cpts_id not in matching.doubtful
    }
    notes += differences + link_seats(connection, seats)
    if len(reached) >= NATIONAL:
        _take_stock(connection, {code for one in aside for code in one.departements})
    nameless = sum(note.reason == "sans nom" for note in notes)
    kept = len(features.properties) - nameless - len(matching.doubtful)
    return Tally(len(features.properties), kept, tuple(notes), _vintage(told, features.served_on))


def _take_stock(connection: duckdb.DuckDBPyConnection, doubtful: set[str]) -> None:
    """Say which départements are wholly listed: all the CPTS known there have whole perimeters, and none was left aside."""
    connection.execute(
        """
        INSERT INTO staging.inventory (subject, departement_code, extent, as_of, source_id)
        SELECT 'CPTS', d.code, 'complet', max(c.as_of), $source
        FROM (SELECT unnest(departement_codes) AS code, perimeter, as_of FROM cpts) c
        JOIN territory d ON d.level = 'departement' AND d.code = c.code
        WHERE NOT list_contains($doubtful::VARCHAR[], d.code)
        GROUP BY d.code HAVING bool_and(c.perimeter = 'complet')
        """,
        {"source": SOURCE.source_id, "doubtful": sorted(doubtful)},
    )


def _vintage(told: list[Told], served_on: str | None) -> str:
    days = sorted(one.as_of for one in told if one.as_of)
    read = f"lu le {served_on}" if served_on else ""
    return ", ".join(filter(None, [read, f"mises à jour du {days[0]} au {days[-1]}" if days else ""]))
