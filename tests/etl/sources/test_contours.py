"""Contours of communes: files made here from the embedded ones, to the schema that Etalab publishes (GeoJSON, code, nom, …)."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
import shapely

from etl import build as builder
from etl import intake
from etl.places.coverage import TOWN_HALL_TOLERANCE
from etl.places.geo import shapes_of
from etl.source import SourceError
from etl.sources import contours, geography, populations
from tests.etl import resolved
from tests.etl.schema import schema

PLACES = ("08", "13", "974")
MARSEILLE, PARTS = "13055", tuple(f"132{number:02}" for number in range(1, 17))


class Country:
    """Three départements, taken for the whole country; `data` is a folder for their snapshot."""

    def __init__(self, data: Path):
        self.connection = duckdb.connect()
        self.connection.execute(schema())
        builder.fill_catalog(self.connection)
        inputs = builder.read_inputs(self.connection, builder.ROOT / "data", PLACES)
        builder.bring(self.connection, (geography, populations), inputs)
        known = {code: home for code, home in inputs.known_communes.items() if inputs.wants(home)}
        self.inputs = replace(inputs, data=data, known_communes=known, departements=())
        (data / "snapshot").mkdir()
        self.connection.execute(
            f"COPY (FROM '{inputs.data}/snapshot/communes.parquet' WHERE departement_code IN {PLACES}) "
            f"TO '{data}/snapshot/communes.parquet'"
        )
        self.shapes = self.now()
        rows = self.ask(
            "SELECT code, name, departement_code, parent_code FROM staging.territory WHERE geometry IS NOT NULL"
        )
        self.rows = {
            code: {"code": code, "nom": name, "departement": departement} | ({"commune": parent} if parent else {})
            for code, name, departement, parent in rows
        }

    def ask(self, query: str, *values) -> list[tuple]:
        return self.connection.execute(query, values).fetchall()

    def now(self) -> dict[str, shapely.Geometry]:
        rows = self.ask(
            "SELECT code, ST_AsWKB(geometry) FROM territory WHERE level IN ('commune', 'arrondissement_municipal')"
        )
        return dict(zip([code for code, _ in rows], shapes_of(wkb for _, wkb in rows), strict=True))

    def coverage(self) -> np.ndarray:
        """The contours of the communes, as they are."""
        now = self.now()
        return np.array([now[code] for code in sorted(now) if code not in PARTS], dtype=object)


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    return Country(tmp_path_factory.mktemp("country"))


def geojson(shape: shapely.Geometry | dict | None) -> str:
    """A geometry, or what stands in its place."""
    return json.dumps(shape) if shape is None or isinstance(shape, dict) else shapely.to_geojson(shape)


@pytest.fixture
def load(country, tmp_path):
    country.connection.execute("BEGIN")

    def run(shapes: dict, properties: dict | None = None, packed: bool = True, **inputs) -> list[tuple]:
        known = properties or country.rows
        features = [
            f'{{"type": "Feature", "properties": {json.dumps(known.get(code, {"code": code}))}, "geometry": {geojson(shape)}}}'
            for code, shape in shapes.items()
        ]
        text = f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}'.encode()
        path = tmp_path / "communes"
        path.write_bytes(gzip.compress(text, compresslevel=1) if packed else text)
        given = replace(country.inputs, fetched=path, **inputs)
        intake._load(country.connection, contours, given, "nouvelle", "2026-11-22", "0" * 64)
        resolved.show(country.connection, "territory", given)
        return country.ask("SELECT line, outcome, reason FROM staging.intake_row ORDER BY ALL")

    yield run
    country.connection.execute("ROLLBACK")


def moved(shape, metres: float):
    return shapely.transform(shape, lambda xy: xy + metres / 111_000)


def test_the_same_contours_change_nothing_but_their_origin(country, load):
    before = country.ask("SELECT level, code, lon, lat, point_origin FROM territory ORDER BY ALL")
    overseas = {"97501": shapely.box(-56.4, 46.8, -56.3, 46.9), "98735": shapely.box(-149.6, -17.6, -149.5, -17.5)}
    assert load(country.shapes | overseas) == []
    now = country.now()
    assert all(now[code].equals(shape) for code, shape in country.shapes.items())
    assert country.ask("SELECT level, code, lon, lat, point_origin FROM territory ORDER BY ALL") == before
    assert country.ask("SELECT DISTINCT geometry_origin FROM territory WHERE level = 'commune'") == [("source",)]
    assert country.ask("SELECT rows_read, rows_kept FROM staging.intake WHERE source_id = 'contours'") == [
        (len(country.shapes),) * 2
    ]


def test_contours_drawn_otherwise_replace_the_embedded_ones(country, load):
    """Each commune moves by up to 10 m, its own way: no border meets any more, and all must again."""
    random = np.random.default_rng(1)
    shaken = {code: moved(shape, random.uniform(-10, 10)) for code, shape in country.shapes.items()}
    assert not shapely.coverage_is_valid(np.array(list(shaken.values()), dtype=object))
    assert load(shaken) == []
    coverage = country.coverage()
    assert shapely.coverage_is_valid(coverage) and shapely.is_valid(coverage).all()
    assert not any(part.interiors for part in shapely.get_parts(shapely.coverage_union_all(coverage)))
    far = [
        code for code, shape in country.now().items() if shapely.hausdorff_distance(shape, country.shapes[code]) > 0.003
    ]
    assert len(far) <= 3


def test_the_build_still_holds_with_other_contours(country, load):
    now = {code: shapely.simplify(shape, 0.0005) for code, shape in country.shapes.items()}
    load(now)
    for title, query in builder.checks():
        if "surface" in title or "contour" in title or "rattachement" in title:
            assert country.ask(query) == [], title


def test_a_file_that_is_not_packed_is_read_too(country, load):
    assert load(country.shapes, packed=False) == []


def test_a_broken_contour_is_mended(country, load):
    parts = shapely.get_parts(country.shapes["08105"])
    broken = shapely.MultiPolygon([*parts, *parts])
    assert not shapely.is_valid(broken)
    load(country.shapes | {"08105": broken})
    assert shapely.is_valid(country.now()["08105"])
    assert shapely.area(country.now()["08105"]) == pytest.approx(country.shapes["08105"].area)


def test_a_commune_without_a_contour_keeps_its_own(country, load):
    assert load(country.shapes | {"08105": None}) == [("08105", "refuse", "contour absent")]
    assert country.now()["08105"].equals(country.shapes["08105"])
    assert country.ask("SELECT rows_read - rows_kept FROM staging.intake WHERE source_id = 'contours'") == [(1,)]


# -- arrondissements ------------------------------------------------------------------------------------------------


def test_without_arrondissements_the_city_keeps_its_contours(country, load):
    without = {code: shape for code, shape in country.shapes.items() if code not in PARTS}
    assert load(without) == [(MARSEILLE, "ambigu", "contour embarqué gardé")]
    now = country.now()
    assert all(now[code].equals(country.shapes[code]) for code in (MARSEILLE, *PARTS))


def test_arrondissements_that_do_not_cover_their_city_are_not_taken(country, load):
    away = {code: moved(country.shapes[code], 5_000) for code in PARTS}
    assert load(country.shapes | away) == [(MARSEILLE, "ambigu", "contour embarqué gardé")]
    now = country.now()
    assert all(now[code].equals(country.shapes[code]) for code in PARTS)


def test_arrondissements_are_replaced_with_their_city(country, load):
    nearby = {code: moved(shape, 20) for code, shape in country.shapes.items()}
    load(nearby)
    now = country.now()
    assert all(now[code].equals(nearby[code]) for code in PARTS)
    union = shapely.union_all([now[code] for code in PARTS])
    assert shapely.symmetric_difference(union, now[MARSEILLE]).area < 0.01 * union.area


# -- points ---------------------------------------------------------------------------------------------------------


def test_a_town_hall_left_outside_is_replaced_and_flagged(country, load):
    """Two neighbours trade places: each town hall is far from its commune, and too many sizes do not change."""
    one, other = "97411", "97415"
    swapped = country.shapes | {one: country.shapes[other], other: country.shapes[one]}
    notes = load(swapped)
    assert {(line, reason) for line, _, reason in notes if reason == "mairie hors de la commune"} == {
        (code, "mairie hors de la commune") for code in (one, other)
    }
    assert {(line, reason) for line, _, reason in notes if reason == "surface différente"} <= {
        (code, "surface différente") for code in (one, other)
    }
    for code, lon, lat, origin in country.ask(
        "SELECT code, lon, lat, point_origin FROM territory WHERE code IN (?, ?)", one, other
    ):
        assert origin == "mairie_hors_commune"
        assert shapely.contains(country.now()[code], shapely.Point(lon, lat))


def test_every_point_stands_by_its_contour(country, load):
    load({code: moved(shape, 300) for code, shape in country.shapes.items()})
    now = country.now()
    for code, lon, lat in country.ask(
        "SELECT code, lon, lat FROM territory WHERE level IN ('commune', 'arrondissement_municipal')"
    ):
        assert shapely.distance(now[code], shapely.Point(lon, lat)) <= TOWN_HALL_TOLERANCE + 1e-6


# -- refused --------------------------------------------------------------------------------------------------------


def without(code):
    return lambda shapes: {key: shape for key, shape in shapes.items() if key != code}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (without("08105"), "1 codes manquent (08105). Refaites la carte avec les paquets"),
        (lambda shapes: shapes | {"08999": shapes["08105"]}, "1 codes sont inconnus (08999)"),
        (lambda shapes: dict.fromkeys(shapes) | {"08105": shapes["08105"]}, "n'a pas le contour de"),
    ],
)
def test_a_map_that_is_not_this_one_is_refused(country, load, change, reason):
    with pytest.raises(SourceError) as refused:
        load(change(country.shapes))
    assert reason in str(refused.value) and str(refused.value).endswith(".")


LARGER = {
    "08": lambda shapes: {"08409": {"type": "Polygon"}, "08105": shapely.box(4.7, 49.7, 5.2, 49.9)},
    "13": lambda shapes: {"13117": moved(shapes["13117"].buffer(0.3), 0)},
}


@pytest.mark.parametrize("departement", LARGER)
def test_a_departement_whose_land_moved_keeps_its_contours_alone(country, load, departement):
    nearby = {code: moved(shape, 20) for code, shape in country.shapes.items()}
    notes = load(nearby | LARGER[departement](country.shapes))
    assert (departement, "refuse", "département d'une autre surface") in notes
    now = country.now()
    inner = [code for code in now if code.startswith("974")]
    assert all(shapely.hausdorff_distance(now[code], country.shapes[code]) > 1e-5 for code in inner)
    theirs = [code for code in now if country.rows[code]["departement"] == departement]
    assert all(shapely.hausdorff_distance(now[code], country.shapes[code]) < 0.001 for code in theirs)
    rows_read, kept = country.ask("SELECT rows_read, rows_kept FROM staging.intake WHERE source_id = 'contours'")[0]
    assert rows_read - kept == len(theirs)


def test_many_departements_whose_land_moved_are_another_map(country, load, monkeypatch):
    monkeypatch.setattr(contours, "MOST_LANDS", 1)
    with pytest.raises(SourceError, match=r"donne au département 08 \d+ km².*2 départements à plus de 1 %"):
        load(country.shapes | LARGER["08"](country.shapes) | LARGER["13"](country.shapes))


def test_a_code_given_twice_is_refused(country, load):
    rows = country.rows | {"twice": {"code": "08105"}}
    with pytest.raises(SourceError, match="deux contours à 08105"):
        load(country.shapes | {"twice": country.shapes["08105"]}, rows)


def test_fields_that_changed_their_names_are_told(country, load):
    rows = {code: {"insee": code, "nom": "x"} for code in country.shapes}
    with pytest.raises(SourceError, match=r"« code » manque à \d+ objets sur \d+ \(champs : insee, nom\)"):
        load(country.shapes, rows)


def test_sizes_that_all_changed_are_refused(country, load):
    """Communes of the Ardennes trade places in a ring: the département has its size, and no commune its own."""
    codes = sorted(code for code in country.shapes if code.startswith("08"))
    ring = dict(zip(codes, [country.shapes[code] for code in (*codes[1:], codes[0])], strict=True))
    with pytest.raises(SourceError, match=r"change de plus de 20 % la surface de \d+ communes"):
        load(country.shapes | ring)


def test_a_file_with_latitude_first_is_laid_right(country, load):
    load({code: shapely.transform(shape, lambda xy: xy[:, ::-1]) for code, shape in country.shapes.items()})
    assert country.now()["08105"].equals(country.shapes["08105"])
