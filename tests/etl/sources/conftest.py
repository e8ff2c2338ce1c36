"""The whole map of France in memory, and what loads need to know: each test writes in a transaction, and is forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etl import build as builder
from tests.etl import resolved
from tests.etl.published import france


@pytest.fixture(scope="session")
def whole_france(tmp_path_factory):
    """With a data/ of its own, where no answer of the address base is kept from a live build."""
    data = tmp_path_factory.mktemp("data")
    for name in ("snapshot", "reference"):
        (data / name).symlink_to(builder.ROOT / "data" / name, target_is_directory=True)
    with france(data=data) as opened:
        yield opened


@pytest.fixture
def ground(whole_france):
    """(connection, read): `read(module, fetched=…, …)` loads a source as a build would, without its safety net."""
    connection, inputs = whole_france

    def read(module, **changes):
        source = module.SOURCE
        connection.execute(
            "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, NULL, 'x', 0, NULL)",
            [source.source_id, source.title, source.producer, source.page, source.licence, source.vintage],
        )
        return resolved.load(connection, module, replace(inputs, **changes))

    connection.execute("BEGIN")
    yield connection, read
    connection.execute("ROLLBACK")
