"""A build that comes while a page is being made: one run, its gestures and its downloads are answered by one build."""

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from maillage.warehouse import SCHEMA_VERSION


def script():
    import streamlit as st

    from maillage.screen.frame import ready
    from maillage.screen.questions import ask, edition

    def version(cursor):
        return cursor.execute("SELECT version FROM build").fetchone()[0]

    def contents(cursor):
        return cursor.execute("SELECT mark FROM content").fetchone()[0]

    def gesture():
        st.session_state["gesture"] = ask(version)

    ready()
    first = ask(version)
    between = st.session_state.pop("between", None)
    if between:
        between()
    st.session_state["answers"] = (first, ask(contents), edition().version)
    st.session_state["download"] = edition().read_bytes
    st.button("Geste", on_click=gesture)
    st.button("Rien")


def put(path, version):
    draft = path.with_name("draft.duckdb")
    with duckdb.connect(str(draft)) as connection:
        connection.execute("CREATE TABLE build AS SELECT ? AS version, ? AS schema_version", [version, SCHEMA_VERSION])
        connection.execute("CREATE TABLE content AS SELECT ? AS mark", [version])
    draft.replace(path)
    return path.read_bytes()


@pytest.fixture
def path(other_database, tmp_path, monkeypatch):
    monkeypatch.setenv("MAILLAGE_SECRET", "0")  # the small base has no figure to withhold
    return other_database(tmp_path / "maillage.duckdb")


def test_a_run_keeps_its_build_and_the_next_takes_the_new_one(path):
    first = put(path, "one")
    at = AppTest.from_function(script)
    at.session_state["between"] = lambda: put(path, "two")
    at.run()
    assert not at.exception
    assert at.session_state["answers"] == ("one", "one", "one")
    assert at.session_state["download"]() == first
    at.button[1].click().run()
    assert at.session_state["answers"] == ("two", "two", "two")


def test_a_gesture_is_answered_by_the_build_the_page_was_made_from(path):
    put(path, "one")
    at = AppTest.from_function(script).run()
    put(path, "two")
    at.button[0].click().run()
    assert not at.exception
    assert at.session_state["gesture"] == "one"
    assert at.session_state["answers"] == ("two", "two", "two")


def test_a_build_that_is_no_use_stops_the_next_run_with_a_sentence(path):
    put(path, "one")
    at = AppTest.from_function(script).run()
    path.write_bytes(b"not a database")
    at.button[1].click().run()
    assert not at.exception and "doit la reconstruire" in at.error[0].value
