"""Two drafts side by side, as HTML. Every text is escaped."""

from __future__ import annotations

from maillage.records.territory import ComparedDrafts
from maillage.views import html


def compared(versions: ComparedDrafts) -> str:
    """A table of A, B and the difference, then the communes that only one of them has."""
    return html.macro("territory.html", "versions", versions.grid, versions.communes)
