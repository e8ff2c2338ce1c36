"""Years: what is published and what the register lists stay two things; a signature without a date is in no year."""

import re
from urllib.parse import unquote
from xml.etree import ElementTree

import pandas as pd

from maillage.records.timeline import Registered
from maillage.subjects import timeline
from maillage.subjects.comparison.table import outlines
from maillage.views import timeline as drawn

HISTORY = pd.DataFrame(
    {
        "code": ["08", "08", "51"],
        "name": ["Ardennes", "Ardennes", "Marne"],
        "year": [2023, 2017, 2023],
        "value": [22.0, 7.0, 9.0],
    }
)


def test_years_are_in_order_and_the_register_stands_apart():
    ardennes, marne = timeline.series(HISTORY, {"08": Registered(28, "2026-05-12")})
    assert ardennes.points == ((2017, 7.0), (2023, 22.0)) and ardennes.registered.count == 28
    assert timeline.sentence(ardennes) == "7 en 2017, 22 en 2023 ; 28 au registre le 12/05/2026"
    assert (marne.registered, timeline.grown(marne), timeline.sentence(marne)) == (None, 0.0, "9 en 2023")
    assert drawn.curve(ardennes).count("<rect") == 1 and drawn.curve(marne).count("<rect") == 0


def test_a_year_without_a_signature_is_a_year():
    known = timeline.years([(2019, False), (2022, True), (2022, False)])
    assert [(year.year, year.signed, year.deduced) for year in known] == [
        (2019, 1, 0),
        (2020, 0, 0),
        (2021, 0, 0),
        (2022, 2, 1),
    ]
    assert timeline.years([]) == ()


def test_the_map_of_each_year_has_every_departement_of_this_build(ask):
    played = timeline.played(ask)
    assert [frame.label for frame in played.frames][:7] == [str(year) for year in range(2017, 2024)]
    assert "registre" in played.frames[-1].source and all(len(frame.marks) == 101 for frame in played.frames)
    ardennes = next(one for one in played.series if one.code == "08")
    assert timeline.sentence(ardennes).startswith("7 en 2017, 22 en 2023 ; 28 au registre")
    html = drawn.section(played, outlines(ask), timeline.sentence, timeline.signatures(ask), "", "08", False)
    assert html.count('<li class="own">') == 1 and html.count('class="moment"') == len(played.frames)
    for address in re.findall(r'src="data:image/svg[+]xml,([^"]+)"', html):
        assert ElementTree.fromstring(unquote(address)).tag.endswith("svg")
    paths = html.split('data-paths="')[1].split('"')[0].split(",")
    assert len(paths) == 101


def test_the_count_of_signatures_never_passes_for_the_number_of_cpts(ask):
    known = timeline.signatures(ask)
    assert sum(year.signed for year in known.years) == known.dated <= known.listed
    assert "minimums" in timeline.grounds(known)


def test_years_leave_as_sheets_with_their_source(ask):
    played, signed = timeline.played(ask), timeline.signatures(ask)
    curves = drawn.curves_on_sheet(played, timeline.sentence, "édition")
    assert curves.count('fill="none" stroke="#0072B2"') == len(played.series)
    for sheet in (
        curves,
        drawn.map_on_sheet(played, ask.keep(outlines), "édition"),
        drawn.bars_on_sheet(signed, timeline.grounds(signed), "édition"),
    ):
        words = " ".join(ElementTree.fromstring(sheet).itertext())
        assert "Source" in words and "édition" in words
