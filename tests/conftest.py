"""What the tests of the atlas share: the database that `make data` built, read only."""

from pathlib import Path

import pytest
from hypothesis import settings

from maillage.warehouse import Warehouse

ROOT = Path(__file__).parents[1]
DATABASE = ROOT / "data" / "maillage.duckdb"

# A shared machine may pause; what is tested is the answer.
settings.register_profile("maillage", deadline=None)
settings.load_profile("maillage")


@pytest.fixture(scope="session")
def database() -> Path:
    """The built database; the tests that need it fail with one sentence when it is absent."""
    if not DATABASE.exists():
        pytest.fail("data/maillage.duckdb is absent: run `make data` (or `make test`, which builds it).", pytrace=False)
    return DATABASE


@pytest.fixture(scope="session")
def warehouse(database) -> Warehouse:
    return Warehouse(database)


@pytest.fixture
def cursor(warehouse):
    return warehouse.cursor()


@pytest.fixture(scope="session")
def ask(warehouse):
    """The answers of the build, kept for one session of tests."""
    return warehouse.edition().ask
