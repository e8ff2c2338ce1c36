import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from maillage.screen.server.headers import HEADERS, SecurityHeaders, inline_scripts


@pytest.fixture(scope="module")
def client():
    async def page(_):
        return PlainTextResponse("page", headers={"X-Content-Type-Options": "sniff"})

    async def missing(_):
        return PlainTextResponse("nothing", 404)

    app = Starlette(routes=[Route("/app/static/nothing.js", missing), Route("/{rest:path}", page)])
    return TestClient(SecurityHeaders(app, scripts=["go()"], leaflet=True))


def policy(answer) -> dict[str, list[str]]:
    """Directive → what it allows."""
    return {name: allowed for name, *allowed in map(str.split, answer.headers["content-security-policy"].split(";"))}


def test_every_answer_carries_them(client):
    for path in ("/", "/ecarts", "/component/streamlit_folium.st_folium/index.html", "/nothing"):
        assert HEADERS.items() <= {name: client.get(path).headers[name] for name in HEADERS}.items()


@pytest.mark.parametrize(
    ("address", "lasts"),
    [
        ("/app/static/page.css?0123abcd", True),
        ("/atlas/app/static/leaflet/leaflet.js?0123abcd", True),
        ("/app/static/geo/20261129-014536-4cb9f084/communes-08.json.gz", True),
        ("/app/static/page.css", False),
        ("/app/static/nothing.js?0123abcd", False),  # 404
        ("/carte?0123abcd", False),
    ],
)
def test_what_says_its_content_in_its_address_is_kept(client, address, lasts):
    assert ("immutable" in client.get(address).headers.get("cache-control", "")) == lasts


def test_a_page_runs_no_inline_script_but_those_it_names(client):
    scripts = policy(client.get("/"))["script-src"]
    # The digest of « go() », by another program: printf 'go()' | openssl dgst -sha256 -binary | base64
    assert "'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='" in scripts
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "blob:"} & set(scripts)


def test_only_the_map_evaluates_and_asks_the_tiles(client):
    page, frame = policy(client.get("/")), policy(client.get("/atlas/component/streamlit_folium.st_folium/index.html"))
    assert "'unsafe-eval'" in frame["script-src"] and "https://data.geopf.fr" in frame["img-src"]
    assert not any("geopf" in allowed for values in page.values() for allowed in values)
    assert not any("jsdelivr" in allowed for values in frame.values() for allowed in values)


def test_leaflet_is_asked_elsewhere_only_where_it_is_not_installed():
    frame = SecurityHeaders(None, scripts=[], leaflet=False).policy({"path": "/component/x/index.html"})
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval' https://cdn.jsdelivr.net" in frame


@pytest.mark.parametrize(
    ("address", "framed"),
    [
        ("/", "'self'"),
        ("/?embed=true&territoire=departement-08", "*"),
        ("/?embed=false", "'self'"),
        ("/?x=embed=true", "'self'"),
    ],
)
def test_only_what_is_made_to_be_embedded_is(client, address, framed):
    assert policy(client.get(address))["frame-ancestors"] == [framed]


def test_the_operator_says_which_sites_embed():
    headers = SecurityHeaders(None, scripts=[], leaflet=True, frames="'self' https://www.exemple.fr")
    embedded = headers.policy({"path": "/carte", "query_string": b"embed=true"})
    assert embedded.endswith("frame-ancestors 'self' https://www.exemple.fr")
    assert headers.policy({"path": "/carte"}).endswith("frame-ancestors 'self'")
    # the map is a frame of the view that the other site frames
    assert headers.policy({"path": "/component/x"}).endswith("frame-ancestors 'self' https://www.exemple.fr")


def test_inline_scripts_are_those_without_a_source():
    page = "<script>\n a()\n</script><script src=x></script><script type='module' src=y></script><script>b()</script>"
    assert inline_scripts(page) == ["\n a()\n", "b()"]
