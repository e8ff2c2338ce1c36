"""The whole base by ranges, and what is withheld is not in it."""

import urllib.error
import urllib.request

import duckdb
import pytest
from starlette.testclient import TestClient

from maillage.api import whole
from maillage.api.application import interface
from maillage.subjects import secrecy
from tests.fabricated import FEW, MORTALITY, with_fewer_rows

FILE = "/maillage.duckdb"


def attached(path):
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{path}' AS atlas (READ_ONLY)")
    return connection


def test_a_range_is_that_part_of_the_file(client, database):
    size = database.stat().st_size
    part = client.get(FILE, headers={"range": "bytes=4096-8191"})
    assert part.status_code == 206 and part.headers["content-range"] == f"bytes 4096-8191/{size}"
    with database.open("rb") as file:
        file.seek(4096)
        assert part.content == file.read(4096)
    assert part.headers["etag"] and "gzip" not in part.headers.get("content-encoding", "")
    assert client.get(FILE, headers={"range": f"bytes={size}-"}).status_code == 416


@pytest.mark.parametrize("path", [FILE, "/territories/departement-08", "/nowhere"])
def test_a_head_is_that_of_the_answer_without_its_body(served, path):
    """What clients ask first: DuckDB's extension, links checkers, caches."""

    def asked(method):
        try:
            with urllib.request.urlopen(urllib.request.Request(f"{served}{path}", method=method)) as answer:
                return answer.status, answer.headers["content-type"], answer.headers["content-length"], answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["content-type"], error.headers["content-length"], error.read()

    head, whole_answer = asked("HEAD"), asked("GET")
    assert head[:3] == whole_answer[:3] and head[3] == b"" and len(whole_answer[3]) == int(head[2])


def test_a_base_put_together_from_ranges_is_attached(served, tmp_path, warehouse):
    """What DuckDB's extension does, by hand: it may be absent from this machine."""
    path, step, at, size = tmp_path / "a.duckdb", 16 * 1024 * 1024, 0, None
    with path.open("wb") as file:
        while size is None or at < size:
            asked = urllib.request.Request(f"{served}{FILE}", headers={"Range": f"bytes={at}-{at + step - 1}"})
            with urllib.request.urlopen(asked) as answer:
                size = int(answer.headers["content-range"].rpartition("/")[2])
                at += file.write(answer.read())
    assert attached(path).execute("SELECT version FROM atlas.build").fetchone() == (warehouse.version,)


def test_duckdb_attaches_it_by_its_address(served, warehouse):
    connection = duckdb.connect()
    try:
        connection.execute("LOAD httpfs")
    except duckdb.Error:
        pytest.skip("DuckDB's httpfs is not installed on this machine")
    connection.execute(f"ATTACH '{served}{FILE}' AS atlas (READ_ONLY)")
    assert connection.execute("SELECT version FROM atlas.build").fetchone() == (warehouse.version,)


@pytest.fixture
def veiled(counted, tmp_path):
    """The base with secrets, short: it is written again."""
    return secrecy.warehouse(with_fewer_rows(counted, tmp_path / "short.duckdb"), 11).edition()


def test_what_is_withheld_is_not_in_the_file(veiled, tmp_path):
    client = TestClient(interface(lambda: veiled))
    path = tmp_path / "a.duckdb"
    path.write_bytes(client.get(FILE).content)
    few = sorted(code for code, deaths in FEW.items() if deaths)
    rows = (
        attached(path)
        .execute(
            "SELECT DISTINCT value, events, basis FROM atlas.indicator_value WHERE indicator = ? AND level = 'departement' AND code IN (SELECT unnest(?))",
            [MORTALITY, few],
        )
        .fetchall()
    )
    assert rows == [(None, None, "withheld")]
    assert whole.file(veiled) == whole.file(veiled)  # written once a build
