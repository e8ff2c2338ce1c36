"""The pages, run without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from maillage.screen import questions, served

ROOT = Path(__file__).parents[2]


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
    """Make the pages look at another database; everything kept of the true one is forgotten, before and after."""

    def look_at(path):
        monkeypatch.setattr(questions, "DATABASE", path)
        forget()
        return path

    yield look_at
    monkeypatch.undo()
    forget()


def forget():
    questions.warehouse.clear()
    served.published.clear()
