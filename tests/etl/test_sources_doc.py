"""The document that says what was tried of each live source names them all, once, and tests that exist."""

from __future__ import annotations

import re

from etl import build as builder
from etl import doctor
from etl.__main__ import REMOTE

ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (builder.ROOT / "docs" / "sources_en_direct.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| `")
]


def test_every_source_of_the_network_has_its_line():
    named = [name for source, *_ in ROWS for name in re.findall(r"`(\w+)`", source)]
    assert sorted(named) == sorted([*(module.SOURCE.source_id for module in REMOTE), doctor.ADDRESSES])


def test_each_line_says_what_was_tried_what_was_not_and_where_it_is_held():
    for _, tried, untried, test in ROWS:
        assert tried and untried
        assert (builder.ROOT / "tests" / "etl" / test).is_file(), test
