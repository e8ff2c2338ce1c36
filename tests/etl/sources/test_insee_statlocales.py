"""Exports of « Statistiques locales »: the layout is that of the real one, the fabricated rows are not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from etl import intake
from etl.source import SourceError
from etl.sources import departement_figures, insee_statlocales
from tests.etl.published import REAL, bases, france, loading, values

SAMPLE = REAL / "insee" / "insee_statlocales_dep_mortalite_2023.csv"
PLACES = "Référentiel géographique : France par département; ; "
RATE = "Taux de mortalité standardisé des 0 à 64 ans 2023"


@pytest.fixture(scope="module")
def place():
    with france("08", "51", "2A", sources=(departement_figures,)) as opened:
        yield opened


@pytest.fixture
def data(tmp_path) -> Path:
    (tmp_path / "local").mkdir()
    return tmp_path


@pytest.fixture
def put(data):
    def write(*rows: str, columns=RATE, places=PLACES, name="export.csv", encoding="utf-8-sig"):
        path = data / "local" / name
        path.write_text(
            "\n".join(["Insee - Statistiques locales; ; ", places, f"Code;Libellé;{columns}", *rows]), encoding=encoding
        )
        return path

    return write


@pytest.fixture
def load(place, data):
    with loading(place) as loader:
        yield lambda: loader(insee_statlocales, data=data)


def test_columns_become_indicators_of_their_year_and_sex(place, load, put):
    connection, _ = place
    columns = "Espérance de vie des femmes à 60 ans 2022;Taux brut de mortalité 2023;Taux de mortalité standardisé des 65 ans ou + 2023"
    put("08;Ardennes;26,6;10,7;38.7", "51;Marne;27;9;37", "2A;Corse-du-Sud;28,1;0;33", columns=columns)
    tally = load()
    assert (tally.rows_read, tally.kept) == (3, 3)
    assert connection.execute(
        "SELECT year, sex, value, method FROM indicator_value WHERE indicator = 'esperance_vie_60_femmes' AND code = '08'"
    ).fetchall() == [(2022, "f", 26.6, "Insee, Statistiques locales, Espérance de vie des femmes à 60 ans 2022")]
    assert values(connection, "mortalite_brute", "departement") == {"08": 10.7, "51": 9, "2A": 0}
    assert values(connection, "mortalite_65_plus", "departement")["08"] == 38.7
    assert {note.outcome for note in tally.notes} == {"compris"}


def test_withheld_missing_and_zero_are_three_things(place, load, put):
    connection, _ = place
    put(
        "08;Ardennes;NS",
        "51;Marne;N/A - résultat non disponible",
        "2A;Corse-du-Sud;0",
        columns="Taux brut de mortalité 2023",
    )
    load()
    assert values(connection, "mortalite_brute", "departement") == {"08": None, "51": None, "2A": 0}
    assert bases(connection, "mortalite_brute", "departement") == {
        "08": "withheld",
        "51": "published",
        "2A": "published",
    }


def test_a_figure_that_contradicts_the_published_one_replaces_it_and_says_so(place, load, put):
    connection, _ = place
    assert values(connection, "mortalite_prematuree_0_64", "departement", 2023)["08"] == 2
    put("08;Ardennes;2,1", "51;Marne;1,8")
    tally = load()
    (doubt,) = [note for note in tally.notes if note.line == "08, 2023"]
    assert doubt.outcome == "ambigu" and "2 selon « departement_figures », 2,1 ici" in doubt.sentence
    assert values(connection, "mortalite_prematuree_0_64", "departement", 2023)["08"] == 2.1


def test_a_region_and_lost_zeros(place, load, put):
    connection, _ = place
    put("44;Grand Est;1,9", places="Référentiel géographique : France par région; ; ", name="r.csv")
    put("8;Ardennes;1,5", name="d.csv")
    load()
    assert values(connection, "mortalite_prematuree_0_64", "region") == {"44": 1.9}
    assert values(connection, "mortalite_prematuree_0_64", "departement", 2023)["08"] == 1.5


def test_columns_that_nobody_knows_are_left_aside_and_told(load, put):
    put("08;Ardennes;1;2;3", columns=f"Médiane du niveau de vie 2021;{RATE};Taux brut de mortalité")
    tally = load()
    assert [note.sentence for note in tally.notes if note.outcome == "refuse"] == [
        "La colonne « Médiane du niveau de vie 2021 » est laissée de côté : cet indicateur n'est pas au catalogue.",
        "La colonne « Taux brut de mortalité » est laissée de côté : son titre ne finit pas par une année.",
    ]


@pytest.mark.parametrize(
    ("rows", "options", "sentence"),
    [
        (["08;Ardennes;deux"], {}, f"ligne 4, colonne « {RATE} » : « deux » n'est pas un nombre"),
        (["08;Ardennes;-2"], {}, "une valeur est négative"),
        (["08;Ardennes;2", "08;Ardennes;3"], {}, "un territoire figure plusieurs fois : 08"),
        (
            ["08;Ardennes;2"],
            {"places": "Référentiel géographique : France par bassin de vie; ; "},
            "ni par département, ni par région",
        ),
        (["08;Ardennes;2"], {"places": " ; ; "}, "« non indiqué »"),
        ([f"9{n};Nulle part;2" for n in "6789"], {}, "4 codes sur 4 qui ne sont pas sur la carte"),
        ([], {}, "aucune ligne n'a un code"),
    ],
)
def test_a_changed_shape_is_refused_with_a_sentence(load, put, rows, options, sentence):
    put(*rows, **options)
    with pytest.raises(SourceError) as raised:
        load()
    assert sentence in str(raised.value) and "export.csv" in str(raised.value)


def test_a_wrong_encoding_is_refused(load, put):
    put("08;Ardennes;2", encoding="mac-roman")
    with pytest.raises(SourceError, match="Libellé"):
        load()


def test_exports_are_known_by_their_first_line(data, put):
    mine = put("08;Ardennes;2", name="n'importe quoi.csv")
    (data / "local" / "b.csv").write_text("CartoSanté; ; \n", encoding="utf-8")
    (data / "local" / "c.csv").write_text("Code;Insee - Statistiques locales\n", encoding="utf-8")
    assert intake.local_files(insee_statlocales.SOURCE, data, insee_statlocales.mine) == [mine]


@pytest.mark.real
@pytest.mark.skipif(not SAMPLE.exists(), reason="../shared/real is absent")
def test_the_real_export(whole_france, data):
    shutil.copy(SAMPLE, data / "local")
    with loading(whole_france) as load:
        connection, inputs = whole_france
        load(departement_figures, data=inputs.data)
        before = values(connection, "mortalite_prematuree_0_64", "departement", 2023)
        tally = load(insee_statlocales, data=data)
        after = values(connection, "mortalite_prematuree_0_64", "departement", 2023)
        older = values(connection, "mortalite_65_plus", "departement", 2023)
    assert (tally.rows_read, tally.kept) == (101, 101)
    assert {note.outcome for note in tally.notes} == {"compris"} and len(tally.notes) == 7
    assert after == before and after["08"] == 2.0  # the same source, read elsewhere
    assert older["976"] == 74.2
