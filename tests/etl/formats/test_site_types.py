"""Types as people write them: understood whole, with the state that they tell, or asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.formats.site_types import STATUSES, Denied, SiteKind, State, state, understand
from maillage import catalog

CODES = [kind.code for kind in catalog.SITE_TYPES]
SHAPES = ["{} {}", "{} ({})", "{} - {}", "{} : {}", "{}, {}", "{} / {}", "{} [{}]"]
STATED = {
    "projet": "en_projet",
    "en projet": "en_projet",
    "à l'étude": "en_projet",
    "prévue": "en_projet",
    "à venir": "en_projet",
    "fermée": "ferme",
    "fermé": "ferme",
    "dissoute": "ferme",
    "ouverte": "ouvert",
    "en fonctionnement": "ouvert",
    "en construction": "en_construction",
    "travaux": "en_construction",
    "en cours d'ouverture": "en_ouverture",
    "ouverture prochaine": "en_ouverture",
}


@pytest.mark.parametrize("shape", SHAPES)
@given(
    code=st.sampled_from(CODES),
    words=st.sampled_from(sorted(STATED)),
    case=st.sampled_from([str, str.upper, str.lower]),
)
def test_a_state_beside_a_type_is_its_status(shape, code, words, case):
    kind = understand(case(shape.format(catalog.SITE_TYPE[code].label, words)))
    assert kind == understand(case(shape.format(code, words))) == SiteKind(code, STATED[words], exact=False)


@given(
    st.sampled_from(CODES),
    st.sampled_from(
        [
            "Hors {}",
            "Pas une {}",
            "ex-{}",
            "Ex {}",
            "non {}",
            "{} : non",
            "Sans {}",
            "Ancienne {}",
            "Autre que {}",
            "(hors {})",
            "{} abandonnée",
            "Ni {}",
            "n'est pas une {}",
            "{} annulée",
        ]
    ),
)
def test_what_a_structure_is_not_is_refused(code, shape):
    for name in (code, catalog.SITE_TYPE[code].label):
        with pytest.raises(Denied):
            understand(shape.format(name))


@given(
    st.sampled_from(CODES),
    st.sampled_from(CODES),
    st.sampled_from(["{} / {}", "{} ou {}", "{} et {}", "{} ({})", "{}-{}"]),
)
def test_two_types_in_one_cell_are_not_chosen_between(one, other, shape):
    if one == other:
        assert understand(shape.format(one, other)).code == one
    else:
        with pytest.raises(Denied, match="en nomme 2"):
            understand(shape.format(one, other))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{category}{mark}{kind.label}", kind.code)
        for kind in catalog.SITE_TYPES
        for category in kind.finess
        for mark in (" - ", " ", ":")
    ]
    + [
        ("603 - Maison de santé", "MSP"),
        ("603", "MSP"),
        ("Maison de santé (L.6223-3)", "MSP"),
        ("M.S.P.", "MSP"),
        ("P.A.S.S", "PASS"),
        ("Lits Halte Soins Santé (L.H.S.S.)", "LHSS"),
        ("124 - Centre de Santé", "CDS"),
        ("Équipe de soins primaires (ESP)", "ESP"),
        ("Centre Santé Polyvalent", "CDS"),
    ],
)
def test_a_type_is_read_with_its_category_of_the_register(text, code):
    assert understand(text) == SiteKind(code)


def test_a_category_that_is_another_s_is_a_contradiction():
    with pytest.raises(Denied):
        understand("603 - Centre de santé")


@pytest.mark.parametrize(
    "text", ["Maison de Santé pour Maladies Mentales", "161 - MAISON DE SANTE POUR MALADIES MENTALES"]
)
def test_a_category_whose_name_holds_that_of_a_type_is_another(text):
    with pytest.raises(Denied, match="catégorie 161"):
        understand(text)


@pytest.mark.parametrize(
    "text", ["PASS dentaire", "PASS bucco-dentaire", "LHSS mobile", "MSP universitaire", "PASS du centre hospitalier"]
)
def test_a_quality_changes_nothing_of_a_type(text):
    kind = understand(text)
    assert (kind.code, kind.status, kind.exact, kind.rest) == (text[:4].strip(), None, False, "")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("MSP 2027", "2027"),
        ("PASS ?", "?"),
        ("MSP non labellisée", "non labellisee"),
        ("Maison de santé mentale", "mentale"),
        ("MSP sans projet", "sans projet"),
        ("MSP projet fermé", "projet ferme"),
        ("PASS de Sedan", "sedan"),
    ],
)
def test_what_is_not_understood_beside_a_type_is_asked_about(text, rest):
    assert understand(text).rest == rest


@given(st.sampled_from(CODES), st.text(st.characters(categories=["Ll"]), min_size=6, max_size=12))
def test_a_strange_word_never_passes_for_nothing(code, word):
    try:
        kind = understand(f"{code} {word}")
    except Denied:
        return
    assert kind.rest or kind.status or not kind.exact


@pytest.mark.parametrize("text", ["", "autre", "passerelle", "maison", "EHPAD", "999"])
def test_a_text_without_a_type_says_nothing(text):
    assert understand(text) is None


@given(st.text(max_size=40))
def test_any_text_is_read_without_harm(text):
    try:
        kind = understand(text)
    except Denied as denied:
        assert str(denied).startswith("le type «")
    else:
        assert kind is None or kind.code in CODES


STATES = [
    ("Ouverte", "ouvert", ""),
    ("ouvert depuis 2012", "ouvert", ""),
    ("Fermée (2020)", "ferme", ""),
    ("Fermeture fin décembre 2025", "ferme", ""),
    ("En projet (2027)", "en_projet", ""),
    ("Opérationnelle", "ouvert", ""),
    ("Travaux en cours", "en_construction", "cours"),
    ("projet validé par l'ARS", "en_projet", "valide par ars"),
    ("Ouvert ?", "ouvert", "?"),
]


@pytest.mark.parametrize(("text", "code", "rest"), STATES)
def test_a_state_is_read_with_its_date_and_what_else_is_written_is_said(text, code, rest):
    assert state(text) == State(code, rest)


@pytest.mark.parametrize("text", ["", "foutu", "non ouvert", "pas encore ouverte", "ouvert ou fermé", "jamais ouverte"])
def test_a_state_that_is_not_told_is_not_guessed(text):
    assert state(text) is None


@pytest.mark.parametrize("text", ["projet abandonné", "annulée"])
def test_what_will_not_be_is_refused(text):
    with pytest.raises(Denied):
        state(text)


def test_what_was_never_open_is_not_open():
    assert understand("MSP jamais ouverte").status is None


DATED = ["{}", "{} (2020)", "{} depuis 2012", "{} en 2027", "{} le 01/02/2020", "{} fin 2026", "{} : janvier 2027"]


@given(st.sampled_from(sorted(STATUSES)), st.sampled_from(DATED), st.sampled_from([str, str.upper, str.title]))
def test_a_state_is_the_same_whatever_its_date_and_its_case(words, shape, case):
    assert state(case(shape.format(words))) == State(STATUSES[words])


@given(st.sampled_from(sorted(STATUSES)), st.sampled_from(["non {}", "pas {}", "{} ou non", "jamais {}", "plus {}"]))
def test_a_state_that_is_denied_is_not_that_state(words, shape):
    assert state(shape.format(words)) is None
