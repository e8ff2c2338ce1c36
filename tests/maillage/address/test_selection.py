"""The selection and its one form in the address bar."""

from dataclasses import fields
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maillage import address, catalog
from maillage.address.selection import MESHES, Selection


def some_of(codes):
    """A tuple of codes, in catalog order."""
    codes = list(codes)
    return st.sets(st.sampled_from(codes)).map(lambda chosen: tuple(code for code in codes if code in chosen))


selections = st.builds(
    Selection,
    level=st.sampled_from(list(catalog.LEVEL)),
    code=st.text("0123456789AB", min_size=1, max_size=9),
    indicator=st.sampled_from(list(catalog.INDICATOR)),
    types=some_of(catalog.SITE_TYPE),
    statuses=some_of(catalog.CPTS_STATUS),
    cpts=st.text("abcdefghijklmnopqrstuvwxyz0123456789-", max_size=80),
    perimeters=st.booleans(),
    mesh=st.sampled_from(MESHES),
    background=st.booleans(),
)


@given(selections)
def test_any_selection_survives_the_address(selection):
    query = address.query(selection)
    assert all(isinstance(key, str) and isinstance(value, str) and value for key, value in query.items())
    assert address.parse(Selection, query) == (selection, [])


@pytest.mark.parametrize(
    ("field", "value", "query"),
    [
        ("level", "departement", {"territoire": "departement-08"}),
        ("indicator", "population", {"indicateur": "population"}),
        ("types", ("MSP", "DAC"), {"structures": "MSP,DAC"}),
        ("types", (), {"structures": "aucune"}),
        ("statuses", ("aci_signe",), {"statuts": "aci_signe"}),
        ("statuses", (), {"statuts": "aucun"}),
        ("cpts", "cpts-71-chalonnais", {"cpts": "cpts-71-chalonnais"}),
        ("perimeters", False, {"perimetres": "non"}),
        ("mesh", "commune", {"maille": "commune"}),
        ("background", True, {"fond": "ign"}),
    ],
)
def test_each_field_has_its_words_in_the_address(field, value, query):
    code = "08" if field == "level" else "FR"
    selection = Selection(**{"code": code, field: value})
    assert address.query(selection) == query
    assert address.parse(Selection, query) == (selection, [])


def test_every_field_is_in_the_table_above():
    named = {"level", "code", "indicator", "types", "statuses", "cpts", "perimeters", "mesh", "background"}
    assert {field.name for field in fields(Selection)} == named


def test_defaults_are_left_out():
    assert address.query(Selection()) == {}
    assert address.parse(Selection, {}) == (Selection(), [])


def test_the_order_of_types_does_not_matter():
    views = {
        address.parse(Selection, {"structures": ",".join(order)})[0] for order in permutations(("MSP", "ESP", "PASS"))
    }
    assert views == {Selection(types=("MSP", "ESP", "PASS"))}
    assert address.query(Selection(types=tuple(reversed(catalog.DEFAULT_SITE_TYPES)))) == {}


words = st.one_of(
    st.text(), st.sampled_from(["territoire", "departement-08", "-", ",", "aucune", "FR", "commune-2a004"])
)
keys = st.one_of(
    st.text(),
    st.sampled_from(
        ["territoire", "indicateur", "structures", "statuts", "cpts", "perimetres", "maille", "fond", "rubrique"]
    ),
)


@given(st.dictionaries(keys, words))
@example({"statuts": "0" * 100})
@example({"structures": "MSP," + "0" * 100})
def test_any_address_gives_a_selection_and_sentences(query):
    selection, problems = address.parse(Selection, query)
    assert selection.level in catalog.LEVEL
    assert selection.code.isalnum()
    assert selection.indicator in catalog.INDICATOR
    assert set(selection.types) <= set(catalog.SITE_TYPE)
    assert set(selection.statuses) <= set(catalog.CPTS_STATUS)
    assert selection.mesh in MESHES
    assert address.parse(Selection, address.query(selection)) == (selection, [])
    assert all(problem.endswith(".") and len(problem) < 250 for problem in problems)


@pytest.mark.parametrize(
    "query",
    [
        {"territoire": "departement"},
        {"territoire": "departement-"},
        {"territoire": "canton-08"},
        {"territoire": "departement-08;DROP TABLE site"},
        {"territoire": "departement-²"},
        {"territoire": ""},
        {"indicateur": ""},
        {"indicateur": "Densite"},
        {"structures": "MSP,XYZ"},
        {"structures": ""},
        {"statuts": "signé"},
        {"cpts": "../../etc"},
        {"perimetres": "peut-être"},
        {"maille": "canton"},
        {"fond": "google"},
    ],
)
def test_what_is_not_understood_is_said_once(query):
    selection, problems = address.parse(Selection, query)
    assert len(problems) == 1
    assert address.query(selection).keys() <= query.keys()


def test_what_is_understood_is_kept_beside_what_is_not():
    selection, problems = address.parse(
        Selection, {"territoire": "departement-08", "structures": "MSP,XYZ", "maille": "canton"}
    )
    assert selection == Selection("departement", "08", types=("MSP",))
    assert len(problems) == 2


def test_a_long_word_is_cut_in_the_sentence():
    _, (problem,) = address.parse(Selection, {"indicateur": "z" * 5000})
    assert len(problem) < 250 and "…" in problem


def test_codes_are_written_in_capitals():
    assert address.parse(Selection, {"territoire": "commune-2a004"})[0].code == "2A004"


def test_going_elsewhere_forgets_the_cpts_sought_and_nothing_else():
    before = Selection(indicator="population", cpts="cpts-71-chalonnais", types=("CDS",), background=True)
    assert before.go("region", "44") == Selection(
        "region", "44", indicator="population", types=("CDS",), background=True
    )
