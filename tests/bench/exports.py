"""Time and weigh the documents of a signing: `python -m tests.bench.exports`.

Two territories: the CPTS of the founding documents that has its 34 communes, and the 150 most populous communes of the
Nord. Each document is made a few times; the first, which pays for fonts and templates, is told apart.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from statistics import median

from maillage.exports import diagnostic, offline, poster, slides
from maillage.records.territory import Dossier
from maillage.subjects.ceremony import Ceremony, Entry
from maillage.subjects.territory import print_frame, territory
from maillage.warehouse import Warehouse

ROOT = Path(__file__).parents[2]
ROUNDS = 5
CPTS = "cpts-71-centre-saone-et-loire"
CEREMONY = Ceremony(
    place="Le Creusot",
    day=date(2022, 10, 18),
    axes=(Entry("Accès aux soins", "médecin traitant"), Entry("Prévention")),
    signatories=(Entry("Présidente", "CPTS"), Entry("Directeur général", "ARS"), Entry("Directrice", "CPAM")),
)
LIMITS = {"diagnostic_bytes": 3_000_000, "diagnostic_s": 5, "html_bytes": 5_000_000}


def measure(large: int = 150) -> dict[str, float]:
    """Seconds (`…_s`, medians; `…_first_s`, the first time) and sizes (`…_bytes`) of each document; of so many communes: `large_…`."""
    warehouse = Warehouse(ROOT / "data" / "maillage.duckdb")
    ask = warehouse.edition().ask
    codes = [
        code
        for (code,) in warehouse.cursor()
        .execute(
            "SELECT code FROM residence WHERE departement_code = '59' ORDER BY population DESC, code LIMIT ?", [large]
        )
        .fetchall()
    ]
    return _documents(ask, territory.of_cpts(ask, CPTS)) | {
        f"large_{name}": value
        for name, value in _documents(ask, territory.dossier(ask, codes, name=f"{large} communes")).items()
    }


def _documents(ask, dossier: Dossier) -> dict[str, float]:
    began = time.perf_counter()
    around = print_frame.around(ask, dossier)
    figures = {"vicinity_s": time.perf_counter() - began}
    for name, make in (
        ("diagnostic", lambda: diagnostic.pdf(dossier, around)),
        ("poster", lambda: poster.pdf(dossier, around, CEREMONY)),
        ("pptx", lambda: slides.pptx(dossier, around, CEREMONY)),
        ("html", lambda: offline.html(dossier, around, CEREMONY)),
    ):
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            content = make()
            times.append(time.perf_counter() - began)
        figures |= {f"{name}_s": median(times), f"{name}_first_s": times[0], f"{name}_bytes": len(content)}
    return figures


def main() -> None:
    run = measure()
    for part, label in (("", "34 communes"), ("large_", "150 communes")):
        for name in ("diagnostic", "poster", "pptx", "html"):
            seconds, first, size = (run[f"{part}{name}_{unit}"] for unit in ("s", "first_s", "bytes"))
            print(f"{label}, {name}: {seconds:.2f} s (first {first:.2f} s), {size / 1000:.0f} kB")
    for name, limit in LIMITS.items():
        worst = max(run[name], run[f"large_{name}"])
        print(f"{name}: {worst:.5g} of {limit} at most{'' if worst <= limit else ': MISSED'}")


if __name__ == "__main__":
    main()
