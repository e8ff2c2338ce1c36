"""Pasted lists: what people really paste, and what nobody thought of."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.address.links import MOST
from maillage.language.names import spelled as plain
from maillage.language.places import postal_part
from maillage.methods import pasting
from maillage.methods.pasting import Candidate, Directory
from maillage.queries import communes
from maillage.subjects.territory import draft

COMMUNES = [
    Candidate("08409", "Sedan", "08", 16_000),
    Candidate("08105", "Charleville-Mézières", "08", 46_000),
    Candidate("08053", "Bazeilles", "08", 2_000),
    Candidate("71153", "Le Creusot", "71", 21_000),
    Candidate("71540", "Torcy", "71", 3_000),
    Candidate("77468", "Torcy", "77", 22_000),
    Candidate("93066", "Saint-Denis", "93", 150_000),
    Candidate("97411", "Saint-Denis", "974", 155_000),
    Candidate("2A004", "Ajaccio", "2A", 75_000),
    Candidate("01165", "Francheleins", "01", 1_600),
    Candidate("16015", "Angoulême", "16", 41_000),
    Candidate("51414", "Œuilly", "51", 600),
    Candidate("94038", "L'Haÿ-les-Roses", "94", 31_000),
    Candidate("69123", "Lyon", "69", 520_000),
    Candidate("69381", "Lyon 1er Arrondissement", "69", 29_000),
    Candidate("69382", "Lyon 2e Arrondissement", "69", 30_000),
]
DIRECTORY = Directory(
    {commune.code: commune for commune in COMMUNES},
    {"01003": "01165", "08999": "01003"},
    {"69123": ("69381", "69382")},
    {
        "08": "Ardennes",
        "71": "Saône-et-Loire",
        "77": "Seine-et-Marne",
        "93": "Seine-Saint-Denis",
        "974": "La Réunion",
        "2A": "Corse-du-Sud",
    },
)
WHOLE = [commune for commune in COMMUNES if commune.code != "69123"]


def read(text, near=()):
    return pasting.read(text, DIRECTORY, near)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("08409 08105", ("08105", "08409")),
        ("08409, Charleville-Mezieres ; BAZEILLES", ("08053", "08105", "08409")),
        ("2a004\n2A004", ("2A004",)),
        ("Sedan (08)\nSedan 08409\n08200 Sedan\n- 08409", ("08409",)),
        ("Creusot (Le)\nle creusot", ("71153",)),
        ("st denis 974", ("97411",)),
        ("Saint-Denis (Seine-Saint-Denis)", ("93066",)),
        ("Torcy - Saône-et-Loire", ("71540",)),
        ("Oeuilly, l'hay les roses, L’HAŸ-LES-ROSES", ("51414", "94038")),
        ("Lyon 2e\nLyon 1er arrondissement", ("69381", "69382")),
        ("69123", ("69381", "69382")),
        ('="08409"\n"08105"', ("08105", "08409")),
        ("8409\n8105", ("08105", "08409")),
        ("code\tcommune\tpopulation\n08409\tSedan\t16015\n16015\tAngoulême\t41 000", ("08409", "16015")),
        ("Sedan;CA Ardenne Métropole;16015\nBazeilles;CA Ardenne Métropole;2000", ("08053", "08409")),
        ("Torcy;71540\nLe Creusot;71153", ("71153", "71540")),
        ("", ()),
        ("\n \n;;;\n", ()),
        ("1. Sedan\n2) Bazeilles", ("08053", "08409")),
        ("Commune de Sedan\nVille de Bazeilles", ("08053", "08409")),
        ("Communes : Sedan, Bazeilles et Charleville-Mézières", ("08053", "08105", "08409")),
        ("Sedan / Bazeilles", ("08053", "08409")),
        ("69002 Lyon", ("69382",)),
        ("Lyon (69001)", ("69381",)),
        ("69001;Lyon\n69002;Lyon", ("69381", "69382")),
        ("Lyon;69382\nSedan;08409", ("08409", "69382")),
        ("08409\t084090101\tSedan", ("08409",)),
        ("Sedan - Bazeilles - Charleville-Mézières", ("08053", "08105", "08409")),
        ("Sedan, Ardennes\nBazeilles, Ardennes", ("08053", "08409")),
        ("Torcy, Seine-et-Marne", ("77468",)),
        ("Saint-Denis;Réunion\nTorcy;Saône et Loire", ("71540", "97411")),
        ("Ardennes;Sedan\nArdennes;Bazeilles", ("08053", "08409")),
        ("Lyon IIe\nLyon 1er arrdt", ("69381", "69382")),
        ("F-08200 Sedan\nBazeilles [08053]", ("08053", "08409")),
        ("Sedan : 16 000 hab.\nBazeilles (2 000 habitants)", ("08053", "08409")),
        ("Sedan;16000\nTotal;16000", ("08409",)),
        ("084090000\n080530000", ("08053", "08409")),
    ],
)
def test_what_people_paste(text, codes):
    meaning = read(text)
    assert meaning.codes == codes
    assert not meaning.questions and not meaning.refusal


def test_an_old_code_is_followed_through_every_change():
    meaning = read("01003\n08999")
    assert meaning.codes == ("01165",)
    assert meaning.followed == {"01003": "01165", "08999": "01165"}
    assert meaning.duplicates == 1


def test_homonyms_are_asked_about_those_nearby_first():
    (question,) = read("Torcy").questions
    assert question.homonyms and [c.code for c in question.candidates] == ["77468", "71540"]
    (question,) = read("Torcy, Le Creusot", near=("71",)).questions
    assert [c.code for c in question.candidates] == ["71540", "77468"]


def test_a_typo_is_asked_about_and_never_taken():
    meaning = read("Sedann\nBazeile")
    assert meaning.codes == ()
    assert [(q.asked, q.homonyms, q.candidates[0].name) for q in meaning.questions] == [
        ("Sedann", False, "Sedan"),
        ("Bazeile", False, "Bazeilles"),
    ]


def test_the_iris_of_a_commune_are_asked_about_together():
    (question,) = read("084090101\n084090102\n84090103.0\nIRIS 084090104").questions
    assert [c.code for c in question.candidates] == ["08409"]


@pytest.mark.parametrize(
    ("text", "sure", "asked"),
    [
        ("Laval, Mayenne", ("53130",), "Mayenne"),
        ("Mayenne, Laval", ("53130",), "Mayenne"),
        ("Saint-Denis, La Réunion", ("97411",), "La Réunion"),
        ("Sedan ?", (), "Sedan ?"),
        ("Sedan - Torcy", (), "Sedan - Torcy"),  # a quartier, or a commune elsewhere
        ("Lyon 10", (), "Lyon 10"),
        ("Sedan, 08105", ("08409",), "08105"),  # a postcode, or the code of another commune
        ("08105, Sedan", ("08409",), "08105"),
        ("200041622", (), "200041622"),
    ],
)
def test_what_may_be_another_commune_is_asked_about_and_never_taken(text, sure, asked):
    more = [
        Candidate("53130", "Laval", "53", 49_000),
        Candidate("53147", "Mayenne", "53", 13_000),
        Candidate("47222", "La Réunion", "47", 700),
    ]
    departements = {**DIRECTORY.departements, "53": "Mayenne"}
    larger = replace(DIRECTORY, communes=DIRECTORY.communes | {c.code: c for c in more}, departements=departements)
    pasted = pasting.read(text, larger)
    assert pasted.codes == sure and [question.asked for question in pasted.questions] == [asked]


def test_a_column_of_départements_whose_names_communes_bear_is_none_of_them():
    more = [Candidate("53130", "Laval", "53", 49_000), Candidate("53147", "Mayenne", "53", 13_000)]
    departements = {**DIRECTORY.departements, "53": "Mayenne"}
    larger = replace(DIRECTORY, communes=DIRECTORY.communes | {c.code: c for c in more}, departements=departements)
    for text in ("Mayenne;Laval\nArdennes;Sedan", "Laval\tMayenne\nSedan\tArdennes"):
        pasted = pasting.read(text, larger)
        assert pasted.codes == ("08409", "53130") and not pasted.questions


def test_what_nothing_resembles_is_said():
    assert [(q.asked, q.candidates) for q in read("99999\nqwxz qwxz").questions] == [("99999", ()), ("qwxz qwxz", ())]


def test_a_row_tells_what_it_left_aside():
    assert read("Sedan;CA;16015\nBazeilles;CA;12").ignored == ["CA", "16015", "CA", "12"]


def test_a_city_is_said_to_be_replaced():
    assert read("Lyon").expanded == ["Lyon"]


def test_a_limit_is_a_sentence():
    meaning = read("\n".join(f"{n:05d}" for n in range(35_000)))
    assert meaning.codes == () and not meaning.questions
    assert "35\u202f000 codes" in meaning.refusal and "1\u202f500 communes au plus" in meaning.refusal


def spelled(name, how):
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.replace("Œ", "OE")) if not unicodedata.combining(c))
    return {
        "as is": name,
        "bare": bare,
        "capitals": name.upper(),
        "small": bare.lower(),
        "spaced": f"  {bare.replace('-', ' ')} ",
    }[how]


@given(
    st.lists(
        st.tuples(st.sampled_from(WHOLE), st.sampled_from(["code", "as is", "bare", "capitals", "small", "spaced"])),
        max_size=40,
    ),
    st.sampled_from(["\n", ",", " ; ", "\n\n", ",\n"]),
)
def test_names_and_codes_in_any_spelling_are_the_same_communes(wanted, mark):
    """Homonyms apart, a list reads as its communes do, whatever the spelling, the order, the mark, the repetitions.

    Alone on a line with the name of a neighbour, a code may be a postcode: it is asked about.
    """
    names = [commune.name for commune in COMMUNES]
    pieces = [c.code if how == "code" or names.count(c.name) > 1 else spelled(c.name, how) for c, how in wanted]
    meaning = read(mark.join(pieces))
    meant = {commune.code for commune, _ in wanted}
    coded = {c.code for (c, _), piece in zip(wanted, pieces, strict=True) if piece == c.code}
    neighbours = len(meant) == 2 and len({commune.departement_code for commune, _ in wanted}) == 1
    asked = coded if len(pieces) == 2 and len(coded) == 1 and neighbours and "\n" not in mark else set()
    assert meaning.codes == tuple(sorted(meant - asked)) and {question.asked for question in meaning.questions} == asked
    assert meaning.duplicates == len(wanted) - len(meant)


@given(st.sampled_from([c for c in WHOLE if len(c.name) > 6 and c.name != "Saint-Denis"]), st.data())
def test_one_wrong_letter_still_offers_the_commune(commune, data):
    at = data.draw(st.integers(1, len(commune.name) - 1))
    wrong = commune.name[:at] + data.draw(st.sampled_from(["", "z", "xx"])) + commune.name[at + 1 :]
    meaning = read(wrong)
    assert commune.code in meaning.codes or commune in meaning.questions[0].candidates


@given(st.text(max_size=400))
def test_nothing_breaks_and_nothing_is_invented(text):
    meaning = read(text)
    assert set(meaning.codes) <= set(DIRECTORY.communes)
    assert len(meaning.codes) <= MOST


# -- the real country -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def country(ask):
    return ask.keep(draft.directory)


def test_the_whole_country_pasted_is_refused_and_a_département_of_it_is_not(country):
    codes = sorted(country.communes)
    assert pasting.read("\n".join(codes), country).refusal
    here = [code for code in codes if code.startswith("62")]
    assert pasting.read(" ".join(here), country).codes == tuple(here)


def test_every_code_of_the_past_finds_its_commune(country):
    """But the twenty of the Seine that are postcodes of Paris today: those are asked about."""
    known = [(old, new) for old, new in country.moved.items() if old not in country.communes]
    postal = [old for old, _ in known if postal_part("paris", old)]
    questions = pasting.read("\n".join(postal), country).questions
    assert [question.candidates[0].code for question in questions] == [f"751{old[3:]}" for old in postal]
    assert len(postal) == 20
    known = [(old, new) for old, new in known if old not in postal]
    for start in range(0, len(known), 1000):
        part = known[start : start + 1000]
        meaning = pasting.read("\n".join(old for old, _ in part), country)
        assert not meaning.questions
        assert set(meaning.codes) == {code for _, new in part for code in country.parts.get(new, (new,))}


def test_names_of_a_département_are_enough_with_its_number(country):
    here = [c for c in country.communes.values() if c.departement_code == "71"]
    meaning = pasting.read("\n".join(f"{c.name} (71)" for c in here), country)
    names = [plain(c.name) for c in here]
    alone = {c.code for c in here if names.count(plain(c.name)) == 1}
    assert alone <= set(meaning.codes)
    assert {plain(q.asked.removesuffix(" (71)")) for q in meaning.questions} == {n for n in names if names.count(n) > 1}


# -- names that were, codes as they are protected ------------------------------------------------------------------------------------


FORMER = pasting.Directory(
    {
        commune.code: commune
        for commune in (
            Candidate("89162", "Évry", "89", 400),
            Candidate("91228", "Évry-Courcouronnes", "91", 66_000),
            Candidate("71584", "Viré", "71", 1_200),
            Candidate("14762", "Vire Normandie", "14", 17_000),
            Candidate("93066", "Saint-Denis", "93", 150_000),
            Candidate("97411", "Saint-Denis", "974", 155_000),
            Candidate("36044", "Châteauroux", "36", 43_000),
            Candidate("05036", "Châteauroux-les-Alpes", "05", 1_200),
            Candidate("08409", "Sedan", "08", 16_000),
            Candidate("51454", "Reims", "51", 180_000),
            Candidate("2A004", "Ajaccio", "2A", 75_000),
            Candidate("83137", "Toulon", "83", 180_000),
        )
    },
    {},
    {},
    {"08": "Ardennes", "91": "Essonne"},
    [
        ("Évry", "91228", 2019),
        ("Vire", "14762", None),
        ("Pierrefitte-sur-Seine", "93066", None),
        ("Châteauroux", "05036", 1984),
    ],
)


@pytest.mark.parametrize(
    ("text", "near", "codes", "followed"),
    [
        ("Évry", {"91"}, ("91228",), {"Évry": "91228"}),
        ("Évry", {"89"}, ("89162",), {}),
        ("Évry", {"08"}, (), {}),
        ("Évry", (), (), {}),
        ("Vire", {"14"}, ("14762",), {"Vire": "14762"}),
        ("Vire", {"78"}, (), {}),
        ("Viré", {"14"}, ("71584",), {}),
        ("91000 Évry", (), ("91228",), {}),
        ("Évry (91)", (), ("91228",), {}),
        ("Évry - Essonne", (), ("91228",), {}),
        ("Pierrefitte-sur-Seine", (), ("93066",), {"Pierrefitte-sur-Seine": "93066"}),
        ("Châteauroux", (), ("36044",), {}),
        ("Saint-Denis", {"93"}, (), {}),
        ("20303 Ajaccio", (), ("2A004",), {}),
        ("9D411", (), ("97411",), {"9D411": "97411"}),
        ("8409.0", (), ("08409",), {}),
        ("08409.0\n8409,0", (), ("08409",), {}),
        ('="08409"', (), ("08409",), {}),
        ("'08409", (), ("08409",), {}),
    ],
)
def test_a_name_that_was_is_followed_where_the_page_is_or_asked_about(text, near, codes, followed):
    meaning = pasting.read(text, FORMER, near)
    assert (meaning.codes, meaning.followed) == (codes, followed)
    assert bool(meaning.questions) == (not codes)


@pytest.mark.parametrize("text", ["75001 Sedan", "08409 Reims", "TOULON CEDEX 9", "83041 TOULON CEDEX 9"])
def test_what_contradicts_or_is_a_sorting_office_is_asked_about(text):
    meaning = pasting.read(text, FORMER)
    assert meaning.codes == () and len(meaning.questions) == 1 and meaning.questions[0].candidates


MISTAKEN = pasting.Directory(
    {
        commune.code: commune
        for commune in [
            *COMMUNES,
            Candidate("08200", "Grivy-Loisy", "08", 180),
            Candidate("2B303", "Sotta", "2B", 1200),
        ]
    },
    {"20303": "2B303"},
    {},
    DIRECTORY.departements,
)


@pytest.mark.parametrize(
    ("text", "codes", "offered"),
    [
        ("08200 Sedann", (), ["08409", "08200"]),  # a postcode, and the code of another commune
        ("08200 - Sedann", (), ["08409", "08200"]),
        ("20303 AJACCIO CEDEX 9", (), ["2A004"]),
        ("20303\tAJACCIO CÉDEX 9\n71200\tLe Creusot", ("71153",), ["2A004"]),
        ("Sedan;08200\nLe Creusot;71200\nSedann;08200", ("08409", "71153"), ["08409"]),
        ("08409 Qwxz", (), ["08409"]),
    ],
)
def test_a_postcode_beside_a_name_that_is_not_understood_adds_no_other_commune(text, codes, offered):
    meaning = pasting.read(text, MISTAKEN)
    assert meaning.codes == codes
    (question,) = meaning.questions
    assert [commune.code for commune in question.candidates] == offered


@pytest.mark.parametrize(
    "text",
    [
        "08409 Sedann",
        "Insee 08409",
        "FR08409",
        "COM 08409",
        "08409;CA Ardenne\n08105;CA Ardenne",
        "08409;x\nSedan;08409",
    ],
)
def test_a_code_is_followed_when_nothing_says_that_it_is_a_postcode(text):
    meaning = pasting.read(text, MISTAKEN)
    assert "08409" in meaning.codes and meaning.questions == []


def test_no_part_of_a_commune_is_added_as_another_commune_elsewhere(cursor):
    """Each delegated or associated commune, pasted from its own département and from none."""
    listed, moved, _, departements = communes.gazetteer(cursor)
    names = communes.former_names(cursor)
    known = pasting.Directory(
        {code: Candidate(code, *rest) for code, *rest in listed}, dict(moved), {}, dict(departements), names
    )
    parts = [(name, code) for name, code, until in names if until is None]
    for name, code in parts:
        assert set(pasting.read(name, known).codes) <= {code}
        assert set(pasting.read(name, known, {known.communes[code].departement_code}).codes) <= {code}
    assert len(parts) == 2498
