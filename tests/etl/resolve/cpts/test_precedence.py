"""A known CPTS completed by another list: the later and the whole win, and what differs is said."""

from __future__ import annotations

import pytest

from etl.resolve.cpts.precedence import completed


def test_what_says_nothing_new_changes_nothing(cpts):
    known = cpts("CPTS Alpha", "08001", citation="dossier")
    notes = []
    assert completed(known, cpts("CPTS ALPHA", "08001", as_of="2026-01"), notes) == known
    assert notes == []


def test_what_lacked_is_filled_and_names_stay(cpts):
    known = cpts("CPTS Alpha", citation="dossier", note="Vue.")
    other = cpts(
        "CPTS ALPHA",
        "08001",
        "08002",
        departement_codes=["51"],
        declared_professionals=12,
        as_of="2026-01",
        note="D'après son contour.",
        citation="couche",
    )
    row = completed(known, other, [])
    assert row == known | {
        "members": ["08001", "08002"],
        "perimeter": "complet",
        "departement_codes": ["08", "51"],
        "as_of": "2026-01",
        "declared_professionals": 12,
        "note": "Vue. D'après son contour.",
        "citation": "dossier ; couche",
    }


@pytest.mark.parametrize(
    ("as_of", "extent", "replaced"),
    [
        ("2026-02", "complet", True),
        ("2026", "complet", False),  # not known to be later than the month
        ("2025-12", "complet", False),
        (None, "complet", False),
        ("2026-02", "partiel", False),
    ],
)
def test_a_whole_perimeter_gives_way_to_a_later_whole_one(cpts, as_of, extent, replaced):
    known = cpts("CPTS Alpha", "08001", as_of="2026-01")
    notes = []
    row = completed(known, cpts("CPTS Alpha", "08002", as_of=as_of, perimeter=extent, line="objet 3"), notes)
    assert row["members"] == (["08002"] if replaced else ["08001"])
    assert [(note.line, note.reason) for note in notes] == [("objet 3", "périmètres différents")]
    assert "1 en plus (08002) et 1 en moins (08001)" in notes[0].sentence


def test_two_stages_are_told_and_the_later_is_kept(cpts):
    known = cpts("CPTS Alpha", status="aci_signe", status_date="2022")
    notes = []
    row = completed(known, cpts("CPTS Alpha", status="resilie", status_date="2024-01", citation="arrêté"), notes)
    assert (row["status"], row["status_date"], row["citation"]) == ("resilie", "2024-01", "liste ; arrêté")
    assert [note.reason for note in notes] == ["statuts différents"]
    assert completed(row, cpts("CPTS Alpha", status="emergence", status_date="2023"), notes)["status"] == "resilie"
