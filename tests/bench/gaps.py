"""Time what each tab of « Écarts » computes, on the département with the most communes: `python -m tests.bench.gaps`.

Questions are kept as the page keeps them: `first` is a tab opened in a new process, `again` one change of setting later.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from maillage.address.gaps import GapsChoices
from maillage.address.selection import Selection
from maillage.catalog.siting import METHOD
from maillage.methods.solver import solve
from maillage.subjects.gaps import access as gap_access
from maillage.subjects.gaps import need as gap_need
from maillage.subjects.gaps import whatif as gap_whatif
from maillage.subjects.gaps import white as gap_white
from maillage.subjects.gaps.territory import Ground, departements_view, ground
from maillage.subjects.gaps.territory import view as drawn
from maillage.warehouse import Ask, Warehouse

DATABASE = Path(__file__).parents[2] / "data" / "maillage.duckdb"
PLACE = Selection("departement", "62")
CHOSEN = GapsChoices(types=("MSP", "CDS"))


def measure(selection: Selection = PLACE) -> dict[str, float]:
    """Milliseconds by tab: of the first opening, and of a change of one setting afterwards."""
    ask = Warehouse(DATABASE).edition().ask
    here = ground(ask, selection)
    run = {}
    for name, panel, changed in (
        ("blanches", _white, CHOSEN),
        ("acces", _access, replace(CHOSEN, measure="km")),
        ("indice", _access, replace(CHOSEN, threshold=20)),
        ("besoin", _need, replace(CHOSEN, weight_time=7)),
        ("et_si", _whatif, replace(CHOSEN, sites=4)),
    ):
        chosen = replace(CHOSEN, measure="indice") if name == "indice" else CHOSEN
        changed = replace(changed, measure="indice") if name == "indice" else changed
        run[f"{name}_first_ms"] = _timed(panel, ask, here, chosen)
        run[f"{name}_again_ms"] = _timed(panel, ask, here, changed)
    return run


def _white(ask: Ask, here: Ground, chosen: GapsChoices) -> None:
    page = gap_white.compose(ask, here)
    gap_white.joins(page)
    drawn(ask, here, "", "", page.painted, perimeters=True)


def _access(ask: Ask, here: Ground, chosen: GapsChoices) -> None:
    page = gap_access.compose(ask, here, chosen)
    rows = gap_access.compared(ask, page, chosen)
    gap_access.spreads(rows, chosen, 1)
    gap_access.curves(rows)
    ask.keep(gap_access.sturdiness, chosen.types, chosen.supply, tuple(page.inside["code"]))
    drawn(ask, here, "", "", page.painted, types=chosen.types)


def _need(ask: Ask, here: Ground, chosen: GapsChoices) -> None:
    crossed = gap_need.compose(ask, here, chosen)
    gap_need.rank(ask, here, chosen)
    if crossed.level == gap_need.BY_DEPARTEMENT:
        departements_view(ask, here, "", "", crossed.painted)
    else:
        drawn(ask, here, "", "", crossed.painted)


def _whatif(ask: Ask, here: Ground, chosen: GapsChoices) -> None:
    question = gap_whatif.ask_for(ask, here, chosen)
    best = gap_whatif.answer(question, solve(question.problem, METHOD[chosen.method]))
    gap_whatif.equity(question, best)
    painted, _ = gap_whatif.painted(question, best)
    drawn(ask, here, "", "", painted, types=(chosen.kind,), proposals=gap_whatif.proposals(best, None))


def _timed(panel: Callable, *arguments) -> float:
    began = time.perf_counter()
    panel(*arguments)
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    for name, milliseconds in measure().items():
        print(f"{name}: {milliseconds:.0f} ms")


if __name__ == "__main__":
    main()
