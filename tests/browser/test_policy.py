"""The atlas as a service, under its security policy: nothing that its pages do is refused, and what they do not do is."""

import pytest

from tests.bench.drive import serving
from tests.browser.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WATCH = """
addEventListener("securitypolicyviolation", (e) => (window.refused ??= []).push(`${e.violatedDirective} ${e.blockedURI}`), true);
"""


@pytest.fixture(scope="module")
def service(database, tmp_path_factory):
    with serving(ROOT / "serve.py", tmp_path_factory.mktemp("service") / "log") as server:
        yield server.url


def refused(opened) -> set[str]:
    return {each for frame in opened.page.frames for each in frame.evaluate("window.refused ?? []")}


@pytest.fixture
def open_page(visit, service):
    def open_page(query: str):
        opened = visit("about:blank")
        opened.context.add_init_script(WATCH)
        opened.page.goto(f"{service}/{query}")
        return opened

    return open_page


def test_the_map_is_drawn_under_the_policy(open_page):
    opened = open_page("?territoire=departement-08")
    opened.drawn()
    assert opened.page.evaluate("document.documentElement.lang") == "fr"
    assert opened.errors == [] and refused(opened) == set()


def test_charts_and_their_sorting_run_under_the_policy(open_page):
    opened = open_page("comparer?territoire=departement-08")
    heading = opened.page.locator("table th[aria-sort] button").first
    heading.wait_for()
    opened.quiet()
    heading.click()
    opened.page.locator("table th[aria-sort=ascending], table th[aria-sort=descending]").first.wait_for()
    assert opened.errors == [] and refused(opened) == set()


def test_a_presentation_is_previewed_under_the_policy(open_page):
    opened = open_page("ceremonie?cpts=cpts-71-centre-saone-et-loire")
    preview = opened.page.frame_locator("iframe[title^='Aperçu']")
    preview.get_by_role("button", name="Suivant").click()
    preview.locator("#map svg").first.wait_for()
    assert opened.errors == [] and refused(opened) == set()


def test_a_script_that_is_not_ours_is_refused(open_page):
    opened = open_page("methode")
    opened.page.locator("h1").first.wait_for()
    opened.page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.theirs = true";
        document.body.append(script);
    }""")
    assert opened.page.evaluate("window.theirs") is None
    assert refused(opened) == {"script-src-elem inline"}
