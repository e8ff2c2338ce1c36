"""The crowd of `make load`, small: visitors open, change view, come back after a server dies, and errors are counted."""

import random

import pytest

from tests.bench.drive import PLAIN, serving
from tests.bench.load.crowd import DEPARTEMENTS, MIX, TABS, View, empty_views, map_views, mixed_views, visit
from tests.bench.load.memory import marks


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """An application whose page « broken » fails, and the others do not."""
    folder = tmp_path_factory.mktemp("application")
    (folder / "page.py").write_text("import streamlit as st\nst.write(st.query_params.to_dict())\n")
    (folder / "pages").mkdir()
    (folder / "pages" / "broken.py").write_text("raise ValueError('a broken page')\n")
    (folder / "pages" / "other.py").write_text("import streamlit as st\nst.write('other')\n")
    with serving(folder / "page.py", folder / "log", *PLAIN, "--client.showErrorDetails", "full") as server:
        yield server


def test_a_small_crowd_is_served_and_measured(server):
    answer, journal = visit(server.url, empty_views(), visitors=3, seconds=3, pids=[server.process.pid], think=0.4)
    assert answer.errors == () and answer.runs == len(journal.runs) >= 6
    assert 0 < answer.p50 <= answer.p95 <= answer.p99 < 5 and answer.processor_ms > 0 and answer.memory_mb > 20


def test_a_page_that_fails_is_an_error(server):
    answer, _ = visit(server.url, [View("broken", ())], visitors=1, seconds=1.5, think=0.3)
    assert answer.errors and "a broken page" in answer.errors[0]


def test_a_page_asked_for_twice_is_that_page_twice(server):
    answer, _ = visit(server.url, [View("other", ())], visitors=1, seconds=2, think=0.1)
    assert answer.runs >= 2 and answer.errors == ()


def test_nobody_there_is_an_error_and_not_a_hang(monkeypatch):
    monkeypatch.setattr("tests.bench.load.visitor.PATIENCE_SECONDS", 1.0)
    answer, journal = visit("http://127.0.0.1:9", [View("", ())], visitors=1, seconds=3, think=0.2)
    assert journal.runs == [] and answer.errors == ("no way back: ConnectionRefusedError",)


@pytest.mark.parametrize("views", [map_views(), mixed_views()])
def test_views_are_those_of_the_atlas(views):
    assert {dict(view.query).get("territoire", "") for view in views} - {""} == {
        f"departement-{c}" for c in DEPARTEMENTS
    }
    assert {view.page for view in views} <= {"", *MIX}
    tabs = [dict(view.query)["volet"] for view in views if view.page == "ecarts"]
    assert sorted(tabs) == sorted(TABS * (len(tabs) // len(TABS))), "each tab as often as the others"
    assert random.Random(1).choice(views) == random.Random(1).choice(views)


def test_the_memory_curve_is_read_at_each_thousand_runs():
    curve = [(0, 500.0), (400, 510.0), (1010, 560.0), (1900, 561.0), (2005, 562.0), (2400, 563.0)]
    assert marks(curve) == [(0, 500.0), (1010, 560.0), (2005, 562.0), (2400, 563.0)]
    assert marks(curve[:2]) == [(0, 500.0), (400, 510.0)]
