"""What opens at the bare address."""

import subprocess
import sys

from tests.conftest import ROOT


def html(at) -> str:
    return "".join(element.value for element in at.get("html"))


def test_the_bare_address_speaks_and_has_three_doors(open_page):
    at = open_page()
    assert "vivaient hors de toute CPTS" in html(at)
    assert [title in html(at) for title in ("<h2>Ma délégation", "<h2>Ma CPTS", "<h2>J&#39;analyse")] == [True] * 3
    assert {box.key for box in at.main.selectbox} == {"ma_delegation", "ma_cpts"}
    assert "Population couverte par une CPTS (publié)" in html(at)


def test_any_choice_in_the_address_opens_the_map_as_ever(open_page):
    for query in (
        {"territoire": "departement-08"},
        {"indicateur": "distance_msp"},
        {"maille": "commune", "indicateur": "apl_mg"},
    ):
        assert "vivaient hors de toute CPTS" not in html(open_page(query=query))
    at = open_page(query={"territoire": "france-FR"})
    assert '<h1 class="place">France</h1>' in html(at)


def test_the_map_is_shared_by_link_files_and_frame(open_page):
    closed = open_page(query={"territoire": "departement-08"})
    assert not closed.get("download_button") and not closed.code
    at = open_page(query={"territoire": "departement-08"}, partager_carte=True)
    assert [button.label for button in at.get("download_button")] == ["PNG", "SVG", "PDF"]
    link, frame = (code.value for code in at.code)
    assert "territoire=departement-08" in link and "<iframe" in frame and "embed=true" in frame


PROGRAM = """
import importlib, pkgutil, sys
from streamlit.testing.v1 import AppTest

def loaded(*names):
    print([name for name in names if name in sys.modules])

at = AppTest.from_file("app.py", default_timeout=120).run()
assert not at.exception and at.get("html")
loaded("etl", "geopandas", "pyogrio")
import maillage.screen, maillage.screen.panels
for room in (maillage.screen, maillage.screen.panels):
    for each in pkgutil.iter_modules(room.__path__, room.__name__ + "."):
        if not each.name.endswith(".server"):
            importlib.import_module(each.name)
loaded("fastapi", "mcp", "maillage.api")
"""


def test_pages_load_neither_the_etl_nor_geopandas_at_first_nor_ever_the_interface(database):
    """Each takes a second or more: geometry is read by those who ask for a file, a build is another process, and
    `streamlit run app.py` pays nothing for other programs: neither FastAPI nor the assistant's library."""
    run = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip().splitlines()[-2:] == ["[]", "[]"], run.stdout
