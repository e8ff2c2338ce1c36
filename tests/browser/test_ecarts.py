"""The page of gaps in a real browser: its maps, its tabs, and sites placed by a click."""

import re

import pytest

from maillage.address.gaps import GapsChoices
from maillage.address.selection import Selection
from maillage.catalog.bivariate import COLOURS
from maillage.subjects.gaps import whatif as gap_whatif
from maillage.subjects.gaps.territory import ground
from tests.browser.test_map import FILLS, commune, rgb

pytestmark = pytest.mark.browser

# No structure of this type is on the map, and one site is asked for: nothing stands between the mouse and the communes.
WHAT_IF = "/ecarts?territoire=departement-08&volet=et_si&nouveau=CDS&sites=1"  # whole since the register, and few
NAMES = {"08025": "Attigny", "08302": "Monthermé", "08490": "Vouziers"}
TALL = {"viewport": {"width": 1280, "height": 1500}}  # the whole map is under the mouse


def click(seen, code: str) -> None:
    """Click a commune, once nothing moves on the page any more: a search that ends takes its progress bar away."""
    seen.quiet()
    seen.page.wait_for_function(
        """() => {
            const top = document.querySelector("iframe[src*=streamlit_folium]").getBoundingClientRect().top;
            window.still = top === window.top_ ? (window.still || 0) + 1 : 0;
            window.top_ = top;
            return window.still > 12;
        }""",
        polling="raf",
    )
    seen.page.mouse.click(*seen.pixel(commune(code)))


def test_a_click_places_a_site_and_the_next_one_moves_it(visit, address):
    seen = visit(address, WHAT_IF, **TALL)
    seen.page.get_by_text("optimum prouvé").wait_for()
    seen.drawn()
    click(seen, "08490")
    seen.page.wait_for_url("**poses=08490*")
    seen.page.get_by_text("Face au calcul").wait_for()
    seen.frame.wait_for_function("() => maillage.state().spec.sites.some(site => site.lines[0].includes('Vouziers'))")
    click(seen, "08410")
    seen.page.wait_for_url("**poses=08410*")
    seen.frame.wait_for_function("() => !maillage.state().spec.sites.some(site => site.lines[0].includes('Vouziers'))")
    assert seen.errors == [] and seen.hosts == {"127.0.0.1"}


def test_people_gained_move_while_a_site_is_dragged(visit, address, ask):
    """Without asking the server, and as the server counts once it is dropped."""
    seen = visit(address, f"{WHAT_IF}&poses=08362", **TALL)
    card = seen.page.locator(".card", has_text="Face au calcul")
    card.wait_for()
    seen.drawn()
    seen.quiet()
    before, messages = card.inner_text(), seen.messages
    x, y = seen.pixel("atlas.spec.sites.filter(site => site.from).map(site => L.latLng(site.lat, site.lon))[0]")
    seen.page.mouse.move(x, y)
    seen.page.mouse.down()
    gain, figures = seen.frame.locator(".gain strong + div"), []
    for code, name in NAMES.items():
        seen.page.mouse.move(*seen.pixel(commune(code)), steps=6)
        seen.frame.locator(".gain strong", has_text=name).wait_for()
        figures.append(gain.inner_text())
    assert len(set(figures)) == 3 and card.inner_text() == before and seen.messages == messages
    # Over nothing it says so, and would go back. Not along an edge: there the map pans as long as it is held.
    corner = seen.pixel("atlas.map.getBounds().getNorthWest()")
    seen.page.mouse.move(corner[0] + 80, corner[1] + 80, steps=4)
    seen.frame.locator(".gain strong", has_text="Pas ici").wait_for()
    seen.page.mouse.move(*seen.pixel(commune("08490")), steps=4)
    seen.page.mouse.up()
    seen.page.wait_for_url("**poses=08490*")
    seen.quiet()
    assert re.sub(r"\D", "", figures[-1]) in re.sub(r"(?<=\d)\s(?=\d)", "", card.inner_text())
    here = ground(ask, Selection("departement", "08"))
    for code in here.places["code"][::10]:
        asked = gap_whatif.ask_for(ask, here, GapsChoices(kind="CDS", placed=(code,)))
        assert seen.frame.evaluate("code => maillage.gained([code])", code) == gap_whatif.gained(
            asked, gap_whatif.own(asked).plan
        )
    assert seen.errors == [] and seen.hosts == {"127.0.0.1"}


def test_the_address_alone_restores_what_the_reader_placed(visit, address):
    seen = visit(address, f"{WHAT_IF}&poses=08362&vue=avant")
    seen.drawn()
    seen.page.get_by_text("Face au calcul").wait_for()
    symbols = seen.map("Object.values(atlas.spec.kinds).map(kind => kind.symbol)")
    assert {"1", "A"} <= set(symbols)


def test_the_map_has_the_colours_of_its_legend(visit, address):
    seen = visit(address, "/ecarts?territoire=departement-62&volet=besoin&types=MSP,CDS")
    seen.drawn()
    cells = seen.page.eval_on_selector_all(
        ".bivariate td", "cells => cells.map(cell => [getComputedStyle(cell).backgroundColor, cell.innerText])"
    )
    painted = [colour for _, colour in seen.map(FILLS)]
    assert len(cells) == 9 and {colour for colour, _ in cells} == {rgb(colour) for colour in COLOURS}
    for colour, count in cells:
        assert sum(rgb(fill) == colour for fill in painted) == int(count)


def test_a_white_zone_answers_a_click(visit, address):
    seen = visit(address, "/ecarts?territoire=departement-13", **TALL)
    seen.drawn()
    click(seen, "13111")  # Vauvenargues
    seen.page.wait_for_url("**lieu=13111*")
    seen.page.get_by_text("Zone de Vauvenargues").wait_for()


def test_tabs_are_in_the_address_and_hold_in_a_phone(visit, address):
    """And a map in a closed tab waits for its size: neither the tabs gone through nor the way back end in an error."""
    words = {
        "blanches": "",
        "acces": "habitants à plus de 15",
        "besoin": "",
        "et_si": "",
        "methodes": "Erreur publiée de l’estimation",
    }
    seen = visit(address, "/ecarts?territoire=departement-62", viewport={"width": 390, "height": 844})
    seen.drawn()
    tabs = seen.page.get_by_role("tab")
    assert tabs.count() == len(words)
    for rank, (tab, written) in (*enumerate(words.items()), (0, ("blanches", ""))):
        tabs.nth(rank).click()
        seen.page.wait_for_function("tab => tab === 'blanches' || location.search.includes(`volet=${tab}`)", arg=tab)
        if written:
            seen.page.get_by_text(written).wait_for()
        seen.quiet()
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
        assert "territoire=departement-62" in seen.page.url
    assert seen.errors == []
