"""Dates as portals write them; those of spreadsheets are in test_lists."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.formats.dates import iso


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-06-01T00:00:00+02:00", "2021-06-01"),
        ("2021-05-31T22:00:00Z", "2021-06-01"),
        ("2021-05-31T22:00:00.000Z", "2021-06-01"),
        ("2021-12-31 23:00:00+00", "2022-01-01"),
        ("2021-06-01T00:00:00+04:00", "2021-06-01"),
        ("2021-06-01T10:30+0200", "2021-06-01"),
        ("01/06/2021 00:00", "2021-06-01"),
        ("20210601", "2021-06-01"),
        ("2021/06/01", "2021-06-01"),
        ("2021.06.01", "2021-06-01"),
        ("44348.0", "2021-06-01"),
        ("06/2021", "2021-06"),
        ("2021", "2021"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("mars 2021", "2021-03"),
        ("1er juin 2021", "2021-06-01"),
        ("3 févr. 2021", "2021-02-03"),
        ("Sept. 2021", "2021-09"),
        ("01/06/21", "01/06/21"),  # which of the three is the year?
        ("jui 2021", "jui 2021"),
        ("T2 2021", "T2 2021"),
    ],
)
def test_a_date_with_a_zone_is_the_day_that_was_meant(text, expected):
    assert iso(text) == expected


@given(
    st.dates(date(1950, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["", "T00:00:00", " 00:00", "T00:00:00.000", "T00:00:00+01:00", "T12:00:00Z", "T00:00:00-03:00"]),
)
def test_the_hour_never_moves_a_day_of_france(day, hour):
    assert iso(f"{day.isoformat()}{hour}") == day.isoformat()
