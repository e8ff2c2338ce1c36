"""Seats of CPTS: by the number that a list gives, else by name and place; doubts are told."""

from __future__ import annotations

import duckdb
import pytest

from etl.resolve import Outcome
from etl.resolve.cpts import seats


@pytest.fixture
def connection():
    with duckdb.connect() as memory:
        memory.execute(
            """
            CREATE TABLE site AS FROM (VALUES
                ('080000001', 'CPTS ALPHA', 'SIEGE_CPTS', 'ouvert', '08'), ('080000002', 'ASSOCIATION X', 'SIEGE_CPTS', 'ouvert', '08'),
                ('080000003', 'CPTS ECHO', 'SIEGE_CPTS', 'ferme', '08'), ('080000004', 'CPTS GRAND DELTA NORD', 'SIEGE_CPTS', 'ouvert', '08'),
                ('080000005', 'CPTS FOXTROT', 'MSP', 'ouvert', '08')
            ) AS site (finess, name, type, status, departement_code), (VALUES (NULL::VARCHAR)) AS nowhere (commune_code),
            (VALUES ('2026-08-13', 'FINESS', ['finess_2021', 'finess'], 'finess')) AS seen (as_of, citation, seen_in, source_id)
            """
        )
        yield memory


def test_seats_by_number_then_by_name(connection, cpts):
    known = {row["cpts_id"]: row for row in map(cpts, ("Alpha", "Bravo", "Echo", "Grand Delta", "Foxtrot"))}
    known["alpha"]["note"] = "Vue."
    rows = [cpts("B", source_id="couche", finess="080000002"), cpts("E", source_id="couche", finess="089999999")]
    same = {("couche", "b"): "bravo", ("couche", "e"): "echo"}
    outcome = Outcome()
    seats.link(connection, known, rows, same, outcome)
    assert {key: row["note"] for key, row in known.items()} == {
        "alpha": "Vue. Siège : FINESS 080000001.",
        "bravo": "Siège : FINESS 080000002.",
        "echo": None,
        "grand-delta": None,
        "foxtrot": None,
    }
    (note,) = outcome.notes["couche"]
    assert note.line == "080000004" and "« Grand Delta »" in note.sentence


def test_without_an_official_list_seats_of_the_day_are_cpts_of_unknown_perimeter(connection, cpts):
    known = {row["cpts_id"]: row for row in map(cpts, ("Alpha", "Grand Delta"))}
    outcome = Outcome()
    seats.bring(connection, known, outcome)
    assert {key: row["note"] for key, row in known.items()} == {
        "alpha": "Siège : FINESS 080000001.",
        "grand-delta": None,
        "finess-080000002": "Seul son siège est connu, par le registre. Siège : FINESS 080000002.",
    }
    row = known["finess-080000002"]
    assert (
        row["perimeter"],
        row["members"],
        row["departement_codes"],
        row["status"],
        row["source_id"],
        row["as_of"],
    ) == (("inconnu", [], ["08"], "inconnu", "finess", "2026-08-13"))
    (note,) = outcome.notes["finess"]
    assert note.line == "080000004" and "« Grand Delta »" in note.sentence and not outcome.lost


def test_a_seat_of_an_old_edition_only_is_no_cpts(connection, cpts):
    connection.execute("UPDATE site SET seen_in = ['finess_2021'], source_id = 'finess_2021'")
    known = {}
    seats.bring(connection, known, Outcome())
    assert known == {}
