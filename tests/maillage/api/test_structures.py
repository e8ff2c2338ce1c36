"""Structures, CPTS, perimeters."""

import io

import geopandas as gpd
import pytest

from maillage import catalog
from maillage.queries import cpts, sites


def test_structures_of_a_territory_are_those_it_counts(ask, get):
    for place in ("departement-08", "epci-200041630", "commune-08105", "region-44", "commune-75056"):
        level, code = place.split("-")
        counted = {row.type: row.open for row in ask(sites.counts, level, code).itertuples() if row.open}
        body = get("/structures", within=place, limit=50_000).json()
        listed = {}
        for row in body["items"]:
            listed[row["type"]] = listed.get(row["type"], 0) + 1
        assert listed == counted, place
        assert set(body["completeness"]) == set(catalog.SITE_TYPE)


def test_a_structure_says_when_and_where_it_was_seen(get):
    row = get("/structures", within="departement-08", types="MSP").json()["items"][0]
    assert row["source"] and row["as_of"] and row["seen_in"]
    assert get(f"/structures/{row['site_id']}").json()["name"] == row["name"]


def test_a_box_holds_what_stands_in_it(get):
    body = get("/structures", bbox="4,49.5,5,50", types="MSP,CDS").json()["items"]
    assert body and all(4 <= row["lon"] <= 5 and 49.5 <= row["lat"] <= 50 for row in body)
    shapes = gpd.read_file(
        io.BytesIO(get("/structures", bbox="4,49.5,5,50", types="MSP,CDS", format="geojson").content)
    )
    assert len(shapes) == len(body) and (shapes.geometry.geom_type == "Point").all()


def test_one_without_a_place_has_no_geometry(get):
    rows = get("/structures", within="departement-08", statuses=",".join(catalog.SITE_STATUS), format="geojson").json()[
        "features"
    ]
    assert [each["geometry"] for each in rows if each["properties"]["lon"] is None] == [None] * sum(
        each["properties"]["lon"] is None for each in rows
    )


def test_a_cpts_is_its_page(of, ask, get):
    cpts_id = "cpts-71-centre-saone-et-loire"
    dossier, _ = of(cpts_id)
    body = get(f"/cpts/{cpts_id}").json()
    assert body["population"] == dossier.population and body["size"] == dossier.size.kind.code == "T3"
    assert body["differences"] == list(dossier.cpts.differences) and len(body["events"]) == len(dossier.cpts.events)
    members = get(f"/cpts/{cpts_id}/communes").json()["items"]
    assert tuple(row["code"] for row in members) == ask(cpts.members, cpts_id) and len(members) == 34
    outline = gpd.read_file(io.BytesIO(get("/cpts", q="Centre Saône-et-Loire", format="geojson").content))
    assert outline.geometry.iloc[0].equals_exact(dossier.contour, 1e-6) or outline.geometry.iloc[
        0
    ].symmetric_difference(dossier.contour).area == pytest.approx(0, abs=1e-6)


def test_a_perimeter_that_is_not_known_is_no_zero(get):
    body = get("/cpts/cpts-08-portes-luxembourg-sedanais-meusien").json()
    assert body["perimeter"] == "inconnu" and body["population"] is None and body["communes"] is None and body["notes"]


def test_cpts_around_a_place(ask, get):
    rows = get("/cpts", within="departement-08").json()
    around = ask(cpts.around, tuple(catalog.CPTS_STATUS), ["08"])
    assert {row["cpts_id"] for row in rows["items"]} == set(around["cpts_id"]) and rows["completeness"]
