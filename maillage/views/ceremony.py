"""What the page of a ceremony gives a browser to remember; ceremony.js does it."""

from __future__ import annotations

from markupsafe import escape


def memory(place: str, texts: str, begun: bool) -> str:
    """`place`: whose words; `texts`: packed, empty where nothing was written; `begun`: they replace those remembered."""
    return f'<p id="ceremonie-texte" data-place="{escape(place)}" data-texts="{escape(texts)}" data-begun="{int(begun)}">.</p>'
