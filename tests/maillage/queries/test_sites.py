"""Questions about structures, against plain loops over whole tables."""

import pandas as pd
import pytest

from maillage import catalog
from maillage.queries import sites

ALL = tuple(catalog.SITE_TYPE)


def is_in(level, code, site, by):
    """Whether a site is in a territory, as a person would check it."""
    commune = (
        by.get(("commune", site["commune_code"])) or by.get(("arrondissement_municipal", site["commune_code"])) or {}
    )
    if level == "france":
        return True
    if level == "region":
        return by["departement", site["departement_code"]]["region_code"] == code
    if level == "departement":
        return site["departement_code"] == code
    if level == "epci":
        return commune.get("epci_code") == code
    city = by.get(("arrondissement_municipal", site["commune_code"]), {}).get("parent_code")
    return site["commune_code"] == code or (level == "commune" and city == code)


@pytest.mark.parametrize("departements", [["08"], ["71", "08"], ["974"], ["13", "2A"]])
@pytest.mark.parametrize("types", [ALL, ("MSP",), ("PASS", "CDS")])
def test_placed_sites(cursor, table, departements, types):
    names = {
        row["code"]: row["name"]
        for row in table("territory")
        if row["level"] in ("commune", "arrondissement_municipal")
    }
    expected = sorted(
        (
            s
            for s in table("site")
            if s["type"] in types
            and s["departement_code"] in departements
            and s["lon"] is not None
            and s["status"] != "ferme"
        ),
        key=lambda s: (types.index(s["type"]), s["commune_code"] or "", s["name"], s["site_id"]),
    )
    answer = sites.placed(cursor, types, departements)
    assert answer["site_id"].tolist() == [s["site_id"] for s in expected]
    for row, site in zip(answer.itertuples(), expected, strict=True):
        assert (row.lon, row.lat, row.status, row.name) == (site["lon"], site["lat"], site["status"], site["name"])
        assert (None if pd.isna(row.commune) else row.commune) == names.get(site["commune_code"])


def test_some_sites_are_placed(cursor):
    assert len(sites.placed(cursor, ("MSP",), ["08"])) > 15


def test_no_type_no_site(cursor):
    assert sites.placed(cursor, (), ["08"]).empty


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("france", "FR"),
        ("region", "44"),
        ("departement", "08"),
        ("departement", "13"),
        ("departement", "974"),
        ("departement", "2A"),
        ("epci", "247100290"),
        ("commune", "08409"),
        ("commune", "13055"),
        ("arrondissement_municipal", "13201"),
    ],
)
def test_counts(cursor, table, homes, level, code):
    by = {(row["level"], row["code"]): row for row in table("territory")}
    reach = {
        h["departement_code"]
        for h in homes
        # Grand Est and the Loire-Atlantique are both 44: a code means nothing without its level.
        if level == "france" or h[{"arrondissement_municipal": "code"}.get(level, f"{level}_code")] == code
    }
    answer = sites.counts(cursor, level, code).set_index("type")
    assert set(answer.index) == set(ALL)
    for kind in ALL:
        here = [s for s in table("site") if s["type"] == kind and is_in(level, code, s, by)]
        opened = [s for s in here if s["status"] == "ouvert"]
        row = answer.loc[kind]
        assert row["open"] == len(opened)
        assert row["preparing"] == sum(s["status"] in catalog.SITE_PREPARING for s in here)
        assert row["unplaced"] == sum(s["lon"] is None for s in here)
        places = [s["places"] for s in opened if s["places"] is not None]
        assert (0 if pd.isna(row["places"]) else row["places"]) == sum(places)
        surveys = [
            i
            for i in table("inventory")
            if i["subject"] == kind and i["departement_code"] in reach and i["extent"] != "inconnu"
        ]
        assert row["surveyed"] == len(surveys)
        assert row["whole"] == sum(i["extent"] == "complet" for i in surveys)
        assert row["departements"] == len(reach)


@pytest.mark.parametrize("commune", ["08409", "08105", "71153", "13201", "97411", "2A004", "08001"])
def test_the_nearest_sites_of_a_commune(cursor, table, grouped, homes, commune):
    (home,) = (h for h in homes if h["code"] == commune)
    site = {s["site_id"]: s for s in table("site")}
    looked_for = {
        s["type"]
        for s in table("site")
        if s["departement_code"] == home["departement_code"] and s["status"] == "ouvert" and s["lon"] is not None
    }
    expected = {
        (a["site_type"], site[a["nearest_site_id"]]["name"], a["distance_km"], a["minutes"])
        for a in grouped("access", "commune_code", commune)
        if a["site_type"] in looked_for
    }
    answer = sites.nearest(cursor, commune)
    assert {(kind, name, km, minutes) for kind, name, _, km, minutes in answer} == expected
    assert [row[3] for row in answer] == sorted(row[3] for row in answer)
    assert answer


def test_a_published_count_is_that_of_every_département(cursor):
    for level, code, known in (("departement", "08", 22), ("departement", "35", 56), ("region", "53", None)):
        counts = sites.counts(cursor, level, code).set_index("type")
        departements = {"08": ["08"], "35": ["35"], "53": ["22", "29", "35", "56"]}[code]
        total = cursor.execute(
            "SELECT sum(published) FROM inventory WHERE subject = 'MSP' AND departement_code IN (SELECT unnest(?))",
            [departements],
        ).fetchone()[0]
        assert counts.loc["MSP", "published"] == total and known in (None, total)
        assert pd.isna(counts.loc["PASS", "published"])


def test_the_services_of_the_press_kit_have_a_row_each(cursor):
    """Those that the register has no category for: with what they are, since when they are known, and no distance to them."""
    rows = cursor.execute(
        "SELECT name, subtype, status, commune_code, as_of, citation FROM site WHERE type = 'AUTRE_SERVICE' ORDER BY subtype"
    ).fetchall()
    assert [row[1] for row in rows] == ["activite_physique", "interpretariat", "mediation", "petite_enfance"]
    assert {row[3] for row in rows} == {None, "08298", "08409"}
    assert all(row[2] == "ouvert" and row[4] == "2024" and row[5].startswith("seed:001") for row in rows)
    assert cursor.execute("SELECT count(*) FROM access WHERE site_type = 'AUTRE_SERVICE'").fetchone() == (0,)
    assert cursor.execute(
        "SELECT extent FROM inventory WHERE subject = 'AUTRE_SERVICE' AND departement_code = '08'"
    ).fetchone() == ("partiel",)
