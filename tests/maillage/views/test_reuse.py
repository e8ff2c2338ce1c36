"""The examples of « Réutiliser » are run as they are written, against the interface."""

import json
import re
import subprocess
import sys
from pathlib import Path
from shlex import split

import httpx2
import pytest

from maillage import settings
from maillage.api.application import PATH
from maillage.views import reuse, sharing
from tests.maillage.api.conftest import *  # noqa: F403

DOCS = Path(__file__).parents[3] / "docs" / "reutiliser.md"
USES = {use.file: use for use in reuse.USES}


def code(name: str, served: str) -> str:
    """An example, for the interface that is served here."""
    return USES[name].code(served.removesuffix(PATH))


def test_each_command_is_answered(served):
    commands = [split(line) for line in code("curl.sh", served).splitlines() if not line.startswith("#")]
    assert len(commands) == 5
    for command in commands:
        body = command[command.index("--json") + 1] if "--json" in command else None
        answer = (
            httpx2.post(command[-1], json=json.loads(body), timeout=60) if body else httpx2.get(command[-1], timeout=60)
        )
        assert answer.status_code == 200 and len(answer.content) > 500, command


def test_the_python_of_the_page_runs(served):
    done = subprocess.run(
        [sys.executable, "-c", code("python.txt", served)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "Ain" in done.stdout and "hab./km²" in done.stdout


def test_the_addresses_of_the_r_recipe_are_answered(served):
    """R is not run here: what it reads is."""
    text = code("r.R", served)
    base = re.search(r'atlas <- "(.*)"', text)[1]
    for path in re.findall(r'paste0\(atlas, "(.*?)"', text):
        assert httpx2.get(base + path).status_code == 200
    assert httpx2.get(f"{base}/indicators/densite/values?format=csv").text.startswith("\ufefflevel;code;")


def test_the_sql_of_the_page_reads_the_base(served, database):
    import duckdb

    text = code("duckdb.sql", served)
    address = re.search(r"ATTACH '(.*?)'", text)[1]
    assert httpx2.get(address, headers={"Range": "bytes=0-7"}).status_code == 206
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{database}' AS atlas (READ_ONLY)")
    assert len(connection.execute(text[text.index("SELECT") :]).fetchall()) == 5


def test_the_assistant_is_led_to_its_address():
    (server,) = json.loads(USES["assistant.json"].code("https://a.fr"))["mcpServers"].values()
    assert server["url"] == f"https://a.fr{PATH}/mcp"


def test_the_frame_is_what_partager_gives():
    query = {"territoire": "departement-08", "indicateur": "densite"}
    written = sharing.embed(f"{reuse.EXAMPLE}/carte", query, "Densité de population dans les Ardennes", "carte")
    address = re.compile(r'src="(.*?)"')
    parts = lambda frame: sorted(re.split(r"[?&]|&amp;", address.search(frame)[1].replace("&amp;", "&")))  # noqa: E731
    assert parts(USES["iframe.html"].code()) == parts(written)
    assert settings.frames({})[0] == "*"


@pytest.mark.parametrize(
    ("page", "root"),
    [
        ("https://a.fr/reutiliser", "https://a.fr"),
        ("https://a.fr/atlas/reutiliser", "https://a.fr/atlas"),
        ("http://127.0.0.1:8501/", "http://127.0.0.1:8501"),
        ("", reuse.EXAMPLE),
    ],
)
def test_examples_are_of_the_atlas_that_is_read(page, root):
    assert reuse.root(page) == root


def test_the_document_has_the_same_examples():
    text = DOCS.read_text(encoding="utf-8")
    assert [use.file for use in reuse.USES if use.code() not in text] == []
