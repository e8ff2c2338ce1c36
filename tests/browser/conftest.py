"""The running atlas, and a real Chromium that visits it."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.bench.drive import FLAGS, chromium, serving

ROOT = Path(__file__).parents[2]
OUT = Path(__file__).with_name("out")
SCREEN = {"width": 1280, "height": 800}
WAIT = 45_000  # milliseconds: two cores may be shared
SILENCE = 0.15  # seconds in which what was just drawn or pressed would speak
# What moves has come to its end, what was to be drawn is drawn, and nothing is left to be done. What turns for ever is let turn.
RESTED = """async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const rest = async () => {
        await frame();
        await frame();
        await Promise.all(document.getAnimations().filter((each) => each.playState === "running" && each.effect.getComputedTiming().endTime < 2000)
            .map((each) => each.finished.catch(() => {})));
        await document.fonts.ready;
        await new Promise((done) => requestIdleCallback(done, { timeout: 1000 }));
        return "rested";
    };
    return Promise.race([rest(), new Promise((done) => setTimeout(done, 3000, "restless"))]);
}"""
# A service that is ready at once: the first pages are composed when they are asked for.
UNREHEARSED = """
import sys
from maillage.screen.server import application, command

sys.exit(command.serve(application.application(command.SCRIPT, rehearsed=False), command.listening("127.0.0.1", int(sys.argv[2]))))
"""
# What the policy of a page refuses, kept where a test may read it.
REFUSED = """
addEventListener("securitypolicyviolation", (e) => (window.refused ??= []).push(`${e.violatedDirective} ${e.blockedURI}`), true);
"""
# Nothing leaves the machine, whatever a test gets wrong; what was tried is still recorded. No route: with one, nothing is cached.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"

# A page is seen for a second: its code is not worth compiling better, nor what it leaves collecting beside it.
HASTY = "--js-flags=--no-opt --no-maglev --single-threaded-gc --min-semi-space-size=32 --max-semi-space-size=64"


class Visit:
    """One visitor: the page, the frame of the map inside it, what was asked of whom, what the server heard and said.

    What a page is awaited for is a function: its policy lets no expression be evaluated twice.
    """

    def __init__(self, page: Page, address: str, query: str):
        self.page = page
        self.hosts, self.errors, self.messages = set(), [], 0
        self._waiting, self._due, self._last = set(), False, time.monotonic()  # files asked for; a run of the script
        self.ears = {
            "request": self._asked,
            "requestfinished": self._answered,
            "requestfailed": self._answered,
            "pageerror": self._complained,
            "websocket": self._listen,
        }
        for event, ear in self.ears.items():
            page.on(event, ear)
        page.goto(f"{address}{query}")

    def leave(self, rest: str) -> None:
        """Give the tab back as a new one is: nothing written in the browser, the mouse in its corner, nobody listening.

        At `rest`, an address of the atlas: at about:blank, whose policy is another, Chromium would start a process anew.
        """
        for event, ear in self.ears.items():
            self.page.remove_listener(event, ear)
        self.page.evaluate("() => { try { localStorage.clear(); sessionStorage.clear(); } catch {} }")
        self.page.context.clear_cookies()
        self.page.mouse.move(0, 0)
        self.page.goto(rest)

    def _asked(self, request):
        scheme, _, rest = request.url.partition("://")
        if scheme in ("http", "https", "ws", "wss"):
            self.hosts.add(rest.split("/")[0].split(":")[0])
            if request.is_navigation_request() and request.frame == self.page.main_frame:
                self._waiting.clear()
                self._due = True
            self._waiting.add(request)

    def _answered(self, request):
        self._waiting.discard(request)
        self._last = time.monotonic()

    def _complained(self, error):
        self.errors.append(str(error))

    def _listen(self, socket):
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, payload):
        self.messages, self._last = self.messages + 1, time.monotonic()
        if isinstance(payload, bytes) and BackMsg.FromString(payload).WhichOneof("type") == "rerun_script":
            self._due = True

    def _received(self, payload):
        self.messages, self._last = self.messages + 1, time.monotonic()
        kind = ForwardMsg.FromString(payload).WhichOneof("type")
        if kind in ("new_session", "script_finished"):
            self._due = kind == "new_session"

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
        """Wait until the script has run, what it asks for is there, what moves is at its end, and nobody speaks any more."""
        end, before = time.monotonic() + WAIT / 1000, -1
        while before != self.messages:
            before = self.messages
            while self._due or self._waiting or time.monotonic() < self._last + SILENCE:
                assert time.monotonic() < end, f"the page is never quiet: {self._due=} {self._waiting=}"
                silent = 0 if self._due or self._waiting else self._last + SILENCE - time.monotonic()
                self.page.wait_for_timeout(max(30, 1000 * silent))
            with suppress(Error):  # the page is being left
                self.rest()

    def rest(self) -> None:
        """Wait until what moves is at its end, and what was to be drawn is drawn."""
        self.page.evaluate(RESTED)

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})
        self.rest()
        self.quiet()

    def map(self, expression: str):
        """The value of an expression about `atlas`, the state of the map."""
        return self.frame.evaluate(f"(() => {{ const atlas = maillage.state(); return {expression}; }})()")

    def refused(self) -> set[str]:
        """What the policy of this page and of its frames refused."""
        return {each for frame in self.page.frames for each in frame.evaluate("window.refused ?? []")}

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
        launched = playwright.chromium.launch(executable_path=program, args=[*FLAGS, ALONE, HASTY])
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def new_tab(browser):
    """A function that gives the only tab of a browser where nobody has been yet."""

    def new() -> Page:
        context = browser.new_context(viewport=SCREEN, locale="fr-FR")
        context.set_default_timeout(WAIT)
        context.add_init_script(REFUSED)
        return context.new_page()

    return new


@pytest.fixture(scope="package")
def tabs() -> list[Page]:
    """The tabs of those who come one after the other: what one compiled serves them all, two thirds of the work of a visit."""
    return []


@pytest.fixture(scope="package")
def beside(tabs, new_tab):
    """A function that gives one more tab of the first browser, to keep or to change for good: what was compiled there serves it."""

    def new() -> Page:
        if not tabs:
            tabs.append(new_tab())
        return tabs[0].context.new_page()

    return new


@pytest.fixture(scope="package")
def address(database, tmp_path_factory) -> Iterator[str]:
    """The atlas as a service: by serve.py, under its policy, its style at the head of each page."""
    with serving(ROOT / "serve.py", tmp_path_factory.mktemp("server") / "log") as server:
        yield server.url


@pytest.fixture(scope="package")
def copy_of_atlas(database, tmp_path_factory):
    """A function that copies what the atlas needs to run into a new folder, without its database; it rehearses nothing."""

    def copy() -> Path:
        root = tmp_path_factory.mktemp("atlas")
        app = (ROOT / "app.py").read_text(encoding="utf-8")
        (root / "app.py").write_text(app.replace('or "")', 'or "", rehearsed=False)'), encoding="utf-8")
        (root / "serve.py").write_text(UNREHEARSED)
        for folder in ("pages", "maillage", ".streamlit", "static"):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns(".2*"))
        (root / "data").mkdir()
        return root

    return copy


@pytest.fixture
def visit(tabs, new_tab, request, address):
    """A function that opens the atlas for a new visitor; a failed test leaves a picture of what they saw.

    The first and the second visitor of a test come to the tabs of all, of two browsers, unless they must be `fresh`: of a browser
    that knows nothing, or to be changed for good; or bring their own `tab`.
    """
    visits, lent, rest = [], [], f"{address}/_stcore/health"

    def open_page(
        address: str,
        query: str = "",
        fresh: bool = False,
        tab: Page | None = None,
        viewport=SCREEN,
        color_scheme="light",
    ) -> Visit:
        if tab:
            lent.append(tab)
        elif fresh:
            tab = new_tab()
        else:
            while len(tabs) <= len(visits):
                tabs.append(new_tab())
            tab = tabs[len(visits)]
        tab.set_viewport_size(viewport)
        tab.emulate_media(media="null", color_scheme=color_scheme)
        visits.append(Visit(tab, address, query))
        return visits[-1]

    yield open_page
    failed = getattr(request.node, "failed", False)
    for number, opened in enumerate(visits):
        if failed:
            OUT.mkdir(exist_ok=True)
            opened.page.screenshot(path=OUT / f"{request.node.name}-{number}.png".replace("/", "_"))
        if opened.page in tabs or opened.page in lent:
            opened.leave(rest)
        else:
            opened.page.context.close()
    if failed:
        for tab in tabs:
            tab.close()  # alone: others of its browser may be kept
        tabs.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report
