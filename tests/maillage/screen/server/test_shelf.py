"""Files that never change come from memory, the same; everything else is asked for each time."""

import pytest
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from maillage.screen.server import shelf
from maillage.screen.server.shelf import Shelf

FOREVER = {"cache-control": "public, immutable, max-age=31536000", "x-kind": "file"}


@pytest.fixture
def asked():
    return []


@pytest.fixture
def client(asked):
    def route(path, answer):
        def count(request):
            asked.append(path)
            return answer(request)

        return Route(path, count, methods=["GET", "POST"])

    async def parts():
        yield b"one "
        yield b"two"

    routes = [
        route("/file.js", lambda request: Response(request.url.query or "file", headers=FOREVER)),
        route("/parts.js", lambda request: StreamingResponse(parts(), headers=FOREVER)),
        route("/changing", lambda request: Response("now", headers={"cache-control": "no-cache"})),
        route("/mine.js", lambda request: Response("mine", headers={**FOREVER, "set-cookie": "who=me"})),
        route("/lost.js", lambda request: Response("no", 404, headers=FOREVER)),
        route("/large.js", lambda request: Response("x" * 101, headers=FOREVER)),
    ]
    return TestClient(Shelf(Starlette(routes=routes)))


@pytest.mark.parametrize(("path", "body"), [("/file.js", "file"), ("/parts.js", "one two"), ("/file.js?2", "2")])
def test_a_file_that_never_changes_is_asked_for_once_and_is_the_same(client, asked, path, body):
    first, second = client.get(path), client.get(path)
    assert first.text == second.text == body and first.headers == second.headers and second.headers["x-kind"] == "file"
    assert len(asked) == 1


@pytest.mark.parametrize("path", ["/changing", "/mine.js", "/lost.js"])
def test_what_may_change_or_is_somebodys_or_is_not_there_is_asked_for_each_time(client, asked, path):
    assert client.get(path).text == client.get(path).text
    assert len(asked) == 2


def test_addresses_and_encodings_are_kept_apart(client, asked):
    assert [client.get(f"/file.js?{n}").text for n in (1, 2, 1)] == ["1", "2", "1"]
    client.get("/file.js?1", headers={"accept-encoding": "identity"})
    assert len(asked) == 3


@pytest.mark.parametrize("header", ["range", "if-none-match", "if-modified-since", "origin"])
def test_who_asks_for_less_than_the_whole_file_is_answered_by_the_application(client, asked, header):
    client.get("/file.js")
    client.get("/file.js", headers={header: "bytes=0-1"})
    client.post("/file.js")
    assert len(asked) == 3


def test_a_large_file_is_not_kept_and_all_together_stay_within_bounds(client, asked, monkeypatch):
    monkeypatch.setattr(shelf, "FILE_BYTES", 100)
    assert client.get("/large.js").text == client.get("/large.js").text and len(asked) == 2
    client.app.kept = shelf.LRUCache(10 * shelf.HEAD_BYTES, getsizeof=client.app.kept.getsizeof)
    for n in range(10, 40):
        client.get(f"/file.js?{n}")
    assert 0 < len(client.app.kept) < 10
