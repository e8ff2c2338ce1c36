"""Remake data/reference/travel_calibration.csv: `python -m docs.calibrate_travel TimeDistCarIsere.csv.gz`.

The file holds real OSRM car times in seconds between communes of the Isère, a square matrix whose heads are INSEE codes.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from maillage.methods import plane, travel

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "data" / "reference" / "travel_calibration.csv"


def trips(path: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Codes of today's communes, km (n, n) and minutes (n, n).

    A former code becomes today's; where several lead to one commune, only the first in code order is kept.
    """
    seconds = pd.read_csv(path, index_col="id", dtype={"id": str})
    communes = pd.read_parquet(ROOT / "data/snapshot/communes.parquet", columns=["level", "code", "lon", "lat"])
    communes = communes[communes["level"] == "commune"].set_index("code")
    changes = pd.read_parquet(ROOT / "data/snapshot/commune_changes.parquet").set_index("old_code")["new_code"]
    today = pd.Series([code if code in communes.index else changes.get(code) for code in seconds.index], seconds.index)
    kept = today.dropna().sort_index().drop_duplicates()
    halls = communes.loc[kept]
    flat = plane.lay(kept, halls["lon"], halls["lat"])
    return list(kept), plane.distances(flat, flat), seconds.loc[kept.index, kept.index].to_numpy(float) / 60


if __name__ == "__main__":
    table = travel.calibrate(*trips(Path(sys.argv[1])))
    table.to_csv(TABLE, index=False)
    print(table[table["chosen"] == "oui"].to_string(index=False))
