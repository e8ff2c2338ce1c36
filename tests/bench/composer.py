"""Time the profile of a free choice of communes: `python -m tests.bench.composer`. The process is warm, every choice is new."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from statistics import median

from maillage import dossier
from maillage.queries import communes
from maillage.warehouse import Warehouse

DATABASE = Path(__file__).parents[2] / "data" / "maillage.duckdb"
DEPARTEMENTS = ("62", "13", "71", "35", "67")


def measure(size: int = 150, rounds: int = 9) -> dict[str, float]:
    """Milliseconds to tell a contiguous choice of `size` communes that nobody asked for before: median and worst."""
    warehouse = Warehouse(DATABASE)

    @cache
    def answer(question, arguments):
        return question(warehouse.cursor(), *arguments)

    def ask(question, *arguments):
        return answer(question, tuple(tuple(a) if isinstance(a, list) else a for a in arguments))

    choices = [_choice(ask, size, seed) for seed in range(rounds + len(DEPARTEMENTS))]
    spent = []
    for codes in choices:
        begun = time.perf_counter()
        told = dossier.dossier(ask, codes)
        spent.append(1000 * (time.perf_counter() - begun))
        assert len(told.codes) == size
    # The first choice in each département asks for its figures, which all the others share.
    warm = spent[len(DEPARTEMENTS) :]
    return {"dossier_ms": round(median(warm), 1), "dossier_worst_ms": round(max(warm), 1)}


def _choice(ask, size: int, seed: int) -> Sequence[str]:
    """Communes around one of a département, neighbour after neighbour."""
    near = ask(communes.neighbours)
    start = random.Random(seed).choice(ask(_codes, DEPARTEMENTS[seed % len(DEPARTEMENTS)]))
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
