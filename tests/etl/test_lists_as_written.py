"""Lists as people write them: kinds of files, names and cells, each held over a family that no example exhausts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import intake
from etl.build import ROOT
from etl.formats import tables
from etl.formats.lists import RefusedRow
from etl.formats.site_types import tells
from etl.places.gazetteer import Where, tidy
from etl.source import SourceError
from etl.sources import SOURCES, local_cpts, local_structures
from tests.etl import books
from tests.etl.local import Ground, curated, gazetteer, ground
from tests.rows import rows_of

HERE = ("08", "13", "51", "69", "75", "974")
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def base():
    with curated(*HERE) as loaded:
        yield loaded


@pytest.fixture
def local(base, tmp_path):
    with ground(*base, tmp_path) as here:
        yield here


def sites(local: Ground) -> dict[str, tuple]:
    rows = local.rows("SELECT name, type, status, commune_code FROM site WHERE source_id = 'local_structures'")
    return {name: tuple(rest) for name, *rest in rows}


def outcomes(tally) -> list[tuple[str, str]]:
    return [(note.line, note.outcome) for note in tally.notes]


# -- the type that only a name tells ----------------------------------------------------------------------------------

ROWS = [["nom", "commune"], ["A", "Sedan"]]
WRITTEN = {
    "MSP": "MSP",
    "PASS": "PASS",
    "Maisons de santé pluriprofessionnelles": "MSP",
    "LHSS": "LHSS",
    "Centres de santé": "CDS",
}
AROUND = (
    "{}",
    "{} du Grand Est",
    "{} Ardennes et Marne",
    "Liste des {}",
    "{} 2026",
    "{} Ardennes",
    "{}_08_vf",
    "Recensement {} au 01.01.2026",
    "{} - dept 08",
)


@FEW
@given(st.sampled_from(sorted(WRITTEN)), st.sampled_from(AROUND), st.sampled_from(["file", "sheet", "title", "books"]))
def test_a_type_is_read_in_the_name_of_a_file_of_a_sheet_or_in_a_title(base, tmp_path_factory, words, around, place):
    text = around.format(words)
    with ground(*base, tmp_path_factory.mktemp("list")) as local:
        if place == "file":
            local.put(f"{text}.csv", "nom;commune\nA;Sedan\n")
        elif place == "sheet":
            local.put("structures.xlsx", books.excel({text[:31]: ROWS}))
        elif place == "books":
            local.put("export.ods", books.opendocument({text[:31]: ROWS, "Notes": [["Rien ici"]]}))
        else:
            local.put("structures.csv", f"{text};\n;\nnom;commune\nA;Sedan\n")
        tally = local.read(local_structures)
        if place in ("sheet", "books") and len(text) > 31:
            return  # Excel cuts the names of sheets
        assert [site[0] for site in sites(local).values()] == [WRITTEN[words]]
        note = next(one for one in tally.notes if one.name == "A")
        assert note.outcome == "compris" and f"Type {WRITTEN[words]} lu dans" in note.sentence


@pytest.mark.parametrize("name", ["PASS et MSP", "hors MSP", "ex-PASS", "Pas des MSP", "Autre", "Feuil1", "603", "124"])
def test_a_name_that_tells_no_type_or_two_or_the_contrary_tells_none(local, name):
    assert not tells(name)
    local.put("structures.xlsx", books.excel({"MSP": [["type", *ROWS[0]], ["MSP", "B", "Rethel"]], name: ROWS}))
    tally = local.read(local_structures)
    assert set(sites(local)) == {"B"} and (f"feuille « {name} »", "ambigu") in outcomes(tally)


def test_a_sheet_that_denies_the_type_of_its_file_is_not_read(local):
    local.put("MSP.xlsx", books.excel({"MSP": ROWS, "Hors MSP": [ROWS[0], ["B", "Rethel"]]}))
    local.read(local_structures)
    assert set(sites(local)) == {"A"}


def test_what_else_a_name_says_makes_its_type_a_doubt(local):
    rows = {"Ardennes": ROWS, "Cabinets de groupe": [ROWS[0], ["B", "Rethel"]]}
    local.put("MSP.xlsx", books.excel(rows))
    local.put("Candidats ESP.csv", "nom;commune\nC;Sedan\n")
    local.put("structures PASS.csv", "type;nom;commune\n;D;Sedan\nLHSS;E;Sedan\n")
    notes = {note.name: note for note in local.read(local_structures).notes if note.name}
    assert [notes[name].outcome for name in "ABCDE"] == ["compris", "ambigu", "ambigu", "ambigu", "compris"]
    assert {name: site[0] for name, site in sites(local).items()} == dict(
        zip("ABCDE", ("MSP", "MSP", "ESP", "PASS", "LHSS"), strict=True)
    )


def test_titles_between_rows_tell_the_type_and_the_status_of_those_below(local):
    lines = [["MSP"], *ROWS, ["PASS fermées"], ["B", "Rethel"], [], ["Projets de LHSS"], ROWS[0], ["C", "Givet"]]
    local.put("structures.xlsx", books.excel({"F": lines}))
    local.read(local_structures)
    assert sites(local) == {
        "A": ("MSP", "ouvert", "08409"),
        "B": ("PASS", "ferme", "08362"),
        "C": ("LHSS", "en_projet", "08190"),
    }


# -- perimeters in parts ----------------------------------------------------------------------------------------------

CPTS = "nom;statut;departement\nCPTS essai;ACI signé;08\n"


def members(local: Ground) -> list[str]:
    return [c for (c,) in local.rows("SELECT commune_code FROM cpts_commune WHERE cpts_id LIKE '%essai%' ORDER BY 1")]


@FEW
@given(
    st.dictionaries(
        st.sampled_from(["08409", "08105", "08362"]),
        st.just(["0000"]) | st.lists(st.integers(101, 112).map("{:04}".format), min_size=1, max_size=5, unique=True),
        min_size=1,
    ).map(lambda parts: [commune + part for commune, some in parts.items() for part in some]),
    st.sampled_from(["iris", "CODE_IRIS", "code_commune", "commune"]),
    st.booleans(),
)
def test_the_iris_of_a_cpts_are_united_by_commune_and_doubted(base, tmp_path_factory, iris, heading, floated):
    """A commune counts once, whatever its parts; it is sure only where it is not cut (0000)."""
    cells = [f"{code.lstrip('0')}.0" if floated and heading != "commune" else code for code in iris]
    with ground(*base, tmp_path_factory.mktemp("list")) as local:
        local.put("cpts.csv", CPTS)
        local.put("perimetres.csv", f"cpts;{heading}\n" + "".join(f"CPTS essai;{cell}\n" for cell in cells))
        tally = local.read(local_cpts)
        communes = {code[:5] for code in iris}
        assert members(local) == sorted(communes)
        doubted = {note.sentence.split("(")[1][:5] for note in tally.notes if note.outcome == "ambigu"}
        assert doubted == {code[:5] for code in iris if not code.endswith("0000")}
        assert {note.outcome for note in tally.notes if note.file == "perimetres.csv"} <= {
            "compris",
            "ambigu",
            "refuse",
        }


@pytest.mark.parametrize(
    ("heading", "cell", "count", "doubted"),
    [
        ("commune;quartier", "Sedan;Torcy\nCPTS essai;Sedan;Centre", 1, True),
        ("commune", "Sedan (partie)", 1, True),
        ("commune", "Sedan pour partie", 1, True),
        ("commune", "Sedan, Bazeilles et Givonne", 3, False),
        ("communes", "08409 | 08053", 2, False),
        ("epci", "CC du Pays Rethélois", 65, False),
        ("epci", "Communauté de communes du Pays rethélois", 65, False),
        ("intercommunalite", "200041622", 37, False),
        ("nom epci;departement", "Ardenne Métropole;08 - Ardennes", 57, False),
    ],
)
def test_a_row_may_name_a_part_several_communes_or_an_intercommunalite_by_its_name(
    local, heading, cell, count, doubted
):
    local.put("cpts.csv", CPTS)
    local.put("perimetres.csv", f"cpts;{heading}\nCPTS essai;{cell}\n")
    tally = local.read(local_cpts)
    assert len(members(local)) == count
    assert any(note.outcome == "ambigu" for note in tally.notes) == doubted
    assert not any(note.outcome == "refuse" for note in tally.notes)


@pytest.mark.parametrize("cell", ["Sedan, Nulle-Part", "Sedan et alentours", "084099999X", "999990101"])
def test_a_part_that_is_not_understood_is_refused(local, cell):
    local.put("cpts.csv", CPTS)
    local.put("perimetres.csv", f"cpts;commune;couverture\nCPTS essai;{cell};complet\nCPTS essai;Givonne;complet\n")
    local.read(local_cpts)
    assert members(local) == ["08191"]
    assert local.rows("SELECT perimeter FROM cpts WHERE cpts_id LIKE '%essai%'") == [("partiel",)]


def test_a_sheet_or_a_file_may_name_the_cpts(local):
    local.put("cpts.csv", CPTS)
    sheets = {"CPTS essai": [["commune"], ["Sedan"]], "Notes": [["À jour"]]}
    sheets["CPTS essai"] = [["commune", "code_commune"], ["Sedan", "08409"]]
    local.put("perimetres.xlsx", books.excel(sheets))
    local.put("CPTS essai communes.csv", "commune;code_commune\nGivonne;08191\n")
    local.read(local_cpts)
    assert members(local) == ["08191", "08409"]


def test_a_commune_said_to_be_of_no_cpts_loses_nothing(local):
    local.put("cpts.csv", CPTS)
    rows = "Sedan;CPTS essai;complet\nRethel;Aucune;\nVouziers;hors CPTS;\n"
    local.put("perimetres.csv", f"commune;cpts;couverture\n{rows}")
    tally = local.read(local_cpts)
    assert {note.outcome for note in tally.notes} == {"compris"}
    assert local.rows("SELECT perimeter FROM cpts WHERE cpts_id LIKE '%essai%'") == [("complet",)]


# -- places -----------------------------------------------------------------------------------------------------------

COMMUNES = [
    code for (code,) in rows_of(f"SELECT code FROM '{ROOT}/data/snapshot/communes.parquet' WHERE level = 'commune'")
]
AREAS = dict(rows_of(f"SELECT code, name FROM '{ROOT}/data/snapshot/departements.parquet'"))
BEHIND = (
    "{name}, {area}",
    "{name} ({area})",
    "{name} - {area}",
    "{name}/{area}",
    "{name} ({code})",
    "{name}, {code}",
    "{name} {code}",
)


@FEW
@given(st.data())
def test_a_département_behind_a_name_tells_it_from_its_homonyms(base, data):
    """The commune meant, or a refusal: never another one."""
    known = gazetteer(base[1])
    truth = known.communes[data.draw(st.sampled_from(COMMUNES))]
    text = data.draw(st.sampled_from(BEHIND)).format(
        name=truth.name, area=AREAS[truth.departement], code=truth.departement
    )
    try:
        stated = known.stated(tidy(Where(commune=text)))
    except RefusedRow:
        with pytest.raises(RefusedRow):  # two of that name there, or one that bore it
            known.stated(Where(commune=truth.name, departement=truth.departement))
    else:
        assert stated.commune.code == truth.code


@pytest.mark.parametrize(
    ("commune", "code"),
    [
        ("Paris XIe", "75111"),
        ("Marseille 13e arrdt", "13213"),
        ("3ème arrondissement de Lyon", "69383"),
        ("Saint-Denis, Réunion", "97411"),
        ("Saint-Denis - 974", "97411"),
        ("Sedan, Ardennes", "08409"),
        ("Sedan, France", "08409"),
        ("Ville de Sedan (08)", "08409"),
        ("Sedan [08409]", "08409"),
        ("08409 Sedan", "08409"),
        ("Châlons/Marne", "51108"),
        ("CHESNE LE, Ardennes", "08116"),
    ],
)
def test_a_place_is_read_as_it_is_written(local, commune, code):
    local.put("structures.csv", f'type;nom;commune\nPASS;A;"{commune}"\n')
    tally = local.read(local_structures)
    assert [(site[2], note.outcome) for site, note in zip(sites(local).values(), tally.notes, strict=True)] == [
        (code, "compris")
    ]


@pytest.mark.parametrize(
    ("commune", "outcome"),
    [
        ("Sedan ?", "ambigu"),
        ("Sedan, Marne", "refuse"),
        ("Lyon 10", "refuse"),
        ("Paris XXIe", "refuse"),
        ("11e arrondissement", "refuse"),
        ("Sedan / Bazeilles", "refuse"),
        ("Sedan - Torcy", "refuse"),
        ("Villars (Loire)", "compris"),
    ],
)
def test_a_place_that_is_not_sure_is_asked_about(local, commune, outcome):
    local.put("structures.csv", f"type;nom;commune\nPASS;A;{commune}\n")
    assert [note.outcome for note in local.read(local_structures).notes] == [outcome]


@pytest.mark.parametrize(
    ("departement", "outcome"),
    [
        ("Ardennes / Marne", "compris"),
        ("08, 51", "compris"),
        ("ARS 08", "compris"),
        ("DT08", "compris"),
        ("DD 08", "compris"),
        ("51 et 10", "refuse"),
        ("Grand Est", "ambigu"),
        ("08-Marne", "ambigu"),
    ],
)
def test_several_départements_or_a_delegation_may_stand_beside_a_commune(local, departement, outcome):
    local.put("structures.csv", f"type;nom;code_commune;departement\nPASS;A;08409;{departement}\n")
    assert [note.outcome for note in local.read(local_structures).notes] == [outcome]


# -- what is complete -------------------------------------------------------------------------------------------------

WHOLE = "type;nom;commune;exhaustif;departement\nPASS;A;Sedan;oui;08\n"


@pytest.mark.parametrize(
    ("name", "content", "complete"),
    [
        ("PASS 2.csv", "type;nom;commune;exhaustif\nPASS;B;Nulle-Part;oui\n", False),
        ("PASS 2.csv", "type;nom;commune;departement\nPASS;B;Nulle-Part;08\n", False),
        ("PASS 2.csv", "type;nom;commune;departement\nPASS;B;Nulle-Part;51 - Marne\n", True),
        ("PASS 2.csv", "type;nom;commune;departement\nPASS;B;Reims;08\n", False),  # contradictory: which of the two?
        ("MSP.csv", "nom;commune\nB;Nulle-Part\n", True),  # of another type
        ("divers structures.csv", "type;nom;commune\nTruc;B;Sedan\n", False),  # of a type that is not understood
        ("structures 3.xlsx", books.excel({"1": [["type", *ROWS[0]], ["MSP", "B", "Sedan"]], "2": ROWS}), False),
        ("PASS.xls", b"\xd0\xcf\x11\xe0 of another age", False),
    ],
)
def test_a_list_is_complete_only_beside_files_that_lost_nothing_of_it(local, name, content, complete):
    local.put("structures.csv", WHOLE)
    local.put(name, content)
    local.read(local_structures)
    subjects = local.rows("SELECT subject FROM staging.inventory WHERE source_id = 'local_structures'")
    assert subjects == ([("PASS",)] if complete else [])


def test_no_list_is_complete_beside_a_file_that_nobody_reads(local):
    local.put("structures.csv", WHOLE)
    local.put("cpts.csv", "nom;departement;exhaustif\nCPTS essai;08;oui\n")
    local.put("PASS du sud.docx", b"PK\x03\x04")
    unread = tuple(note.file for note in intake.unread(local.folder, SOURCES))
    assert unread == ("PASS du sud.docx",)
    local.read(local_structures, unread=unread)
    assert local.rows("SELECT subject FROM staging.inventory WHERE source_id = 'local_structures'") == []
    local.read(local_cpts, unread=unread)
    assert local.rows("SELECT DISTINCT exhaustive FROM staging.cpts WHERE source_id = 'local_cpts'") == [(False,)]


# -- texts ------------------------------------------------------------------------------------------------------------


@FEW
@given(
    st.text("abcdefghijklmnopqrstuvwxyzéèàêçôîû '-", min_size=1, max_size=30),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp850"]),
    st.sampled_from(";,\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_text_is_read_in_the_encoding_of_its_system(name, encoding, mark, end):
    """é and è tell the encodings of one byte apart; without either, none of them is sure."""
    text = end.join([mark.join(["type", "nom", "commune"]), mark.join(["MSP", f"é{name}è", "Sedan"])])
    (table,) = tables.tables(Path("structures.csv"), text.encode(encoding), len)
    assert table.cells[1][1] == f"é{name}è"


@pytest.mark.parametrize(
    "content", ["type;nom;commune\nMSP;Fini… “là” ’;Sedan\n", "type;nom;commune\nMSP;Œuvre – n°;Sedan\n"]
)
def test_signs_of_windows_alone_stay_those_of_windows(content):
    assert tables.decoded(content.encode("cp1252")) == content


def test_a_table_of_markdown_is_one(local):
    local.put("structures.txt", "| type | nom | commune |\n|---|:---|---|\n| MSP | A | Sedan |\n")
    assert [note.outcome for note in local.read(local_structures).notes] == ["compris"]


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("1 av. Foch", "1 avenue Foch", 1),
        ("1, bd de la Paix", "1 boulevard de la Paix 08200 SEDAN", 1),
        ("1 rue Foch", "2 rue Foch", 2),
        ("1 rue Foch", "1 avenue Foch", 2),
    ],
)
def test_an_address_is_the_same_whatever_its_abbreviations(local, one, other, count):
    local.put("structures.csv", f'type;nom;commune;adresse\nMSP;A;Sedan;"{one}"\nMSP;A;Sedan;"{other}"\n')
    local.read(local_structures)
    assert local.rows("SELECT count(*) FROM site WHERE source_id = 'local_structures'") == [(count,)]


def test_a_workbook_of_excel_97_is_read_and_its_hidden_sheet_named(local):
    local.put("vieux classeur.xls", (Path(__file__).parent / "excerpts" / "structures.xls").read_bytes())
    tally = local.read(local_structures)
    assert sites(local) == {
        "Maison de Sedan": ("MSP", "ouvert", "08409"),
        "Maison de Réthel": ("MSP", "ouvert", "08362"),
        "PASS du centre hospitalier": ("PASS", "ouvert", "08105"),
    }
    assert "feuille « 2019 »" in {note.line for note in tally.notes}


@pytest.mark.parametrize("cut", [600, 3000, 5000])
def test_a_broken_one_is_refused_by_name(local, cut):
    whole = (Path(__file__).parent / "excerpts" / "structures.xls").read_bytes()
    local.put("structures.xls", whole[:cut])
    with pytest.raises(SourceError, match=r"structures\.xls.*mot de passe"):
        local.read(local_structures)


@pytest.mark.parametrize(
    ("header", "row", "site"),
    [
        ("Nom de la MSP;Commune", "Maison de Sedan;Sedan", ("MSP", "ouvert", "08409")),
        ("PASS;Ville d'implantation;Statut", "Maison de Sedan;Sedan;projet", ("PASS", "en_projet", "08409")),
        ("Type;MSP;Commune", "ESP;Maison de Sedan;Sedan", ("ESP", "ouvert", "08409")),
        ("type;nom;commune", "603.0;Maison de Sedan;Sedan", ("MSP", "ouvert", "08409")),
    ],
)
def test_names_may_stand_under_the_type_they_are_of(local, header, row, site):
    local.put("liste.csv", f"{header}\n{row}\n")
    assert {note.outcome for note in local.read(local_structures).notes} == {"compris"}
    assert sites(local) == {"Maison de Sedan": site}


def test_marks_under_a_type_are_no_names(local):
    local.put("structures.csv", "Commune;MSP\nSedan;1\nRethel;x\nGivet;oui\nVouziers;MSP du centre\n")
    assert [note.outcome for note in local.read(local_structures).notes] == ["refuse"] * 3 + ["compris"]


def test_an_opening_to_come_without_a_status_is_a_doubt(local):
    local.put("structures.csv", "type;nom;commune;Date d'ouverture prévue\nMSP;A;Sedan;2090\nMSP;B;Sedan;juin 2021\n")
    assert [note.outcome for note in local.read(local_structures).notes] == ["ambigu", "compris"]


def test_titles_of_tables_side_by_side_tell_no_type(local):
    lines = [["MSP", "", "", "PASS", ""], [*ROWS[0], "", *ROWS[0]], ["A", "Sedan", "", "B", "Rethel"]]
    local.put("MSP.xlsx", books.excel({"F": lines}))
    with pytest.raises(SourceError, match="colonne absente : type"):
        local.read(local_structures)


def test_a_footnote_loses_nothing_of_a_list_whose_type_is_told_above(local):
    local.put("PASS.csv", "nom;commune;exhaustif\nA;Sedan;oui\n* dont une en projet;;\nSource : ARS;;\nTotal;1;\n")
    local.read(local_structures)
    assert local.rows("SELECT subject FROM staging.inventory WHERE source_id = 'local_structures'") == [("PASS",)]


def test_a_name_alone_is_a_row_that_is_lost(local):
    local.put("PASS.csv", "nom;commune;exhaustif\nA;Sedan;oui\nPermanence du sud;;\n")
    local.read(local_structures)
    assert local.rows("SELECT subject FROM staging.inventory WHERE source_id = 'local_structures'") == []


@pytest.mark.parametrize(
    ("row", "code", "outcome"),
    [
        ("75011;;", "75111", "ambigu"),  # it was the code of Bonneuil-sur-Marne before 1968
        (";75011;", "75111", "ambigu"),
        ("75011;Paris;", "75111", "ambigu"),
        ("69003;Lyon;", "69383", "ambigu"),
        ("75056;Paris;75011", "75111", "compris"),
        ("75056;Paris 12e;", "75112", "compris"),
        ("69003;;", "69003", "compris"),  # a commune of the Rhône
    ],
)
def test_the_postcode_of_an_arrondissement_is_no_other_commune(local, row, code, outcome):
    local.put("structures.csv", f"type;nom;code_commune;commune;code_postal\nPASS;A;{row}\n")
    tally = local.read(local_structures)
    assert [(site[2], note.outcome) for site, note in zip(sites(local).values(), tally.notes, strict=True)] == [
        (code, outcome)
    ]
