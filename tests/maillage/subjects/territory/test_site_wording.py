"""Structures in words: none is not unknown, and a list that is not whole bounds a distance."""

from maillage import catalog
from maillage.subjects.territory import site_wording


def test_structures_tell_unknown_from_none(whole, unknown):
    grid = site_wording.structures(whole[0])
    rows = {row[0].rpartition("(")[2].rstrip(")"): row[1:] for row in grid.rows}
    assert rows["MSP"] == ("4", "0", "–", "complète") and rows["LHSS"] == ("0", "0", "–", "partielle")
    assert "ESP" not in rows and any("inconnus et non absents" in note and "ESP" in note for note in grid.notes)
    assert not any("SIEGE_CPTS" in note for note in grid.notes)
    assert site_wording.structures(unknown[0]).rows == ()


def test_distances_are_at_most_where_lists_are_partial(whole):
    grid = site_wording.distances(whole[1])
    known = dict(zip(whole[1].far["type"], whole[1].far["whole"], strict=True))
    assert [row[0] for row in grid.rows] == list(known) and set(known.values()) == {True, False}
    assert all(row[4].startswith("≈" if known[row[0]] else "≤") for row in grid.rows)
    assert all(row[1].startswith("≈") and ", ≈" in row[4] for row in grid.rows)  # minutes bound nothing


def test_types_of_these_documents_exist():
    assert set(site_wording.SEATS) <= {kind.code for kind in catalog.SITE_TYPES}
