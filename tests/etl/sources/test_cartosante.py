"""CartoSanté exports: the layout is that of the real one, the fabricated rows are not."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from etl import intake
from etl.source import SourceError
from etl.sources import cartosante
from tests.etl.published import REAL, france, loading, methods, values

SAMPLE = REAL / "cartosante" / "cartosante_zonage_infirmiers_communes.csv"
BANNER = "CartoSanté; ; "
PLACES = "Référentiel géographique : France par commune et arrondissement mun.; ; "
ROWS = [
    "08409;Sedan;4_Tres_dotee",
    "08105;Charleville-Mézières;1_Tres_sous_dotee",
    "75101;Paris 1er Arrondissement;5_Sur_dotee",
]


@pytest.fixture(scope="module")
def place():
    with france("08", "75") as opened:
        yield opened


@pytest.fixture
def data(tmp_path) -> Path:
    """A data/ where somebody may put exports; everything in it was written on 2026-03-01."""
    (tmp_path / "local").mkdir()
    return tmp_path


@pytest.fixture
def put(data):
    def write(
        *rows: str, name="export.csv", banner=BANNER, places=PLACES, columns="Zonage infirmiers", encoding="utf-8-sig"
    ):
        path = data / "local" / name
        path.write_text("\r\n".join([banner, places, f"Code;Libellé;{columns}", *rows]), encoding=encoding)
        os.utime(path, (when := datetime(2026, 3, 1).timestamp(), when))
        return path

    return write


@pytest.fixture
def load(place, data):
    with loading(place) as loader:
        yield lambda: loader(cartosante, data=data)


def test_a_category_is_known_by_its_words(place, load, put):
    connection, _ = place
    put(*ROWS)
    tally = load()
    assert (tally.rows_read, tally.kept) == (3, 3)
    assert values(connection, "zonage_infirmiers", "commune", 2026) == {"08409": 4, "08105": 1}
    assert values(connection, "zonage_infirmiers", "arrondissement_municipal", 2026) == {"75101": 5}
    assert "année du fichier" in methods(connection, "zonage_infirmiers", "commune")["08409"]
    assert [(note.outcome, note.line) for note in tally.notes] == [("compris", "colonne « Zonage infirmiers »")]


def test_what_is_not_available_is_missing(place, load, put):
    connection, _ = place
    put(*ROWS, "08081;Bogny-sur-Meuse;N/A - résultat non disponible")
    load()
    zones = values(connection, "zonage_infirmiers", "commune")
    assert zones["08081"] is None and len(zones) == 3


def test_several_columns_and_one_that_nobody_knows(place, load, put):
    connection, _ = place
    columns = "Zonage sages-femmes;Zonage chirurgiens-dentistes;Zonage masseurs-kinésithérapeutes;Zonage pharmaciens"
    put("08409;Sedan;3_intermediaire;5b_Non_prioritaire;2_Sous_dotee;1_ZIP", columns=columns)
    tally = load()
    assert values(connection, "zonage_sages_femmes", "commune") == {"08409": 3}
    assert values(connection, "zonage_dentistes", "commune") == {"08409": 6}
    assert values(connection, "zonage_kines", "commune") == {"08409": 2}
    (aside,) = [note for note in tally.notes if note.outcome == "refuse"]
    assert "« Zonage pharmaciens » est laissée de côté" in aside.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_spreadsheet_may_have_saved_it_again(place, load, put, encoding):
    connection, _ = place
    put("8409;Sedan;4_Très_dotée", encoding=encoding)  # and lost the zero of the code
    load()
    assert values(connection, "zonage_infirmiers", "commune") == {"08409": 4}


def test_communes_since_reunited_keep_the_category_that_their_parts_shared(place, load, put):
    connection, _ = place
    put(
        "08439;Tannay;2_Sous_dotee",
        "08300;Le Mont-Dieu;2_Sous_dotee",
        "08081;Bogny-sur-Meuse;2_Sous_dotee",
        "08108;Une part;3_intermediaire",
    )
    tally = load()
    assert values(connection, "zonage_infirmiers", "commune") == {"08439": 2}
    assert [note.reason for note in tally.notes if note.outcome == "refuse"] == ["communes réunies"]


@pytest.mark.parametrize(
    ("rows", "options", "sentence"),
    [
        (
            ["08409;Sedan;6_Vide"],
            {},
            "« 6_Vide », dans la colonne « Zonage infirmiers », n'est pas une catégorie connue : très sous",
        ),
        (["08409;Sedan;tres dotee"], {}, "n'est pas une catégorie connue"),
        (["08409;Sedan;1_Tres_dotee", "08105;C;4_Tres_sous_dotee"], {}, "ne sont plus dans l'ordre connu"),
        (ROWS, {"places": "Référentiel géographique : France par département; ; "}, "l'export n'est pas par commune"),
        ([], {}, "aucune ligne n'a un code"),
        ([f"99{n:03};Nulle part;3_intermediaire" for n in range(5)], {}, "5 codes sur 5 qui ne sont pas sur la carte"),
    ],
)
def test_a_changed_shape_is_refused_with_a_sentence(load, put, rows, options, sentence):
    put(*rows, **options)
    with pytest.raises(SourceError) as raised:
        load()
    assert sentence in str(raised.value) and "export.csv" in str(raised.value)


def test_a_bad_file_does_not_stop_the_good_one(place, load, put):
    connection, _ = place
    put("08409;Sedan;9_Pleine", name="a.csv")
    put(*ROWS, name="b.csv")
    tally = load()
    assert values(connection, "zonage_infirmiers", "commune") == {"08409": 4, "08105": 1}
    assert [(note.file, note.reason) for note in tally.notes if note.outcome == "refuse"] == [
        ("a.csv", "fichier illisible")
    ]


def test_the_latest_export_has_the_last_word(place, load, put):
    connection, _ = place
    put("08409;Sedan;1_Tres_sous_dotee", name="b.csv")
    later = put("08409;Sedan;5_Sur_dotee", name="a.csv")
    os.utime(later, (when := datetime(2026, 3, 2).timestamp(), when))
    load()
    assert values(connection, "zonage_infirmiers", "commune") == {"08409": 5}


def test_other_files_of_the_folder_are_left_alone(data, put):
    (data / "local" / "structures.csv").write_text("id,nom\n1,CartoSanté\n", encoding="utf-8")
    (data / "local" / "image.csv").write_bytes(bytes(range(256)))
    put(banner="Insee - Statistiques locales; ; ", name="insee.csv")
    assert intake.local_files(cartosante.SOURCE, data, cartosante.mine) == []
    mine = put(*ROWS, name="EXPORT.CSV")
    assert intake.local_files(cartosante.SOURCE, data, cartosante.mine) == [mine]


def test_without_an_export_the_source_is_absent(place, data):
    connection, inputs = place
    (data / "local" / "structures.csv").write_text("id,nom\n1,A\n", encoding="utf-8")
    intake.take(connection, cartosante, replace(inputs, data=data), None)
    assert connection.execute("SELECT count(*) FROM staging.intake WHERE source_id = 'cartosante'").fetchone() == (0,)


def test_with_one_it_is_told(place, data, put):
    connection, inputs = place
    put("08409;Sedan;6_Vide")
    intake.take(connection, cartosante, replace(inputs, data=data), None)
    rows = connection.execute("SELECT outcome, sentence FROM staging.intake WHERE source_id = 'cartosante'").fetchall()
    assert [outcome for outcome, _ in rows] == ["ecartee"] and "6_Vide" in rows[0][1]


@pytest.mark.real
@pytest.mark.skipif(not SAMPLE.exists(), reason="../shared/real is absent")
def test_the_real_export(whole_france, data):
    shutil.copy(SAMPLE, data / "local")
    with loading(whole_france) as load:
        connection, _ = whole_france
        tally = load(cartosante, data=data)
        zones = values(connection, "zonage_infirmiers", "commune") | values(
            connection, "zonage_infirmiers", "arrondissement_municipal"
        )
    assert (tally.rows_read, tally.kept) == (34_919, 34_917)
    assert {note.name for note in tally.notes if note.outcome == "refuse"} == {"Saint-Barthélemy", "Saint-Martin"}
    assert Counter(zones.values()) == {1: 1_400, 2: 4_257, 3: 15_676, 4: 8_792, 5: 4_792}


def test_doctors_have_zones_by_their_codes_and_a_part_is_no_commune(place, load, put):
    """The codes of exports since 2022, and ZAR since 2025; the producer's own numbers do not rank them."""
    connection, _ = place
    zones = {
        "08409": "1_ZIP",
        "08105": "2_ZAC",
        "08081": "7_ZAR",
        "08053": "6_HZ",
        "08116": "3_QPV_ZIP",
        "08362": "5_ZV",
        "08490": "",
    }
    put(*(f"{code};Nom;{zone}" for code, zone in zones.items()), columns="Zonage médecins généralistes")
    tally = load()
    known = values(connection, "zonage_medecins", "commune", 2026)
    assert known == {"08409": 1, "08105": 2, "08081": 3, "08053": 4, "08116": None, "08362": None, "08490": None}
    assert [note.reason for note in tally.notes if note.outcome == "ambigu"] == ["zonage d'une partie"]


def test_a_zone_that_nobody_knows_is_refused(load, put):
    put("08409;Sedan;8_ZXX", columns="Zonage médecins")
    with pytest.raises(SourceError, match="n'est pas une zone connue : ZIP, ZAC, ZAR, HZ"):
        load()
