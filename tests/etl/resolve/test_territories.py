"""Sets of communes, against their communes."""

from __future__ import annotations

import duckdb
import pytest
import shapely

from etl.resolve import territories
from tests.etl.schema import schema


@pytest.mark.parametrize(
    ("level", "column"), [("epci", "epci_code"), ("departement", "departement_code"), ("region", "region_code")]
)
def test_a_set_is_the_sum_of_its_communes(cursor, level, column):
    rows = cursor.execute(
        f"""
        SELECT t.code, t.population, t.area_km2, sum(c.population), sum(c.area_km2), max(c.population_year), t.population_year
        FROM territory t JOIN territory c ON c.level = 'commune' AND c.{column} = t.code
        WHERE t.level = '{level}' GROUP BY ALL
        """
    ).fetchall()
    assert len(rows) == {"epci": 1255, "departement": 101, "region": 18}[level]
    for _, population, area, people, areas, latest, year in rows:
        assert (population, year) == (people, latest)
        assert area == pytest.approx(areas)


@pytest.mark.parametrize(("level", "code"), [("departement", "08"), ("region", "93"), ("epci", "200054807")])
def test_a_contour_holds_its_communes_and_its_point(cursor, level, code):
    column = f"{level}_code"
    wkb, lon, lat = cursor.execute(
        "SELECT ST_AsWKB(geometry), lon, lat FROM territory WHERE level = ? AND code = ?", [level, code]
    ).fetchone()
    parts = cursor.execute(
        f"SELECT ST_AsWKB(geometry) FROM territory WHERE level = 'commune' AND {column} = ?", [code]
    ).fetchall()
    contour = shapely.from_wkb(bytes(wkb))
    communes = shapely.from_wkb([bytes(part) for (part,) in parts])
    assert contour.area == pytest.approx(sum(shape.area for shape in communes))
    assert shapely.symmetric_difference(contour, shapely.union_all(communes)).area < 1e-9
    assert contour.contains(shapely.Point(lon, lat))


def test_an_intercommunalite_is_in_the_departement_of_most_of_its_people(cursor):
    # CC Flandre Lys lies across the Nord and the Pas-de-Calais.
    people = dict(
        cursor.execute(
            "SELECT departement_code, sum(population) FROM territory WHERE level = 'commune' AND epci_code = '245900758' GROUP BY 1"
        ).fetchall()
    )
    assert set(people) == {"59", "62"}
    assert cursor.execute(
        "SELECT departement_code FROM territory WHERE level = 'epci' AND code = '245900758'"
    ).fetchone() == (max(people, key=people.get),)


# -- what official files replace ------------------------------------------------------------------------------------


@pytest.fixture
def staged():
    """Two communes of two intercommunalités, side by side in the Ardennes, a degree wide each."""
    with duckdb.connect() as connection:
        connection.execute(schema())
        for code, epci, people, west in (("08001", "E1", 100, 4), ("08002", "E2", 300, 5)):
            connection.execute(
                """
                INSERT INTO staging.territory BY NAME
                SELECT 'commune' AS level, $code AS code, $code AS name, '08' AS departement_code, '44' AS region_code,
                       $epci AS epci_code, $people AS population, 2023 AS population_year, $west AS lon, 49.5 AS lat,
                       'mairie' AS point_origin, 'reunion' AS geometry_origin, ST_GeomFromWKB($wkb::BLOB) AS geometry
                """,
                {"code": code, "epci": epci, "people": people, "west": west, "wkb": box(west, west + 1)},
            )
        connection.execute(
            "INSERT INTO staging.territory (level, code, name, departement_code, region_code, epci_code) VALUES "
            "('departement', '08', 'Ardennes', '08', '44', NULL), ('epci', 'E1', 'Un', NULL, NULL, 'E1'), "
            "('epci', 'E2', 'Deux', NULL, NULL, 'E2'), ('france', 'FR', 'France', NULL, NULL, NULL)"
        )
        yield connection


def box(west: float, east: float) -> bytes:
    return shapely.to_wkb(shapely.box(west, 49, east, 50))


def resolved(connection, columns: str) -> dict[str, tuple]:
    """code -> its columns; `geometry` as its width in degrees."""
    territories.resolve(connection)
    columns = columns.replace("geometry,", "ST_AsWKB(geometry),")
    rows = connection.execute(f"SELECT code, {columns} FROM staging.territory_resolved ORDER BY rowid").fetchall()
    return {code: rest for code, *rest in rows}


def width(wkb: bytes) -> float:
    west, _, east, _ = shapely.from_wkb(bytes(wkb)).bounds
    return east - west


def test_sets_are_made_of_their_communes(staged):
    territories = resolved(staged, "population, population_year, departement_code, region_code")
    assert territories["E1"] == [100, 2023, "08", "44"] and territories["E2"] == [300, 2023, "08", "44"]
    assert territories["08"] == [400, 2023, "08", "44"] and territories["FR"] == [400, 2023, None, None]
    drawn = resolved(staged, "geometry, area_km2")
    assert drawn["08"][1] == pytest.approx(drawn["08001"][1] + drawn["08002"][1]) and width(drawn["FR"][0]) == 2


def test_a_population_read_later_is_counted_in_every_set(staged):
    staged.execute("INSERT INTO staging.population VALUES ('commune', '08001', 111, 2024)")
    territories = resolved(staged, "population, population_year")
    assert (territories["08001"], territories["08002"]) == ([111, 2024], [300, 2023])
    assert (territories["E1"], territories["08"], territories["FR"]) == ([111, 2024], [411, 2024], [411, 2024])


def test_an_intercommunalite_without_a_commune_leaves_the_map(staged):
    staged.execute("INSERT INTO staging.epci_member VALUES ('08001', 'E2'), ('08002', NULL)")
    territories = resolved(staged, "epci_code, population")
    assert territories["08001"] == ["E2", 100] and territories["08002"] == [None, 300]
    assert territories["E2"] == ["E2", 100] and "E1" not in territories


def test_a_contour_read_later_is_that_of_its_sets_too(staged):
    staged.execute(
        "INSERT INTO staging.contour SELECT 'commune', '08002', ST_GeomFromWKB(?::BLOB), 6, 49.6, 'mairie_hors_commune'",
        [box(5, 7)],
    )
    territories = resolved(staged, "geometry, lon, lat, point_origin, geometry_origin")
    assert (
        territories["08002"][1:] == [6, 49.6, "mairie_hors_commune", "source"] and width(territories["08002"][0]) == 2
    )
    assert territories["08001"][1:] == [4, 49.5, "mairie", "reunion"] and width(territories["08001"][0]) == 1
    assert territories["08"][3:] == ["interieur", None] and width(territories["08"][0]) == 3
