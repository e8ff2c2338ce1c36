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
from maillage.views import territory_html

DEGREES = "EPSG:4326"


def csv(told: Dossier) -> bytes:
    """The communes as a French spreadsheet reads them; formulas made harmless."""
    frame = territory_html.communes(told)
    return language_spreadsheet.csv(frame.assign(**{"Territoire": told.name, "Construction": told.build.version}))


def geojson(told: Dossier) -> bytes:
    """One feature per commune, in degrees, with the name and the build at the head."""
    collection = json.loads(communes(told).to_json(drop_id=True))
    head = {
        "type": "FeatureCollection",
        "name": told.name,
        "construction": told.build.version,
        "sources": list(told.sources["title"]),
    }
    return json.dumps(head | {"features": collection["features"]}, ensure_ascii=False).encode()


def geopackage(told: Dossier) -> bytes:
    """Layers `communes`, `contour`, `structures` (placed ones) and `sources`. Raises ValueError without a commune."""
    if not told.codes:
        raise ValueError("Ce territoire n'a aucune commune : il n'y a rien à dessiner.")
    whole = gpd.GeoDataFrame(
        {"nom": [told.name], "population": [told.population], "surface_km2": [told.area_km2], "communes": [len(told.codes)],
         "construction": [told.build.version]},
        geometry=[told.contour], crs=DEGREES,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "territoire.gpkg"
        communes(told).to_file(path, layer="communes", driver="GPKG")
        whole.to_file(path, layer="contour", driver="GPKG")
        structures(told).to_file(path, layer="structures", driver="GPKG")
        gpd.GeoDataFrame(told.sources.astype({"retrieved_at": str})).to_file(path, layer="sources", driver="GPKG")
        return path.read_bytes()


def communes(told: Dossier) -> gpd.GeoDataFrame:
    frame = told.communes
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


def structures(told: Dossier) -> gpd.GeoDataFrame:
    """Sites with a position; those placed on their commune say so."""
    placed = told.sites[told.sites["lon"].notna()]
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


def sites(told: Dossier) -> pd.DataFrame:
    """The structures of a territory, for a table."""
    frame = told.sites
    return pd.DataFrame(
        {
            "Type": frame["type"],
            "Nom": frame["name"],
            "État": frame["status"].map(lambda code: catalog.SITE_STATUS[code].label),
            "Commune": frame["commune"],
            "Adresse": frame["address"].fillna(""),
            "Position": frame["precision"]
            .map({"adresse": "adresse", "commune": "commune seulement"})
            .fillna("inconnue"),
            "Places": frame["places"].astype("Int64"),
            "Connu": frame["as_of"].fillna("non daté"),
            "Source": frame["source"],
        }
    )
