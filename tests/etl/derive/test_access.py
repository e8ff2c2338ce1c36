"""The nearest site, against every distance measured one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest

from etl.derive import access


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
    found = cursor.execute(
        "SELECT commune_code, nearest_site_id, distance_km, minutes FROM access WHERE site_type = ?", [kind]
    ).fetchdf()
    found = found.set_index("commune_code").loc[places["code"]]
    assert found["distance_km"].to_numpy() == pytest.approx(km.min(axis=1))
    column = {site: index for index, site in enumerate(sites["site_id"])}
    chosen = km[np.arange(len(places)), [column[site] for site in found["nearest_site_id"]]]
    assert chosen == pytest.approx(km.min(axis=1))
    assert found["minutes"].to_numpy() == pytest.approx(3.02 * km.min(axis=1) ** 0.80)


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
    assert set(zip(nearest["commune_code"], nearest["nearest_site_id"], strict=True)) == {
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
