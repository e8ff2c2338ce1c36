"""A known CPTS completed by another list: the later and the whole win, and what differs is said."""

from __future__ import annotations

from itertools import product

import pytest

from etl.resolve.cpts.precedence import completed, latest


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


def test_without_two_dates_the_farthest_stage_is_kept():
    order = [
        "inconnu",
        "emergence",
        "en_fonctionnement",
        "lettre_intention_validee",
        "projet_sante_valide",
        "aci_signe",
        "resilie",
    ]
    for (i, known), (j, stated) in product(enumerate(order), repeat=2):
        assert latest((known, None), (stated, None)) == latest((known, "2021"), (stated, None)) == (j > i)


@pytest.mark.parametrize(
    ("known", "stated", "wins"),
    [
        (("aci_signe", "2020"), ("projet_sante_valide", "2022-03"), True),
        (("emergence", "2023-01-01"), ("aci_signe", "2020-05"), False),
        (("emergence", "2021"), ("aci_signe", "2021-06-30"), True),  # the same year: no telling which came first
        (("aci_signe", "2021-06-30"), ("emergence", "2021"), False),
        (("aci_signe", "2020"), ("inconnu", "2025"), False),
        (("en_fonctionnement", "2022"), ("aci_signe", "2020-05"), True),
        (("aci_signe", "2020"), ("en_fonctionnement", "2022"), False),
        (("inconnu", "2025"), ("emergence", "2020"), True),
        (("aci_signe", "2020"), ("aci_signe", "2024"), False),
    ],
)
def test_the_later_date_wins(known, stated, wins):
    assert latest(known, stated) is wins
