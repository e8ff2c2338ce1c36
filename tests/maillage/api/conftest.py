"""The interface over the built database, without a server; over one with secrets; over one whose lists are partial."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from maillage.api.application import PATH, interface
from maillage.subjects import secrecy
from tests.fabricated import with_partial_lists

ROOT = Path(__file__).parents[3]
PROGRAM = """
import gc, sys
gc.disable()  # nearly all that comes with modules stays
from pathlib import Path
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from maillage.api.application import PATH, interface
from maillage.warehouse import Warehouse
gc.enable()
app = Starlette(routes=[Mount(PATH, interface(Warehouse(Path(sys.argv[2])).edition))])
uvicorn.run(app, fd=int(sys.argv[1]), log_level="error", lifespan="off")
"""


@pytest.fixture(scope="session")
def client(warehouse):
    with TestClient(interface(warehouse.edition)) as client:
        yield client


@pytest.fixture(scope="session")
def veiled_client(veiled):
    with TestClient(interface(lambda: veiled)) as client:
        yield client


@pytest.fixture(scope="session")
def partial_edition(database, tmp_path_factory):
    path = with_partial_lists(database, tmp_path_factory.mktemp("partial") / "maillage.duckdb")
    return secrecy.warehouse(path, 11).edition()


@pytest.fixture(scope="session")
def partial_client(partial_edition):
    with TestClient(interface(lambda: partial_edition)) as client:
        yield client


@pytest.fixture(scope="session")
def get(client):
    """A function from an address to what it answers, which must be well."""

    def ask(path, **query):
        answer = client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer

    return ask


@pytest.fixture(scope="session")
def served(database):
    """The address of the interface on a true door of this machine, under its path, in a process of its own: GDAL lets no other
    thread run while it waits."""
    door = socket.create_server(("127.0.0.1", 0))
    command = [sys.executable, "-c", PROGRAM, str(door.fileno()), str(database)]
    with subprocess.Popen(command, cwd=ROOT, pass_fds=[door.fileno()]) as process:
        yield f"http://127.0.0.1:{door.getsockname()[1]}{PATH}"
        process.terminate()
    door.close()
