"""What an operator may set."""

import pytest

from maillage.catalog import THRESHOLD
from maillage.settings import SECRECY, secrecy


@pytest.mark.parametrize(("said", "threshold"), [("", THRESHOLD), ("0", 0), ("5", 5), (" 20 ", 20)])
def test_a_threshold_is_taken_as_set(said, threshold):
    assert secrecy({SECRECY: said}) == (threshold, "") and secrecy({}) == (THRESHOLD, "")


@pytest.mark.parametrize("said", ["3", "1", "-5", "onze", "5.5", "٥", "99999999999"])
def test_what_is_no_threshold_is_said_and_the_usual_one_holds(said):
    threshold, sentence = secrecy({SECRECY: said})
    assert threshold == THRESHOLD and SECRECY in sentence
