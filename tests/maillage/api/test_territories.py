"""The interface says what the pages say."""

import pytest

from maillage import catalog
from maillage.address.selection import Selection
from maillage.queries import indicators, territories
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import profile as atlas_profile
from maillage.subjects.provenance import figure_trace


@pytest.mark.parametrize(
    "place", [("departement", "08"), ("commune", "08105"), ("region", "44"), ("france", "FR"), ("epci", "200041630")]
)
def test_the_profile_is_the_panel_beside_the_map(ask, get, place):
    level, code = place
    panel = atlas_profile.profile(ask, atlas_map.compose(ask, Selection(level, code), "/geo/"))
    body = get(f"/territories/{level}-{code}/profile").json()
    ours = {(row["indicator"], row["level"], row["code"]): row for row in body["figures"]}
    theirs = {
        (row.indicator, row.level, row.code): row
        for row in panel["figures"].itertuples()
        if row.indicator in panel["indicators"]
    }
    assert set(ours) == set(theirs) and len(ours) > 5
    for key, row in theirs.items():
        mine = ours[key]
        assert mine["value"] == (None if row.value != row.value else pytest.approx(row.value))
        assert (mine["year"], mine["bound"], mine["basis"], mine["source"], mine["as_of"]) == (
            row.year,
            row.bound,
            row.basis,
            row.source,
            row.vintage,
        )
        assert mine["unit"] == catalog.INDICATOR[row.indicator].unit
    counted = {row.type: row.open for row in panel["structures"].itertuples()}
    assert {row["type"]: row["open"] for row in body["structures"]} == counted
    assert [row["cpts_id"] for row in body["cpts"]] == panel["cpts"]["cpts_id"].tolist()
    assert body["member_of"] == [
        dict(zip(("cpts_id", "name", "status"), row, strict=True)) for row in panel["member_of"]
    ]


@pytest.mark.parametrize(
    ("level", "code", "name"),
    [
        ("departement", "08", "densite"),
        ("commune", "08105", "distance_msp"),
        ("france", "FR", "couverture_cpts"),
        ("region", "44", "mortalite_prematuree_0_64"),
    ],
)
def test_a_figure_is_the_page_where_it_comes_from(ask, get, level, code, name):
    page = figure_trace.trace(ask, name, level, code)
    body = get(f"/territories/{level}-{code}/figures/{name}").json()
    assert body["figure"]["value"] == page.value and body["figure"]["reading"] == page.reading
    assert body["figure"]["source"] == page.figure.source and body["figure"]["as_of"] == page.figure.as_of
    assert body["details"] == list(page.details) and body["source"]["sha256"] == page.source["sha256"]
    if page.numerator and page.denominator and name != "evolution_population":
        assert body["factor"] * body["numerator"]["value"] / body["denominator"]["value"] == pytest.approx(page.value)


def test_coverage_follows_the_statuses_asked_for(ask, get):
    some = get("/territories/france-FR/figures/couverture_cpts", statuses="aci_signe").json()["figure"]
    known = ask(indicators.coverage, ("aci_signe",), "france").iloc[0]
    assert some["value"] == pytest.approx(known["value"]) and some["bound"] == known["bound"]
    assert some["value"] < get("/territories/france-FR/figures/couverture_cpts").json()["figure"]["value"]


def test_every_figure_says_all_that_it_is(get):
    for row in get("/territories/departement-08/figures").json()["figures"]:
        assert row["label"] and row["year"] and row["source"] and row["note"] and row["reading"], row
        assert row["bound"] in catalog.BOUNDS and row["basis"] in catalog.BASES


def test_territories_of_a_level_and_within_another(ask, get):
    communes = get("/territories", level="commune", within="departement-08").json()
    assert communes["total"] == 447 and {row["departement_code"] for row in communes["items"]} == {"08"}
    assert get("/territories").json()["total"] == len(ask(territories.every))
    assert get("/territories", level="arrondissement_municipal", within="commune-75056").json()["total"] == 20
    assert get("/territories/commune-75101").json()["level"] == "arrondissement_municipal"


def test_search_is_that_of_the_pages(cursor, get):
    body = get("/search", q="rethel").json()["items"]
    assert [(row["kind"], row["code"]) for row in body] == [row[:2] for row in territories.search(cursor, "rethel")]
