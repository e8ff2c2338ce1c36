"""A map as a file: every commune in its class, the legend and the source inside, and no sheet where it would not fit."""

import re
from datetime import datetime
from xml.etree import ElementTree

import pytest

from maillage.address.selection import Selection
from maillage.exports import map_picture
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import picture

LAND = Selection(level="departement", code="2A", types=())


def of(ask, selection):
    return picture.picture(ask, atlas_map.compose(ask, selection, "/contours/"))


@pytest.fixture(scope="module")
def land(ask):
    return of(ask, LAND)


def test_every_commune_has_the_colour_of_its_class(ask, land):
    shown = atlas_map.compose(ask, LAND, "/contours/")
    assert set(land.drawn.fills) == set(shown.table["code"]) == set(land.drawn.members["code"])
    colours = list(land.drawn.fills.values())
    assert [colours.count(colour) for colour in land.classes.colours] == list(land.classes.counts)


def test_the_sheet_says_what_it_shows_its_source_and_its_date(land):
    sheet = map_picture.svg(land).decode()
    ElementTree.fromstring(sheet)
    words = " ".join(re.sub(r"<[^>]+>", " ", sheet).replace("\u00a0", " ").split())
    for expected in (
        "Densité de population : Corse-du-Sud (2A)",
        "hab./km²",
        "Insee",
        "Maillage, atlas ouvert",
        "moins de 20",
    ):
        assert expected in words, expected


def test_what_is_known_by_departement_is_drawn_for_the_country(ask):
    drawn = of(ask, Selection(level="departement", code="08", indicator="taux_pauvrete"))
    assert drawn.drawn.chosen == ("08",) and len(drawn.drawn.panel.marks) == 101
    sheet = map_picture.svg(drawn).decode()
    ElementTree.fromstring(sheet)
    assert "manquant (hachures) (3)" in sheet


def test_the_country_by_commune_is_no_sheet(ask):
    shown = atlas_map.compose(ask, Selection(mesh="commune"), "/contours/")
    assert not picture.drawable(shown)
    with pytest.raises(ValueError, match="ne tient pas"):
        picture.picture(ask, shown)


def test_files_are_what_they_are_called(land):
    assert map_picture.png(land)[:4] == b"\x89PNG" and map_picture.pdf(land, datetime(2026, 11, 25))[:5] == b"%PDF-"
