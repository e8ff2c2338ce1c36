"""A list read beforehand: what a build would say of it, in a process that writes nothing and that nothing can harm."""

from __future__ import annotations

import csv
import gc
import io
import random
import subprocess
import sys
import weakref
import zipfile
from unittest.mock import patch

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from etl import build as builder
from etl import reading
from etl.formats import structure_columns
from etl.source import BuildError
from etl.sources import local_structures
from maillage.catalog import structure_list as catalog_list
from tests.etl import local
from tests.etl.local import curated, ground

HEAD = "type;nom;statut;code_commune;commune;code_postal;places;lon;lat;exhaustif\n"


@pytest.fixture(scope="module")
def ardennes():
    with curated("08") as base:
        yield base


@pytest.fixture(scope="module", autouse=True)
def one_france():
    """Its communes and their names, read once for all the lists: nobody changes them."""
    read_inputs, inputs = builder.read_inputs, {}

    def once(connection, data, departements):
        if (data, departements) not in inputs:
            inputs[data, departements] = read_inputs(connection, data, departements)
        return inputs[data, departements]

    with (
        patch.object(local_structures, "Gazetteer", local.gazetteer),
        patch.object(builder, "read_inputs", once),
    ):
        yield


def read(content: str | bytes, name: str = "liste.csv", **options) -> pd.DataFrame:
    content = content.encode() if isinstance(content, str) else content
    return reading.structures(name, content, builder.ROOT / "data", builder.ROOT / "absent.duckdb", **options)


def cleaned(frame: pd.DataFrame) -> str:
    """The rows understood, as the model writes them."""
    columns = [column.name for column in structure_columns.COLUMNS]
    return frame[frame["type"].notna()][columns].to_csv(sep=";", index=False, decimal=",")


def test_every_column_of_the_model_is_read():
    assert {*catalog_list.COLUMNS} == {column.name for column in structure_columns.COLUMNS} - {
        "point",
        "code_categorie",
    }


def test_each_row_is_told_and_placed():
    frame = read(
        HEAD
        + "PASS;Accueil;ouvert;08105;;;;4,7290;49,7530;\nESP;Équipe;;;Sedan;08200;;;;\nPASS;Nulle part;;;Sedanne;;;;;\n"
    )
    assert list(frame["outcome"]) == ["compris", "compris", "refuse"]
    assert list(frame["placed"].fillna("")) == ["coordonnees", "nom", ""]
    assert list(frame["commune"].fillna("")) == ["Charleville-Mézières", "Sedan", ""]
    first, second, third = frame.itertuples()
    assert (first.point_lon, first.point_lat, first.precision) == (4.729, 49.753, "adresse")
    assert (
        second.precision == "commune"
        and second.status == "ouvert"
        and second.point_lat == pytest.approx(49.70, abs=0.05)
    )
    assert third.reason == "commune inconnue" and pd.isna(third.point_lon) and "Sedanne" in third.sentence


def test_it_says_what_a_build_says(ardennes, tmp_path):
    content = (
        HEAD + "PASS;A;;08105;;;3;;;oui\nMSP;MSP de Carignan;;;Carignan;;;;;\nPASS;A;;08105;;;;;;\nXYZ;B;;08105;;;;;;\n"
    )
    connection, inputs = ardennes
    with ground(connection, inputs, tmp_path) as here:
        here.put("structures.csv", content)
        notes = here.read(local_structures).notes
    frame = read(content, "structures.csv")
    assert [note.line for note in notes] == list(frame["line"])
    notes = [note.sentence for note in notes]
    assert notes[1].endswith(
        ". Remplace « MSP de Carignan » (MSP, source structures)."
    )  # known to that build, and not here
    assert notes[:1] + notes[2:] == [*frame["sentence"][:1], *frame["sentence"][2:]]


def test_a_known_site_is_said_to_be_replaced(database):
    frame = reading.structures(
        "l.csv", b"type;nom;commune\nMSP;MSP de Carignan;Carignan\n", builder.ROOT / "data", database
    )
    assert frame["replaces"][0] == "oui" and frame["id"][0] == "msp-08-carignan"


def test_a_complete_list_that_lost_a_row_is_no_longer_complete():
    whole = read(HEAD + "PASS;A;;08105;;;;;;oui\nPASS;B;;08409;;;;;;oui\n")
    assert list(whole["exhaustif"]) == ["oui", "oui"]
    lost = read(HEAD + "PASS;A;;08105;;;;;;oui\nPASS;B;;99999;;;;;;oui\n")
    assert list(lost["exhaustif"].isna()) == [True, True]


names = st.text(st.sampled_from("abéœ =+-@'\"«»;,\t1"), min_size=1, max_size=12).filter(lambda t: t.strip(" \t'"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    st.lists(
        st.tuples(names, st.sampled_from(["08105", "08409", "13202", "97411", "2A004"]), st.sampled_from(["", "3"])),
        max_size=5,
    )
)
def test_what_was_cleaned_reads_the_same(rows):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(("type", "nom", "code_commune", "places"))
    writer.writerows(("PASS", *row) for row in rows)
    once = read(text.getvalue())
    twice = read(cleaned(once))
    kept = once[once["type"].notna()]
    columns = ["type", "nom", "status", "code_commune", "places", "departement", "id", "point_lon", "point_lat"]
    pd.testing.assert_frame_equal(kept[columns].reset_index(drop=True), twice[columns])
    assert set(twice["outcome"]) <= {"compris"}


def test_a_formula_made_harmless_is_read_as_it_was():
    frame = read("type;nom;commune\nPASS;'=1+1;Sedan\nPASS;'s Hertogen;Sedan\nPASS;=2+2;Sedan\n")
    assert list(frame["nom"]) == ["=1+1", "'s Hertogen", "=2+2"]


# -- hostile files ------------------------------------------------------------------------------------------------------


def sheet(rows, merged: str = "") -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(content)
    return content.getvalue()


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"", "vide.csv", "il est vide"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "photo.csv", "ce n'est pas un texte"),
        (b"<html><body>Erreur 403</body></html>", "liste.csv", "page web"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "liste.xlsx", "ancien (.xls)"),
        (b"type;nom;commune\nPASS;A;Sedan\n" + "PASS;É;".encode("cp1252") + "à Sedan é\n".encode(), "l.csv", "mêle"),
        (bomb(), "bombe.xlsx", "avant de remplir la mémoire"),
        (b"PK\x03\x04tronqu\xc3\xa9", "liste.xlsx", "classeur"),
        (sheet([["a"] * 200]), "large.xlsx", "colonne absente"),
        ((";".join(f"c{n}" for n in range(200)) + "\n").encode(), "large.csv", "colonne absente"),
        (sheet([["Liste", None, None], ["PASS", "A", "Sedan"]], "A1:C1"), "fusion.xlsx", "colonne absente"),
    ],
)
def test_a_file_of_no_use_is_one_sentence(content, name, word):
    with pytest.raises(BuildError) as refused:
        read(content, name)
    sentence = str(refused.value)
    assert (
        word in sentence
        and name in sentence
        and sentence.endswith(".")
        and "\n" not in sentence
        and len(sentence) < 1000
    )


def test_merged_headings_formulas_and_wide_tables_are_read():
    rows = [
        ["Liste des PASS", None, None],
        ["Type", "Nom", "Commune", *(f"colonne {n}" for n in range(197))],
        ["PASS", "=1+1", "Sedan"],
    ]
    frame = read(sheet(rows, "A1:C1"), "liste.xlsx")
    assert list(frame["outcome"]) == [
        "compris",
        "refuse",
    ]  # what was left aside; and a formula nobody computed yet is empty
    assert "« nom » est vide" in frame["sentence"][1]


LONG = random.Random(0).randbytes(5_000_000).hex()  # what repeats itself would look like a bomb


@pytest.mark.parametrize("name", ["liste.csv", "liste.xlsx"])
def test_a_cell_of_ten_megabytes_loses_its_row_only(name):
    rows = [["type", "nom", "commune"], ["PASS", LONG, "Sedan"], ["PASS", "B", "Sedan"]]
    content = "\n".join(map(";".join, rows)).encode()
    if name.endswith("xlsx"):  # openpyxl cuts a cell: what others write is put in its place
        rows[1][1] = "CELLULE"
        before, after = io.BytesIO(sheet(rows)), io.BytesIO()
        with zipfile.ZipFile(before) as source, zipfile.ZipFile(after, "w") as target:
            for part in source.infolist():
                target.writestr(part, source.read(part).replace(b"CELLULE", LONG.encode()))
        content = after.getvalue()
    frame = read(content, name)
    assert list(frame["outcome"]) == ["refuse", "compris"]
    assert frame["reason"][0] in ("cellule trop longue", "ligne illisible") and len(frame["sentence"][0]) < 1000


# -- the process --------------------------------------------------------------------------------------------------------


def run(content: bytes, *arguments: str):
    command = [sys.executable, "-m", "etl", "read", *arguments]
    return subprocess.run(command, cwd=builder.ROOT, input=content, capture_output=True, timeout=120)


def test_through_pipes():
    done = run(b"type;nom;commune\nPASS;A;Sedan\n", "-", "--name", "pass.csv", "--base", "absent.duckdb")
    assert done.returncode == 0, done.stderr.decode()
    frame = pa.ipc.open_stream(done.stdout).read_all().to_pandas()
    assert list(frame["commune"]) == ["Sedan"]
    shares = [float(line.split("\t")[0]) for line in done.stderr.decode().splitlines()]
    assert shares == sorted(shares) and shares[-1] < 1


def test_a_refusal_through_pipes_ends_with_its_sentence():
    done = run(b"rien", "-", "--name", "pass.csv")
    assert done.returncode == 1 and not done.stdout
    assert done.stderr.decode().splitlines()[-1].startswith("« pass.csv » est refusé : colonne absente")


def test_from_the_command_line(tmp_path):
    path = tmp_path / "pass.csv"
    path.write_text("type;nom;commune\nPASS;A;Sedan\nPASS;B;Sedanne\n", encoding="utf-8")
    done = run(b"", str(path))
    first, second = done.stdout.decode().splitlines()
    assert first.startswith("ligne 2 : Comprise : PASS « A », Sedan") and second.startswith(
        "ligne 3 : Refusée : la commune"
    )
    assert sorted(tmp_path.iterdir()) == [path]


def test_no_row_is_kept_once_a_list_is_read():
    """A refusal that keeps its frames would keep every row of them, until a collection that a short process has not."""
    rows, understand = [], local_structures.understand

    def watched(inputs, listings, progress):
        rows.extend(weakref.ref(row) for row in listings[0].rows)
        return understand(inputs, listings, progress)

    gc.disable()
    try:
        with patch.object(local_structures, "understand", watched):
            read("type;nom;commune;adresse\nPASS;A;Nulle-Part;1 rue X\nPASS;B;Sedan;\n")
        assert [row() for row in rows] == [None, None]
    finally:
        gc.enable()


def test_memory_is_bounded():
    code = "from etl import reading; reading.limit_memory(300); x = bytearray(2_000_000_000)"
    done = subprocess.run([sys.executable, "-c", code], cwd=builder.ROOT, capture_output=True, text=True)
    assert "MemoryError" in done.stderr
