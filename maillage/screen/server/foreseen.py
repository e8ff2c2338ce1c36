"""What a page will load, known before it runs: what was seen when it was rehearsed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qsl

from streamlit.runtime import get_instance

from maillage.screen.server import modules
from maillage.screen.server.rehearsal import CPTS, Composed, Opening
from maillage.views import html

MAP = "component_instance"  # the kind of element it is
COMPONENT = "streamlit_folium.st_folium"
FRAME_SCRIPT = re.compile(r'<script[^>]* src="\./([^"]+)"')
MAP_FILES = ("map.js", "leaflet/leaflet.js", "map.css", "leaflet/leaflet.css")


class Foreseen:
    """The links that the head of a page may carry, by its address."""

    def __init__(self, fingerprint: str, leaflet: bool):
        """`fingerprint`: of what is in static/; `leaflet`: whether Leaflet is there."""
        self.seen: dict[Opening, frozenset[str]] = {}
        ours = [name for name in MAP_FILES if leaflet or "leaflet" not in name]
        self.map = [f"app/static/{name}?{fingerprint}" for name in ours]
        self.frame: list[str] = []

    def learn(self, composed: Iterable[Composed]) -> None:
        """Keep what pages that were rehearsed are made of."""
        self.seen |= {one.opening: one.kinds for one in composed}
        folder = get_instance().component_registry.get_component_path(COMPONENT)
        page = Path(folder, "index.html").read_text(encoding="utf-8") if folder else ""
        self.frame = [f"component/{COMPONENT}/{path}" for path in FRAME_SCRIPT.findall(page)]

    def links(self, path: str, query: str) -> str:
        """The links, as HTML, of the page at this address; none when it is like no page that was rehearsed."""
        kinds = self.seen.get(self.opening(path, query), frozenset())
        return html.macro("page.html", "foreseen", modules.needed(kinds), self.frame + self.map if MAP in kinds else [])

    def opening(self, path: str, query: str) -> Opening | None:
        """The rehearsed opening that an address is most like: of the same page, of as much of what is chosen."""
        asked = dict(parse_qsl(query))
        name = path.rpartition("/")[2] or ("carte" if asked else "")
        of_cpts = CPTS in asked
        alike = [
            one
            for one in self.seen
            if one.name == name and (one.of == CPTS) <= of_cpts and dict(one.chosen).items() <= asked.items()
        ]
        return max(alike, key=lambda one: (len(one.chosen), one.of == CPTS), default=None)
