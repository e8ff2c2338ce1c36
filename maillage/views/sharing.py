"""What others are given of a page: its link, and the letters that show it inside another site."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

from maillage.views import html

VIEWS = Path(__file__).parent
DRAWING = "dessin"  # the parameter of an embed's address that names a drawing of the page
PLACE = "dessin_"  # and the class of the place where it stands


def link(page: str, query: dict[str, str]) -> str:
    """The address of a view: that of its page, without what is after « ? », then its choices."""
    base = page.partition("?")[0]
    return f"{base}?{urlencode(query)}" if query else base


def alone(query: dict[str, str], embedded: bool) -> str:
    """The drawing that an embed is of: its key, as its button knows it; empty where the address names none."""
    named = query.get(DRAWING, "") if embedded else ""
    return named if re.fullmatch(r"[a-z0-9_]{1,80}", named) else ""


def style(drawing: str) -> str:
    """What leaves a drawing alone on its page, under the name of its territory, where the page has it."""
    rules = (VIEWS / "alone.css").read_text(encoding="utf-8").replace("DRAWING", drawing)
    return html.macro("page.html", "style", rules)


def embed(page: str, query: dict[str, str], title: str, drawing: str) -> str:
    """An `iframe` of one drawing of a page, without menu nor margins."""
    source = link(page, query | {"embed": "true", DRAWING: drawing})
    return html.macro("page.html", "embed", source, title)
