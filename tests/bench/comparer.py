"""Time the page « Comparer »: `python -m tests.bench.comparer`.

Each view is opened by visitors with nothing cached, on a server that has already answered one of them: seconds from the request
to the view drawn, its bytes over the websocket, and beside them an empty Streamlit page, which is the floor. Then a visitor who
changes view, having seen them all; and what the server itself takes to compose each.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from maillage import state
from maillage.comparison import board, group, pictures
from maillage.comparison.choices import VIEWS, Choices
from maillage.views import compared
from maillage.warehouse import Warehouse
from tests.bench.drive import FLAGS, Visit, chromium, serving

ROOT = Path(__file__).parents[2]
ROUNDS = 3
QUERY = {"territoire": "departement-08", "indicateur": "mortalite_prematuree_0_64"}
DRAWN = {"tableau": ".compared tbody tr", "cartes": ".small-map", "evolution": ".drawn h2"}
CHART = ".js-plotly-plot .main-svg .trace"
MINE = {
    "tableau": ".compared tbody tr", "cartes": ".small-map", "distribution": "[class*=st-key-graphe_distribution] .trace",
    "nuage": "[class*=st-key-graphe_nuage] .trace",
}  # fmt: skip
GOAL_SECONDS = 1.0  # of a change of view


def measure() -> dict[str, float]:
    """Seconds and bytes of each view; seconds of composition, cold and kept."""
    run = composed()
    program = chromium()
    if program is None:
        return run
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        with (
            serving(ROOT / "app.py", Path(folder) / "atlas") as atlas,
            serving(ROOT / "tests" / "bench" / "empty.py", Path(folder) / "empty") as empty,
        ):
            run["empty_s"] = median(_open(browser, empty.url, "[data-testid=stMarkdown]")[0] for _ in range(ROUNDS + 1))
            for view in VIEWS:
                address = f"{atlas.url}/comparer?{'&'.join(f'{k}={v}' for k, v in QUERY.items())}&vue={view}"
                visits = [_open(browser, address, DRAWN.get(view, CHART)) for _ in range(ROUNDS + 1)][1:]
                run[f"{view}_s"], run[f"{view}_bytes"] = median(s for s, _ in visits), median(b for _, b in visits)
            run |= _switched(browser, f"{atlas.url}/comparer?{'&'.join(f'{k}={v}' for k, v in QUERY.items())}")
        browser.close()
    return run


def _switched(browser, url: str) -> dict[str, float]:
    """Seconds from the press on a view to its drawing, for a visitor who has seen them all once."""
    run = {}
    with Visit(browser, url) as visit:
        for _ in range(ROUNDS):
            for view in ("distribution", "nuage", "cartes", "tableau"):
                visit.settle()
                began = time.perf_counter()
                visit.page.get_by_role("radio", name=VIEWS[view], exact=True).click()
                visit.page.wait_for_selector(MINE[view], state="attached", timeout=60_000)
                run[f"switch_{view}_s"] = time.perf_counter() - began
    return run


def _open(browser, url: str, selector: str) -> tuple[float, int]:
    with Visit(browser, url) as visit:
        seconds = visit.seconds_to(f"element('{selector}')")
        visit.settle()
        return seconds, visit.bytes


def composed() -> dict[str, float]:
    """Seconds that the server takes to compose each view: the first time, then once its questions are kept."""
    run, warehouse, kept = {}, Warehouse(ROOT / "data" / "maillage.duckdb"), {}

    def ask(question, *arguments):
        key = (question, *(tuple(a) if isinstance(a, list) else a for a in arguments))
        if key not in kept:
            kept[key] = question(warehouse.cursor(), *arguments)
        return kept[key]

    selection = state.parse(QUERY)[0]
    for moment in ("cold", "kept"):
        began = time.perf_counter()
        shown = group.compose(ask, selection, Choices(), 11)
        compared.table(
            board.columns(ask, shown), shown.listed, shown.names, ["France"] * len(board.foot(shown)), {"08"}
        )
        run[f"table_{moment}_s"] = time.perf_counter() - began
        began = time.perf_counter()
        ask(board.outlines), board.panels(ask, shown)
        run[f"maps_{moment}_s"] = time.perf_counter() - began
        began = time.perf_counter()
        for draw in (pictures.distribution, pictures.scatter, pictures.evolution, pictures.by_chance):
            draw(ask, shown)
        run[f"charts_{moment}_s"] = time.perf_counter() - began
    return run


if __name__ == "__main__":
    print(json.dumps({name: round(value, 3) for name, value in measure().items()} | {"goal_s": GOAL_SECONDS}, indent=2))
