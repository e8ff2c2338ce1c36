"""Charts in a real browser: what leaves the machine, what a stranger's name becomes, what hovering says."""

import pandas as pd
import pytest

from maillage.views import charts
from maillage.views.chart_frame import CONFIG, Axis, Caption, on_page

pytestmark = pytest.mark.browser

EVIL = "<script>window.hit=1</script><img src=x onerror=window.hit=1>"


@pytest.fixture
def chart(browser, tmp_path):
    """Open a figure saved as a page of its own; the page, and every address it asked for."""
    pages = []

    def open_figure(figure):
        file = tmp_path / "chart.html"
        file.write_text(on_page(figure).to_html(include_plotlyjs=True, config=CONFIG), encoding="utf-8")
        page = browser.new_page()
        pages.append(page)
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        page.wait_for_selector(".main-svg .bartext, .main-svg .textpoint")
        return page, asked

    yield open_figure
    for page in pages:
        page.close()


def test_a_saved_chart_asks_for_nothing_and_shows_a_strangers_name_as_text(chart):
    table = pd.DataFrame({"code": ["a", "b"], "name": [EVIL, "Aube"], "value": [12345.6, 2.0]})
    figure = charts.bars(table, Axis("Population", "habitants", 1), Caption(EVIL, "Insee", "2023"), ["a"])
    page, asked = chart(figure)
    words = page.locator(".js-plotly-plot").text_content()
    assert EVIL in words and "Source\u00a0: Insee, 2023" in words
    assert page.evaluate("window.hit") is None
    assert page.locator(".main-svg img, .main-svg script").count() == 0
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_hovering_speaks_french(chart):
    table = pd.DataFrame({"code": ["a", "b"], "name": ["Ardennes", "Aube"], "value": [12345.6, 2.0]})
    page, _ = chart(charts.bars(table, Axis("Population", "habitants", 1), Caption("Titre", "Insee", "2023")))
    bar = page.locator(".bars .point").last.bounding_box()
    page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    page.wait_for_selector(".hoverlayer .hovertext")
    assert page.locator(".hoverlayer .hovertext").text_content() == "Ardennes12\u202f345,6\u00a0habitants"
    titles = [button.get_attribute("data-title") for button in page.locator(".modebar-btn").all()]
    assert "Zoomer" in titles and not any(
        "Télécharger" in title for title in titles
    )  # a picture has its title: « Partager »
