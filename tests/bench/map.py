"""Time the map against its peer and an empty page: `python -m tests.bench.map`.

The atlas, the peer (peer.py) and an empty page (empty.py) are opened in turn, round after round, each visit in a fresh
browser context. A ratio is taken within a round.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import duckdb
from playwright.sync_api import Browser

from tests.bench.drive import PLAIN, Server, Visit, browsing, serving
from tests.bench.rounds import Run, rounds

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EMPTY = HERE / "empty.py"
BUDGET_SECONDS = 280


def measure(wanted: int = 5) -> list[Run]:
    """What each round found: seconds, kilobytes (`…_kb`), runs of the script (`…_runs`)."""
    communes = counts()
    with (
        tempfile.TemporaryDirectory(prefix="maillage-bench-") as name,
        serving(ROOT / "serve.py", Path(name) / "atlas.log") as ours,
        serving(alone(Path(name)), Path(name) / "peer.log", *PLAIN) as theirs,
        serving(EMPTY, Path(name) / "empty.log", *PLAIN) as floor,
        browsing() as browser,
    ):

        def steps() -> Iterator[Iterator[Run]]:
            yield atlas(browser, ours, communes)
            yield peer(browser, theirs, communes)
            yield empty(browser, floor)
            yield regions(browser, ours, communes)
            yield france(browser, ours, communes)

        return rounds(wanted, BUDGET_SECONDS, steps)


def alone(folder: Path) -> Path:
    """The peer in a folder of its own, with what it reads and nothing of the atlas."""
    shutil.copytree(ROOT / "static" / "leaflet", folder / "static" / "leaflet")
    shutil.copytree(ROOT / "data" / "snapshot", folder / "data" / "snapshot")
    return Path(shutil.copy(HERE / "peer.py", folder))


def counts() -> dict[str, int]:
    """How many communes a map must show, by département, by région, in all."""
    query = f"""
        SELECT departement_code, region_code, count(*) FROM '{ROOT / "data" / "snapshot" / "communes.parquet"}'
        WHERE level = 'commune' GROUP BY 1, 2
    """
    rows = duckdb.sql(query).fetchall()
    regions = {code: sum(count for _, region, count in rows if region == code) for code in ("44", "76")}
    departements = {code: count for code, _, count in rows}
    return {"62": departements["62"], "71": departements["71"], "france": sum(row[2] for row in rows)} | {
        f"region_{code}": count for code, count in regions.items()
    }


def atlas_page(server: Server, **query: str) -> str:
    return f"{server.url}/?{urlencode({'indicateur': 'densite'} | query)}"


def atlas(browser: Browser, server: Server, communes: dict[str, int]) -> Iterator[Run]:
    with Visit(browser, atlas_page(server, territoire="departement-62")) as visit:
        yield from first_map_and_after("atlas", visit, communes["62"], "Indicateur coloré", "Population municipale")


def peer(browser: Browser, server: Server, communes: dict[str, int]) -> Iterator[Run]:
    with Visit(browser, server.url) as visit:
        yield from first_map_and_after("peer", visit, communes["62"], "Indicateur", "Population")


def first_map_and_after(name: str, visit: Visit, communes: int, label: str, option: str) -> Iterator[Run]:
    yield {f"{name}_cold": visit.seconds_to(f"map({communes})")}
    visit.settle()
    yield {f"{name}_kb": visit.bytes / 1000}
    if name == "atlas":
        yield {
            "atlas_map_kb": visit.in_map(
                "new Blob([__GLOBAL_DATA__.last_feature_group, parent.document.querySelector('.upon-map').outerHTML]).size"
            )
            / 1000,
            "atlas_contours_kb": visit.in_map(
                "performance.getEntriesByType('resource').filter(({name}) => name.includes('/geo/'))"
                ".reduce((sum, {encodedBodySize}) => sum + encodedBodySize, 0)"
            )
            / 1000,
        }
    received = visit.bytes
    yield {f"{name}_change": visit.seconds_after_click(communes, label=label, option=option)}
    visit.settle()
    yield {f"{name}_change_kb": (visit.bytes - received) / 1000}
    received, runs = visit.bytes, visit.runs
    visit.pan_and_zoom()
    yield {f"{name}_pan_kb": (visit.bytes - received) / 1000, f"{name}_pan_runs": visit.runs - runs}


def empty(browser: Browser, server: Server) -> Iterator[Run]:
    with Visit(browser, server.url) as visit:
        yield {"empty_cold": visit.seconds_to("element('[data-testid=stMarkdown]')")}


def regions(browser: Browser, server: Server, communes: dict[str, int]) -> Iterator[Run]:
    with Visit(browser, atlas_page(server)) as visit:
        visit.seconds_to("map(90)")
        for code, name in (("44", "Grand Est"), ("76", "Occitanie")):
            visit.settle()
            yield {f"region_{code}": visit.seconds_after_click(communes[f"region_{code}"], label="Région", option=name)}


def france(browser: Browser, server: Server, communes: dict[str, int]) -> Iterator[Run]:
    with Visit(browser, atlas_page(server)) as visit:
        visit.seconds_to("map(90)")
        visit.settle()
        yield {"france": visit.seconds_after_click(communes["france"], button="Communes")}
        visit.settle()
        option = {"label": "Indicateur coloré", "option": "Population municipale"}
        yield {"france_change": visit.seconds_after_click(communes["france"], **option)}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
