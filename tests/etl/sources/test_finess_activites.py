"""Places of LHSS, LAM and ACT: the real sample of activities, and activities made to its format."""

from __future__ import annotations

import gzip
import json

import pytest

from etl import build as builder
from etl.source import SourceError
from etl.sources import finess, finess_activites, structures

SHARED = builder.ROOT.parent / "shared" / "real" / "finess"
STRUCTURES = SHARED / "finess-structures-mensuel-202607-echantillon_json.gz"
ACTIVITIES = SHARED / "finess-activites-mensuel-202607-echantillon_json.gz"


@pytest.mark.real
@pytest.mark.skipif(not ACTIVITIES.exists(), reason="../shared/real is absent: no real FINESS file")
def test_places_of_the_real_sample(ground):
    connection, extract = ground
    extract(finess, fetched=STRUCTURES)
    tally = extract(finess_activites, fetched=ACTIVITIES)
    rows = connection.execute(
        "SELECT finess, type, places, note FROM site WHERE type IN ('LHSS', 'LAM', 'ACT')"
    ).fetchall()
    places = {finess: count for finess, _, count, _ in rows}
    notes = {finess: note for finess, *_, note in rows if note}
    # Read in the file: one activity, two, lodging and outside, fewer installed than authorised, none installed, none written.
    assert (places["690021878"], places["970412961"], places["050009141"], places["300018066"]) == (30, 20, 5, 3)
    assert places["970412508"] is None and places["980502595"] is None
    assert notes["050009141"] == "FINESS au 18/08/2026 : 15 places de plus hors les murs"
    assert notes["300018066"] == "FINESS au 18/08/2026 : 6 places autorisées, 3 installées"
    assert notes["970412508"] == "FINESS au 18/08/2026 : 18 places autorisées, aucune installée"
    assert (tally.rows_read, tally.kept) == (1752, sum(count is not None for count in places.values())) == (1752, 19)
    assert connection.execute("SELECT count(places) FROM site WHERE type NOT IN ('LHSS', 'LAM', 'ACT')").fetchone() == (
        0,
    )


def line(number: object, status: str = "08", **share) -> dict:
    shares = dict.fromkeys(("habilitation", "typeLogement", "genre", "modeFinancement"))
    return {"nombre": str(number), "statutCapacite": status, "uniteMesureCapacite": "02"} | shares | share


def activity(*capacity: dict, mode: str = "11", state: str = "A") -> dict:
    """Fabriqué d'après le fichier publié."""
    kind = {"activiteSocialeRegulee": "507", "modeFonctionnement": mode, "public": "840"}
    return {
        "caracteristiquesGeneriques": {"etatObjet": state},
        "nature": {
            "codeNature": "ASMR",
            "caracteristiquesSpecifiques": {"activiteAeId": "1", "typeActiviteAMSR": kind},
        },
        "capacite": list(capacity),
    }


@pytest.fixture
def load(ground, tmp_path):
    """Read the activities of the ACT « 080000001 », which our lists say has 6 places, beside another establishment."""
    connection, extract = ground
    extract(structures)
    connection.execute("UPDATE staging.site SET finess = '080000001', places = 6 WHERE site_id = 'act-08-ch-belair'")

    def run(*activities: dict, **whole):
        other = {"numFinessEge": "750000001", "activitesExercees": [activity(line(9))]}
        ege = [{"numFinessEge": "080000001", "activitesExercees": list(activities)}, other]
        path = tmp_path / "activites.json.gz"
        content = {"generatedAt": "2026-08-18T02:16:50Z", "pmej": [{"numFiness": "1", "ege": ege}]} | whole
        path.write_bytes(gzip.compress(json.dumps(content).encode()))
        tally = extract(finess_activites, fetched=path)
        return tally, *connection.execute(
            "SELECT places, split_part(note, 'FINESS au 18/08/2026 : ', 2) FROM site WHERE site_id = 'act-08-ch-belair'"
        ).fetchone()

    return run


@pytest.mark.parametrize(
    ("activities", "places", "remark"),
    [
        ([activity(line(6), line(6, "09"))], 6, ""),
        ([activity(line(4)), activity(line(3))], 7, "6 dans la liste d'origine"),
        ([activity(line(6), line(8, "09"))], 6, "8 places autorisées, 6 installées"),
        ([activity(line(6)), activity(line(10), mode="16")], 6, "10 places de plus hors les murs"),
        ([activity(line(6), mode="16")], 6, "places hors les murs"),
        ([activity(line(6)), activity(line(50), state="I")], 6, ""),
        # A part of the whole, by sex or by funding, does not count again.
        ([activity(line(6), line(4, genre="F"), line(2, modeFinancement="01"))], 6, ""),
        # Authorised, not installed; nothing written: the number of ours stays.
        ([activity(line(8, "09"))], 6, "8 places autorisées, aucune installée"),
        ([activity(line(0), line(0, "09"))], 6, ""),
        ([activity()], 6, ""),
        ([], 6, ""),
    ],
)
def test_places_are_those_installed(load, activities, places, remark):
    _, installed, note = load(*activities)
    assert (installed, note or "") == (places, remark)


def test_contradictory_places_are_not_guessed(load):
    tally, places, _ = load(activity(line(5), line(7)))
    assert places == 6 and [note.reason for note in tally.notes] == ["places contradictoires"]


@pytest.mark.parametrize("number", [None, "", "NC", {"code": None}])
def test_a_line_without_a_number_is_refused_and_the_rest_is_read(load, number):
    empty = line(0) | {"nombre": number}
    tally, places, _ = load(activity(line(6), empty), activity(empty, line(3)))
    assert places == 9 and [note.reason for note in tally.notes] == ["nombre de places illisible"] * 2


@pytest.mark.parametrize("name", ["caracteristiquesGeneriques", "nature"])
def test_an_activity_without_a_part_is_not_the_end(load, name):
    _, places, _ = load(activity(line(6)), activity(line(3)) | {name: None})
    assert places == (6 if name == "caracteristiquesGeneriques" else 9)


@pytest.mark.parametrize(
    "whole",
    [
        {"pmej": []},
        {"pmej": [{"ege": [{"activitesExercees": [activity(line(6))]}]}]},
        {"pmej": [{"ege": [{"numFinessEge": "080000001"}]}]},
        {"pmej": [{"ege": [{"numFinessEge": "080000001", "activitesExercees": [activity(line(6, "01"))]}]}]},
    ],
)
def test_a_file_that_changed_stops_the_source(load, whole):
    with pytest.raises(SourceError, match="n'a pas la forme attendue"):
        load(**whole)
