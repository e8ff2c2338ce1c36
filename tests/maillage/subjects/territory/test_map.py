"""The map of a draft: each commune in its colour, in the order of the contours' files."""

from __future__ import annotations

import gzip
import json

import pytest

from maillage.address.selection import Selection
from maillage.catalog.commune_roles import ENCLAVE, FREE, MEMBER, OTHER, STANDINGS, UNKNOWN
from maillage.queries import communes
from maillage.records.map_view import GROUND
from maillage.subjects.territory import map as territory_map
from maillage.subjects.territory import territory
from maillage.views.commune_roles import legend
from maillage.views.map import leaflet as maps


@pytest.fixture(scope="module")
def view(ask):
    def draw(codes, selection=Selection(), other=(), epoch="0"):  # noqa: B008, frozen
        return territory_map.view(ask, selection, territory.dossier(ask, codes), "/geo/", epoch, other)

    return draw


def marked(ask, view):
    """code -> mark, by the order of communes that files have."""
    every = ask(communes.standing, ())
    marks = {}
    for part in view.paint.parts:
        codes = sorted(every.loc[every["departement_code"] == part.file.removeprefix("communes-"), "code"])
        marks |= dict(zip(codes, part.marks, strict=True))
    return marks


def test_members_and_what_they_surround(ask, view):
    around = ask(communes.neighbours)["08136"]
    marks = marked(ask, view(around))
    assert {code for code, mark in marks.items() if mark == str(MEMBER)} == set(around)
    assert marks["08136"] == str(ENCLAVE)
    assert set(marks.values()) == {str(MEMBER), str(ENCLAVE), GROUND}


def test_another_cpts_a_white_commune_and_the_unknown(ask, view):
    paca = marked(ask, view(("04001",)))
    covered = set(ask(communes.memberships, Selection().statuses)["commune_code"])
    for code, mark in paca.items():
        assert mark in {str(MEMBER), str(ENCLAVE), str(OTHER) if code in covered else str(FREE)}
    assert GROUND in marked(ask, view(("71153",))).values()


def test_files_have_as_many_contours_as_the_marks(database, warehouse, view):
    folder = database.parent.parent / "static" / "geo" / warehouse.version
    for part in view(("13201", "08409"), Selection("departement", "69")).paint.parts:
        features = json.loads(gzip.decompress((folder / f"{part.file}.json.gz").read_bytes()))["features"]
        assert len(part.marks) == len(features) == len(part.values)


def test_the_map_moves_only_when_asked(view):
    one, two = view(("08409",)), view(("08409", "08053"))
    assert one.base.key == two.base.key != view(("08409",), epoch="1").base.key
    assert one.base.frame != two.base.frame


def test_two_versions_are_outlined_and_both_in_sight(view):
    both = view(("08409",), other=("08490",))
    assert both.overlays.drafts == (("dashed", ("08490",)), ("solid", ("08409",)))
    assert maps.describe(both)["drafts"][0] == {"line": "dashed", "codes": ("08490",)}
    alone = view(("08409",))
    assert both.base.frame[2] - both.base.frame[0] > alone.base.frame[2] - alone.base.frame[0]
    assert "drafts" not in maps.describe(view(()))


def test_without_a_commune_one_chooses_a_departement(view):
    country = view(())
    assert [part.level for part in country.paint.parts] == ["departement"] and len(country.paint.parts[0].marks) == 101
    assert [part.file for part in view((), Selection("departement", "08")).paint.parts] == ["communes-08"]
    assert "département" in legend(country, False)


def test_the_legend_counts_what_the_map_paints(view):
    map_view = view(("08409", "08053"))
    assert map_view.paint.classes.counts[MEMBER] == 2 and sum(map_view.paint.classes.counts) == 447
    html = legend(map_view, True)
    assert STANDINGS[MEMBER].label in html and STANDINGS[OTHER].label not in html and "version B" in html
    assert map_view.paint.classes.counts[UNKNOWN] == 445


def test_a_cpts_without_perimeter_is_framed_on_its_departements(ask):
    dossier = territory.of_cpts(ask, "cpts-08-portes-luxembourg-sedanais-meusien")
    view = territory_map.view(ask, Selection(), dossier, "/geo/", "x")
    west, south, east, north = view.base.frame
    assert west < 4.3 and east > 5.5 and south < 48.6 and north > 49.9
    assert str(MEMBER) not in "".join(part.marks for part in view.paint.parts)
