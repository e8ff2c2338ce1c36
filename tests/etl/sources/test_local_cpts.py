"""CPTS and perimeters of data/local: what is known is corrected in place, what is not is added, each row is told."""

from __future__ import annotations

import json

import pytest
import shapely

from etl import intake
from etl.build import ROOT
from etl.source import SourceError
from etl.sources import local_cpts
from tests.etl import books
from tests.etl.local import curated, ground, notes_on, offenders

RETHELOIS = "cpts-08-rethelois"  # curated: « CPTS du Rethélois et alentours », aliases, no perimeter
ARTOIS_LYS = "cpts-62-artois-lys"  # curated, with a partial perimeter
HEADER = "cpts_id;cpts;code_commune;commune;code_postal;epci;couverture\n"


@pytest.fixture(scope="module")
def north():
    with curated("08", "13", "62") as base:
        yield base


@pytest.fixture
def local(north, tmp_path):
    with ground(*north, tmp_path) as here:
        yield here
        assert offenders(here.connection, lambda title: "CPTS" in title) == []


def load(local, cpts: str = "", perimeters: str = "", **changes):
    if cpts:
        local.put("cpts.csv", cpts)
    if perimeters:
        local.put("perimetres.csv", perimeters)
    return local.read(local_cpts, **changes)


def cpts(local, cpts_id: str) -> dict:
    row = local.connection.execute("SELECT * FROM cpts WHERE cpts_id = ?", [cpts_id])
    columns = [column[0] for column in row.description]
    (record,) = row.fetchall()
    return dict(zip(columns, record, strict=True))


def members(local, cpts_id: str) -> list[str]:
    return [
        code for (code,) in local.rows("SELECT commune_code FROM cpts_commune WHERE cpts_id = ? ORDER BY 1", cpts_id)
    ]


def test_a_list_as_an_ars_writes_it(local):
    before = local.rows("SELECT count(*) FROM cpts")[0][0]
    tally = load(
        local,
        "Nom CPTS;Statut;Date statut;Population;Nombre de communes;Département;Animateur\n"
        "CPTS de l'Essai;Lettre d'intention validée;06/2025;35 000;2;Ardennes;X\n",
        "CPTS;Ville;CP\nL'Essai;Givet;08600\nCPTS DE L'ESSAI;Fumay;08170\n",
    )
    assert (tally.rows_read, tally.kept) == (3, 3)
    assert {note.outcome for note in tally.notes} == {"compris"}
    assert notes_on(tally, "ligne 2", "cpts.csv").sentence == (
        "Comprise : « CPTS de l'Essai », lettre d'intention validée, périmètre complet (2 communes)."
    )
    assert (
        notes_on(tally, "ligne 2", "perimetres.csv").sentence == "Comprise : Givet (08190), CPTS « CPTS de l'Essai »."
    )
    row = cpts(local, "local-cpts-08-de-l-essai")
    assert (
        row
        | {
            "name": "CPTS de l'Essai",
            "status": "lettre_intention_validee",
            "status_date": "2025-06",
            "departement_codes": ["08"],
            "declared_population": 35000,
            "declared_communes": 2,
            "perimeter": "complet",
            "citation": "cpts.csv, ligne 2",
            "source_id": "local_cpts",
        }
        == row
    )
    assert members(local, "local-cpts-08-de-l-essai") == ["08185", "08190"]
    assert local.rows("SELECT count(*) FROM cpts")[0][0] == before + 1


@pytest.mark.parametrize(
    "name", ["CPTS du Rethélois et alentours", "CPTS Rethélois", "rethelois", "C.P.T.S. DU RETHELOIS"]
)
def test_a_cpts_known_by_any_of_its_names_is_updated_in_place(local, name):
    before = cpts(local, RETHELOIS)
    events = local.rows("SELECT * FROM cpts_event ORDER BY ALL")
    claims = local.rows("SELECT count(*) FROM claim")
    count = local.rows("SELECT count(*) FROM cpts")
    tally = load(local, f"nom;statut;statut_date;departements;population_declaree\n{name};ACI signé;12/06/2023;08;\n")
    after = cpts(local, RETHELOIS)
    assert (after["name"], after["status"], after["status_date"], after["source_id"]) == (
        name,
        "aci_signe",
        "2023-06-12",
        "local_cpts",
    )
    assert {before["name"], *before["aliases"]} <= {after["name"], *after["aliases"]}
    assert after["declared_population"] == before["declared_population"] and after["perimeter"] == before["perimeter"]
    # Its dated stage is one step more of its life; those known stay.
    steps = [row for row in local.rows("SELECT * FROM cpts_event ORDER BY ALL") if row not in events]
    assert steps == [(RETHELOIS, "aci_signe", "2023-06-12", False, None, "cpts.csv, ligne 2", "local_cpts")]
    assert len(local.rows("SELECT * FROM cpts_event")) == len(events) + 1
    assert (local.rows("SELECT count(*) FROM claim"), local.rows("SELECT count(*) FROM cpts")) == (claims, count)
    assert f"({RETHELOIS}, source cpts)" in notes_on(tally, "ligne 2").sentence


def test_a_name_is_not_taken_for_its_namesake_of_another_departement(local):
    load(local, "nom;departements\nCPTS Rethélois;62\n")
    assert cpts(local, RETHELOIS)["source_id"] == "cpts"
    assert cpts(local, "local-cpts-62-rethelois")["departement_codes"] == ["62"]


def test_a_name_that_may_be_one_already_known_is_added_and_told(local):
    tally = load(local, "nom;departements\nCPTS du Réthelais;08\n")
    note = notes_on(tally, "ligne 2")
    assert note.outcome == "ambigu" and RETHELOIS in note.sentence and "cpts_id" in note.sentence


def test_a_silent_row_keeps_the_status_and_an_identifier_is_enough(local):
    before = cpts(local, RETHELOIS)
    load(local, f"cpts_id;nom;professionnels_declares\n{RETHELOIS};Autre nom;41\n")
    after = cpts(local, RETHELOIS)
    assert (after["name"], after["status"], after["declared_professionals"]) == ("Autre nom", before["status"], 41)
    assert before["name"] in after["aliases"]


# -- perimeters -----------------------------------------------------------------------------------------------------


def test_a_perimeter_alone_replaces_the_one_that_is_known(local):
    tally = load(local, perimeters=HEADER + f"{ARTOIS_LYS};;62119;;;;complet\n{ARTOIS_LYS};;;Lillers;62190;;complet\n")
    assert members(local, ARTOIS_LYS) == ["62119", "62516"]
    row = cpts(local, ARTOIS_LYS)
    assert (row["perimeter"], row["source_id"]) == ("complet", "cpts")
    assert row["citation"].endswith(" ; périmètre : perimetres.csv")
    assert [notes_on(tally, f"ligne {line}").placed for line in (2, 3)] == ["commune", "nom"]


def test_a_perimeter_under_a_known_name_goes_to_the_row_that_renames_it(local):
    load(
        local, f"cpts_id;nom\n{RETHELOIS};Nouveau nom\n", HEADER + ";CPTS Rethélois;08362;;;;\n;Nouveau nom;08001;;;;\n"
    )
    assert members(local, RETHELOIS) == ["08001", "08362"]


def test_a_perimeter_under_an_alias_goes_to_the_row_that_is_alike(local):
    before = local.rows("SELECT count(*) FROM cpts")
    load(local, "nom;departements\nCPTS du Rethéllois;08\n", HEADER + ";CPTS Rethélois;08362;;;;\n")
    assert (cpts(local, RETHELOIS)["name"], members(local, RETHELOIS)) == ("CPTS du Rethéllois", ["08362"])
    assert local.rows("SELECT count(*) FROM cpts") == before


def test_identifiers_never_collide(local):
    tally = load(local, "cpts_id;nom;departements\nlocal-cpts-08-b;A;08\n;B;08\n")
    assert tally.kept == 2
    row = {name for (name,) in local.rows("SELECT cpts_id FROM cpts WHERE source_id = 'local_cpts'")}
    assert row == {"local-cpts-08-b", "local-cpts-08-b-bis"}


def test_a_perimeter_said_to_be_partial_adds_to_what_is_known(local):
    before = members(local, ARTOIS_LYS)
    assert before and "62119" not in before
    load(local, perimeters=HEADER + f"{ARTOIS_LYS};;62119;;;;partiel\n")
    assert members(local, ARTOIS_LYS) == sorted([*before, "62119"])
    assert cpts(local, ARTOIS_LYS)["perimeter"] == "partiel"


NEW = "nom;departements;n_communes_declare\nCPTS de l'Essai;08;{declared}\n"


@pytest.mark.parametrize(
    ("declared", "rows", "perimeter", "count"),
    [
        (2, ";L'Essai;08190;;;;\n;L'Essai;08185;;;;\n", "complet", 2),
        (3, ";L'Essai;08190;;;;\n;L'Essai;08185;;;;\n", "partiel", 2),
        ("", ";L'Essai;08190;;;;\n", "partiel", 1),
        ("", ";L'Essai;08190;;;;complet\n", "complet", 1),
        ("", ";L'Essai;08190;;;;complet\n;L'Essai;;Nulle-Part;;;complet\n", "partiel", 1),  # a lost commune
        (1, ";L'Essai;08190;;;;\n;L'Essai;;Givet;08600;;\n", "complet", 1),  # twice the same
        ("", "", "inconnu", 0),
        (19, ";L'Essai;;;;240 800 821;\n", "complet", 19),  # a whole intercommunalité
    ],
)
def test_a_perimeter_is_whole_when_it_is_said_or_counted(local, declared, rows, perimeter, count):
    load(local, NEW.format(declared=declared), HEADER + rows)
    assert cpts(local, "local-cpts-08-de-l-essai")["perimeter"] == perimeter
    assert len(members(local, "local-cpts-08-de-l-essai")) == count


MEMBERS = [["cpts", "code_commune", "couverture"], ["L'Essai", "08190", "complet"], ["L'Essai", "08185", "complet"]]


@pytest.mark.parametrize(
    ("sheets", "hidden", "perimeter"),
    [
        ({"1": MEMBERS}, [], "complet"),
        ({"1": MEMBERS, "2": MEMBERS}, ["2"], "partiel"),
        ({"1": MEMBERS, "2": MEMBERS[1:]}, [], "partiel"),
        ({"1": MEMBERS, "2": [["Note"]]}, ["2"], "complet"),
        ({"1": [*MEMBERS, ["Total", "2", None], ["Source : ARS", None, None]]}, [], "complet"),
    ],
)
def test_a_perimeter_is_whole_only_when_its_file_was_read_whole(local, sheets, hidden, perimeter):
    local.put("perimetres.xlsx", books.excel(sheets, hidden=hidden))
    load(local, NEW.format(declared=""))
    row = cpts(local, "local-cpts-08-de-l-essai")
    assert (row["perimeter"], len(members(local, row["cpts_id"]))) == (perimeter, 2)


@pytest.mark.parametrize("heading", ["com_code", "code_insee", "codgeo", "INSEE commune (COG)", "code commune"])
def test_the_headings_of_places_are_those_of_any_list(local, heading):
    rows = f'lib_cpts;{heading};com_nom\nL\'Essai;8190.0;Givet\nL\'Essai;=""08185"";\n'
    load(local, NEW.format(declared=2), rows.replace('""', '"'))
    assert members(local, "local-cpts-08-de-l-essai") == ["08185", "08190"]


def test_each_row_of_a_perimeter_gets_its_word(local):
    tally = load(
        local,
        NEW.format(declared=""),
        HEADER
        + ";L'Essai;08190;;;;\n;Personne;08190;;;;\n;;08190;;;;\n;L'Essai;08999;;;;\n;L'Essai;;;;123456789;\n"
        + ";L'Essai;13055;;;;\n;L'Essai;;Marseille;13003;;\n;L'Essai;;Givet;;;\n;L'Essai;08185;;;;peut-être\n",
    )
    outcomes = {note.line: (note.outcome, note.reason) for note in tally.notes if note.file == "perimetres.csv"}
    assert outcomes == {
        "ligne 2": ("compris", "commune membre"),
        "ligne 3": ("refuse", "CPTS inconnue"),
        "ligne 4": ("refuse", "CPTS inconnue"),
        "ligne 5": ("refuse", "commune inconnue"),
        "ligne 6": ("refuse", "intercommunalité inconnue"),
        "ligne 7": ("refuse", "ville à arrondissements"),
        "ligne 8": ("compris", "commune membre"),
        "ligne 9": ("refuse", "doublon"),
        "ligne 10": ("refuse", "couverture inconnu"),
    }
    assert members(local, "local-cpts-08-13-de-l-essai") == ["08190", "13203"]


def test_members_outside_the_departements_built_leave_a_partial_perimeter(local):
    tally = load(local, NEW.format(declared=2), HEADER + ";L'Essai;08190;;;;\n;L'Essai;;Hirson;02500;;\n")
    row = cpts(local, "local-cpts-02-08-de-l-essai")
    assert (row["perimeter"], members(local, row["cpts_id"])) == ("partiel", ["08190"])
    assert notes_on(tally, "ligne 3").outcome == "compris"


def test_a_cpts_elsewhere_is_told_and_left_out(local):
    tally = load(local, "nom;departements\nCPTS de Lille;59\n")
    assert notes_on(tally, "ligne 2").reason == "hors des départements construits" and tally.kept == 0
    assert local.rows("SELECT * FROM cpts WHERE source_id = 'local_cpts'") == []


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("CPTS X;bidule;08", "statut inconnu"),
        (";ACI signé;08", "valeur inadmissible"),
        ("CPTS X;ACI signé;", "sans lieu"),
        ("EXEMPLE à effacer : CPTS X;;08", "exemple du modèle"),
    ],
)
def test_a_row_of_cpts_that_cannot_be_used_is_refused(local, cells, reason):
    tally = load(local, f"nom;statut;departements\n{cells}\nCPTS Y;ACI signé;08\n")
    assert (notes_on(tally, "ligne 2").outcome, notes_on(tally, "ligne 2").reason) == ("refuse", reason)
    assert notes_on(tally, "ligne 3").outcome == "compris" and tally.kept == 1


def test_the_same_cpts_twice_is_kept_once(local):
    local.put("cpts_autre.csv", "nom;departements\nC.P.T.S. de l'essai;08\n")
    tally = load(local, NEW.format(declared=""))
    assert "(cpts.csv, ligne 2)" in notes_on(tally, "ligne 2", "cpts_autre.csv").sentence
    assert (tally.rows_read, tally.kept) == (2, 1)


# -- outlines -------------------------------------------------------------------------------------------------------


def outline(local, codes: list[str], **properties) -> dict:
    wkt = local.rows(
        "SELECT ST_AsText(geometry) FROM territory WHERE level = 'commune' AND code IN (SELECT unnest(?))", codes
    )
    shape = shapely.union_all([shapely.from_wkt(text) for (text,) in wkt]).buffer(-0.001)
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}


def test_an_outline_tells_its_communes(local):
    features = [
        outline(local, ["08190", "08185"], nom_cpts="CPTS de l'Essai", Gestionnaire="X"),
        outline(local, ["08190"], gestionnaire="X"),
    ]
    local.put("perimetres.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    tally = load(local, NEW.format(declared=""))
    assert members(local, "local-cpts-08-de-l-essai") == ["08185", "08190"]
    assert cpts(local, "local-cpts-08-de-l-essai")["perimeter"] == "complet"
    assert notes_on(tally, "objet 1").sentence.startswith(
        "Comprise : 2 communes d'après son contour, CPTS « CPTS de l'Essai »"
    )
    assert notes_on(tally, "objet 2").reason == "CPTS inconnue"


def strips(feature: dict, count: int) -> list[dict]:
    """A feature cut in as many bands, none of which covers half of a commune when they are many."""
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    west, south, east, north = shape.bounds
    wide = (east - west) / count
    bands = [shapely.box(west + n * wide, south, west + (n + 1) * wide, north) for n in range(count)]
    return [
        feature | {"geometry": json.loads(shapely.to_geojson(shape & band))} for band in bands if shape.intersects(band)
    ]


@pytest.mark.parametrize("name", ["perimetres.geojson", "perimetres.json", "cpts_iris.geojson"])
@pytest.mark.parametrize("count", [1, 3, 40])
def test_the_outlines_of_one_cpts_are_one_before_communes_are_counted(local, name, count):
    whole = outline(local, ["08190", "08185"], cpts="CPTS de l'Essai")
    parts = strips(whole, count)
    local.put(name, json.dumps({"type": "FeatureCollection", "features": parts}))
    tally = load(local, NEW.format(declared=""))
    assert members(local, "local-cpts-08-de-l-essai") == ["08185", "08190"]
    assert cpts(local, "local-cpts-08-de-l-essai")["perimeter"] == "complet"
    told_of = [note for note in tally.notes if note.line.startswith("objet")]
    assert len(told_of) == len(parts) and {note.outcome for note in told_of} == {"compris"}


@pytest.mark.parametrize("numbers", ["{}", "08409010{}", "iris-{}", "{{a{}-b}}"])
def test_what_numbers_the_outlines_of_a_cpts_does_not_part_them(local, numbers):
    parts = strips(outline(local, ["08190", "08185"]), 3)
    for rank, part in enumerate(parts, 1):
        part["properties"] = {"id": numbers.format(rank), "nom_cpts": "CPTS de l'Essai", "nom": f"Quartier {rank}"}
    local.put("perimetres.geojson", json.dumps({"type": "FeatureCollection", "features": parts}))
    load(local, NEW.format(declared=""))
    assert members(local, "local-cpts-08-de-l-essai") == ["08185", "08190"]


def test_two_cpts_of_one_name_are_told_apart_by_their_identifiers(local):
    named = "cpts_id;nom;departements\ncpts-nord;CPTS du Nord;08\ncpts-sud;CPTS du Nord;08\n"
    parts = [outline(local, [code], cpts_id=key, cpts="CPTS du Nord") for key, code in PAIR]
    local.put("perimetres.geojson", json.dumps({"type": "FeatureCollection", "features": parts}))
    tally = load(local, named)
    assert [note.placed for note in tally.notes if note.line.startswith("objet")] == ["coordonnees"] * 2
    assert not any("objets réunis" in note.sentence for note in tally.notes)


PAIR = (("cpts-nord", "08190"), ("cpts-sud", "08185"))


def test_a_perimeter_that_lost_one_of_its_outlines_is_not_whole(local):
    parts = strips(outline(local, ["08190", "08185"], cpts="CPTS de l'Essai"), 3)
    parts.append(parts[0] | {"geometry": None})
    local.put("perimetres.geojson", json.dumps({"type": "FeatureCollection", "features": parts}))
    tally = load(local, NEW.format(declared=""))
    assert notes_on(tally, "objet 4").outcome == "refuse"
    assert cpts(local, "local-cpts-08-de-l-essai")["perimeter"] == "partiel"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"type": "FeatureCollection", "features": []}', "<html>"])
def test_a_geojson_that_cannot_be_read_does_not_stop_the_lists(local, content):
    local.put("perimetres.geojson", content)
    tally = load(local, NEW.format(declared=""))
    assert notes_on(tally, "fichier").outcome == "refuse" and tally.kept == 1


# -- files and completeness -----------------------------------------------------------------------------------------


def test_files_are_known_by_their_names(tmp_path):
    (tmp_path / "local").mkdir()
    mine = {
        "cpts.csv",
        "CPTS_2026.xlsx",
        "cpts_communes.csv",
        "perimetres.csv",
        "Perimetre-08.geojson",
        "perimetres.xlsx",
    }
    mine |= {"cpts.txt", "liste_cpts.ods", "périmètres.csv", "perimetres.json", "cpts 08.geojson"}
    for name in mine | {"structures.csv", "~$cpts.xlsx", "notes.geojson"}:
        (tmp_path / "local" / name).touch()
    assert {path.name for path in intake.local_files(local_cpts.SOURCE, tmp_path, local_cpts.mine)} == mine


def test_a_bad_list_of_cpts_does_not_stop_the_perimeters(local):
    tally = load(local, "statut\nACI signé\n", HEADER + f"{ARTOIS_LYS};;62119;;;;complet\n")
    assert members(local, ARTOIS_LYS) == ["62119"]
    assert notes_on(tally, "fichier", "cpts.csv").outcome == "refuse"


def test_nothing_readable_is_an_error_of_the_source(local):
    with pytest.raises(SourceError, match=r"cpts\.csv »\s: Fichier refusé : colonne absente : nom"):
        load(local, "statut\nACI signé\n")


@pytest.mark.parametrize(
    ("declared", "says", "complete"), [(1, "oui", True), (2, "oui", False), (1, "non", False), (1, "", False)]
)
def test_a_departement_is_wholly_listed_when_it_is_said_and_every_perimeter_is_whole(local, declared, says, complete):
    names = [name for (name,) in local.rows("SELECT name FROM cpts WHERE list_contains(departement_codes, '08')")]
    lines = [f'"{name}";08;{declared};{says}' for name in names]
    codes = [
        code
        for (code,) in local.rows(
            "SELECT code FROM territory WHERE level = 'commune' AND departement_code = '08' ORDER BY 1"
        )
    ]
    rows = [f';"{name}";{code};;;;' for name, code in zip(names, codes, strict=False)]
    load(local, "nom;departements;n_communes_declare;exhaustif\n" + "\n".join(lines), HEADER + "\n".join(rows))
    row = local.rows(
        "SELECT extent, source_id FROM staging.inventory WHERE subject = 'CPTS' AND departement_code = '08'"
    )
    assert row == ([("complet", "local_cpts")] if complete else [])


def test_the_models_are_understood_whole(local):
    for name in ("cpts.csv", "perimetres.csv"):
        text = (ROOT / "docs" / "modeles" / name).read_text(encoding="utf-8")
        local.put(name, text.replace("EXEMPLE à effacer : ", ""))
    tally = local.read(local_cpts)
    assert {note.outcome for note in tally.notes} == {"compris"} and tally.rows_read == tally.kept == 5
    assert cpts(local, "exemple-cpts-nord")["perimeter"] == "complet"
    assert cpts(local, "exemple-cpts-deux")["perimeter"] == "partiel"
