"""The words that all documents share: right figures, right plurals, nothing claimed that is not known."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from maillage.exports import colophon
from maillage.exports.typesetting import fine
from maillage.language import text
from maillage.records.figure import Figure
from maillage.records.territory import Orphans, Piece
from maillage.subjects.territory import checks, site_wording, wording

THIN, HARD = text.THIN, text.HARD


def test_the_extent_is_what_the_communes_give(whole, partial, unknown):
    assert wording.extent(whole[0]) == f"34{HARD}communes, 90{THIN}346{HARD}habitants"
    assert wording.extent(partial[0]).startswith("au moins ")
    assert wording.extent(unknown[0]) == "Périmètre inconnu"


@pytest.mark.parametrize(
    ("communes", "people", "sentence"),
    [
        (1, 1, f"1{HARD}commune, 1{HARD}habitant"),
        (1, 0, f"1{HARD}commune, 0{HARD}habitant"),
        (2, 2, f"2{HARD}communes, 2{HARD}habitants"),
    ],
)
def test_plurals(whole, communes, people, sentence):
    dossier = replace(whole[0], codes=whole[0].codes[:communes], population=people)
    assert wording.extent(dossier) == sentence
    words = [key.label for key in wording.keys(dossier)[:2]]
    assert words == [sentence.split(HARD)[1].split(",")[0], sentence.split(HARD)[-1]]


def test_key_figures_say_what_they_are_and_where_they_come_from(whole, partial, unknown):
    people = wording.keys(whole[0])[1]
    assert (people.value, people.label, people.note) == (
        f"90{THIN}346",
        "habitants",
        "population municipale 2023, Insee",
    )
    size = next(key for key in wording.keys(whole[0]) if key.label == "classe de taille ACI")
    assert size.value == "T3" and f"84{THIN}654{HARD}habitants pour T4" in size.note
    assert "manque" not in next(key for key in wording.keys(whole[0], brief=True) if key.value == "T3").note
    assert all(key.value.startswith("≥") for key in wording.keys(partial[0])[:2])
    assert "classe de taille ACI" not in [key.label for key in wording.keys(partial[0])]
    assert wording.keys(unknown[0]) == ()


def test_members_are_in_the_order_of_a_dictionary(whole):
    names = wording.members(whole[0])
    assert len(names) == 34 and set(names) == set(whole[0].communes["name"])
    assert names.index("Ciry-le-Noble") < names.index("Écuisses") < names.index("Essertenne")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "–"),
        (Figure(None, None, None, "m", 2023), "–"),
        (Figure(None, basis="withheld"), "NS"),
        (Figure(0.0, None, None, "m", 2023), "0,0"),
        (Figure(2.25, 2.25, bound="at_least"), f"≥{HARD}2,2"),
        (Figure(2.26, None, 2.26, bound="at_most"), f"≤{HARD}2,3"),
        (Figure(1234.5, bound="about", basis="mean_of_parts"), f"≈{HARD}1{THIN}234,5"),
    ],
)
def test_readings_tell_minimum_maximum_mean_withheld_missing_and_zero(value, sentence):
    assert wording.reading(value, 1) == sentence


def test_comparisons_are_the_dossier_s_figures(whole):
    grid = wording.comparisons(whole[0])
    assert grid.head[3:] == ("Territoire", "Saône-et-Loire", "Bourgogne-Franche-Comté", "France")
    assert len(grid.rows) == len(whole[0].figures)
    assert {len(row) for row in grid.rows} == {len(grid.head)}
    assert grid.rows[0] == (
        "Population municipale",
        "habitants",
        "2023",
        f"90{THIN}346",
        f"550{THIN}310",
        f"2{THIN}802{THIN}670",
        f"68{THIN}350{THIN}798",
    )
    starred = [row[0] for row in grid.rows if row[0].endswith("*")]
    assert len(starred) == sum(figure.scope == "departements" for figure in whole[0].figures) > 0
    assert any(note.startswith("*") for note in grid.notes)


def test_a_page_holds_four_places_and_says_what_is_left_out(whole):
    dossier = whole[0]
    many = [("departement", f"{n:02}", f"D{n}", None) for n in range(1, 7)] + [
        ("region", "27", "R", None),
        ("france", "FR", "France", None),
    ]
    grid = wording.comparisons(replace(dossier, figures=(replace(dossier.figures[0], against=tuple(many)),)))
    assert grid.head[4:] == ("D1", "D2", "R", "France")
    assert grid.notes[-1].startswith(f"4{HARD}territoires")


def test_gaps_of_a_whole_territory_and_of_pieces(whole, unknown):
    sentences = dict(checks.gaps(whole[0]))
    assert sentences["Continuité"] == ("Le territoire est d'un seul tenant.", "Aucune enclave.")
    pieces = (Piece("Le Creusot", ("71153", "71059"), 2000), Piece("Mary", ("71286",), 1))
    parted = replace(
        whole[0], pieces=pieces, enclaves=pd.DataFrame({"code": ["71001"], "name": ["Enclave"], "population": [7]})
    )
    lines = dict(checks.gaps(parted))["Continuité"]
    assert lines[0] == (
        f"Le territoire est en 2{HARD}morceaux : Le Creusot (2{HARD}communes, 2{THIN}000{HARD}habitants) et "
        f"Mary (1{HARD}commune, 1{HARD}habitant)."
    )
    assert lines[1] == f"1{HARD}commune enclavée, hors du territoire : Enclave (7 hab.)."
    assert [subject for subject, _ in checks.gaps(unknown[0])] == ["Ce qui est inconnu"]


def test_a_territory_over_the_sea_is_told():
    assert colophon.apart(()) == ""
    assert colophon.apart(("Saint-Denis",)).endswith(" : Saint-Denis.")


def test_what_is_lacking_is_said_before_printing(whole, partial, unknown):
    assert colophon.warnings(whole[0], ()) == []
    assert "en partie" in colophon.warnings(partial[0], ())[0]
    assert "Rien n'est deviné" in colophon.warnings(unknown[0], ())[0]


def test_sources_and_method_are_dated(whole):
    grid = wording.sources(whole[0])
    assert len(grid.rows) == len(whole[0].sources)
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4}", row[-1]) for row in grid.rows)
    assert whole[0].build.version in colophon.method(whole[0])[-1]
    assert re.search(r"\d\d/\d\d/\d{4}", wording.dated(whole[0]))


def test_every_text_is_text(whole, partial, unknown):
    for dossier, around in (whole, partial, unknown):
        grids = [
            wording.comparisons(dossier),
            site_wording.structures(dossier),
            site_wording.sites(dossier),
            site_wording.nearest(dossier),
            site_wording.distances(around),
            wording.life(dossier),
            wording.sources(dossier),
        ]
        cells = [cell for grid in grids for row in (grid.head, *grid.rows) for cell in row]
        assert all(isinstance(cell, str) and cell and "nan" not in cell.lower().split() for cell in cells)
        assert not [cell for cell in cells if re.search(r"None|<NA>|NaT", cell)]


def test_a_figure_keeps_its_unit_on_its_line(whole):
    """No orphan unit: between a number and its unit, the space holds."""
    dossier, around = whole
    words = [
        wording.extent(dossier),
        *(" ".join(row) for row in site_wording.nearest(dossier).rows),
        *(key.note for key in wording.keys(dossier)),
    ]
    words += [row[2] for row in site_wording.distances(around).rows] + list(checks.gaps(dossier)[0][1])
    words += [row[1] for row in wording.comparisons(dossier).rows]
    words = [fine(w) for w in words]
    assert not [w for w in words if re.search(r"\d (?:km|min|%|communes?|habitants?)\b", w)]


def test_communes_left_alone_for_sure_and_perhaps_are_never_one_count(whole):
    """The page added them up where the document kept them apart."""
    alone = pd.DataFrame({"code": ["71001", "71002"], "name": ["Sûre", "Sure aussi"], "population": [9, 7]})
    maybe = pd.DataFrame({"code": ["71003"], "name": ["Peut-être"], "population": [5]})
    known = replace(whole[0], orphans=Orphans(alone, maybe))
    sure, unsure = (check for check in checks.checks(known) if check.subject == checks.ORPHANS)
    assert (sure.good, sure.head) == (
        False,
        f"2{HARD}communes voisines laissées seules",
    ) and "Peut-être" not in sure.more
    assert (unsure.good, unsure.head) == (None, f"1{HARD}commune voisine peut-être laissée seule")
    assert "Sûre" not in unsure.more and dict(checks.gaps(known))[checks.ORPHANS] == (sure.sentence, unsure.sentence)


def test_the_sheet_of_a_cpts_is_a_sentence_a_fact(whole, partial, unknown):
    assert wording.card(whole[0])[0] == "Statut : ACI signé (18/10/2022). Périmètre complet."
    assert wording.card(whole[0])[-1].startswith("Référence : communiqué de presse")
    assert wording.size(partial[0]) is None and "T1" in wording.unsized(partial[0])
    assert wording.unsized(whole[0]) == wording.unsized(unknown[0]) == ""


def test_every_place_is_on_the_page_and_four_on_paper(whole):
    dossier = whole[0]
    many = tuple(("departement", f"{n:02}", f"D{n}", None) for n in range(1, 9))
    dossier = replace(dossier, figures=(replace(dossier.figures[0], against=many),))
    assert len(wording.comparisons(dossier, most=None).head) == 4 + 8
    assert not wording.comparisons(dossier, most=None).notes[1:]
