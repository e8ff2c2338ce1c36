"""Where gaps are looked for: the right communes, in the order that the map's contours have."""

import gzip
import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from maillage.address.selection import Selection
from maillage.catalog.indicators import COMMUNES, Indicator
from maillage.queries import territories
from maillage.subjects.gaps.territory import ground, paint, paint_words, parts, view
from maillage.views.map import leaflet as maps

ROOT = Path(__file__).parents[4]
PLACES = {
    "Ardennes": Selection("departement", "08"),
    "Bouches-du-Rhône": Selection("departement", "13"),
    "Hauts-de-France": Selection("region", "32"),
    "an intercommunalité of two départements": Selection("epci", "200040954"),
    "Le Creusot Montceau": Selection("epci", "247100290"),
    "a commune": Selection("commune", "08409"),
    "Marseille": Selection("commune", "13055"),
    "France": Selection(),
}
MINUTES = Indicator("minutes", "Temps", "min", 0, "", "Purples", COMMUNES, "")


@pytest.fixture(scope="module")
def contours(warehouse):
    folder = ROOT / "static" / "geo" / warehouse.version

    @cache
    def read(name):
        content = json.loads(gzip.decompress((folder / f"{name}.json.gz").read_bytes()))
        return [feature["properties"]["c"] for feature in content["features"]]

    return read


@pytest.fixture(params=PLACES.values(), ids=PLACES)
def here(request, ask):
    return ground(ask, request.param)


def test_values_meet_their_contours(here, contours):
    """The value drawn on a contour is its own rank among the places: any slip would show."""
    painted = paint(np.arange(len(here.places), dtype=float), MINUTES, (5, 10))
    rank = {code: index for index, code in enumerate(here.places["code"])}
    seen = 0
    for part in parts(here, painted):
        codes = contours(part.file)
        assert part.values == [rank[code] for code in codes]
        assert part.marks == "".join(str((rank[code] >= 5) + (rank[code] >= 10)) for code in codes)
        levels = here.places.set_index("code")["level"]
        if part.levels:
            assert [part.levels[i] == "1" for i in range(len(codes))] == [
                levels[code] == "arrondissement_municipal" for code in codes
            ]
        seen += len(codes)
    assert seen == len(here.places)


def test_the_territory_is_its_communes(here, cursor):
    level = here.selection.level
    if level == "france":
        assert here.inside.all()
        return
    column = {"departement": "departement_code", "region": "region_code", "epci": "epci_code"}[level]
    members = {
        c for (c,) in cursor.execute(f"SELECT code FROM residence WHERE {column} = ?", [here.selection.code]).fetchall()
    }
    assert set(here.places["code"][here.inside]) == members
    assert set(here.places["departement_code"]) == set(here.reach)


def test_a_commune_is_looked_at_in_its_département(ask):
    sedan, marseille = ground(ask, Selection("commune", "08409")), ground(ask, Selection("commune", "13055"))
    assert (sedan.territory.code, sedan.outlined) == ("08", ("08409",))
    assert marseille.territory.code == "13" and len(marseille.outlined) == 16


def test_a_view_of_everything(here, ask):
    painted = paint(np.zeros(len(here.places)), MINUTES, (5, 10), "-")
    map_view = view(ask, here, "/geo/", "temps", painted, types=("MSP",), perimeters=True)
    description = maps.describe(map_view)
    json.dumps(description, allow_nan=False)
    assert here.territory.name in description["label"]
    assert all(set(part["bounds"]) == {"-"} for part in description["mesh"])


def test_numbers_that_are_not_are_missing():
    painted = paint(np.array([1.0, np.nan, np.inf, 12.4]), MINUTES, (5, 10))
    assert painted.marks == "0xx2" and painted.values == [1, None, None, 12]
    assert painted.classes.counts == (1, 0, 1) and painted.classes.missing == 2


def test_words_and_what_is_unknown():
    painted = paint_words(np.array([0, 1, 2, -1]), ("a", "b", "inconnu"), ("#111111", "#222222"), unknown=2)
    assert painted.marks == "01xx"
    assert painted.values == [1, 2, 3, None]  # what is unknown says so; what is missing says nothing
    assert painted.classes.counts == (1, 1) and painted.classes.missing == 2


def test_the_trail_of_a_ground(ask):
    from maillage.subjects.atlas import map as atlas_map

    assert atlas_map.trail(ask, ground(ask, Selection("commune", "08409")))[-1] == "Ardennes (08)"
    assert ask(territories.territory, "departement", "08").name == "Ardennes"
