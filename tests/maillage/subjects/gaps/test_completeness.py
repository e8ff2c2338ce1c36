"""What may be concluded from a list: nothing but what is published, a bound, or a figure as it stands."""

import pandas as pd
import pytest

from maillage.address.gaps import GapsChoices
from maillage.address.selection import Selection
from maillage.subjects.gaps import access as gap_access
from maillage.subjects.gaps import completeness, need, whatif
from maillage.subjects.gaps.completeness import COMPLETE, PARTIAL, UNKNOWN, Completeness, Unanswerable
from maillage.subjects.gaps.territory import ground

ILLE, ARDENNES, CENTRE = (Selection("departement", code) for code in ("35", "08", "71"))
QUESTIONS = {
    "acces": gap_access.compose,
    "besoin": need.compose,
    "et_si": lambda ask, ground, chosen: whatif.ask_for(ask, ground, chosen),
    "classement": need.rank,
}


def lists(*rows):
    """(type, département, extent, listed, published, placed, usable) …"""
    columns = ["subject", "departement_code", "extent", "listed", "published", "placed", "usable"]
    frame = pd.DataFrame(rows, columns=columns).assign(published_as_of="2023-12-31")
    return Completeness(tuple(dict.fromkeys(frame["subject"])), frame)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_list_of_which_nothing_is_located_gives_what_is_published(ask_partial, question):
    with pytest.raises(Unanswerable) as refused:
        QUESTIONS[question](ask_partial, ground(ask_partial, ILLE), GapsChoices(ranked="commune"))
    sentence = str(refused.value)
    assert "56" in sentence and "publiées fin 2023" in sentence and "mportez une liste" in sentence
    assert "data/local" not in sentence and "make" not in sentence


@pytest.mark.parametrize("question", ["acces", "et_si"])
def test_a_list_under_half_gives_no_number(ask_partial, question):
    with pytest.raises(Unanswerable) as refused:
        QUESTIONS[question](ask_partial, ground(ask_partial, CENTRE), GapsChoices(types=("CDS",), kind="CDS"))
    assert "57\u00a0CDS publiés fin 2023" in str(refused.value) and "seulement localisé" in str(refused.value)


def test_a_partial_list_says_its_counts_and_bounds(ask_partial):
    here = ground(ask_partial, ARDENNES)
    for measure, sign in (("km", "≤"), ("indice", "≥"), ("minutes", "environ")):
        reach = gap_access.compose(ask_partial, here, GapsChoices(measure=measure))
        assert reach.sign.startswith(sign) and "12\u00a0MSP recensées sur 22 publiées fin 2023" in reach.notes[0]
        assert reach.painted.bounds.strip() == (
            "" if measure == "minutes" else {"km": "-", "indice": "+"}[measure] * 447
        )


def test_a_partial_list_is_never_ranked(ask_partial):
    with pytest.raises(Unanswerable, match="Pas de classement"):
        need.rank(ask_partial, ground(ask_partial, ARDENNES), GapsChoices())


def test_a_whole_list_is_used_as_it_stands(ask):
    """The register of May 2026 holds every MSP of the country."""
    here = ground(ask, ARDENNES)
    reach = gap_access.compose(ask, here, GapsChoices(measure="km"))
    assert reach.sign == "" and reach.bound == " " and not reach.painted.bounds.strip()
    question = whatif.ask_for(ask, here, GapsChoices())
    assert question.lists.state == COMPLETE and question.about == "" and question.lists.counts() == ""
    assert len(need.rank(ask, here, GapsChoices()).table) == 447


def test_the_state_of_several_départements():
    whole, part = ("MSP", "08", "complet", 28, 22, 28, True), ("MSP", "51", "partiel", 12, 22, 12, True)
    thin, none = ("MSP", "35", "partiel", 5, 57, 5, False), ("MSP", "29", "inconnu", 0, 56, 0, False)
    assert lists(whole).state == COMPLETE and lists(whole, part).state == PARTIAL
    assert lists(thin, none).state == UNKNOWN and lists(whole, none).state == PARTIAL
    assert lists(whole, thin, none).silent == ("29", "35")
    assert lists(part, thin).counts() == "17\u00a0MSP recensées sur 79 publiées fin 2023"
    assert lists(none).published() == "56\u00a0MSP publiées fin 2023, aucune localisée."
    assert lists(thin).published() == "57\u00a0MSP publiées fin 2023, 5 seulement localisées."


def test_what_nobody_counts_is_said_without_a_number():
    pass_known = ("PASS", "08", "partiel", 1, None, 1, True)
    assert lists(pass_known).counts() == "1\u00a0PASS recensée, liste non exhaustive"
    nothing = lists(("LHSS", "08", "inconnu", 0, None, 0, False))
    assert "c'est une inconnue, pas un zéro" in nothing.published()
    unplaced = lists(("LHSS", "08", "partiel", 3, None, 0, False))
    assert unplaced.published() == "3\u00a0LHSS connus, aucun localisé."


def test_genders_are_french():
    assert [completeness.agreement(kind) for kind in ("MSP", "ESP", "PASS", "CDS", "LHSS", "DAC")] == [
        "e",
        "e",
        "e",
        "",
        "",
        "",
    ]
