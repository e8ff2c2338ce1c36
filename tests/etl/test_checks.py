"""Every check of checks.sql finds its offender when the database is damaged on purpose."""

from __future__ import annotations

import shutil

import duckdb
import pytest

from etl import build as builder

COMMUNE = "level = 'commune' AND code = '08105'"
DAMAGE = {
    "Un territoire sans habitants connus": f"UPDATE territory SET population = NULL WHERE {COMMUNE}",
    "Une commune sans contour, sans surface ou sans point": f"UPDATE territory SET geometry = NULL WHERE {COMMUNE}",
    "Un rattachement inconnu": f"UPDATE territory SET epci_code = '0' WHERE {COMMUNE}",
    "Un niveau dont la population n'est pas la somme de ses communes": "UPDATE territory SET population = population + 1 "
    "WHERE level = 'departement' AND code = '08'",
    "Un niveau dont la surface n'est pas celle de ses communes, à 0,1 % près": "UPDATE territory "
    "SET area_km2 = area_km2 * 1.002 WHERE level = 'departement' AND code = '08'",
    "Une population d'une commune inconnue": "INSERT INTO population_history VALUES ('99999', 2023, 1)",
    "Une population qui diffère de l'historique à la même année": "UPDATE population_history "
    "SET population = population + 1 WHERE code = '08105' AND year = 2023",
    "Un ancien code qui mène à une commune inconnue": "INSERT INTO commune_change VALUES ('99998', '99999', 2020)",
    "Deux voisines dont l'une est inconnue": "INSERT INTO adjacency VALUES ('08105', '99999', 1)",
    "Une structure dans une commune inconnue, ou d'un autre département": "UPDATE site SET commune_code = '62041' "
    "WHERE site_id = 'msp-08-carignan'",
    "Une structure avec une commune et sans position": "UPDATE site SET lon = NULL, lat = NULL, precision = NULL "
    "WHERE site_id = 'msp-08-carignan'",
    "Une structure placée à plus de 50 km de sa commune": "UPDATE site SET lon = lon + 1 WHERE site_id = 'msp-08-carignan'",
    "Une structure que sa propre source ne recense pas, ou qu'une source inconnue recense": "UPDATE site SET seen_in = ['nulle'] "
    "WHERE site_id = 'msp-08-renwez'",
    "Un recensement dont la part n'est pas celle de ses deux nombres": "UPDATE inventory SET share = 0.5 "
    "WHERE subject = 'MSP' AND departement_code = '08'",
    "Une commune membre de CPTS inconnue, ou une ville à arrondissements prise entière": "INSERT INTO cpts_commune "
    "VALUES ('paca-actes-sante', '13055')",
    "Une CPTS dont le périmètre annoncé et les communes se contredisent": "UPDATE cpts SET perimeter = 'complet' "
    "WHERE cpts_id = 'cpts-08-rethelois'",
    "Un chiffre sur un territoire inconnu": "UPDATE indicator_value SET code = '99' "
    "WHERE indicator = 'taux_pauvrete' AND level = 'departement' AND code = '08'",
    "Des décès dont deux tranches d'âge se chevauchent": "INSERT INTO event_by_age SELECT '08', 2023, 'deces', 'all', "
    "unnest([0, 4]), 5, 1, false, 'geographie'",
    "Un intervalle qui ne contient pas sa valeur": "UPDATE indicator_value SET low = value + 1 "
    "WHERE indicator = 'taux_pauvrete' AND level = 'departement' AND code = '08'",
    "Une part hors de 0 à 100": "UPDATE indicator_value SET value = 100.1 "
    "WHERE indicator = 'taux_pauvrete' AND level = 'departement' AND code = '08'",
    "Un chiffre négatif qui ne peut l'être": "UPDATE indicator_value SET value = -1 "
    "WHERE indicator = 'msp_nombre' AND level = 'departement' AND code = '08' AND year = 2023",
    "Des limites de classes qui ne croissent pas": "UPDATE indicator_scale SET breaks = [2, 1] WHERE indicator = 'densite'",
    "Un accès vers un site fermé, non placé ou d'un autre type": "UPDATE access SET site_type = 'DAC' "
    "WHERE commune_code = '08105' AND site_type = 'MSP'",
    "Une source dont on ne sait ni l'empreinte ni les lignes": "UPDATE source SET sha256 = NULL WHERE source_id = 'geographie'",
    "Une construction qui n'est pas seule": "INSERT INTO build SELECT 'other', * EXCLUDE (version) FROM build",
}


@pytest.fixture(scope="module")
def damaged(partial, tmp_path_factory):
    path = tmp_path_factory.mktemp("damaged") / "maillage.duckdb"
    shutil.copy(partial.database, path)
    with duckdb.connect(str(path)) as connection:
        yield connection


def test_checks_are_all_read_from_their_file():
    text = (builder.HERE / "checks.sql").read_text(encoding="utf-8")
    queries = [line for line in text.splitlines() if line.rstrip().endswith(";")]
    assert len(builder.checks()) == len(queries)


def test_a_sound_database_passes(damaged):
    assert builder.check(damaged) == []


@pytest.mark.parametrize("title", [title for title, _ in builder.checks()])
def test_a_check_finds_its_offender(damaged, title):
    assert title in DAMAGE, "give this check a damage that it must see"
    damaged.execute("BEGIN")
    try:
        damaged.execute(DAMAGE[title])
        offenders = builder.check(damaged)
    finally:
        damaged.execute("ROLLBACK")
    assert [sentence for sentence in offenders if sentence.startswith(f"{title} : ")], offenders


def test_no_damage_is_kept_for_a_check_that_is_gone():
    assert set(DAMAGE) == {title for title, _ in builder.checks()}
