"""Time the reading of a list of 50,000 rows, as the page of imports does: `python -m tests.bench.importing`.

Communes from everywhere, a third placed by coordinates, a third by code, a third by name and postcode; two rows in a hundred
name no commune. The list goes through the process that reads it and comes back as a table; then the clean list is written.
"""

from __future__ import annotations

import csv
import io
import random
import time
from pathlib import Path

import pandas as pd

from maillage.language import spreadsheet as language_spreadsheet
from maillage.subjects import visitor_list

ROOT = Path(__file__).parents[2]
ROWS = 50_000
GOAL_SECONDS = 10


def measure(rows: int = ROWS) -> dict[str, float]:
    """Seconds to read and to write back, rows and what became of them, steps told by the progress bar, size (MB)."""
    content = made(rows)
    steps: list[float] = []
    began = time.perf_counter()
    brought = visitor_list.read(
        "liste.csv", content, ROOT / "data" / "maillage.duckdb", lambda step, share: steps.append(share)
    )
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    clean = language_spreadsheet.csv(visitor_list.cleaned(brought))
    return {
        "read_s": round(seconds, 2),
        "clean_s": round(time.perf_counter() - began, 2),
        "rows": len(brought.readings),
        "understood": len(brought.understood),
        "refused": brought.count("refuse"),
        "steps": len(steps),
        "mb": round(len(content) / 1e6, 1),
        "clean_mb": round(len(clean) / 1e6, 1),
    }


def made(rows: int) -> bytes:
    """The list, always the same."""
    chance = random.Random(1)
    communes = pd.read_parquet(
        ROOT / "data" / "snapshot" / "communes.parquet", columns=["level", "code", "name", "postcodes", "lon", "lat"]
    )
    communes = list(communes[communes["level"] == "commune"].itertuples())
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(
        (
            "type",
            "nom",
            "statut",
            "code_commune",
            "commune",
            "code_postal",
            "places",
            "lon",
            "lat",
            "source",
            "remarque",
        )
    )
    for number in range(rows):
        commune = chance.choice(communes)
        name = commune.name + ("zz" if number % 50 == 0 else "")
        where = (
            ("", name, commune.postcodes[0] if len(commune.postcodes) else "", "", ""),
            (commune.code, "", "", "", ""),
            (commune.code, commune.name, "", f"{commune.lon:.5f}", f"{commune.lat:.5f}"),
        )[0 if number % 50 == 0 else number % 3]
        kind = chance.choice(("MSP", "PASS", "Équipe de soins primaires", "LHSS"))
        writer.writerow(
            (
                kind,
                f"Structure {number} de {commune.name}",
                "ouvert",
                *where[:3],
                number % 30 or "",
                *where[3:],
                "liste",
                "",
            )
        )
    return text.getvalue().encode()


def main() -> None:
    run = measure()
    print(
        f"{run['rows']} rows ({run['mb']} MB) read in {run['read_s']} s (goal {GOAL_SECONDS} s), progress told {run['steps']} times"
    )
    print(
        f"{run['understood']} understood, {run['refused']} refused; written back clean in {run['clean_s']} s ({run['clean_mb']} MB)"
    )


if __name__ == "__main__":
    main()
