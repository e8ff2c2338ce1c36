from __future__ import annotations

from etl.resolve.precedence import later


def test_dates_are_compared_as_far_as_both_go():
    assert later("2022", "2021-12-31") and later("2021-02", "2021-01-08") and later("2021", None)
    assert not later("2021", "2021-12-31") and not later(None, "2021") and not later(None, None)
