"""The lines of the table, part by part: what is measured, in which unit, and what it should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.bench.pages import PAGES, Page
from tests.bench.rounds import Run


@dataclass(frozen=True)
class Line:
    """A line of the table: a figure of every run that has what it needs, and what it should be."""

    what: str
    unit: str
    figure: Callable[[Run], float]
    goal: tuple[str, float] | None = None

    def result(self, runs: list[Run]) -> dict:
        values = []
        for run in runs:
            try:
                values.append(round(self.figure(run), 3))
            except KeyError:
                continue
        result = {"what": self.what, "unit": self.unit, "goal": " ".join(map(str, self.goal)) if self.goal else None}
        if values:
            result |= {"median": round(median(values), 3), "min": min(values), "max": max(values), "values": values}
            if self.goal:
                sign, limit = self.goal
                result["met"] = result["median"] >= limit if sign == "≥" else result["median"] <= limit
        return result


def at_most(limit: float) -> tuple[str, float]:
    return "≤", limit


def at_least(limit: float) -> tuple[str, float]:
    return "≥", limit


def of_page(page: Page) -> tuple[Line, ...]:
    """A cold page to what it is for, drawn, beside an empty page opened in the same round."""
    return (
        Line(f"{page.title} ÷ empty page", "×", lambda run: run[f"{page.code}_s"] / run["empty_s"]),
        Line("… cold page to drawn", "s", lambda run: run[f"{page.code}_s"]),
        Line("… websocket", "kB", lambda run: run[f"{page.code}_kb"]),
    )


def of_tab(code: str, label: str) -> tuple[Line, ...]:
    return (
        Line(f"Écarts, Pas-de-Calais, {label}: computed, first time", "ms", lambda run: run[f"{code}_first_ms"]),
        Line("… again, one setting changed", "ms", lambda run: run[f"{code}_again_ms"]),
    )


def of_document(code: str, label: str, mb: float | None = None, seconds: float | None = None) -> tuple[Line, ...]:
    """The first time a process makes it: a document made again, all alike, is partly remembered."""
    return (
        Line(f"{label}, 34 communes", "s", lambda run: run[f"{code}_first_s"], seconds and at_most(seconds)),
        Line("… 150 communes", "s", lambda run: run[f"large_{code}_first_s"], seconds and at_most(seconds)),
        Line("… 150 communes", "MB", lambda run: run[f"large_{code}_bytes"] / 1e6, mb and at_most(mb)),
    )


BUILD = (
    Line("Build from the embedded data", "s", lambda run: run["seconds"], at_most(20)),
    Line("… processor time", "s", lambda run: run["processor_s"]),
    Line("… peak memory", "MB", lambda run: run["peak_mb"], at_most(1000)),
)
LIVE_BUILD = (
    Line(
        "Live build of all of France, its files at full size on loopback", "s", lambda run: run["seconds"], at_most(180)
    ),
    Line("… processor time", "s", lambda run: run["processor_s"]),
    Line("… peak memory", "MB", lambda run: run["peak_mb"], at_most(1000)),
    Line("… sources of the network, read", "", lambda run: run["sources"]),
)
MAP = (
    Line("Pas-de-Calais, cold page to coloured map: atlas", "s", lambda run: run["atlas_cold"]),
    Line("… peer", "s", lambda run: run["peer_cold"]),
    Line("… empty Streamlit page", "s", lambda run: run["empty_cold"]),
    Line("… atlas ÷ empty page", "×", lambda run: run["atlas_cold"] / run["empty_cold"], at_most(1.6)),
    Line("… peer ÷ atlas", "×", lambda run: run["peer_cold"] / run["atlas_cold"], at_least(2)),
    Line("Change of indicator, click to repainted: atlas", "s", lambda run: run["atlas_change"], at_most(0.4)),
    Line("… peer", "s", lambda run: run["peer_change"]),
    Line("… peer ÷ atlas", "×", lambda run: run["peer_change"] / run["atlas_change"], at_least(8)),
    Line("Pan and zoom, runs of the script: atlas", "", lambda run: run["atlas_pan_runs"], at_most(0)),
    Line("… websocket", "kB", lambda run: run["atlas_pan_kb"], at_most(0)),
    Line("… peer, runs", "", lambda run: run["peer_pan_runs"]),
    Line("… peer, websocket", "kB", lambda run: run["peer_pan_kb"]),
    Line("Websocket for the first map, all layers: atlas", "kB", lambda run: run["atlas_kb"]),
    Line("… peer", "kB", lambda run: run["peer_kb"]),
    Line("… peer ÷ atlas", "×", lambda run: run["peer_kb"] / run["atlas_kb"], at_least(25)),
    Line("… the atlas's map alone", "kB", lambda run: run["atlas_map_kb"], at_most(30)),
    Line("… contours, fetched once and kept by the browser", "kB", lambda run: run["atlas_contours_kb"]),
    Line("Websocket for a change of indicator: atlas", "kB", lambda run: run["atlas_change_kb"], at_most(15)),
    Line("… peer", "kB", lambda run: run["peer_change_kb"]),
    Line("Grand Est by commune, click to drawn", "s", lambda run: run["region_44"], at_most(3)),
    Line("Occitanie by commune, click to drawn", "s", lambda run: run["region_76"], at_most(3)),
    Line("France by commune, click to drawn", "s", lambda run: run["france"], at_most(5)),
    Line("… change of indicator", "s", lambda run: run["france_change"], at_most(1)),
)
VISITORS = (Line("One more visitor, memory of the server", "MB", lambda run: run["visitor_mb"], at_most(25)),)
COMPARER = (
    Line("Comparer, change of view: tableau", "s", lambda run: run["switch_tableau_s"], at_most(1)),
    Line("… cartes", "s", lambda run: run["switch_cartes_s"], at_most(1)),
    Line("… distribution", "s", lambda run: run["switch_distribution_s"], at_most(1)),
    Line("… nuage", "s", lambda run: run["switch_nuage_s"], at_most(1)),
    Line("… the server's share, first time: table", "s", lambda run: run["table_cold_s"]),
    Line("… maps", "s", lambda run: run["maps_cold_s"]),
    Line("… charts", "s", lambda run: run["charts_cold_s"]),
)
GAPS = (
    *of_tab("blanches", "zones blanches"),
    *of_tab("acces", "accès"),
    *of_tab("indice", "indice 2SFCA"),
    *of_tab("besoin", "besoin et accès"),
    *of_tab("et_si", "et si"),
)
COMPOSER = (
    Line("A free choice of 150 communes, worded whole", "ms", lambda run: run["dossier_ms"], at_most(300)),
    Line("… slowest click", "ms", lambda run: run["dossier_worst_ms"]),
    Line("… first click in a département", "ms", lambda run: run["dossier_new_departement_ms"]),
)
EXPORTS = (
    Line("What surrounds 150 communes, before any document", "s", lambda run: run["large_vicinity_s"]),
    *of_document("diagnostic", "Diagnostic A4", mb=3, seconds=5),
    *of_document("html", "Offline presentation", mb=5),
    *of_document("poster", "Poster A3"),
    *of_document("pptx", "Slides"),
)
IMPORTING = (
    Line("A list of 50,000 rows, read and answered row by row", "s", lambda run: run["read_s"], at_most(10)),
    Line("… written back clean", "s", lambda run: run["clean_s"]),
)
FINESS = (
    Line("FINESS at full size (751 MB inflated), read and matched", "s", lambda run: run["seconds"], at_most(180)),
    Line("… peak memory of the process", "MB", lambda run: run["peak_mb"], at_most(500)),
)
METHODS = (
    Line("2SFCA, France: PySAL access ÷ ours", "×", lambda run: run["fca_access_s"] / run["fca_s"]),
    Line(
        "Nearest site, 34,875 communes: sjoin_nearest ÷ ours",
        "×",
        lambda run: run["nearest_geopandas_s"] / run["nearest_s"],
    ),
    Line("Maximal covering, 500 × 200, proven", "s", lambda run: run["cover_s"], at_most(5)),
    Line("… spopt ÷ ours", "×", lambda run: run["cover_spopt_s"] / run["cover_s"]),
    Line("p-median, 500 × 200, proven", "s", lambda run: run["median_s"], at_most(5)),
    Line("… 250 × 100, spopt ÷ ours", "×", lambda run: run["small_median_spopt_s"] / run["small_median_s"]),
    Line("p-centre, 500 × 200, proven", "s", lambda run: run["centre_s"], at_most(5)),
)

INTERFACE = (
    Line("Single figures over HTTP, one process, nothing kept", "/s", lambda run: run["first_rps"]),
    Line("… kept for the build", "/s", lambda run: run["kept_rps"]),
    Line("… of one whole core", "/s", lambda run: 1000 / run["kept_ms"], at_least(200)),
    Line("… slowest twentieth", "s", lambda run: run["kept_p95_s"]),
    Line("… processor of the server for one", "ms", lambda run: run["kept_ms"]),
    Line(
        "50 visitors' p95, beside 200 figures a second ÷ alone",
        "×",
        lambda run: run["beside_p95_s"] / run["alone_p95_s"],
        at_most(2),
    ),
)

LINES: dict[str, tuple[Line, ...]] = {  # by part: the module of this folder that measures it
    "build": BUILD,
    "live_build": LIVE_BUILD,
    "map": MAP,
    "visitors": VISITORS,
    "pages": (
        Line("Empty Streamlit page, beside each page", "s", lambda run: run["empty_s"]),
        *(line for page in PAGES for line in of_page(page)),
    ),
    "comparer": COMPARER,
    "gaps": GAPS,
    "composer": COMPOSER,
    "exports": EXPORTS,
    "importing": IMPORTING,
    "finess": FINESS,
    "methods": METHODS,
    "interface": INTERFACE,
}
