"""Deaths by age: lists as people keep them, and files of single deaths in the layouts that Insee publishes."""

from __future__ import annotations

import zipfile

import duckdb
import pytest

from etl import build as builder
from etl.build import ROOT
from etl.formats import purposes
from etl.source import SourceError
from etl.sources import (
    ages,
    death_records,
    departement_figures,
    geography,
    local_cpts,
    local_deaths,
    local_structures,
    populations,
)
from tests.etl.conftest import fetch
from tests.etl.published import book, france, loading
from tests.etl.sources import test_ages


@pytest.fixture(scope="module")
def place():
    with france("08", "2A", "976") as opened:
        yield opened


@pytest.fixture
def brought(tmp_path, place):
    """A data/ where somebody may put files."""
    (tmp_path / "local").mkdir()
    (tmp_path / "snapshot").symlink_to(place[1].data / "snapshot", target_is_directory=True)
    return tmp_path


@pytest.fixture
def put(brought):
    def write(*lines: str, name="deces.csv", encoding="utf-8"):
        path = brought / "local" / name
        path.write_text("\n".join(lines), encoding=encoding)
        return path

    return write


@pytest.fixture
def load(place, brought):
    with loading(place) as loader:
        yield lambda module=local_deaths: loader(module, data=brought)


def events(place, **where) -> list[tuple]:
    clause = " AND ".join(f"{name} = '{value}'" for name, value in where.items()) or "true"
    return (
        place[0]
        .execute(
            "SELECT departement_code, year, sex, age_from, age_to, events, withheld FROM event_by_age "
            f"WHERE {clause} ORDER BY ALL"
        )
        .fetchall()
    )


def reasons(tally) -> dict[str, str]:
    """line -> outcome and reason."""
    return {note.line: f"{note.outcome}, {note.reason}" for note in tally.notes}


# -- a list of one's own ------------------------------------------------------------------------------------------------


def test_a_list_is_read_as_people_write_it(place, load, put):
    put(
        "Département;Année;Tranche d'âge;Sexe;Nombre de décès",
        "08 - Ardennes;2023;0-4;Femmes;3",
        "Corse-du-Sud;2023;5 à 9 ans;M;0",
        "976;2023;95 ans et plus;Ensemble;12",
        encoding="cp1252",
    )
    tally = load()
    assert events(place) == [
        ("08", 2023, "f", 0, 5, 3, False),
        ("2A", 2023, "m", 5, 10, 0, False),
        ("976", 2023, "all", 95, None, 12, False),
    ]
    assert (tally.rows_read, tally.kept, tally.vintage) == (3, 3, "2023")


def test_withheld_missing_and_zero_are_three_things(place, load, put):
    put("departement,annee,age,nombre", "08,2023,0,NS", "08,2023,1,<5", "08,2023,2,", "08,2023,3,nd", "08,2023,4,0")
    tally = load()
    assert events(place) == [
        ("08", 2023, "all", 0, 1, None, True),
        ("08", 2023, "all", 1, 2, None, True),
        ("08", 2023, "all", 4, 5, 0, False),
    ]
    assert reasons(tally) == {"ligne 4": "refuse, nombre manquant", "ligne 5": "refuse, nombre manquant"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("99,2023,0-4,1", "département inconnu"),
        ("20,2023,0-4,1", "département inconnu"),  # two départements
        ("08,23,0-4,1", "année inconnue"),
        ("08,2023,05/09/2026,1", "âge inconnu"),
        ("08,2023,0-4,-1", "nombre illisible"),
        ("08,2023,0-4,1.5", "nombre illisible"),
        ("08,2023,0-4,beaucoup", "nombre illisible"),
    ],
)
def test_what_is_not_understood_is_refused_in_a_sentence(place, load, put, row, reason):
    put("departement,annee,age,nombre", row, "08,2023,5-9,2")
    tally = load()
    (note,) = [note for note in tally.notes if note.outcome == "refuse"]
    assert note.line == "ligne 2" and note.reason == reason and note.sentence.startswith("Refusée : ")
    assert len(events(place)) == 1


def test_totals_are_no_deaths_and_a_double_is_not_summed(place, load, put):
    put(
        "departement,annee,age,nombre",
        "08,2023,0-4,3",
        "08,2023,0-64,900",
        "08,2023,Ensemble,1000",
        "08,2023,Total,1000",
        "08,2023,60-64,70",
        "08,2023,60-64,80",
    )
    tally = load()
    assert events(place) == [("08", 2023, "all", 0, 5, 3, False)]
    assert reasons(tally) == {
        "ligne 3": "compris, tranche qui en réunit d'autres",
        "ligne 4": "compris, ligne de tous les âges",
        "ligne 1": "compris, lignes de total",
        "ligne 6": "refuse, tranche en double",
        "ligne 7": "refuse, tranche en double",
    }


def test_a_list_of_another_name_is_known_by_its_columns(put):
    named = put("a;b", name="Décès 2023.csv")
    known = put("departement;annee;age;nombre", "08;2023;0;1", name="export.csv")
    other = put("type;nom;code_commune", name="ma liste.csv")
    assert local_deaths.mine(named) and local_deaths.mine(known) and not local_deaths.mine(other)
    for module in (local_structures, local_cpts):
        assert not module.mine(named) and not module.mine(known)


def test_a_file_without_its_columns_says_which(load, put):
    put("département de décès;annee;age;nombre", "08;2023;0;1")
    with pytest.raises(SourceError, match="colonne absente : departement"):
        load()


# -- single deaths ------------------------------------------------------------------------------------------------------

DAILY = "ADEC;MDEC;JDEC;DEPDEC;COMDEC;ANAIS;MNAIS;JNAIS;SEXE;COMDOM;LIEUDEC2"
YEARLY = "ADEC;MDEC;DEPDEC;DEPDOM;ANAIS;SEXE"


def counted(place) -> dict[tuple, int]:
    return {row[:4]: row[5] for row in events(place) if row[5]}


def test_deaths_are_counted_where_people_lived(place, load, put):
    put(
        DAILY,
        '2021;"01";"15";"51";"51454";"1990";"01";"14";"M";"08409";"HopCli"',
        '2021;"01";"15";"51";"51454";"1990";"01";"16";"M";"08105";"HopCli"',
        "2021;12;31;2A;2A004;2021;01;01;F;2A004;Logem",
        "2021;05;05;75;75101;1980;01;01;F;97608;HopCli",
        "2021;05;05;75;75101;1900;01;01;F;08105;HopCli",
        "2021;05;05;75;75101;1980;01;01;F;99351;HopCli",
        name="DC_2021_det.csv",
    )
    tally = load(death_records)
    assert (tally.rows_read, tally.kept, tally.vintage) == (6, 5, "2021")
    assert counted(place) == {
        ("08", 2021, "m", 31): 1,  # the day after the birthday
        ("08", 2021, "m", 30): 1,  # the day before
        ("2A", 2021, "f", 0): 1,
        ("976", 2021, "f", 41): 1,
        ("08", 2021, "f", 100): 1,
    }
    assert len(events(place)) == 3 * 2 * 101 and not any(row[6] for row in events(place))


def test_without_the_birthday_the_year_is_cut_in_two(place, load, put):
    put(
        YEARLY,
        "2019;06;51;08;1960;1",
        "2019;07;51;08;1960;1",
        "2019;12;51;08;2019;2",
        "2019;03;51;8;2019;2",
        name="a.csv",
    )
    load(death_records)
    assert counted(place) == {("08", 2019, "m", 58): 1, ("08", 2019, "m", 59): 1, ("08", 2019, "f", 0): 2}


@pytest.mark.parametrize("kind", ["parquet", "zip", "zip of a parquet"])
def test_a_zip_and_a_parquet_are_read(place, load, brought, kind):
    rows = "SELECT 2023 AS ADEC, '08' AS DEPDOM, '1' AS SEXE, 64 AS AGE FROM range(7)"
    parquet, csv = brought / "dec2023.parquet", brought / "FD_DEC_2023.csv"
    duckdb.sql(rows).write_parquet(str(parquet))
    duckdb.sql(rows).write_csv(str(csv), sep=";")
    if kind == "parquet":
        parquet.rename(brought / "local" / parquet.name)
    else:
        with zipfile.ZipFile(brought / "local" / "dec2023_fdet.zip", "w") as archive:
            archive.write(parquet if kind != "zip" else csv, (parquet if kind != "zip" else csv).name)
            archive.writestr("varmod_DEC_2023.csv", "COD_VAR;LIB_VAR\n" * 1000)
    assert load(death_records).rows_read == 7
    assert counted(place) == {("08", 2023, "m", 64): 7}


@pytest.mark.parametrize(
    ("columns", "row", "sentence"),
    [
        ("ADEC;MDEC;DEPDEC;ANAIS;SEXE", "2021;1;08;1950;1", "le lieu du décès ne le dit pas"),
        ("ADEC;DEPDOM;ANAIS;SEXE", "2021;08;1950;1", "l'âge révolu ne s'en tire pas"),
        ("ADEC;DEPDOM;AGE", "2021;08;50", "SEXE"),
        ("ADEC;DEPDOM;AGE;SEXE", "2021;ZZ;50;1", "plus d'un décès sur dix"),
    ],
)
def test_a_file_that_cannot_be_counted_says_why(load, put, columns, row, sentence):
    put(columns, row, name="deces 2021.csv")
    with pytest.raises(SourceError, match=sentence):
        load(death_records)


def test_a_file_of_deaths_is_nobody_elses(put):
    path = put(DAILY, name="FD_DEC_2021.csv")
    assert death_records.mine(path)
    assert not any(module.mine(path) for module in (local_deaths, local_structures, local_cpts))


def test_a_list_of_ones_own_stands_before_the_file(place, load, put):
    put("ADEC;DEPDOM;AGE;SEXE", "2023;08;50;1", "2023;2A;50;1", name="a.csv")
    put("departement,annee,age,nombre", "08,2023,50-54,9")
    load(death_records)
    load()
    assert {row[5] for row in events(place, departement_code="08")} == {9}
    assert ("2A", 2023, "m", 50, 51, 1, False) in events(place)


def test_the_model_has_these_columns_and_its_examples_are_refused(load, put):
    text = (ROOT / "docs" / "modeles" / "deces.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].split(";") == [column.name for column in local_deaths.COLUMNS]
    put(text, "08;2023;5 à 9 ans;f;3", name="Décès.csv")
    tally = load()
    assert (tally.rows_read, tally.kept) == (3, 1) and len(reasons(tally)) == 2


def test_a_long_file_of_another_name_is_judged_by_its_beginning(put):
    """The headings of half a million rows are looked for among the first: a text is not read whole to be told whose it is."""
    path = put("departement;annee;age;nombre", *["08;2023;0;1"] * 100_000, name="export.csv")
    assert path.stat().st_size > purposes.BEGINNING and local_deaths.mine(path) and not local_structures.mine(path)


# -- from the folder to the figures -------------------------------------------------------------------------------------


def test_a_list_and_the_people_by_age_give_a_rate_without_the_network(build, data, monkeypatch):
    """Both put by hand: 10 deaths a band among 200 people (100 of each sex), and the build says what it computed.

    What is published is read beside; structures and CPTS say nothing of it.
    """
    published = (geography, populations, departement_figures)
    monkeypatch.setattr(builder, "SOURCES", (*published, ages, death_records, local_deaths))
    local = data / "local"
    local.mkdir()

    class Known:
        known_departements = frozenset(departements(data))

    sheet = test_ages.sheet((None, Known), 2023, lambda code, sex, band: 100)
    book(local / "estim-pop-dep-sexe-aq-2023.xlsx", **{"2023": sheet})
    rows = [f"08;2023;{age}-{age + 4};10" for age in range(0, 75, 5)]
    (local / "deces.csv").write_text("\n".join(["departement;annee;age;nombre", *rows]))
    built = build("08")
    rates = fetch(
        built.database,
        "SELECT indicator, level, year, value, events, basis, source_id, low < value AND value < high FROM indicator_value "
        "WHERE contains(indicator, '_calculee') AND level = 'departement' ORDER BY indicator",
    )
    value = pytest.approx(100_000 * 10 / 200)
    assert rates == [
        (
            f"mortalite_prematuree_0_{last}_calculee",
            "departement",
            2023,
            value,
            count,
            "provisional",
            "deces_locaux",
            True,
        )
        for last, count in ((64, 130), (74, 150))
    ]
    notes = fetch(built.database, "SELECT outcome, reason FROM intake_row WHERE source_id = 'deces_locaux'")
    assert notes == [("compris", "mortalité calculée")]
    kept = "SELECT DISTINCT source_id FROM indicator_value WHERE indicator = 'mortalite_prematuree_0_64'"
    assert "deces_locaux" not in {row[0] for row in fetch(built.database, kept)} != set()


def departements(folder) -> list[str]:
    path = str(folder / "snapshot" / "departements.parquet")
    return [code for (code,) in duckdb.sql(f"SELECT code FROM read_parquet('{path}')").fetchall()]
