"""Contours of communes and municipal arrondissements (Etalab, from Admin Express), in place of the embedded ones."""

from __future__ import annotations

from collections import Counter

import duckdb
import numpy as np
import pandas as pd
import shapely

from etl.formats import geojson
from etl.packages import NOT_A_DEPARTEMENT
from etl.places.cog import require_todays_map
from etl.places.coverage import TOWN_HALL_TOLERANCE, clean_coverage
from etl.places.geo import measure, shapes_of
from etl.places.perimeters import polygons
from etl.source import Inputs, Note, Remote, Source, SourceError, Tally
from etl.sources.geography import COG_YEAR

SOURCE = Source(
    source_id="contours",
    title=f"Contours des communes {COG_YEAR}, simplifiés à 100 m",
    producer="Etalab, d'après IGN Admin Express",
    page="https://www.data.gouv.fr/datasets/contours-administratifs",
    licence="Licence Ouverte 2.0",
    vintage=f"COG {COG_YEAR}",
    doubts="Contours simplifiés, remis bord à bord. Une mairie loin de sa commune est remplacée par un point intérieur. Là où les "
    "arrondissements manquent ou ne couvrent pas leur commune, le contour embarqué est gardé.",
    remote=Remote(
        url=f"https://etalab-datasets.geo.data.gouv.fr/contours-administratifs/{COG_YEAR}/geojson/communes-100m.geojson.gz",
        kind="json.gz",
        most_mb=50,
    ),
    writes="territory",
    reads=("geographie",),
)

COMMUNE_APART = 0.2  # a commune whose area changes by more than this share is noted
MOST_APART = 0.01  # share of communes that may be noted, or lack a contour, before the file is not believed
DEPARTEMENT_APART = 0.01  # the most that the area of a département may change
MOST_LANDS = 5  # départements whose area may have changed more, and that keep their contours: beyond, it is another map
SNAP = 0.0003  # degrees, about 30 m: vertices this near are one, on borders that do not meet; contours keep 100 m
TILING = 0.01  # how far arrondissements may be from covering their commune


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the contours of communes and arrondissements, and the points left far outside.

    The whole country is judged and put border to border, even when some départements only are built.
    """
    france = _embedded(inputs)
    given = read(inputs, france)
    france["given"] = france["code"].map(given)
    france["size"] = measure(france["code"], france["before"].to_numpy())
    france["given_size"] = _measured(france["given"], france, france["given"].notna().to_numpy(), france["size"])
    notes = [*_without_contour(france), *_cities_kept(france), *_lands_kept(france)]
    kept = france["given"].isna()
    france["geometry"] = france["given"].where(~kept, france["before"])
    communes = (france["level"] == "commune").to_numpy()
    as_given = france["geometry"].to_numpy(copy=True)
    france.loc[communes, "geometry"] = clean_coverage(
        france["code"][communes].reset_index(drop=True), france["geometry"][communes].to_numpy(), SNAP
    )
    # Vertices are only moved where borders do not meet: the others are measured already.
    moved = ~shapely.equals_identical(as_given, france["geometry"].to_numpy())
    sizes = _measured(france["geometry"], france, moved, france["size"].where(kept, france["given_size"]))
    notes += [*_far_from_before(france, sizes), *_moved_points(france)]
    here = {code for (code,) in connection.execute("SELECT code FROM staging.territory").fetchall()}
    changed = france[~kept | communes & (france["geometry"] != france["before"])]
    changed = changed.assign(wkb=shapely.to_wkb(changed["geometry"].to_numpy()))
    connection.register("contours", changed[["level", "code", "wkb", "lon", "lat", "point_origin"]])
    connection.execute(
        """
        INSERT INTO staging.contour BY NAME
        SELECT level, code, ST_GeomFromWKB(wkb) AS geometry, lon, lat, point_origin FROM contours
        WHERE code IN (SELECT code FROM staging.territory)
        """
    )
    connection.unregister("contours")
    notes = tuple(note for note in notes if note.line in here)
    return Tally(len(given), len(france) - int(kept.sum()), notes)


def read(inputs: Inputs, france: pd.DataFrame) -> dict[str, shapely.Geometry | None]:
    """Code -> contour in degrees, None when it cannot be read; without the overseas collectivities.

    Raises SourceError when the file has another shape, or is on another map than `france`.
    """
    features = geojson.read(inputs.fetched, SOURCE.title)
    codes = [row.get("code") for row in features.properties]
    if lacking := sum(not isinstance(code, str) for code in codes):
        raise SourceError(
            f"La source « {SOURCE.title} » a changé de forme : « code » manque à {lacking} objets sur {len(codes)} (champs : "
            f"{', '.join(features.properties[0])}). Voyez {SOURCE.page}."
        )
    contours = polygons(geojson.place(features, SOURCE.title).geometries)
    pairs = [pair for pair in zip(codes, contours, strict=True) if not pair[0].startswith(NOT_A_DEPARTEMENT)]
    twice = [code for code, count in Counter(code for code, _ in pairs).items() if count > 1]
    if twice:
        raise SourceError(f"La source « {SOURCE.title} » donne deux contours à {twice[0]}. Voyez {SOURCE.page}.")
    parts = france["code"][france["level"] == "arrondissement_municipal"]
    require_todays_map(SOURCE, [code for code, _ in pairs], inputs, optional=parts)
    return dict(pairs)


def _embedded(inputs: Inputs) -> pd.DataFrame:
    """Today's communes and arrondissements as the snapshot has them; their contour in `before`."""
    with duckdb.connect() as connection:
        frame = connection.execute(
            """
            SELECT level, code, name, departement_code, parent_code, lon, lat, point_origin, ST_AsWKB(geometry) AS wkb
            FROM read_parquet(?) ORDER BY level DESC, code
            """,
            [str(inputs.data / "snapshot" / "communes.parquet")],
        ).fetchdf()
    frame = frame[[code in inputs.known_communes for code in frame["code"]]].reset_index(drop=True)
    frame["before"] = shapes_of(frame.pop("wkb"))
    return frame


def _measured(geometries: pd.Series, france: pd.DataFrame, which: np.ndarray, known: pd.Series) -> np.ndarray:
    """Areas in km²: of these geometries where `which`, and elsewhere those that are known."""
    areas = known.to_numpy(copy=True)
    areas[which] = measure(france["code"][which], geometries[which].to_numpy())
    return areas


def _without_contour(france: pd.DataFrame) -> list[Note]:
    lacking = france[(france["level"] == "commune") & france["given"].isna()]
    if len(lacking) > MOST_APART * len(france):
        raise SourceError(
            f"La source « {SOURCE.title} » n'a pas le contour de {len(lacking)} communes ({', '.join(lacking['code'][:5])}). "
            f"Voyez {SOURCE.page}."
        )
    sentence = "Pas de contour lisible dans le fichier : le contour embarqué est gardé."
    return [Note(row.code, "refuse", "contour absent", sentence, row.name) for row in lacking.itertuples(index=False)]


def _cities_kept(france: pd.DataFrame) -> list[Note]:
    """Take away from `given` the cities whose arrondissements are not all there, or do not cover them, and their parts."""
    notes = []
    for city, parts in france[france["parent_code"].notna()].groupby("parent_code"):
        whole = france[france["code"] == city].iloc[0]
        if whole["given"] is None or parts["given"].isna().any():
            why = "Ses arrondissements n'ont pas tous un contour"
        else:
            apart = shapely.symmetric_difference(shapely.union_all(parts["given"].to_numpy()), whole["given"])
            if apart.area <= TILING * whole["given"].area:
                continue
            why = "Ses arrondissements ne la couvrent pas"
        france.loc[(france["code"] == city) | (france["parent_code"] == city), "given"] = None
        notes.append(
            Note(
                city, "ambigu", "contour embarqué gardé", f"{why} : les contours embarqués sont gardés.", whole["name"]
            )
        )
    return notes


def _lands_kept(france: pd.DataFrame) -> list[Note]:
    """Take away from `given` the départements that are not the size they were: land was lost, or counted twice.

    Raises SourceError when they are more than MOST_LANDS.
    """
    communes = france[france["level"] == "commune"]
    sizes = (
        pd.DataFrame(
            {
                "departement": communes["departement_code"],
                "before": communes["size"],
                "after": communes["given_size"].where(communes["given"].notna(), communes["size"]),
            }
        )
        .groupby("departement")
        .sum()
    )
    apart = sizes[(sizes["after"] / sizes["before"] - 1).abs() > DEPARTEMENT_APART]
    if len(apart) > MOST_LANDS:
        code, worst = apart.index[0], apart.iloc[0]
        raise SourceError(
            f"La source « {SOURCE.title} » donne au département {code} {worst['after']:.0f} km², contre {worst['before']:.0f} "
            f"jusqu'ici ({len(apart)} départements à plus de 1 %). Voyez {SOURCE.page}."
        )
    france.loc[france["departement_code"].isin(apart.index), "given"] = None
    return [
        Note(
            code,
            "refuse",
            "département d'une autre surface",
            f"Ses communes font {size['after']:.0f} km² selon ce fichier, {size['before']:.0f} jusqu'ici, à plus de 1 % : ses contours "
            "embarqués sont gardés.",
            f"Département {code}",
        )
        for code, size in apart.iterrows()
    ]


def _far_from_before(france: pd.DataFrame, after: np.ndarray) -> list[Note]:
    """A note for each commune whose size is `after`, in km², and was another. Raises SourceError when they are many."""
    before = france["size"].to_numpy()
    apart = np.abs(after / before - 1) > COMMUNE_APART
    if apart.sum() > MOST_APART * len(france):
        raise SourceError(
            f"La source « {SOURCE.title} » change de plus de 20 % la surface de {apart.sum()} communes "
            f"({', '.join(france['code'][apart][:5])}…) : ce n'est pas la même carte. Voyez {SOURCE.page}."
        )
    return [
        Note(
            code,
            "ambigu",
            "surface différente",
            f"{_french(new)} km² selon ce contour, {_french(old)} selon celui d'avant : plus de 20 % d'écart.",
            name,
        )
        for code, name, old, new in zip(
            france["code"][apart], france["name"][apart], before[apart], after[apart], strict=True
        )
    ]


def _french(number: float) -> str:
    return f"{number:.2f}".replace(".", ",")


def _moved_points(france: pd.DataFrame) -> list[Note]:
    """Put inside the points that stand farther from their contour than its simplification explains."""
    points = shapely.points(france["lon"], france["lat"])
    out = shapely.distance(points, france["geometry"].to_numpy()) > TOWN_HALL_TOLERANCE
    inner = shapely.point_on_surface(france["geometry"][out].to_numpy())
    halls = (france["point_origin"] == "mairie").to_numpy() & out
    france.loc[out, "lon"], france.loc[out, "lat"] = shapely.get_x(inner).round(6), shapely.get_y(inner).round(6)
    france.loc[halls, "point_origin"] = "mairie_hors_commune"
    sentence = "La mairie est loin du nouveau contour : un point intérieur la remplace."
    return [
        Note(row.code, "ambigu", "mairie hors de la commune", sentence, row.name)
        for row in france[halls].itertuples(index=False)
    ]
