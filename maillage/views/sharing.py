"""What others are given of a page: its link, and the letters that show it inside another site."""

from __future__ import annotations

from urllib.parse import urlencode

from maillage.language import text


def link(page: str, query: dict[str, str]) -> str:
    """The address of a view: that of its page, without what is after « ? », then its choices."""
    base = page.partition("?")[0]
    return f"{base}?{urlencode(query)}" if query else base


def embed(page: str, query: dict[str, str], title: str) -> str:
    """An `iframe` of the view without menu nor margins."""
    source = link(page, query | {"embed": "true"})
    return f'<iframe src="{text.escape(source)}" title="{text.escape(title)}" width="100%" height="640" style="border:0" loading="lazy"></iframe>'
