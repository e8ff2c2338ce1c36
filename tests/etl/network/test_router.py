"""The router: its set-up, its protocol on loopback, its failures, and a run that is interrupted then resumed."""

import json
from pathlib import Path

import pytest

from etl.network import router as routers
from etl.network.download import Settings
from etl.network.router import Router, configured
from etl.source import BuildError
from tests.etl.osrm import Osrm, answers, crow
from tests.etl.server import Answer, Fault, patience

QUICK = Settings(connect_s=20, read_s=20, retries=1, backoff_s=0.01, backoff_most_s=0.02, wait_most_s=0.05)
PLACES = {f"08{rank:03}": (4.0 + rank / 100, 49.5) for rank in range(30)} | {"62001": (2.5, 50.4)}
SITES = {f"s{rank}": (4.05 + rank / 20, 49.6) for rank in range(6)}
WANTED = {place: ["s0", "s1", "s2"] if place < "08015" else ["s3", "s4", "s5"] for place in PLACES}


@pytest.fixture
def osrm():
    with Osrm() as server:
        yield server


def asked(osrm, tmp_path, wanted=None, settings=QUICK, **options):
    router = Router(osrm.address, **options)
    return routers.ask(router, wanted or WANTED, PLACES, SITES, tmp_path / "osrm", settings)


def expected(place, site):
    return crow(PLACES[place], SITES[site]) / 60


# -- the protocol ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pairs", [1, 7, 40, 10_000])
def test_every_pair_wanted_has_its_minutes(osrm, tmp_path, pairs):
    trips, trouble = asked(osrm, tmp_path, pairs=pairs)
    assert trouble == ""
    for place, sites in WANTED.items():
        for site in sites:
            assert trips[place, site].minutes == pytest.approx(expected(place, site), abs=1e-3)
    if pairs == 10_000:
        assert len(osrm.requests) == 2  # one a département
    for sources, targets in routers.batches(Router("http://x", pairs=pairs), WANTED):
        assert len(sources) == 1 or len(sources) * len(targets) <= pairs


def test_an_address_is_never_endless():
    wanted = {f"{rank:05}": [f"s{(rank + i) % 500}" for i in range(8)] for rank in range(2000)}
    seen = []
    for sources, targets in routers.batches(Router("http://x"), wanted):
        assert len(sources) + len(targets) <= routers.MOST_POINTS
        seen += sources
        assert all(set(wanted[place]) <= set(targets) for place in sources)
    assert seen == sorted(wanted)


def test_one_site_more_asks_its_département_again_and_no_other(osrm, tmp_path):
    asked(osrm, tmp_path)
    before = len(osrm.requests)
    asked(osrm, tmp_path, WANTED | {"62001": ["s0", "s4"]})
    assert len(osrm.requests) == before + 1


def test_a_router_with_a_smaller_table_is_asked_for_less(tmp_path):
    with Osrm(limit=3) as osrm:
        trips, trouble = asked(osrm, tmp_path)
    assert trouble == "" and len(trips) >= sum(map(len, WANTED.values()))
    assert trips["08003", "s1"].minutes == pytest.approx(expected("08003", "s1"), abs=1e-3)


def test_no_road_is_an_answer(osrm, tmp_path):
    osrm.seconds = lambda source, target: None if target == SITES["s1"] else crow(source, target)
    trips, trouble = asked(osrm, tmp_path)
    assert trouble == ""
    assert trips["08003", "s1"].minutes is None and trips["08003", "s0"].minutes is not None


def test_a_place_without_a_road_near_spoils_no_other(osrm, tmp_path):
    osrm.lost = {(round(PLACES["08007"][0], 5), PLACES["08007"][1])}
    trips, trouble = asked(osrm, tmp_path)
    assert trouble == ""
    assert [trips["08007", site].minutes for site in WANTED["08007"]] == [None] * 3
    assert trips["08008", "s0"].minutes == pytest.approx(expected("08008", "s0"), abs=1e-3)


# -- failures -------------------------------------------------------------------------------------------------------


def test_a_passing_failure_is_tried_again(osrm, tmp_path):
    osrm.faults = [Answer(status=503)]
    trips, trouble = asked(osrm, tmp_path)
    assert trouble == "" and ("62001", "s3") in trips


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Answer(status=500), "500"),
        (Answer(status=404), "404"),
        (Answer(b" " * 100, fault=Fault.RESET, after=10), "injoignable"),
        (Answer(b" " * 100, fault=Fault.CUT, after=10), "injoignable"),
        (Answer(fault=Fault.MUTE), "injoignable"),
        (Answer(fault=Fault.STALL, length=100), "ne répond pas à temps"),
        (Answer(b"<html>bonjour</html>"), "ne répond pas comme OSRM"),
        (Answer(b'{"code": "Ok"'), "ne répond pas comme OSRM"),
        (Answer(b"[]"), "ne répond pas comme OSRM"),
        (answers("InvalidUrl", status=400), "InvalidUrl"),
        (answers("Ok"), "forme"),
        (answers("Ok", durations=[[1.0]]), "forme"),
        (answers("Ok", durations=[["soon"] * 3] * 15), "forme"),
        (answers("Ok", durations=[[-1] * 3] * 15), "forme"),
        (answers("Ok", durations=[[True] * 3] * 15), "forme"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_router_that_fails_is_a_sentence_and_no_figure(osrm, tmp_path, fault, words):
    osrm.faults = [fault] * 50
    trips, trouble = asked(osrm, tmp_path, settings=patience(QUICK, fault.fault))
    assert trips == {}
    assert words in trouble
    assert len(osrm.requests) <= 1 + QUICK.retries  # it is left alone


def test_nobody_at_this_address(tmp_path):
    trips, trouble = routers.ask(Router("http://127.0.0.1:9"), WANTED, PLACES, SITES, tmp_path, QUICK)
    assert trips == {} and "injoignable" in trouble


# -- what was answered is kept --------------------------------------------------------------------------------------


def test_nothing_is_asked_twice(osrm, tmp_path):
    first, _ = asked(osrm, tmp_path)
    before = len(osrm.requests)
    second, _ = asked(osrm, tmp_path)
    assert second == first and len(osrm.requests) == before


def test_an_interrupted_run_resumes(osrm, tmp_path):
    whole = len(list(routers.batches(Router("http://x", pairs=21), WANTED)))
    answered = osrm._answer
    osrm._answer = lambda request: answered(request) if len(osrm.requests) < 3 else Answer(status=404)
    partial, trouble = asked(osrm, tmp_path, pairs=21)
    assert trouble and 0 < len({place for place, _ in partial}) < len(WANTED)  # what was answered stands
    osrm._answer = answered
    osrm.requests.clear()
    trips, trouble = asked(osrm, tmp_path, pairs=21)
    assert trouble == "" and {place for place, _ in trips} == set(WANTED)
    assert partial.items() <= trips.items()
    assert len(osrm.requests) == whole - 3  # only the rest is asked


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"day": "hier", "durations": []}', b"\x00\xff", b'{"day":"2026-01-01","durations":[[1]]}']
)
def test_a_damaged_answer_is_asked_again(osrm, tmp_path, content):
    first, _ = asked(osrm, tmp_path)
    for path in (tmp_path / "osrm").rglob("*.json"):
        path.write_bytes(content)
    again, trouble = asked(osrm, tmp_path)
    assert trouble == "" and again == first


def test_two_routers_do_not_mix(osrm, tmp_path):
    asked(osrm, tmp_path)
    osrm.profile = "bike"
    osrm.seconds = lambda source, target: 60.0
    trips, _ = asked(osrm, tmp_path, profile="bike")
    assert trips["08003", "s1"].minutes == 1.0


def test_a_disk_that_refuses_keeps_nothing_and_loses_no_answer(osrm, tmp_path):
    (tmp_path / "osrm").write_text("a file where a folder should be")
    trips, trouble = asked(osrm, tmp_path)
    assert trouble == "" and len(trips) >= 93


# -- the set-up -----------------------------------------------------------------------------------------------------


def put(folder, content):
    (folder / "local").mkdir(parents=True, exist_ok=True)
    (folder / "local" / "router.toml").write_text(content, encoding="utf-8")


def test_no_set_up_is_no_router(tmp_path):
    assert configured(tmp_path, {}) is None
    assert configured(tmp_path, {"MAILLAGE_ROUTER": " "}) is None


def test_the_model_is_understood(tmp_path):
    model = Path(routers.__file__).parents[2] / "docs" / "modeles" / "router.toml"
    put(tmp_path, model.read_text(encoding="utf-8"))
    assert configured(tmp_path, {}) == Router("http://127.0.0.1:5000")


def test_the_environment_gives_the_address(tmp_path):
    put(tmp_path, 'address = "http://127.0.0.1:5000"\nnearest = 3')
    assert configured(tmp_path, {"MAILLAGE_ROUTER": "http://osrm.test"}) == Router("http://osrm.test", nearest=3)


@pytest.mark.parametrize(
    "content",
    [
        "address = ",
        "nearest = 3",
        'address = "osrm.test:5000"',
        'address = "ftp://osrm.test"',
        'address = "http://"',
        "address = 5",
        'address = "http://a"\nnearest = 0',
        'address = "http://a"\nnearest = "8"',
        'address = "http://a"\npairs = 0',
        'address = "http://a"\nprofile = "a/../b"',
        'address = "http://a"\nvitesse = 50',
        'address = "http://a"\nengine = "google"',
        'address = "http://a"\nengine = 5',
        'address = "http://a"\nper_second = -1',
        'engine = "valhalla"',
    ],
)
def test_a_set_up_that_is_not_understood_stops_the_build_with_a_sentence(tmp_path, content):
    put(tmp_path, content)
    with pytest.raises(BuildError) as answers:
        configured(tmp_path, {})
    assert "router.toml" in str(answers.value) and str(answers.value).endswith(".")


def test_ign_needs_no_address(tmp_path):
    put(tmp_path, 'engine = "ign"')
    router = configured(tmp_path, {})
    assert router == Router("https://data.geopf.fr/navigation", "ign")
    assert router.name == "IGN, isochrones (minutes au palier au-dessus), data.geopf.fr/navigation/car"


def test_valhalla_is_set_up(tmp_path):
    put(tmp_path, 'engine = "valhalla"\naddress = "http://127.0.0.1:8002"\nper_second = 2.5')
    router = configured(tmp_path, {})
    assert (router.per_second, router.name) == (2.5, "Valhalla, 127.0.0.1:8002/auto")


def test_a_password_is_not_signed():
    assert Router("https://me:secret@osrm.test:8443/v/").name == "OSRM, osrm.test:8443/v/driving"


def test_what_is_kept_says_its_day(osrm, tmp_path):
    asked(osrm, tmp_path)
    for path in (tmp_path / "osrm").rglob("*.json"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"day": "2026-01-31"}))
    trips, _ = asked(osrm, tmp_path)
    assert {answer.day for answer in trips.values()} == {"2026-01-31"}
