"""The section of published figures: hostile words stay text, nothing is drawn of nothing."""

from maillage.records.territory import Grid
from maillage.views import claims
from tests.maillage.views.conftest import EVIL, Page


def test_hostile_words_stay_text():
    page = Page(claims.section(Grid(("",) * 5, ((EVIL,) * 5,), (EVIL,))))
    assert page.closed and not {"script", "img"} & set(page.tags) and EVIL in page.text


def test_nothing_is_drawn_of_nothing():
    assert claims.section(Grid((), ())) == ""
