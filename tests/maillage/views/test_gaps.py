"""The words of « Écarts »: escaped, in French, with nothing unsaid."""

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.records.map_view import Base, Classes, MapView, Overlays, Paint
from maillage.subjects.gaps import white as gap_white
from maillage.subjects.gaps.territory import paint_words
from maillage.views import gaps, help_texts
from maillage.views.map import leaflet as maps

EVIL = "<img src=x onerror=alert(1)>"


def test_names_are_escaped():
    rows = pd.DataFrame(
        {"rank": [1], "lowest": [1], "highest": [12], "name": [EVIL], "departement_code": ["08"], "population": [1200]}
    )
    for html in (
        gaps.ranking(rows, [EVIL], "commune"),
        gaps.card(EVIL, [EVIL]),
        gaps.keys([(EVIL, EVIL, EVIL)]),
    ):
        assert "<img" not in html and "&lt;img" in html


def test_a_rank_says_how_far_it_moves():
    rows = pd.DataFrame(
        {
            "rank": [1, 2],
            "lowest": [1, 2],
            "highest": [12, 2],
            "name": ["Sedan", "Rethel"],
            "departement_code": ["08", "08"],
            "population": [1, 2000],
        }
    )
    html = gaps.ranking(rows, ["a", "b"], "commune")
    assert "de 1 à 12 selon les poids" in html and "ne bouge pas" in html and f"1{text.HARD}habitant<" in html
    assert "(08)" in html and "(08)" not in gaps.ranking(rows, ["a", "b"], "departement")


def test_unknown_is_hatched_and_counted_apart():
    import numpy as np

    painted = paint_words(np.array([0, 0, 1, 2]), gap_white.WORDS, gap_white.COLOURS, unknown=2)
    html = gaps.words_legend(
        "Communes", gap_white.WORDS, painted.classes, "on ne sait pas", "Données", ("aci_signe", "inconnu")
    )
    assert html.count("swatch missing") == 1 and "on ne sait pas" in html
    assert "outline solid" in html and "outline dotted" in html and "outline dashed" not in html
    assert ">2</span>" in html and html.count(">1</span>") == 2


def test_the_published_error_is_the_catalogues():
    rows = gaps.travel_errors()
    assert [row["Trajets réels"] for row in rows] == [f"{e.low} à {e.high} min" for e in catalog.TRAVEL.errors]
    assert [row["Erreur médiane (%)"] for row in rows] == [round(e.median_percent, 1) for e in catalog.TRAVEL.errors]


def test_methods_tell_the_formula_in_use():
    sentences = help_texts.methods()
    assert text.number(catalog.TRAVEL.factor, 2) in sentences and "n'est pas l'APL" in sentences
    assert "Aucun temps" in help_texts.travel([])
    assert (
        help_texts.travel([("OSRM, a/driving", 1200)]) == "Temps de cette base : OSRM, a/driving (1\u202f200 trajets)."
    )


def test_proposals_are_drawn_over_what_exists():
    spots = pd.DataFrame(
        {
            "lon": [4.7, 4.9],
            "lat": [49.7, 49.8],
            "symbol": ["1", "A"],
            "colour": ["#B03A00", "#1F5FA8"],
            "lines": [(EVIL, "x"), ("b", "y")],
            "code": ["08362", "08409"],
            "movable": [False, True],
            "name": ["Un", "Deux"],
        }
    )
    view = MapView(Base("/", "x", "k", (0, 0, 1, 1)), Paint([], Classes((), (), (), 0)), Overlays(proposals=spots))
    description = maps.describe(view)
    assert [site["lines"] for site in description["sites"]] == [[EVIL, "x"], ["b", "y"]]  # map.js writes them as text
    assert {kind["symbol"] for kind in description["kinds"].values()} == {"1", "A"}
    assert all(site["type"] in description["kinds"] for site in description["sites"])
