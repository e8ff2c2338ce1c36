"""The ASGI application: Streamlit's own, with what a service needs around it."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from streamlit import file_util
from streamlit.runtime import get_instance
from streamlit.web import bootstrap

from maillage import assets, settings
from maillage.api import application as api
from maillage.exports import offline
from maillage.queries import cpts as cpts_queries
from maillage.queries import territories
from maillage.screen import questions, served
from maillage.screen.frame import VIEWS
from maillage.screen.server import journal, rehearsal
from maillage.screen.server.foreseen import Foreseen
from maillage.screen.server.headers import SecurityHeaders, inline_scripts
from maillage.screen.server.later import Later
from maillage.screen.server.metrics import Metrics, RunMeter
from maillage.screen.server.rehearsal import CPTS, TERRITORY
from maillage.screen.server.shelf import Shelf
from maillage.screen.server.shell import Shell
from maillage.warehouse import Edition, Unavailable

LOOK_SECONDS = 5.0  # between two looks at the build in place
PLAIN = {"Cache-Control": "no-store"}


def application(script: Path, base: str = "", rehearsed: bool = True) -> st.App:
    """The atlas as `serve.py` serves it, under this path of the address. `rehearsed`: as of `around`."""
    app = st.App(script, **around(base, rehearsed))
    # As App.run() does: out of `streamlit run`, Streamlit reads no option from the environment.
    bootstrap.load_config_options({"server.baseUrlPath": base.strip("/"), "logger.enableRich": False})
    journal.install()  # again: options made handlers of their own
    return app


def around(base: str = "", rehearsed: bool = True) -> dict[str, Any]:
    """What stands around the pages, as arguments of `st.App`: its state at /health, /ready and /metrics, the interface for
    programs, the headers of a service, what is done before it is ready.

    `base`: the path of the address under which the atlas is published; `rehearsed`: compose the first pages before it is ready.
    """
    journal.install()
    metrics = Metrics(build_in_place)
    leaflet, fingerprint = served.published()
    foreseen = Foreseen(fingerprint, leaflet)

    async def ready(_: Request) -> Response:
        sentence = await run_in_threadpool(why_not_ready)
        return PlainTextResponse(sentence or "prêt", 503 if sentence else 200, PLAIN)

    async def counted(_: Request) -> Response:
        text = await run_in_threadpool(metrics.text)
        return Response(text, media_type="text/plain; version=1.0.0; charset=utf-8", headers=PLAIN)

    def failed(error: Exception) -> None:
        metrics.errors.labels(type(error).__name__).inc()

    def edition() -> Edition:
        return questions.warehouse().edition()

    def assistants() -> Starlette:
        from maillage.api import assistant  # its protocol takes longer to import than the interface for programs

        return assistant.over_http(edition, tools)

    interface = f"{root(base)}{api.PATH}"
    tools = f"{interface}/mcp"
    for_assistants = Later(assistants)
    return {
        "lifespan": lifespan(foreseen if rehearsed else None, for_assistants),
        "routes": [
            Route("/health", alive),
            Route("/ready", ready),
            Route("/metrics", counted),
            Route(tools, for_assistants),
            Route(interface, lambda _: RedirectResponse(f"{interface}/")),  # else it would be a page of Streamlit's
            Mount(interface, api.interface(edition, settings.secrecy()[0])),
        ],
        "middleware": [
            Middleware(Shelf),
            Middleware(
                SecurityHeaders,
                scripts=page_scripts(),
                leaflet=leaflet,
                frames=settings.frames()[0],
            ),
            Middleware(RunMeter, metrics=metrics),
            Middleware(Shell, fingerprint=fingerprint, foreseen=foreseen.links),
        ],
        "on_script_error": failed,
    }


def root(base: str) -> str:
    """The path under which the atlas is published, as addresses begin: « /atlas », or nothing."""
    path = base.strip("/")
    return f"/{path}" if path else ""


async def alive(_: Request) -> Response:
    """200 as long as the process answers, whatever its data are."""
    return PlainTextResponse("vivant", headers=PLAIN)


def why_not_ready() -> str | None:
    """A sentence when the database cannot be used: absent, damaged, of another schema; or its contours are not published."""
    try:
        version = questions.warehouse().edition().version
    except Unavailable as error:
        return str(error)
    return None if questions.contours(version).is_dir() else questions.NO_CONTOURS


def build_in_place() -> str | None:
    """The version of the build that is served, None when there is none."""
    try:
        return questions.warehouse().edition().version
    except Unavailable:
        return None


def page_scripts() -> list[str]:
    """The inline scripts of our pages, which the policy names one by one: Streamlit's, ours, and those of the preview of a
    presentation, whose frame obeys the policy of its page."""
    streamlit = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    ours = [path.read_text(encoding="utf-8") for path in sorted(VIEWS.glob("*.js")) if path.stem not in assets.SCRIPTS]
    with suppress(offline.Unset):
        ours.append(offline.script())
    return [*inline_scripts(streamlit), *ours]


def lifespan(foreseen: Foreseen | None, later: Later):
    """From « starting » to « ready », and a look at the build now and then: a new one is rehearsed before most ask for it.
    `foreseen`: what learns from it, nothing when pages are not rehearsed; `later`: what may have come to life meanwhile, and ends with it."""

    @asynccontextmanager
    async def living(_: st.App) -> AsyncIterator[None]:
        prompt(asyncio.get_running_loop())
        if foreseen:
            # Without a base, pages say so, or build it.
            if await run_in_threadpool(why_not_ready) is None:
                try:
                    await rehearse("ready", foreseen)
                except (RuntimeError, Unavailable) as error:
                    journal.event("cannot start", logging.ERROR, reason=str(error))
                    raise
            rehearsal.settle()
        journal.install()
        watching = asyncio.create_task(watch(foreseen)) if foreseen else None
        yield
        if watching:
            watching.cancel()
        await later.close()
        journal.event("stopping")

    return living


def prompt(loop: asyncio.AbstractEventLoop) -> None:
    """Have what this loop will listen to send at once. The door of `streamlit run` keeps the body of each answer, and of each of
    the hundred files of a first page, until its head is acknowledged: half a second in all."""
    create_server = loop.create_server

    def listen(protocol, *places, sock: socket.socket | None = None, **options):
        if sock and sock.family in (socket.AF_INET, socket.AF_INET6):  # what a door accepts has its options
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return create_server(protocol, *places, sock=sock, **options)

    loop.create_server = listen


async def rehearse(name: str, foreseen: Foreseen) -> None:
    """Compose the first pages of the build in place, keep what they are made of, and write in the journal how long each took."""
    began = time.perf_counter()
    composed = await rehearsal.compose(get_instance(), await run_in_threadpool(some_places))
    foreseen.learn(composed)
    version = await run_in_threadpool(build_in_place)
    pages = {one.opening.title: one.seconds for one in composed}
    journal.event(name, build=version, seconds=round(time.perf_counter() - began, 3), pages=pages)


def some_places() -> dict[str, str]:
    """A département and a CPTS to warm the pages with, as addresses name them."""
    ask = questions.warehouse().edition().ask
    departements, cpts = ask(territories.departements), ask(cpts_queries.every)
    whole = cpts[cpts["communes"].notna()]["cpts_id"]
    places = {TERRITORY: f"departement-{departements[0][0]}"} if departements else {}
    return places | ({CPTS: whole.iloc[0]} if len(whole) else {})


async def watch(foreseen: Foreseen) -> None:
    """Rehearse each new build; a build that is no use is written once, and the atlas goes on saying why on its pages."""
    known = await run_in_threadpool(build_in_place)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        version = await run_in_threadpool(build_in_place)
        if version == known:
            continue
        known = version
        try:
            if version:
                await rehearse("new build", foreseen)
            else:
                journal.event("no build", reason=await run_in_threadpool(why_not_ready))
        except (RuntimeError, Unavailable) as error:
            journal.event("new build fails", reason=str(error))
