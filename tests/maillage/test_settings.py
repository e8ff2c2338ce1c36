"""What an operator may set."""

import pytest

from maillage.catalog import THRESHOLD
from maillage.settings import FRAMES, SECRECY, frames, mistakes, secrecy


@pytest.mark.parametrize(("value", "threshold"), [("", THRESHOLD), ("0", 0), ("5", 5), (" 20 ", 20)])
def test_a_threshold_is_taken_as_set(value, threshold):
    assert secrecy({SECRECY: value}) == (threshold, "") and secrecy({}) == (THRESHOLD, "")


@pytest.mark.parametrize("value", ["3", "1", "-5", "onze", "5.5", "٥", "99999999999"])
def test_what_is_no_threshold_is_said_and_the_usual_one_holds(value):
    threshold, sentence = secrecy({SECRECY: value})
    assert threshold == THRESHOLD and SECRECY in sentence


@pytest.mark.parametrize(
    ("environment", "named"),
    [({"MAILLAGE_SECRTE": "5"}, "MAILLAGE_SECRTE"), ({SECRECY: "onze"}, SECRECY), ({FRAMES: "exemple.fr"}, FRAMES)],
)
def test_what_is_set_wrong_is_named(environment, named):
    assert named in mistakes({"PATH": "/bin", **environment})


def test_what_is_set_well_is_not():
    assert mistakes({"PATH": "/bin", SECRECY: "20", "MAILLAGE_ROUTER": "http://127.0.0.1:5000"}) is None


@pytest.mark.parametrize(
    ("value", "policy"),
    [
        ("", "*"),
        ("tous", "*"),
        ("aucun", "'self'"),
        ("https://www.exemple.fr https://*.sante.fr:8443", "'self' https://www.exemple.fr https://*.sante.fr:8443"),
    ],
)
def test_the_operator_says_who_may_frame_a_view(value, policy):
    assert frames({FRAMES: value}) == (policy, "")


@pytest.mark.parametrize(
    "value", ["exemple.fr", "https://a.fr; script-src *", "https://a.fr/page", "tous https://a.fr", "javascript:x"]
)
def test_what_is_no_site_frames_nothing_and_is_said(value):
    policy, sentence = frames({FRAMES: value})
    assert policy == "'self'" and FRAMES in sentence
