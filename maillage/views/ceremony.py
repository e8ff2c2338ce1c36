"""What the page of a ceremony gives a browser to remember; ceremony.js does it."""

from __future__ import annotations

from maillage.views import html


def memory(place: str, texts: str, begun: bool) -> str:
    """`place`: whose words; `texts`: packed, empty where nothing was written; `begun`: they replace those remembered."""
    return html.macro("page.html", "memory", place, texts, int(begun))
