"""What the head of a page asks for beforehand: what was seen of the page most like it."""

from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from maillage.screen.server import foreseen
from maillage.screen.server.foreseen import Foreseen
from maillage.screen.server.rehearsal import CPTS, TERRITORY, Composed, Opening

MAP, CHART = Opening("carte", TERRITORY), Opening("comparer", TERRITORY, (("vue", "nuage"),))
PAGES = {
    Opening(""): {"html"},
    MAP: {"html", "component_instance"},
    Opening("comparer", TERRITORY, (("vue", "tableau"),)): {"html"},
    CHART: {"html", "plotly_chart"},
    Opening("cpts", TERRITORY): {"dataframe"},
    Opening("cpts", CPTS): {"html", "component_instance"},
}


@pytest.fixture
def learned(monkeypatch, tmp_path):
    (tmp_path / "index.html").write_text('<script defer="defer" src="./static/js/main.1.js"></script>')
    registry = SimpleNamespace(get_component_path=lambda name: str(tmp_path) if "folium" in name else None)
    monkeypatch.setattr(foreseen, "get_instance", lambda: SimpleNamespace(component_registry=registry))
    known = Foreseen("12345678", leaflet=True)
    known.learn(Composed(opening, 0.1, frozenset(kinds)) for opening, kinds in PAGES.items())
    return known


def links(known, path, query=""):
    pairs = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: pairs.append((dict(attributes)["rel"], dict(attributes)["href"]))
    parser.feed(known.links(path, query))
    return pairs


@pytest.mark.parametrize(
    ("path", "query", "opening"),
    [
        ("/", "", Opening("")),
        ("/", "territoire=departement-62", MAP),
        ("/carte", "", MAP),
        ("/atlas/carte", "indicateur=densite", MAP),
        ("/comparer", "vue=nuage&territoire=departement-08", CHART),
        ("/cpts", "cpts=some-other", Opening("cpts", CPTS)),
        ("/cpts", "territoire=departement-08", Opening("cpts", TERRITORY)),
        ("/comparer", "vue=unheard-of", None),
        ("/nowhere", "", None),
    ],
)
def test_an_address_is_like_the_page_that_was_rehearsed(learned, path, query, opening):
    assert learned.opening(path, query) == opening


def test_a_map_asks_for_its_frame_and_leaflet_a_chart_for_its_library_and_others_for_neither(learned):
    page, chart, home = links(learned, "/carte"), links(learned, "/comparer", "vue=nuage"), links(learned, "/")
    assert ("prefetch", "./component/streamlit_folium.st_folium/static/js/main.1.js") in page
    assert ("prefetch", "./app/static/leaflet/leaflet.js?12345678") in page
    assert any(rel == "modulepreload" and "/ComponentInstance." in file for rel, file in page)
    assert any(rel == "modulepreload" and "/PlotlyChart." in file for rel, file in chart)
    assert {rel for rel, _ in home} == {"modulepreload"} and not any("Plotly" in file for _, file in page + home)


def test_without_leaflet_it_is_not_asked_for(learned):
    learned.map = Foreseen("12345678", leaflet=False).map
    assert not any("leaflet" in file for _, file in links(learned, "/carte"))


def test_nothing_is_foreseen_of_a_page_that_was_not_rehearsed(learned):
    assert links(learned, "/nowhere") == links(Foreseen("1", leaflet=True), "/carte") == []
