"""Access, white zones, siting: against the page « Écarts », and where lists are partial."""

import pytest

from maillage.address.gaps import GapsChoices
from maillage.address.selection import Selection
from maillage.catalog.siting import COVER
from maillage.methods.solver import solve
from maillage.subjects.gaps import access as gap_access
from maillage.subjects.gaps import territory as gap_territory
from maillage.subjects.gaps import whatif, white


def ground(ask, level, code):
    return gap_territory.ground(ask, Selection(level, code))


@pytest.mark.parametrize("measure", ["minutes", "km", "indice"])
def test_access_is_that_of_the_page(ask, get, measure):
    here = ground(ask, "departement", "08")
    page = gap_access.compose(ask, here, GapsChoices(types=("MSP",), measure=measure))
    body = get("/access", within="departement-08", types="MSP", measure=measure).json()
    ours = {row["code"]: row["value"] for row in body["items"]}
    theirs = page.table[here.inside].set_index("code")["value"]
    assert {code: value for code, value in ours.items() if value is not None} == pytest.approx(
        theirs.dropna().to_dict(), abs=1e-4
    )
    assert body["notes"] == page.notes and body["unit"] == page.indicator.unit
    first = body["items"][0]
    assert (first["basis"], first["bound"]) == (
        ("estimated", "about") if measure == "minutes" else ("computed", body["bound"])
    )


def test_where_lists_are_partial_a_distance_is_a_most_and_the_counts_are_said(partial_client):
    body = partial_client.get("/access", params={"within": "departement-08", "measure": "km"}).json()
    assert body["bound"] == "at_most" and {row["bound"] for row in body["items"] if row["known"]} == {"at_most"}
    assert body["completeness"] == {"MSP": "12\u00a0MSP recensées sur 22 publiées fin 2023."}
    assert any("12\u00a0MSP recensées sur 22 publiées" in note for note in body["notes"])


def test_where_nobody_looked_there_is_no_number(partial_client):
    answer = partial_client.get("/access", params={"within": "departement-35"})
    assert answer.status_code == 422 and "56\u00a0MSP publiées fin 2023" in answer.json()["detail"]
    assert partial_client.get("/siting", params={"within": "departement-35"}).status_code == 422


def test_white_zones_are_those_of_the_page(ask, get):
    page = white.compose(ask, ground(ask, "departement", "71"))
    body = get("/white-zones", within="departement-71").json()
    assert {row["code"]: row["status"] for row in body["items"]} == page.table.set_index("code")["status"].to_dict()
    assert body["population"] == {status: page.people(status) for status in white.STATES}
    assert [zone["name"] for zone in body["zones"]] == [zone.name for zone in page.zones] and body[
        "notes"
    ] == page.notes
    assert sum(body["communes"].values()) == body["total"]


def test_without_a_status_there_is_no_question(client):
    assert client.get("/white-zones", params={"within": "departement-71", "statuses": ""}).status_code == 400


def test_siting_is_that_of_the_page(ask, get):
    question = whatif.ask_for(ask, ground(ask, "departement", "08"), GapsChoices(kind="MSP", sites=2, threshold=15))
    best = solve(question.problem, COVER)
    body = get("/siting", within="departement-08", sites=2, minutes=15).json()
    assert len(body["sites"]) == 2 and body["objective"] >= best.objective * 0.98
    assert body["objective"] >= body["objective_before"] and body["status"] in ("optimal", "plus_peuplees")
    assert body["completeness"]["MSP"] and body["basis"] == "estimated" and body["notes"]


def test_long_computations_wait_for_a_turn(client, monkeypatch):
    from threading import BoundedSemaphore

    from maillage.api import reading

    taken = BoundedSemaphore(1)
    taken.acquire()
    monkeypatch.setattr(reading, "TURNS", taken)
    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0.1)
    answer = client.get("/siting", params={"within": "departement-08"})
    assert (
        answer.status_code == 503 and answer.headers["retry-after"] == "5" and answer.json()["type"].endswith("#busy")
    )
    assert client.get("/territories/departement-08").status_code == 200
