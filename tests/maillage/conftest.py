"""A database in which a source brings deaths behind its rates: fabricated, for no such source is embedded."""

import pytest

from maillage.warehouse import Warehouse
from tests.fabricated import with_events


@pytest.fixture(scope="session")
def counted(database, tmp_path_factory):
    """A copy of the database with the deaths behind the premature mortality of five years; `tests.fabricated` says which."""
    return with_events(database, tmp_path_factory.mktemp("counted") / "maillage.duckdb")


@pytest.fixture(scope="session")
def ask_counted(counted):
    edition = Warehouse(counted).edition()
    yield edition.ask
