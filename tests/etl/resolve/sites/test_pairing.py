"""The same place in two lists, told or left undecided."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.resolve.sites.pairing import ComparableSite, pair


def msp(key, name, commune="08090", kind="MSP", commune_name="Carignan", **more):
    return ComparableSite(key, kind, name, "08", commune, commune_name, **more)


def same(ours, theirs):
    return pair([ours], [theirs]).same == {theirs.key: ours.key}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("MSP de Carignan", "Maison de santé pluriprofessionnelle"),
        ("MSP de Carignan", "MSP Pôle santé des trois rivières"),
        ("Maison de santé de Carignan", "MSP CARIGNAN"),
        ("MSP du Lac (Carignan)", "Maison de santé le Lac"),
    ],
)
def test_the_only_one_of_the_type_on_both_sides_is_the_same(ours, theirs):
    assert same(msp("a", ours), msp("080", theirs))


def test_another_type_or_another_commune_is_another_place():
    assert pair([msp("a", "X")], [msp("080", "X", kind="CDS")]).alone == ["a"]
    assert pair([msp("a", "X")], [msp("080", "X", commune="08105")]).alone == ["a"]


def test_another_trade_is_another_place():
    theirs = msp("080", "Centre de soins infirmiers", kind="CDS")
    pairing = pair([msp("a", "Centre de santé communautaire", kind="CDS")], [theirs])
    assert not pairing.same and pairing.doubtful == {"a": ["080"]}
    assert same(msp("a", "Centre infirmier", kind="CDS"), theirs)


def test_what_was_a_project_when_the_other_was_open_is_another_place():
    theirs = msp("080", "MSP des deux vallées", opened=2015)
    assert not same(msp("a", "MSP de Carignan (projet)", awaited=2019), theirs)
    assert same(msp("a", "MSP de Carignan (projet)", awaited=2015), theirs)


def test_names_tell_two_places_of_one_commune():
    ours = [msp("lac", "MSP du Lac"), msp("gare", "Maison de santé de la gare")]
    theirs = [msp("1", "MSP QUARTIER DE LA GARE"), msp("2", "MSP LE LAC"), msp("3", "MSP TURENNE")]
    pairing = pair(ours, theirs)
    assert pairing.same == {"2": "lac"}  # « gare » and « quartier gare » are not alike enough
    assert pairing.doubtful == {"gare": ["1", "3"]}


def test_two_alike_are_not_guessed_and_not_counted_twice():
    pairing = pair([msp("a", "MSP de Carignan")], [msp("1", "MSP DE CARIGNAN"), msp("2", "Maison de santé Carignan")])
    assert not pairing.same and pairing.doubled == {"2": "a"}
    ours = [msp("a", "MSP de Carignan"), msp("b", "Maison de santé")]
    assert set(pair(ours, [msp("1", "MSP")]).doubled) == {"1"}


def test_the_number_decides_alone():
    ours = msp("a", "Tout autre nom", finess="080000001")
    theirs = msp("080000001", "MSP de Carignan", commune="08105")
    assert same(ours, theirs)
    assert pair([ours], [msp("080000002", "Tout autre nom")]).alone == ["a"]


def test_known_to_the_departement_alone():
    ours = [
        msp("lhss", "LHSS du CHRS Voltaire", commune=None, kind="LHSS"),
        msp("jour", "LHSS de jour", commune=None, kind="LHSS"),
    ]
    theirs = [msp("1", "LHSS CHRS VOLTAIRE", kind="LHSS"), msp("2", "LHSS RESIDEIS", commune="08105", kind="LHSS")]
    pairing = pair(ours, theirs)
    assert pairing.same == {"1": "lhss"} and pairing.doubtful == {"jour": ["2"]}
    # The only one of the département, unless our lists know another in a commune.
    clat = msp("clat", "CLAT des Ardennes", commune=None, kind="CLAT")
    assert same(clat, msp("1", "Centre antituberculeux", kind="CLAT"))
    other = msp("b", "CLAT de Sedan", commune="08409", kind="CLAT")
    assert pair([clat, other], [msp("1", "Centre antituberculeux", kind="CLAT")]).doubtful == {"clat": ["1"]}


names = st.sampled_from(["MSP", "MSP du Lac", "Maison de santé Turenne", "MSP de la gare", "MSP Carignan 2"])
places = st.lists(
    st.tuples(names, st.sampled_from(["08090", "08105", None]), st.sampled_from(["MSP", "CDS"])), max_size=6
)


@given(places, places)
def test_each_place_has_one_fate(ours, theirs):
    known = [ComparableSite(f"a{i}", kind, name, "08", commune) for i, (name, commune, kind) in enumerate(ours)]
    outcomes = [
        ComparableSite(f"f{i}", kind, name, "08", commune or "08409") for i, (name, commune, kind) in enumerate(theirs)
    ]
    pairing = pair(known, outcomes)
    fates = Counter([*pairing.same.values(), *pairing.doubled.values(), *pairing.doubtful, *pairing.alone])
    assert fates == Counter(place.key for place in known)
    assert not set(pairing.same) & set(pairing.doubled)
    kinds = {place.key: place.kind for place in (*known, *outcomes)}
    assert all(kinds[a] == kinds[b] for a, b in (*pairing.same.items(), *pairing.doubled.items()))
