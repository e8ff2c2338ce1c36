"""The ASGI application: Streamlit's own, with what a service needs around it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from pathlib import Path

import streamlit as st
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
from maillage.api import assistant
from maillage.exports import offline
from maillage.queries import territories
from maillage.screen import questions, served
from maillage.screen.frame import VIEWS
from maillage.screen.server import journal, rehearsal
from maillage.screen.server.headers import SecurityHeaders, inline_scripts
from maillage.screen.server.metrics import Metrics, RunMeter
from maillage.screen.server.shell import Shell
from maillage.warehouse import Edition, Unavailable

LOOK_SECONDS = 5.0  # between two looks at the build in place
PLAIN = {"Cache-Control": "no-store"}


def application(script: Path, base: str = "", rehearsed: bool = True) -> st.App:
    """The atlas under this path of the address, its state at /health, /ready and /metrics. `rehearsed`: compose the first pages
    before it is ready."""
    metrics = Metrics(build_in_place)
    leaflet, fingerprint = served.published()

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

    interface = f"{root(base)}{api.PATH}"
    tools, addresses = assistant.over_http(edition, f"{interface}/mcp")
    app = st.App(
        script,
        lifespan=lifespan(rehearsed, tools.session_manager.run),
        routes=[
            Route("/health", alive),
            Route("/ready", ready),
            Route("/metrics", counted),
            *addresses,
            Route(interface, lambda _: RedirectResponse(f"{interface}/")),  # else it would be a page of Streamlit's
            Mount(interface, api.interface(edition, settings.secrecy()[0])),
        ],
        middleware=[
            Middleware(
                SecurityHeaders,
                scripts=page_scripts(),
                leaflet=leaflet,
                frames=settings.frames()[0],
            ),
            Middleware(RunMeter, metrics=metrics),
            Middleware(Shell, fingerprint=fingerprint),
        ],
        on_script_error=failed,
    )
    # As App.run() does: out of `streamlit run`, Streamlit reads no option from the environment.
    bootstrap.load_config_options({"server.baseUrlPath": base.strip("/"), "logger.enableRich": False})
    journal.install()  # again: options made handlers of their own
    return app


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


def lifespan(rehearsed: bool, beside: Callable[[], AbstractAsyncContextManager] = nullcontext):
    """From « starting » to « ready », and a look at the build now and then: a new one is rehearsed before most ask for it.
    `beside`: what runs as long."""

    @asynccontextmanager
    async def living(_: st.App) -> AsyncIterator[None]:
        if rehearsed:
            try:
                await rehearse("ready")
            except (RuntimeError, Unavailable) as error:
                journal.event("cannot start", logging.ERROR, reason=str(error))
                raise
            rehearsal.settle()
        journal.install()
        watching = asyncio.create_task(watch()) if rehearsed else None
        async with beside():
            yield
        if watching:
            watching.cancel()
        journal.event("stopping")

    return living


async def rehearse(name: str) -> None:
    """Compose the first pages of the build in place, and write in the journal how long each took."""
    began = time.perf_counter()
    place = await run_in_threadpool(some_departement)
    pages = await rehearsal.compose(get_instance(), place)
    version = await run_in_threadpool(build_in_place)
    journal.event(name, build=version, seconds=round(time.perf_counter() - began, 3), pages=pages)


def some_departement() -> str | None:
    """A département to warm the pages with."""
    known = questions.warehouse().edition().ask(territories.departements)
    return f"departement-{known[0][0]}" if known else None


async def watch() -> None:
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
                await rehearse("new build")
            else:
                journal.event("no build", reason=await run_in_threadpool(why_not_ready))
        except (RuntimeError, Unavailable) as error:
            journal.event("new build fails", reason=str(error))
