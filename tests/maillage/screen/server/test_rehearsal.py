"""A process of their own: Streamlit has one runtime a process."""

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
from maillage.screen.server.rehearsal import Opening

rehearsal.PATIENCE_SECONDS = 3

async def main():
    app = st.App(sys.argv[1])
    async with app.lifespan()(app):
        for name in sys.argv[2:]:
            print("composing", name)
            openings = Opening(""), Opening(name, "territoire", (("volet", "acces"),)), Opening("")
            try:
                for one in await rehearsal.compose(get_instance(), {"territoire": "departement-08"}, openings):
                    print(one.opening.title, *sorted(one.kinds))
            except RuntimeError as error:
                print(error)

asyncio.run(main())
"""
PAGES = {
    "second": """
        import streamlit as st
        print("query", dict(st.query_params))
        st.selectbox("which", ["this one"])
        st.markdown("words")
        if "again" not in st.session_state:
            st.session_state["again"] = True
            st.rerun()
        print("to the end")
    """,
    "broken": "raise ValueError('a broken page')",
    "endless": """
        import time
        time.sleep(6)
    """,
}


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, list[str]]:
    """The lines that composing each of PAGES writes, between two of the first page."""
    folder = tmp_path_factory.mktemp("rehearsal")
    (folder / "pages").mkdir()
    (folder / "first.py").write_text("import streamlit as st\nst.write('one')\n")
    for name, page in PAGES.items():
        (folder / "pages" / f"{name}.py").write_text(textwrap.dedent(page))
    command = [sys.executable, "-c", PROGRAM, str(folder / "first.py"), *PAGES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    _, *parts = done.stdout.split("composing ")
    pages = [[line for line in part.splitlines() if line and not line.startswith("WARNING")] for part in parts]
    return {name: lines for name, *lines in pages}


def test_each_page_is_run_where_a_visitor_would_be(written):
    query = "query {'territoire': 'departement-08', 'volet': 'acces'}"
    out = written["second"]
    ran = [line for line in out if line.startswith(("query", "to the end"))]
    assert ran == [query, query, "to the end"]
    # What was sent once comes again as a hash: the first page is of the same elements the second time.
    assert [line for line in out if line not in ran] == [
        "accueil markdown",
        "second acces markdown selectbox",
        "accueil markdown",
    ]


def test_a_page_that_fails_is_said(written):
    out = written["broken"]
    assert out[-1].startswith("La page « broken acces » échoue (") and "broken acces" not in out


def test_a_page_that_never_ends_is_not_waited_for(written):
    assert written["endless"] == ["La page « endless acces » ne s'est pas composée en 3 s."]


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
