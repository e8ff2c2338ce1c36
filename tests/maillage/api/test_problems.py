"""Whatever is asked wrongly gets one clear document, in the asker's language, and never a trace."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.api import problems

HOSTILE = ["' OR 1=1 --", "<script>alert(1)</script>", "../../etc/passwd", "\x00", "=cmd()", "🏥" * 50, "%00", "\u202e"]


def document(answer, status):
    """The problem that an answer is."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    body = answer.json()
    assert (
        body["status"] == status
        and body["title"]
        and body["detail"]
        and body["type"].partition("#")[2] in problems.KIND
    )
    assert set(body["translations"]) == set(problems.LANGUAGES)
    assert "Traceback" not in answer.text and "duckdb" not in answer.text.lower()
    return body


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/territories/departement-99", 404),
        ("/territories/galaxy-1", 404),
        ("/territories/08", 400),
        ("/territories/departement-08/figures/nothing", 404),
        ("/territories/departement-08/figures/densite?year=1900", 404),
        ("/territories/departement-08/figures/densite?year=soon", 400),
        ("/territories/departement-08/figures/couverture_cpts?statuses=signed", 400),
        ("/territories?offset=-1", 400),
        ("/territories?limit=0", 400),
        ("/territories?limit=50001", 400),
        ("/territories?offset=99999999999999999999", 400),
        ("/territories?level=planet", 400),
        ("/territories?strange=1", 400),
        ("/territories?format=xml", 400),
        ("/territories?format=geojson", 406),
        ("/search?q=a", 400),
        ("/structures?bbox=-1e9,-1e9,1e9,1e9", 400),
        ("/structures?bbox=nan,nan,nan,nan", 400),
        ("/structures?bbox=5,50,4,49", 400),
        ("/structures?bbox=1,2,3", 400),
        ("/structures?types=HOSPITAL", 400),
        ("/structures?types=", 400),
        ("/structures/nothing", 404),
        ("/cpts/nothing", 404),
        ("/cpts/nothing/communes", 404),
        ("/sources/nothing", 404),
        ("/access?within=departement-08&threshold=1", 400),
        ("/access", 400),
        ("/siting?within=departement-08&sites=500", 400),
        ("/siting?within=departement-08&minutes=100000", 400),
        ("/siting?within=france-FR&least=0", 422),
        ("/collections/nothing/items", 404),
        ("/collections/departement/items/99", 404),
        ("/collections/departement/items?limit=-3", 400),
    ],
)
def test_what_is_asked_wrongly_has_one_document(client, path, status):
    document(client.get(path), status)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_names(client, name):
    assert client.get("/search", params={"q": name}).status_code in (200, 400)
    for path in (
        "/territories/{}",
        "/structures/{}",
        "/cpts/{}",
        "/sources/{}",
        "/indicators/{}",
        "/collections/{}/items/{}",
    ):
        answer = client.get(path.format(*[name.replace("/", "%2F").replace("\x00", "%00")] * 2))
        assert answer.status_code in (400, 404)
        document(answer, answer.status_code)
    body = document(client.get("/territories", params={name: "1"}), 400)
    assert len(body["detail"]) < 400 and "\u202e" not in body["detail"] and "\x00" not in body["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"communes": []}, 400),
        ({"communes": ["08105"] * 35_000}, 400),
        ({"communes": ["' OR 1=1"]}, 400),
        ({"communes": ["08105"], "name": "x" * 81}, 400),
        ({"communes": ["08105"], "statuses": ["signed"]}, 400),
        ({"communes": ["08105"], "more": 1}, 400),
        ({"communes": "08105"}, 400),
        ([], 400),
    ],
)
def test_a_free_set_of_communes_that_is_none(client, body, status):
    document(client.post("/diagnostic", json=body), status)


def test_a_body_that_is_no_json_or_never_ends(client):
    document(client.post("/diagnostic", content=b"{communes", headers={"content-type": "application/json"}), 400)
    document(client.post("/diagnostic", content=b" " * 1_000_001), 413)
    document(client.post("/diagnostic", content=iter([b" " * 300_000] * 5)), 413)
    document(
        client.post(
            "/diagnostic",
            content=b'{"communes": ["08105"], "name": "\\ud800"}',
            headers={"content-type": "application/json"},
        ),
        400,
    )


def test_a_method_that_is_none(client):
    answer = client.delete("/sources")
    document(answer, 405)
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("accepted", "language", "title"),
    [
        ("", "fr", "Inconnu"),
        ("en", "en", "Not found"),
        ("en-GB,en;q=0.9,fr;q=0.5", "en", "Not found"),
        ("fr-FR,en;q=0.8", "fr", "Inconnu"),
        ("de", "fr", "Inconnu"),
        ("en;q=much", "fr", "Inconnu"),
    ],
)
def test_in_the_language_of_the_asker(client, accepted, language, title):
    answer = client.get("/territories/departement-99", headers={"accept-language": accepted})
    assert document(answer, 404)["title"] == title and answer.headers["content-language"] == language


def test_a_commune_of_the_past_says_where_it_went(client, cursor):
    old, new = cursor.execute(
        "SELECT old_code, new_code FROM commune_change WHERE old_code NOT IN (SELECT code FROM territory) LIMIT 1"
    ).fetchone()
    assert f"commune-{new}" in document(client.get(f"/territories/commune-{old}"), 404)["detail"]


def test_errors_of_ours_say_nothing_of_themselves(warehouse, monkeypatch):
    from starlette.testclient import TestClient

    from maillage.api import application
    from maillage.warehouse import Unavailable

    def broken():
        raise ZeroDivisionError("secret")

    client = TestClient(application.interface(broken), raise_server_exceptions=False)
    assert "secret" not in str(document(client.get("/sources"), 500))

    def absent():
        raise Unavailable("La base de données n'existe pas encore.", missing=True)

    answer = TestClient(application.interface(absent)).get("/sources")
    assert (
        document(answer, 503)["detail"] == "La base de données n'existe pas encore." and answer.headers["retry-after"]
    )


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_what_is_said_again_is_short_and_printable(text):
    short = problems.short(text)
    assert len(short) <= problems.SHORT + 1 and short.isprintable()
