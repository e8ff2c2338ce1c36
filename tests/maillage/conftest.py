"""A database in which a source brings deaths behind its rates: fabricated, for no such source is embedded."""

import pytest

from maillage.subjects import secrecy
from maillage.subjects.territory import print_frame, territory
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


@pytest.fixture(scope="session")
def veiled(counted):
    """The same as the atlas reads it: figures with few deaths behind them, and what would give them, are withheld."""
    return Warehouse(counted, lambda ask: secrecy.veil(ask, 11)).edition()


WHOLE, PARTIAL, UNKNOWN = (
    "cpts-71-centre-saone-et-loire",
    "cpts-62-artois-lys",
    "cpts-08-portes-luxembourg-sedanais-meusien",
)


@pytest.fixture(scope="session")
def of(ask):
    """A function from a CPTS to (its dossier, what surrounds it)."""
    kept = {}

    def tell(cpts_id):
        if cpts_id not in kept:
            dossier = territory.of_cpts(ask, cpts_id)
            kept[cpts_id] = dossier, print_frame.around(ask, dossier)
        return kept[cpts_id]

    return tell


@pytest.fixture(scope="session")
def whole(of):
    return of(WHOLE)


@pytest.fixture(scope="session")
def partial(of):
    return of(PARTIAL)


@pytest.fixture(scope="session")
def unknown(of):
    return of(UNKNOWN)
