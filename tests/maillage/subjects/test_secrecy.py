"""A figure of few people is withheld in every outlet: map, profile, trace, documents, each kind of file, the whole base."""

import io
import shutil
import sqlite3
from datetime import date

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from maillage import catalog
from maillage.address.selection import Selection
from maillage.exports import diagnostic, geo, offline, slides, workbook
from maillage.exports.territory import geopackage
from maillage.language.spreadsheet import csv
from maillage.queries import downloads
from maillage.subjects import secrecy
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import profile as atlas_profile
from maillage.subjects.ceremony import Ceremony, Entry
from maillage.subjects.comparison.figures import figures
from maillage.subjects.provenance import figure_trace
from maillage.subjects.territory import print_frame, territory, wording
from maillage.views import legend, profile, tables, trace
from maillage.warehouse import Warehouse
from tests.fabricated import FEW, MORTALITY, YEARS, with_fewer_rows
from tests.rows import rows_of

HIDDEN = {code for code, deaths in FEW.items() if deaths}
LOZERE = Selection("departement", "48", indicator=MORTALITY)
MEASURE = catalog.INDICATOR[MORTALITY]


@pytest.fixture(scope="module")
def ask(veiled):
    return veiled.ask


@pytest.fixture(scope="module")
def scene(ask):
    return atlas_map.compose(ask, Selection("france", "FR", indicator=MORTALITY), "/geo/")


@pytest.fixture(scope="module")
def table(ask, scene):
    return tables.figures(scene.table, MEASURE)


@pytest.fixture(scope="module")
def dossier(ask):
    return territory.dossier(ask, ["48095", "48061"], name="Un bout de Lozère")


@pytest.fixture(scope="module")
def vicinity(ask, dossier):
    return print_frame.around(ask, dossier)


@pytest.fixture(scope="module")
def few_rows(counted, tmp_path_factory):
    """The base with secrets, short: for what is written again whole."""
    return with_fewer_rows(counted, tmp_path_factory.mktemp("few") / "maillage.duckdb")


@pytest.fixture(scope="module")
def veiled_few(few_rows):
    return secrecy.warehouse(few_rows, 11).edition()


def row_of(grid):
    (row,) = [row for row in grid.rows if row[0].startswith(MEASURE.label)]
    return row


# -- which ones -------------------------------------------------------------------------------------------------------


def test_few_people_are_withheld_and_what_would_give_them(counted):
    hidden = secrecy.withheld(duck(counted), 11)
    places = set(zip(hidden["level"], hidden["code"], strict=True))
    assert {("departement", code) for code in HIDDEN} <= places
    assert {("region", "76"), ("region", "06"), ("france", "FR")} & known_places(counted) <= places
    assert ("departement", "05") not in places and ("departement", "31") not in places
    assert set(hidden["indicator"]) == {MORTALITY} and secrecy.withheld(duck(counted), 0).empty


def duck(path):
    return Warehouse(path).edition().ask


def known_places(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "SELECT level, code FROM indicator_value WHERE indicator = ? AND year IN (SELECT unnest(?))",
            [MORTALITY, YEARS],
        )
        return set(rows.fetchall())


def test_the_same_are_withheld_in_comparer(ask, counted):
    """One rule: what « Comparer » hides is what the veil hides."""
    statuses = catalog.DEFAULT_CPTS_STATUSES
    ours = ask.keep(figures, MORTALITY, statuses, 11).rows
    hidden = secrecy.withheld(duck(counted), 11)
    compared = ours[ours["state"] == "ns"]
    assert set(zip(compared["level"], compared["code"], compared["year"], strict=True)) == set(
        zip(hidden["level"], hidden["code"], hidden["year"], strict=True)
    )


def test_structures_and_the_census_are_nobodys_secret():
    assert not {"structures_msp_100k", "msp_nombre", "population", "densite", "couverture_cpts"} & set(secrecy.SECRET)
    assert MORTALITY in secrecy.SECRET


def test_a_value_that_counts_people_is_withheld_where_it_is_small(few_rows, tmp_path, monkeypatch):
    """An indicator declared as a count of people: one commune of 3, and all those beside it."""
    path = tmp_path / "a.duckdb"
    shutil.copyfile(few_rows, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            INSERT INTO indicator_value BY NAME
            SELECT level, code, 'population_estimee' AS indicator, 1990 AS year, 'all' AS sex,
                   CASE WHEN level = 'departement' THEN 5000 WHEN code = '08409' THEN 3 ELSE 50 END AS value,
                   'essai' AS method, 'departement_figures' AS source_id
            FROM territory WHERE departement_code = '08' AND level IN ('commune', 'departement')
            """
        )
    monkeypatch.setattr(secrecy, "COUNTED", ("population_estimee",))
    hidden = secrecy.withheld(duck(path), 11)
    hidden = hidden[hidden["year"] == 1990]
    # The département's total is public: any commune shown would help to give that of 3 by difference.
    assert set(hidden["level"]) == {"commune"} and len(hidden) == 447


# -- the screen -------------------------------------------------------------------------------------------------------


def test_the_map_has_its_own_colour_for_them(scene):
    rows = scene.table.set_index("code")
    assert rows.loc[sorted(HIDDEN), ["value", "low", "high"]].isna().all(axis=None)
    classes = scene.view.paint.classes
    assert classes.withheld == len(HIDDEN)
    numbers = [number for part in scene.view.paint.parts for number in part.values]
    assert sum(mark == "s" for part in scene.view.paint.parts for mark in part.marks) == len(HIDDEN)
    assert len(numbers) == 101 and "NS" in legend.legend(MEASURE, classes, scene.mesh, scene.when, "essai")


def test_the_profile_says_ns(ask):
    record = atlas_profile.profile(ask, atlas_map.compose(ask, LOZERE, "/geo/"))
    row = record["figures"].query("indicator == @MORTALITY and code == '48'").iloc[0]
    assert np.isnan(row["value"]) and "NS" in profile.profile(record) and "NS" in profile.headline(record)


def test_the_trace_gives_neither_the_figure_nor_what_makes_it(ask):
    traced = figure_trace.trace(ask, MORTALITY, "departement", "48")
    assert traced.value is None and traced.reading.startswith("NS") and traced.numerator is None
    assert figure_trace.HIDDEN in traced.details and "NS" in trace.trace(traced)
    assert figure_trace.trace(ask, MORTALITY, "departement", "05").value == 0


def test_a_mean_of_départements_is_withheld_with_one_of_them(ask, dossier):
    (line,) = [line for line in dossier.figures if line.indicator == MORTALITY]
    assert line.own.withheld and line.own.value is None and not line.own.known and not line.own.rankable
    assert next(figure for level, code, _, figure in line.against if code == "48").withheld
    across = territory.dossier(ask, ["48095", "12145"])
    (line,) = [line for line in across.figures if line.indicator == MORTALITY]
    assert line.own.withheld


# -- files ------------------------------------------------------------------------------------------------------------


def test_files_of_a_table_say_ns(ask, table, tmp_path):
    heading = f"{MEASURE.label} ({MEASURE.unit})"
    wanted = dict.fromkeys(HIDDEN, "NS")
    text = pd.read_csv(io.BytesIO(csv(table)), sep=";", decimal=",", dtype={"Code": str}).set_index("Code")
    assert text.loc[sorted(HIDDEN), heading].isna().all() and text.loc[list(wanted), "Lecture"].eq("NS").all()
    head, *rows = openpyxl.load_workbook(io.BytesIO(workbook.of_page(ask, table)))["Données"].iter_rows(
        values_only=True
    )
    cells = {row[head.index("Code")]: row for row in rows}
    for code in HIDDEN:
        assert cells[code][head.index(heading)] is None and cells[code][head.index("Lecture")] == "NS"
    path = tmp_path / "a.gpkg"
    path.write_bytes(geo.geopackage(ask.edition.answer, table, "essai", "departement"))
    with sqlite3.connect(path) as file:
        leaks = file.execute(f'SELECT "{heading}", "Lecture" FROM essai WHERE "Code" = \'48\'').fetchall()
    assert leaks == [(None, "NS")]


def test_a_table_of_the_base_has_no_count_of_them(veiled_few, tmp_path):
    lines = veiled_few.answer(downloads.csv, "indicator_value").decode("utf-8-sig").splitlines()
    cells = [line.split(";") for line in lines if line.startswith(f"departement;48;{MORTALITY};")]
    head = lines[0].split(";")
    assert len(cells) == len(YEARS)
    for name in ("value", "low", "high", "events"):
        assert {row[head.index(name)] for row in cells} == {""}
    path = tmp_path / "a.parquet"
    path.write_bytes(veiled_few.answer(downloads.parquet, "indicator_value"))
    query = f"SELECT value, events, basis FROM '{path}' WHERE code = '48' AND indicator = '{MORTALITY}'"
    assert set(rows_of(query)) == {(None, None, "withheld")}


def test_the_whole_base_leaves_without_them(veiled_few, few_rows, tmp_path):
    path = tmp_path / "maillage.duckdb"
    path.write_bytes(veiled_few.read_bytes())
    names = "SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"
    with duckdb.connect(str(path), read_only=True) as taken, duckdb.connect(str(few_rows), read_only=True) as whole:
        assert taken.execute(names).fetchall() == whole.execute(names).fetchall()
        for (name,) in whole.execute(names).fetchall():
            count = f'SELECT count(*) FROM "{name}"'
            assert taken.execute(count).fetchone() == whole.execute(count).fetchone(), name
        few = "SELECT count(*) FROM indicator_value WHERE indicator = ? AND events BETWEEN 1 AND 10"
        assert taken.execute(few, [MORTALITY]).fetchone() == (0,) and whole.execute(few, [MORTALITY]).fetchone()[0] > 0
        assert taken.execute("SELECT count(*) FROM coverage(['aci_signe'])").fetchone()[0] > 0


def test_documents_say_ns(dossier, vicinity):
    assert row_of(wording.comparisons(dossier))[3] == "NS"
    document = diagnostic.content(dossier, vicinity)
    facts = [fact for mission in document["missions"] for fact in mission["facts"] if fact.startswith(MEASURE.label)]
    assert facts and all(f"{MEASURE.label} : NS (" in fact for fact in facts)
    assert row_of(document["comparisons"])[3] == "NS"


def test_slides_and_the_offline_page_say_ns(dossier, vicinity):
    ceremony = Ceremony(place="Mende", day=date(2026, 1, 1), axes=(Entry("a", "b"),), signatories=(Entry("c", "d"),))
    deck = Presentation(io.BytesIO(slides.pptx(dossier, vicinity, ceremony)))
    rows = [
        [cell.text for cell in row.cells]
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
    ]
    (row,) = [row for row in rows if row[0].startswith("Mortalité prématurée")]
    assert "NS" in row, row
    document = offline.html(dossier, vicinity, ceremony).decode()
    (line,) = [line for line in document.split("<tr") if "Mortalité prématurée" in line]
    assert ">NS<" in line
    assert geopackage(dossier)[:15] == b"SQLite format 3"  # no figure of an indicator is in it


def test_deaths_by_age_are_withheld_by_whole_years(few_rows, tmp_path):
    """One small number withholds its département and year; another year stays, and the whole base leaves so."""
    path = tmp_path / "a.duckdb"
    shutil.copyfile(few_rows, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """INSERT INTO event_by_age SELECT '08', year, 'deces', 'all', age, age + 5,
               CASE WHEN year = 2023 AND age = 5 THEN 2 ELSE 40 END, false, 'departement_figures'
               FROM range(2022, 2024) y(year), range(0, 65, 5) a(age)"""
        )
    edition = Warehouse(path, lambda ask: secrecy.veil(ask, 11)).edition()
    rows = edition.answer(downloads.rows, "event_by_age").groupby("year")
    assert rows["events"].count().to_dict() == {2022: 13, 2023: 0}
    assert rows["withheld"].sum().to_dict() == {2022: 0, 2023: 13}
    (tmp_path / "b.duckdb").write_bytes(edition.read_bytes())
    with duckdb.connect(str(tmp_path / "b.duckdb"), read_only=True) as taken:
        assert taken.execute("SELECT count(events), count(*) FROM event_by_age WHERE year = 2023").fetchone() == (0, 13)
    assert all(rows.empty for rows in secrecy.veil(duck(path), 0).values())
