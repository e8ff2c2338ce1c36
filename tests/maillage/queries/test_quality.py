"""What deserves doubt, against plain loops over the tables."""

import duckdb
import pytest

from maillage.queries import quality
from tests.etl.schema import schema


@pytest.fixture
def contradictions(cursor):
    return quality.contradictions(cursor)


def latest(grouped, indicator):
    rows = [row for row in grouped("indicator_value", "indicator", indicator) if row["level"] == "departement"]
    return {row["code"]: row for row in sorted(rows, key=lambda row: row["year"])}


@pytest.mark.parametrize(
    ("subject", "published", "computed", "tolerance"),
    [
        ("Couverture par une CPTS", "cpts_part_population_couverte", "couverture_cpts", lambda value: 1),
        ("Densité de population", "densite_publiee", "densite", lambda value: 0.02 * value),
    ],
)
def test_figures_of_departements(contradictions, grouped, subject, published, computed, tolerance):
    ours, theirs, expected = latest(grouped, computed), latest(grouped, published), set()
    for code in ours.keys() & theirs.keys():
        mine, other = ours[code]["value"], theirs[code]["value"]
        if other is None:
            continue
        gap = mine - other if ours[code]["low"] is not None else abs(mine - other)
        if gap > tolerance(other):
            expected.add((code, round(mine, 6), round(other, 6)))
    rows = contradictions[contradictions["subject"] == subject]
    assert (
        {(row.code, round(row.computed, 6), round(row.published, 6)) for row in rows.itertuples()} == expected != set()
    )


def test_what_whole_cpts_declare(contradictions, table):
    people = {(row["code"], row["year"]): row["population"] for row in table("population_history")}
    years = sorted({year for _, year in people})
    expected = set()
    for cpts in table("cpts"):
        members = [row["commune_code"] for row in table("cpts_commune") if row["cpts_id"] == cpts["cpts_id"]]
        if cpts["perimeter"] != "complet" or not members:
            continue
        declared = cpts["declared_population"]
        sums = [
            claim["year"] or int(claim["date"][:4])
            for claim in table("claim")
            if claim["cpts_id"] == cpts["cpts_id"] and claim["claimed"] == declared and (claim["year"] or claim["date"])
        ]
        then = max(sums, default=int((cpts["as_of"] or "9999")[:4]))
        whole = [year for year in years if all((code, year) in people for code in members)]
        year = max((year for year in whole if year <= then), default=whole[0])
        count = sum(people[code, year] for code in members)
        if declared and abs(count - declared) > 0.02 * declared:
            expected.add(("Habitants d'une CPTS", cpts["name"]))
        if cpts["declared_communes"] and cpts["declared_communes"] != len(members):
            expected.add(("Communes d'une CPTS", cpts["name"]))
    rows = contradictions[contradictions["subject"].str.endswith("d'une CPTS")]
    assert {(row.subject, row.place) for row in rows.itertuples()} == expected != set()


def test_a_declared_population_is_held_against_the_census_of_its_own_year(contradictions):
    """Centre Saône-et-Loire: 94,159 said by Rezone 2020; 91,612 in 2020, 90,346 today."""
    row = contradictions.query("subject == \"Habitants d'une CPTS\" and place.str.contains('Centre Saône')").iloc[0]
    assert row["published"] == 94159 and row["computed"] == 91612 and "2020" in row["computed_as"]


def test_counts_of_msp_contradict_only_upwards_where_the_list_is_partial(contradictions, table, grouped):
    published = latest(grouped, "msp_nombre")
    partial = {row["departement_code"]: row["extent"] for row in table("inventory") if row["subject"] == "MSP"}
    expected = set()
    for code, extent in partial.items():
        listed = sum(
            row["departement_code"] == code and row["type"] == "MSP" and row["status"] == "ouvert"
            for row in table("site")
        )
        gap = listed - published[code]["value"]
        if gap > 0 or (extent == "complet" and gap):
            expected.add(code)
    assert set(contradictions[contradictions["subject"] == "MSP"]["code"]) == expected


def test_doubtful_sites(cursor, table):
    rows = quality.doubtful_sites(cursor)
    sites = table("site")
    assert (rows["doubt"] == "sans commune").sum() == sum(site["lon"] is None for site in sites)
    assert (rows["doubt"] == "au point de la commune").sum() == sum(site["precision"] == "commune" for site in sites)
    assert list(rows["doubt"]) == sorted(
        rows["doubt"], key=["sans commune", "état ancien", "au point de la commune"].index
    )


def test_rows_in_doubt_are_counted_by_reason():
    with duckdb.connect() as connection:
        connection.execute(schema())
        connection.execute("INSERT INTO intake VALUES ('s', 'Liste', 'locale', NULL, 3, 2, 0)")
        connection.executemany(
            "INSERT INTO intake_row VALUES ('s', 'f', ?, NULL, ?, NULL, ?, 'x')",
            [
                ("1", "refuse", "commune inconnue"),
                ("2", "refuse", "commune inconnue"),
                ("3", "compris", "placée"),
                ("4", "ambigu", "doute"),
            ],
        )
        rows = quality.ambiguous_rows(connection)
    assert [tuple(row) for row in rows.itertuples(index=False)] == [
        ("Liste", "refuse", "commune inconnue", 2),
        ("Liste", "ambigu", "doute", 1),
    ]
