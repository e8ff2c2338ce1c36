"""What stands under the location problems: stopping HiGHS, and leaving out what decides nothing."""

from __future__ import annotations

import time
from threading import Event

import highspy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from maillage.methods import solver
from maillage.methods.solver import Watch


def hard(seed: int = 0) -> highspy.Highs:
    """Four hundred things in sixty bags: minutes of work for a proof, milliseconds for a first answer."""
    random = np.random.default_rng(seed)
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", 1)
    columns = np.arange(400, dtype=np.int32)
    highs.addVars(400, np.zeros(400), np.ones(400))
    highs.changeColsCost(400, columns, -random.integers(10, 100, 400).astype(float))
    for _ in range(60):
        highs.addRow(0, 2500.0, 400, columns, random.integers(10, 100, 400).astype(float))
    highs.changeColsIntegrality(400, columns, np.full(400, highspy.HighsVarType.kInteger))
    return highs


def watch(seconds: float, cancel: Event, progress=lambda step: None) -> Watch:
    now = time.monotonic()
    return Watch(now, now + seconds, cancel, progress, best=-1.0)


def test_a_search_can_be_cancelled_in_the_middle_of_a_proof():
    cancel, steps = Event(), []

    def stop(step):
        steps.append(step)
        cancel.set()

    status = watch(600, cancel, stop).run(hard(), bound=lambda value: value, value=lambda value: value)
    assert status == highspy.HighsModelStatus.kInterrupt
    assert len(steps) == 1
    assert np.isfinite(steps[0].bound)


def test_a_page_that_starts_again_while_progress_is_told_ends_the_search():
    class Rerun(BaseException):
        """What Streamlit raises from a widget."""

    def rerun(step):
        raise Rerun

    with pytest.raises(Rerun):
        watch(600, Event(), rerun).run(hard(), bound=lambda value: value)


def test_a_search_stops_with_the_clock():
    assert watch(0.5, Event()).run(hard()) == highspy.HighsModelStatus.kTimeLimit


def test_a_bound_that_is_not_known_yet_is_not_told():
    steps = []
    watch(1, Event(), steps.append).tell(np.inf)
    assert steps == []


@given(arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 10))))
def test_the_rows_kept_are_those_that_contain_no_other(sets):
    rows = [frozenset(np.flatnonzero(row)) for row in sets]
    kept = solver._minimal(sets)
    expected = [i for i, row in enumerate(rows) if not any(other < row for other in rows) and row not in rows[:i]]
    assert kept.tolist() == expected
