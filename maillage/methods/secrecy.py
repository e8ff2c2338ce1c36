"""Small numbers: which counts may be shown, and sums that cannot be subtracted from one another to find the others.

A count from 1 to threshold − 1 is withheld (« NS »); 0 is shown as 0; what no source gives is missing. Whoever may ask for
any selection of communes may also subtract two answers. So answers are made of fixed pieces: each commune shown, and, for
each zone (fixed beforehand, from no count: the département, say), the total of its withheld communes, all together or not
at all. A selection that cuts such a group gets bounds that follow from public facts, never its sum.

Why nothing can be deduced, however many selections are asked, even by someone who knows this rule:
- the answers are functions of the counts shown, of how many are withheld, and of the totals of some groups; nothing else;
- a group of k communes gives its total T only where threshold + k − 2 ≤ T ≤ (k − 1)(threshold − 1) + 1: each of them may
  then still be any number from 1 to threshold − 1;
- where T is outside, it is not given; knowing so, all of them may be 1, and all of them threshold − 1.

A zone whose total anyone can read elsewhere (`public`) gives T by subtraction. Where T is outside those limits, every
commune of the zone is withheld, zeros included: swapping the counts of two communes leaves all that is told unchanged, so
that a count is known only if all are equal, and from a threshold of 4 another set of counts always tells the same.

Out of reach: two linked tables (by sex and by age, say) guarded apart, two indicators made of one count, and public totals of
zones that are not whole unions of ours. Kenthapadi, Mishra and Nissim, Simulatable auditing, PODS 2005; Handbook on Statistical Disclosure Control,
Eurostat (ESSnet), chapter 4. Eleven is the threshold of the CASD for counts of patients.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from maillage.catalog import LEAST_THRESHOLD, THRESHOLD

EN_CLAIR = (
    "Petits nombres et secret",
    "Un effectif trop petit n'est pas montré, et rien de ce qui est montré ne permet de le retrouver par soustraction "
    ": les sommes ne sont exactes que si elles ne coupent aucun groupe retenu.",
)

NUMBER, BOUNDS, NS, MISSING = "nombre", "bornes", "ns", "manquant"


@dataclass(frozen=True)
class Count:
    """What may be shown: a number; bounds of a sum; NS (bounds of what is withheld); or nothing, missing.

    `high` is None where nothing bounds it. `reason` is for the reader.
    """

    state: str
    value: int | None
    low: int | None
    high: int | None
    reason: str = ""


@dataclass(frozen=True)
class _Zone:
    """The withheld communes of a zone: how many, their total where it may be told, and the bounds of each."""

    count: int
    total: int | None
    least: int
    most: int | None


class Guard:
    """Answers about the counts of communes that cannot be combined to find a withheld one.

    `codes`, `counts` and `zones` go together: NaN is missing, unless `withheld` says that the source itself keeps it
    secret. `public` names the zones whose total is published somewhere; `noun` is what a row is, in reasons. Raises
    ValueError on impossible counts.
    """

    def __init__(
        self,
        codes: Sequence[str],
        counts,
        zones: Sequence,
        threshold: int = THRESHOLD,
        withheld=None,
        public: Collection = (),
        noun: str = "commune",
    ):
        if threshold < LEAST_THRESHOLD:
            raise ValueError(f"Un seuil de secret sous {LEAST_THRESHOLD} laisse deviner les effectifs retenus.")
        numbers = np.asarray(counts, float)
        known = np.isfinite(numbers)
        if len(set(codes)) != len(codes) or not len(codes) == len(numbers) == len(zones):
            raise ValueError("Il faut un effectif et une zone par commune, et chaque commune une seule fois.")
        if (numbers[known] < 0).any() or (numbers[known] % 1 != 0).any():
            raise ValueError("Un effectif soumis au secret est un nombre entier, positif ou nul.")
        by_source = np.zeros(len(numbers), bool) if withheld is None else np.asarray(withheld, bool)
        self.threshold, self._noun = threshold, noun
        self._rows = {code: row for row, code in enumerate(codes)}
        self._counts = np.where(known & ~by_source, numbers, 0).astype(int)
        self._missing = ~known & ~by_source
        self._hidden = by_source | (known & (numbers > 0) & (numbers < threshold))
        self._labels, self._zone_of = np.unique(np.asarray(zones, object).astype(str), return_inverse=True)
        self._zones = [self._group(zone, by_source, set(map(str, public))) for zone in range(len(self._labels))]

    def _group(self, zone: int, by_source: np.ndarray, public: set[str]) -> _Zone:
        here = self._zone_of == zone
        hidden = here & self._hidden
        count, total, top = int(hidden.sum()), int(self._counts[hidden].sum()), self.threshold - 1
        if (hidden & by_source).any():
            return _Zone(count, None, 1, top)  # the source answers for its own secret: nothing it hides is shown here
        if count == 0 or self.threshold + count - 2 <= total <= (count - 1) * top + 1:
            return _Zone(count, total, 1, top)
        if self._labels[zone] not in public:
            return _Zone(count, None, 1, top)
        self._hidden |= here & ~self._missing
        return _Zone(int((here & self._hidden).sum()), int(self._counts[here].sum()), 0, None)

    def figure(self, code: str) -> Count:
        """What may be shown of one commune."""
        return self.total([code])

    def total(self, selection: Iterable[str]) -> Count:
        """What may be shown of the sum over some communes; raises KeyError on an unknown one."""
        rows = np.array(sorted({self._rows[code] for code in selection}), int)
        missing = int(self._missing[rows].sum())
        hidden = rows[self._hidden[rows]]
        visible = int(self._counts[rows[~self._hidden[rows]]].sum())
        if len(rows) == missing:
            return Count(MISSING, None, None, None, "Donnée manquante.") if missing else Count(NUMBER, 0, 0, 0)
        low, high, cut = visible, visible, 0
        for zone, chosen in zip(*np.unique(self._zone_of[hidden], return_counts=True), strict=True):
            least, most = self._bounds(self._zones[zone], int(chosen))
            low, high = low + least, None if high is None or most is None else high + most
            cut += 0 if least == most else int(chosen)
        if not cut and not missing:
            return Count(NUMBER, low, low, low)
        reasons = []
        if cut:
            reasons.append(
                f"{self._several(cut)} sous le seuil de secret ({self.threshold}) : la somme n'est donnée qu'entre des bornes."
            )
        if missing:
            reasons.append(f"{self._several(missing)} sans donnée : la somme est un minimum.")
        state = NS if len(hidden) == len(rows) else BOUNDS
        return Count(state, None, low, None if missing else high, " ".join(reasons))

    def _several(self, count: int) -> str:
        return f"{count} {self._noun}{'s' if count > 1 else ''}"

    @staticmethod
    def _bounds(zone: _Zone, chosen: int) -> tuple[int, int | None]:
        """Least and most that some of a zone's withheld communes may sum to, from what is told of them all."""
        if chosen == zone.count and zone.total is not None:
            return zone.total, zone.total
        others = zone.count - chosen
        least, most = chosen * zone.least, None if zone.most is None else chosen * zone.most
        if zone.total is not None:
            rest = zone.total - others * zone.least
            most = rest if most is None else min(most, rest)
            least = least if zone.most is None else max(least, zone.total - others * zone.most)
        return least, most

    def table(self) -> pd.DataFrame:
        """One row per commune, in the order given: code, state, value (NA unless it is a number)."""
        state = np.where(self._missing, MISSING, np.where(self._hidden, NS, NUMBER))
        value = pd.array(self._counts, dtype="Int64")
        value[state != NUMBER] = pd.NA
        return pd.DataFrame({"code": list(self._rows), "state": state, "value": value})


# -- rows of figures --------------------------------------------------------------------------------------------------

# (levels of the parts, the zone they stand in, levels of what is summed of them), from the smallest parts up: what a part
# hides, and what would give it by difference, is hidden before the larger ones are looked at.
STEPS = (
    (("arrondissement_municipal",), "parent_code", ("commune",)),
    (("commune",), "departement_code", ("epci", "departement", "region", "france")),
    (("departement",), "region_code", ("region", "france")),
)
ZONE = {"parent_code": "commune", "departement_code": "departement", "region_code": "region"}
PLACE = {"commune": "parent_code", "epci": "epci_code", "departement": "departement_code", "region": "region_code"}


def guard(parts: pd.DataFrame, zone: str, public: Collection = (), threshold: int = THRESHOLD) -> Guard:
    """Who answers for the counts of these rows (code, count, withheld), by zone (a column)."""
    zones = parts[zone].fillna("").tolist()
    counts = parts["count"].astype(float).to_numpy()
    return Guard(
        parts["code"].tolist(),
        counts,
        zones,
        threshold,
        withheld=parts["withheld"].to_numpy(bool),
        public=public,
        noun="département" if zone == "region_code" else "commune",
    )


def concealed(rows: pd.DataFrame, threshold: int = THRESHOLD) -> np.ndarray:
    """Which rows of one indicator, one year and one sex may not be shown (booleans, in their order).

    Those that their source withholds, those whose count of people is from 1 to `threshold` − 1, and those that would give such
    a count by difference: a total and its parts. Columns: level, code, count (NaN where there is none), withheld (by the
    source), and the codes of STEPS and PLACE where such levels have rows.
    """
    rows = rows.reset_index(drop=True)
    small = (rows["count"] > 0) & (rows["count"] < threshold)
    hidden = rows["withheld"].to_numpy(bool) | small.to_numpy(bool)
    for levels, zone, above in STEPS:
        here = rows["level"].isin(levels).to_numpy()
        counted = rows[here & (rows["count"].notna() | hidden).to_numpy()]
        if counted.empty:
            continue
        # What is hidden for its own count is for the guard to find: it then knows the total of its group.
        by_others = pd.Series(hidden & ~small.to_numpy(bool))
        wholes = rows[(rows["level"] == ZONE[zone]) & (rows["count"] >= threshold)]
        answers = guard(counted.assign(withheld=by_others[counted.index]), zone, wholes["code"].tolist(), threshold)
        secret = answers.table().set_index("code")["state"].eq(NS)
        hidden[counted.index[counted["code"].map(secret).to_numpy(bool)]] = True
        for row in rows[rows["level"].isin(above)].itertuples():
            inside = counted if row.level == "france" else counted[counted[PLACE[row.level]] == row.code]
            if inside.empty:
                continue
            total = answers.total(inside["code"])
            hidden[row.Index] |= total.state != NUMBER or 0 < total.value < threshold
    return hidden


def rule(threshold: int = THRESHOLD) -> str:
    """The rule in words, for the page « Méthode »."""
    return (
        f"Un effectif de 1 à {threshold - 1} n'est pas montré : « NS » (non significatif, retenu par le secret). Zéro est "
        "montré, et une donnée absente est dite manquante : ce sont trois choses différentes. La somme d'une sélection libre "
        "n'est donnée exactement que si, dans chaque département, elle prend toutes les communes retenues ou aucune, et "
        "si leur total laisse à chacune toutes ses valeurs possibles. Sinon, elle est donnée entre deux bornes, qui ne "
        "disent rien de plus que « NS ». Aucune suite de sélections ne permet donc de retrouver un effectif par différence. "
        "Quand le total d'un département, publié ailleurs, trahirait ses communes retenues, toutes ses communes le sont."
    )
