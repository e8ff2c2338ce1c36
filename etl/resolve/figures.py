"""Many sources, one figure a territory, year and sex: the first tier that gives it is believed, and what differs is told."""

from __future__ import annotations

import duckdb

from etl.resolve import Outcome
from etl.resolve.precedence import COMPUTED, CURATED, FIGURES
from etl.source import Note

KEY = "indicator, level, code, year, sex"


def _ranked(which: str = "true") -> str:
    """What each source gives of a territory of the build, in the order that they are believed in; a source's last row is its word."""
    return f"""
        SELECT *, row_number() OVER (PARTITION BY {KEY} ORDER BY list_position({list(FIGURES)}, tier), source_id) AS rank
        FROM (
            SELECT f.* FROM (SELECT *, rowid AS place FROM staging.figure WHERE {which}) f
            SEMI JOIN territory t ON t.level = f.level AND t.code = f.code
            QUALIFY row_number() OVER (PARTITION BY {KEY}, tier, source_id ORDER BY f.place DESC) = 1
        )
    """


BELIEVED = f"SELECT * EXCLUDE (tier, rank, place) FROM ({_ranked()}) WHERE rank = 1 ORDER BY place"
# Figures are computed from those that are published: theirs come next, where nobody gives one.
COMPUTED_HERE = f"""
    SELECT * EXCLUDE (tier, rank, place) FROM ({_ranked(f"tier = '{COMPUTED}'")}) computed
    ANTI JOIN (SELECT {KEY} FROM staging.figure WHERE tier <> '{COMPUTED}') given USING ({KEY})
    WHERE rank = 1 ORDER BY place
"""


def resolve(connection: duckdb.DuckDBPyConnection) -> Outcome:
    """A note for each figure that the two sources believed first give differently, at the precision shown."""
    outcome = Outcome()
    for label, code, name, year, tier, first, value, second, other in connection.execute(
        f"""
        WITH ranked AS ({_ranked()})
        SELECT i.label, f.code, t.name, f.year, f.tier, f.source_id, f.value, o.source_id, o.value
        FROM ranked f JOIN ranked o USING ({KEY})
        JOIN indicator i ON i.code = f.indicator JOIN territory t ON t.level = f.level AND t.code = f.code
        WHERE f.rank = 1 AND o.rank = 2 AND round(f.value, i.decimals) IS DISTINCT FROM round(o.value, i.decimals)
        ORDER BY f.indicator, f.year, f.level, f.code
        """
    ).fetchall():
        if tier == CURATED:  # told where the file that came to fill it is
            teller, words = second, f"{_french(value)} selon « {first} », qui est retenu, {_french(other)} ici."
        else:
            teller, words = (
                first,
                f"{_french(other)} selon « {second} », {_french(value)} ici. Le fichier officiel est retenu.",
            )
        outcome.notes[teller].append(
            Note(f"{code}, {year}", "ambigu", "chiffre différent", f"« {label} », {year} : {words}", name)
        )
    return outcome


def _french(value: float | None) -> str:
    return "sans valeur" if value is None else f"{value:.6g}".replace(".", ",")
