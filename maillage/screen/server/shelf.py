"""Files that never change, answered from memory: each costs Streamlit a thread, a look at the disk and 2 ms, and a first page
asks for a hundred."""

from __future__ import annotations

from cachetools import LRUCache
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHELF_BYTES = 48 * 1024 * 1024
HEAD_BYTES = 1024  # of one answer, about: an empty file is kept too
FILE_BYTES = 6 * 1024 * 1024  # the largest is the module of charts, 4.7 MB
FOREVER = "immutable"
ASKED = ("range", "if-none-match", "if-modified-since", "origin")  # of what is not the whole file for this site


class Shelf:
    """ASGI middleware: a whole answer that says it never changes is kept, and is the answer to whoever asks alike."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.kept: LRUCache = LRUCache(SHELF_BYTES, getsizeof=lambda messages: HEAD_BYTES + len(messages[1]["body"]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        if scope["type"] != "http" or scope["method"] != "GET" or any(name in headers for name in ASKED):
            await self.app(scope, receive, send)
            return
        asked = (scope["path"], scope["query_string"], headers.get("accept-encoding", ""))
        if kept := self.kept.get(asked):
            for message in kept:
                await send(message)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif _lasts(start):
                parts.append(message.get("body", b""))
                if not message.get("more_body") and (size := sum(map(len, parts))) <= FILE_BYTES:
                    body = {"type": "http.response.body", "body": b"".join(parts)}
                    if size == int(Headers(raw=start["headers"]).get("content-length", size)):
                        self.kept[asked] = (dict(start), body)
            await send(message)

        await self.app(scope, receive, answer)


def _lasts(start: Message) -> bool:
    """Whether an answer is whole, for ever, and nobody's own."""
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and FOREVER in headers.get("cache-control", "") and "set-cookie" not in headers
