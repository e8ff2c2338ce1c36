"""Valhalla and IGN behind the interface of OSRM's: what they reply, what they refuse, how fast they are asked."""

from __future__ import annotations

import time

import pytest

from etl.network import isochrones
from etl.network import router as routers
from etl.network.engines import Router
from tests.etl.engines import Ign, Valhalla, answered, error
from tests.etl.network.test_router import PLACES, QUICK, SITES, WANTED, expected
from tests.etl.osrm import crow
from tests.etl.server import Answer, Fault, patience


def ask(server, engine, tmp_path, wanted=None, settings=QUICK, **options):
    router = Router(server.address, engine, **{"per_second": 10_000} | options)
    return routers.ask(router, wanted or WANTED, PLACES, SITES, tmp_path / engine, settings)


# -- Valhalla -------------------------------------------------------------------------------------------------------


@pytest.fixture(params=[False, True], ids=["verbose", "brief"])
def valhalla(request):
    with Valhalla(brief=request.param) as server:
        yield server


@pytest.mark.parametrize("pairs", [7, 10_000])
def test_valhalla_gives_every_pair_its_minutes(valhalla, tmp_path, pairs):
    answers, trouble = ask(valhalla, "valhalla", tmp_path, pairs=pairs)
    assert trouble == ""
    for place, wished in WANTED.items():
        for site in wished:
            assert answers[place, site].minutes == pytest.approx(expected(place, site), abs=1e-3)


def test_valhalla_with_a_smaller_table_is_asked_for_less(tmp_path):
    with Valhalla(limit=3) as server:
        answers, trouble = ask(server, "valhalla", tmp_path)
    assert trouble == "" and len(answers) >= sum(map(len, WANTED.values()))


def test_a_place_without_a_road_near_spoils_no_other_in_valhalla(valhalla, tmp_path):
    valhalla.lost = {(round(PLACES["08007"][0], 5), PLACES["08007"][1])}
    answers, trouble = ask(valhalla, "valhalla", tmp_path)
    assert trouble == ""
    assert [answers["08007", site].minutes for site in WANTED["08007"]] == [None] * 3
    assert answers["08008", "s0"].minutes == pytest.approx(expected("08008", "s0"), abs=1e-3)


def test_no_path_is_an_answer_of_valhalla(valhalla, tmp_path):
    valhalla.seconds = lambda source, target: None if target == SITES["s1"] else crow(source, target)
    answers, trouble = ask(valhalla, "valhalla", tmp_path)
    assert trouble == "" and answers["08003", "s1"].minutes is None and answers["08003", "s0"].minutes


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Answer(status=500), "500"),
        (Answer(b" " * 100, fault=Fault.RESET, after=10), "injoignable"),
        (Answer(b"<html>bonjour</html>"), "ne répond pas comme Valhalla"),
        (answered({"code": "Ok", "durations": []}), "ne répond pas comme Valhalla"),
        (error(125, "No costing method found"), "125"),
        (error(106, "Try any of", 404), "404"),
        (answered({"sources_to_targets": [[{"time": 1}]]}), "forme"),
        (answered({"sources_to_targets": [[{}] * 3] * 15}), "forme"),
        (answered({"sources_to_targets": [[{"time": "soon"}] * 3] * 15}), "forme"),
        (answered({"sources_to_targets": {"durations": None}}), "forme"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_valhalla_that_fails_is_a_sentence_and_no_figure(valhalla, tmp_path, fault, words):
    valhalla.faults = [fault] * 50
    answers, trouble = ask(
        valhalla, "valhalla", tmp_path, wanted={f"08{rank:03}": ["s0", "s1", "s2"] for rank in range(15)}
    )
    if "{}" in words or answers:
        assert all(answer.minutes is None for answer in answers.values())
    else:
        assert words in trouble and len(valhalla.requests) <= 1 + QUICK.retries


def test_valhalla_is_not_asked_twice(valhalla, tmp_path):
    first, _ = ask(valhalla, "valhalla", tmp_path)
    before = len(valhalla.requests)
    assert ask(valhalla, "valhalla", tmp_path)[0] == first and len(valhalla.requests) == before


# -- IGN ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ign():
    with Ign() as server:
        yield server


FAR = {place: ["s0", "s5"] for place in PLACES}


@pytest.fixture
def slow(ign):
    """Degrees worth ten minutes a tenth: places stand within several thresholds."""
    reply = ign.reply

    def slower(request):
        head, _, tail = request.path.partition("costValue=")
        seconds, _, rest = tail.partition("&")
        request.path = f"{head}costValue={float(seconds) / 60}&{rest}"
        return reply(request)

    ign.reply = slower
    return ign


def test_minutes_are_those_of_the_first_isochrone_that_holds_the_place(slow, tmp_path):
    answers, trouble = ask(slow, "ign", tmp_path, FAR)
    assert trouble == ""
    seen = set()
    for place, wished in FAR.items():
        for site in wished:
            minutes = crow(PLACES[place], SITES[site])  # a hundred a degree
            enough = [threshold for threshold in isochrones.THRESHOLDS if minutes <= threshold]
            assert (answers[place, site].minutes if (place, site) in answers else None) == next(iter(enough), None)
            seen.add(next(iter(enough), None))
    assert len(seen) > 3 and None in seen  # Calais is beyond them all


def test_a_site_is_asked_no_farther_than_it_must(ign, tmp_path):
    answers, _ = ask(ign, "ign", tmp_path)
    assert len(answers) == sum(map(len, WANTED.values()))
    assert len(ign.requests) == len(SITES)  # five minutes hold everybody


def test_isochrones_are_kept_one_by_one_and_an_interrupted_run_resumes(slow, tmp_path):
    answered = slow._answer
    slow._answer = lambda request: answered(request) if len(slow.requests) < 3 else Answer(status=404)
    partial, trouble = ask(slow, "ign", tmp_path, FAR)
    assert "404" in trouble and len(partial) > 0
    slow._answer = answered
    slow.requests.clear()
    whole, trouble = ask(slow, "ign", tmp_path, FAR)
    assert trouble == "" and partial.items() <= whole.items()
    assert len({request.path for request in slow.requests}) == len(slow.requests) <= 2 * len(isochrones.THRESHOLDS) - 3
    slow.requests.clear()
    assert ask(slow, "ign", tmp_path, FAR)[0] == whole and not slow.requests


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"day": "2026-01-01", "geometry": {"type": "Point", "coordinates": [1, 2]}}']
)
def test_a_damaged_isochrone_is_asked_again(ign, tmp_path, content):
    first, _ = ask(ign, "ign", tmp_path)
    for path in (tmp_path / "ign").rglob("*.json"):
        path.write_bytes(content)
    assert ask(ign, "ign", tmp_path) == (first, "")


def test_a_site_without_a_road_near_is_told_and_spoils_no_other(ign, tmp_path):
    ign.lost = {(round(SITES["s1"][0], 5), SITES["s1"][1])}
    answers, trouble = ask(ign, "ign", tmp_path)
    assert "1 site" in trouble
    assert {site for _, site in answers} == set(SITES) - {"s1"}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Answer(status=500), "500"),
        (Answer(status=403), "403"),
        (Answer(b"<html>bonjour</html>"), "ne répond pas comme IGN"),
        (
            answered({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}}),
            "ne répond pas comme IGN",
        ),
        (answered({"geometry": "POLYGON((0 0,1 1,1 0,0 0))"}), "ne répond pas comme IGN"),
        (answered({"wkt": "x"}), "ne répond pas comme IGN"),
        (Answer(fault=Fault.MUTE), "injoignable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_ign_that_fails_is_a_sentence_and_no_figure(ign, tmp_path, fault, words):
    ign.faults = [fault] * 50
    answers, trouble = ask(ign, "ign", tmp_path, settings=patience(QUICK, fault.fault))
    assert answers == {} and words in trouble
    assert len(ign.requests) <= 1 + QUICK.retries


# -- how fast -------------------------------------------------------------------------------------------------------


def test_a_router_is_not_asked_faster_than_it_bears(ign, tmp_path):
    begun = time.monotonic()
    ask(ign, "ign", tmp_path, per_second=20)
    assert time.monotonic() - begun >= (len(SITES) - 1) / 20


def test_ign_is_asked_four_times_a_second_when_nothing_is_set(ign, tmp_path, monkeypatch):
    waits = []
    monkeypatch.setattr("etl.network.engines.time.sleep", waits.append)
    ask(ign, "ign", tmp_path, per_second=0)
    assert len(waits) == len(SITES) - 1 and all(wait <= len(SITES) / 4 for wait in waits) and max(waits) > 0.15
