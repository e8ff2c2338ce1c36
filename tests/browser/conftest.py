"""The running atlas, and a real Chromium that visits it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.bench.drive import FLAGS, chromium, serving

ROOT = Path(__file__).parents[2]
OUT = Path(__file__).with_name("out")
SCREEN = {"width": 1280, "height": 800}
WAIT = 45_000  # milliseconds: two cores may be shared
# Nothing leaves the machine, whatever a test gets wrong; what was tried is still recorded. No route: with one, nothing is cached.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"


class Visit:
    """One visitor: the page, the frame of the map inside it, what was asked of whom, what the server heard and said."""

    def __init__(self, page: Page, address: str, query: str):
        self.page = page
        self.hosts, self.errors, self.messages = set(), [], 0
        self.ears = {"request": self._asked, "pageerror": self._complained, "websocket": self._listen}
        for event, ear in self.ears.items():
            page.on(event, ear)
        page.goto(f"{address}{query}")

    def leave(self) -> None:
        """Give the tab back as a new one is: nothing written in the browser, the mouse in its corner, nobody listening."""
        for event, ear in self.ears.items():
            self.page.remove_listener(event, ear)
        self.page.evaluate("() => { try { localStorage.clear(); sessionStorage.clear(); } catch {} }")
        self.page.context.clear_cookies()
        self.page.set_viewport_size(SCREEN)
        self.page.emulate_media(media="null", color_scheme="light")
        self.page.mouse.move(0, 0)
        self.page.goto("about:blank")

    def _asked(self, request):
        scheme, _, rest = request.url.partition("://")
        if scheme in ("http", "https", "ws", "wss"):
            self.hosts.add(rest.split("/")[0].split(":")[0])

    def _complained(self, error):
        self.errors.append(str(error))

    def _listen(self, socket):
        for event in ("framesent", "framereceived"):
            socket.on(event, self._heard)

    def _heard(self, _):
        self.messages += 1

    @property
    def frame(self):
        self.page.wait_for_selector("iframe[src*=streamlit_folium]")
        return next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)

    def drawn(self, after: int = 0) -> int:
        """Wait until the map has been drawn once more than `after`; the number of that draw."""
        while True:
            frame = self.frame
            try:
                frame.wait_for_function("after => window.maillageDrawn > after", arg=after)
                return frame.evaluate("window.maillageDrawn")
            except Error as error:  # the map of the page that is being left
                if not (frame.is_detached() or "detached" in str(error) or "destroyed" in str(error)):
                    raise error

    def quiet(self) -> None:
        """Wait until the server has nothing more to say."""
        before = -1
        while before != self.messages:
            before = self.messages
            self.page.wait_for_timeout(500)

    def map(self, expression: str):
        """The value of an expression about `atlas`, the state of the map."""
        return self.frame.evaluate(f"(() => {{ const atlas = maillage.state(); return {expression}; }})()")

    def place(self) -> str:
        return (
            self.page.locator("h1.place").inner_text().replace("\u2060", "")
        )  # what holds a name together is not seen

    def pixel(self, expression: str) -> tuple[float, float]:
        """Where a position of the map, an expression giving a LatLng, stands on the page."""
        box = self.page.locator("iframe[src*=streamlit_folium]").bounding_box()
        x, y = self.map(f"(p => [p.x, p.y])(atlas.map.latLngToContainerPoint({expression}))")
        return box["x"] + x, box["y"] + y


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        words = (
            "no Chromium here: install chromium to try the atlas in a real browser (on Debian: apt install chromium)"
        )
        pytest.fail(words, pytrace=False) if os.environ.get("CI") else pytest.skip(words)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=[*FLAGS, ALONE])
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def new_tab(browser):
    """A function that gives the only tab of a browser where nobody has been yet."""

    def new(**looks) -> Page:
        context = browser.new_context(**{"viewport": SCREEN, "locale": "fr-FR"} | looks)
        context.set_default_timeout(WAIT)
        return context.new_page()

    return new


@pytest.fixture(scope="package")
def tabs() -> list[Page]:
    """The tab of those who come one after the other: what it compiled once serves them all, two thirds of the work of a visit."""
    return []


@pytest.fixture(scope="package")
def address(database, tmp_path_factory) -> Iterator[str]:
    """The atlas itself, served."""
    with serving(ROOT / "app.py", tmp_path_factory.mktemp("server") / "log") as server:
        yield server.url


@pytest.fixture(scope="package")
def service(database, tmp_path_factory) -> Iterator[str]:
    """The atlas as a service: by serve.py, under its policy, its style at the head of each page."""
    with serving(ROOT / "serve.py", tmp_path_factory.mktemp("service") / "log") as server:
        yield server.url


@pytest.fixture(scope="package")
def copy_of_atlas(database, tmp_path_factory):
    """A function that copies what the atlas needs to run into a new folder, without its database."""

    def copy() -> Path:
        root = tmp_path_factory.mktemp("atlas")
        shutil.copy(ROOT / "app.py", root)
        for folder in ("pages", "maillage", ".streamlit", "static"):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__", ".2*"))
        (root / "data").mkdir()
        return root

    return copy


@pytest.fixture
def visit(tabs, new_tab, request):
    """A function that opens the atlas for a new visitor; a failed test leaves a picture of what they saw.

    The first comes to the tab of all, unless it must be `fresh`: of a browser that knows nothing, or to be changed for good.
    Each other visitor of a test has their own browser, and so has who comes with another screen or theme.
    """
    visits = []

    def open_page(address: str, query: str = "", fresh: bool = False, **looks) -> Visit:
        if fresh or looks or visits:
            tab = new_tab(**looks)
        else:
            tabs[:] = tabs or [new_tab()]
            tab = tabs[0]
        visits.append(Visit(tab, address, query))
        return visits[-1]

    yield open_page
    failed = getattr(request.node, "failed", False)
    for number, opened in enumerate(visits):
        if failed:
            OUT.mkdir(exist_ok=True)
            opened.page.screenshot(path=OUT / f"{request.node.name}-{number}.png".replace("/", "_"))
        if failed or opened.page not in tabs:
            opened.page.context.close()
        else:
            opened.leave()
    if failed:
        tabs.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report
