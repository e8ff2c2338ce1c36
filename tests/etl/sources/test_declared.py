"""What sources declare of themselves: the order of a build, and who is believed, follow from it."""

from __future__ import annotations

import pytest

from etl import build as builder
from etl.resolve.precedence import CURATED, FIGURES, LOCAL, REGISTER
from etl.sources import SOURCES

GIVEN = {module.SOURCE.source_id: module.SOURCE for module in SOURCES}


@pytest.mark.parametrize("source", GIVEN.values(), ids=GIVEN)
def test_a_source_writes_one_subject_and_reads_others_of_it(source):
    assert source.writes in builder.SUBJECTS
    assert {GIVEN[other].writes for other in source.reads} <= {source.writes}


@pytest.mark.parametrize("source", GIVEN.values(), ids=GIVEN)
def test_what_is_weighed_beside_others_says_what_it_is_worth(source):
    weighed = source.writes in ("site", "cpts") and source.source_id != "finess_activites"  # places, counted by number
    tiers = FIGURES[:-1] if source.writes == "figure" else (LOCAL, REGISTER, CURATED) if weighed else ("",)
    assert source.tier in tiers


def test_every_source_is_read_after_those_that_it_reads():
    for subject in builder.SUBJECTS:
        order = [module.SOURCE for module in builder.in_order([m for m in SOURCES if subject == m.SOURCE.writes])]
        for rank, source in enumerate(order):
            assert set(source.reads) <= {other.source_id for other in order[:rank]}
