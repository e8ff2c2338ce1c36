"""APL by commune: the layout is DREES's, the figures of the fabricated workbooks are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.source import SourceError
from etl.sources import apl, apl_dentistes, apl_infirmiers, apl_kines, apl_sages_femmes
from tests.etl.published import book, france, loading, methods, values

MG, YOUNGER = "APL aux médecins généralistes", "APL aux médecins généralistes de 65 ans et moins "
HEADER = ["Code commune INSEE", "Commune", MG, YOUNGER, "APL aux médecins généralistes de 62 ans et moins"]
# Sedan, Charleville-Mézières, Paris 1er and 2e; Le Mont-Dieu, now in Tannay; Brieulles-sur-Bar is whole.
ROWS = [
    ["08409", "Sedan", 3.0, 2.5, 2, 1000, 1100],
    ["08105", "Charleville-Mézières", 4.0, 3.0, 2, 3000, 3100],
    ["75101", "Paris 1er Arrondissement", 6.0, 5.0, 4, 100, 100],
    ["75102", "Paris 2e Arrondissement", 3.0, 2.0, 1, 300, 300],
]


@pytest.fixture(scope="module")
def place():
    with france("08", "75") as opened:
        yield opened


@pytest.fixture
def load(place):
    with loading(place) as loader:
        yield loader


def sheet(rows=ROWS, year=2024, header=HEADER, above=8) -> list[list]:
    """A sheet as DREES lays it out: title and remarks, the header on row 9, units below it, notes at the end."""
    last = [f"Population standardisée {year - 2} pour la médecine générale", f"Population totale {year - 2}"]
    title = [[f"Indicateur d'accessibilité potentielle localisée (APL) aux médecins généralistes en {year}"]]
    units = [
        None,
        None,
        *["(en nb de consultations/visites accessibles par an par habitant standardisé)"] * (len(header) - 2),
    ]
    notes = [[], ["Lecture : > En 2024, …"], ["Champ : France, hors Mayotte"], ["Source : DREES"]]
    return [*title, *[[]] * (above - 1), [*header, *last], units, *rows, *notes]


def test_every_year_from_the_commune_to_france(place, load, tmp_path):
    connection, _ = place
    older = [[*row[:2], row[2] + 1, *row[3:]] for row in ROWS]
    path = book(tmp_path / "a.xlsx", Lisez_moi=[["Code commune INSEE"]], APL_2024=sheet(), APL_2023=sheet(older, 2023))
    tally = load(apl, path)
    assert (tally.rows_read, tally.kept, tally.vintage) == (8, 8, "2023, 2024")
    assert values(connection, "apl_mg_drees", "commune", 2024) == {"08409": 3.0, "08105": 4.0, "75056": 3.75}
    assert values(connection, "apl_mg_drees", "arrondissement_municipal", 2024) == {"75101": 6.0, "75102": 3.0}
    assert values(connection, "apl_mg_65_drees", "commune", 2024)["08105"] == 3.0
    assert values(connection, "apl_mg_drees", "departement", 2024) == {"08": 3.75, "75": 3.75}
    assert values(connection, "apl_mg_drees", "region", 2024) == {"44": 3.75, "11": 3.75}
    assert values(connection, "apl_mg_drees", "epci", 2024) == {"200041630": 3.75, "200054781": 3.75}
    assert values(connection, "apl_mg_drees", "france", 2024) == {"FR": 3.75}
    assert values(connection, "apl_mg_drees", "france", 2023) == {"FR": 4.75}


def test_a_mean_says_that_it_is_one_and_what_it_lacks(place, load, tmp_path):
    connection, _ = place
    load(apl, book(tmp_path / "a.xlsx", APL_2024=sheet()))
    assert methods(connection, "apl_mg_drees", "commune")["08409"] == "DREES, APL de la commune"
    assert methods(connection, "apl_mg_drees", "departement")["08"] == f"{apl.MEAN} ; sans 445 communes"
    assert methods(connection, "apl_mg_drees", "commune")["75056"] == f"{apl.MEAN} ; sans 18 communes"


def test_a_lighter_commune_weighs_less(place, load, tmp_path):
    connection, _ = place
    rows = [ROWS[0], ["08105", "Charleville-Mézières", 9.0, 3.0, 2, 250, 3100]]
    load(apl, book(tmp_path / "a.xlsx", APL_2024=sheet(rows)))
    assert values(connection, "apl_mg_drees", "departement")["08"] == pytest.approx((3 * 1000 + 9 * 250) / 1250)


def test_withheld_and_missing_communes_have_no_value_and_no_weight(place, load, tmp_path):
    connection, _ = place
    rows = [
        *ROWS,
        ["08081", "Bogny-sur-Meuse", "nd", 1.0, 2, 50_000, 50_000],
        ["08490", "Vouziers", 5.0, 1, 2, None, 3],
    ]
    load(apl, book(tmp_path / "a.xlsx", APL_2024=sheet(rows)))
    figures = values(connection, "apl_mg_drees", "commune")
    assert figures["08081"] is None and figures["08490"] == 5.0
    assert values(connection, "apl_mg_drees", "departement")["08"] == 3.75


def test_communes_since_reunited_keep_what_their_parts_shared(place, load, tmp_path):
    connection, _ = place
    shared = [["08439", "Tannay", 2.0, 1.0, 1, 100, 1], ["08300", "Le Mont-Dieu", 2.0, 1.0, 1, 100, 1]]
    torn = [["08081", "Bogny-sur-Meuse", 2.0, 1.0, 1, 300, 1], ["08108", "une part de Bogny", 4.0, 1.0, 1, 100, 1]]
    tally = load(apl, book(tmp_path / "a.xlsx", APL_2024=sheet([*shared, *torn])))
    assert values(connection, "apl_mg_drees", "commune") == {"08439": 2.0}
    assert [(note.outcome, note.reason) for note in tally.notes] == [("refuse", "communes réunies")]
    assert "« 08081 » réunit aujourd'hui 08081, 08108" in tally.notes[0].sentence
    # Both still weigh in what they belong to.
    assert values(connection, "apl_mg_drees", "departement")["08"] == pytest.approx((2 * 500 + 4 * 100) / 600)


def test_a_code_that_stands_twice_is_kept_only_when_it_says_the_same(place, load, tmp_path):
    connection, _ = place
    tally = load(
        apl, book(tmp_path / "a.xlsx", APL_2024=sheet([*ROWS, ROWS[0], ["08105", "Charleville", 9, 9, 9, 1, 1]]))
    )
    assert set(values(connection, "apl_mg_drees", "commune")) == {"08409", "75056"}
    assert [note.reason for note in tally.notes] == ["code en double"]


def test_a_header_lower_down_and_a_measure_less(place, load, tmp_path):
    connection, _ = place
    rows = [[row[0], row[1], row[2], row[5], row[6]] for row in ROWS]
    load(apl, book(tmp_path / "a.xlsx", APL_2024=sheet(rows, header=HEADER[:3], above=11)))
    assert values(connection, "apl_mg_drees", "commune")["08409"] == 3.0
    assert values(connection, "apl_mg_65_drees", "commune") == {}


def test_a_few_unknown_codes_are_told_and_many_refused(load, tmp_path):
    tally = load(apl, book(tmp_path / "a.xlsx", APL_2024=sheet([*ROWS, ["97701", "Saint-Barthélemy", 1, 1, 1, 1, 1]])))
    assert (tally.rows_read, tally.kept) == (5, 4)
    assert [(note.line, note.reason, note.name) for note in tally.notes] == [
        ("ligne 15", "territoire inconnu", "Saint-Barthélemy")
    ]
    strangers = [[f"99{n:03}", "Nulle part", 1, 1, 1, 1, 1] for n in range(4)]
    with pytest.raises(SourceError, match="4 codes sur 8 qui ne sont pas sur la carte"):
        load(apl, book(tmp_path / "b.xlsx", APL_2024=sheet([*ROWS, *strangers])))


@pytest.mark.parametrize(
    ("sheets", "sentence"),
    [
        ({"Lisez-moi": [["x"]]}, "aucune feuille ne s'appelle « APL » suivi d'une année ; feuilles : Lisez-moi"),
        ({"APL_2024": [["Titre"], [], ["Code", "Commune"]]}, "colonnes « Code commune INSEE », « Commune »"),
        ({"APL_2024": sheet(header=[*HEADER[:2], "Accessibilité", *HEADER[3:]])}, f"la colonne « {MG} » est absente"),
        (
            {"APL_2024": [row[:5] for row in sheet()]},
            "la colonne « Population standardisée » est absente ; colonnes trouvées : Code",
        ),
        (
            {"APL_2024": sheet([[*ROWS[0][:2], "trois", *ROWS[0][3:]]])},
            "feuille « APL 2024 », ligne 11 : « trois » n'est pas un nombre",
        ),
        ({"APL_2024": sheet([[*row[:2], None, *row[3:]] for row in ROWS])}, "une commune sur deux au moins"),
        ({"APL_2024": sheet([[*row[:2], 9000, *row[3:]] for row in ROWS])}, "de 0 à 100"),
        ({"APL_2024": sheet([])}, "aucune ligne n'a un code"),
    ],
)
def test_a_changed_shape_is_refused_with_a_sentence(load, tmp_path, sheets, sentence):
    with pytest.raises(SourceError) as raised:
        load(apl, book(tmp_path / "a.xlsx", **sheets))
    assert sentence in str(raised.value)
    assert "drees" in str(raised.value)


def test_the_wording_of_2024_is_read_too(place, load, tmp_path):
    connection, _ = place
    header = [*HEADER[:3], "APL aux médecins généralistes de 65 ans ou moins", HEADER[4].replace(" et ", " ou ")]
    load(apl, book(tmp_path / "a.xlsx", APL_2024=sheet(header=header)))
    assert values(connection, "apl_mg_65_drees", "commune")["08105"] == 3.0


@pytest.mark.parametrize(
    ("module", "heading", "weight"),
    [
        (apl_infirmiers, "APL aux infirmières", "Population standardisée 2022 pour les infirmières"),
        (apl_kines, "APL aux kinésithérapeutes", "Population standardisée 2022 pour les kinésithérapeutes"),
        (apl_dentistes, "APL aux chirurgiens-dentistes", "Population standardisée 2022 pour les chirurgiens-dentistes"),
        (apl_sages_femmes, "APL aux sages-femmes", "Population féminine standardisée 2022 pour les sages-femmes"),
    ],
)
def test_four_more_professions(place, load, tmp_path, module, heading, weight):
    connection, _ = place
    rows = [["08409", "Sedan", 150.0, 1000, 1100, 600], ["08105", "Charleville-Mézières", 110.0, 3000, 3100, 1600]]
    header = ["Code commune INSEE", "Commune", heading, weight, "Population totale 2022", "Population féminine 2022"]
    path = book(
        tmp_path / "a.xlsx", **{"Paramètres": [["x"]], "APL 2024": [["Titre"], *[[]] * 7, header, [None] * 6, *rows]}
    )
    load(module, path)
    (indicator,) = module.WORKBOOK.measures
    assert values(connection, indicator, "commune") == {"08409": 150.0, "08105": 110.0}
    assert values(connection, indicator, "departement") == {"08": 120.0}
    with pytest.raises(SourceError, match=r"indicateur_d_apl_aux_.*est absente"):
        load(module, book(tmp_path / "b.xlsx", APL_2024=sheet()))


def test_either_version_of_the_service_is_asked():
    for module in (apl, apl_infirmiers, apl_kines, apl_dentistes, apl_sages_femmes):
        (other,) = module.SOURCE.remote.elsewhere
        assert other == module.SOURCE.remote.url.replace("/api/v2/", "/api/explore/v2.1/") and other.endswith("_xlsx")


def test_a_web_page_is_refused(load, tmp_path):
    path = Path(tmp_path / "a.xlsx")
    path.write_text("<html>Service indisponible</html>")
    with pytest.raises(SourceError, match="page web"):
        load(apl, path)
