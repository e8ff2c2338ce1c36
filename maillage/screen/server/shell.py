"""The page before it is filled: it asks for our style, our script and the modules of its elements at once, and holds the place of
the menu, so that nothing moves when they come."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maillage.screen.frame import VIEWS
from maillage.screen.server.headers import COMPONENT
from maillage.views import html

PAGE = "text/html"


class Shell:
    """ASGI middleware: writes our head into that of Streamlit's page, where whoever asks wants a page."""

    def __init__(self, app: ASGIApp, fingerprint: str, foreseen: Callable[[str, str], str] = lambda path, query: ""):
        """`fingerprint`: of what is in static/; `foreseen(path, query)`: links to what the page of an address will load, as HTML."""
        self.app, self.foreseen = app, foreseen
        self.sheet = html.macro("page.html", "sheet", fingerprint)
        self.head = html.macro("page.html", "head", fingerprint, (VIEWS / "shell.css").read_text(encoding="utf-8"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope) if scope["type"] == "http" else {}
        if PAGE not in asked.get("accept", "") or COMPONENT in scope["path"]:
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def answer(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    body = body.replace(b"</head>", self._head(scope) + b"</head>", 1)
                    body = body.replace(b"<body>", b"<body>" + self.sheet.encode(), 1)
                    headers = MutableHeaders(scope=start)
                    if "gzip" in asked.get("accept-encoding", ""):
                        body, headers["content-encoding"] = gzip.compress(body, 6), "gzip"
                    headers["content-length"] = str(len(body))
                    for name in ("etag", "last-modified", "accept-ranges"):  # of Streamlit's file, which ours outlives
                        del headers[name]
                    await send(start)
                    await send({"type": "http.response.body", "body": body})

        await self.app(scope | {"headers": _plain(scope["headers"])}, receive, answer)

    def _head(self, scope: Scope) -> bytes:
        return (self.head + self.foreseen(scope["path"], scope["query_string"].decode("latin-1"))).encode()


def _plain(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The same request for the whole page as it is written: neither compressed, nor only if it has changed."""
    return [
        pair
        for pair in headers
        if pair[0] not in (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    ]


def _is_page(message: Message) -> bool:
    return message["status"] == 200 and MutableHeaders(scope=message).get("content-type", "").startswith(PAGE)
