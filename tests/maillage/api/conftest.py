"""The interface over the built database, without a server; over one with secrets; over one whose lists are partial."""

import pytest
from starlette.testclient import TestClient

from maillage.api.application import interface
from maillage.subjects import secrecy
from tests.fabricated import with_partial_lists


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
