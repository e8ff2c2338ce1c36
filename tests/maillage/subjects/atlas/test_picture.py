"""A map as a file: every commune in its class, the legend and the source inside, and no sheet where it would not fit."""

import re
import time
from datetime import datetime
from xml.etree import ElementTree

import pytest

from maillage import catalog
from maillage.address.selection import Selection
from maillage.catalog.commune_roles import STANDINGS
from maillage.exports import picture as files
from maillage.records.map_picture import MapWords
from maillage.subjects import map_picture
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import picture
from maillage.subjects.territory import map as territory_map
from maillage.subjects.territory import territory
from maillage.views import map_sheet
from tests.pdf import about, needs_poppler

PATIENCE = 3  # times longer than alone: other tests run beside
LAND = Selection(level="departement", code="2A", types=())


def of(ask, selection):
    return picture.picture(ask, atlas_map.compose(ask, selection, "/contours/"))


@pytest.fixture(scope="module")
def land(ask):
    return of(ask, LAND)


def test_every_commune_has_the_colour_of_its_class(ask, land):
    view = atlas_map.compose(ask, LAND, "/contours/")
    assert set(land.drawn.fills) == set(view.table["code"]) == set(land.drawn.members["code"])
    colours = list(land.drawn.fills.values())
    assert [colours.count(colour) for colour in land.classes.colours] == list(land.classes.counts)


def test_the_sheet_says_what_it_shows_its_source_and_its_date(land):
    sheet = map_sheet.svg(land)
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
    sheet = map_sheet.svg(drawn)
    ElementTree.fromstring(sheet)
    assert "manquant (hachures) (3)" in sheet


def test_the_country_by_commune_is_no_sheet(ask):
    view = atlas_map.compose(ask, Selection(mesh="commune"), "/contours/")
    assert not map_picture.drawable(view.view)
    with pytest.raises(ValueError, match="ne tient pas"):
        picture.picture(ask, view)


def test_files_are_what_they_are_called(land):
    sheet = map_sheet.svg(land)
    assert files.png(sheet)[:4] == b"\x89PNG" and files.svg(sheet)[:4] == b"<svg"


@needs_poppler
@pytest.mark.parametrize(("wide", "size"), [(False, "595.276 x 841.89 pts (A4)"), (True, "841.89 x 595.276 pts (A4)")])
def test_the_file_to_print_is_a_page_of_its_name(land, wide, size):
    facts = about(files.pdf(map_sheet.svg(land), "Densité", datetime(2026, 11, 25), wide))
    assert (facts["Title"], facts["Pages"], facts["Page size"], facts["Tagged"]) == ("Densité", "1", size, "yes")


def test_the_outlines_of_cpts_are_on_the_sheet_with_their_names_and_their_key(ask):
    drawn = of(ask, Selection(level="departement", code="90", types=(), perimeters=True))
    names = [outline.name for outline in drawn.drawn.outlines]
    assert names and all(names) and {outline.colour for outline in drawn.drawn.outlines} == {catalog.CPTS_COLOUR}
    sheet = map_sheet.svg(drawn)
    assert "CPTS, " in sheet or "CPTS en préparation" in sheet
    bare = map_sheet.svg(of(ask, Selection(level="departement", code="90", types=(), perimeters=False)))
    assert catalog.CPTS_COLOUR in sheet and catalog.CPTS_COLOUR not in bare


def test_a_cpts_is_drawn_amid_its_neighbours_once(ask):
    dossier = territory.of_cpts(ask, "cpts-30-regards")
    view = territory_map.view(ask, Selection(cpts="cpts-30-regards"), dossier, "/contours/", "")
    words = MapWords(dossier.name, "", tuple(standing.label for standing in STANDINGS), "sources")
    drawn = map_picture.picture(ask, view, words, dossier.codes, own=True)
    assert tuple(drawn.drawn.members["code"]) == dossier.codes
    assert dossier.name not in [outline.name for outline in drawn.drawn.outlines]
    sheet = map_sheet.svg(drawn)
    assert "dans le territoire" in sheet and "Entre parenthèses" not in sheet


@pytest.mark.parametrize("region", ["44", "76"])
def test_a_region_by_commune_is_a_path_a_class_in_seconds(ask, region):
    began = time.perf_counter()
    sheet = map_sheet.svg(of(ask, Selection(level="region", code=region, perimeters=True)))
    assert files.pdf(sheet, "Région", datetime(2026, 11, 25)) and files.png(sheet)
    assert time.perf_counter() - began < 10 * PATIENCE
    assert sheet.count("<path") < 1500  # 4,500 communes and as many around
