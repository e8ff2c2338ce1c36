"""Streamlit's page with our style at its head; everything else as it was."""

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from maillage.screen.server.shell import Shell

PAGE = "<html><head><title>é</title></head><body></head></body></html>"
WANTED = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def client():
    async def page(request):
        assert "if-none-match" not in request.headers or request.headers["accept"] == "*/*"
        return HTMLResponse(PAGE, headers={"ETag": '"1"', "Last-Modified": "Sun, 29 Nov 2026 01:45:04 GMT"})

    async def script(_):
        return PlainTextResponse("</head>", media_type="text/javascript")

    return TestClient(
        Shell(
            Starlette(routes=[Route("/a.js", script), Route("/{rest:path}", page)]),
            "12345678",
            lambda path, query: f'<link rel="prefetch" href="./{path}{query}">',
        )
    )


@pytest.mark.parametrize("encoding", ["gzip, br", "identity"])
def test_a_page_comes_whole_with_its_style_whatever_the_browser_remembers(client, encoding):
    answer = client.get("/carte", headers={**WANTED, "accept-encoding": encoding, "if-none-match": '"1"'})
    head = answer.text[: answer.text.index("</head>")]
    sheet = '<link rel="stylesheet" href="./app/static/page.css?12345678">'
    assert sheet not in head and f"<body>{sheet}" in answer.text
    assert '<script defer src="./app/static/page.js?12345678"></script>' in head
    assert '<link rel="prefetch" href=".//carte">' in head
    assert answer.text.count("<style>") == 1 and answer.text.startswith("<html><head><title>é</title>")
    assert "etag" not in answer.headers and "last-modified" not in answer.headers
    assert ("content-encoding" in answer.headers) == ("gzip" in encoding)


@pytest.mark.parametrize(
    ("path", "accept"), [("/a.js", "text/html"), ("/carte", "*/*"), ("/component/map/index.html", "text/html")]
)
def test_what_is_no_page_of_ours_is_left(client, path, accept):
    answer = client.get(path, headers={"accept": accept})
    assert "<style>" not in answer.text and len(answer.content) in (len("</head>"), len(PAGE.encode()))
