"""A territory as files for a GIS or a spreadsheet: its communes, its contour, its structures, with their sources."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

from maillage import catalog
from maillage.language import spreadsheet as language_spreadsheet
from maillage.records.territory import Dossier
from maillage.subjects.territory import members

DEGREES = "EPSG:4326"


def table(dossier: Dossier) -> pd.DataFrame:
    """The communes, each row with the territory and the build."""
    return members.table(dossier).assign(**{"Territoire": dossier.name, "Construction": dossier.build.version})


def csv(dossier: Dossier) -> bytes:
    """The communes as a French spreadsheet reads them; formulas made harmless."""
    return language_spreadsheet.csv(table(dossier))


def geojson(dossier: Dossier) -> bytes:
    """One feature per commune, in degrees, with the name and the build at the head."""
    collection = json.loads(communes(dossier).to_json(drop_id=True))
    head = {
        "type": "FeatureCollection",
        "name": dossier.name,
        "construction": dossier.build.version,
        "sources": list(dossier.sources["title"]),
    }
    return json.dumps(head | {"features": collection["features"]}, ensure_ascii=False).encode()


def geopackage(dossier: Dossier) -> bytes:
    """Layers `communes`, `contour`, `structures` (placed ones) and `sources`. Raises ValueError without a commune."""
    if not dossier.codes:
        raise ValueError("Ce territoire n'a aucune commune : il n'y a rien à dessiner.")
    whole = gpd.GeoDataFrame(
        {
            "nom": [dossier.name],
            "population": [dossier.population],
            "surface_km2": [dossier.area_km2],
            "communes": [len(dossier.codes)],
            "construction": [dossier.build.version],
        },
        geometry=[dossier.contour],
        crs=DEGREES,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "territoire.gpkg"
        communes(dossier).to_file(path, layer="communes", driver="GPKG")
        whole.to_file(path, layer="contour", driver="GPKG")
        structures(dossier).to_file(path, layer="structures", driver="GPKG")
        gpd.GeoDataFrame(dossier.sources.astype({"retrieved_at": str})).to_file(path, layer="sources", driver="GPKG")
        return path.read_bytes()


def communes(dossier: Dossier) -> gpd.GeoDataFrame:
    """The communes of a territory, a row each, with French headings."""
    frame = dossier.communes
    return gpd.GeoDataFrame(
        {
            "code": frame["code"],
            "nom": frame["name"],
            "departement": frame["departement_code"],
            "population": frame["population"],
            "annee": frame["population_year"],
            "surface_km2": frame["area_km2"].round(2),
            "cpts": [" ; ".join(names) for names in frame["cpts"]],
        },
        geometry=list(frame["geometry"]),
        crs=DEGREES,
    )


def structures(dossier: Dossier) -> gpd.GeoDataFrame:
    """Sites with a position; those placed on their commune say so."""
    placed = dossier.sites[dossier.sites["lon"].notna()]
    return gpd.GeoDataFrame(
        {
            "type": placed["type"],
            "nom": placed["name"],
            "etat": placed["status"].map(lambda code: catalog.SITE_STATUS[code].label),
            "commune": placed["commune"],
            "adresse": placed["address"],
            "precision": placed["precision"],
            "places": placed["places"].astype("Float64"),
            "connu_le": placed["as_of"],
            "source": placed["source"],
        },
        geometry=gpd.points_from_xy(placed["lon"], placed["lat"]),
        crs=DEGREES,
    )
