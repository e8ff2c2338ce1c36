"""The CSV of the register that was published until May 2026: the real extract, and one made with positions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from etl import build as builder
from etl import registers as register
from etl.source import SourceError
from etl.sources import finess, finess_legacy

EXTRACT = builder.ROOT.parent / "shared" / "real" / "finess" / "etalab-cs1100502-stock-20260512_extract12.csv"
MADE = (
    Path(__file__).parents[1] / "excerpts" / "finess_geolocalisation_fabrique.csv"
)  # fabriqué d'après le format publié


@pytest.fixture
def load(ground, data):
    connection, extract = ground
    (data / "local").mkdir()

    def run(*files: Path | bytes | str):
        for index, file in enumerate(files):
            path = data / "local" / f"etalab-cs110050{index}.csv"
            if isinstance(file, Path):
                shutil.copy(file, path)
            else:
                path.write_bytes(file if isinstance(file, bytes) else file.encode())
        tally = extract(finess_legacy, data=data)
        return tally, {
            row[0]: row[1:]
            for row in connection.execute(
                "SELECT finess, type, commune_code, name, address, precision, opened_on, lon, lat, citation FROM site"
            ).fetchall()
        }

    return run


def reasons(tally) -> dict[str, str]:
    return {note.line: note.reason for note in tally.notes}


@pytest.mark.real
@pytest.mark.skipif(not EXTRACT.exists(), reason="../shared/real is absent: no real FINESS extract")
def test_the_real_extract(load):
    tally, sites = load(EXTRACT)
    assert {number: row[:2] for number, row in sites.items()} == {
        "010000024": ("HOP", "01451"),
        "970300026": ("HOP", "97302"),
        "970400024": ("HOP", "97411"),
    }
    assert reasons(tally) == {"970100400": "hors des 101 départements", "980600027": "hors des 101 départements"}
    assert (tally.rows_read, tally.kept, tally.vintage) == (12, 3, "ancien fichier CSV du 12/05/2026")


def test_positions_are_read_in_the_projection_they_name(load, ground):
    tally, sites = load(MADE)
    assert sites["080000001"][:6] == (
        "MSP",
        "08090",
        "Fabrique d'Apres le Format Publie",
        "12 bis avenue des Lilas",
        "adresse",
        "2017-03-01",
    )
    assert sites["080000001"][6:8] == pytest.approx((5.168, 49.633), abs=0.02)
    assert sites["970100001"][:2] == ("LHSS", "97105") and sites["970100001"][4] == "adresse"
    assert sites["970100001"][3] == "Pointe Fabriquee" and sites["970100001"][6:8] == pytest.approx(
        (-61.73, 16.0), abs=0.02
    )
    assert sites["970100001"][8] == "FINESS, ancien fichier CSV du 12/05/2026, établissement 970100001"
    assert reasons(tally) == {"ligne 6": "colonnes manquantes", "980600001": "hors des 101 départements"}
    assert (tally.rows_read, tally.kept) == (5, 2)
    assert ground[0].execute("SELECT count(*) FROM staging.inventory").fetchone() == (0,)


def test_windows_1252_is_read_as_well(load):
    text = MADE.read_text(encoding="utf-8").replace("MSP FABRIQUEE", "MSP").replace("FABRIQUE D'APRES", "Créé d'après")
    _, sites = load(text.encode("cp1252"))
    assert sites["080000001"][2].startswith("Créé d'après")


def test_two_files_are_one_register(load):
    lines = MADE.read_text(encoding="utf-8").splitlines()
    only = [line for line in lines if not line.startswith("geolocalisation")]
    tally, sites = load("\n".join(only), "\n".join([lines[0], lines[1], *lines[-2:]]))
    assert len(sites) == 2 and {row[4] for row in sites.values()} == {"adresse"}
    assert "numéro FINESS en double" not in reasons(tally).values()


@pytest.mark.parametrize(
    ("departement", "three", "code"),
    [
        ("01", "451", "01451"),
        ("2A", "004", "2A004"),
        ("9A", "105", "97105"),
        ("9B", "209", "97209"),
        ("9C", "302", "97302"),
        ("9D", "411", "97411"),
        ("9E", "502", "97502"),
        ("9F", "611", "97611"),
        ("9J", "613", "98613"),
        ("9A", "611", "9A611"),
    ],
)
def test_codes_of_communes(departement, three, code):
    assert finess_legacy.commune(departement, three) == code


def test_the_current_file_is_not_doubled_nor_undone(load, ground):
    connection, _ = ground
    connection.execute("INSERT INTO source VALUES ('finess', 't', 'p', 'p', 'l', 'v', NULL, 'x', 1, NULL)")
    connection.execute(
        "INSERT INTO staging.site (tier, site_id, type, name, status, departement_code, commune_code, finess, citation, as_of, source_id) "
        "VALUES ('register', 'finess-080000001', 'MSP', 'Actuelle', 'ouvert', '08', '08090', '080000001', 'c', '2026-08-13', 'finess')"
    )
    _, sites = load(MADE)
    assert sites["080000001"][2] == "Actuelle" and "970100001" in sites


def test_a_national_current_file_needs_no_other(load, ground):
    connection, _ = ground
    connection.execute("INSERT INTO source VALUES ('finess', 't', 'p', 'p', 'l', 'v', NULL, 'x', 1, NULL)")
    connection.execute(
        "INSERT INTO staging.inventory (subject, departement_code, extent, source_id) VALUES ('MSP', '08', 'complet', ?)",
        [finess.SOURCE.source_id],
    )
    tally, sites = load(MADE)
    assert (tally.rows_read, tally.kept, sites) == (5, 0, {})
    assert reasons(tally)["fichier"] == "remplacé par le fichier actuel"


def test_a_national_file_lists_its_types_wholly(load, ground, monkeypatch):
    monkeypatch.setattr(register, "PUBLISHED", {"603": 2, "180": 1})
    load(MADE)
    assert ground[0].execute("SELECT DISTINCT extent, source_id FROM staging.inventory").fetchall() == [
        ("complet", "finess_legacy")
    ]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<!DOCTYPE html><html>Maintenance</html>",
        "nofinesset;rs;categetab\n080000001;MSP;603\n",
        MADE.read_text(encoding="utf-8").replace(";2026-05-12\n", "\n", 1),
        "finess;etalab;111;2026-05-12\n" + "structureet;080000001;MSP;603\n" * 9,
        MADE.read_text(encoding="utf-8").replace(";", ","),
    ],
)
def test_another_format_stops_the_source(load, content):
    with pytest.raises(SourceError, match="n'est pas l'extraction des établissements de FINESS"):
        load(content)
