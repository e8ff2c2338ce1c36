"""The nearest site, against every distance measured one by one."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyproj
import pytest

from etl import build as builder
from etl.derive import access
from maillage.catalog import TRAVEL
from tests.etl.osrm import Osrm
from tests.etl.server import Answer


@pytest.mark.parametrize("kind", ["MSP", "CDS", "PASS"])
def test_nearest_site_by_brute_force(cursor, kind):
    places = cursor.execute(
        "SELECT code, lon, lat FROM territory WHERE level = 'commune' AND departement_code IN ('08', '55', '71', '75')"
    ).fetchdf()
    sites = cursor.execute(
        "SELECT site_id, lon, lat FROM site WHERE type = ? AND status = 'ouvert' AND lon IS NOT NULL", [kind]
    ).fetchdf()
    plane = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)
    px, py = plane.transform(places["lon"].to_numpy(), places["lat"].to_numpy())
    sx, sy = plane.transform(sites["lon"].to_numpy(), sites["lat"].to_numpy())
    km = np.hypot(px[:, None] - sx, py[:, None] - sy) / 1000
    nearest = cursor.execute(
        "SELECT commune_code, nearest_site_id, distance_km, minutes FROM access WHERE site_type = ?", [kind]
    ).fetchdf()
    nearest = nearest.set_index("commune_code").loc[places["code"]]
    assert nearest["distance_km"].to_numpy() == pytest.approx(km.min(axis=1))
    column = {site: index for index, site in enumerate(sites["site_id"])}
    chosen = km[np.arange(len(places)), [column[site] for site in nearest["nearest_site_id"]]]
    assert chosen == pytest.approx(km.min(axis=1))
    assert nearest["minutes"].to_numpy() == pytest.approx(3.02 * km.min(axis=1) ** 0.80)


def test_the_nearest_site_may_be_across_the_border(cursor):
    crossed = cursor.execute(
        """
        SELECT count(*) FROM access a JOIN site s ON s.site_id = a.nearest_site_id
        WHERE a.commune_code LIKE '08%' AND s.departement_code <> '08'
        """
    ).fetchone()
    assert crossed[0] > 0


def test_a_closed_site_and_one_without_a_place_are_never_the_nearest(cursor):
    assert cursor.execute(
        "SELECT count(*) FROM access a JOIN site s ON s.site_id = a.nearest_site_id WHERE s.status <> 'ouvert'"
    ).fetchone() == (0,)


def test_two_parts_of_france_are_never_compared():
    places = pd.DataFrame({"code": ["08105", "97411"], "lon": [4.72, 55.45], "lat": [49.77, -20.88]})
    sites = pd.DataFrame(
        {"site_id": ["a", "b"], "type": ["MSP", "ESP"], "code": ["51", "974"], "lon": [4.03, 55.5], "lat": [49.25, -21]}
    )
    nearest = access.nearest_sites(places, sites)
    assert set(zip(nearest["commune_code"], nearest["site_id"], strict=True)) == {
        ("08105", "a"),
        ("97411", "b"),
    }


def test_no_site_at_all_is_no_row():
    places = pd.DataFrame({"code": ["08105"], "lon": [4.72], "lat": [49.77]})
    sites = pd.DataFrame({"site_id": [], "type": [], "code": [], "lon": [], "lat": []})
    assert access.nearest_sites(places, sites).empty


def test_the_method_says_its_formula_and_its_error():
    assert access.MINUTES_METHOD == (
        "estimé, hors réseau routier : 3,02 × km^0,80 (erreur médiane 16 % de 10 à 20 min en Isère)"
    )


# -- a router -------------------------------------------------------------------------------------------------------


def set_up(data: Path, address: str) -> Path:
    """A data/ whose router is at this address."""
    (data / "local").mkdir(parents=True)
    for name in ("snapshot", "reference"):
        (data / name).symlink_to(builder.ROOT / "data" / name, target_is_directory=True)
    (data / "local" / "router.toml").write_text(f'address = "{address}"\nnearest = 4', encoding="utf-8")
    return data


def minutes(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return connection.execute(
        "SELECT a.*, s.lon, s.lat, t.lon AS from_lon, t.lat AS from_lat FROM access a "
        "JOIN site s ON s.site_id = a.nearest_site_id JOIN territory t ON t.code = a.commune_code AND t.level = 'commune' "
        "WHERE a.site_type = 'MSP'"
    ).fetchdf()


@pytest.fixture(scope="module")
def refused(tmp_path_factory) -> Path:
    """One département built with a router that refuses everything."""
    folder = tmp_path_factory.mktemp("refused")
    with Osrm() as osrm:
        osrm.faults = [Answer(status=404)] * 9
        data = set_up(folder / "data", osrm.address)
        builder.build(folder / "m.duckdb", data=data, static=folder / "static", departements=("08",))
    return folder / "m.duckdb"


@pytest.fixture
def routed(refused, tmp_path):
    """The rows of access of that département, computed again with a router at this address."""

    def run(address: str) -> pd.DataFrame:
        with duckdb.connect(str(refused)) as connection:
            connection.execute("BEGIN")  # never committed
            connection.execute("DELETE FROM access")
            access.run(connection, set_up(tmp_path / "data", address))
            return minutes(connection)

    return run


def test_a_router_that_refuses_does_not_stop_the_build(refused):
    with duckdb.connect(str(refused), read_only=True) as connection:
        rows = minutes(connection)
    assert rows["minutes_method"].str.contains("n'a pas répondu").all()
    assert rows["minutes"].to_numpy() == pytest.approx(TRAVEL.minutes(rows["distance_km"]).to_numpy())


def test_a_router_chooses_the_nearest_in_time_and_signs(routed):
    with Osrm() as osrm:
        # A world where north is quick and east is slow: the nearest in time is not always the nearest.
        osrm.seconds = lambda source, target: 60 * (abs(source[0] - target[0]) * 400 + abs(source[1] - target[1]) * 10)
        rows = routed(osrm.address)
        name = f"OSRM, 127.0.0.1:{osrm.address.rsplit(':', 1)[1]}/driving"
    assert len(rows) == 447
    assert rows["minutes_method"].str.startswith(name).all()
    assert rows["minutes_method"].str.contains("parmi les 4 plus proches à vol d'oiseau").all()
    theirs = (rows["from_lon"] - rows["lon"]).abs() * 400 + (rows["from_lat"] - rows["lat"]).abs() * 10
    assert rows["minutes"].to_numpy() == pytest.approx(theirs.to_numpy(), abs=0.02)
    assert not np.allclose(rows["minutes"], TRAVEL.minutes(rows["distance_km"]), rtol=0.1)


def test_where_a_router_finds_no_road_or_says_nothing_the_estimate_stays_and_says_why(routed):
    with Osrm() as osrm:
        osrm.seconds = lambda source, target: None
        rows = routed(osrm.address)
    assert rows["minutes_method"].str.startswith(access.MINUTES_METHOD).all()
    assert rows["minutes_method"].str.endswith("ne trouve pas de route").all()
    assert rows["minutes"].to_numpy() == pytest.approx(TRAVEL.minutes(rows["distance_km"]).to_numpy())


def test_the_nearest_few_come_in_order():
    places = pd.DataFrame({"code": ["08105"], "lon": [4.72], "lat": [49.77]})
    lon = [4.9, 4.75, 4.8, 5.3]
    sites = pd.DataFrame({"site_id": list("abcd"), "type": "MSP", "code": "08", "lon": lon, "lat": 49.77})
    assert list(access.nearest_sites(places, sites, 3)["site_id"]) == ["b", "c", "a"]
    assert list(access.nearest_sites(places, sites, 9)["site_id"]) == ["b", "c", "a", "d"]
