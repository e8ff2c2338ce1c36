"""Names compared and CPTS paired: the same both ways, blind to accents, and never a guess."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.build import ROOT
from etl.formats.cpts_names import plain
from etl.resolve.cpts.matching import SURE, Matching, Party, likeness, match
from maillage.language.names import unaccented

LETTERS = "abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæ ABCDÉÈÀÇ'-’&()0123456789"
names = st.text(LETTERS, max_size=60)


@given(names, names)
def test_likeness_is_the_same_both_ways(one, other):
    assert likeness(one, other) == likeness(other, one)


@given(names, names)
def test_likeness_is_blind_to_accents_and_case(one, other):
    assert likeness(one, other) == likeness(unaccented(one), other) == likeness(one.upper().replace("SS", "ss"), other)


@given(names)
def test_a_name_is_like_itself_unless_it_says_nothing(name):
    assert likeness(name, name) == (100 if plain(name) else 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CPTS Val de Lys Romane", "cpts romane val-de-lys"),
        ("CPTS du Béthunois", "Communauté professionnelle territoriale de santé du Bethunois"),
        ("CPTS Saint-Omer", "CPTS ST OMER"),
        ("CPTS Bresse bourguignone", "CPTS de la Bresse bourguignonne"),
    ],
)
def test_names_that_are_one(one, other):
    assert likeness(one, other) >= SURE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CPTS Marseille 10", "CPTS Marseille 11"),
        ("CPTS Var Est", "CPTS Var Ouest"),
        ("CPTS du Pays d'Apt", "CPTS du Pays d'Arles"),
        ("CPTS Haut Jura", "CPTS Bas Jura"),
        ("CPTS", "CPTS"),
    ],
)
def test_names_that_are_not_surely_one(one, other):
    assert likeness(one, other) < SURE


def test_no_two_cpts_of_the_lists_are_taken_for_one():
    """The 92 curated CPTS, against themselves written otherwise: each finds itself."""
    listed = []
    for name in ("cpts.csv", "cpts_paca.csv"):
        with (ROOT / "data" / "reference" / name).open(encoding="utf-8-sig", newline="") as file:
            listed += [(row["cpts_id"], row["nom"], row["departements"].split("|")) for row in csv.DictReader(file)]
    left = [Party(key, (name,), frozenset(places)) for key, name, places in listed]
    right = [
        Party(
            key,
            (unaccented(name).replace("cpts", "Communauté professionnelle territoriale de santé"),),
            frozenset(places),
        )
        for key, name, places in listed
    ]
    assert match(left, right) == Matching({key: key for key, _, _ in listed}, {})


# -- pairs ----------------------------------------------------------------------------------------------------------


def party(key, *names, at=("62",), communes=(), whole=True):
    return Party(key, names, frozenset(at), frozenset(communes), whole and bool(communes))


def paired(left, right, **options):
    matches = match(left, right, **options)
    return matches.pairs, matches.doubtful


def test_a_name_and_a_departement_are_enough():
    assert paired([party("a", "CPTS du Grand Arras")], [party("x", "CPTS Grand-Arras")]) == ({"a": "x"}, {})


def test_an_alias_counts_as_a_name():
    assert paired([party("a", "CPTS CUCM")], [party("x", "CPTS Centre Saône-et-Loire", "CPTS CUCM")]) == (
        {"a": "x"},
        {},
    )


def test_a_name_found_elsewhere_is_another_cpts():
    assert paired([party("a", "CPTS du Littoral", at=("62",))], [party("x", "CPTS du Littoral", at=("06",))]) == (
        {},
        {},
    )


def test_a_shared_commune_brings_two_departements_together():
    left, right = (
        party("a", "CPTS Sedanais", at=("08",), communes=["1", "2"]),
        party("x", "CPTS Sedanais", at=("55",), communes=["2"]),
    )
    assert paired([left], [right]) == ({"a": "x"}, {})


def test_one_name_for_two_known_areas_is_a_doubt():
    left, right = party("a", "CPTS du Centre", communes=["1"]), party("x", "CPTS du Centre", communes=["2"])
    assert paired([left], [right]) == ({}, {"a": ("x",)})
    partial = party("x", "CPTS du Centre", communes=["2"], whole=False)
    assert paired([left], [partial]) == ({"a": "x"}, {})


def test_alike_names_need_half_of_their_communes_in_common():
    one = party("a", "CPTS Pays de Lumbres", communes=["1", "2", "3"])
    assert paired([one], [party("x", "CPTS Pays de Lumbres et Fauquembergues", communes=["7"])])[0] == {}
    near = party("x", "CPTS Pays Lumbrois", communes=["1", "2", "3", "4"])
    assert paired([one], [near])[0] == {"a": "x"}
    assert paired([one], [party("x", "CPTS Pays Lumbrois", communes=["1", "8", "9"])]) == ({}, {"a": ("x",)})


def test_another_name_for_the_same_area_is_a_doubt():
    left, right = party("a", "CPTS Alpha", communes=["1", "2"]), party("x", "CPTS Zoulou", communes=["1", "2"])
    assert paired([left], [right]) == ({}, {"a": ("x",)})
    assert paired([left], [right], by_area=False) == ({}, {})


def test_two_candidates_alike_are_listed_and_not_chosen():
    right = [party("x", "CPTS du Ternois"), party("y", "CPTS Ternois")]
    assert paired([party("a", "CPTS du Ternois")], right) == ({}, {"a": ("x", "y")})


def test_the_sure_ones_leave_the_field_to_the_others():
    left = [
        party("a", "CPTS Nice Est", communes=["1"]),
        party("b", "CPTS Nice Ouest", communes=["1"]),
        party("c", "CPTS Nice Nord", communes=["1"]),
    ]
    right = [
        party("y", "CPTS Nice ouest", communes=["1"]),
        party("x", "CPTS Nice est", communes=["1"]),
        party("z", "CPTS nice nord", communes=["1"]),
    ]
    assert paired(left, right) == ({"a": "x", "b": "y", "c": "z"}, {})


@given(
    st.lists(st.tuples(names, st.sets(st.sampled_from("123"), max_size=2)), max_size=5),
    st.lists(st.tuples(names, st.sets(st.sampled_from("123"), max_size=2)), max_size=5),
)
def test_pairs_are_one_to_one_and_the_same_both_ways(left, right):
    first = [party(f"a{i}", name, communes=communes) for i, (name, communes) in enumerate(left)]
    second = [party(f"x{i}", name, communes=communes) for i, (name, communes) in enumerate(right)]
    forth, back = match(first, second), match(second, first)
    assert len(set(forth.pairs.values())) == len(forth.pairs)
    assert {theirs: mine for mine, theirs in forth.pairs.items()} == back.pairs
    assert {(a, b) for a, many in forth.doubtful.items() for b in many} == {
        (a, b) for b, many in back.doubtful.items() for a in many
    }
    assert not set(forth.pairs) & set(forth.doubtful)
