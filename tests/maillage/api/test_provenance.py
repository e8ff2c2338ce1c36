"""Lists, sources, and free sets of communes; what is withheld stays so, and no two questions give it."""

import pytest

from maillage.queries import access, provenance
from maillage.subjects.territory import territory
from tests.fabricated import FEW, MORTALITY

COMMUNES = ["71153", "71306"]


def test_completeness_is_the_inventory(ask, get):
    rows = get("/completeness", subjects="MSP,CPTS").json()["items"]
    known = ask(access.inventories, ("MSP", "CPTS"))
    assert [(row["subject"], row["departement_code"], row["extent"], row["listed"]) for row in rows] == list(
        known[["subject", "departement_code", "extent", "listed"]].itertuples(index=False, name=None)
    )
    assert all(row["sentence"] for row in rows) and all(row["as_of"] for row in rows if row["extent"] == "complet")


def test_12_listed_of_22_published(partial_client):
    (row,) = partial_client.get("/completeness", params={"within": "departement-08", "subjects": "MSP"}).json()["items"]
    assert (
        row["sentence"] == "12\u00a0MSP recensées sur 22 publiées fin 2023." and row["published_as_of"] == "2023-12-31"
    )
    (row,) = partial_client.get("/completeness", params={"within": "departement-35", "subjects": "MSP"}).json()["items"]
    assert row["sentence"].startswith("56\u00a0MSP publiées fin 2023") and not row["usable"]


def test_sources_are_all_there(ask, get):
    rows = get("/sources").json()["items"]
    assert len(rows) == len(ask(provenance.sources)) and all(
        row["licence"] for row in rows if row["outcome"] != "absente"
    )
    assert get("/sources/geographie").json()["title"]


def test_a_free_set_of_communes_is_a_draft_of_the_page(ask, client):
    page = territory.dossier(ask, COMMUNES, name="Essai")
    body = client.post("/diagnostic", json={"communes": [*COMMUNES, COMMUNES[0]], "name": "Essai"}).json()
    assert body["population"] == page.population and body["communes"] == list(page.codes) and body["size"] == "T1"
    ours = {row["indicator"]: row["figure"] for row in body["figures"]}
    for line in page.figures:
        mine = ours[line.indicator]
        assert (mine is None) == (line.own is None)
        if mine:
            assert (
                mine["value"] == line.own.value and mine["source"] and mine["as_of"] and mine["bound"] == line.own.bound
            )
    assert body["notes"] == list(page.notes) and body["checks"] and body["sources"]
    outline = client.post("/diagnostic", params={"format": "geojson"}, json={"communes": COMMUNES}).json()
    assert (
        outline["geometry"]["type"] in ("Polygon", "MultiPolygon")
        and outline["properties"]["population"] == page.population
    )


def test_codes_without_a_commune_are_told(client):
    body = client.post("/diagnostic", json={"communes": ["71153", "71999"]}).json()
    assert body["communes"] == ["71153"] and any("71999" in note for note in body["notes"])


# -- secrecy ------------------------------------------------------------------------------------------------------------


def values(client, **query):
    return {row["code"]: row for row in client.get(f"/indicators/{MORTALITY}/values", params=query).json()["items"]}


@pytest.mark.parametrize("level", ["departement", "region", "france"])
def test_what_is_withheld_on_screen_is_withheld_here(veiled_client, veiled, level):
    hidden = (
        veiled.cursor()
        .execute(
            "SELECT code FROM indicator_value WHERE indicator = ? AND level = ? AND basis = 'withheld'",
            [MORTALITY, level],
        )
        .fetchall()
    )
    rows = values(veiled_client, level=level)
    assert {code for code, row in rows.items() if row["basis"] == "withheld"} == {code for (code,) in hidden} & set(
        rows
    )
    for row in rows.values():
        if row["basis"] == "withheld":
            assert row["value"] is row["low"] is row["high"] is None


def test_a_withheld_figure_is_ns_by_every_route(veiled_client):
    lines = [
        veiled_client.get(f"/territories/departement-48/figures/{MORTALITY}").json()["figure"],
        next(
            row
            for row in veiled_client.get("/territories/departement-48/figures").json()["figures"]
            if row["indicator"] == MORTALITY
        ),
        next(
            row
            for row in veiled_client.get("/territories/departement-48/profile").json()["figures"]
            if (row["indicator"], row["code"]) == (MORTALITY, "48")
        ),
        next(
            row["figure"]
            for row in veiled_client.post("/diagnostic", json={"communes": ["48095"]}).json()["figures"]
            if row["indicator"] == MORTALITY
        ),
    ]
    for row in lines:
        assert (
            row["value"] is row["low"] is row["high"] is None
            and row["basis"] == "withheld"
            and row["reading"].startswith("NS")
        )
    trace = veiled_client.get(f"/territories/departement-48/figures/{MORTALITY}").json()
    assert trace["numerator"] is trace["denominator"] is None
    text = veiled_client.get(f"/indicators/{MORTALITY}/values", params={"format": "csv"}).text
    (line,) = [line for line in text.splitlines() if line.startswith("departement;48;")]
    assert ";;;" in line and "withheld" in line
    assert veiled_client.get(f"/territories/departement-05/figures/{MORTALITY}").json()["figure"]["value"] == 0


def test_no_difference_of_answers_gives_a_withheld_figure(veiled_client):
    """Of each region with a secret inside, either the region or another of its départements is withheld too; and a free set
    that holds a withheld département has no figure, alone or with any other."""
    rows, regions = values(veiled_client), values(veiled_client, level="region")
    secret = {code for code, deaths in FEW.items() if deaths}
    for code in secret:
        region = rows[code]["region_code"]
        others = [
            other
            for other, row in rows.items()
            if row["region_code"] == region and other != code and row["basis"] == "withheld"
        ]
        assert others or region not in regions or regions[region]["basis"] == "withheld"
    for communes in (["48095"], ["48095", "12145"], ["48095", "30189"], ["2A004", "2B033"], ["2A004", "13201"]):
        body = veiled_client.post("/diagnostic", json={"communes": communes}).json()
        (line,) = [row for row in body["figures"] if row["indicator"] == MORTALITY]
        assert line["figure"]["value"] is None and line["figure"]["basis"] == "withheld"
