"""What the service counts, in Prometheus' own text: runs and how long they take, visitors, errors, memory, the build."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30)  # seconds
SHORT = 128  # bytes: the end of a run is said in fewer, and longer messages are not read
STREAM = "/_stcore/stream"


class Metrics:
    """Counters of one process. `build()` tells the version of the database in place, or nothing when there is none."""

    def __init__(self, build: Callable[[], str | None]):
        self.registry = CollectorRegistry()
        self.runs = Histogram(
            "maillage_run_seconds",
            "From a gesture to the end of the run it asks for.",
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.visitors = Gauge("maillage_visitors", "Pages open now.", registry=self.registry)
        self.refused = Counter(
            "maillage_connections_refused", "Connections refused, another site's for instance.", registry=self.registry
        )
        self.errors = Counter("maillage_errors", "Runs that failed.", ["exception"], registry=self.registry)
        self.build = build
        ProcessCollector(registry=self.registry)
        self.registry.register(self)

    def collect(self):
        """The database in place, as Prometheus asks for it."""
        info = GaugeMetricFamily("maillage_build", "The database in place; 0 when there is none.", labels=["version"])
        version = self.build()
        info.add_metric([version or ""], 1 if version else 0)
        yield info

    def text(self) -> bytes:
        """Every measure, in the text format of Prometheus."""
        return generate_latest(self.registry)


class RunMeter:
    """ASGI middleware that reads the clock of each run on the websocket, where a visitor asks and is answered."""

    def __init__(self, app: ASGIApp, metrics: Metrics):
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or not scope["path"].endswith(STREAM):
            await self.app(scope, receive, send)
            return
        began: float | None = None
        accepted = False

        async def hear() -> Message:
            nonlocal began
            message = await receive()
            if message["type"] == "websocket.receive" and began is None and asks_a_run(message.get("bytes")):
                began = time.perf_counter()
            return message

        async def answer(message: Message) -> None:
            nonlocal began, accepted
            if message["type"] == "websocket.accept":
                accepted = True
                self.metrics.visitors.inc()
            elif message["type"] == "websocket.close" and not accepted:
                self.metrics.refused.inc()
            await send(message)
            if began is not None and message["type"] == "websocket.send" and ends_a_run(message.get("bytes")):
                self.metrics.runs.observe(time.perf_counter() - began)
                began = None

        try:
            await self.app(scope, hear, answer)
        finally:
            if accepted:
                self.metrics.visitors.dec()


def asks_a_run(packet: bytes | None) -> bool:
    """Whether a message from a browser asks for a run of a page."""
    try:
        return bool(packet) and BackMsg.FromString(packet).WhichOneof("type") == "rerun_script"
    except Exception:  # what is no message of Streamlit's is for Streamlit to refuse
        return False


def ends_a_run(packet: bytes | None) -> bool:
    """Whether a message says that a run is over, and not begun again."""
    if not packet or len(packet) > SHORT:
        return False
    message = ForwardMsg.FromString(packet)
    return (
        message.WhichOneof("type") == "script_finished"
        and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
    )
