"""A process of its own for each: Streamlit has one runtime a process."""

import gc
import subprocess
import sys
import textwrap
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from maillage.screen.frame import MENU
from maillage.screen.server.rehearsal import CPTS, OPENINGS, TERRITORY, Opening, request, settle

ROOT = Path(__file__).parents[4]
PROGRAM = """
import asyncio, sys
import streamlit as st
from streamlit.runtime import get_instance
from maillage.screen.server import rehearsal

rehearsal.PATIENCE_SECONDS = 3

async def main():
    app = st.App(sys.argv[1])
    async with app.lifespan()(app):
        places = {"territoire": "departement-08"}
        openings = rehearsal.Opening(""), rehearsal.Opening("second", "territoire", (("volet", "acces"),)), rehearsal.Opening("")
        for one in await rehearsal.compose(get_instance(), places, openings):
            print(one.opening.title, *sorted(one.kinds))

asyncio.run(main())
"""


@pytest.fixture
def rehearse(tmp_path):
    """What composing these two pages writes: (standard output, last line of the standard error)."""

    def run(second: str):
        (tmp_path / "pages").mkdir()
        (tmp_path / "first.py").write_text("import streamlit as st\nst.write('one')\n")
        (tmp_path / "pages" / "second.py").write_text(textwrap.dedent(second))
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / "first.py")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        return [line for line in done.stdout.split("\n") if not line.startswith("WARNING")], (
            done.stderr.splitlines() or [""]
        )[-1]

    return run


def test_each_page_is_run_where_a_visitor_would_be(rehearse):
    page = """
        import streamlit as st
        print("query", dict(st.query_params))
        st.selectbox("which", ["this one"])
        st.markdown("words")
        if "again" not in st.session_state:
            st.session_state["again"] = True
            st.rerun()
        print("to the end")
    """
    out, _ = rehearse(page)
    query = "query {'territoire': 'departement-08', 'volet': 'acces'}"
    ran = [line for line in out if line.startswith(("query", "to the end"))]
    assert ran == [query, query, "to the end"]
    # What was sent once comes again as a hash: the first page is of the same elements the second time.
    assert [line for line in out if line and line not in ran] == [
        "accueil markdown",
        "second acces markdown selectbox",
        "accueil markdown",
    ]


def test_a_page_that_fails_is_said(rehearse):
    out, last = rehearse("raise ValueError('a broken page')")
    assert last.startswith("RuntimeError: La page « second acces » échoue (") and "carte second acces" not in out


def test_a_page_that_never_ends_is_not_waited_for(rehearse):
    _, last = rehearse("import time\ntime.sleep(6)")
    assert last == "RuntimeError: La page « second acces » ne s'est pas composée en 3 s."


def test_a_page_is_asked_for_as_its_address_says():
    places = {TERRITORY: "departement-08", CPTS: "one"}
    first = request(Opening(""), "", places).rerun_script
    assert first.query_string == "" and first.page_script_hash == ""
    other = request(Opening("ecarts", TERRITORY, (("volet", "et_si"),)), "hash", places).rerun_script
    assert parse_qs(other.query_string) == {"territoire": ["departement-08"], "volet": ["et_si"]}
    assert (other.page_name, other.page_script_hash) == ("ecarts", "hash")
    assert parse_qs(Opening("cpts", CPTS).query(places)) == {"cpts": ["one"]}
    assert Opening("cpts", CPTS).query({}) == ""


def test_every_page_of_the_menu_is_rehearsed():
    pages = {Path(page).stem for page, _, _ in MENU}
    assert pages <= {opening.name for opening in OPENINGS}


def test_the_collector_works_from_the_first_visitor_on(monkeypatch):
    done = []
    monkeypatch.setattr(gc, "collect", lambda: done.append("collect"))
    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))
    gc.disable()
    try:
        settle()
        assert done == ["collect", "freeze"] and gc.isenabled()
    finally:
        gc.enable()
