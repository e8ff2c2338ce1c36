"""What actors publish of a territory beside what is computed here, as HTML. Every text is escaped."""

from __future__ import annotations

from maillage.records.territory import Grid
from maillage.views import html


def section(grid: Grid) -> str:
    """« Ce que les acteurs publient »; nothing where nobody published anything."""
    return html.macro("claims.html", "section", grid)
