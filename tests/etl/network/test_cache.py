"""What the cache keeps, and what is left of it after the worst moments."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.network.cache import Cache, Fetched
from tests.etl.server import Answer, Server

ROOT = Path(__file__).parents[3]


def put(cache: Cache, content: bytes, source_id: str = "communes", **options) -> Fetched:
    """Store a file as a download does."""
    with cache.draft(source_id) as draft:
        draft.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        options = {"url": "https://example.fr/a.json", "name": "a.json"} | options
        return cache.store(source_id, draft, sha256=sha256, kind="json", **options)


def files(folder: Path) -> set[str]:
    """Names of what is there, the lock aside."""
    return {path.name for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


def is_sound(folder: Path) -> bool:
    """Every object has the content it is named after, and every index opens on one."""
    objects = (folder / "objects").glob("[!.]*")
    named = all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name.split(".")[0] for path in objects)
    indexes = (folder / "sources").glob("[!.]*")
    return named and all(Cache(folder).latest(path.stem) for path in indexes)


@pytest.fixture
def cache(tmp_path) -> Cache:
    return Cache(tmp_path / "raw")


def test_a_new_cache_is_empty_and_writes_nothing(cache, tmp_path):
    assert cache.latest("communes") is cache.good("communes") is cache.good_rows("communes") is None
    cache.prune()
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_named_after_its_content(cache, tmp_path):
    before = datetime.now(UTC).replace(microsecond=0)
    stored = put(cache, b"[1]")
    assert stored.path == tmp_path / "raw" / "objects" / f"{hashlib.sha256(b'[1]').hexdigest()}.json"
    assert stored.path.read_bytes() == b"[1]"
    assert (stored.outcome, stored.url, stored.name) == ("nouveau", "https://example.fr/a.json", "a.json")
    assert before <= stored.retrieved_at <= datetime.now(UTC)
    again = Cache(tmp_path / "raw").latest("communes")
    assert (again.path, again.retrieved_at, again.outcome) == (stored.path, stored.retrieved_at, "inchange")


def test_the_same_content_again_is_no_news(cache):
    put(cache, b"[1]")
    assert put(cache, b"[1]").outcome == "inchange"
    assert put(cache, b"[2]").outcome == "nouveau"
    assert put(cache, b"[1]").outcome == "nouveau"  # the producer went back


def test_latest_and_good_go_their_own_ways(cache):
    first = put(cache, b"[1]")
    cache.accept("communes", first, 34_875)
    second = put(cache, b"[2]")
    assert cache.latest("communes").path == second.path
    assert cache.good("communes").path == first.path
    assert cache.good_rows("communes") == 34_875
    cache.accept("communes", second, 34_876)
    assert (cache.good("communes").path, cache.good_rows("communes")) == (second.path, 34_876)
    assert cache.latest("epci") is None


def test_confirming_refreshes_the_good_file_when_it_is_the_same(cache, tmp_path):
    cache.accept("communes", put(cache, b"[1]"), 1)
    age(tmp_path / "raw", "communes", "2026-01-02T03:04:05+00:00")
    confirmed = cache.confirm("communes", url="https://example.fr/b.json", name="b.json")
    assert confirmed.retrieved_at > datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (cache.latest("communes").name, cache.latest("communes").retrieved_at) == ("b.json", confirmed.retrieved_at)
    assert (cache.good("communes").retrieved_at, cache.good_rows("communes")) == (confirmed.retrieved_at, 1)


def test_confirming_leaves_another_good_file_its_date(cache, tmp_path):
    cache.accept("communes", put(cache, b"[1]"), 1)
    put(cache, b"[2]")
    age(tmp_path / "raw", "communes", "2026-01-02T03:04:05+00:00")
    cache.confirm("communes", url="https://example.fr/a.json", name="a.json")
    assert cache.good("communes").retrieved_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_conditions_are_those_of_the_same_address_and_an_intact_file(cache):
    url = "https://example.fr/a.json"
    stored = put(cache, b"[1]", url=url, etag='"a"', last_modified="Thu, 13 Aug 2026 10:00:00 GMT")
    asked = {"If-None-Match": '"a"', "If-Modified-Since": "Thu, 13 Aug 2026 10:00:00 GMT"}
    assert cache.conditions("communes", url) == asked
    assert cache.conditions("communes", "https://example.fr/b.json") == {}
    stored.path.write_bytes(b"[")
    assert cache.conditions("communes", url) == {}


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"[2")])
def test_a_file_that_is_no_longer_itself_is_not_given(cache, spoil):
    stored = put(cache, b"[1]")
    cache.accept("communes", stored, 1)
    spoil(stored.path)
    assert cache.latest("communes") is cache.good("communes") is None
    assert cache.confirm("communes", url="https://example.fr/a.json", name="a.json") is None
    assert put(cache, b"[1]").path.read_bytes() == b"[1]"
    assert cache.latest("communes").path == stored.path


@pytest.mark.parametrize(
    "index",
    [
        "",
        "{",
        "[]",
        "null",
        '{"latest": 3}',
        '{"latest": {"object": "../../passwd", "url": "", "name": "", "retrieved_at": "2026-01-01T00:00:00+00:00"}}',
        '{"latest": {"object": "a.json", "url": "", "name": "", "retrieved_at": "hier"}}',
        "\0" * 4096,
    ],
)
def test_an_index_that_somebody_spoiled_is_an_empty_one_and_removes_nothing(cache, tmp_path, index):
    stored = put(cache, b"[1]")
    (tmp_path / "raw" / "sources" / "communes.json").write_text(index)
    assert cache.latest("communes") is None
    cache.prune(in_use_s=0)
    assert stored.path.exists()
    assert put(cache, b"[2]").path == cache.latest("communes").path


def test_pruning_keeps_the_latest_and_the_good_of_each_source(cache, tmp_path):
    cache.accept("communes", put(cache, b"[1]"), 1)
    put(cache, b"[2]")
    latest = put(cache, b"[3]")
    other = put(cache, b"[2]", "epci")
    put(cache, b"[4]", "epci")
    cache.accept("epci", other, 1)
    put(cache, b"[5]", "populations")
    put(cache, b"[6]", "populations")
    dead = dead_draft(tmp_path / "raw" / "objects")
    cache.prune(in_use_s=0)
    objects = {path.read_bytes() for path in (tmp_path / "raw" / "objects").iterdir()}
    assert objects == {b"[1]", b"[2]", b"[3]", b"[4]", b"[6]"}
    assert cache.latest("communes").path == latest.path
    assert not dead.exists()


def test_pruning_leaves_what_another_build_was_just_given(cache):
    given = put(cache, b"[1]")
    os.utime(given.path, (0, 0))
    cache.latest("communes")  # given again
    put(cache, b"[2]")
    cache.prune()
    assert given.path.exists()
    os.utime(given.path, (0, 0))
    cache.prune()
    assert not given.path.exists()


def test_a_draft_is_removed_whatever_happens_and_dead_ones_with_it(cache, tmp_path):
    objects = tmp_path / "raw" / "objects"
    with pytest.raises(KeyboardInterrupt), cache.draft("communes") as draft:
        draft.write_bytes(b"half")
        dead = dead_draft(objects)
        with cache.draft("communes") as other:
            assert other != draft and draft.exists() and not dead.exists()
        raise KeyboardInterrupt
    assert files(tmp_path) == set()


def test_many_writers_at_once_leave_a_sound_cache(cache, tmp_path):
    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(30):
            stored = put(Cache(tmp_path / "raw"), json.dumps([chance.randrange(4)] * 1000).encode())
            cache.accept("communes", stored, 1)
            cache.prune(in_use_s=0)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert is_sound(tmp_path / "raw")
    assert cache.latest("communes")
    assert not [name for name in files(tmp_path) if name.startswith(".")]


FETCH_FOREVER = """
import sys
from pathlib import Path
from etl.network.cache import Cache
from etl.network.fetch import fetch
from etl.source import Remote, Source

source = Source("communes", "Communes", "IGN", "https://example.fr", "LO", "2026", remote=Remote(sys.argv[2], "json"))
print("ready", flush=True)
while True:
    cache = Cache(Path(sys.argv[1]))
    cache.accept("communes", fetch(source, cache), 1)
    cache.prune(in_use_s=0)
"""


def test_killed_at_any_moment_the_cache_opens_and_its_files_are_whole(tmp_path):
    """Two processes at once on the same source, both killed: ten times, at random."""
    folder, chance = tmp_path / "raw", random.Random()
    bodies = [json.dumps([letter * 2_000_000]).encode() for letter in "abcdef"]
    with Server() as server:
        url = server.serve(
            "/communes.json", lambda request: Answer(chance.choice(bodies), chunked=chance.random() < 0.5)
        )
        for _ in range(5):
            command = [sys.executable, "-c", FETCH_FOREVER, str(folder), url]
            running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(2)]
            for process in running:
                assert process.stdout.readline() == b"ready\n"
            for process in running:
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(chance.uniform(0, 0.3))
                process.kill()
                process.communicate()
            assert is_sound(folder)
    assert len(server.requests) > 10
    cache = Cache(folder)
    latest = cache.latest("communes")
    assert latest.path.read_bytes() in bodies
    cache.accept("communes", latest, 1)
    cache.prune(in_use_s=0)
    assert files(folder) == {"communes.json", latest.path.name}


def age(folder: Path, source_id: str, date: str) -> None:
    """Make as if what is kept had been retrieved then."""
    path = folder / "sources" / f"{source_id}.json"
    index = json.loads(path.read_text())
    path.write_text(json.dumps({key: entry | {"retrieved_at": date} for key, entry in index.items()}))


def dead_draft(folder: Path) -> Path:
    """What a process killed during a download leaves."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    path = folder / f".communes-0123abcd.{process.pid}"
    path.write_bytes(b"half")
    return path
