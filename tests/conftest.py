"""What the tests of the atlas share: the database that `make data` built, read only."""

import functools
import gc
from pathlib import Path

import pytest
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner

from maillage.warehouse import Warehouse

ROOT = Path(__file__).parents[1]
DATABASE = ROOT / "data" / "maillage.duckdb"

# A shared machine may pause; what is tested is the answer.
settings.register_profile("maillage", deadline=None)
settings.load_profile("maillage")

# A page that is tried reads the metadata of every installed package anew, half of its time; they do not change meanwhile.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)


def pytest_collection_finish() -> None:
    """Some 5,000 collected tests live to the end: they are not looked through at each collection of garbage."""
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


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
