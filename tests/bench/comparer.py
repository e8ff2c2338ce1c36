"""Time a change of view in the page « Comparer »: `python -m tests.bench.comparer`.

A visitor changes view, having seen them all; and what the server itself takes to compose each. Views opened cold are in pages.py.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from maillage import address
from maillage.address.comparison import VIEWS, ComparisonChoices
from maillage.address.selection import Selection
from maillage.screen.panels import comparison_charts
from maillage.subjects.comparison import selection as comparison_selection
from maillage.subjects.comparison import table as comparison_table
from maillage.views import compared
from maillage.warehouse import Warehouse
from tests.bench.drive import Visit, browsing, chromium, serving

ROOT = Path(__file__).parents[2]
ROUNDS = 3
QUERY = {"territoire": "departement-08", "indicateur": "mortalite_prematuree_0_64"}
DRAWN = {
    "tableau": ".compared tbody tr",
    "cartes": ".small-map",
    "distribution": "[class*=st-key-graphe_distribution] .trace",
    "nuage": "[class*=st-key-graphe_nuage] .trace",
}
GOAL_SECONDS = 1.0  # of a change of view
PATIENCE = 30_000  # ms


def measure() -> dict[str, float]:
    """Seconds of composition, cold and kept; seconds of each change of view (`switch_…_s`), where there is a browser."""
    return composed() | (switched() if chromium() else {})


def switched() -> dict[str, float]:
    """Seconds from the press on a view to its drawing, for a visitor who has seen them all once."""
    spent: dict[str, list[float]] = {view: [] for view in DRAWN}
    with (
        tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder,
        serving(ROOT / "serve.py", Path(folder) / "atlas.log") as atlas,
        browsing() as browser,
        Visit(browser, f"{atlas.url}/comparer?{urlencode(QUERY)}&vue=tableau") as visit,
    ):
        visit.page.wait_for_selector(DRAWN["tableau"], state="attached", timeout=PATIENCE)
        for _ in range(ROUNDS + 1):
            for view in ("distribution", "nuage", "cartes", "tableau"):
                visit.settle()
                began = time.perf_counter()
                visit.page.get_by_role("radio", name=VIEWS[view], exact=True).click()
                visit.page.wait_for_selector(DRAWN[view], state="attached", timeout=PATIENCE)
                spent[view].append(time.perf_counter() - began)
    return {f"switch_{view}_s": median(times[1:]) for view, times in spent.items()}


def composed() -> dict[str, float]:
    """Seconds that the server takes to compose each view: the first time, then once its questions are kept."""
    run, ask = {}, Warehouse(ROOT / "data" / "maillage.duckdb").edition().ask
    selection = address.parse(Selection, QUERY)[0]
    for moment in ("cold", "kept"):
        began = time.perf_counter()
        comparison = comparison_selection.compose(ask, selection, ComparisonChoices(), 11)
        compared.table(
            comparison_table.columns(ask, comparison),
            comparison.listed,
            comparison.names,
            ["France"] * len(comparison_table.foot(comparison)),
            {"08"},
        )
        run[f"table_{moment}_s"] = time.perf_counter() - began
        began = time.perf_counter()
        ask.keep(comparison_table.outlines), comparison_table.panels(ask, comparison)
        run[f"maps_{moment}_s"] = time.perf_counter() - began
        began = time.perf_counter()
        for draw in (
            comparison_charts.distribution,
            comparison_charts.scatter,
            comparison_charts.evolution,
            comparison_charts.by_chance,
        ):
            draw(ask, comparison)
        run[f"charts_{moment}_s"] = time.perf_counter() - began
    return run


if __name__ == "__main__":
    print(json.dumps({name: round(value, 3) for name, value in measure().items()} | {"goal_s": GOAL_SECONDS}, indent=2))
