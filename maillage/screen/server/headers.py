"""What every answer carries, so that a browser grants this site nothing that it does not need."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TILES = "https://data.geopf.fr"  # the IGN background, asked by the browser of whoever switches it on
CDN = "https://cdn.jsdelivr.net"  # Leaflet, where it could not be installed
COMPONENT = "/component/"  # the map's frame, whose scripts streamlit-folium writes into the page and evaluates
LASTING = "public, max-age=31536000, immutable"
NAMED = re.compile(r"/app/static/geo/|/app/static/.*\?[0-9a-f]{8}$")  # what carries its content in its address
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # the address is the view: it is nobody else's business
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), fullscreen=(self)",
}


def fingerprint(script: str) -> str:
    """How a policy names an inline script that it allows."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def page_policy(scripts: Iterable[str], framing: str = "'self'") -> str:
    """The policy of a page. `scripts`: the inline scripts that are allowed; `framing`: the sites that may frame it.

    Streamlit forces 'unsafe-inline' for styles, which its components write into the page, and 'wasm-unsafe-eval' for the
    arithmetic of its messages.
    """
    allowed = " ".join(map(fingerprint, scripts))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' {allowed}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {framing}",
        )
    )


def component_policy(leaflet: bool, framing: str = "'self'") -> str:
    """The policy of the map's frame. streamlit-folium forces 'unsafe-inline' and 'unsafe-eval' there, and there only.

    `framing`: the sites that may show a view; its map stands in their page too, and a policy counts every page around.
    """
    other = "" if leaflet else f" {CDN}"
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'unsafe-inline' 'unsafe-eval'{other}",
            f"style-src 'self' 'unsafe-inline'{other}",
            f"img-src 'self' data: blob: {TILES}{other}",
            f"connect-src 'self' {TILES}",
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'none'",
            f"frame-ancestors {framing}",
        )
    )


def inline_scripts(page: str) -> list[str]:
    """The scripts written in a page, in order."""
    return INLINE.findall(page)


class SecurityHeaders:
    """ASGI middleware: each answer carries HEADERS and the policy of what it is. Only a page asked with « embed=true » may
    be framed by another site, of those in `frames`."""

    def __init__(self, app: ASGIApp, scripts: Iterable[str], leaflet: bool, frames: str = "*"):
        self.app = app
        scripts = tuple(scripts)
        self.page, self.embedded = page_policy(scripts), page_policy(scripts, frames)
        self.component = component_policy(leaflet, frames)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update({**HEADERS, "Content-Security-Policy": self.policy(scope)})
                query = scope.get("query_string", b"").decode("latin-1")
                if message["status"] == 200 and NAMED.search(f"{scope['path']}?{query}"):
                    headers["Cache-Control"] = LASTING
            await send(message)

        await self.app(scope, receive, answer)

    def policy(self, scope: Scope) -> str:
        """The Content-Security-Policy of a path: a map in its frame, a page shown inside another site, or a page."""
        if COMPONENT in scope["path"]:
            return self.component
        embed = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("embed", [])
        return self.embedded if "true" in embed else self.page
