"""A visitor without a browser: opens a page over Streamlit's websocket, then changes view, and reads the clock."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class View:
    """A page and its address: `page` is empty for the map, else the name of the page (« ecarts »)."""

    page: str
    query: tuple[tuple[str, str], ...]


@dataclass
class Journal:
    """What a crowd saw. Seconds from a gesture to the end of the run it asks for; sentences for what failed."""

    began: float = field(default_factory=time.monotonic)
    runs: list[tuple[float, float, str]] = field(default_factory=list)  # (when it ended, seconds, page)
    errors: list[str] = field(default_factory=list)
    reconnected: list[float] = field(default_factory=list)  # seconds from a lost connection to the same view
    received: int = 0  # bytes

    def seconds(self, after: float = 0.0) -> list[float]:
        """Durations of the runs that ended more than `after` seconds from the beginning."""
        return [seconds for ended, seconds, _ in self.runs if ended - self.began > after]


class Visitor:
    """One session: `stay` opens the first view, then another every `think` seconds on average, until told to leave."""

    def __init__(self, url: str, views, journal: Journal, draw: random.Random, think: float):
        parts = urlsplit(url)
        self.stream = (
            f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}{parts.path.rstrip('/')}/_stcore/stream"
        )
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.views, self.journal, self.draw, self.think = views, journal, draw, think
        self.hashes: dict[str, str] = {}  # page → script hash, as the server announces them
        self.kept: set[str] = set()  # hashes of the messages that a browser would have kept
        self.cookies = f"maillage_session={draw.getrandbits(64):x}"

    async def stay(self, seconds: float) -> None:
        """Visit for that long. A lost connection is opened again on the same view, as a browser does."""
        until, view, lost = time.monotonic() + seconds, self.next_view(), None
        while time.monotonic() < until:
            try:
                async with websockets.connect(
                    self.stream,
                    subprotocols=["streamlit"],
                    origin=self.origin,
                    max_size=None,
                    open_timeout=PATIENCE_SECONDS,
                    additional_headers={"Cookie": self.cookies},
                    ping_interval=None,
                ) as socket:
                    await self.run(socket, view)
                    if lost is not None:
                        self.journal.reconnected.append(time.monotonic() - lost)
                        lost = None
                    while time.monotonic() < until:
                        await asyncio.sleep(self.draw.expovariate(1 / self.think))
                        following = self.next_view()
                        await self.run(socket, following)
                        view = following
            except (websockets.ConnectionClosed, OSError, websockets.InvalidHandshake) as error:
                if lost is None:
                    lost = time.monotonic()
                elif time.monotonic() - lost > PATIENCE_SECONDS:
                    self.journal.errors.append(f"no way back: {type(error).__name__}")
                    return
                await asyncio.sleep(0.5)
            except TimeoutError:
                self.journal.errors.append(f"no answer within {PATIENCE_SECONDS:.0f} s")
                return

    def next_view(self) -> View:
        return self.draw.choice(self.views)

    async def run(self, socket, view: View) -> None:
        """Ask for a view and wait for the end of its run."""
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = urlencode(view.query)
        if view.page:
            asked.page_name = view.page
            asked.page_script_hash = self.hashes.get(view.page, "")
        began = time.monotonic()
        await socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.read(socket)
        self.journal.runs.append((time.monotonic(), time.monotonic() - began, view.page or "carte"))

    async def read(self, socket) -> None:
        """Read to the end of a run. An exception on the page is an error; a page that reruns itself is waited for."""
        while True:
            packet = await socket.recv()
            self.journal.received += len(packet)
            message = ForwardMsg()
            message.ParseFromString(packet)
            kind = message.WhichOneof("type")
            if kind == "navigation":  # not new_session: its first names the page asked for by the hash of app.py
                self.hashes |= {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            elif kind == "delta" and message.delta.new_element.HasField("exception"):
                self.journal.errors.append(message.delta.new_element.exception.message[:120])
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return
