"""Two states of knowledge: the build's own lists, and lists that are not whole."""

import pytest

from maillage.warehouse import Warehouse
from tests.fabricated import with_partial_lists


@pytest.fixture(scope="session")
def partial_lists(database, tmp_path_factory):
    """A copy of the database whose lists of MSP and CDS are not whole; `tests.fabricated` says which."""
    return Warehouse(with_partial_lists(database, tmp_path_factory.mktemp("partial") / "maillage.duckdb"))


@pytest.fixture(scope="session")
def ask_partial(partial_lists):
    edition = partial_lists.edition()
    yield edition.ask
