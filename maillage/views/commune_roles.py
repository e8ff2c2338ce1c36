"""What a commune is to a territory, and its colour on the map."""

from __future__ import annotations

from maillage import catalog
from maillage.catalog.commune_roles import STANDINGS
from maillage.records.map_view import MapView, site_types
from maillage.views import html


def legend(view: MapView, compared: bool) -> str:
    """What the colours and the lines mean, with the number of communes of each; the symbols drawn."""
    if all(part.level == "departement" for part in view.paint.parts):
        return html.macro("legend.html", "invitation")
    roles = [pair for pair in zip(STANDINGS, view.paint.classes.counts, strict=True) if pair[1]]
    draft = any(line == "solid" for line, _ in view.overlays.drafts)
    types = set(site_types(view))
    kinds = [kind for kind in catalog.SITE_TYPES if kind.code in types]
    return html.macro("legend.html", "roles", roles, draft, compared, kinds)
