"""Indicators, against sets and sums of plain Python on the files themselves."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict

import duckdb
import pyproj
import pytest
import shapely

from etl import build as builder
from etl.derive import indicators
from maillage import catalog
from tests.etl.schema import schema
from tests.rows import rows_of

REFERENCE = builder.ROOT / "data" / "reference"
SNAPSHOT = builder.ROOT / "data" / "snapshot"


def listed(name):
    with (REFERENCE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def communes():
    """code -> its row of the snapshot; arrondissements included."""
    names = ("level", "code", "parent_code", "departement_code", "region_code", "epci_code", "population")
    table = rows_of(f"SELECT {', '.join(names)} FROM read_parquet(?)", str(SNAPSHOT / "communes.parquet"))
    return {row[1]: dict(zip(names, row, strict=True)) for row in table}


@pytest.fixture(scope="module")
def members():
    """CPTS -> (its status, its communes)."""
    status = {row["cpts_id"]: row["statut"] for name in ("cpts.csv", "cpts_france.csv") for row in listed(name)}
    status |= {row["cpts_id"]: "inconnu" for row in listed("cpts_paca.csv")}
    communes = {cpts: (step, set()) for cpts, step in status.items()}
    for name in ("cpts_communes.csv", "cpts_paca_communes.csv", "cpts_france_communes.csv"):
        for row in listed(name):
            communes[row["cpts_id"]][1].add(row["code_commune"])
    return communes


def covered_share(communes, members, statuses, column, code):
    covered = set().union(*(places for status, places in members.values() if status in statuses))
    cities = {row["parent_code"] for row in communes.values() if row["parent_code"]}
    here = [
        row for row in communes.values() if row["code"] not in cities and (column == "france" or row[column] == code)
    ]
    return (
        100 * sum(row["population"] for row in here if row["code"] in covered) / sum(row["population"] for row in here)
    )


@pytest.mark.parametrize("statuses", [list(catalog.DEFAULT_CPTS_STATUSES), ["aci_signe"], ["inconnu", "emergence"]])
@pytest.mark.parametrize(
    ("level", "column", "code"),
    [
        ("departement", "departement_code", "13"),
        ("departement", "departement_code", "62"),
        ("departement", "departement_code", "71"),
        ("departement", "departement_code", "86"),
        ("region", "region_code", "93"),
        ("epci", "epci_code", "200054807"),
        ("france", "france", "FR"),
    ],
)
def test_coverage_by_sets(cursor, communes, members, statuses, level, column, code):
    expected = covered_share(communes, members, statuses, column, code)
    figures = cursor.execute(
        "SELECT value FROM coverage($statuses) WHERE level = $level AND code = $code",
        {"statuses": statuses, "level": level, "code": code},
    ).fetchone()
    # Where lists are partial and nobody is covered, nothing is said.
    assert figures == (pytest.approx(expected),) if expected or figures else figures is None
    if statuses == list(catalog.DEFAULT_CPTS_STATUSES):
        stored = cursor.execute(
            "SELECT value FROM indicator_value WHERE indicator = 'couverture_cpts' AND level = ? AND code = ?",
            [level, code],
        ).fetchone()
        assert stored == figures


def test_a_commune_in_several_cpts_counts_once(cursor, members):
    assert sum("06088" in places for _, places in members.values()) == 3  # Nice
    assert cursor.execute(
        "SELECT value FROM indicator_value WHERE indicator = 'couverture_cpts' AND level = 'commune' AND code = '06088'"
    ).fetchone() == (100.0,)


@pytest.mark.parametrize("code", ["08105", "62041", "2A004", "97411", "97302", "97209", "97105", "97611", "75101"])
def test_density_against_the_ellipsoid(cursor, code):
    population, wkb, density = cursor.execute(
        """
        SELECT t.population, ST_AsWKB(t.geometry), v.value FROM territory t JOIN indicator_value v USING (level, code)
        WHERE t.code = ? AND v.indicator = 'densite' AND t.level IN ('commune', 'arrondissement_municipal')
        """,
        [code],
    ).fetchone()
    area = abs(pyproj.Geod(ellps="GRS80").geometry_area_perimeter(shapely.from_wkb(bytes(wkb)))[0]) / 1e6
    assert density == pytest.approx(population / area, rel=0.005)  # Lambert-93 stretches Corsica by 0.43 %


@pytest.mark.parametrize(
    ("level", "column", "code"),
    [
        ("commune", "code", "08105"),
        ("departement", "departement_code", "15"),
        ("region", "region_code", "44"),
        ("france", None, "FR"),
    ],
)
def test_evolution_by_sums(cursor, communes, level, column, code):
    history = defaultdict(dict)
    for place, year, people in rows_of(
        "SELECT code, year, population FROM read_parquet(?)", str(SNAPSHOT / "population_history.parquet")
    ):
        history[place][year] = people
    here = [
        history[row["code"]]
        for row in communes.values()
        if row["level"] == "commune" and (column is None or row[column] == code)
    ]
    known = [years for years in here if 2016 in years and 2023 in years]
    ratio = sum(years[2023] for years in known) / sum(years[2016] for years in known)
    value, method = cursor.execute(
        "SELECT value, method FROM indicator_value WHERE indicator = 'evolution_population' AND level = ? AND code = ?",
        [level, code],
    ).fetchone()
    assert value == pytest.approx(100 * (ratio ** (1 / 7) - 1))
    assert (f"({len(here) - len(known)})" in method) == (len(known) < len(here))


def test_sites_for_100_000_inhabitants_by_counting(cursor, communes):
    people = defaultdict(int)
    for row in communes.values():
        if row["level"] == "commune":
            people[row["departement_code"]] += row["population"]
    kinds = [kind.code for kind in catalog.SITE_TYPES if kind.indicators]
    sites = Counter(cursor.execute("SELECT type, departement_code FROM site WHERE status = 'ouvert'").fetchall())
    extents = dict(
        ((kind, departement), extent)
        for kind, departement, extent in cursor.execute(
            "SELECT subject, departement_code, extent FROM inventory WHERE extent <> 'inconnu'"
        ).fetchall()
        if kind in kinds
    )
    assert {pair for pair in sites if pair[0] in kinds} <= set(extents)
    expected = {
        (f"structures_{kind.lower()}_100k", departement): 1e5 * sites[kind, departement] / people[departement]
        for kind, departement in extents
    }
    rows = cursor.execute(
        """
        SELECT indicator, code, value, low FROM indicator_value
        WHERE indicator LIKE 'structures!_%' ESCAPE '!' AND level = 'departement'
        """
    ).fetchall()
    assert {(indicator, code): value for indicator, code, value, _ in rows} == pytest.approx(expected)
    # A list that is not exhaustive gives a minimum; an exhaustive one, the number itself.
    exact = {f"structures_{kind.lower()}_100k {code}": extent == "complet" for (kind, code), extent in extents.items()}
    assert {f"{indicator} {code}": low is None for indicator, code, _, low in rows} == exact
    assert all(low is None or low == value for _, _, value, low in rows) and len(set(exact.values())) == 2


def test_published_rates_and_sums(cursor):
    counts = {
        row["code_departement"]: int(row["valeur"])
        for row in listed("departement_figures.csv")
        if row["indicateur"] == "msp_nombre"
    }
    assert sum(counts.values()) == 2_501  # the national row of the source
    values = dict(
        cursor.execute(
            "SELECT indicator || ' ' || level || ' ' || code, value FROM indicator_value WHERE year = 2023 "
            "AND indicator IN ('msp_nombre', 'msp_publiees_100k') AND level IN ('departement', 'france')"
        ).fetchall()
    )
    assert values["msp_nombre france FR"] == 2_501
    assert values["msp_publiees_100k departement 08"] == pytest.approx(1e5 * counts["08"] / 265_893)
    assert values["msp_publiees_100k france FR"] == pytest.approx(1e5 * 2_501 / 68_350_798)


def test_a_mean_is_over_the_departements_that_are_known_and_names_the_others(cursor):
    rates = {
        row["code_departement"]: float(row["valeur"])
        for row in listed("departement_figures.csv")
        if row["indicateur"] == "taux_pauvrete" and row["valeur"]
    }
    people = dict(cursor.execute("SELECT code, population FROM territory WHERE level = 'departement'").fetchall())
    figures = dict(
        cursor.execute(
            "SELECT code, value FROM indicator_value WHERE indicator = 'taux_pauvrete' AND level = 'region'"
        ).fetchall()
    )
    corsica = (rates["2A"] * people["2A"] + rates["2B"] * people["2B"]) / (people["2A"] + people["2B"])
    assert figures["94"] == pytest.approx(corsica)
    assert len(figures) == 15  # not Guadeloupe, Guyane nor Mayotte
    value, method = cursor.execute(
        "SELECT value, method FROM indicator_value WHERE indicator = 'taux_pauvrete' AND level = 'france'"
    ).fetchone()
    assert value == pytest.approx(
        sum(rates[code] * people[code] for code in rates) / sum(people[code] for code in rates)
    )
    assert method.endswith("sans 971, 973, 976")


def test_the_only_departement_of_a_region_gives_it_its_figure(cursor):
    """Nothing is averaged in La Réunion: its published figure is that of the région, and no « moyenne calculée ici »."""
    columns = "value, bound, basis, method, source_id"
    for departement, region in (("971", "01"), ("972", "02"), ("974", "04"), ("976", "06")):
        for name in ("mortalite_prematuree_0_64", "part_75_plus", "apl_mg", "taux_pauvrete"):
            query = f"SELECT {columns} FROM indicator_value WHERE indicator = ? AND level = ? AND code = ? AND value IS NOT NULL"
            own = cursor.execute(query, [name, "departement", departement]).fetchall()
            assert cursor.execute(query, [name, "region", region]).fetchall() == own, (name, departement)
    means = cursor.execute(
        "SELECT DISTINCT code FROM indicator_value WHERE level = 'region' AND basis = 'mean_of_parts'"
    )
    assert {code for (code,) in means.fetchall()} == {
        "11",
        "24",
        "27",
        "28",
        "32",
        "44",
        "52",
        "53",
        "75",
        "76",
        "84",
        "93",
        "94",
    }


def test_premature_mortality_is_never_spread_over_communes(cursor):
    assert cursor.execute(
        "SELECT DISTINCT level FROM indicator_value WHERE indicator = 'mortalite_prematuree_0_64' ORDER BY 1"
    ).fetchall() == [("departement",), ("france",), ("region",)]


def test_a_distance_says_from_where_to_where(cursor):
    rows = cursor.execute(
        """
        SELECT DISTINCT t.point_origin = 'mairie', s.precision = 'commune', i.extent, v.method
        FROM indicator_value v JOIN territory t USING (level, code)
        JOIN access a ON a.commune_code = v.code AND 'distance_' || lower(a.site_type) = v.indicator
        JOIN site s ON s.site_id = a.nearest_site_id
        JOIN inventory i ON i.subject = a.site_type AND i.departement_code = t.departement_code
        WHERE v.indicator IN ('distance_msp', 'distance_pass', 'distance_lhss') AND v.level = 'commune'
        """
    ).fetchall()
    assert {row[:3] for row in rows} >= {
        (True, True, "complet"),
        (True, False, "complet"),
        (False, True, "complet"),
        (False, False, "complet"),
        (True, True, "partiel"),
        (True, False, "partiel"),
    }
    for hall, approximate, extent, method in rows:
        assert ("de la mairie" in method) == hall and ("d'un point intérieur" in method) == (not hall)
        assert ("à la commune du site" in method) == approximate and ("au site" in method) == (not approximate)
        # A site that a partial list leaves out may be nearer: the distance is a maximum.
        assert ("maximum" in method) == (extent == "partiel")


def test_a_departement_with_the_code_of_a_region_is_not_taken_for_it():
    """44 is Grand Est and Loire-Atlantique: counted together, an exhaustive list would go wrong."""
    with duckdb.connect() as memory:
        memory.execute(schema())
        builder.fill_catalog(memory)
        memory.execute("INSERT INTO source VALUES ('structures', 't', 'p', 'p', 'l', 'v', NULL, NULL, NULL, NULL)")
        memory.execute(
            """
            INSERT INTO territory (level, code, name, departement_code, region_code, population, population_year) VALUES
                ('france', 'FR', 'France', NULL, NULL, 300000, 2023), ('region', '44', 'Grand Est', NULL, '44', 100000, 2023),
                ('region', '52', 'Pays de la Loire', NULL, '52', 200000, 2023),
                ('departement', '08', 'Ardennes', '08', '44', 100000, 2023),
                ('departement', '44', 'Loire-Atlantique', '44', '52', 200000, 2023)
            """
        )
        memory.execute(
            "INSERT INTO inventory (subject, departement_code, extent, source_id) "
            "VALUES ('MSP', '08', 'complet', 'structures'), ('MSP', '44', 'partiel', 'structures')"
        )
        memory.execute(
            """
            INSERT INTO site BY NAME SELECT 's' || n AS site_id, 'MSP' AS type, 'x' AS name, 'ouvert' AS status,
                   CASE WHEN n < 1 THEN '08' ELSE '44' END AS departement_code, 'c' AS citation, 'structures' AS source_id
            FROM range(4) t (n)
            """
        )
        indicators.sites(memory)
        figures = memory.execute(
            "SELECT level, code, events, value, low IS NOT NULL FROM staging.figure ORDER BY 1, 2"
        ).fetchall()
    assert figures == [
        ("departement", "08", 1, 1.0, False),
        ("departement", "44", 3, 1.5, True),
        ("france", "FR", 4, pytest.approx(4 / 3), True),  # a list that is partial anywhere is partial
        ("region", "44", 1, 1.0, False),
        ("region", "52", 3, 1.5, True),
    ]
