"""What people type for a signing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.subjects import ceremony
from maillage.subjects.ceremony import Ceremony, Line


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2022, 10, 18), "mardi 18 octobre 2022"),
        (date(2022, 4, 1), "vendredi 1er avril 2022"),
        (date(2021, 6, 24), "jeudi 24 juin 2021"),
        (date(2028, 2, 29), "mardi 29 février 2028"),
    ],
)
def test_dates_are_written_whole(day, said):
    assert ceremony.long_date(day) == said


def test_place_and_date_stand_alone_or_together():
    day = date(2022, 10, 18)
    assert Ceremony(place="Le Creusot", day=day).when == "Le Creusot, mardi 18 octobre 2022"
    assert Ceremony(day=day).when == "mardi 18 octobre 2022"
    assert Ceremony().when == ""


def test_axes_are_a_line_each_and_bullets_go():
    found, said = ceremony.axes("• Améliorer l'accès : médecin traitant, soins\n\n  - Prévention  \n")
    assert found == (Line("Améliorer l'accès", "médecin traitant, soins"), Line("Prévention"))
    assert said == []


def test_signatories_have_a_function_after_the_first_comma():
    found, _ = ceremony.signatories("Camille Martin, directrice, ARS\nSolène")
    assert found == (Line("Camille Martin", "directrice, ARS"), Line("Solène"))


def test_too_many_or_too_long_is_told():
    found, said = ceremony.axes("\n".join(["x" * 500] * 20))
    assert len(found) == ceremony.AXES and len(found[0].head) == ceremony.LETTERS
    assert len(said) == 2


@given(st.text(max_size=2000))
def test_anything_typed_is_kept_within_bounds(typed):
    for read, most in ((ceremony.axes, ceremony.AXES), (ceremony.signatories, ceremony.SIGNATORIES)):
        found, _ = read(typed)
        assert len(found) <= most
        assert all(len(line.head) + len(line.more) <= ceremony.LETTERS for line in found)
