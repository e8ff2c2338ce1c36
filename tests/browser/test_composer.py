"""From the list of CPTS to a sheet, from a sheet to a draft: clicks, undo, a pasted list, a link that opens the same draft."""

import re
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser

CENTRE = "atlas.mesh.getLayers().find(l => l.code === '{code}').getBounds().getCenter()"
EDGES = "(box => [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()])({})"
# The outline of the draft, and the communes that it must surround.
OUTLINE = EDGES.format("atlas.lines.getLayers().filter(l => l.options.weight === 2.5).at(-1).getBounds()")
AROUND = EDGES.format(
    "atlas.mesh.getLayers().filter(l => l.mark === '0').map(l => l.getBounds()).reduce((a, b) => L.latLngBounds(a.getSouthWest(), a.getNorthEast()).extend(b))"
)


def click_commune(seen, code):
    """Click a commune and wait for the map that follows."""
    before = seen.drawn()
    seen.quiet()
    x, y = seen.pixel(CENTRE.format(code=code))
    seen.page.mouse.click(x, y)
    seen.drawn(after=before)


def members(seen):
    """Codes that the map shows in the territory."""
    return set(seen.map("atlas.mesh.getLayers().filter(l => l.mark === '0').map(l => l.code)"))


def headline(seen):
    return re.sub(r"\s", "", seen.page.locator(".coloured").first.inner_text())


def holds(seen):
    """Nothing is wider than the screen, whatever its width."""
    wide = "[document.scrollingElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth - e.clientWidth)"
    for width, height in ((1280, 800), (1920, 1080), (390, 844)):
        seen.page.set_viewport_size({"width": width, "height": height})
        # Frames and tables take the new width late.
        seen.page.wait_for_function(f"() => {wide}.every(pixels => pixels <= 1)")


def follow_links(seen, visit):
    """What a middle click opens is what a click opens, from the menu and from the sheet; there a perimeter says its name."""
    links = seen.page.get_by_test_id("stPageLink").get_by_role("link")
    hrefs = dict(links.evaluate_all("links => links.map(link => [link.innerText.split('\\n').pop(), link.href])"))
    paths = {label: urlsplit(href).path for label, href in hrefs.items()}
    assert paths["Carte"] == paths["Sur la carte"] == "/carte" and paths["CPTS"] == "/cpts"
    assert "" not in paths.values() and "/" not in paths.values()
    tab = visit("", hrefs["Sur la carte"])
    tab.drawn()
    tab.quiet()
    assert tab.page.title() == "Carte · Maillage" and tab.map("atlas.spec.cpts.shown.length")
    tab.frame.locator(".cpts-label .tag", has_text="Centre Saône-et-Loire").click()
    popup = tab.frame.locator(".leaflet-popup-content")
    popup.wait_for()
    assert "CPTS Centre Saône-et-Loire" in popup.inner_text() and "34" in popup.inner_text()


def test_from_the_list_to_a_sheet_and_to_a_draft(visit, address):
    seen = visit(address, "/cpts")
    chooser = seen.page.get_by_label("Ouvrir une CPTS")
    chooser.wait_for()
    seen.quiet()
    chooser.click()
    seen.page.keyboard.type("CPTS Centre Sa")
    seen.page.get_by_role("option", name=re.compile("CPTS Centre Saône-et-.?Loire")).click()
    seen.page.wait_for_function(
        "() => document.querySelector('h1.place').textContent.replaceAll('\\u2060', '') === 'CPTS Centre Saône-et-Loire'"
    )
    seen.drawn()
    assert "cpts=cpts-71-centre-saone-et-loire" in seen.page.url
    assert len(members(seen)) == 34 and "T3" in headline(seen)
    assert "18/10/2022" in seen.page.locator(".life").inner_text()
    follow_links(seen, visit)
    seen.page.get_by_role("link", name="Composer à partir de ses communes").click()
    seen.page.wait_for_function("() => location.pathname.endsWith('composer')")
    seen.page.wait_for_selector("text=Garder comme version B")
    seen.frame.wait_for_function("() => window.maillageDrawn > 0")
    assert len(members(seen)) == 34 and "communes=a" in seen.page.url
    assert not seen.errors


def test_clicks_undo_and_a_link_that_opens_the_same_draft(visit, address):
    seen = visit(address, "/composer?territoire=departement-08&structures=aucune")
    seen.drawn()
    click_commune(seen, "08409")
    click_commune(seen, "08053")
    assert members(seen) == {"08409", "08053"}
    assert seen.map(OUTLINE) == pytest.approx(seen.map(AROUND))
    before = seen.drawn()
    seen.quiet()
    seen.page.get_by_role("button", name="Annuler").click()
    seen.drawn(after=before)
    assert members(seen) == {"08409"}
    before = seen.drawn()
    seen.quiet()
    seen.page.get_by_role("button", name="Rétablir").click()
    seen.drawn(after=before)
    assert members(seen) == {"08409", "08053"}
    seen.quiet()
    seen.page.get_by_role("tab", name="Partager, enregistrer, exporter").click()
    link = seen.page.locator("[data-testid=stCode]").inner_text()
    again = visit(address, link.removeprefix(address))
    again.drawn()
    again.quiet()
    assert members(again) == {"08409", "08053"}
    assert headline(again) == headline(seen)
    assert seen.hosts <= {"127.0.0.1"} and not seen.errors


def test_a_pasted_list_with_a_typo_and_a_homonym(visit, address):
    seen = visit(address, "/composer?territoire=departement-71")
    before = seen.drawn()
    seen.quiet()
    seen.page.get_by_role("textbox", name="Coller une liste").fill("71153, Montceau les mines\nTorcy\nBlanzzy")
    seen.page.get_by_role("button", name="Lire la liste").click()
    seen.drawn(after=before)
    assert members(seen) == {"71306"}  # 71153 may be a commune, or a postcode of the one named beside it
    for commune, codes in (
        ("Le Creusot (71)", {"71153"}),
        ("Torcy (71)", {"71153", "71540"}),
        ("Blanzy (71)", {"71153", "71540", "71040"}),
    ):
        before = seen.drawn()
        seen.quiet()
        seen.page.get_by_role("button", name=commune).click()
        seen.drawn(after=before)
        assert members(seen) == {"71306"} | codes


def test_a_damaged_link_is_a_sentence(visit, address):
    seen = visit(address, "/composer?communes=aQUFBQUFB")
    seen.page.wait_for_selector("text=recopiez-le en entier")
    seen.page.wait_for_selector("text=Par où commencer")


def test_two_versions_hold_in_any_screen_and_leave_as_files(visit, address):
    seen = visit(address, "/composer?communes=08409,08053&autre=08409&nom=%3DSedan")
    seen.drawn()
    holds(seen)
    seen.quiet()
    seen.page.get_by_role("tab", name="Partager, enregistrer, exporter").click()
    for label, start in (
        ("Enregistrer", b"{"),
        ("CSV", b"\xef\xbb\xbf"),
        ("GeoJSON", b"{"),
        ("GeoPackage", b"SQLite format 3"),
    ):
        with seen.page.expect_download() as download:
            seen.page.get_by_role("button", name=label, exact=True).click()
        with open(download.value.path(), "rb") as file:
            content = file.read()
        assert content.startswith(start)
        if label == "CSV":
            assert ";'=Sedan;" in content.decode("utf-8-sig")


def test_a_sheet_holds_in_any_screen(visit, address):
    seen = visit(address, "/cpts?cpts=cpts-86-pays-chatelleraudais")
    seen.page.wait_for_selector("h1.place")
    seen.drawn()
    holds(seen)
