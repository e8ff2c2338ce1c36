"""Time the profile of a free choice of communes: `python -m tests.bench.composer`. Every choice is new to a process that is not."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from maillage.queries import communes
from maillage.subjects.territory import territory
from maillage.warehouse import Warehouse

DATABASE = Path(__file__).parents[2] / "data" / "maillage.duckdb"
DEPARTEMENTS = ("62", "13", "71", "35", "67")


def measure(size: int = 150, clicks: int = 5) -> dict[str, float]:
    """Milliseconds to tell a choice of `size` communes: after each of some clicks, and the first one in a département."""
    ask = Warehouse(DATABASE).edition().ask
    _spent(ask, _choice(ask, size, "08"))  # the process reads the country
    new, clicked = [], []
    for departement in DEPARTEMENTS:
        codes = _choice(ask, size + clicks, departement)
        new.append(_spent(ask, codes[clicks:]))
        clicked += [_spent(ask, codes[click : size + click]) for click in range(clicks)]
    return {
        "dossier_ms": round(median(clicked), 1),
        "dossier_worst_ms": round(max(clicked), 1),
        "dossier_new_departement_ms": round(median(new), 1),
    }


def _spent(ask, codes: Sequence[str]) -> float:
    begun = time.perf_counter()
    dossier = territory.dossier(ask, codes)
    assert len(dossier.codes) == len(codes)
    return 1000 * (time.perf_counter() - begun)


def _choice(ask, size: int, departement: str) -> Sequence[str]:
    """Communes around one of a département, neighbour after neighbour, always the same ones."""
    near = ask(communes.neighbours)
    start = random.Random(departement).choice(ask(_codes, departement))
    chosen, edge = {start}, [start]
    while edge and len(chosen) < size:
        for code in near.get(edge.pop(0), ()):
            if code not in chosen and len(chosen) < size:
                chosen.add(code)
                edge.append(code)
    return sorted(chosen)


def _codes(cursor, departement: str) -> list[str]:
    rows = cursor.execute("SELECT code FROM residence WHERE departement_code = ? ORDER BY 1", [departement]).fetchall()
    return [code for (code,) in rows]


if __name__ == "__main__":
    print(measure())
