"""Time the methods against libraries that do the same: `python -m tests.bench.methods`.

Each pair is given the same arrays, ready made, and run in turn; answers are compared before times are. All of France:
34,875 communes, one in ten of them a site. Siting: the most populous communes of the Nord and the Pas-de-Calais.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import geopandas as gpd
import numpy as np
import pandas as pd

from maillage import catalog
from maillage.catalog.siting import CENTRE, COVER, MEDIAN, SitingMethod
from maillage.methods import catchment, plane, reach, siting
from maillage.methods.solver import solve

ROOT = Path(__file__).parents[2]
ROUNDS = 3
THRESHOLD, SITES = 15.0, 8
RATIOS = (
    ("2SFCA, PySAL access ÷ ours", "fca_access_s", "fca_s"),
    ("nearest site, geopandas sjoin_nearest ÷ ours", "nearest_geopandas_s", "nearest_s"),
    ("maximal covering 500 × 200, spopt ÷ ours", "cover_spopt_s", "cover_s"),
    ("p-median 250 × 100, spopt ÷ ours", "small_median_spopt_s", "small_median_s"),
)


def measure() -> dict[str, float]:
    """Seconds of each method and of its peer: medians of a few rounds; spopt, which is slow, runs once."""
    communes = pd.read_parquet(
        ROOT / "data" / "snapshot" / "communes.parquet",
        columns=["level", "code", "departement_code", "population", "lon", "lat"],
    )
    communes = communes[communes["level"] == "commune"].sort_values("code", ignore_index=True)
    flat = plane.lay(communes["code"], communes["lon"], communes["lat"])
    run = _fca(communes, flat, flat[::10]) | _nearest(flat, flat[::10])
    north = communes["departement_code"].isin(["59", "62"])
    largest = communes[north].sort_values("population", ascending=False, kind="stable").index[:500]
    minutes = catalog.TRAVEL.minutes(plane.distances(flat[largest], flat[largest[:200]]))
    return run | _siting(minutes, communes.loc[largest, "population"].to_numpy(float))


def _fca(communes: pd.DataFrame, flat: np.ndarray, sites: np.ndarray) -> dict[str, float]:
    import access.fca

    pairs = plane.pairs(flat, sites, catalog.TRAVEL.km(THRESHOLD))
    minutes = catalog.TRAVEL.minutes(pairs.km)
    population = communes["population"].to_numpy(float)
    supply = np.ones(len(sites))
    setting = catchment.Setting(catchment.DECAY["binaire"], THRESHOLD)

    def ours() -> np.ndarray:
        weights = catchment.weights(pairs, minutes, (len(flat), len(sites)), setting)
        return catchment.two_step(population, supply, weights).per_100k

    demand_df = pd.DataFrame({"place": range(len(flat)), "population": population})
    supply_df = pd.DataFrame({"site": range(len(sites)), "supply": supply})
    cost_df = pd.DataFrame({"origin": pairs.place, "dest": pairs.site, "cost": minutes})

    def theirs() -> np.ndarray:
        result = access.fca.two_stage_fca(
            demand_df,
            supply_df,
            cost_df,
            max_cost=THRESHOLD,
            demand_index="place",
            demand_name="population",
            supply_index="site",
            supply_name="supply",
        )
        return result.reindex(range(len(flat))).fillna(0).to_numpy() * catchment.PER

    return _compare("fca_s", ours, "fca_access_s", theirs)


def _nearest(flat: np.ndarray, sites: np.ndarray) -> dict[str, float]:
    # Every part of France is in the one plane, so geopandas needs no projection either.
    left = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*flat.T))
    right = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*sites.T))

    def theirs() -> np.ndarray:
        result = gpd.sjoin_nearest(left, right, distance_col="km")
        return result[~result.index.duplicated()]["km"].sort_index().to_numpy()

    return _compare("nearest_s", lambda: reach.nearest(flat, sites).km, "nearest_geopandas_s", theirs)


def _siting(minutes: np.ndarray, population: np.ndarray) -> dict[str, float]:
    import pulp
    from spopt.locate import MCLP, PMedian

    highs = pulp.HiGHS(msg=False, gapRel=siting.GAP / 10)
    problem = siting.SitingProblem(minutes, population, SITES, THRESHOLD)
    small = siting.SitingProblem(minutes[:250, :100], population[:250], SITES, THRESHOLD)

    def ours(problem: siting.SitingProblem, method: SitingMethod) -> Callable[[], float]:
        return lambda: solve(problem, method).objective

    def cover() -> float:
        model = MCLP.from_cost_matrix(minutes, population, service_radius=THRESHOLD, p_facilities=SITES)
        return model.solve(highs).problem.objective.value()

    def mean() -> float:
        model = PMedian.from_cost_matrix(small.minutes, small.population, p_facilities=SITES)
        return model.solve(highs).problem.objective.value() / small.population.sum()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # spopt's calls to PuLP
        run = _compare("cover_s", ours(problem, COVER), "cover_spopt_s", cover, rounds=1)
        run |= _compare("small_median_s", ours(small, MEDIAN), "small_median_spopt_s", mean, rounds=1)
    run["median_s"], _ = _timed(ours(problem, MEDIAN))
    run["centre_s"], _ = _timed(ours(problem, CENTRE))
    return run


def _compare(name: str, ours: Callable, peer: str, theirs: Callable, rounds: int = ROUNDS) -> dict[str, float]:
    """Both in turn; an answer that differs is an error, for a ratio would mean nothing."""
    runs = []
    for _ in range(rounds):
        (mine, result), (other, expected) = _timed(ours), _timed(theirs)
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-9)
        runs.append((mine, other))
    mine, other = zip(*runs, strict=True)
    return {name: median(mine), peer: median(other)}


def _timed(call: Callable) -> tuple[float, object]:
    began = time.perf_counter()
    answer = call()
    return time.perf_counter() - began, answer


def main() -> None:
    run = measure()
    for label, peer, ours in RATIOS:
        print(f"{label}: {run[peer] / run[ours]:.1f} × ({run[peer]:.2f} s, {run[ours]:.3f} s)")
    print(f"500 × 200, proven: p-median {run['median_s']:.2f} s, p-centre {run['centre_s']:.2f} s")


if __name__ == "__main__":
    main()
