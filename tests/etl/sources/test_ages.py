"""Population by sex and age: the layout is INSEE's, the figures of the fabricated workbooks are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.source import SourceError
from etl.sources import ages, departement_figures
from tests.etl.published import REAL, book, france, loading, values

SAMPLE = REAL / "insee" / "estim-pop-dep-sexe-aq-2023_single-sheet.xlsx"
BANDS = [f"{age} à {age + 4} ans" for age in range(0, 95, 5)] + ["95 ans et plus"]
METHOD = "Insee, estimations de population au 1er janvier"


@pytest.fixture(scope="module")
def place():
    with france("08", "51", "976", sources=(departement_figures,)) as opened:
        yield opened


@pytest.fixture
def load(place):
    with loading(place) as loader:
        yield loader


def sheet(
    place, year: int, people=lambda code, sex, band: 100 + band, words="résultats provisoires", above=0
) -> list[list]:
    """A sheet as INSEE lays it out: sexes on one row, ages on the next, a département a row, totals, a note."""
    codes = sorted(place[1].known_departements)
    rows = [
        ["Estimation de population au 1er janvier, par département, sexe et âge quinquennal"],
        [f"Année {year}"],
        [],
    ]
    rows += [[]] * above
    span = [None] * len(BANDS)
    rows.append(["Départements", None, "Ensemble", *span, "Hommes", *span, "Femmes", *span])
    rows.append([None, None, *[*BANDS, "Total"] * 3])
    whole = [0] * (3 * len(BANDS) + 3)
    for code in codes:
        men = [people(code, "m", band) for band in range(len(BANDS))]
        women = [people(code, "f", band) for band in range(len(BANDS))]
        both = [m + w for m, w in zip(men, women, strict=True)]
        cells = [*both, sum(both), *men, sum(men), *women, sum(women)]
        whole = [a + b for a, b in zip(whole, cells, strict=True)]
        rows.append([int(code) if code.startswith("97") else code, f"Nom {code} ", *cells])
    rows.append(["France métropolitaine et DOM", None, *whole])
    rows += [[], [f"Source : Insee - Estimations de population ({words})"]]
    return rows


def test_bands_are_kept_by_sex_and_year(place, load, tmp_path):
    connection, _ = place
    path = book(
        tmp_path / "a.xlsx", **{"2025": sheet(place, 2025), "2024": sheet(place, 2024, words="résultats définitifs")}
    )
    tally = load(ages, path)
    assert (tally.rows_read, tally.kept) == (2 * 101, None)
    assert tally.vintage == "2024 à 2025 (résultats provisoires)"
    bands = connection.execute(
        "SELECT age_from, age_to, population FROM population_by_age WHERE departement_code = '976' AND year = 2025 AND sex = 'f' "
        "ORDER BY age_from"
    ).fetchall()
    assert bands == [(5 * n, 5 * n + 5 if n < 19 else None, 100 + n) for n in range(20)]
    assert connection.execute(
        "SELECT year, provisional, count(*), count(DISTINCT departement_code) FROM population_by_age GROUP BY ALL ORDER BY year"
    ).fetchall() == [(2024, False, 120, 3), (2025, True, 120, 3)]


def test_shares_are_those_of_the_people(place, load, tmp_path):
    connection, _ = place
    young = sheet(place, 2026, lambda code, sex, band: (300 if band < 5 else 10) * (2 if code == "51" else 1))
    load(ages, book(tmp_path / "a.xlsx", **{"2026": young}))
    whole = 2 * (5 * 300 + 15 * 10)
    assert values(connection, "population_estimee", "departement", 2026) == {"08": whole, "51": 2 * whole, "976": whole}
    expected = {"part_0_24": 1500, "part_25_59": 70, "part_60_plus": 80, "part_75_plus": 50}
    for indicator, people in expected.items():
        share = pytest.approx(100 * people / 1650)
        assert values(connection, indicator, "departement", 2026) == {"08": share, "51": share, "976": share}
    # Sums of people: the two départements of Grand Est that are here, and not a mean of their shares.
    assert values(connection, "population_estimee", "region", 2026) == {"44": 3 * whole, "06": whole}
    assert values(connection, "population_estimee", "france", 2026) == {"FR": 4 * whole}


def test_a_region_is_not_the_mean_of_its_departements(place, load, tmp_path):
    connection, _ = place
    uneven = sheet(place, 2026, lambda code, sex, band: 1000 if code == "08" and band < 5 else 10)
    load(ages, book(tmp_path / "a.xlsx", **{"2026": uneven}))
    share = values(connection, "part_0_24", "region", 2026)["44"]
    assert share == pytest.approx(100 * (5000 + 50) / (5000 + 150 + 200))


def test_the_official_file_replaces_what_was_published_and_says_so(place, load, tmp_path):
    connection, _ = place
    before = values(connection, "part_75_plus", "departement", 2025)
    assert set(before) == {"08", "51", "976"}
    tally = load(ages, book(tmp_path / "a.xlsx", **{"2025": sheet(place, 2025)}))
    doubts = [note for note in tally.notes if note.outcome == "ambigu" and "75 ans" in note.sentence]
    assert {note.line for note in doubts} == {"08, 2025", "51, 2025", "976, 2025"}
    ardennes = next(note for note in doubts if note.line.startswith("08"))
    assert "11,2 selon « departement_figures »" in ardennes.sentence and "officiel est retenu" in ardennes.sentence
    assert ardennes.name == "Ardennes"
    sources = connection.execute(
        "SELECT DISTINCT source_id, method FROM indicator_value WHERE indicator = 'part_75_plus' AND level = 'departement'"
    ).fetchall()
    assert sources == [("ages", f"{METHOD} (résultats provisoires)")]


def test_the_same_figure_at_the_precision_shown_is_no_doubt(place, load, tmp_path):
    connection, _ = place
    published = values(connection, "part_0_24", "departement", 2025)["08"]

    def people(code, sex, band):
        return round(10_000 * published / 5) if band < 5 else round(10_000 * (100 - published) / 15)

    tally = load(ages, book(tmp_path / "a.xlsx", **{"2025": sheet(place, 2025, people)}))
    assert not [note for note in tally.notes if note.line == "08, 2025" and "Moins de 25 ans" in note.sentence]


def test_years_before_mayotte_are_left_alone(place, load, tmp_path):
    connection, _ = place
    sheets = {"À savoir": [["Lisez-moi"]], "1975": [["tout autre chose"]], "2013": [["?"]], "2014": sheet(place, 2014)}
    tally = load(ages, book(tmp_path / "a.xlsx", **sheets))
    assert tally.rows_read == 101
    assert connection.execute("SELECT DISTINCT year FROM population_by_age").fetchall() == [(2014,)]


def test_a_header_lower_down_is_found(place, load, tmp_path):
    assert load(ages, book(tmp_path / "a.xlsx", Feuil1=sheet(place, 2026, above=3))).rows_read == 101


def changed(rows, old, new):
    """The same rows, the first cell `old` written `new`."""
    rows = [list(row) for row in rows]
    row = next(row for row in rows if old in row)
    row[row.index(old)] = new
    return rows


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: changed(rows, "Départements", "Territoires"), "« Départements »"),
        (lambda rows: changed(rows, "Femmes", "Autres"), "les colonnes ne sont plus le sexe et l'âge"),
        (lambda rows: changed(rows, "60 à 64 ans", "60 à 69 ans"), "les tranches d'âge ne se suivent pas"),
        (lambda rows: changed(rows, "10 à 14 ans", "adolescents"), "« adolescents » n'est pas une tranche d'âge"),
        (lambda rows: changed(rows, "08", "10"), "ligne 15 : le département 10 figure deux fois"),
        (lambda rows: changed(rows, 109, "nd"), "ligne 6 : une population manque"),
        (lambda rows: changed(rows, 109, "beaucoup"), "ligne 6 : « beaucoup » n'est pas un nombre"),
        (lambda rows: changed(rows, 109, 900), "la somme des départements n'est pas la ligne"),
        (
            lambda rows: [row for row in rows if "08" not in row[:1] and "France" not in str(row[:1])],
            "départements de la carte (08)",
        ),
        (
            lambda rows: [row for row in rows if not row or len(str(row[0] or "Total")) > 3],
            "aucune ligne n'est celle d'un département",
        ),
        (lambda rows: rows[:4], "rien ne suit l'en-tête"),
    ],
)
def test_a_changed_shape_is_refused_with_a_sentence(place, load, tmp_path, change, sentence):
    path = book(tmp_path / "a.xlsx", **{"2026": change(sheet(place, 2026))})
    with pytest.raises(SourceError) as raised:
        load(ages, path)
    assert sentence in str(raised.value)
    assert "estim-pop-dep-sexe-aq" in str(raised.value) and "https://www.insee.fr" in str(raised.value)


def test_totals_that_do_not_add_up_are_refused(place, load, tmp_path):
    rows = [row for row in sheet(place, 2026) if "France" not in str(row[:1])]
    rows[5][2] += 1_000
    with pytest.raises(SourceError, match="dans le département 01, la somme des âges n'est pas le total"):
        load(ages, book(tmp_path / "a.xlsx", **{"2026": rows}))


def test_no_year_is_refused_with_the_sheets_found(load, tmp_path):
    with pytest.raises(SourceError, match="feuilles : Lisez-moi, 2010"):
        load(ages, book(tmp_path / "a.xlsx", **{"Lisez-moi": [["x"]], "2010": [["x"]]}))


def test_an_old_sheet_with_other_departements_is_left_aside(place, load, tmp_path):
    connection, _ = place
    old = [row for row in sheet(place, 2014) if row[:1] not in ([976], ["France métropolitaine et DOM"])]
    tally = load(ages, book(tmp_path / "a.xlsx", **{"2014": old, "2026": sheet(place, 2026)}))
    assert [(note.line, note.outcome) for note in tally.notes] == [("feuille 2014", "refuse")]
    assert "976" in tally.notes[0].sentence
    assert connection.execute("SELECT DISTINCT year FROM population_by_age").fetchall() == [(2026,)]


@pytest.mark.parametrize("content", [b"<html>404</html>", b"PK\x03\x04rien", b""])
def test_what_is_no_workbook_is_refused(load, tmp_path, content):
    path = Path(tmp_path / "a.xlsx")
    path.write_bytes(content)
    with pytest.raises(SourceError, match="classeur Excel"):
        load(ages, path)


@pytest.mark.real
@pytest.mark.skipif(not SAMPLE.exists(), reason="../shared/real is absent")
def test_the_real_sheet_of_2023(place, load):
    connection, _ = place
    tally = load(ages, SAMPLE)
    assert tally.rows_read == 101 and tally.vintage == "2023 (résultats provisoires arrêtés fin 2022)"
    assert values(connection, "population_estimee", "departement", 2023)["08"] == 265_417
    assert values(connection, "part_75_plus", "departement", 2023)["08"] == pytest.approx(10.48, abs=0.01)
    assert connection.execute(
        "SELECT sum(population) FROM population_by_age WHERE departement_code = '08' AND year = 2023"
    ).fetchone() == (265_417,)
