"""The pages, run without a browser."""

import functools
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from maillage.screen import questions, served

ROOT = Path(__file__).parents[2]
WAREHOUSE = questions.warehouse.__wrapped__

# A page is compiled once, as by a server, and its end is waited for: AppTest compiles it at each run, and asks every millisecond.
app_test.ScriptCache = functools.cache(ScriptCache)
asking = local_script_runner.require_widgets_deltas


def ended(runner, timeout: float = 3) -> None:
    runner._script_thread.join(timeout)
    asking(runner, min(timeout, 0.1))


local_script_runner.require_widgets_deltas = ended


@pytest.fixture(scope="session")
def open_page(database):
    """Run a page at an address, and refuse any exception."""

    def run(page="app.py", query=None, **state):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        if page != "app.py":
            at.switch_page(page)
        at.query_params.update(query or {})
        for key, value in state.items():
            at.session_state[key] = value
        return settled(at.run())

    return run


def settled(at):
    assert not at.exception, at.exception[0].message
    return at


@pytest.fixture
def fragments():
    """The HTML of a page, fragment by fragment, without its style."""
    return lambda at: [element.value for element in at.get("html")]


@pytest.fixture
def other_database(monkeypatch):
    """Make the pages look at another database; what is kept of the true one stays for the tests that follow."""

    def look_at(path):
        monkeypatch.setattr(questions, "DATABASE", path)
        monkeypatch.setattr(questions, "warehouse", lambda: opened(path))
        monkeypatch.setattr(served, "published", functools.cache(served.published.__wrapped__))
        return path

    return look_at


@functools.lru_cache(maxsize=1)
def opened(path):
    """What pages keep of the other database, for the tests that look at the same one in a row."""
    return WAREHOUSE()
