"""The bench's hands: servers it starts and ends, visitors who open a page, click, and read the clock."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

WATCH = Path(__file__).with_name("watch.js")
# The shell first: a whole Chromium gives each visitor an address bar of its own, 0.8 s of a processor.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",  # without a window, letters would else stand on whole pixels, and lines be wider than a reader's
)
PLAIN = (
    "--browser.gatherUsageStats",
    "false",
    "--server.enableStaticServing",
    "true",
)  # for a page that is not the atlas
QUIET_SECONDS, STARTED_SECONDS, PATIENCE_SECONDS = 0.8, 60, 20


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        raise RuntimeError("Chromium is missing: install it (on Debian: chromium) and run the bench again.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Server:
    """A server of ours, by `streamlit run` or by the atlas' own serve.py: where it answers, and the memory it holds."""

    def __init__(self, script: Path, log: Path, *options: str):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.state = f"{self.url}/_stcore/health"
        if script.name == "serve.py":
            command = [sys.executable, script.name, "--port", str(port)]
            self.state = f"{self.url}/ready"
        else:
            command = [sys.executable, "-m", "streamlit", "run", script.name, "--server.port", str(port)]
            command += [
                "--server.address",
                "127.0.0.1",
                "--server.headless",
                "true",
                "--server.fileWatcherType",
                "none",
            ]
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [*command, *options], cwd=script.parent, stdout=output, stderr=subprocess.STDOUT
            )
        self.log = log

    def wait(self) -> None:
        for _ in range(STARTED_SECONDS * 10):
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.state, timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"A server did not start. {self.log.read_text()[-500:]}")

    def memory_mb(self) -> float:
        """Resident memory, where the system tells it (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1000

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def serving(script: Path, log: Path, *options: str) -> Iterator[Server]:
    server = Server(script, log, *options)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


class Visit:
    """A visitor in a browser context of their own: nothing cached, nothing remembered."""

    def __init__(self, browser: Browser, url: str):
        self.bytes = 0  # received over the websocket
        self.runs = 0  # of the page's script, as the server announces them
        self._running, self._heard = False, time.monotonic()
        self.context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
        self.context.add_init_script(path=WATCH)
        self.page = self.context.new_page()
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._receive))
        self.page.goto(url, wait_until="commit")

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_) -> None:
        self.context.close()

    def _receive(self, payload: bytes) -> None:
        self.bytes += len(payload)
        self._heard = time.monotonic()
        message = ForwardMsg.FromString(payload).WhichOneof("type")
        if message == "new_session":
            self.runs += 1
        self._running = message == "new_session" or (self._running and message != "script_finished")

    def seconds_to(self, *watches: str) -> float:
        """Seconds from the request of the page to the last of what `watch.js` watches."""
        each = ", ".join(f"bench.{watch}" for watch in watches)
        return self.page.evaluate(f"Promise.all([{each}]).then(times => Math.max(...times))") / 1000

    def seconds_after_click(self, polygons: int, *, label: str = "", option: str = "", button: str = "") -> float:
        """Seconds from the press on an option of a selectbox, or on a button, to the map repainted."""
        if label:
            self.page.get_by_role("combobox", name=label, exact=True).fill(option)
            target = self.page.get_by_role("option", name=option, exact=True)
        else:
            target = self.page.get_by_role("radio", name=button, exact=True)
        target.wait_for()
        self.page.evaluate(f"bench.begin({polygons})")
        target.click()
        return self.page.evaluate("bench.end()") / 1000

    def settle(self) -> None:
        """Wait until the script has ended and the server has nothing more to say."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and (self._running or time.monotonic() - self._heard < QUIET_SECONDS):
            self.page.wait_for_timeout(50)

    def pan_and_zoom(self) -> None:
        where = "[map.getCenter().lat, map.getZoom()]"
        before = self.in_map(where)
        box = self.page.locator("iframe[src*=streamlit_folium]").bounding_box()
        x, y = box["x"] + 250, box["y"] + 250
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + 60, y + 40, steps=6)
        mouse.up()
        self.page.wait_for_timeout(500)
        self.page.keyboard.down("Control")  # else the wheel scrolls the page
        mouse.wheel(0, -240)
        self.page.keyboard.up("Control")
        self.page.wait_for_timeout(1500)  # time for a run to begin, if one must
        self.settle()
        if any(old == new for old, new in zip(before, self.in_map(where), strict=True)):
            raise RuntimeError("The map did not move under the mouse.")

    def in_map(self, expression: str):
        """The value of an expression inside the map's frame."""
        frame = next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)
        return frame.evaluate(expression)
