"""Structures of data/local: every row told, one place once, the reader's word first."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from etl import intake
from etl.build import ROOT
from etl.derive import inventory
from etl.formats.lists import ListRow
from etl.network import ban
from etl.source import SourceError
from etl.sources import local_cpts, local_structures
from maillage import catalog
from tests.etl import books, resolved
from tests.etl.local import curated, ground, notes_on, offenders

COUNT = "SELECT count(*) FROM site"
CARIGNAN = ("msp-08-carignan", "MSP de Carignan")  # a curated site, without FINESS number


@pytest.fixture(scope="module")
def ardennes():
    with curated("08", "62") as base:
        yield base


@pytest.fixture
def local(ardennes, tmp_path):
    with ground(*ardennes, tmp_path) as here:
        yield here
        assert offenders(here.connection, lambda title: "structure" in title) == []


def load(local, content, name="structures.csv", **changes):
    local.put(name, content)
    return local.read(local_structures, **changes)


def site(local, name: str) -> dict:
    row = local.connection.execute("SELECT * FROM site WHERE name = ?", [name])
    columns = [column[0] for column in row.description]
    rows = row.fetchall()
    assert len(rows) == 1
    return dict(zip(columns, rows[0], strict=True))


def test_a_list_as_an_ars_writes_it(local):
    tally = load(
        local,
        "Type de structure;Nom de la structure;Ville;CP;Adresse;Nombre de places;Téléphone;N° FINESS;Longitude;Latitude;"
        "Date d’ouverture;État\r\n"
        "Permanence d’accès aux soins de santé;PASS du centre hospitalier;Charleville-Mézières;8000;45 avenue de Manchester;;"
        "03 24 58 70 70;80000615;4,73;49,75;01/03/2012;\r\n"
        "ESP;ESP de Rethel;RETHEL;08300;;;;;;;;En projet\r\n".encode("cp1252"),
    )
    assert (tally.rows_read, tally.kept) == (2, 2)
    assert [note.outcome for note in tally.notes] == ["compris"] * 3
    assert notes_on(tally, "ligne 1").sentence == "Colonnes laissées de côté : Téléphone."
    note = notes_on(tally, "ligne 2")
    assert (note.placed, note.name, note.reason) == (
        "coordonnees",
        "PASS du centre hospitalier",
        "placée par coordonnées",
    )
    assert note.sentence == (
        "Comprise : PASS « PASS du centre hospitalier », Charleville-Mézières, posée à ses coordonnées. "
        "Sans statut : comptée ouverte."
    )
    row = site(local, "PASS du centre hospitalier")
    assert (
        row
        | {
            "type": "PASS",
            "status": "ouvert",
            "departement_code": "08",
            "commune_code": "08105",
            "lon": 4.73,
            "lat": 49.75,
            "address": "45 avenue de Manchester",
            "precision": "adresse",
            "finess": "080000615",
            "opened_on": "2012-03-01",
            "places": None,
            "citation": "structures.csv, ligne 2",
            "source_id": "local_structures",
            "site_id": "local-pass-08105-pass-du-centre-hospitalier",
        }
        == row
    )
    rethel = site(local, "ESP de Rethel")
    assert (rethel["status"], rethel["precision"], rethel["commune_code"]) == ("en_projet", "commune", "08362")
    assert rethel["lon"] is not None
    assert not any("58 70 70" in str(value) for value in row.values())


def test_each_row_gets_its_word_and_none_stops_the_others(local):
    before = local.rows(COUNT)[0][0]
    tally = load(
        local,
        "type;nom;commune;code_commune;lon;lat;places;statut;departement\n"
        "XXX;A;Sedan;;;;;;\n"
        "MSP;;Sedan;;;;;;\n"
        ";B;Sedan;;;;;;\n"
        "MSP;C;Nulle-Part;;;;;;\n"
        "MSP;D;Saint-Denis;;;;;;\n"
        "MSP;E;;;;;;;08\n"
        "MSP;F;Sedan;;;;;foutu;\n"
        "MSP;G;Sedan;08105;;;;;\n"
        "MSP;H;Sedan;;;;douze;;\n"
        "MSP;I;Sedan;;2,35;48,85;;;\n"
        "PASS dentaire;J;Lille;;;;;;\n"
        "MSP;H;SEDAN;;;;;;\n",
    )
    outcomes = {note.line: (note.outcome, note.reason) for note in tally.notes}
    assert outcomes == {
        "ligne 2": ("refuse", "type inconnu"),
        "ligne 3": ("refuse", "valeur inadmissible"),
        "ligne 4": ("refuse", "valeur inadmissible"),
        "ligne 5": ("refuse", "commune inconnue"),
        "ligne 6": ("refuse", "commune ambiguë"),
        "ligne 7": ("refuse", "sans lieu"),
        "ligne 8": ("refuse", "statut inconnu"),
        "ligne 9": ("refuse", "commune contradictoire"),
        "ligne 10": ("ambigu", "placée par nom de commune"),
        "ligne 11": ("ambigu", "placée par nom de commune"),
        "ligne 12": ("compris", "hors des départements construits"),
        "ligne 13": ("refuse", "doublon"),
    }
    assert [note.line for note in tally.notes] == list(outcomes)  # in the order of the file
    assert "« H » figure déjà (ligne 10)" in notes_on(tally, "ligne 13").sentence
    assert notes_on(tally, "ligne 10").sentence.startswith(
        "À vérifier : MSP « H », Sedan, posée au point de sa commune"
    )
    assert "« douze » n'est pas un nombre" in notes_on(tally, "ligne 10").sentence
    assert "Saint-Denis (93066" in notes_on(tally, "ligne 6").sentence
    assert (tally.rows_read, tally.kept) == (12, 2)
    assert local.rows(COUNT)[0][0] == before + 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (word, kind.code)
        for kind in catalog.SITE_TYPES
        for word in (kind.code, kind.code.lower(), kind.label, kind.label.upper(), f"{kind.label} ({kind.code})")
    ]
    + [
        ("Permanences d’accès aux soins de santé", "PASS"),
        ("PASS dentaire", "PASS"),
        ("Maisons de santé", "MSP"),
        ("maison de santé pluridisciplinaire", "MSP"),
        ("LHSS mobile", "LHSS"),
    ],
)
def test_a_type_is_understood_by_its_code_or_its_name(text, code):
    assert local_structures._type(ListRow(ROOT, 2, {"type": text, "code_categorie": None}), None, [], []).code == code


@pytest.mark.parametrize("heading", ["categetab", "Code catégorie", "CAT", "categ_code"])
@pytest.mark.parametrize(
    ("label", "category", "code", "outcome"),
    [
        ("Centre Hospitalier (C.H.)", "355", "HOP", "compris"),  # words unknown: the category says it
        ("Equipe Mobile Médico-Sociale Précarité", "608", "EMMSP", "compris"),
        ("", "603", "MSP", "compris"),
        ("", "603.0", "MSP", "compris"),
        ("Centre de santé", "124", "CDS", "compris"),
        ("Centre de santé Turenne", "124", "CDS", "compris"),  # a strange word, and a category that settles it
        ("Centre de santé", "439", "CDS", "compris"),
        ("PASS", "355", "PASS", "compris"),  # no category is that of PASS: those of a hospital say where it is
        ("Maison de santé", "124", "MSP", "ambigu"),  # words and category disagree
        ("Centre de santé", "189", "CDS", "ambigu"),
        ("Centre de santé Turenne", "603", "MSP", "ambigu"),
        ("Centre de santé Turenne", "", "CDS", "ambigu"),
        ("Centre de santé sexuelle", "228", None, "refuse"),  # neither whole words nor a category of ours
        ("Etablissement d'hébergement", "500", None, "refuse"),
        ("", "500", None, "refuse"),
    ],
)
def test_the_category_of_the_register_says_what_words_do_not(local, heading, label, category, code, outcome):
    tally = load(local, f"libcategetab;{heading};nom;code_commune;finess\n{label};{category};A;08409;080001234\n")
    assert (site(local, "A")["type"] if tally.kept else None) == code
    assert [note.outcome for note in tally.notes] == [outcome]
    sentence = tally.notes[0].sentence
    if outcome == "ambigu":
        assert "À vérifier" in sentence and label in sentence and category in sentence


def test_a_state_told_beside_the_type_is_kept_and_a_denial_refused(local):
    tally = load(
        local,
        "type;nom;code_commune;statut\nMSP (projet);A;08409;\nMSP en projet;B;08409;\nMSP fermée;C;08409;\nHors MSP;D;08409;\n"
        "Pas une MSP;E;08409;\nex-PASS;F;08409;\n603 - Maison de santé;G;08409;\nMSP fermée;H;08409;ouvert\nMSP 2027;I;08409;\n",
    )
    sites = dict(local.rows("SELECT name, status FROM site WHERE source_id = 'local_structures'"))
    assert sites == {"A": "en_projet", "B": "en_projet", "C": "ferme", "G": "ouvert", "H": "ouvert", "I": "ouvert"}
    assert [note.outcome for note in tally.notes] == ["compris"] * 3 + ["refuse"] * 3 + ["compris", "ambigu", "ambigu"]
    assert "Type « MSP (projet) » lu MSP, en projet" in notes_on(tally, "ligne 2").sentence
    assert {notes_on(tally, f"ligne {line}").reason for line in (5, 6, 7)} == {"type contradictoire"}


def test_the_same_row_in_two_files_is_kept_once(local):
    local.put("structures_08.csv", "type,nom,commune\nPASS,PASS de Sedan,Sedan\n")
    tally = load(local, "type,nom,code_commune\nPASS,Pass de SEDAN,08409\n", "Structures_PASS.csv")
    refused = notes_on(tally, "ligne 2", "structures_08.csv")
    assert refused.outcome == "refuse" and "(Structures_PASS.csv, ligne 2)" in refused.sentence
    assert (tally.rows_read, tally.kept) == (2, 1)
    assert notes_on(tally, "ligne 2", "Structures_PASS.csv").outcome == "compris"


def test_a_file_without_its_columns_is_refused_and_the_others_go_on(local):
    local.put("structures_a.csv", "nom;ville\nPASS;Sedan\n")
    tally = load(local, "type;nom;ville\nPASS;PASS de Sedan;Sedan\n", "structures_b.csv")
    refused = notes_on(tally, "fichier")
    assert (refused.file, refused.outcome) == ("structures_a.csv", "refuse")
    assert (
        "colonne absente : type ou code_categorie (colonnes trouvées : nom, ville). Colonnes attendues : id, type, code_categorie, nom"
        in refused.sentence
    )
    assert tally.kept == 1


def test_files_none_of_which_can_be_read_leave_everything_as_it_was(local):
    local.put("structures.csv", "nom;ville\nPASS;Sedan\n")
    with pytest.raises(SourceError, match="colonne absente : type ou code_categorie"):
        local.read(local_structures)


def test_files_are_claimed_by_their_name_else_by_their_headings(tmp_path):
    folder = tmp_path / "local"
    folder.mkdir()
    named = [
        "structures.csv",
        "STRUCTURES 08.XLSX",
        "structures.xls",
        "structures.txt",
        "structure.csv",
        "structures.tsv",
        "structures.ods",
        "Liste structures ARS.csv",
        "PASS_2026.csv",
        "liste_msp.csv",
        "structures.geojson",
    ]
    for name in [
        *named,
        "~$structures.xlsx",
        ".structures.csv",
        "cpts.csv",
        "liste_cpts.csv",
        "etalab-cs1100502.csv",
        "périmètres.csv",
        "perimetres.json",
        "structures.pdf",
        "notes.csv",
    ]:
        (folder / name).touch()
    (folder / "export 2026.csv").write_text("Nom;Type\nA;PASS\n", encoding="utf-8")
    (folder / "membres.csv").write_text("cpts;commune\nCPTS;Sedan\n", encoding="utf-8")
    claimed = {path.name for path in intake.local_files(local_structures.SOURCE, tmp_path, local_structures.mine)}
    assert claimed == {*named, "export 2026.csv"}
    claimed = {path.name for path in intake.local_files(local_cpts.SOURCE, tmp_path, local_cpts.mine)}
    assert claimed == {"cpts.csv", "liste_cpts.csv", "périmètres.csv", "perimetres.json", "membres.csv"}


@pytest.mark.parametrize("name", ["structure.csv", "structures.tsv", "structures.txt", "PASS_2026.csv", "export.csv"])
def test_a_list_is_read_under_any_name(local, name):
    assert load(local, "type\tnom\tcommune\nPASS\tA\tSedan\n", name).kept == 1


def test_points_of_a_geojson_are_structures(local):
    point = {"type": "Point", "coordinates": [4.945, 49.702]}
    feature = {"type": "Feature", "properties": {"type": "PASS", "nom": "A"}, "geometry": point}
    tally = load(local, json.dumps({"type": "FeatureCollection", "features": [feature]}), "structures.geojson")
    assert (notes_on(tally, "objet 1").placed, site(local, "A")["commune_code"]) == ("coordonnees", "08409")


# -- what is known already ------------------------------------------------------------------------------------------


def national(local, **columns):
    """A site as a national register brings it."""
    row = {
        "site_id": "finess-080001",
        "type": "CDS",
        "name": "CENTRE DE SANTE",
        "status": "ouvert",
        "departement_code": "08",
        "commune_code": "08409",
        "address": "1 rue de Bayle",
        "lon": 4.945,
        "lat": 49.702,
        "precision": "adresse",
        "places": 4,
        "finess": "080001234",
        "note": "du registre",
        "citation": "FINESS",
        "as_of": "2026-08",
        "source_id": "structures",
    } | columns
    row = {**row, "tier": "register"}
    local.connection.execute(
        f"INSERT INTO staging.site ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
    )
    resolved.show(local.connection, "site", local.inputs)


def test_a_local_row_wins_over_the_national_one_of_its_finess_number(local):
    national(local)
    before = local.rows(COUNT)
    tally = load(
        local, "type;nom;finess;code_commune;statut;source\nCDS;Centre de santé Turenne;080001234;08409;fermé;ARS\n"
    )
    assert local.rows(COUNT) == before
    row = site(local, "Centre de santé Turenne")
    assert (
        row
        | {
            "site_id": "finess-080001",
            "status": "ferme",
            "address": "1 rue de Bayle",
            "lon": 4.945,
            "precision": "adresse",
            "places": 4,
            "note": "du registre",
            "citation": "ARS",
            "as_of": None,
            "source_id": "local_structures",
        }
        == row
    )
    assert "Remplace « CENTRE DE SANTE » (CDS, source structures)" in notes_on(tally, "ligne 2").sentence


def test_a_silent_status_keeps_the_national_one(local):
    national(local, status="ferme")
    load(local, "type;nom;finess;code_commune\nCDS;Centre;080001234;08409\n")
    assert site(local, "Centre")["status"] == "ferme"


def test_a_site_that_moved_leaves_its_address_behind(local):
    national(local)
    load(local, "type;nom;finess;code_commune\nCDS;Centre;080001234;08105\n")
    row = site(local, "Centre")
    assert (row["commune_code"], row["address"], row["precision"]) == ("08105", None, "commune")
    assert abs(row["lon"] - 4.72) < 0.02


def test_the_type_is_the_reader_s_but_a_host_s_number_is_shared(local):
    national(local)
    national(local, site_id="finess-080002", type="HOP", name="HOPITAL", finess="080005678")
    tally = load(
        local,
        "type;nom;finess;code_commune\nMSP;Maison;080001234;08409\nPASS;Pass;080005678;08409\nCEGIDD;Cegidd;080005678;08409\n",
    )
    assert site(local, "Maison")["site_id"] == "finess-080001"
    assert site(local, "HOPITAL")["type"] == "HOP"
    assert site(local, "Pass")["site_id"].startswith("local-pass")
    assert notes_on(tally, "ligne 3").outcome == "compris"  # a PASS has no number of its own
    assert notes_on(tally, "ligne 4").outcome == "ambigu"  # a CeGIDD should
    assert "aussi celui de « HOPITAL » (HOP) : les deux sont gardées" in notes_on(tally, "ligne 4").sentence


def test_a_curated_site_is_known_by_its_identifier_or_its_name(local):
    before = local.rows(COUNT)
    load(local, f"id;type;nom;code_commune;places\n{CARIGNAN[0]};MSP;Maison de santé du Luxembourg;08090;\n")
    assert site(local, "Maison de santé du Luxembourg")["site_id"] == CARIGNAN[0]
    assert local.rows(COUNT) == before


def test_a_name_in_its_commune_is_the_same_site_whatever_its_accents(local):
    before = local.rows(COUNT)
    load(local, "type;nom;commune\nMSP;M.S.P. DE CARIGNAN;Carignan\nMSP;msp de carignan;Carignan\n")
    assert site(local, "msp de carignan")["site_id"] == CARIGNAN[0]
    assert local.rows(COUNT)[0][0] == before[0][0] + 1


def test_row_numbers_are_no_identifiers(local):
    load(local, "id;type;nom;commune\n1;PASS;A;Sedan\n2;PASS;B;Sedan\n", "structures_a.csv")
    assert {row[0] for row in local.rows("SELECT site_id FROM site WHERE type = 'PASS' AND name IN ('A', 'B')")} == {
        "local-pass-08409-a",
        "local-pass-08409-b",
    }


def test_identifiers_never_collide(local):
    national(local)
    tally = load(
        local,
        "id;type;nom;commune;finess\nlocal-pass-08409-b;PASS;A;Sedan;\n;PASS;B;Sedan;\n;CDS;C;Sedan;080001234\n"
        "finess-080001;CDS;D;Sedan;\n",
    )
    assert tally.kept == 4
    sites = local.rows("SELECT name, site_id FROM site WHERE source_id = 'local_structures' ORDER BY name")
    assert sites == [
        ("A", "local-pass-08409-b"),
        ("B", "local-pass-08409-b-2"),
        ("C", "finess-080001"),
        ("D", "local-cds-08409-d"),
    ]


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
plausible = st.sampled_from(
    ["PASS", "MSP", "Sedan", "08409", "08200", "4,9", "49,7", "oui", "080001234", "2024", "douze", ""]
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(words | plausible, min_size=14, max_size=14), min_size=1, max_size=4))
@example([["", "", "Total", *[""] * 11]])
def test_whatever_the_cells_every_row_is_told(local, rows):
    """Nothing is raised, nothing is lost: a row is kept, or refused with a sentence; those that are totals have one together."""
    local.connection.execute("DELETE FROM site WHERE source_id = 'local_structures'")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(
        (
            "id",
            "type",
            "nom",
            "statut",
            "code_commune",
            "commune",
            "adresse",
            "code_postal",
            "places",
            "finess",
            "lon",
            "lat",
            "date_ouverture",
            "exhaustif",
        )
    )
    writer.writerows([["", "PASS", "Bonne", "", "08409", *[""] * 9], *rows])
    local.put("structures.csv", text.getvalue())
    local.connection.execute("DELETE FROM staging.inventory")
    local.connection.execute("DELETE FROM staging.site WHERE tier = 'local'")
    local.connection.execute("DELETE FROM source WHERE source_id = 'local_structures'")
    tally = local.read(local_structures)
    assert notes_on(tally, "ligne 2").outcome in ("compris", "refuse")
    totals = [note for note in tally.notes if note.reason == "lignes de total"]
    assert len(tally.notes) - len(totals) == tally.rows_read and len(totals) <= 1
    assert tally.kept == local.rows("SELECT count(*) FROM site WHERE source_id = 'local_structures'")[0][0]


# -- as portals export ----------------------------------------------------------------------------------------------------


def test_a_list_as_a_portal_exports_it(local):
    tally = load(
        local,
        "categ_lib;rs;com_nom;CP;geo_point_2d;Date d'ouverture;Latitude (WGS84);Longitude (WGS84);N° FINESS ET;com_code;dep\n"
        "MSP;Essai 1;Sedan;08200;49.7020,4.9400;2021-06-01T00:00:00+02:00;;;;8409.0;8.0\n"
        "MSP;Essai 2;;;49.7020, 4.9400;2021-05-31T22:00:00Z;;;;;\n"
        'MSP;Essai 3;Sedan;08200;;;49.7020;4.9400;="080000615";="08409";="08"\n'
        "MSP;Essai 4;Sedan;08200;POINT (4.94 49.702);;;;80000616.0;;08 - Ardennes\n"
        "MSP;Essai 5;Sedan;08200;quelque part;;;;;;\n",
    )
    assert [note.outcome for note in tally.notes] == ["compris"] * 4 + ["ambigu"]
    assert {note.placed for note in tally.notes[:4]} == {"coordonnees"}
    sites = local.rows("SELECT name, lon, lat, opened_on, finess FROM site WHERE name LIKE 'Essai%' ORDER BY name")
    assert sites[:4] == [
        ("Essai 1", 4.94, 49.702, "2021-06-01", None),
        ("Essai 2", 4.94, 49.702, "2021-06-01", None),
        ("Essai 3", 4.94, 49.702, None, "080000615"),
        ("Essai 4", 4.94, 49.702, None, "080000616"),
    ]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("80000615.0", "080000615"),
        ("80000615", "080000615"),
        ("FINESS 080000615", "080000615"),
        ("080 000 615", "080000615"),
        ("8.0000615E7", "080000615"),
        ("2A0000615", "2A0000615"),
        ("9D0000615", "9D0000615"),
    ],
)
def test_a_finess_number_is_read_as_programs_write_it(local, cell, number):
    load(local, f"type;nom;commune;N° FINESS ET\nMSP;A;Sedan;{cell}\n")
    assert site(local, "A")["finess"] == number


@pytest.mark.parametrize("heading", ["CP Ville", "Code postal et commune", "Ville (CP)", "CP/Commune"])
def test_a_postcode_and_a_name_in_one_column_are_read(local, heading):
    load(local, f"type;nom;{heading}\nMSP;A;08200 Sedan\n")
    assert site(local, "A")["commune_code"] == "08409"


def test_a_postcode_in_the_column_of_codes_is_a_doubt_and_no_other_commune(local):
    """08200 is the postcode of Sedan, and the code of Grivy-Loisy."""
    tally = load(local, "type;nom;code_commune;commune\nMSP;A;08200;Sedan\nMSP;B;08200;Grivy-Loisy\n")
    assert [note.outcome for note in tally.notes] == ["ambigu", "compris"]
    assert (site(local, "A")["commune_code"], site(local, "B")["commune_code"]) == ("08409", "08200")


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("MSP de Sedan (projet)", "ambigu"),
        ("MSP de Sedan - fermée en 2023", "ambigu"),
        ("MSP de Sedan, en construction", "ambigu"),
        ("MSP de Sedan (projet abandonné)", "ambigu"),
        ("MSP de Sedan (ouverte)", "compris"),
        ("MSP de Sedan (Ardennes)", "compris"),
        ("MSP des Fermes - site de Sedan", "compris"),
    ],
)
def test_a_state_that_only_the_name_tells_is_asked_about(local, name, outcome):
    tally = load(local, f'type;nom;commune\nMSP;"{name}";Sedan\n')
    assert notes_on(tally, "ligne 2").outcome == outcome
    assert ("son nom dit" in notes_on(tally, "ligne 2").sentence.lower()) == (outcome == "ambigu")


def test_a_doubt_is_told_of_a_row_that_is_not_built_too(local):
    tally = load(local, "type;nom;commune;code_postal\nPASS;A;AJACCIO CEDEX;20303\nPASS;B;Ajaccio;20000\n")
    assert [note.outcome for note in tally.notes] == ["ambigu", "compris"]
    assert {note.reason for note in tally.notes} == {"hors des départements construits"}
    assert "bureau distributeur" in tally.notes[0].sentence


# -- once each ----------------------------------------------------------------------------------------------------------

TWICE = [
    ("A;080000001;1 rue X", "A;080000002;1 rue X", 2),  # two numbers
    ("A;;1 rue X", "A;;2 rue Y", 2),  # two addresses
    ("A;080000001;", "A;;2 rue Y", 1),
    ("A;080000001;1 rue X", "A;080000001;2 rue Y", 1),  # one number
    ("A;080000001;", "B;080000001;", 1),
    ("A;;1 rue X", "A;;1, RUE X", 1),
    ("A;;", "A;;", 1),
    ("A;;1 rue X", "A;;", 1),
]


@pytest.mark.parametrize(("one", "other", "sites"), TWICE)
def test_two_rows_of_one_name_are_two_sites_when_a_number_or_an_address_tells_them_apart(local, one, other, sites):
    before = local.rows(COUNT)[0][0]
    tally = load(local, f"type;nom;finess;adresse;code_commune\nMSP;{one};08409\nMSP;{other};08409\n")
    assert local.rows(COUNT)[0][0] == before + sites
    assert [note.reason for note in tally.notes].count("doublon") == 2 - sites


def test_two_points_far_apart_are_two_sites(local):
    head = "type;nom;lon;lat\n"
    assert load(local, f"{head}MSP;A;4,940;49,702\nMSP;A;4,950;49,702\nMSP;A;4,9501;49,702\n").kept >= 2
    assert local.rows("SELECT count(*) FROM site WHERE name = 'A'") == [(2,)]


def test_a_known_site_of_another_number_is_not_the_same(local):
    national(local, name="Centre X")
    load(local, "type;nom;finess;code_commune\nCDS;Centre X;080009999;08409\nCDS;Centre X;080001234;08409\n")
    sites = dict(local.rows("SELECT finess, site_id FROM site WHERE name = 'Centre X'"))
    assert sites["080001234"] == "finess-080001" and len(sites) == 2


# -- completeness ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "complete"),
    [
        ("PASS;A;Sedan;oui\nPASS;B;Rethel;x\n", True),
        ("PASS;A;Sedan;oui\nPASS;B;Rethel;\n", False),
        ("PASS;A;Sedan;oui\nPASS;B;Rethel;non\n", False),
        ("PASS;A;Sedan;oui\nPASS;B;Nulle-Part;oui\n", False),  # a lost row: the list is whole, the map is not
        ("PASS;A;Sedan;oui\nPASS;A;Sedan;oui\n", True),  # twice the same
        ("PASS;A;Sedan;oui\nMSP;B;Rethel;\n", True),
        ("Ardennes;;;\nPASS;A;Sedan;oui\nTotal;1;;\nSource : ARS;;;\n", True),  # what is no row loses none
        ("PASS;A;Sedan;oui\n;B;;\n", False),
    ],
)
def test_a_list_is_complete_when_it_says_so_and_lost_no_row(local, content, complete):
    load(local, "type;nom;commune;exhaustif\n" + content)
    inventory = local.rows(
        "SELECT extent, source_id FROM staging.inventory WHERE subject = 'PASS' AND departement_code = '08'"
    )
    assert inventory == ([("complet", "local_structures")] if complete else [])


WHOLE = [["type", "nom", "commune", "exhaustif"], ["PASS", "A", "Sedan", "oui"]]
ANNEX = [["type", "nom", "commune", "exhaustif"], ["PASS", "B", "Rethel", "oui"], ["PASS", "C", "Givet", "oui"]]


@pytest.mark.parametrize(
    ("second", "hidden", "kept", "complete"),
    [
        (ANNEX, [], 3, True),
        (ANNEX, ["2"], 1, False),
        (ANNEX[1:], [], 1, False),
        ([["Note"]], [], 1, True),
        ([["Note"]], ["2"], 1, True),
    ],
)
def test_a_list_is_complete_only_when_each_of_its_sheets_was_read(local, second, hidden, kept, complete):
    tally = load(local, books.excel({"1": WHOLE, "2": second}, hidden=hidden), "structures.xlsx")
    assert tally.kept == kept
    inventory = local.rows("SELECT extent FROM staging.inventory WHERE subject = 'PASS' AND departement_code = '08'")
    assert inventory == ([("complet",)] if complete else [])
    assert {note.line for note in tally.notes} >= {"feuille « 1 », ligne 2"}


def test_a_national_list_that_is_complete_stays_so(local):
    local.connection.execute(
        "INSERT INTO staging.inventory (subject, departement_code, extent, source_id) "
        "VALUES ('LHSS', '08', 'complet', 'structures'), ('PASS', '08', 'partiel', 'structures')"
    )
    load(local, "type;nom;commune;exhaustif\nPASS;A;Sedan;oui\nLHSS;B;Sedan;oui\n")
    inventory.run(local.connection)
    extents = local.rows(
        "SELECT subject, extent, source_id FROM inventory "
        "WHERE departement_code = '08' AND subject IN ('LHSS', 'PASS') ORDER BY 1"
    )
    assert extents == [("LHSS", "complet", "structures"), ("PASS", "complet", "local_structures")]


# -- addresses ------------------------------------------------------------------------------------------------------


def test_addresses_are_asked_when_there_is_a_network_and_remembered_without(local, monkeypatch):
    def answered(http, url, batch, settings):
        return {question.key: [4.9451, 49.7029, 0.87, "08409", "housenumber"] for question in batch}

    monkeypatch.setattr(ban, "_ask", answered)
    content = "type;nom;commune;code_postal;adresse\nPASS;PASS de Sedan;Sedan;08200;2 avenue Margueritte\n"
    tally = load(local, content, offline=False)
    sentence = (
        "Comprise : PASS « PASS de Sedan », Sedan, posée à l'adresse (score 0,87). Sans statut : comptée ouverte."
    )
    assert (notes_on(tally, "ligne 2").sentence, notes_on(tally, "ligne 2").placed) == (sentence, "adresse")
    assert site(local, "PASS de Sedan")["precision"] == "adresse"
    monkeypatch.undo()
    local.connection.execute("DELETE FROM staging.site WHERE source_id = 'local_structures'")
    inputs = replace(local.inputs, data=local.folder, offline=True)
    again = resolved.load(local.connection, local_structures, inputs)
    assert notes_on(again, "ligne 2").sentence == sentence


def test_an_outage_of_the_geocoding_is_one_note(local, monkeypatch):
    monkeypatch.setattr(ban, "ask", lambda *_, **__: ({}, "Base adresse nationale : le serveur répond 500."))
    tally = load(local, "type;nom;commune;adresse\nPASS;A;Sedan;1 rue X\nPASS;B;Sedan;2 rue X\n", offline=False)
    assert notes_on(tally, "adresses").sentence == "Base adresse nationale : le serveur répond 500."
    assert tally.kept == 2 and all(note.outcome == "compris" for note in tally.notes if note.line != "adresses")


def test_evil_names_are_text(local):
    evil = "<script>alert(1)</script>'; DROP TABLE site; --"
    load(local, f'type;nom;commune\nPASS;"{evil}";Sedan\n')
    assert site(local, evil)["type"] == "PASS"


MODEL = ROOT / "docs" / "modeles" / "structures.csv"


def test_the_examples_of_the_model_are_nobody_s(local):
    tally = load(local, MODEL.read_bytes())
    assert (tally.rows_read, tally.kept, {note.reason for note in tally.notes}) == (2, 0, {"exemple du modèle"})


def test_the_model_is_understood_whole(local):
    tally = load(local, MODEL.read_text(encoding="utf-8").replace("EXEMPLE à effacer : ", ""))
    assert (tally.rows_read, tally.kept, {note.outcome for note in tally.notes}) == (2, 2, {"compris"})
    assert {note.placed for note in tally.notes} == {"coordonnees", "nom"}
