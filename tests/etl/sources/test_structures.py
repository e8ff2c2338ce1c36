"""Curated sites and CPTS, against their files."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from etl import build as builder
from maillage import catalog

REFERENCE = builder.ROOT / "data" / "reference"
SHARED = builder.ROOT.parent / "shared" / "reference"


def listed(name):
    with (REFERENCE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_site_is_there_with_its_state(cursor):
    expected = {row["id"]: (row["type"].upper(), row["statut"], row["nom"].strip()) for row in listed("structures.csv")}
    rows = cursor.execute(
        "SELECT site_id, type, status, name FROM site WHERE list_contains(seen_in, 'structures')"
    ).fetchall()
    sites = {site: (kind, status, name) for site, kind, status, name in rows}
    opened = {site for site in expected if sites[site][1] != expected[site][1]}
    assert {site: row for site, row in sites.items() if site not in opened} == {
        site: row for site, row in expected.items() if site not in opened
    }
    assert all(sites[site][1] == "ouvert" and expected[site][1] in catalog.SITE_PREPARING for site in opened)
    assert len(expected) == 115 and len(opened) >= 6


def test_an_unknown_number_of_places_is_not_zero(cursor):
    expected = {row["id"]: int(row["places"]) if row["places"] else None for row in listed("structures.csv")}
    assert dict(cursor.execute("SELECT site_id, places FROM site WHERE source_id = 'structures'").fetchall()) == {
        site: expected[site]
        for (site,) in cursor.execute("SELECT site_id FROM site WHERE source_id = 'structures'").fetchall()
    }


def test_a_site_without_coordinates_stands_at_its_commune_and_says_so(cursor):
    rows = cursor.execute(
        """
        SELECT s.precision, s.lon = t.lon AND s.lat = t.lat FROM site s
        JOIN territory t ON t.level = 'commune' AND t.code = s.commune_code
        WHERE s.seen_in = ['structures']
        """
    ).fetchall()
    assert set(rows) == {("commune", True)}


def test_a_site_without_a_commune_has_that_of_a_register_that_knows_it_or_none(cursor):
    unplaced = {row["id"] for row in listed("structures.csv") if not row["code_commune"]}
    rows = cursor.execute(
        "SELECT site_id, seen_in, commune_code, lon FROM site WHERE list_contains(seen_in, 'structures')"
    ).fetchall()
    alone = {site for site, seen_in, _, _ in rows if site in unplaced and seen_in == ["structures"]}
    assert {site for site, _, commune, _ in rows if commune is None} == alone
    assert all(lon is None for site, _, _, lon in rows if site in alone)
    assert alone and unplaced - alone == {"lhss-08-chrs-voltaire", "lhss-59-abej", "lam-59-abej"}


def test_every_cpts_is_there_with_its_members(cursor):
    members = Counter(
        row["cpts_id"]
        for name in ("cpts_communes.csv", "cpts_paca_communes.csv", "cpts_france_communes.csv")
        for row in listed(name)
    )
    expected = {
        row["cpts_id"]: members[row["cpts_id"]]
        for name in ("cpts.csv", "cpts_paca.csv", "cpts_france.csv")
        for row in listed(name)
    }
    rows = cursor.execute(
        "SELECT c.cpts_id, count(m.commune_code) FROM cpts c LEFT JOIN cpts_commune m USING (cpts_id) GROUP BY 1"
    ).fetchall()
    assert dict(rows) == expected
    assert len(expected) == 250


def test_another_name_that_sources_give_is_kept(cursor):
    aliases = cursor.execute("SELECT aliases FROM cpts WHERE cpts_id = 'paca-alpes-bleone-durance'").fetchone()
    assert aliases == (["CPTS Provence-Alpes"],)


def test_events_keep_their_doubt(cursor):
    expected = Counter(
        row["precision"].endswith("deduite")
        for name in ("cpts_evenements.csv", "cpts_france_evenements.csv", "cpts_paca_evenements.csv")
        for row in listed(name)
    )
    assert dict(cursor.execute("SELECT deduced, count(*) FROM cpts_event GROUP BY 1").fetchall()) == expected


@pytest.mark.parametrize(
    "name", ["structures.csv", "cpts.csv", "cpts_evenements.csv", "declarations.csv", "cpts_communes.csv"]
)
def test_every_line_cites_its_source(name):
    assert all(row["source"].strip() for row in listed(name))


@pytest.mark.real
@pytest.mark.skipif(not SHARED.exists(), reason="../shared/reference is absent: nothing to compare the lists with")
def test_the_lists_were_carried_over_whole():
    """Corrected here and there, never shortened."""
    shorter = [
        path.name
        for path in sorted(SHARED.glob("*.csv"))
        if (REFERENCE / path.name).read_text("utf-8").count("\n") < path.read_text("utf-8").count("\n")
    ]
    assert shorter == []
