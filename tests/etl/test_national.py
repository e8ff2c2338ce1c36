"""The national registers in the build: golden counts, and what becomes of what our lists said before them."""

from __future__ import annotations

import pytest

REGISTERS = ["finess_2021", "finess_2026_occitanie", "finess_2026_05"]
SEEN = "list_has_any(seen_in, $registers)"


def counted(cursor, where: str = "true", **values) -> int:
    query = f"SELECT count(*) FROM site WHERE status = 'ouvert' AND type = 'MSP' AND {SEEN} AND {where}"
    return cursor.execute(query, {"registers": REGISTERS, **values}).fetchone()[0]


def test_every_msp_of_the_registers_is_one_open_site(cursor):
    assert counted(cursor) == 3085
    twice = cursor.execute("SELECT finess FROM site WHERE finess IS NOT NULL GROUP BY finess, type HAVING count(*) > 1")
    assert twice.fetchall() == []


@pytest.mark.parametrize(
    ("departement", "msp"), [("08", 28), ("35", 68), ("59", 129), ("62", 74), ("71", 43), ("86", 35), ("13", 51)]
)
def test_msp_by_departement(cursor, departement, msp):
    assert counted(cursor, "departement_code = $code", code=departement) == msp


def test_only_two_departements_are_under_their_published_count(cursor):
    below = cursor.execute(
        "SELECT departement_code, listed, published FROM inventory WHERE subject = 'MSP' AND share < 1 ORDER BY 1"
    ).fetchall()
    assert below == [("36", 18, 19), ("48", 8, 9)]


def test_what_was_in_preparation_in_the_ardennes_is_open_but_for_two(cursor):
    waiting = cursor.execute(
        "SELECT site_id FROM site WHERE departement_code = '08' AND type = 'MSP' AND status <> 'ouvert' ORDER BY 1"
    ).fetchall()
    assert waiting == [("msp-08-charleville-forest",), ("msp-08-renwez",)]
    buzancy = cursor.execute(
        "SELECT status, seen_in, as_of, source_id FROM site WHERE site_id = 'msp-08-buzancy'"
    ).fetchone()
    assert buzancy == ("ouvert", ["structures", "finess_2026_05"], "2026-05-12", "finess_2026_05")


def test_a_register_of_2021_is_whole_for_types_that_last_only(cursor):
    extents = dict(cursor.execute("SELECT subject, extent FROM inventory WHERE departement_code = '08'").fetchall())
    assert {kind: extents[kind] for kind in ("MSP", "CDS", "HOP", "CSAPA", "CAARUD", "LHSS", "PASS", "LAM")} == {
        "MSP": "complet",
        "CDS": "complet",
        "HOP": "complet",
        "CSAPA": "complet",
        "CAARUD": "complet",
        "LHSS": "partiel",
        "PASS": "partiel",
        "LAM": extents["LAM"],
    }
    assert extents["LAM"] in ("partiel", "inconnu")


def test_pass_have_their_subtype_and_epicure_is_one(cursor):
    subtypes = dict(cursor.execute("SELECT subtype, count(*) FROM site WHERE type = 'PASS' GROUP BY 1").fetchall())
    assert subtypes["psychiatrique"] == 7 and subtypes["bucco_dentaire"] == 8 and subtypes["generaliste"] == 49
    assert cursor.execute("SELECT type, subtype FROM site WHERE name = 'PASS psy (Epicure)'").fetchall() == [
        ("PASS", "psychiatrique")
    ]


def test_cpts_of_the_whole_country_and_paca_unchanged(cursor):
    assert cursor.execute("SELECT count(*) FROM cpts").fetchone() == (250,)
    whole = cursor.execute(
        "SELECT count(*) FROM cpts WHERE source_id = 'cpts_france' AND perimeter = 'complet'"
    ).fetchone()
    assert whole == (42,)
    deduced = cursor.execute(
        "SELECT perimeter, count(*) FROM cpts JOIN cpts_commune USING (cpts_id) WHERE cpts_id = 'cpts-85-sud-vendee' GROUP BY 1"
    ).fetchall()
    assert deduced == [("partiel", 1)]  # the 58 communes that no source states are not known
    paca = cursor.execute(
        "SELECT round(value, 4), bound FROM indicator_value WHERE indicator = 'couverture_cpts' AND level = 'region' AND code = '93'"
    ).fetchone()
    before = cursor.execute(
        "SELECT round(100.0 * sum(population) FILTER (code IN (SELECT commune_code FROM cpts_commune JOIN cpts USING (cpts_id) "
        "WHERE cpts.source_id = 'cpts_paca')) / sum(population), 4) FROM residence WHERE region_code = '93'"
    ).fetchone()[0]
    assert paca == (before, "exact")


# -- the founding press kits ----------------------------------------------------------------------------------------


def test_services_that_the_press_kits_name_have_their_row(cursor):
    rows = dict(cursor.execute("SELECT name, commune_code FROM site WHERE type = 'AUTRE_SERVICE'").fetchall())
    assert {name: rows[name] for name in rows if "Interprétariat" in name or "Globalaxe" in name} == {
        "Interprétariat pour les médecins et les sages-femmes": None,
        "Médiateur santé de Globalaxe": None,
    }
    assert rows["Maison des 1000 premiers jours"] == "08409" and rows["APARTE Santé"] == "08298"


def test_a_site_whose_commune_is_a_guess_feeds_no_distance(cursor):
    """The kit names a vaccination centre of the Ardennes, not its commune."""
    assert cursor.execute("SELECT commune_code, lon FROM site WHERE site_id = 'cv-08-charleville'").fetchone() == (
        None,
        None,
    )
    near = cursor.execute(
        "SELECT count(*) FROM access JOIN site ON site_id = nearest_site_id WHERE lon IS NULL"
    ).fetchone()
    assert near == (0,)
    figures = (
        "SELECT count(*) FROM indicator_value JOIN territory t USING (level, code) WHERE indicator = 'distance_cv'"
    )
    assert cursor.execute(f"{figures} AND t.departement_code = '08'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("cpts", "status", "date"),
    [
        ("cpts-62-grand-arras", "constitution", "2021-01"),
        ("cpts-62-artois-lys", "aci_signe", "2022-09-15"),
        ("cpts-71-centre-saone-et-loire", "constitution", "2021-04"),
        ("cpts-71-centre-saone-et-loire", "aci_signe", "2022-10-18"),
        ("cpts-86-pays-chatelleraudais", "projet_sante_valide", "2021-06-24"),
        ("cpts-86-pays-chatelleraudais", "lettre_intention_validee", "2019"),
        ("cpts-08-rethelois", "en_fonctionnement", "2021"),
        ("paca-alpes-bleone-durance", "en_fonctionnement", "2023-11-20"),
    ],
)
def test_a_dated_step_is_what_its_source_says(cursor, cpts, status, date):
    steps = cursor.execute("SELECT status, date FROM cpts_event WHERE cpts_id = ?", [cpts]).fetchall()
    assert (status, date) in steps


def test_what_the_lists_were_claimed_to_hold_is_no_minimum_of_today(cursor):
    """« 7 MSP en phase d'ouverture » of 2019 and « 6 en cours de constitution » of 2024 are held against their year, or nothing."""
    rows = cursor.execute(
        "SELECT subject, computed, bound, computed_as FROM claim WHERE code = '08' AND subject LIKE 'MSP en %' ORDER BY claim_id"
    ).fetchall()
    assert [row[:3] for row in rows if row[0] == "MSP en cours de constitution"] == [
        ("MSP en cours de constitution", None, None)
    ]
    assert all(computed is None or "même année" in how or "à cette date" in how for _, computed, _, how in rows)
