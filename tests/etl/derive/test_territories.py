"""Sets of communes, against their communes."""

from __future__ import annotations

import pytest
import shapely


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
