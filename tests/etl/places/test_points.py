"""Points in one cell, latitude first but where a format says otherwise."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.places.points import lon_lat

lons, lats = (st.floats(-most, most, allow_nan=False).map(lambda value: round(value, 6)) for most in (180, 90))


@given(
    lons,
    lats,
    st.sampled_from(
        [
            "{lat},{lon}",
            "{lat}, {lon}",
            "{lat} {lon}",
            "{lat};{lon}",
            "[{lat}, {lon}]",
            "({lat} ; {lon})",
            "POINT({lon} {lat})",
            "SRID=4326;POINT ({lon} {lat})",
            "point z ({lon} {lat} 12)",
        ]
    ),
)
def test_a_point_is_read_whatever_its_dress(lon, lat, shape):
    point = lon_lat(shape.format(lon=f"{lon:f}", lat=f"{lat:f}"))
    assert point is not None and tuple(map(float, point)) == (pytest.approx(lon), pytest.approx(lat))


@given(lons, lats)
def test_objects_say_which_is_which(lon, lat):
    for named in (
        {"lon": lon, "lat": lat},
        {"latitude": lat, "longitude": lon},
        {"type": "Point", "coordinates": [lon, lat]},
    ):
        assert lon_lat(json.dumps(named)) == (str(lon), str(lat))


@pytest.mark.parametrize("text", ["49,7020 ; 4,9400", "49,7020 4,9400", "49,7020, 4,9400"])
def test_french_numbers_are_two_all_the_same(text):
    assert lon_lat(text) == ("4,9400", "49,7020")


@pytest.mark.parametrize(
    "text", ["", "49.7", "Sedan", "49.7,4.9,12", "{", "{}", "[1]", "03 24 00 00 00", "POINT EMPTY"]
)
def test_what_is_no_point_is_none(text):
    assert lon_lat(text) is None


@given(st.text(max_size=30))
def test_any_text_is_read_without_harm(text):
    lon_lat(text)
