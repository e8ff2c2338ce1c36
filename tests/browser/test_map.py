"""The map in a real browser."""

from collections import Counter
from itertools import combinations

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

ARDENNES = "/?territoire=departement-08"
FILLS = "atlas.mesh.getLayers().map(layer => [layer.code, layer.options.fillColor])"


def legend(visit):
    """(colour, count) of every class in the legend, as the browser paints it."""
    return visit.page.eval_on_selector_all(
        ".legend .classes li",
        """items => items.map(item => [
            getComputedStyle(item.querySelector(".swatch")).backgroundColor,
            Number(item.querySelector(".count").textContent.replace(/[^0-9]/g, ""))])""",
    )


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def commune(code: str) -> str:
    """The middle of a commune, for `Visit.pixel`."""
    return f"atlas.mesh.getLayers().find(layer => layer.code === '{code}').getBounds().getCenter()"


@pytest.fixture(scope="module")
def ardennes(beside, address):
    """The Ardennes, opened once by a visitor who looks at them and asks for nothing else."""
    seen = Visit(beside(), address, ARDENNES)
    seen.drawn()
    seen.quiet()
    yield seen
    seen.page.close()


@pytest.fixture
def seen(ardennes):
    """The Ardennes as they were opened, whoever came before: no popup, the whole département, the top of the page."""
    ardennes.map("atlas.map.closePopup().fitBounds(atlas.spec.bounds, { animate: false }) && 1")
    ardennes.frame.wait_for_function("() => !document.querySelector('.leaflet-popup')")
    ardennes.page.mouse.move(0, 0)
    ardennes.page.locator("h1.place").scroll_into_view_if_needed()
    ardennes.quiet()
    return ardennes


def test_the_ardennes_are_coloured_as_the_legend_says(seen):
    # Each corner is where Leaflet puts it by its own way.
    corners, astray = seen.map(
        """atlas.mesh.getLayers().flatMap(layer => {
            const [corners, points] = [layer._latlngs.flat(9), layer._rings.flat()];
            return corners.map((corner, n) => atlas.map.latLngToLayerPoint(corner).distanceTo(points[n]));
        }).reduce(([all, far], apart) => [all + 1, far + (apart > 1)], [0, 0])"""
    )
    assert corners > 2000 and astray == 0
    communes = seen.map("atlas.mesh.getLayers().map(layer => [layer.code, layer.level, layer.mark])")
    assert len(communes) == 447 == len({code for code, *_ in communes})
    assert {level for _, level, _ in communes} == {"commune"}
    classes = legend(seen)
    assert len(classes) == 6
    painted = Counter(rgb(colour) for _, colour in seen.map(FILLS))
    assert painted == {colour: count for colour, count in classes if count}
    for _, colour, mark in zip(communes, (c for _, c in seen.map(FILLS)), (m for *_, m in communes), strict=True):
        assert rgb(colour) == classes[int(mark)][0]
    assert seen.errors == []


def test_clicks_lead_from_france_to_a_departement_and_to_a_commune(visit, address):
    """The address holds what was clicked. A colour is not only in the description: it is under the mouse."""
    seen = visit(address, "/?structures=aucune&perimetres=non")
    before = seen.drawn()
    seen.quiet()
    seen.page.mouse.click(*seen.pixel(commune("08")))
    seen.page.wait_for_url("**territoire=departement-08*")
    before = seen.drawn(before)
    seen.quiet()
    assert seen.place() == "Ardennes (08)"
    wanted = dict(seen.map(FILLS))["08105"]
    around = seen.map(
        f"""(point => {{
            const canvas = atlas.canvas._container, box = canvas.getBoundingClientRect(), scale = canvas.width / box.width;
            const at = atlas.map.getContainer().getBoundingClientRect();
            const [x, y] = [(at.left + point.x - box.left) * scale - 4, (at.top + point.y - box.top) * scale - 4];
            return [...canvas.getContext("2d").getImageData(x, y, 9, 9).data];
        }})(atlas.map.latLngToContainerPoint({commune("08105")}))"""
    )
    pixels = Counter(tuple(around[i : i + 3]) for i in range(0, len(around), 4))
    # Where a border passes, it is paler: the fill is what most pixels have.
    assert f"rgb{pixels.most_common(1)[0][0]}" == rgb(wanted)
    seen.page.mouse.click(*seen.pixel(commune("08001")))
    seen.page.wait_for_url("**territoire=commune-08001*")
    seen.drawn(before)
    seen.quiet()
    assert seen.place() == "Acy-Romance"
    assert seen.page.locator(".profile").first.is_visible()
    assert seen.map("atlas.spec.selected") == ["08001"]


def test_a_copied_link_restores_the_view(visit, address):
    asked = "/?territoire=departement-71&indicateur=distance_msp&structures=MSP,CDS&statuts=aci_signe"
    look = """({ view: atlas.spec.view, fills: atlas.mesh.getLayers().map(l => [l.code, l.options.fillColor]),
                 sites: atlas.spec.sites.map(s => [s.id, s.lon, s.lat]), cpts: atlas.spec.cpts.shown.map(c => c.id) })"""
    first = visit(address, asked)
    # One gesture more, so that the link is the application's and not the test's.
    before = first.drawn()
    first.quiet()
    first.page.get_by_text("Périmètres des CPTS", exact=True).click()
    first.page.wait_for_url("**perimetres=non*")
    first.drawn(before)
    first.quiet()
    second = visit("", first.page.url)
    second.drawn()
    second.quiet()
    assert second.map(look) == first.map(look)
    assert second.place() == first.place() == "Saône-et-Loire (71)"
    assert legend(second) == legend(first)
    assert second.map("atlas.spec.cpts.files") == []
    assert {site.split("-")[0] for site, *_ in second.map(look)["sites"]}


def test_moving_the_map_asks_nothing(seen):
    messages = seen.messages
    where = "[atlas.map.getCenter().lat, atlas.map.getZoom()]"
    lat, zoom = seen.map(where)
    x, y = seen.pixel("atlas.map.getCenter()")
    seen.page.mouse.move(x, y)
    seen.page.mouse.down()
    seen.page.mouse.move(x + 70, y + 50, steps=5)
    seen.page.mouse.up()
    seen.rest()
    seen.page.keyboard.down("Control")
    seen.page.mouse.wheel(0, -300)
    seen.page.keyboard.up("Control")
    seen.frame.wait_for_function("zoom => maillage.state().map.getZoom() > zoom", arg=zoom)
    seen.page.wait_for_timeout(500)  # time for a run to begin, if one must
    seen.quiet()
    now = seen.map(where)
    assert now[0] != lat and now[1] > zoom
    assert seen.messages == messages


def test_a_change_of_indicator_keeps_the_map_and_one_of_territory_changes_it(visit, address):
    """Symbols are not sent again: the browser has them, and leaves them on the map; elsewhere there are others."""
    seen = visit(address, f"{ARDENNES}&indicateur=densite")
    before = seen.drawn()
    seen.quiet()
    seen.frame.evaluate("window.kept = 'kept'")
    seen.map("atlas.map.setView([49.5, 4.6], 10, { animate: false }) && 1")
    view = seen.map("[atlas.map.getCenter().lat, atlas.map.getCenter().lng, atlas.map.getZoom()]")
    unit = seen.map("atlas.spec.unit")
    fills, symbols = seen.map(FILLS), seen.map("atlas.sites.getLayers().map((site) => site.site)")
    seen.map("atlas.sites.getLayers().forEach((site) => { site.same = true; })")
    seen.page.get_by_role("combobox", name="Indicateur coloré").click()
    seen.page.get_by_role("option", name="Évolution de la population").click()
    seen.page.wait_for_url("**indicateur=evolution_population*")
    before = seen.drawn(before)
    seen.quiet()
    assert seen.frame.evaluate("window.kept") == "kept"
    assert seen.map("[atlas.map.getCenter().lat, atlas.map.getCenter().lng, atlas.map.getZoom()]") == view
    assert [code for code, _ in fills] == [code for code, _ in seen.map(FILLS)]
    assert sum(a != b for (_, a), (_, b) in zip(fills, seen.map(FILLS), strict=True)) > 300
    assert symbols and seen.map("atlas.spec.unit") != unit
    assert seen.map("atlas.sites.getLayers().every((site) => site.same)")
    # The selectors lead up, and down elsewhere.
    chooser = seen.page.locator(".stSelectbox", has=seen.page.get_by_role("combobox", name="Département"))
    chooser.get_by_role("button", name="Effacer").click()
    seen.page.wait_for_url("**territoire=region-44*")
    before = seen.drawn(before)
    seen.quiet()
    assert seen.place() == "Grand Est"
    seen.page.get_by_role("combobox", name="Département").fill("aube")
    seen.page.get_by_role("option", name="10 Aube").click()
    seen.page.wait_for_url("**territoire=departement-10*")
    seen.drawn(before)
    seen.quiet()
    assert seen.place() == "Aube (10)"
    assert not set(symbols) & set(seen.map("atlas.sites.getLayers().map((site) => site.site)"))
    assert seen.errors == []


def test_a_structure_says_its_name(seen):
    sites = seen.map("atlas.spec.sites.map(site => [site.id, site.lines[0]])")
    assert len(sites) > 15
    # One that no other covers.
    seen.frame.evaluate(
        """() => [...document.querySelectorAll(".site")].find(site => {
            const box = site.getBoundingClientRect();
            const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
            return top && site.contains(top);
        }).classList.add("uncovered")"""
    )
    seen.frame.locator(".site.uncovered").click()
    popup = seen.frame.locator(".leaflet-popup-content")
    popup.wait_for()
    assert popup.locator("strong").inner_text().replace("’", "'") in [name.replace("’", "'") for _, name in sites]
    assert seen.page.url.endswith(ARDENNES), "a structure explains itself, it does not move the reader"


def test_the_keyboard_reaches_a_structure(seen):
    seen.frame.locator("#map_div").focus()
    focused = "document.activeElement.classList.contains('site')"
    for _ in range(15):
        if seen.frame.evaluate(focused):
            break
        seen.page.keyboard.press("Tab")
    assert seen.frame.evaluate(focused), "no structure within fifteen tabs of the map"
    seen.page.keyboard.press("Enter")
    seen.frame.locator(".leaflet-popup-content strong").wait_for()


def test_tiles_are_asked_of_ign_only_when_the_reader_wants_them(visit, address):
    seen = visit(address, ARDENNES)
    before = seen.drawn()
    seen.quiet()
    assert seen.hosts == {"127.0.0.1"}
    with seen.page.expect_request("https://data.geopf.fr/**"):
        seen.page.get_by_text("Fond de carte IGN", exact=True).click()
    seen.page.wait_for_url("**fond=ign*")
    seen.drawn(before)
    seen.quiet()
    assert seen.hosts == {"127.0.0.1", "data.geopf.fr"}


def test_france_is_drawn_by_departement_and_by_commune(visit, address):
    seen = visit(address, "/carte?indicateur=distance_msp")
    before = seen.drawn()
    assert seen.map("atlas.mesh.getLayers().length") == 101
    seen.quiet()
    seen.page.get_by_role("radio", name="Communes").click()
    seen.page.wait_for_url("**maille=commune*")
    seen.drawn(before)
    assert seen.map("atlas.mesh.getLayers().length") == 34_875 - 3 + 45
    seen.quiet()
    assert seen.hosts == {"127.0.0.1"} and seen.errors == []


def test_an_arrondissement_opens_as_one(visit, address):
    seen = visit(address, "/?territoire=departement-75&structures=aucune&perimetres=non")
    before = seen.drawn()
    seen.quiet()
    seen.page.mouse.click(*seen.pixel(commune("75115")))
    seen.page.wait_for_url("**arrondissement_municipal-75115*")
    seen.drawn(before)
    seen.quiet()
    assert "15" in seen.place()


def test_the_wheel_scrolls_the_page_and_says_how_to_zoom(seen):
    zoom = seen.map("atlas.map.getZoom()")
    top = seen.page.locator("h1.place").bounding_box()["y"]
    seen.page.mouse.move(*seen.pixel("atlas.map.getCenter()"))
    seen.page.mouse.wheel(0, 200)
    hint = seen.frame.locator("#maillage-hint.visible")
    hint.wait_for()
    assert "Ctrl" in hint.inner_text()
    seen.page.wait_for_function(
        "top => document.querySelector('h1.place').getBoundingClientRect().y < top", arg=top - 100
    )
    seen.quiet()
    assert seen.map("atlas.map.getZoom()") == zoom
    seen.page.keyboard.down("Control")
    seen.page.mouse.wheel(0, -200)
    seen.page.keyboard.up("Control")
    seen.frame.wait_for_function("zoom => maillage.state().map.getZoom() > zoom", arg=zoom)


@pytest.mark.parametrize("query", ["/?territoire=region-93", "/?territoire=departement-13", ARDENNES])
def test_no_name_covers_a_symbol_nor_another_and_each_is_as_in_print(visit, address, request, query):
    seen = request.getfixturevalue("seen") if query == ARDENNES else visit(address, query)
    seen.drawn()
    names, symbols = seen.frame.evaluate(
        """() => ["cpts-label .tag", "site"].map(name => [...document.querySelectorAll("." + name)]
            .map(element => element.getBoundingClientRect()).filter(box => box.width)
            .map(box => [box.left, box.top, box.right, box.bottom]))"""
    )
    assert "13" in query or "08" in query or names, "no perimeter is named"

    def meet(one, other, slack=1.5):
        return (
            one[0] < other[2] - slack
            and other[0] < one[2] - slack
            and one[1] < other[3] - slack
            and other[1] < one[3] - slack
        )

    assert [pair for pair in combinations(names, 2) if meet(*pair)] == []
    assert [(name, mark) for name in names for mark in symbols if meet(name, mark)] == []
    seen.quiet()
    assert seen.hosts == {"127.0.0.1"} and seen.errors == []
    if "13" in query:  # « CPTS des villages de l'Arc » covers land there: no « villages », no keyboard's apostrophe
        tags = seen.frame.locator(".cpts-label .tag").evaluate_all("tags => tags.map(tag => tag.textContent)")
        assert "Villages de l’Arc" in tags and "Pays d’Arles" in tags
        assert [tag for tag in tags if "'" in tag or not tag[0].isupper()] == []


def test_embedded_there_is_the_map_and_its_legend_alone(visit, address):
    seen = visit(address, f"{ARDENNES}&embed=true", viewport={"width": 640, "height": 520})
    seen.drawn()
    seen.quiet()
    box = seen.page.locator("iframe[src*=streamlit_folium]").bounding_box()
    assert box["x"] < 30 and box["width"] > 590 and box["y"] + box["height"] < 520
    assert seen.page.locator("h1.place").is_visible() and seen.page.locator(".legend").first.is_visible()
    assert not seen.page.locator(".profile").first.is_visible()
    assert not seen.page.get_by_test_id("stSidebar").is_visible()
    # In a wider window it is as wide as its column at once, and is fitted to it once.
    seen.page.set_viewport_size({"width": 900, "height": 520})
    across = "one => [one, one.parentElement].map((each) => each.getBoundingClientRect().width)"
    width, column = seen.page.locator("iframe[src*=streamlit_folium]").evaluate(across)
    assert width == column > 850


def test_symbols_have_letters_where_they_have_room_only(visit, address):
    seen = visit(address, "/?territoire=departement-59&structures=MSP,CDS,HOP,LHSS")
    seen.drawn()
    letters = "getComputedStyle(document.querySelector('.site text')).display !== 'none'"
    far, size = seen.frame.evaluate(letters), seen.map("atlas.size")
    assert not far and size < 17
    seen.map("atlas.map.setView([50.27, 3.97], 13, { animate: false }) && 1")  # Maubeuge
    seen.frame.wait_for_function(f"() => {letters}")
    assert seen.map("atlas.size") >= 17


def test_the_table_under_the_map_downloads(seen):
    seen.page.get_by_text("Tableau : 447").click()
    seen.page.wait_for_selector("[data-testid=stDataFrame]")
    seen.quiet()  # the table comes to its height: what is under it moves
    with seen.page.expect_download() as waiting:
        seen.page.get_by_text("Télécharger en CSV").click()
    content = waiting.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\r\n") == 448
    assert waiting.value.suggested_filename == "maillage_densite_departement_08.csv"


def test_the_drawer_beside_the_map_traces_the_coloured_figure(seen):
    before = seen.drawn()
    seen.page.get_by_text("D’où vient ce chiffre ?", exact=True).click()
    seen.page.wait_for_selector(".trace")
    assert "Surface des contours" in seen.page.locator(".trace").inner_text()
    seen.quiet()
    assert seen.drawn() == before, "the map was not drawn again"
