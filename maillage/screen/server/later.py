"""An application that few ask for: it is imported and put together at its first question, not before the first page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send


class Later:
    """ASGI application: that of `make`, which lives, with its lifespan, from the first question until `close`."""

    def __init__(self, make: Callable[[], Starlette]):
        self.make = make
        self._over = asyncio.Event()
        self._living: asyncio.Task | None = None
        self._made: asyncio.Future[Starlette] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._made is None:
            self._made = asyncio.get_running_loop().create_future()
            self._living = asyncio.create_task(self._live(self._made))
        app = await asyncio.shield(self._made)  # whoever asks meanwhile waits for the same one
        await app(scope, receive, send)

    async def _live(self, made: asyncio.Future[Starlette]) -> None:
        try:
            app = await run_in_threadpool(self.make)
            async with app.router.lifespan_context(app):
                made.set_result(app)
                await self._over.wait()
        except Exception as error:
            if made.done():
                raise
            self._made = None  # the next question tries again
            made.set_exception(error)

    async def close(self) -> None:
        """End it, if anyone asked."""
        self._over.set()
        if self._living:
            await self._living
