"""Access on a grid of 200 m: `python -m tests.bench.grid [--cells 2300000]`. The nearest site of each type from each cell, in SQL.

The cells are synthetic (drawn around the communes of the atlas, people with them, as Insee's grid is), the sites are the atlas' own.
The SQL is plain: joins, floor, min_by. With --spark the same text runs in a local Spark as well (pip install pyspark, and Java:
no dependency of the atlas), and the two answers are compared (docs/passage_a_l_echelle.md).
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pyproj
from scipy.spatial import KDTree

ROOT = Path(__file__).parents[2]
CELL_METRES, SPREAD_METRES = 200, 2500
# Metres: squares in which the nearest is sought, first small, then larger for who found none.
SIDES = (8_000, 40_000, 250_000)
TYPES = ("MSP", "PASS", "LHSS", "CDS")

# What lies within a square and its eight neighbours is compared; a distance up to the side of a square is then the least.
NEAREST = """
    SELECT cell, type, min(metres) AS metres, min_by(site, metres) AS site FROM (
        SELECT c.cell, s.type, s.site, sqrt((c.x - s.x) * (c.x - s.x) + (c.y - s.y) * (c.y - s.y)) AS metres
        FROM sought c
        JOIN (SELECT floor(x / {side}) + i.d AS i, floor(y / {side}) + j.d AS j, site, type, x, y
              FROM sites CROSS JOIN around i CROSS JOIN around j) s
          ON floor(c.x / {side}) = s.i AND floor(c.y / {side}) = s.j AND c.type = s.type
    ) pairs
    WHERE metres <= {side}
    GROUP BY cell, type
"""
SOUGHT = """
    SELECT c.cell, c.x, c.y, t.type FROM cells c CROSS JOIN (SELECT DISTINCT type FROM sites) t
    LEFT JOIN nearest n ON n.cell = c.cell AND n.type = t.type WHERE n.cell IS NULL
"""
SUMMARY = """
    SELECT type, count(*) AS cells, sum(people) AS people, sum(CASE WHEN metres > 20000 THEN people ELSE 0 END) AS remote_people
    FROM nearest f JOIN cells c ON c.cell = f.cell GROUP BY type ORDER BY type
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.grid", description=__doc__)
    parser.add_argument("--cells", type=int, default=2_300_000)
    parser.add_argument("--memory", default="2GB", help="what DuckDB may take")
    parser.add_argument("--spark", action="store_true", help="run it in Spark as well")
    asked = parser.parse_args()
    connection = duckdb.connect(config={"memory_limit": asked.memory})
    places, sites = known()
    lay(connection, places, sites, asked.cells)
    before = rss()
    began, spent = time.perf_counter(), time.process_time()
    connection.execute("CREATE TABLE nearest (cell BIGINT, type VARCHAR, metres DOUBLE, site VARCHAR)")
    for side in SIDES:
        connection.execute(f"CREATE OR REPLACE TABLE sought AS {SOUGHT}")
        connection.execute(f"INSERT INTO nearest {NEAREST.format(side=side)}")
    rows = connection.execute(SUMMARY).fetchdf()
    seconds, processor = time.perf_counter() - began, time.process_time() - spent
    print(rows.to_string(index=False))
    print(
        f"{asked.cells} cells, {len(sites)} sites: {seconds:.1f} s, {processor:.1f} s of processor, {rss() - before:.0f} MB more at most"
    )
    print(f"against a KDTree on 20,000 cells: {against_tree(connection, sites):.6f} m apart at most")
    if asked.spark:
        in_spark(connection)


def known():
    """Places (x, y, people) and sites (site, type, x, y) of metropolitan France, in metres of Lambert-93."""
    with duckdb.connect(str(ROOT / "data" / "maillage.duckdb"), read_only=True) as base:
        places = base.execute(
            "SELECT t.lon, t.lat, r.population AS people FROM residence r JOIN territory t ON t.level = r.level AND t.code = r.code "
            "WHERE NOT starts_with(r.departement_code, '97') AND t.lon IS NOT NULL AND r.population > 0"
        ).fetchdf()
        sites = base.execute(
            "SELECT site_id AS site, type, lon, lat FROM site WHERE status = 'ouvert' AND lon BETWEEN -6 AND 10 AND lat > 41 "
            "AND type IN (SELECT unnest(?))",
            [list(TYPES)],
        ).fetchdf()
    to_metres = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)
    for frame in (places, sites):
        frame["x"], frame["y"] = to_metres.transform(frame.pop("lon"), frame.pop("lat"))
    return places, sites


def lay(connection, places, sites, count: int, seed: int = 1) -> None:
    """Cells (cell, x, y, people) drawn around places, as many as asked, and sites, as tables."""
    draw = np.random.default_rng(seed)
    share = np.sqrt(places["people"].to_numpy(float))
    home = draw.choice(len(places), count, p=share / share.sum())
    x, y = (
        CELL_METRES * np.round((places[axis].to_numpy()[home] + draw.normal(0, SPREAD_METRES, count)) / CELL_METRES)
        for axis in "xy"
    )
    connection.register("drawn", {"x": x, "y": y, "people": draw.integers(1, 60, count)})
    connection.execute("CREATE TABLE cells AS SELECT row_number() OVER () AS cell, x, y, people FROM drawn")
    connection.execute("CREATE TABLE sites AS SELECT site, type, x, y FROM sites")
    connection.execute("CREATE TABLE around AS SELECT * FROM (VALUES (-1), (0), (1)) t(d)")


def against_tree(connection, sites) -> float:
    """The greatest difference, in metres, with another way of finding the nearest."""
    nearest = connection.execute(
        "SELECT c.cell, c.x, c.y, f.type, f.metres FROM nearest f "
        "JOIN cells c ON c.cell = f.cell WHERE c.cell % (SELECT greatest(count(*) // 20000, 1) FROM cells) = 0"
    ).fetchdf()
    worst = 0.0
    for kind, rows in nearest.groupby("type"):
        tree = KDTree(sites.loc[sites["type"] == kind, ["x", "y"]])
        worst = max(worst, np.abs(tree.query(rows[["x", "y"]])[0] - rows["metres"]).max())
    return worst


def in_spark(connection) -> None:
    """The same queries in a local Spark, from Parquet files, and how far its answer is from DuckDB's."""
    from pyspark.sql import SparkSession

    with tempfile.TemporaryDirectory(prefix="maillage-grid-") as folder:
        for table in ("cells", "sites", "around", "nearest"):
            connection.execute(f"COPY {table} TO '{folder}/{table}.parquet'")
        spark = SparkSession.builder.master("local[*]").config("spark.driver.host", "127.0.0.1").getOrCreate()
        for table in ("cells", "sites", "around"):
            spark.read.parquet(f"{folder}/{table}.parquet").createOrReplaceTempView(table)
        began = time.perf_counter()
        nearest = spark.createDataFrame([], "cell BIGINT, type STRING, metres DOUBLE, site STRING")
        for side in SIDES:
            nearest.createOrReplaceTempView("nearest")
            spark.sql(SOUGHT).createOrReplaceTempView("sought")
            nearest = nearest.union(spark.sql(NEAREST.format(side=side))).localCheckpoint()
        rows, seconds = nearest.count(), time.perf_counter() - began
        nearest.createOrReplaceTempView("nearest")
        spark.read.parquet(f"{folder}/nearest.parquet").createOrReplaceTempView("expected")
        least, apart = spark.sql(
            "SELECT count(*), max(abs(n.metres - e.metres)) FROM nearest n JOIN expected e ON e.cell = n.cell AND e.type = n.type"
        ).first()
        spark.stop()
    print(f"Spark: {rows} rows in {seconds:.1f} s, {least} of them DuckDB's, {apart:.6f} m apart at most")


def rss() -> float:
    """The most that this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()
