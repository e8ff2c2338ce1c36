"""The density grid: the layout is INSEE's, the levels of the fabricated workbooks are not."""

from __future__ import annotations

import pytest

from etl.source import SourceError
from etl.sources import density_grid
from maillage import catalog
from tests.etl.published import book, france, loading, methods, values

LABELS = [label.capitalize() for label in catalog.INDICATOR["grille_densite"].categories]
ROWS = [
    ["08409", "Sedan", 2, LABELS[1], 16_000],
    ["08105", "Charleville-Mézières", 1, LABELS[0], 46_000],
    ["08081", "Bogny-sur-Meuse", 7, LABELS[6], 300],
    ["75056", "Paris", 1, LABELS[0], 2_000_000],
]


@pytest.fixture(scope="module")
def place():
    with france("08", "75") as opened:
        yield opened


@pytest.fixture
def load(place):
    with loading(place) as loader:
        yield loader


def sheet(rows=ROWS, header=("CODGEO", "LIBGEO", "DENS", "LIBDENS", "PMUN21"), above=4) -> list[list]:
    """A sheet as INSEE lays it out: title and remarks, the header on row 5."""
    return [["Grille communale de densité à 7 niveaux"], *[[]] * (above - 1), list(header), *rows]


def test_a_level_is_the_rank_of_its_label(place, load, tmp_path):
    connection, _ = place
    tally = load(density_grid, book(tmp_path / "a.xlsx", Grille=sheet()))
    assert (tally.rows_read, tally.kept, tally.notes) == (4, 4, ())
    assert values(connection, "grille_densite", "commune") == {"08409": 2, "08105": 1, "08081": 7, "75056": 1}
    assert values(connection, "grille_densite", "departement") == {}


def test_an_arrondissement_has_the_level_of_its_city_and_says_so(place, load, tmp_path):
    connection, _ = place
    load(density_grid, book(tmp_path / "a.xlsx", Grille=sheet()))
    levels = values(connection, "grille_densite", "arrondissement_municipal")
    assert levels == {str(code): 1 for code in range(75101, 75121)}
    assert set(methods(connection, "grille_densite", "arrondissement_municipal").values()) == {density_grid.OF_THE_CITY}


def test_the_label_decides_and_not_the_number(place, load, tmp_path):
    connection, _ = place
    other = [["08409", "Sedan", 3, "Ceintures urbaines", 1]]
    load(density_grid, book(tmp_path / "a.xlsx", Grille=sheet(other)))
    assert values(connection, "grille_densite", "commune") == {"08409": 4}


def test_the_workbook_with_three_and_seven_levels(place, load, tmp_path):
    connection, _ = place
    header = ("CODGEO", "LIBGEO", "DENS", "LIBDENS", "DENS7", "LIBDENS7")
    rows = [["08409", "Sedan", 2, "Urbain intermédiaire", 2, LABELS[1]]]
    path = book(tmp_path / "a.xlsx", Documentation=[["Lisez-moi"]], Communes=sheet(rows, header, above=7))
    load(density_grid, path)
    assert values(connection, "grille_densite", "commune") == {"08409": 2}


def test_the_workbook_of_2026_and_its_other_sheets(place, load, tmp_path):
    connection, _ = place
    header = ("CODGEO", "LIBGEO", "DENS", "LIBDENS", "PMUN", "DENS7", "LIBDENS7")
    level = (1, "Dense", 0, 1, LABELS[0])
    path = book(
        tmp_path / "a.xlsx",
        **{
            "Documentation": [["Grille de densité 2026"]],
            "Maille bassin de vie": sheet([["08105", "Charleville", *level]], header),
            "Maille EPCI": sheet([["200041630", "Ardenne Métropole", *level]], header),
            "Maille communale": sheet([["08409", "Sedan", 2, "Intermédiaire", 16_000, 2, LABELS[1]]], header),
            "Maille départementale": sheet([["08", "Ardennes", *level]], header),
        },
    )
    load(density_grid, path)
    assert values(connection, "grille_densite", "commune") == {"08409": 2}


def test_communes_since_reunited_keep_the_level_that_their_parts_shared(place, load, tmp_path):
    connection, _ = place
    rows = [
        ["08439", "Tannay", 6, LABELS[5], 1],
        ["08300", "Le Mont-Dieu", 6, LABELS[5], 1],
        ["08081", "Bogny-sur-Meuse", 6, LABELS[5], 1],
        ["08108", "une part de Bogny", 7, LABELS[6], 1],
    ]
    tally = load(density_grid, book(tmp_path / "a.xlsx", Grille=sheet(rows)))
    assert values(connection, "grille_densite", "commune") == {"08439": 6}
    assert [note.reason for note in tally.notes] == ["communes réunies"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (sheet(header=("CODE", "LIBGEO", "DENS", "LIBDENS", "P")), "« CODGEO »"),
        (
            sheet(header=("CODGEO", "LIBGEO", "DENS", "NIVEAU", "P")),
            "la colonne « LIBDENS7 » est absente ; colonnes trouvées : CODGEO",
        ),
        (
            sheet([["08409", "Sedan", 8, "Hameaux", 1]]),
            "ligne 6 : « Hameaux » n'est pas un des niveaux connus : grands centres",
        ),
        (
            sheet([[f"99{n:03}", "Nulle part", 1, LABELS[0], 1] for n in range(9)]),
            "9 codes sur 9 qui ne sont pas sur la carte",
        ),
        (sheet([]), "aucune ligne n'a un code"),
    ],
)
def test_a_changed_shape_is_refused_with_a_sentence(load, tmp_path, rows, sentence):
    with pytest.raises(SourceError) as raised:
        load(density_grid, book(tmp_path / "a.xlsx", Grille=rows))
    assert sentence in str(raised.value)


def test_a_truncated_workbook_is_refused(load, tmp_path):
    path = book(tmp_path / "a.xlsx", Grille=sheet())
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(SourceError, match="n'est pas un classeur Excel"):
        load(density_grid, path)
