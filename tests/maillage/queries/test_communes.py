"""Communes, borders, standing, figures: against whole tables read in plain Python."""

from __future__ import annotations

import math

import pandas as pd
import pytest
import shapely

from maillage import catalog
from maillage.queries import communes, cpts


def missing(value):
    return value is None or (isinstance(value, float) and math.isnan(value))


def test_every_commune_with_its_two_populations(cursor, table, homes):
    rows = communes.every(cursor, 2016, 2023)
    history = {(row["code"], row["year"]): row["population"] for row in table("population_history")}
    places = {(row["level"], row["code"]): row for row in table("territory")}
    names = {row["cpts_id"]: row["name"] for row in table("cpts")}
    member = {}
    for row in table("cpts_commune"):
        member.setdefault(row["commune_code"], []).append(names[row["cpts_id"]])
    assert list(rows["code"]) == sorted(home["code"] for home in homes)
    homes = {home["code"]: home for home in homes}
    for row in rows.iloc[::37].itertuples():
        home, place = homes[row.code], places[row.level, row.code]
        assert (row.name, row.population, row.population_year) == (
            place["name"],
            place["population"],
            place["population_year"],
        )
        assert (row.commune_code, row.departement_code, row.region_code) == (
            home["commune_code"],
            place["departement_code"],
            place["region_code"],
        )
        for value, year in ((row.before, 2016), (row.after, 2023)):
            expected = history.get((row.code, year))
            assert missing(value) if expected is None else value == expected
        assert list(row.cpts) == sorted(member.get(row.code, []))


def test_neighbours_are_the_borders_both_ways(cursor, table):
    rows = communes.neighbours(cursor)
    cities = {row["parent_code"] for row in table("territory") if row["level"] == "arrondissement_municipal"}
    expected = {}
    for row in table("adjacency"):
        if not {row["a"], row["b"]} & cities:
            expected.setdefault(row["a"], set()).add(row["b"])
            expected.setdefault(row["b"], set()).add(row["a"])
    assert {code: set(others) for code, others in rows.items()} == expected


@pytest.mark.parametrize("statuses", [catalog.DEFAULT_CPTS_STATUSES, ("aci_signe",), ()])
def test_standing(cursor, table, homes, undetermined, statuses):
    rows = communes.standing(cursor, statuses)
    kept = {row["cpts_id"] for row in table("cpts") if row["status"] in statuses}
    covered = {row["commune_code"] for row in table("cpts_commune") if row["cpts_id"] in kept}
    whole = {r["departement_code"] for r in table("inventory") if r["subject"] == "CPTS" and r["extent"] == "complet"}
    assert len(rows) == len(homes)
    assert set(rows.loc[rows["covered"], "code"]) == covered
    listed = {home["code"] for home in homes if home["departement_code"] in whole}
    assert set(rows.loc[rows["listed"], "code"]) == listed - (undetermined(statuses) - covered)


def test_memberships(cursor, table):
    rows = communes.memberships(cursor, ("aci_signe",))
    kept = {row["cpts_id"] for row in table("cpts") if row["status"] == "aci_signe"}
    expected = {(row["cpts_id"], row["commune_code"]) for row in table("cpts_commune") if row["cpts_id"] in kept}
    assert set(zip(rows["cpts_id"], rows["commune_code"], strict=True)) == expected and len(rows) == len(expected)


def test_contours_are_in_code_order_and_valid(cursor, homes):
    rows = communes.contours(cursor, "2B")
    assert [code for code, _ in rows] == sorted(h["code"] for h in homes if h["departement_code"] == "2B")
    assert shapely.is_valid(shapely.from_wkb([bytes(wkb) for _, wkb in rows])).all()


def test_sites_that_are_not_closed_and_have_a_commune(cursor, table):
    rows = communes.sites(cursor)
    expected = {row["site_id"] for row in table("site") if row["status"] != "ferme" and row["commune_code"]}
    assert set(rows["site_id"]) == expected and len(rows) == len(expected)
    assert rows["source"].notna().all() and rows["commune"].notna().all()


def test_open_sites_have_a_position(cursor, table):
    expected = {row["site_id"] for row in table("site") if row["status"] == "ouvert" and row["lon"] is not None}
    assert set(communes.open_sites(cursor)["site_id"]) == expected


def test_surveys_count_sites_without_a_commune(cursor, table):
    rows = communes.surveys(cursor, ("08",))
    listed = {
        row["subject"]: row["extent"]
        for row in table("inventory")
        if row["departement_code"] == "08" and row["extent"] != "inconnu"
    }
    assert dict(zip(rows["subject"], rows["extent"], strict=True)) == listed
    for row in rows.itertuples():
        assert row.unplaced == sum(
            site["type"] == row.subject
            and site["departement_code"] == "08"
            and site["commune_code"] is None
            and site["status"] != "ferme"
            for site in table("site")
        )


def test_figures_by_commune(cursor, grouped, homes):
    lived = {(home["level"], home["code"]) for home in homes}  # a city that has arrondissements is no place of its own
    figures = communes.by_commune(cursor, "distance_msp")
    rows = {
        r["code"]: r
        for r in grouped("indicator_value", "indicator", "distance_msp")
        if (r["level"], r["code"]) in lived
    }
    assert set(rows) == set(figures.index)
    for row in figures.iloc[::23].itertuples():
        assert row.value == rows[row.Index]["value"]
        assert row.exact == (rows[row.Index]["high"] is None and rows[row.Index]["low"] is None)


def test_history_has_only_years_that_are_whole(cursor, table):
    codes = ("08409", "08053", "14472")
    known = {}
    for row in table("population_history"):
        if row["code"] in codes:
            known.setdefault(row["year"], []).append(row["population"])
    expected = [(year, sum(people)) for year, people in sorted(known.items()) if len(people) == len(codes)]
    assert communes.history(cursor, codes) == expected


def test_within_a_box(cursor, table, homes):
    codes = {home["code"] for home in homes}
    rows = communes.within(cursor, 4.9, 49.6, 5.1, 49.8)
    expected = {
        row["code"]
        for row in table("territory")
        if row["code"] in codes
        and row["level"] in ("commune", "arrondissement_municipal")
        and 4.9 <= row["lon"] <= 5.1
        and 49.6 <= row["lat"] <= 49.8
    }
    assert set(rows["code"]) == expected and expected


def test_the_gazetteer_names_everything(cursor, table):
    listed, moved, parts, departements = communes.gazetteer(cursor)
    places = [row for row in table("territory") if row["level"] in ("commune", "arrondissement_municipal")]
    assert {code: name for code, name, *_ in listed} == {row["code"]: row["name"] for row in places}
    assert dict(moved) == {row["old_code"]: row["new_code"] for row in table("commune_change")}
    assert len(parts) == 45 and len(departements) == 101


def test_every_cpts_in_a_row(cursor, table, homes):
    rows = cpts.every(cursor)
    people = {home["code"]: home["population"] for home in homes}
    members = {}
    for row in table("cpts_commune"):
        members.setdefault(row["cpts_id"], []).append(row["commune_code"])
    assert set(rows["cpts_id"]) == {row["cpts_id"] for row in table("cpts")} and len(rows) == len(table("cpts"))
    for row in rows.itertuples():
        codes = members.get(row.cpts_id, [])
        assert pd.isna(row.population) == (not codes)
        if codes:
            assert (row.communes, row.population) == (len(codes), sum(people[code] for code in codes))
    portes = rows.set_index("cpts_id").loc["cpts-08-portes-luxembourg-sedanais-meusien"]
    assert list(portes["departement_codes"]) == ["08", "55"]


def test_a_card_its_members_and_its_events(cursor, table):
    card = cpts.card(cursor, "cpts-62-artois-lys")
    assert card["declared_population"] == 34_400 and card["source"].startswith("CPTS recensées")
    assert cpts.card(cursor, "nulle-part") is None
    assert cpts.members(cursor, "cpts-62-artois-lys") == tuple(
        sorted(row["commune_code"] for row in table("cpts_commune") if row["cpts_id"] == "cpts-62-artois-lys")
    )
    dates = [date for _, _, date, *_ in cpts.events(cursor, "cpts-08-portes-luxembourg-sedanais-meusien")]
    assert dates == ["2019", "2020", "2020-12-15"]
