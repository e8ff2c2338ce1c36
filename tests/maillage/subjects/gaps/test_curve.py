"""What each new site brings, and the note of « Et si ? »."""

import re
from datetime import datetime
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest

from maillage.address.gaps import GapsChoices
from maillage.address.selection import Selection
from maillage.exports import whatif_note
from maillage.exports.typesetting import fine
from maillage.methods.siting import SitingProblem
from maillage.subjects.gaps import curve, note, whatif
from maillage.subjects.gaps.territory import ground
from maillage.views import siting_curve
from tests.pdf import needs_poppler, pages

FAR = 60.0


def problem(people, near) -> SitingProblem:
    """Places of so many people; `near[place]` are the candidates within the threshold."""
    count = 1 + max(candidate for each in near for candidate in each)
    minutes = np.array([[5.0 if candidate in each else FAR for candidate in range(count)] for each in near])
    return SitingProblem(minutes, np.array(people, float), 1, 15.0, np.full(len(people), FAR))


def test_each_site_keeps_those_before_it_and_people_count_once():
    gains = curve.curve_of(problem([1000, 500, 40], [{0}, {0, 1}, {2}]), [0, 1, 2], ["A", "B", "C"], 15)
    assert [(step.people, step.more, step.name) for step in gains.steps] == [
        (1500, 1500, "A"),
        (1500, 0, "B"),
        (1540, 40, "C"),
    ]
    assert gains.flat == 2 and "À partir du 2e" in gains.sentence


def test_gains_that_stay_high_are_not_said_flat():
    gains = curve.curve_of(problem([100, 90], [{0}, {1}]), [0, 1], ["A", "B"], 15)
    assert gains.flat is None and "encore au moins" in gains.sentence


def test_nobody_to_bring_nearer_is_said():
    covered = SitingProblem(np.array([[5.0]]), np.array([100.0]), 1, 15.0, np.array([3.0]))
    gains = curve.curve_of(covered, [0], ["A"], 15)
    assert gains.steps[0].people == 0 and "aucun site de plus ne rapproche" in gains.sentence
    assert "<svg" in siting_curve.svg(gains, 1)


def test_the_image_of_the_page_is_the_drawing_itself():
    gains = curve.curve_of(problem([100, 90], [{0}, {1}]), [0, 1], ["A", "B"], 15)
    (address,) = re.findall(r'src="data:image/svg[+]xml,([^"]+)"', siting_curve.image(gains, 1))
    assert ElementTree.fromstring(unquote(address)).tag.endswith("svg")


@pytest.fixture(scope="module")
def asked(ask):
    here = ground(ask, Selection(level="departement", code="08"))
    return here, whatif.ask_for(ask, here, GapsChoices(kind="MSP", sites=2, placed=("08409",)))


def test_the_curve_of_a_departement_agrees_with_its_first_answer(asked):
    _, question = asked
    steps = curve.curve(question).steps
    assert len(steps) == curve.MOST and [step.sites for step in steps] == list(range(1, 11))
    assert all(step.more >= 0 for step in steps)
    assert steps[1].people >= 0.98 * whatif.gained(
        question, whatif.first(question).plan
    )  # which may prefer a larger commune


def test_scenarios_are_side_by_side_with_today(asked):
    _, question = asked
    scenarios = curve.scenarios(question, whatif.first(question), whatif.own(question))
    assert scenarios.head == ("", "Aujourd'hui", "Calcul", "Votre choix") and all(
        len(row) == 4 for row in scenarios.rows
    )
    assert curve.scenarios(question, whatif.first(question), None).head[-1] == "Calcul"


@needs_poppler
def test_the_note_is_one_page_with_its_map(ask, asked):
    here, question = asked
    best = whatif.first(question)
    picture = note.picture(ask, here, question, best, None)
    assert set(picture.drawn.proposals["code"]) == set(best.communes["code"])
    assert [label for _, _, label in picture.words.proposals] == ["proposé par le calcul"]
    gains = curve.curve(question)
    made = whatif_note.pdf(
        note.title(here, question),
        note.lead(question),
        note.caption(question, best),
        picture,
        gains,
        2,
        curve.scenarios(question, best, None),
        question.notes,
        datetime(2026, 11, 25),
    )
    (page,) = pages(made)
    written = [note.title(here, question), *(row[0] for row in curve.scenarios(question, best, None).rows)]
    assert [word for words in written for word in fine(words).split() if word not in page] == []
    sentences = " ".join(page.split())
    for words in (note.title(here, question), note.lead(question)):  # once, and not again on the map
        assert sentences.count(" ".join(fine(words).split())) == 1
    assert " ".join(fine(picture.words.title).split()) not in sentences


def test_the_curve_leaves_as_a_sheet(asked):
    here, question = asked
    gains = curve.curve(question)
    drawn = siting_curve.on_sheet(gains, 2, note.title(here, question), note.lead(question), "édition")
    words = " ".join(ElementTree.fromstring(drawn).itertext())
    assert note.title(here, question) in words.replace("\u00a0?", " ?") and "édition" in words
