"""Indicators and their values, against the map."""

import pytest

from maillage import catalog
from maillage.queries import indicators


def test_every_indicator_of_the_catalogue(ask, get):
    rows = get("/indicators").json()["items"]
    assert [row["code"] for row in rows] == list(catalog.INDICATOR)
    assert {row["code"] for row in rows if row["known"]} == ask(indicators.known)


@pytest.mark.parametrize("name", ["densite", "distance_msp", "zonage_medecins"])
def test_values_of_communes_are_those_of_the_map(ask, get, name):
    drawn = ask(indicators.by_residence, name, None, ["08"]).set_index("code")
    rows = get(f"/indicators/{name}/values", level="commune", within="departement-08").json()
    assert {row["code"]: row["value"] for row in rows["items"]} == pytest.approx(drawn["value"].dropna().to_dict())
    assert rows["unit"] == catalog.INDICATOR[name].unit and all(row["source"] and row["note"] for row in rows["items"])


def test_values_of_departements_are_those_of_the_map_and_a_year_is_that_year(ask, get):
    name = "mortalite_prematuree_0_64"
    drawn = ask(indicators.by_departement, name).set_index("code")
    rows = get(f"/indicators/{name}/values").json()["items"]
    assert {row["code"]: row["value"] for row in rows if row["value"] is not None} == drawn["value"].dropna().to_dict()
    about = get(f"/indicators/{name}").json()
    year = about["years"]["departement"][-1]
    assert {row["year"] for row in get(f"/indicators/{name}/values", year=year).json()["items"]} == {year}
    assert about["sources"] and about["definition"]


def test_a_region_has_its_departements(get):
    rows = get("/indicators/densite/values", within="region-44").json()["items"]
    assert {row["region_code"] for row in rows} == {"44"} and len(rows) == 10


@pytest.mark.parametrize(
    ("level", "within", "count"),
    [
        ("commune", "epci-200041630", None),
        ("arrondissement_municipal", "commune-75056", 20),
        ("commune", "commune-08105", 1),
        ("departement", "departement-08", 1),
        ("departement", "commune-08105", 0),
        ("departement", "france-FR", 101),
    ],
)
def test_values_within_a_place_are_those_of_its_territories(get, level, within, count):
    rows = get("/indicators/densite/values", level=level, within=within).json()["items"]
    there = get("/territories", level=level, within=within).json()["items"]
    assert [row["code"] for row in rows] == [row["code"] for row in there]
    assert len(rows) == count if count is not None else len(rows) > 5
