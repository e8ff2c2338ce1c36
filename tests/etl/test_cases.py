"""Kinds of files that were once lost, misread or guessed: what each must give, on a file made here and on the one of the report.

The reports' own files stand in ../shared/cases, where it is at hand; each test has a file of the same kind besides.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from etl.build import ROOT
from etl.places.gazetteer import OFFICE
from etl.sources import local_cpts, local_structures
from maillage.methods import pasting
from maillage.screen.frame import MENU
from tests.etl import books
from tests.etl.local import Ground, curated, gazetteer, ground
from tests.rows import rows_of

CASES = ROOT.parent / "shared" / "cases"
HERE = ("08", "10", "14", "2A", "2B", "51", "53", "57", "58", "69", "83", "91", "971", "972", "974")


def both(own, folder: str, name: str = "structures.csv") -> pytest.MarkDecorator:
    """Run a test on content of its own, and on the file of the report when there is one."""
    path = CASES / folder / name
    missing = pytest.mark.skipif(not path.exists(), reason="../shared/cases is absent")
    return pytest.mark.parametrize(
        "content", [pytest.param(own, id="made"), pytest.param(path, id=name, marks=missing)]
    )


@pytest.fixture(scope="module")
def base():
    with curated(*HERE) as loaded:
        yield loaded


@pytest.fixture
def local(base, tmp_path):
    with ground(*base, tmp_path) as here:
        yield here


def put(local: Ground, content: str | bytes | Path, name: str = "structures.csv") -> None:
    local.put(name, content.read_bytes() if isinstance(content, Path) else content)


def sites(local: Ground) -> dict[str, tuple]:
    rows = local.rows(
        "SELECT name, type, status, commune_code, lon, lat, finess, opened_on FROM site WHERE source_id = 'local_structures' "
        "ORDER BY name"
    )
    return {name: tuple(rest) for name, *rest in rows}


def outcomes(tally) -> list[tuple[str, str]]:
    return [(note.line, note.outcome) for note in tally.notes]


HEAD = ["type", "nom", "commune", "exhaustif"]
REGION = books.excel(
    {
        "08 Ardennes": [HEAD, ["MSP", "A", "Sedan", ""]],
        "51 Marne": [["Marne"], HEAD, ["MSP", "B", "Reims", ""], ["MSP", "C", "Fismes", ""]],
        "10 Aube": [HEAD, ["MSP", "D", "Troyes", ""]],
    }
)
WHOLE = {"nord": [HEAD, ["PASS", "A", "Sedan", "oui"]], "sud": [HEAD, ["PASS", "B", "Rethel", "oui"]]}
WHOLE["sud"] += [["PASS", "C", "Vouziers", "oui"]]


@both(REGION, "01_classeur_plusieurs_feuilles", "structures_region.xlsx")
def test_every_sheet_of_a_workbook_is_read(local, content):
    put(local, content, "structures.xlsx")
    tally = local.read(local_structures)
    assert (tally.rows_read, tally.kept, {note.outcome for note in tally.notes}) == (4, 4, {"compris"})
    titles = ("08 Ardennes", "51 Marne", "10 Aube")
    assert {note.line.split(" », ")[0] for note in tally.notes} == {f"feuille « {title}" for title in titles}


@both(books.excel(WHOLE), "01_classeur_plusieurs_feuilles", "structures_exhaustif.xlsx")
def test_a_list_is_complete_once_all_its_sheets_are_read(local, content):
    put(local, content, "structures.xlsx")
    assert local.read(local_structures).kept == 3
    assert local.rows(
        "SELECT subject, departement_code, extent FROM staging.inventory WHERE source_id = 'local_structures'"
    ) == [("PASS", "08", "complet")]


HIDDEN = books.excel(
    {"2019 archive": [HEAD, ["MSP", "X", "Givet", ""]], "Liste 2026": [HEAD, ["MSP", "A", "Sedan", ""]]},
    hidden=["2019 archive"],
)


@both(HIDDEN, "02_feuille_masquee", "structures_cachee.xlsx")
def test_a_hidden_sheet_is_left_aside_and_named(local, content):
    put(local, content, "structures.xlsx")
    tally = local.read(local_structures)
    assert outcomes(tally) == [("feuille « 2019 archive »", "ambigu"), ("feuille « Liste 2026 », ligne 2", "compris")]
    assert [code for _, _, code, *_ in sites(local).values()] == ["08409"]


WRITTEN = ("08 - Ardennes", "Ardennes (08)", "D08", "008", "08-ARDENNES", "FR-08", "8.0", "Dpt des Ardennes")
DEPARTEMENTS = "type;nom;commune;code_postal;departement\n" + "".join(
    f"PASS;{n};{commune};{postcode};{written}\n"
    for n, (commune, postcode, written) in enumerate(
        [
            *(("Sedan", "08200", written) for written in WRITTEN),
            ("Lyon", "69003", "69M"),
            ("Bastia", "20200", "20"),
            ("Bastia", "20200", "202"),
            ("Ajaccio", "20000", "201"),
        ]
    )
)


@both(DEPARTEMENTS, "03_departement_code_et_nom")
def test_a_departement_is_understood_by_code_or_name_or_both(local, content):
    put(local, content)
    tally = local.read(local_structures)
    assert tally.kept == tally.rows_read >= 5 and {note.outcome for note in tally.notes} == {"compris"}


def test_a_departement_that_is_not_understood_is_a_doubt_and_another_one_a_refusal(local):
    put(local, "type;nom;commune;code_commune;departement\nPASS;A;Sedan;;Nord-Est\nPASS;B;Sedan;08409;51 - Marne\n")
    assert outcomes(local.read(local_structures)) == [("ligne 2", "ambigu"), ("ligne 3", "refuse")]


OVERSEAS = (
    "Type;Raison sociale;Code INSEE;dep;CP;Ville\nPASS;A;9D411;9D;97400;ST DENIS\nPASS;B;9A105;9A;97100;BASSE TERRE\n"
    "PASS;C;9B209;;;\nPASS;D;9d415 - Saint-Paul;9D;;\n"
)


@both(OVERSEAS, "04_outre_mer_code_finess")
def test_overseas_codes_of_the_register_are_read(local, content):
    put(local, content)
    tally = local.read(local_structures)
    assert tally.kept == tally.rows_read and {note.outcome for note in tally.notes} == {"compris"}
    assert {code for _, _, code, *_ in sites(local).values()} >= {"97411", "97105", "97209"}


def test_a_place_is_read_whatever_is_written_around_its_code(local):
    codes = ("08409 - Sedan", "Sedan (08409)", "FR08409", "COM-08409", '="08409"', "8409.0", "'08409", "08 409")
    rows = "".join(f"PASS;{n};{code.replace(chr(34), chr(34) * 2)}\n" for n, code in enumerate(codes))
    put(local, f"type;nom;code_commune\n{rows}")
    local.read(local_structures)
    assert [code for _, _, code, *_ in sites(local).values()] == ["08409"] * len(codes)


TYPES = "type;nom;code_commune\nMSP (projet);1;08409\nMSP en projet;2;08409\nMSP fermée;3;08409\nHors MSP;4;08409\nPas une MSP;5;08409\n"


@both(TYPES, "06_type_projet_ou_ferme")
def test_a_state_beside_the_type_is_read_and_a_denial_refused(local, content):
    put(local, content)
    tally = local.read(local_structures)
    assert [status for _, status, *_ in sites(local).values()] == ["en_projet", "en_projet", "ferme"]
    assert outcomes(tally)[3:] == [("ligne 5", "refuse"), ("ligne 6", "refuse")]


@pytest.fixture(scope="module")
def directory(base) -> pasting.Directory:
    """The communes of France, and the names that they or their parts had."""
    communes = gazetteer(base[1]).communes.items()
    names = rows_of(f"SELECT name, code, until FROM '{ROOT}/data/snapshot/commune_names.parquet'")
    candidates = {code: pasting.Candidate(code, commune.name, commune.departement, 0) for code, commune in communes}
    return pasting.Directory(candidates, {}, {}, {}, names)


@both("Évry\nVire\nRocquencourt\nRouelles\nBelleville\n", "07_ancienne_commune_prise_pour_une_autre", "paste.txt")
@pytest.mark.parametrize("near", ["78", "91", "14"])
def test_a_name_that_was_is_never_another_commune_elsewhere(directory, content, near):
    text = content.read_text(encoding="utf-8") if isinstance(content, Path) else content
    pasted_communes = pasting.read(text, directory, {near})
    here = {"78": "78158", "91": "91228", "14": "14762"}[near]
    assert pasted_communes.codes == (here,) and len(pasted_communes.questions) == 4
    assert all(len(question.candidates) > 1 for question in pasted_communes.questions)


OFFICES = (
    "type;nom;code_commune;commune;code_postal\nPASS;1;;AJACCIO CEDEX;20303\nPASS;2;;PORTO VECCHIO CEDEX;20538\n"
    "PASS;3;;LE PORT CEDEX;97829\nPASS;4;;COSNE COURS SUR LOIRE CEDE;58206\nPASS;5;;CHATEAU GONTIER SUR MAYENN;53200\n"
    "PASS;6;83062;TOULON CEDEX 9;83041\nPASS;7;57351;METZ CEDEX 03;57073\n"
)


@both(OFFICES, "09_cedex")
def test_a_sorting_office_is_a_doubt_and_contradicts_no_code(local, content):
    put(local, content)
    tally = local.read(local_structures)
    assert [code for _, _, code, *_ in sites(local).values()] == [
        "2A004",
        "2A247",
        "97407",
        "58086",
        "53062",
        "83062",
        "57351",
    ]
    assert [note.outcome for note in tally.notes] == ["ambigu"] * 4 + ["compris"] * 3
    assert all(OFFICE[1:] in note.sentence for note in tally.notes[:4])


def strips(edges: tuple[float, ...]) -> str:
    """One CPTS over Sedan and its neighbours, drawn in as many features as there are strips."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"nom_cpts": "CPTS essai", "iris": rank},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [[[w, 49.6725], [e, 49.6725], [e, 49.7263], [w, 49.7263], [w, 49.6725]]],
                    },
                }
                for rank, (w, e) in enumerate(pairwise(edges), 1)
            ],
        }
    )


IRIS = strips((4.8772, 4.8970, 4.9170, 4.9370, 4.9570, 4.9765))


@both(IRIS, "11_perimetre_en_plusieurs_contours", "perimetres.geojson")
def test_outlines_of_one_cpts_are_united_before_communes_are_counted(local, content):
    put(local, "nom;statut\nCPTS essai;ACI signé\n", "cpts.csv")
    put(local, content, "perimetres.geojson")
    local.read(local_cpts)
    members = {code for (code,) in local.rows("SELECT commune_code FROM cpts_commune WHERE cpts_id LIKE '%essai%'")}
    assert "08409" in members and len(members) == 5


def test_parts_of_an_intercommunalite_listed_row_by_row_are_one_perimeter(local):
    put(local, "nom;statut;departement\nCPTS essai;ACI signé;08 - Ardennes\n", "cpts.csv")
    rows = "CPTS essai;8409.0;;\nCPTS essai;;08105 - Charleville-Mézières;\nCPTS essai;;;200 041 622\n"
    put(local, f"cpts_nom;com_code;com_nom;siren\n{rows}", "périmètres.csv")
    tally = local.read(local_cpts)
    assert [note for note in tally.notes if note.outcome == "refuse"] == []
    assert local.rows("SELECT count(*) > 30 FROM cpts_commune WHERE cpts_id LIKE '%essai%'") == [(True,)]


def test_no_link_of_the_menu_reopens_the_page_one_stands_on():
    """Case 12: Streamlit writes the address of its main script as "" + query."""
    assert all(page.startswith("pages/") and (ROOT / page).exists() for page, *_ in MENU)


PORTAL = (
    "Type;Nom;Commune;CP;geo_point_2d;Date d'ouverture;Latitude (WGS84);Longitude (WGS84);N° FINESS ET\n"
    "MSP;1;Sedan;08200;49.7020,4.9400;2021-06-01T00:00:00+02:00;;;\nMSP;2;;;49.7020, 4.9400;;;;\n"
    "MSP;3;Sedan;08200;;;49.7020;4.9400;080000615\n"
)


@both(PORTAL, "13_export_opendatasoft")
def test_columns_of_portals_are_read(local, content):
    put(local, content)
    tally = local.read(local_structures)
    assert [(note.outcome, note.placed) for note in tally.notes] == [("compris", "coordonnees")] * 3
    rows = list(sites(local).values())
    assert [row[2:5] for row in rows] == [("08409", 4.94, 49.702)] * 3
    assert (rows[0][6], rows[2][5]) == ("2021-06-01", "080000615")
