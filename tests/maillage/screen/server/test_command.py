"""The atlas served by its own command: what it refuses to begin with, and one true process that is asked and stopped."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from maillage.screen import questions
from maillage.screen.server import command as server
from maillage.screen.server import journal
from tests.bench.drive import serving
from tests.bench.load.crowd import map_views, visit

ROOT = Path(__file__).parents[4]


@pytest.fixture
def refusal(capsys):
    """What the command says and answers when it refuses to begin: (the one line, the status of the process)."""

    def run(*options):
        with pytest.raises(SystemExit) as end:
            server.main(list(map(str, options)))
        out, err = capsys.readouterr()
        return sentence(out, err), end.value.code

    return run


def sentence(out: str, err: str) -> str:
    """The one line of a refusal."""
    assert out == "" and "Traceback" not in err
    (line,) = [line for line in err.splitlines() if not line.startswith("{")]
    assert line[0].isupper() or line.startswith(("--", "MAILLAGE"))
    return line


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--prot", "8502"), "--prot"),
        (("--port", "eight"), "eight"),
        (("--port", "70000"), "70000"),
        (("--base", "a b"), "chemin"),
        (("--base", "../x"), "chemin"),
    ],
)
def test_an_option_that_means_nothing_is_said(refusal, options, word):
    line, status = refusal(*options)
    assert status == 2 and word in line


def test_a_setting_that_does_not_exist_is_said(refusal, monkeypatch):
    monkeypatch.setenv("MAILLAGE_SECRTE", "5")
    line, status = refusal()
    assert status == 2 and "MAILLAGE_SECRTE" in line


def test_a_missing_base_is_said(refusal, monkeypatch, tmp_path):
    monkeypatch.setattr(questions, "DATABASE", tmp_path / "none.duckdb")
    monkeypatch.setattr(questions, "warehouse", questions.warehouse.__wrapped__)
    monkeypatch.setattr(journal, "install", lambda: None)  # it would take the loggers of the tests
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert refusal("--port", port) == ("La base de données n'existe pas encore.", 1)


def test_a_port_that_is_taken_is_said_by_the_process():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        command = [sys.executable, "serve.py", "--port", str(other.getsockname()[1])]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "déjà pris" in sentence(done.stdout, done.stderr)


@pytest.fixture(scope="module")
def served(database, tmp_path_factory):
    """The address of an atlas that said it was ready, and its process."""
    log = tmp_path_factory.mktemp("served") / "log"
    with serving(ROOT / "serve.py", log) as server:
        yield server.url, server.process, log


def fetch(address: str):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.headers, answer.read().decode()


def test_it_is_alive_and_ready_and_names_no_program(served):
    url, _, log = served
    assert fetch(f"{url}/health")[1] == "vivant" and fetch(f"{url}/ready")[1] == "prêt"
    headers, _ = fetch(url)
    assert "server" not in headers and "script-src 'self'" in headers["content-security-policy"]
    assert '"event": "ready"' in log.read_text() and '"ecarts et_si"' in log.read_text()


def test_other_programs_and_assistants_are_answered_beside_the_pages(served):
    from mcp import Client  # a third of a second, of every worker that collects these tests

    url, _, _ = served
    headers, body = fetch(f"{url}/api/v1/territories/departement-08")
    assert json.loads(body)["name"] == "Ardennes" and headers["etag"] and headers["x-content-type-options"] == "nosniff"
    assert "conformance" in fetch(f"{url}/api/v1")[1]  # as GIS write it
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(f"{url}/api/v1/territories/departement-99")
    assert refused.value.code == 404 and json.load(refused.value)["type"] == "/api/v1/problems#unknown"

    async def ask():
        async with Client(f"{url}/api/v1/mcp") as client:
            return await client.call_tool("find_territory", {"name": "Ardennes"})

    assert asyncio.run(ask()).structured_content["found"][0]["territory"] == "departement-08"


def test_visitors_are_served_counted_and_not_named(served):
    url, process, log = served
    answer, journal = visit(url, map_views()[:5], visitors=2, seconds=2, pids=[process.pid], think=0.5)
    assert answer.errors == () and len(journal.runs) >= 2
    counted = dict(line.rsplit(" ", 1) for line in fetch(f"{url}/metrics")[1].splitlines() if not line.startswith("#"))
    assert float(counted["maillage_run_seconds_count"]) == len(journal.runs)
    assert float(counted["process_resident_memory_bytes"]) > 50_000_000
    assert any(name.startswith('maillage_build{version="2') and number == "1.0" for name, number in counted.items())
    assert "127.0.0.1:" not in log.read_text().replace(url.removeprefix("http://"), "")


def test_a_page_of_another_site_is_not_listened_to(served):
    url, _, _ = served
    stream = f"{url.replace('http', 'ws')}/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused:
        connect(stream, origin="http://elsewhere.example", subprotocols=["streamlit"], proxy=None).close()
    assert refused.value.response.status_code == 403
    connect(stream, origin=url, subprotocols=["streamlit"], proxy=None).close()


def test_it_stops_when_asked(served):
    """Last: what was served is over."""
    _, process, log = served
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) in (0, -signal.SIGTERM)
    assert '"event": "stopping"' in log.read_text() and "Traceback" not in log.read_text()


def test_an_answer_does_not_wait_for_its_head_to_be_acknowledged():
    """asyncio turns TCP_NODELAY on for sockets that say their protocol; some 40 ms an answer otherwise."""

    async def accepted() -> int:
        seen = asyncio.get_running_loop().create_future()

        def connected(_, writer):
            seen.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(connected, sock=door):
            _, writer = await asyncio.open_connection(*door.getsockname())
            writer.close()
            return await seen

    with server.listening("127.0.0.1", 0) as door:
        assert asyncio.run(accepted())
