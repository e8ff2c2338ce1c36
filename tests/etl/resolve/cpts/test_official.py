"""An official list beside what is known: the same, the new, and what is left aside."""

from __future__ import annotations

import pytest

from etl.resolve import Outcome
from etl.resolve.cpts import official

NEW = {"tier": "register", "source_id": "couche"}


def bring(known: list[dict], rows: list[dict]) -> tuple[dict, dict, Outcome]:
    outcome, staged = Outcome(), {row["cpts_id"]: row for row in known}
    return staged, official.bring(staged, rows, outcome), outcome


def test_one_row_for_one_cpts(cpts):
    rows = [cpts("CPTS ALPHA", "08001", cpts_id="c1", **NEW), cpts("CPTS Bravo", "08002", cpts_id="c2", **NEW)]
    known, same, outcome = bring([cpts("CPTS Alpha")], rows)
    assert same == {("couche", "c1"): "cpts-alpha", ("couche", "c2"): "c2"}
    assert (known["cpts-alpha"]["name"], known["cpts-alpha"]["members"]) == ("CPTS Alpha", ["08001"])
    assert known["c2"]["source_id"] == "couche" and "line" not in known["c2"]
    assert not outcome.lost


@pytest.mark.parametrize(
    "row", [{"name": "CPTS Grand Alpha Nord"}, {"name": "CPTS Grand Alpha", "departement_codes": [], "members": []}]
)
def test_what_may_be_known_is_left_aside_and_told(cpts, row):
    known, same, outcome = bring([cpts("CPTS Grand Alpha")], [cpts("x", "08001", line="objet 1", **NEW) | row])
    assert list(known) == ["cpts-grand-alpha"] and known["cpts-grand-alpha"]["members"] == [] and same == {}
    assert outcome.lost == {"couche": 1}
    assert [(note.line, note.reason) for note in outcome.notes["couche"]] == [("objet 1", "CPTS peut-être déjà connue")]


def test_a_departement_is_whole_when_its_list_is_and_no_perimeter_lacks(cpts):
    rows = [
        cpts("CPTS Alpha", "08001", exhaustive=True, as_of="2025", **NEW),
        cpts("CPTS Bravo", "51001", exhaustive=True, departement_codes=["51"], as_of="2026", **NEW),
    ]
    known, same, _ = bring([cpts("CPTS Charlie", departement_codes=["51", "55"])], rows)
    assert official.whole(known, rows, same) == [("08", "2025", "couche")]
    assert official.whole(known, rows, {}) == []  # all of them left aside
    assert official.whole(known, [row | {"exhaustive": False} for row in rows], same) == []
