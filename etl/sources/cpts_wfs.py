"""CPTS of the whole country and their outlines: the layer of the ministry's geographic server (Santégraphie).

Its fields are not documented: etl/formats/fields.py tells what they are by what they hold.
"""

from __future__ import annotations

import duckdb

from etl.formats import geojson
from etl.places import cpts_layer, cpts_layer_places
from etl.places.cpts_layer import LayerCpts
from etl.resolve.cpts.precedence import RULE
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Remote, Source, Tally
from etl.sources import cpts

SOURCE = Source(
    source_id="cpts_wfs",
    title="CPTS et projets de CPTS : contours nationaux (Santégraphie)",
    producer="Direction générale de l'offre de soins et ARS",
    page="https://santegraphie.fr",
    licence="Non précisée par le service",
    vintage="à la date de lecture",
    doubts="Champs non documentés, reconnus à leur contenu. Périmètre : les communes listées quand la couche les donne, sinon "
    "celles dont plus de la moitié de la surface est dans le contour ; une commune coupée entre 20 % et 80 % est signalée. Un point est un "
    "siège, dont le périmètre est inconnu, sauf où la couche pose un point par commune. "
    f"{RULE} Un département est dit entièrement recensé quand la couche couvre au moins 80 départements et que toutes les "
    "CPTS connues de celui-ci ont un périmètre complet.",
    remote=Remote(
        url="https://santegraphie.fr/geoserver/GCS/ows?service=WFS&version=1.0.0&request=GetFeature"
        "&typeName=GCS%3AAMBU_CPTS&outputFormat=application%2Fjson",
        kind="json",
        most_mb=200,
    ),
    writes="cpts",
    tier=REGISTER,
)

NATIONAL = 80  # départements that a layer must reach to be called national


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the CPTS of the layer and their dated steps; a layer of the whole country is exhaustive."""
    features = cpts_layer_places.with_points(geojson.read(inputs.fetched, SOURCE.title))
    placed = geojson.place(features, SOURCE.title)
    layer = cpts_layer.read(connection, features, placed, SOURCE.title, inputs)
    communities = layer.communities
    citation = "Santégraphie, couche des CPTS" + (f", servie le {features.served_on}" * bool(features.served_on))
    built = [
        one for one in communities if not inputs.departements or one.members or any(map(inputs.wants, one.departements))
    ]
    records = [_record(one, citation) | {"exhaustive": len(layer.reached) >= NATIONAL} for one in built]
    steps = [
        {"cpts_id": one.cpts_id, "status": status, "date": day, "deduced": False, "note": None, "citation": citation}
        for one in built
        for status, day in one.steps
    ]
    cpts.stage(connection, SOURCE, records, steps)
    count = len(features.properties)
    return Tally(count, count - layer.nameless, tuple(layer.notes), _vintage(communities, features.served_on))


def _record(one: LayerCpts, citation: str) -> dict:
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
        "members": list(one.members),
        "finess": one.finess,
        "note": one.note or None,
        "citation": citation,
        "as_of": one.as_of,
        "line": one.line,
    }


def _vintage(communities: list[LayerCpts], served_on: str | None) -> str:
    days = sorted(one.as_of for one in communities if one.as_of)
    retrieval = f"lu le {served_on}" if served_on else ""
    return ", ".join(filter(None, [retrieval, f"mises à jour du {days[0]} au {days[-1]}" if days else ""]))
