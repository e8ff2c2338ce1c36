"""Questions about access and gaps, against plain loops over whole tables."""

from collections import Counter

import pandas as pd
import pytest

from maillage import catalog
from maillage.queries import access, communes, indicators

DEFAULT = catalog.DEFAULT_CPTS_STATUSES
TYPES = [("MSP",), ("MSP", "CDS"), ("PASS", "ESP", "LHSS"), ("ESP",), ()]


def opened(table, types):
    return [s for s in table("site") if s["type"] in types and s["status"] == "ouvert" and s["lon"] is not None]


def test_residences_are_where_people_live_in_the_order_of_the_contours(cursor, homes):
    answer = access.residences(cursor)
    assert answer["code"].tolist() == sorted(home["code"] for home in homes)
    by = {home["code"]: home for home in homes}
    for row in answer.sample(300, random_state=1).itertuples():
        home = by[row.code]
        assert (row.name, row.departement_code, row.population) == (
            home["name"],
            home["departement_code"],
            home["population"],
        )
        assert (None if pd.isna(row.epci_code) else row.epci_code) == home["epci_code"]
        assert (row.lon, row.lat, row.commune_code) == (home["lon"], home["lat"], home["commune_code"])


@pytest.mark.parametrize("types", TYPES)
@pytest.mark.parametrize("by", access.MEASURES)
def test_the_nearest_of_several_types(cursor, table, grouped, homes, types, by):
    lived = {home["code"] for home in homes}
    best = {}
    for kind in types:
        for row in grouped("access", "site_type", kind):
            if row["commune_code"] in lived:
                nearest = (row[by], row["site_type"])
                best[row["commune_code"]] = min(best.get(row["commune_code"], nearest), nearest)
    answer = access.nearest(cursor, types, by)
    assert answer["code"].tolist() == sorted(best)
    assert list(zip(answer[by].tolist(), answer["type"].tolist(), strict=True)) == [best[code] for code in sorted(best)]
    sites = {site["name"] for site in opened(table, types)}
    assert set(answer["site"].tolist()) <= sites


def test_another_measure_is_refused(cursor):
    with pytest.raises(ValueError):
        access.nearest(cursor, ("MSP",), "1; DROP TABLE access")
    with pytest.raises(ValueError):
        access.figures(cursor, "commune", ())


@pytest.mark.parametrize("types", TYPES)
def test_where_somebody_looked(cursor, table, types):
    expected = {}
    somewhere = {(s["type"], s["departement_code"]) for s in opened(table, catalog.SITE_TYPE)}
    for row in table("inventory"):
        placed = (row["subject"], row["departement_code"]) in somewhere
        half = row["extent"] == "partiel" and (row["share"] is None or row["share"] >= 0.5)
        if row["subject"] in types and (row["extent"] == "complet" or (placed and half)):
            expected.setdefault(row["departement_code"], []).append(row["subject"])
    answer = access.listed(cursor, types)
    assert dict(zip(answer["departement_code"], map(list, answer["types"]), strict=True)) == {
        code: sorted(departements) for code, departements in expected.items()
    }
    whole = {(row["subject"], row["departement_code"]) for row in table("inventory") if row["extent"] == "complet"}
    for row in answer.itertuples():
        assert row.complete == all((kind, row.departement_code) in whole for kind in types)


def test_a_département_is_complete_when_every_type_asked_is(wholly):
    cursor = wholly("ESP", "08")
    answer = access.listed(cursor, ("ESP",)).set_index("departement_code")
    assert answer["complete"].to_dict()["08"] and answer["complete"].sum() == 1
    both = access.listed(cursor, ("ESP", "PASS")).set_index("departement_code")
    assert not both["complete"]["08"]


def test_a_whole_list_without_a_site_is_a_list(wholly):
    """Nobody there is known, not unknown: the nearest one is across the border."""
    assert "2A" in set(access.listed(wholly("ESP", "2A"), ("ESP",))["departement_code"])


@pytest.fixture
def wholly(cursor):
    """The database where the list of a type is whole in a département: a temporary table stands before that of its name."""

    def change(kind, departement):
        cursor.execute("CREATE TEMP TABLE inventory AS FROM inventory")
        cursor.execute("DELETE FROM inventory WHERE subject = ? AND departement_code = ?", [kind, departement])
        source = cursor.execute("SELECT min(source_id) FROM source").fetchone()[0]
        cursor.execute(
            "INSERT INTO inventory BY NAME SELECT ? AS subject, ? AS departement_code, 'complet' AS extent, ? AS source_id",
            [kind, departement, source],
        )
        return cursor

    return change


@pytest.mark.parametrize("types", TYPES)
def test_supply(cursor, table, types):
    answer = access.supply(cursor, types)
    expected = sorted(opened(table, types), key=lambda site: site["site_id"])
    assert answer["site_id"].tolist() == [site["site_id"] for site in expected]
    assert [None if pd.isna(v) else v for v in answer["places"]] == [site["places"] for site in expected]


@pytest.mark.parametrize("types", TYPES)
def test_sites_that_no_figure_counts(cursor, table, types):
    expected = sum(
        s["type"] in types and s["status"] == "ouvert" and s["lon"] is None and s["departement_code"] in ("08", "59")
        for s in table("site")
    )
    assert access.unplaced(cursor, types, ("08", "59")) == expected


def test_methods_of_the_minutes(cursor):
    rows = Counter(cursor.execute("SELECT minutes_method FROM access").fetchnumpy()["minutes_method"].tolist())
    assert sorted(access.methods(cursor)) == sorted(rows.items())


# -- CPTS -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statuses", [DEFAULT, ("aci_signe",), ("inconnu", "emergence"), ()])
def test_white_is_known_not_to_be_covered(cursor, table, homes, undetermined, statuses):
    kept = {cpts["cpts_id"] for cpts in table("cpts") if cpts["status"] in statuses}
    covered = {row["commune_code"] for row in table("cpts_commune") if row["cpts_id"] in kept}
    whole = {
        row["departement_code"] for row in table("inventory") if (row["subject"], row["extent"]) == ("CPTS", "complet")
    }
    unsure = undetermined(statuses)
    expected = {
        home["code"]: "couverte"
        if home["code"] in covered
        else "blanche"
        if home["departement_code"] in whole and home["code"] not in unsure
        else "inconnue"
        for home in homes
    }
    answer = access.standing(cursor, statuses)
    assert dict(zip(answer["code"].tolist(), answer["status"].tolist(), strict=True)) == expected
    assert answer["code"].tolist() == sorted(expected)


@pytest.mark.parametrize("statuses", [DEFAULT, ("aci_signe",), ("en_fonctionnement",)])
def test_the_map_the_composer_and_the_gaps_agree(cursor, statuses):
    gaps = access.standing(cursor, statuses).set_index("code")["status"]
    composer = communes.standing(cursor, statuses)
    drawn = indicators.by_residence(cursor, "couverture_cpts", statuses).set_index("code")["value"]
    assert (
        set(gaps.index[gaps == "couverte"])
        == set(composer.index[composer["covered"]])
        == set(drawn.index[drawn == 100])
    )
    white = set(gaps.index[gaps == "blanche"])
    assert white == set(composer.index[composer["listed"] & ~composer["covered"]]) == set(drawn.index[drawn == 0])


def test_no_commune_of_paca_is_white_under_a_status_that_its_list_does_not_say(cursor, homes):
    region = {home["code"] for home in homes if home["region_code"] == "93"}
    signed, every = (access.standing(cursor, kept).set_index("code")["status"] for kept in (("aci_signe",), DEFAULT))
    covered = every.index[every == "couverte"].intersection(region)
    assert len(covered) > 800 and (signed[covered] == "inconnue").all()
    assert "region" not in set(indicators.coverage(cursor, ("aci_signe",), "region").query("code == '93'")["level"])


def test_members(cursor, table, homes):
    people = {home["code"]: home["population"] for home in homes}
    cpts = {row["cpts_id"]: row for row in table("cpts") if row["status"] in DEFAULT}
    expected = sorted(
        (row["cpts_id"], row["commune_code"], people[row["commune_code"]])
        for row in table("cpts_commune")
        if row["cpts_id"] in cpts
    )
    answer = access.members(cursor, DEFAULT)
    assert list(zip(answer["cpts_id"], answer["commune_code"], answer["population"], strict=True)) == expected
    assert all(cpts[row.cpts_id]["name"] == row.name for row in answer.itertuples())


def test_borders_are_between_places_where_people_live(cursor, table, homes):
    lived = {home["code"] for home in homes}
    expected = sorted(
        (r["a"], r["b"], r["border_km"]) for r in table("adjacency") if r["a"] in lived and r["b"] in lived
    )
    answer = access.borders(cursor)
    assert list(zip(*(answer[name].tolist() for name in answer), strict=True)) == expected
    assert not {"75056", "69123", "13055"} & set(answer["a"].tolist()) | {"75056", "69123", "13055"} & set(
        answer["b"].tolist()
    )


def test_cpts_whose_members_are_not_all_known(cursor, table):
    expected = {
        (row["name"], row["perimeter"])
        for row in table("cpts")
        if row["perimeter"] != "complet" and row["status"] in DEFAULT and {"08", "62"} & set(row["departement_codes"])
    }
    assert expected and set(access.nameless(cursor, DEFAULT, ("08", "62"))) == expected
    assert access.nameless(cursor, DEFAULT, ("13",)) == []


# -- figures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "names"),
    [
        ("residence", ("densite", "evolution_population")),
        ("epci", ("densite",)),
        ("departement", ("mortalite_prematuree_0_64", "part_75_plus")),
        ("departement", ()),
    ],
)
def test_latest_figures(cursor, table, grouped, homes, level, names):
    levels = ("commune", "arrondissement_municipal") if level == "residence" else (level,)
    lived = {home["code"] for home in homes}
    places = sorted(
        row["code"]
        for row in table("territory")
        if row["level"] in levels and (level != "residence" or row["code"] in lived)
    )
    latest = {}
    for row in (row for name in names for row in grouped("indicator_value", "indicator", name)):
        key = row["indicator"], row["code"]
        if row["level"] in levels and (key not in latest or row["year"] > latest[key][0]):
            latest[key] = row["year"], row["value"]
    answer = access.figures(cursor, level, names)
    assert answer["code"].tolist() == places
    for name in names:
        expected = [latest.get((name, code), (0, None))[1] for code in places]
        assert [None if pd.isna(v) else v for v in answer[name]] == expected
