"""The atlas as a service, under its security policy: nothing that its pages do is refused, and what they do not do is."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread

import pytest
from PIL import Image

from maillage.views import reuse

pytestmark = pytest.mark.browser


@pytest.fixture
def open_page(visit, address):
    return lambda query: visit(address, f"/{query}")


def test_what_is_typed_and_a_logo_are_shown_and_the_words_survive_a_reload(open_page):
    """In this browser only: in its storage, under the territory's name; never in an address that is asked for."""
    opened = open_page("ceremonie?cpts=cpts-71-centre-saone-et-loire")
    page, asked, preview = opened.page, [], opened.page.frame_locator("iframe[title^='Aperçu']")
    page.on("request", lambda request: asked.append(request.url))
    file = BytesIO()
    Image.new("RGB", (90, 30), (200, 0, 0)).save(file, "PNG")
    page.locator("input[type=file]").set_input_files(
        {"name": "ars.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    preview.get_by_alt_text("ars").first.wait_for()
    assert preview.get_by_alt_text("ars").first.evaluate("picture => picture.naturalWidth") == 90
    opened.quiet()
    page.get_by_role("textbox", name="Lieu").fill("Le Creusot")
    page.get_by_role("textbox", name="Lieu").press("Enter")
    page.get_by_role("textbox", name="Signataires").fill("Une personne, présidente")
    page.get_by_role("textbox", name="Signataires").press("Control+Enter")
    opened.quiet()
    page.reload()
    page.wait_for_function("() => document.querySelector('input[aria-label=Lieu]')?.value === 'Le Creusot'")
    preview.locator(".when").get_by_text("Le Creusot").wait_for(state="attached")
    opened.quiet()
    assert page.get_by_role("textbox", name="Signataires").input_value() == "Une personne, présidente"
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('maillage:'))") == [
        "maillage:ceremonie:cpts-71-centre-saone-et-loire"
    ]
    assert (
        preview.locator("body").evaluate("document.fonts.load('700 20px \"Source Sans 3\"').then(all => all.length)")
        == 1
    )
    page.get_by_role("button", name="Effacer les textes").click()
    opened.quiet()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('maillage:'))") == []
    assert not [url for url in asked if "Creusot" in url or "personne" in url]
    assert opened.errors == [] and opened.refused() == set()


def test_a_script_that_is_not_ours_is_refused(open_page):
    opened = open_page("methode")
    opened.page.locator("h1").first.wait_for()
    opened.page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.theirs = true";
        document.body.append(script);
    }""")
    assert opened.page.evaluate("window.theirs") is None
    assert opened.refused() == {"script-src-elem inline"}


def test_another_site_shows_a_view_with_its_map(visit, address, tmp_path):
    """The letters of « Réutiliser », in a page of another origin."""
    frame = next(use for use in reuse.USES if use.file == "iframe.html").code(address)
    (tmp_path / "index.html").write_text(f"<!doctype html><h1>Un autre site</h1>{frame}", encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        opened = visit(f"http://127.0.0.1:{site.server_port}/index.html")
        view = opened.page.frame_locator("iframe")
        view.frame_locator("iframe[title*=folium]").locator(
            "path.leaflet-interactive, canvas.leaflet-zoom-animated"
        ).first.wait_for()
        site.shutdown()
