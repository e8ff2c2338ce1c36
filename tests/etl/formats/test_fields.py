"""What fields mean, told by what they hold."""

from __future__ import annotations

import pytest

from etl.formats import fields
from etl.formats.cpts_statuses import status_of

NAMES = ["CPTS du Grand Arras", "CPTS La Gohelle", "CPTS Artois Lys", "Communauté professionnelle de Calais"]
HOMES = [{"62"}, {"62"}, {"62"}, {"62"}]


def test_blanks_are_nothing_and_spaces_are_one():
    assert fields.tabulate([{"a": "  ", "b": "x \n y"}, {"a": [], "c": 0}]) == {
        "a": [None, None],
        "b": ["x y", None],
        "c": [None, 0],
    }


# -- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ({"zz": NAMES}, "zz"),
        ({"nom_departement": ["Pas-de-Calais"] * 4, "zz": NAMES}, "zz"),
        ({"statut": ["CPTS signataire", "CPTS en projet"] * 2, "zz": NAMES}, "zz"),
        ({"mail": [f"cpts{i}@a.fr" for i in range(4)], "libelle": ["Arras", "Lens", "Béthune", "Calais"]}, "libelle"),
        (
            {
                "nom_president": ["A Bcd", "E Fgh", "I Jkl", "M Nop"],
                "denomination": ["Arras", "Lens", "Béthune", "Calais"],
            },
            "denomination",
        ),
    ],
)
def test_names_are_found(table, field):
    assert fields.name_field(table) == field


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"a": [None, None]},
        {"code": ["62001", "62002", "62003", "62004"]},
        {"site": ["https://cpts-arras.fr", "https://cpts-lens.fr"]},
        {"nom": ["Pas-de-Calais", "Pas-de-Calais", "Nord", "Nord"]},
        {"nom": ["CPTS du Grand Arras", None, None, None]},
    ],
)
def test_no_names_where_there_are_none(table):
    assert fields.name_field(table, {"pas calais", "nord"}) is None


def test_names_of_communes_are_no_names_of_cpts_unless_the_field_is_called_so():
    villages, places = ["Arras", "Lens", "Béthune", "Calais"], {"arras", "lens", "bethune"}
    assert fields.name_field({"nom": villages}, places) is None
    assert (
        fields.name_field({"nom_com": villages, "territoire": ["Gohelle", "Gohelle", "Artois", "Artois"]}, places)
        == "territoire"
    )
    assert fields.name_field({"nom_com": villages, "nom_cpts": ["Lens", "Lens", "Lens", "Arras"]}, places) == "nom_cpts"


def test_stages_are_no_names():
    table = {"lib_cpts": ["En projet", "ACI signé"] * 10, "nom_cpts": ["Gohelle", "Artois"] * 10}
    assert fields.name_field(table, (), status_of) == "nom_cpts"


def test_flags_are_of_the_stage_their_field_names():
    table = {
        "aci": ["OUI", "NON"],
        "projetValide": [True, False],
        "active": [1, 0],
        "mail": ["oui", "non"],
        "ps": ["x", "y"],
    }
    assert fields.flag_fields(table, status_of) == {
        "aci": "aci_signe",
        "projetValide": "projet_sante_valide",
        "active": "en_fonctionnement",
    }


def test_an_identifier_may_be_one_of_each_name():
    names = ["Alpha"] * 10 + ["Bravo"] * 10
    assert fields.id_field({"id": ["1"] * 10 + ["2"] * 10}, set(), names) == "id"
    assert fields.id_field({"id": [str(number) for number in range(20)]}, set(), names) is None


def test_one_commune_a_row_is_a_member_where_names_come_back():
    codes = ["62001", "62002", "08105", "2A004"]
    assert fields.member_field({"x": codes}, KNOWN, ["Alpha", "Alpha", "Bravo", "Bravo"]) == "x"
    assert fields.member_field({"x": codes}, KNOWN, ["Alpha", "Bravo", "Charlie", "Delta"]) is None


# -- FINESS ---------------------------------------------------------------------------------------------------------


def test_a_finess_number_begins_with_its_departement_and_a_siren_does_not():
    siren, finess = (
        ["851234567", "903456789", "880123456", "912345678"],
        ["620031234", "620031235", "620031236", "590031237"],
    )
    assert fields.finess_field({"siren": siren, "x": finess}, HOMES, set()) == "x"
    assert fields.finess_field({"siren": siren}, HOMES, set()) is None


def test_known_seats_are_recognised_wherever_they_lie():
    assert fields.finess_field({"x": ["750001234", "750001235"]}, [{"62"}, {"62"}], {"750001234", "750001235"}) == "x"


def test_corsica_and_overseas_have_letters():
    assert fields.finess_field({"x": ["2A0001234", "970400123"]}, [{"2A"}, {"974"}], set()) == "x"


def test_without_a_place_only_the_field_can_say_it():
    assert fields.finess_field({"n_finess": ["620031234"]}, [set()], set()) == "n_finess"
    assert fields.finess_field({"numero": ["620031234"]}, [set()], set()) is None


# -- statuses -------------------------------------------------------------------------------------------------------


def test_the_status_is_a_few_words_that_come_back():
    table = {"zz": NAMES, "etape": ["ACI signé", "En projet", "ACI signé", "Autre"], "region": ["HDF"] * 4}
    assert fields.status_field(table, status_of) == "etape"
    assert fields.status_field({"etape": ["ACI signé", "T1", "T2", "T3"]}, status_of) is None
    # A sentence a row is a comment, even when each one speaks of a stage.
    assert fields.status_field({"note": [f"ACI signé en {year}" for year in range(2018, 2022)]}, status_of) is None


# -- communes -------------------------------------------------------------------------------------------------------

KNOWN = {"62001", "62002", "08105", "2A004"}


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("62001,62002", ["62001", "62002"]),
        ("62001 ; 62002", ["62001", "62002"]),
        ("{62001|2a004}", ["62001", "2A004"]),
        ('["62001", "62002"]', ["62001", "62002"]),
        (["62001", 8105, 8105.0], ["62001", "08105", "08105"]),
        ("Arras, Lens", []),
        ("62001, Lens", []),
        (62001, ["62001"]),
        ([], []),
    ],
)
def test_codes_in_a_list_or_a_text(value, codes):
    assert fields.codes(value) == codes


def test_member_communes_are_several_known_codes():
    assert fields.member_field({"x": ["62001,62002", "62002,08105", None]}, KNOWN) == "x"
    assert fields.member_field({"siege": ["62001", "62002", "08105"]}, KNOWN) is None
    assert fields.member_field({"postaux": ["62000,62300", "59000,59800"]}, KNOWN) is None
    assert fields.member_field({"x": ["62001,62002", "Arras, Lens", "Calais"]}, KNOWN) is None


# -- départements and figures ---------------------------------------------------------------------------------------

DEPARTEMENTS = {"08", "62", "2A", "974"}


def test_a_departement_is_the_one_they_lie_in():
    homes = [{"62"}, {"08"}, {"08"}]
    table = {"taille": [8, 62, 62], "dep": ["62", 8, "08"]}
    assert fields.departement_field(table, homes, DEPARTEMENTS) == "dep"
    assert fields.departement_field({"taille": [8, 62, 62]}, homes, DEPARTEMENTS) is None
    assert fields.departement_field({"dep": ["62"], "x": ["62"]}, [set()], DEPARTEMENTS) == "dep"


def test_a_population_is_close_to_ours():
    computed = [100_000, 50_000, None, 30_000]
    table = {"p75": [9_000, 5_000, 3_000, 2_000], "pop": ["103 500", 49_000, 1, 34_400.0], "n": [30, 20, 10, 5]}
    assert fields.figure_field(table, computed, 0.25) == "pop"
    assert fields.figure_field({"p75": table["p75"]}, computed, 0.25) is None
    assert fields.figure_field(table, [None] * 4, 0.25) is None


@pytest.mark.parametrize(
    ("value", "understood"),
    [
        ("34 400", 34400),
        ("34\u202f400", 34400),
        (12.0, 12),
        (0, None),
        ("0", None),
        ("2,5", None),
        (2.5, None),
        ("-3", None),
        (True, None),
        ("9" * 12, None),
    ],
)
def test_numbers(value, understood):
    assert fields.number(value) == understood


# -- identifiers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["id", "ID_CPTS", "cpts_id", "code_cpts", "idCpts", "num_cpts"])
def test_an_identifier_calls_itself_so(field):
    assert fields.id_field({"nom": NAMES, field: ["A1", "A2", "A3", "A4"]}, {"nom"}) == field


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("gid", [1, 2, 3, 4]),
        ("ogc_fid", [1, 2, 3, 4]),
        ("objectid", [1, 2, 3, 4]),
        ("id_region", ["32", "32", "44", "44"]),
        ("id", ["A1", "A2", None, "A4"]),
        ("id", ["A1", "A1", "A1", "A4"]),
        ("id", NAMES),
    ],
)
def test_what_is_dealt_out_or_shared_or_missing_is_no_identifier(field, values):
    assert fields.id_field({field: values}, set()) is None


# -- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "understood"),
    [
        ("2021-05-03", "2021-05-03"),
        ("2021-05-03Z", "2021-05-03"),
        ("2021-05-03T00:00:00Z", "2021-05-03"),
        ("2021-05-03 10:00", "2021-05-03"),
        ("03/05/2021", "2021-05-03"),
        ("05/2021", "2021-05"),
        ("2021-05", "2021-05"),
        ("31/02/2021", None),
        ("2021", None),
        ("0001-01-01", None),
        (20210503, None),
        ("bientôt", None),
    ],
)
def test_days(value, understood):
    assert fields.day(value) == understood


def test_a_date_is_of_what_its_name_says_or_of_nothing():
    days = ["2021-05-03", "2022-01-01"]
    meanings = {"aci_signe": r"\baci\b", "as_of": r"\bmaj\b"}
    table = {"DATE_ACI": days, "dateMaj": days, "date": days, "aci_maj": days, "aci": ["oui", "non"]}
    assert fields.date_fields(table, meanings) == {"DATE_ACI": "aci_signe", "dateMaj": "as_of"}


# -- what is left ---------------------------------------------------------------------------------------------------


def test_what_is_left_is_described_and_never_quoted():
    values = {
        "mail": ["someone@example.org"],
        "tel": ["03 00 00 00 00", "+33 3 00 00 00 00"],
        "d": ["2021-05-03"],
        "n": [1, 2.5, "3,5"],
        "t": ["x", "y", "x"],
        "o": [{"a": 1}],
    }
    kinds = {field: fields.kind(column) for field, column in values.items()}
    assert kinds == {
        "mail": "coordonnées de contact",
        "tel": "coordonnées de contact",
        "d": "dates, sans que leur nom dise de quoi",
        "n": "nombres, 3 valeurs différentes",
        "t": "textes, 2 valeurs différentes",
        "o": "listes ou objets",
    }
