"""What people type for a signing."""

import re
from datetime import date
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maillage.subjects import ceremony
from maillage.subjects.ceremony import Ceremony, Entry, TypedWords


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2022, 10, 18), "mardi 18 octobre 2022"),
        (date(2022, 4, 1), "vendredi 1er avril 2022"),
        (date(2021, 6, 24), "jeudi 24 juin 2021"),
        (date(2028, 2, 29), "mardi 29 février 2028"),
    ],
)
def test_dates_are_written_whole(day, sentence):
    assert ceremony.long_date(day) == sentence


def test_place_and_date_stand_alone_or_together():
    day = date(2022, 10, 18)
    assert Ceremony(place="Le Creusot", day=day).when == "Le Creusot, mardi 18 octobre 2022"
    assert Ceremony(day=day).when == "mardi 18 octobre 2022"
    assert Ceremony().when == ""


def test_axes_are_a_line_each_and_bullets_go():
    entries, notes = ceremony.axes("• Améliorer l'accès : médecin traitant, soins\n\n  - Prévention  \n")
    assert entries == (Entry("Améliorer l'accès", "médecin traitant, soins"), Entry("Prévention"))
    assert notes == []


def test_signatories_have_a_function_after_the_first_comma():
    entries, _ = ceremony.signatories("Camille Martin, directrice, ARS\nSolène")
    assert entries == (Entry("Camille Martin", "directrice, ARS"), Entry("Solène"))


def test_too_many_or_too_long_is_told():
    entries, notes = ceremony.axes("\n".join(["x" * 500] * 20))
    assert len(entries) == ceremony.AXES and len(entries[0].head) == ceremony.LETTERS
    assert len(notes) == 2


@given(st.text(max_size=2000))
def test_anything_typed_is_kept_within_bounds(typed):
    for reader, most in ((ceremony.axes, ceremony.AXES), (ceremony.signatories, ceremony.SIGNATORIES)):
        entries, _ = reader(typed)
        assert len(entries) <= most
        assert all(len(line.head) + len(line.more) <= ceremony.LETTERS for line in entries)


@given(title=st.text(max_size=30), day=st.none() | st.dates(), axes=st.text(max_size=60))
def test_words_come_back_from_a_browser_as_they_went(title, day, axes):
    words = TypedWords(title, "Le Creusot", day, axes, 'Camille "M", <présidente>\nÀ voir')
    assert TypedWords.unpacked(words.packed()) == words
    assert re.fullmatch(r"[\w%./~-]*", words.packed())


@pytest.mark.parametrize(
    "packed", ["", "x", "[]", "{}", "null", '["a","b","2022-13-40","",""]', '[1,"","","",""]', "[[],[],[],[],[]]"]
)
def test_what_a_browser_gives_back_and_is_not_ours_is_left(packed):
    assert TypedWords.unpacked(packed) is None


@given(st.lists(st.integers(), max_size=70), st.integers(1, 12))
@example(list(range(10)), 3)
def test_parts_are_whole_and_even(items, most):
    parts = ceremony.balanced(items, most)
    sizes = [len(part) for part in parts]
    assert list(chain.from_iterable(parts)) == items and sizes == sorted(sizes, reverse=True)
    assert not sizes or (max(sizes) <= most and max(sizes) - min(sizes) <= 1 and len(parts) == -(-len(items) // most))
