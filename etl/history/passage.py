"""From the communes of one build to those of another: mergers, new codes, communes that are back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import pandas as pd
import shapely

from etl.places.geo import shapes_of


class Change(NamedTuple):
    """A row of `change`."""

    subject: str
    kind: str
    code: str
    name: str
    departement_code: str | None = None
    type: str | None = None
    before: str | None = None
    after: str | None = None


class Passage:
    """Which commune of today a commune of before is, arrondissements included."""

    def __init__(self, connection, old: str, new: str, both: Collection[str]):
        self.old, self.new = _communes(connection, old, both), _communes(connection, new, both)
        successors = connection.execute(f"SELECT old_code, new_code FROM {new}.commune_change").fetchall()
        gone, created = self.old.index.difference(self.new.index), self.new.index.difference(self.old.index)
        self.merged = {before: after for before, after in successors if before in gone and after in self.new.index}
        self.restored = self._restored(
            [code for code in created if code not in set(self.merged.values())], connection, old
        )
        self._links = {(code, code) for code in self.old.index.intersection(self.new.index)}
        self._links |= set(self.merged.items()) | {(before, after) for after, before in self.restored.items() if before}

    def same(self, before, after) -> bool:
        """Whether what was in one commune may be in the other without having moved."""
        return (before, after) in self._links

    def changes(self) -> Iterable[Change]:
        """What became of each code, and of each name: merged, gone, restored, renamed."""
        into = pd.Series(self.merged, dtype=object).value_counts()
        for code, after in self.merged.items():
            kind = "code" if into[after] == 1 and after not in self.old.index else "fusion"
            yield self._change(kind, code, self.old, after=f"{self.new['name'][after]} ({after})")
        for code in self.old.index.difference(self.new.index).difference(list(self.merged)):
            yield self._change("disparue", code, self.old)
        for code, before in self.restored.items():
            yield self._change(
                "retablie", code, self.new, before=f"{self.old['name'][before]} ({before})" if before else None
            )
        names = pd.concat([self.old["name"], self.new["name"]], axis=1, join="inner", keys=["before", "after"])
        for code, before, after in names[names["before"] != names["after"]].itertuples():
            yield self._change("renommee", code, self.new, before=before, after=after)

    def _change(self, kind: str, code: str, communes: pd.DataFrame, **sides) -> Change:
        row = communes.loc[code]
        return Change("commune", kind, code, row["name"], row["departement_code"], **sides)

    def _restored(self, created: list[str], connection, old: str) -> dict[str, str | None]:
        """Communes that appear without a former code: each with the commune of before that holds its point."""
        restored = {}
        for code in created:
            row = self.new.loc[code]
            near = connection.execute(
                f"""
                SELECT code, ST_AsWKB(geometry) AS wkb FROM {old}.territory
                WHERE level = ? AND departement_code = ? AND geometry IS NOT NULL ORDER BY code
                """,
                [row["level"], row["departement_code"]],
            ).fetchdf()
            holds = shapely.contains_xy(shapes_of(near["wkb"]), row["lon"], row["lat"])
            restored[code] = next(iter(near["code"][holds]), None)
        return restored


def _communes(connection, database: str, both: Collection[str]) -> pd.DataFrame:
    return (
        connection.execute(
            f"""
        SELECT code, name, level, departement_code, lon, lat FROM {database}.territory
        WHERE level IN ('commune', 'arrondissement_municipal') AND departement_code IN (SELECT unnest(?)) ORDER BY code
        """,
            [sorted(both)],
        )
        .fetchdf()
        .set_index("code")
    )
