"""What every page owes its readers, in a real browser: contrast and structure (axe), paper, a phone, French."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT
from tests.words import developers

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CPTS = "cpts=cpts-71-centre-saone-et-loire"
PAGES = (
    "/carte?territoire=departement-08",
    "/ecarts?territoire=departement-08",
    "/ecarts?territoire=departement-08&volet=et_si&nouveau=CDS&sites=1",
    "/cpts",
    f"/cpts?{CPTS}",
    "/composer?communes=08105,08409",
    f"/ceremonie?{CPTS}",
    "/comparer?territoire=departement-08",
    "/comparer?territoire=departement-08&vue=nuage",
    "/donnees",
    "/chiffre?territoire=departement-71&indicateur=couverture_cpts",
    "/qualite",
    "/importer",
    "/telecharger",
    "/methode",
    "/reutiliser",
    "/",
    "/profil?territoire=departement-08",
    f"/profil?{CPTS}",
    "/ceremonie",
    "/comparer?territoire=departement-08&vue=temps",
)
DRAWN = {
    "/carte": "",
    "/ecarts": "",
    "/composer": "",
    "/comparer": ".compared, .js-plotly-plot, .moment",
    "/profil": ".spine-row",
}
PRINTED = (PAGES[0], PAGES[1], PAGES[4], PAGES[5], PAGES[7], "/", "/profil?territoire=departement-08")
# What is read in both themes, whatever its ground is made of.
READING = {
    "/carte": (".profile", ".legend", ".notes", "h1.place", "[data-testid=stSidebarUserContent]"),
    "/chiffre": (".trace",),
    "/importer": ("p.lead",),
    "/telecharger": ("p.lead",),
    "/methode": (".handbook",),
}
ROOMS = {"/donnees": ("Dictionnaire",), "/qualite": ("Contradictions", "Déclaré et calculé")}  # those with tabs
# Tables whose files do not stand on one line.
LEVEL = """() => [...document.querySelectorAll("[class*=st-key-CSV_]")].map(one => one.className.match(/st-key-CSV_(\\w+)/)[1]).filter(
    name => new Set(["CSV", "XLSX", "Parquet"].map(kind => document.querySelector(`.st-key-${kind}_${name}`)?.getBoundingClientRect().top)
        .filter(top => top !== undefined)).size > 1)"""
WIDE = "[document.scrollingElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth - e.clientWidth)"
KINDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
RUN = """only => axe.run(document, { runOnly: only, resultTypes: ["violations"], iframes: false })
    .then(found => found.violations.map(one => [one.impact, one.id, one.nodes.map(node => node.target.join(" ")).slice(0, 3)]))"""
GROUND = """scheme => (getComputedStyle(document.querySelector(".stApp")).backgroundColor === "rgb(255, 255, 255)") === (scheme === "light")"""
HOMELESS = """() => [...document.querySelectorAll("[class*=st-key-partager_]")].map(one => /st-key-partager_(\\w+)/.exec(one.className)[1])
    .filter(key => !document.querySelector(`.st-key-dessin_${key} .st-key-partager_${key}, .dessin_${key}`))"""  # drawings shared, not placed
FRAMED = "() => [...document.querySelectorAll('pre .token')].filter(one => getComputedStyle(one).borderTopWidth !== '0px').map(one => one.className)"
LINES = Path(__file__).with_name("lines.js").read_text(encoding="utf-8").partition("\n")[2]
WORDS = """() => {
    const left = "pre, code, script, style, svg, [data-testid=stIconMaterial], [data-testid=stExpanderIcon], [data-testid=stDataFrame]", words = [];
    const texts = document.createTreeWalker(document.querySelector("[data-testid=stMain]"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (!texts.currentNode.parentElement.closest(left)) words.push(texts.currentNode.nodeValue);
    return words.join("\\n");
}"""
LABELS = """() => [...document.querySelectorAll("[aria-label], [placeholder]")].flatMap(one => [one.ariaLabel, one.placeholder])"""
UNTRANSLATED = {
    "Clear value",
    "Open",
    "Close",
    "Search",
    "Fullscreen",
    "Expand sidebar",
    "Collapse sidebar",
    "Choose an option",
}
PLURAL = r"\bet 1 autres\b|(?<![\d,.\u202f])1[ \u00a0](?:habitants|communes|départements|sites|structures)\b"
FOR_PROGRAMS = (
    "/reutiliser",
    "/telecharger",
    "/donnees",
)  # they name columns and tables, for who reads them by a program
GRAVE = ("moderate", "serious", "critical")


# Every text on the page with its colour and the first background behind it, opacities counted: the lowest contrast first.
CONTRASTS = """selector => {
    const parse = (colour) => {
        const [r, g, b, a = 1] = (colour.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
        return colour.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
    };
    const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3])).concat(1);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const results = [];
    for (const element of document.querySelectorAll(`${selector}, ${selector} *`)) {
        const text = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent.trim()).join("");
        const box = element.getBoundingClientRect();
        if (!text || !box.width || getComputedStyle(element).visibility === "hidden" || element.closest(".badge, [data-testid=stIconMaterial], script, style")) continue;
        const chain = [];
        for (let at = element; at; at = at.parentElement) chain.unshift(at);
        let back = [255, 255, 255, 1], opacity = 1;
        for (const at of chain) {
            const style = getComputedStyle(at);
            back = over(parse(style.backgroundColor), back);
            opacity *= Number(style.opacity);
        }
        const ink = parse(getComputedStyle(element).color);
        const front = over([...ink.slice(0, 3), ink[3] * opacity], back);
        const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
        results.push([Math.round(100 * (a + 0.05) / (b + 0.05)) / 100, text.slice(0, 40)]);
    }
    return results.sort((x, y) => x[0] - y[0]);
}"""


def without_axe() -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: `npm ci --ignore-scripts` brings it")


@cache
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


def under(seen, scheme: str, width: int, height: int) -> None:
    """Put the page on a screen, under a theme; what the server draws follows it a little later (`page.js`)."""
    seen.page.set_viewport_size({"width": width, "height": height})
    seen.page.emulate_media(media="null", color_scheme=scheme)
    seen.page.wait_for_function(GROUND, arg=scheme)
    seen.quiet()


def dim(seen, path: str) -> dict:
    """What is hard to read under the theme of the moment, by what is read."""
    faults = {}
    for selector in READING.get(path.partition("?")[0], ()):
        contrasts = seen.page.evaluate(CONTRASTS, selector)
        assert contrasts, (path, selector)
        faults[selector] = [pair for pair in contrasts if pair[0] < 4.5]
    return {selector: pairs for selector, pairs in faults.items() if pairs}


def grave(seen, *kinds: str) -> list:
    """The violations that axe finds, each with its gravity, its name and where; none without axe."""
    if not AXE.is_file():
        return []
    if not seen.page.evaluate("Boolean(window.axe)"):
        seen.page.evaluate(axe())
    return [one for one in seen.page.evaluate(RUN, kinds) if one[0] in GRAVE]


def overflowing(seen, path: str, width: int) -> list[str]:
    """What does not hold in a screen of this width."""
    faults = []
    if max(seen.page.evaluate(WIDE)) > 0 or not seen.page.evaluate(
        "document.scrollingElement.scrollWidth <= innerWidth"
    ):
        faults.append("the page is wider")
    if path.startswith("/carte"):
        box = seen.page.locator("iframe[src*=streamlit_folium]").bounding_box()
        if not (box["height"] > 300 and box["x"] >= 0 and box["x"] + box["width"] <= width):
            faults.append(f"the frame of the map is at {box}")
        across, down = seen.map("atlas.map.getSize().x"), seen.map("atlas.map.getSize().y")
        if not (down > 300 and abs(across - box["width"]) < 5):
            faults.append(f"the map measures {across} by {down}")
    if path == "/telecharger" and width > 640 and (uneven := seen.page.evaluate(LEVEL)):
        faults.append(f"files that do not stand on one line: {uneven}")
    return faults


def out_of_place(seen, path: str, width: int) -> dict:
    """What does not hold in a screen of this width, and the lines that are cut there."""
    return {("width", width): overflowing(seen, path, width), ("lines", width): seen.page.evaluate(LINES)}


def english(seen) -> set[str]:
    """Names and hints that Streamlit gives in English, and that are left so."""
    return UNTRANSLATED & set(seen.page.evaluate(LABELS))


def misworded(seen, path: str) -> dict:
    """What is wrong in the words of a page that a reader cannot read."""
    words = seen.page.evaluate(WORDS)
    faults = {"apostrophe": re.findall(r"\w+'\w+", words), "plural": re.findall(PLURAL, words)}
    faults["developers"] = [] if path in FOR_PROGRAMS else developers(words)
    return {kind: wrong for kind, wrong in faults.items() if wrong}


def printed(seen) -> None:
    """A4 at 96 dots to the inch, from the dark theme, where ink is light."""
    seen.resize(718, 1000)
    seen.page.emulate_media(media="print", color_scheme="dark")
    seen.rest()
    assert not seen.page.get_by_test_id("stSidebar").is_visible()
    boxes = seen.page.evaluate(
        """() => [...document.querySelectorAll("[data-testid=stMain] :is(iframe[title^=streamlit_folium], .profile, .legend, .notes, .keys, .compared, .spine-row)")]
            .filter(one => !one.parentElement.closest(".profile, .legend, .notes")).map(one => one.getBoundingClientRect())
            .filter(box => box.width && box.height).map(box => [box.left, box.top, box.right, box.bottom])"""
    )
    assert boxes and all(left >= 0 and right <= 718 for left, _, right, _ in boxes)
    upright = sorted(boxes, key=lambda box: box[1])
    assert [pair for pair in pairwise(upright) if pair[1][1] < pair[0][3] - 1] == []
    ink = seen.page.locator("h1.place").evaluate("title => getComputedStyle(title).color")
    assert ink == "rgb(31, 35, 40)"
    assert (
        seen.page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == "rgb(255, 255, 255)"
    )
    assert seen.page.pdf(format="A4").startswith(b"%PDF")
    seen.rest()  # after paper Streamlit takes its theme anew, and meanwhile is deaf to another


def on_paper(seen) -> None:
    """A map takes the width of paper, and its own again."""
    size = "[atlas.map.getSize().x, atlas.map.getSize().y]"
    before = seen.map(size)
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    paper = seen.map(size)
    assert paper == pytest.approx([17 / 2.54 * 96, 11 / 2.54 * 96], abs=4) and paper != before
    seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert seen.map(size) == before


@pytest.mark.parametrize("path", PAGES)
def test_a_page_reads_holds_and_prints(visit, address, path):
    """Opened dark, printed, then light and wider, then a phone: contrasts and structure, no word nor line out of place at any width.

    No serious violation, and none moderate either; the structure is that of both themes. Each screen is gone to once.
    """
    seen = visit(address, path, color_scheme="dark")
    seen.page.locator("h1").first.wait_for()
    place = path.partition("?")[0]
    if awaited := DRAWN.get(place):
        seen.page.locator(awaited).first.wait_for()
    elif place in DRAWN or (place == "/cpts" and "?" in path):
        seen.drawn()
    seen.quiet()
    assert seen.page.evaluate(HOMELESS) == []
    assert seen.page.evaluate(FRAMED) == []
    assert not seen.page.locator(".st-key-redessiner").is_visible()
    assert seen.page.evaluate(GROUND, "dark")
    if place == "/carte":
        assert seen.frame.evaluate("document.body.dataset.theme") == "dark"
        assert seen.map("atlas.mesh.getLayers().length") == 447
        assert "Effacer" in seen.page.evaluate(LABELS)
    if path == PAGES[6]:
        assert seen.page.get_by_test_id("stDateInputField").inner_text().replace("\n", "") == "jj/mm/aaaa"
    offences = {
        "dark": grave(seen, *KINDS),
        "dim in dark": dim(seen, path),
        "words": misworded(seen, path),
        "English": english(seen),
        **out_of_place(seen, path, 1280),
    }
    if path in PRINTED:
        printed(seen)
    under(seen, "light", 1920, 1080)
    offences |= {
        "light": grave(seen, "color-contrast"),
        "dim in light": dim(seen, path),
        **out_of_place(seen, path, 1920),
    }
    if place == "/carte":
        assert seen.frame.evaluate("document.body.dataset.theme") == "light"
        on_paper(seen)
    seen.resize(390, 844)
    offences |= {**out_of_place(seen, path, 390), "English on a phone": english(seen)}
    for tab in ROOMS.get(path, ()):
        seen.page.get_by_role("tab", name=tab).click()
        seen.quiet()
    assert {where: wrong for where, wrong in offences.items() if wrong} == {}
    assert seen.page.evaluate("document.documentElement.lang") == "fr"
    assert seen.page.title().endswith("Maillage")
    assert seen.hosts == {"127.0.0.1"}
    assert seen.errors == [] and seen.refused() == set()
    without_axe()


def test_the_measures_can_say_no(visit, address):
    seen = visit(address, "/donnees")
    seen.page.locator("h1.place").wait_for()
    seen.page.evaluate(
        """document.querySelector("h1.place").insertAdjacentHTML("afterend",
            '<p id=probe style="background:#fff;color:#777;">gris</p><p style="background:#fff;color:#999">gris</p>')"""
    )
    assert seen.page.evaluate(CONTRASTS, "#probe") == [[4.48, "gris"]]
    without_axe()
    assert "color-contrast" in [name for _, name, _ in grave(seen, *KINDS)]
    assert "color-contrast" in [name for _, name, _ in grave(seen, "color-contrast")]


def test_on_a_phone_the_menu_closes_on_a_choice_and_keeps_the_selection(visit, address):
    seen = visit(address, PAGES[0], viewport={"width": 390, "height": 844})
    seen.drawn()
    seen.quiet()
    opened = seen.page.locator("[data-testid=stSidebarCollapseButton] button[aria-expanded=true]")
    menu = seen.page.get_by_role("button", name="Ouvrir le menu")
    # Text passes under it: it has a ground of its own.
    assert menu.evaluate("one => getComputedStyle(one).backgroundColor") not in ("rgba(0, 0, 0, 0)", "transparent")
    assert overflowing(seen, PAGES[0], 390) == []
    menu.click()
    opened.wait_for()
    seen.quiet()  # a list that opens while the menu comes closes again
    seen.page.get_by_role("combobox", name="Indicateur coloré").click()
    seen.page.get_by_role("option", name="Évolution de la population").click()
    seen.page.wait_for_url("**indicateur=evolution_population*")
    opened.wait_for(state="hidden")
    seen.page.get_by_role("button", name="Ouvrir le menu").click()
    opened.wait_for()
    seen.quiet()
    seen.page.get_by_test_id("stSidebar").get_by_text("CDS", exact=True).click()  # one of several: the menu stays
    seen.page.wait_for_url("**structures=*CDS*")
    seen.page.wait_for_timeout(800)  # what would close it does so within 700 milliseconds
    assert opened.is_visible()
    seen.page.get_by_role("link", name="Données").click()
    opened.wait_for(state="hidden")
    menu.click()
    seen.page.wait_for_selector(".sources")
    seen.page.locator("h1.place", has_text="Données").wait_for()
    seen.page.wait_for_timeout(800)  # opened again at once, it stays so
    assert opened.is_visible()
    # And the menu keeps the selection.
    assert "territoire=departement-08" in seen.page.url and "indicateur=evolution_population" in seen.page.url
    seen.page.get_by_role("link", name="Carte").click()
    seen.page.locator("h1.place", has_text="Ardennes (08)").wait_for()
    seen.drawn()
    assert seen.errors == []


def test_an_address_that_does_not_exist_is_answered_in_french(visit, address):
    seen = visit(address, "/nulle-part")
    dialog = seen.page.get_by_role("dialog")
    dialog.wait_for()
    seen.page.get_by_text("Page introuvable").wait_for()
    assert (
        "n'existe pas dans cet atlas" in dialog.inner_text().replace("’", "'") and "pages/" not in dialog.inner_text()
    )
