"""Questions about CPTS, against plain loops over whole tables."""

import pandas as pd
import pytest

from maillage import catalog
from maillage.queries import cpts

STATUSES = catalog.DEFAULT_CPTS_STATUSES


@pytest.fixture(scope="module")
def members(table, homes):
    """cpts_id -> where its members live."""
    by = {h["code"]: h for h in homes}
    result = {row["cpts_id"]: [] for row in table("cpts")}
    for row in table("cpts_commune"):
        result[row["cpts_id"]].append(by[row["commune_code"]])
    return result


@pytest.mark.parametrize("departements", [["08"], ["55"], ["13"], ["974"], ["2A"], ["62", "71"], ["04"]])
@pytest.mark.parametrize("statuses", [STATUSES, ("aci_signe",), ("inconnu", "emergence"), ()])
def test_around(cursor, table, members, departements, statuses):
    expected = {
        c["cpts_id"]: c
        for c in table("cpts")
        if c["status"] in statuses
        and (set(c["departement_codes"]) | {m["departement_code"] for m in members[c["cpts_id"]]}) & set(departements)
    }
    answer = cpts.around(cursor, statuses, departements)
    assert set(answer["cpts_id"].tolist()) == set(expected) and answer["cpts_id"].is_unique
    for row in answer.itertuples():
        inside = members[row.cpts_id]
        assert row.name == expected[row.cpts_id]["name"]
        assert set(row.member_departements) == {m["departement_code"] for m in inside}
        if inside:
            assert row.population == sum(m["population"] for m in inside)
            assert row.communes == len(inside)
        else:
            assert pd.isna(row.population) and pd.isna(row.communes)


def test_a_cpts_over_two_departements_is_seen_from_both(cursor):
    for departement in ("08", "55"):
        assert "cpts-08-portes-luxembourg-sedanais-meusien" in set(
            cpts.around(cursor, STATUSES, [departement])["cpts_id"]
        )


@pytest.mark.parametrize(
    ("cpts_id", "communes"), [("cpts-71-centre-saone-et-loire", 34), ("cpts-86-pays-chatelleraudais", 49)]
)
def test_the_perimeters_of_the_founding_documents(cursor, members, cpts_id, communes):
    departements = sorted({m["departement_code"] for m in members[cpts_id]})
    row = cpts.around(cursor, STATUSES, departements).set_index("cpts_id").loc[cpts_id]
    assert row["communes"] == communes and row["perimeter"] == "complet"


@pytest.mark.parametrize("code", ["71153", "13201", "13214", "13055", "08409", "97411", "2A004", "06088"])
def test_the_cpts_of_a_commune(cursor, table, members, code):
    expected = {
        (c["cpts_id"], c["name"], c["status"])
        for c in table("cpts")
        if any(code in (m["code"], m["commune_code"]) for m in members[c["cpts_id"]])
    }
    everything = tuple(catalog.CPTS_STATUS)
    answer = cpts.of_commune(cursor, everything, code)
    assert cpts.of_commune(cursor, (), code) == []
    signed = cpts.of_commune(cursor, ("aci_signe",), code)
    assert signed == [row for row in answer if row[2] == "aci_signe"]
    assert set(answer) == expected and len(answer) == len(expected)
    assert bool(answer) == (code in ("71153", "13214", "13055", "06088"))


def test_the_bounds_of_a_cpts_hold_its_towns(cursor, table, members):
    for row in table("cpts"):
        towns = members[row["cpts_id"]]
        bounds = cpts.bounds(cursor, row["cpts_id"])
        if towns:
            west, south, east, north = bounds
            assert all(west < t["lon"] < east and south < t["lat"] < north for t in towns)
        else:
            assert bounds is None


def test_the_home_of_a_cpts_is_where_most_of_its_people_live(cursor, table, members):
    for row in table("cpts"):
        people = {}
        for town in members[row["cpts_id"]]:
            people[town["departement_code"]] = people.get(town["departement_code"], 0) + town["population"]
        expected = max(sorted(people), key=people.get) if people else row["departement_codes"][0]
        assert cpts.home(cursor, row["cpts_id"]) == (expected, row["status"])


def test_an_unknown_cpts_has_no_home(cursor):
    assert cpts.home(cursor, "cpts-99-nulle-part") is None
    assert cpts.home(cursor, "' OR 1=1 --") is None


@pytest.mark.parametrize("departements", [["13"], ["71", "08"], ["04", "05", "86"], ["974"], []])
def test_where_cpts_were_looked_for(cursor, table, departements):
    known = {
        i["departement_code"]: i["extent"]
        for i in table("inventory")
        if i["subject"] == "CPTS" and i["departement_code"] in departements
    }
    homes = {t["code"]: t["departement_code"] for t in table("territory") if t["level"] != "departement"}
    outlined = {homes[row["commune_code"]] for row in table("cpts_commune")}  # known by more than their names
    partly = [code for code, extent in known.items() if extent == "partiel" and code in outlined]
    assert cpts.survey(cursor, departements) == (list(known.values()).count("complet"), len(partly))
