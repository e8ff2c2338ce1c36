"""Premature mortality computed from deaths and people by age: directly standardised, with Dobson's interval.

The formulas are those of `maillage.methods.rates.standardised_rate`, which the tests hold this against. Dobson, Kuulasmaa,
Eberle and Scherer, Statistics in Medicine, 1991; Byar's interval: Breslow and Day, 1987, p. 69.
"""

from __future__ import annotations

from functools import cache

import duckdb
import numpy as np
import pandas as pd

from etl.intake import note
from etl.source import Note
from maillage.catalog import standards

Z = 1.959963984540054  # normal quantile of an interval at 95 %
ENOUGH_EVENTS = 10  # under them, no rate
BAND = 5  # years: those of the population, so that the standard's first two are one
PUBLISHED = "mortalite_prematuree_0_64"
# A rank correlation with the published rate under this is not of the same people; told from this many départements.
LEAST_ALIKE, ENOUGH_ALIKE = 0.8, 20

# One row a département, year and band whose deaths of every age and both sexes are told, or withheld.
DEATHS = f"""
    WITH band AS (
        SELECT departement_code, year, sex, {BAND} * (age_from // {BAND}) AS age, sum(events) AS events, bool_or(withheld) AS withheld
        FROM event_by_age WHERE event = 'deces' AND age_to <= {BAND} * (age_from // {BAND}) + {BAND}
        GROUP BY ALL HAVING sum(age_to - age_from) = {BAND}
    )
    SELECT departement_code, year, age, bool_or(withheld) AS withheld, sum(events) AS events
    FROM band b
    WHERE sex = 'all' OR NOT EXISTS (
        FROM band w WHERE w.sex = 'all' AND (w.departement_code, w.year, w.age) = (b.departement_code, b.year, b.age))
    GROUP BY departement_code, year, age HAVING bool_or(sex = 'all') OR count(*) = 2
"""

# Person-years: the mean of the two ends of the year, or its beginning where the next one is not known.
PEOPLE = f"""
    WITH band AS (
        SELECT departement_code, year, {BAND} * (age_from // {BAND}) AS age, sum(population) AS people,
               bool_or(provisional) AS provisional
        FROM population_by_age WHERE age_to <= {BAND} * (age_from // {BAND}) + {BAND}
        GROUP BY ALL HAVING sum(age_to - age_from) = 2 * {BAND}
    )
    SELECT a.departement_code, a.year, a.age, coalesce((a.people + b.people) / 2, a.people) AS people,
           b.people IS NOT NULL AS mean, a.provisional OR coalesce(b.provisional, false) AS provisional
    FROM band a LEFT JOIN band b ON (b.departement_code, b.age) = (a.departement_code, a.age) AND b.year = a.year + 1
"""

RATES = f"""
    WITH death AS ({DEATHS}), people AS ({PEOPLE}),
    whole AS (
        SELECT t.code, t.region_code, d.year, s.indicator, s.under,
               d.age, d.events, d.withheld, p.people, p.mean, p.provisional, s.weight,
               (SELECT min(source_id) FROM event_by_age e WHERE (e.departement_code, e.year) = (t.code, d.year)) AS source_id
        FROM standard s JOIN death d USING (age) JOIN people p USING (departement_code, year, age)
        JOIN territory t ON t.level = 'departement' AND t.code = d.departement_code
    ),
    complete AS (
        FROM whole QUALIFY count(*) OVER (PARTITION BY code, year, indicator) = under // {BAND}
    ),
    placed AS (
        SELECT unnest(['departement', 'region', 'france']) AS level, unnest([code, region_code, 'FR']) AS code,
               c.* EXCLUDE (code, region_code), code AS departement_code
        FROM complete c
    ),
    summed AS (
        SELECT level, code, indicator, under, year, age, any_value(weight) AS w, sum(people) AS n, sum(events) AS d,
               bool_or(withheld) AS withheld, bool_and(mean) AS mean, bool_or(provisional) AS provisional, min(source_id) AS source_id,
               count(DISTINCT departement_code) AS parts
        FROM placed GROUP BY level, code, indicator, under, year, age
    ),
    rated AS (
        SELECT level, code, indicator, under, year, bool_or(withheld) AS withheld, bool_and(mean) AS mean,
               bool_or(provisional) AS provisional, min(source_id) AS source_id, min(n) > 0 AS populated, sum(d) AS o,
               sum(w * d / nullif(n, 0)) / sum(w) AS rate, sum(w * w * d / nullif(n, 0) ** 2) / sum(w) ** 2 AS variance
        FROM summed s
        WHERE level = 'departement' OR parts = (
            SELECT count(*) FROM territory t WHERE t.level = 'departement' AND (s.level = 'france' OR t.region_code = s.code))
        GROUP BY level, code, indicator, under, year
        HAVING count(*) = under // {BAND}
    ),
    bounded AS (
        SELECT *, o * (1 - 1 / (9 * o) - $z / (3 * sqrt(o))) ** 3 AS o_low,
               (o + 1) * (1 - 1 / (9 * (o + 1)) + $z / (3 * sqrt(o + 1))) ** 3 AS o_high,
               NOT withheld AND o >= {ENOUGH_EVENTS} AND populated AS given
        FROM rated
    )
    SELECT level, code, indicator, year, 'all' AS sex, CASE WHEN given THEN rate END * 100000 AS value,
           CASE WHEN given THEN greatest(0, rate + sqrt(variance / o) * (o_low - o)) END * 100000 AS low,
           CASE WHEN given THEN rate + sqrt(variance / o) * (o_high - o) END * 100000 AS high,
           CASE WHEN withheld THEN 'withheld' WHEN provisional THEN 'provisional' ELSE 'computed' END AS basis,
           CASE WHEN NOT withheld THEN o END::INTEGER AS events,
           'taux standardisé direct (' || $standard || ', moins de ' || under || ' ans), intervalle de Dobson à 95 %, '
           || CASE WHEN mean THEN 'population moyenne de l''année' ELSE 'population au 1er janvier' END
           || CASE WHEN provisional THEN ' (provisoire)' ELSE '' END
           || CASE WHEN withheld THEN ' ; un nombre de décès est retenu par le secret'
                   WHEN NOT populated THEN ' ; une tranche d''âge n''a pas d''habitants'
                   WHEN o < {ENOUGH_EVENTS} THEN ' ; moins de {ENOUGH_EVENTS} décès : le taux ne serait pas fiable' ELSE '' END AS method,
           source_id
    FROM bounded
"""


def run(connection: duckdb.DuckDBPyConnection) -> None:
    """Stage the computed rates of départements, régions and France; what could not be computed is noted."""
    if connection.execute("SELECT count(*) FROM event_by_age").fetchall() == [(0,)]:
        return
    connection.register("standard", weights())
    rates = connection.execute(RATES, {"z": Z, "standard": standards.ESP2013_NAME}).fetchdf()
    connection.unregister("standard")
    rates = rates[~rates["year"].isin(_strange(connection, rates))]
    connection.register("rates", rates)
    connection.execute(
        "INSERT INTO staging.figure BY NAME SELECT *, 'computed' AS tier FROM rates ORDER BY indicator, level, code, year"
    )
    connection.unregister("rates")
    _tell(connection)


@cache
def weights() -> pd.DataFrame:
    """The standard's weights by band of the population: indicator, under, age, weight. Not to be changed."""
    rows = [
        (name, under, BAND * (low // BAND), weight)
        for name, under in standards.PREMATURE.items()
        for low, _, weight in standards.under(under)
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "under", "age", "weight"])
    return frame.groupby(["indicator", "under", "age"], as_index=False)["weight"].sum()


def _strange(connection: duckdb.DuckDBPyConnection, rates: pd.DataFrame) -> list[int]:
    """The years whose rates do not follow the published ones: deaths were counted where they happen, and are not believed."""
    name = next(iter(standards.PREMATURE))
    here = rates[(rates["level"] == "departement") & (rates["indicator"] == name) & rates["value"].notna()]
    if len(here) < ENOUGH_ALIKE:
        return []
    published = connection.execute(
        """
        SELECT code, value AS published FROM indicator_value
        WHERE indicator = ? AND level = 'departement' AND value IS NOT NULL
        QUALIFY year = max(year) OVER (PARTITION BY code)
        """,
        [PUBLISHED],
    ).fetchdf()
    strange = []
    for year, rows in here.merge(published, on="code").groupby("year"):
        alike = np.corrcoef(rows["value"].rank(), rows["published"].rank())[0, 1] if len(rows) >= ENOUGH_ALIKE else 1
        if not alike >= LEAST_ALIKE:
            strange.append(int(year))
            correlation = f"{alike:.2f}".replace(".", ",")
            sentence = (
                f"Décès de {year} : les taux qu'ils donnent ne suivent pas ceux que l'Insee publie (corrélation des rangs "
                f"{correlation}, {len(rows)} départements). Ils sont sans doute comptés là où ils ont lieu, et non au domicile : "
                "aucun taux n'est montré. Déposez des décès domiciliés."
            )
            for source_id in rows["source_id"].unique():
                note(connection, source_id, [Note(f"{year}", "refuse", "décès hors du domicile", sentence)])
    return strange


def _tell(connection: duckdb.DuckDBPyConnection) -> None:
    """A note for each source and year: how many départements have a rate, and why the others have none."""
    rows = connection.execute(
        """
        SELECT e.source_id, e.year, count(DISTINCT e.departement_code) AS departements,
               count(DISTINCT v.code) AS rated,
               e.year IN (SELECT year FROM population_by_age) AS populated
        FROM event_by_age e
        LEFT JOIN staging.figure v ON v.level = 'departement' AND v.code = e.departement_code AND v.year = e.year
            AND v.indicator IN (SELECT unnest(?))
        GROUP BY ALL ORDER BY ALL
        """,
        [list(standards.PREMATURE)],
    ).fetchall()
    for source_id, year, departements, rated, populated in rows:
        if rated == departements:
            words = (
                f"Décès de {year} : mortalité prématurée calculée pour {rated} département{'s' if rated > 1 else ''}."
            )
            one = Note(f"{year}", "compris", "mortalité calculée", words)
        elif not populated:
            words = (
                f"Décès de {year} : aucun taux n'est calculé, car la population par âge de cette année (estimations de l'Insee) n'est "
                "pas dans cette base. L'administrateur de l'atlas doit y lire les fichiers officiels."
            )
            one = Note(f"{year}", "ambigu", "population par âge absente", words)
        else:
            words = (
                f"Décès de {year} : mortalité prématurée calculée pour {rated} des {departements} départements. Ailleurs, une tranche "
                "de cinq ans manque, est plus large, ou n'a qu'un sexe : écrivez 0 là où il n'y a eu aucun décès."
            )
            one = Note(f"{year}", "ambigu", "tranches d'âge absentes", words)
        note(connection, source_id, [one])
