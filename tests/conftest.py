"""What the tests of the atlas share: the database that `make data` built, read only."""

import functools
import gc
from pathlib import Path

import pytest
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner
from xdist.scheduler import LoadScopeScheduling

from maillage.warehouse import Warehouse

ROOT = Path(__file__).parents[1]
DATABASE = ROOT / "data" / "maillage.duckdb"

gc.disable()  # while tests are collected: what is imported stays
# The same draws everywhere, whatever time they take: a run that fails tells of a change. `--hypothesis-profile=others` draws others.
settings.register_profile("others", deadline=None)
settings.load_profile("ci")

# A page that is tried reads the metadata of every installed package anew, half of its time; they do not change meanwhile.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)


class Lanes(LoadScopeScheduling):
    """Whole files, in their order, each to one worker, which builds what its tests share once; one worker has all the browser's.

    A browser mostly waits: with one worker more than cores, the others use the time. Files that take long come first by name.
    The mark `xdist_group` would not do: with pytest 9.2, xdist 3.8 takes it and spreads the group all the same.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "tests/browser" if file.startswith("tests/browser/") else file


def pytest_make_parametrize_id(val, argname) -> str | None:
    """Bytes are named by their argument: an archive has the hour in it, and workers must collect the same names."""
    return argname if isinstance(val, bytes) else None


def pytest_xdist_make_scheduler(config, log) -> Lanes:
    config.option.loadscopereorder = False  # a file of many tests is not a long one
    return Lanes(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's first; then the files beside this one, some of which take long: at the end, two workers would wait for one."""
    items.sort(
        key=lambda item: (not item.nodeid.startswith("tests/browser/"), item.nodeid.partition("::")[0].count("/") > 1)
    )


def pytest_collection_finish() -> None:
    """Some 7,000 collected tests live to the end: they are not looked through at each collection of garbage.

    Nor is what was just made: tests make much that lives as long as they do, and the default looks through it every 700 objects.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


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
