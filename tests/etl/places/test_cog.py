"""A file of another year than the map is refused with what it lacks and what it has too many."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.places.cog import require_todays_map
from etl.source import Inputs, SourceError
from etl.sources import populations

INPUTS = Inputs(Path("data"), known_communes={"08001": "08", "08002": "08", "75101": "75"})


def require(*codes: str, optional: tuple[str, ...] = ()) -> None:
    require_todays_map(populations.SOURCE, codes, INPUTS, optional)


def test_today_s_communes_are_the_map():
    require("08001", "08002", "75101")
    require("08001", "08002", optional=("75101",))


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (("08001", "75101"), r"1 codes manquent \(08002\)\. "),
        (("08001", "08002", "75101", "08999"), r"1 codes sont inconnus \(08999\)"),
        (("08001", "08002", "08999"), r"1 codes manquent \(75101\) et 1 codes sont inconnus \(08999\)"),
        (("08001", "08002", "75101", *map(str, range(6))), r"6 codes sont inconnus \(0, 1, 2, 3, 4…\)"),
    ],
)
def test_another_year_is_refused(codes, words):
    with pytest.raises(SourceError, match=words):
        require(*codes)
