"""The register of structures: the real sample, and files made to its format, whole or broken."""

from __future__ import annotations

import copy
import gzip
import json
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from etl import build as builder
from etl import intake
from etl import registers as register
from etl.network import ban
from etl.places import positions
from etl.places.geo import project
from etl.source import SourceError
from etl.sources import finess, structures
from maillage import catalog
from tests.etl.network.test_ban import Service
from tests.etl.server import Answer

SHARED = builder.ROOT.parent / "shared" / "real" / "finess"
SAMPLE = SHARED / "finess-structures-mensuel-202607-echantillon_json.gz"


def real(test):
    return pytest.mark.real(
        pytest.mark.skipif(not SAMPLE.exists(), reason="../shared/real is absent: no real FINESS file")(test)
    )


# One establishment, fabriqué d'après le schéma publié: the fields and the spelling of the real file, nothing of its content.
ONE = {
    "informationsGeneralesEGE": {
        "egeId": "1",
        "complementDenominationEg": None,
        "dateFermeture": None,
        "dateOuverture": "2017-03-01",
        "datePremiereAutorisation": None,
        "nomEgeCourt": "MSP INVENTEE",
        "nomEgeLong": "MAISON DE SANTE INVENTEE",
        "numFinessEge": "080000001",
        "siret": None,
    },
    "categorieentiteGeographiqueExercice": "603",
    "modefixationtarifaire": "01",
    "adresse": [
        {
            "usageAdresse": "03",
            "numeroVoie": "12",
            "typeVoie": "AV ",
            "libelleVoie": "DES LILAS",
            "complementVoie": "B",
            "complementPointGeographique": None,
            "lieuDit": None,
            "cogCommune": "08090",
            "ligneAcheminement": "CARIGNAN",
            "ligneUne": None,
            "codePostal": "08110",
            "coordonneesGeographique": {
                "coordonneeX": "5.1678",
                "coordonneeY": "49.6309",
                "directionLatitude": "6950000.0",
                "directionLongitude": "856000.0",
                "cleInInteropBAN": "08090_x",
                "scoreBAN": "0.9",
            },
        }
    ],
    "contact": [
        {"typeContact": {"roleContact": "1"}, "telecom": {"telephone": "0324999999", "courriel": "qui@exemple.fr"}}
    ],
    "roleEge": [],
    "etatObjet": "A",
    "dateDerniereMaj": "2024-01-01 00:00:00",
}


WRITTEN = json.dumps(ONE)  # read anew ten times faster than copied


def one(**changes) -> dict:
    """ONE with other values; keys of any depth, of the first address for those of an address."""
    made = json.loads(WRITTEN)
    general, address = made["informationsGeneralesEGE"], made["adresse"][0]
    for key, value in changes.items():
        place = next(
            (part for part in (made, general, address, address["coordonneesGeographique"]) if part and key in part),
            made,
        )
        place[key] = value
    return made


def some(*changes: dict) -> list[dict]:
    """Establishments with numbers of their own."""
    return [one(**{"numFinessEge": f"{index:09d}"} | change) for index, change in enumerate(changes, start=1)]


@pytest.fixture
def write(tmp_path):
    """A gzipped file of establishments, in two legal entities as the register groups them."""

    def make(ege: list[dict], *, text=None, raw=None, **head) -> Path:
        path = tmp_path / "finess.json.gz"
        whole = {"schemaVersion": "v1.0.0", "generatedAt": "2026-08-13T02:07:30.57Z"} | head
        pmej = [{"informationsGeneralesPMEJ": {}, "ege": ege[:1]}, {"informationsGeneralesPMEJ": {}, "ege": ege[1:]}]
        whole |= {"gco": [], "gcc": [], "pmej": pmej}
        path.write_bytes(raw if raw is not None else gzip.compress((text or json.dumps(whole)).encode()))
        return path

    return make


@pytest.fixture
def load(ground, write):
    connection, extract = ground

    def run(ege, departements=(), **options):
        tally = extract(finess, fetched=write(ege, **options), departements=departements)
        frame = connection.execute("FROM site WHERE source_id = 'finess' ORDER BY site_id").fetchdf()
        return tally, frame.replace({np.nan: None}).to_dict("records")

    return run


def reasons(tally) -> dict[str, str]:
    return {note.line: note.reason for note in tally.notes if note.reason != "bilan"}


# -- positions that are not in the file -----------------------------------------------------------------------------


NOWHERE = dict.fromkeys(("coordonneeX", "coordonneeY", "directionLatitude", "directionLongitude"))


def test_the_centroid_of_a_commune_is_no_address(load):
    _, (centroid, street) = load(some({"cleInInteropBAN": "08090"}, {"cleInInteropBAN": "08090_0010"}))
    assert (centroid["precision"], street["precision"]) == ("commune", "adresse")


@pytest.fixture
def load_from(ground, write):
    connection, extract = ground

    def run(ege, **changes):
        tally = extract(finess, fetched=write(ege), **changes)
        frame = connection.execute("FROM site WHERE source_id = 'finess' ORDER BY site_id").fetchdf()
        return tally, frame.replace({np.nan: None}).to_dict("records")

    return run


@pytest.fixture
def asked(load_from, tmp_path, monkeypatch):
    """Load as a build that asks the network does, an address base on loopback in the place of the real one."""
    with Service() as service:
        monkeypatch.setattr(ban, "URL", service.serve("/search/csv/", service.answer))
        monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
        service.answers = {}
        match = service.match
        service.match = lambda row: match(row) | {"longitude": "5.1678", "latitude": "49.6309"} | service.answers

        def run(*changes, offline=False):
            return load_from(some(*changes), offline=offline, data=tmp_path)

        yield service, run


def test_what_has_no_position_is_looked_for_by_its_address(asked):
    service, run = asked
    _, (given, lost, centroid) = run({}, NOWHERE, {"cleInInteropBAN": "08090"})
    assert [row["precision"] for row in (given, lost, centroid)] == ["adresse"] * 3
    assert (lost["lon"], lost["lat"]) == (5.1678, 49.6309)
    (table,) = service.tables
    assert {(row["adresse"], row["code_insee"]) for row in table} == {("12 bis avenue des Lilas", "08090")}


def test_without_the_network_nothing_is_asked(asked):
    service, run = asked
    _, (lost,) = run(NOWHERE, offline=True)
    assert lost["precision"] == "commune" and not service.requests


@pytest.mark.parametrize(
    "answer",
    [
        {"result_score": "0.4"},
        {"result_type": "municipality"},
        {"result_citycode": "08105"},
        {"longitude": "4.72", "latitude": "49.77"},  # forty kilometres away
        {"result_status": "not-found", "longitude": ""},
    ],
)
def test_an_answer_that_is_not_sure_leaves_the_site_on_its_commune(asked, answer):
    service, run = asked
    service.answers = answer
    _, (lost,) = run(NOWHERE)
    assert lost["precision"] == "commune"


def test_an_address_base_that_is_down_costs_a_note_and_nothing_else(asked):
    service, run = asked
    service.serve("/search/csv/", Answer(status=500))
    tally, (lost,) = run(NOWHERE)
    assert lost["precision"] == "commune"
    (sentence,) = [note.sentence for note in tally.notes if note.reason == "géocodage incomplet"]
    assert "répond 500" in sentence and sentence.endswith("Adresses sans réponse : 1.")


# -- the real sample ------------------------------------------------------------------------------------------------


@pytest.fixture
def sample(ground):
    connection, extract = ground
    return connection, extract(finess, fetched=SAMPLE)


@pytest.fixture(scope="module")
def raw():
    with gzip.open(SAMPLE) as file:
        return [ege for pmej in json.load(file)["pmej"] for ege in pmej["ege"]]


@real
def test_every_active_establishment_of_our_categories_is_there_but_one_of_saint_martin(sample, raw):
    connection, tally = sample
    counted = Counter(ege["categorieentiteGeographiqueExercice"] for ege in raw if ege["etatObjet"] == "A")
    assert (len(raw), counted.total(), tally.rows_read) == (1753, 841, 1753)
    assert [counted[code] for code in ("124", "180", "608", "213", "165")] == [26, 12, 15, 6, 6]
    assert sum(counted[code] for code in ("101", "106", "355")) == 24
    expected = Counter()
    for code, number in counted.items():
        if code in catalog.FINESS_TYPE:
            expected[catalog.FINESS_TYPE[code]] += number
    sites = Counter(dict(connection.execute("SELECT type, count(*) FROM site GROUP BY 1").fetchall()))
    assert [note.reason for note in tally.notes if note.outcome == "refuse"] == ["hors des 101 départements"]
    assert sites.total() == tally.kept == expected.total() - 1 == 107
    assert (expected - sites).total() == 1 and not sites - expected


@real
def test_positions_of_the_sample_are_in_their_communes(sample, raw):
    connection, _ = sample
    written = {
        ege["informationsGeneralesEGE"]["numFinessEge"]
        for ege in raw
        if any(a["usageAdresse"] == "03" and a["coordonneesGeographique"] for a in ege["adresse"])
    }
    rows = connection.execute("SELECT finess, commune_code, lon, lat, precision FROM site").fetchall()
    located = {row[0] for row in rows if row[4] == "adresse"}
    assert located == {row[0] for row in rows} & written and len(located) > 70
    codes = [row[1] for row in rows]
    outlines = positions.outlines(connection, codes)
    km = positions.distances_km(np.array([r[2] for r in rows]), np.array([r[3] for r in rows]), codes, outlines)
    assert km.max() < 0.01


@real
def test_overseas_of_the_sample(sample, raw):
    connection, _ = sample
    expected = {
        ege["informationsGeneralesEGE"]["numFinessEge"]: address["cogCommune"]
        for ege in raw
        for address in ege["adresse"]
        if ege["etatObjet"] == "A" and ege["categorieentiteGeographiqueExercice"] in catalog.FINESS_TYPE
        if address["usageAdresse"] == "03"
        and address["cogCommune"].startswith("97")
        and address["cogCommune"] != "97127"
    }
    sites = connection.execute("SELECT finess, commune_code FROM site WHERE departement_code LIKE '97%'").fetchall()
    assert dict(sites) == expected and {code[:3] for code in expected.values()} == {"971", "972", "973", "974", "976"}
    # In the register, numbers of Mayotte begin with 98.
    assert dict(sites)["980502595"] == "97611"


@real
def test_an_excerpt_does_not_say_what_is_elsewhere(sample):
    connection, tally = sample
    assert connection.execute("SELECT count(*) FROM staging.inventory").fetchone() == (0,)
    (balance,) = (note for note in tally.notes if note.reason == "bilan")
    assert "extrait" in balance.sentence and tally.vintage == "fichier mensuel du 13/08/2026"


@real
def test_nobody_can_be_called_or_written_to(sample, raw):
    connection, tally = sample
    text = " ".join(map(str, connection.execute("FROM site").fetchall())) + " ".join(map(str, tally.notes))
    ways = {c["telecom"][k] for ege in raw for c in ege["contact"] for k in ("telephone", "telecopie", "courriel")}
    assert len(ways) > 500 and not [way for way in ways - {None} if way in text]


# -- a row ----------------------------------------------------------------------------------------------------------


def test_a_row_of_the_register(load):
    _, (site,) = load([one()])
    assert (site["site_id"], site["finess"], site["type"], site["status"]) == (
        "finess-080000001",
        "080000001",
        "MSP",
        "ouvert",
    )
    assert (site["name"], site["address"]) == ("Maison de santé Inventee", "12 bis avenue des Lilas")
    assert (site["departement_code"], site["commune_code"], site["opened_on"]) == ("08", "08090", "2017-03-01")
    assert (site["lon"], site["lat"], site["precision"]) == (5.1678, 49.6309, "adresse")
    assert (site["as_of"], site["places"]) == ("2026-08-13", None)
    assert site["citation"] == "FINESS, fichier mensuel du 13/08/2026, établissement 080000001"


def test_the_spelling_of_the_schema_is_read_as_well(load):
    made = one()
    made["informationsGeneralesEge"] = made.pop("informationsGeneralesEGE")
    made["categorieEntiteGeographiqueExercice"] = {
        "code": made.pop("categorieentiteGeographiqueExercice"),
        "system": "https://…",
    }
    made["etatObjet"] = {"code": "A", "system": "https://…"}
    made["dateDerniereMaj"] = {"dateEvenement": "2024-01-01"}
    _, (site,) = load([made])
    assert (site["finess"], site["type"]) == ("080000001", "MSP")


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"etatObjet": "I"}, 0),
        ({"etatObjet": "S"}, 0),
        ({"dateFermeture": "2026-08-13"}, 0),
        ({"dateFermeture": "2026-12-31"}, 1),
        ({"dateFermeture": "1901-01-01"}, 1),
        ({"categorieentiteGeographiqueExercice": "500"}, 0),
        ({"nouveau": {"champ": [1]}}, 1),
    ],
)
def test_what_is_not_open_is_left_out_and_counted(load, changes, kept):
    tally, sites = load([*some({"numFinessEge": "080000009"}), one(**changes)])
    assert (tally.rows_read, tally.kept, len(sites)) == (2, kept + 1, kept + 1)
    (balance,) = (note.sentence for note in tally.notes if note.reason == "bilan")
    inactive, closed = int(changes.get("etatObjet", "A") != "A"), int(changes.get("dateFermeture") == "2026-08-13")
    assert f"dont {inactive} inactifs, {closed} fermés" in balance


def test_a_number_written_twice_is_the_one_updated_last(load):
    tally, (site,) = load(
        [
            one(nomEgeLong="ANCIENNE", dateDerniereMaj="2020-01-01 00:00:00"),
            one(nomEgeLong="NOUVELLE", dateDerniereMaj="2025-01-01 00:00:00"),
            one(nomEgeLong="MOYENNE", dateDerniereMaj="2022-01-01 00:00:00"),
        ]
    )
    assert site["name"] == "Nouvelle"
    assert [note.reason for note in tally.notes[1:]] == ["numéro FINESS en double"] * 2


def test_an_old_date_of_opening_means_unknown(load):
    _, sites = load(some({"dateOuverture": "1904-04-04"}, {"dateOuverture": None}, {"dateOuverture": "1929-01-01"}))
    assert [site["opened_on"] for site in sites] == [None, None, "1929-01-01"]


def test_the_address_of_the_site_wins_over_the_others(load):
    made = one()
    branch = copy.deepcopy(made["adresse"][0]) | {"usageAdresse": "04", "cogCommune": "08105"}
    made["adresse"].insert(0, branch)
    _, (site,) = load([made])
    assert site["commune_code"] == "08090"


def test_a_name_that_is_missing_is_the_type_s(load):
    _, sites = load(some({}, {"nomEgeLong": None}, {"nomEgeLong": None, "nomEgeCourt": None}))
    assert [site["name"] for site in sites][1:] == ["MSP Inventee", "Maison de santé pluriprofessionnelle"]


# -- where ----------------------------------------------------------------------------------------------------------

NOWHERE = {"coordonneesGeographique": None}


@pytest.mark.parametrize("form", ["swapped", "metres", "metres swapped", "mixed", "commas"])
def test_coordinates_are_understood_by_their_values(load, form):
    lon, lat = 5.1678, 49.6309
    x, y = (str(value) for value in project([lon], [lat], "metropole")[0])
    written = {
        "swapped": (lat, lon, x, y),
        "metres": (x, y, lon, lat),
        "metres swapped": (y, x, "", ""),
        "mixed": (None, None, lon, lat),
        "commas": ("5,1678", "49,6309", "0", "0"),
    }[form]
    keys = ("coordonneeX", "coordonneeY", "directionLongitude", "directionLatitude")
    _, (site,) = load([one(coordonneesGeographique=dict(zip(keys, written, strict=True)))])
    assert (site["lon"], site["lat"]) == pytest.approx((lon, lat), abs=1e-6)
    assert site["precision"] == "adresse"


def test_without_coordinates_or_with_those_of_elsewhere_the_commune_is_the_place(load):
    elsewhere = {
        "coordonneeX": "2.35",
        "coordonneeY": "48.85",
        "directionLatitude": "6861000",
        "directionLongitude": "652000",
    }
    tally, sites = load(some(NOWHERE, {"coordonneesGeographique": elsewhere}))
    assert {site["precision"] for site in sites} == {"commune"}
    assert {(site["lon"], site["lat"]) for site in sites} != {(2.35, 48.85)}
    assert reasons(tally) == {"000000002": "position loin de la commune"}
    assert tally.kept == 2


@pytest.mark.parametrize(
    ("changes", "commune"),
    [
        ({"cogCommune": "75056", "codePostal": "75016"} | NOWHERE, "75116"),
        ({"cogCommune": "75056", "codePostal": "75116"} | NOWHERE, "75116"),
        ({"cogCommune": "69123", "codePostal": "69003"} | NOWHERE, "69383"),
        ({"cogCommune": "13055", "codePostal": "13008"} | NOWHERE, "13208"),
        ({"cogCommune": "75116", "codePostal": "75016"} | NOWHERE, "75116"),
        # The point wins over the postcode.
        (
            {"cogCommune": "75056", "codePostal": "75001", "coordonneeX": "2.258314", "coordonneeY": "48.840329"},
            "75116",
        ),
        (
            {"cogCommune": "69123", "codePostal": "69001", "coordonneeX": "4.788494", "coordonneeY": "45.756805"},
            "69385",
        ),
    ],
)
def test_arrondissements(load, changes, commune):
    tally, (site,) = load([one(**changes)])
    assert site["commune_code"] == commune and not reasons(tally)


def test_an_arrondissement_that_nothing_tells_leaves_the_city(load):
    tally, (site,) = load([one(cogCommune="75056", codePostal="75682", **NOWHERE)])
    assert site["commune_code"] == "75056" and reasons(tally) == {"080000001": "arrondissement inconnu"}


@pytest.mark.parametrize(
    ("commune", "today", "reason"),
    [
        ("08311", "08311", None),
        ("76476", "76476", None),
        ("2A004", "2A004", None),
        ("97411", "97411", None),
        ("97611", "97611", None),
        ("97127", None, "hors des 101 départements"),
        ("97123", None, "hors des 101 départements"),
        ("97801", None, "hors des 101 départements"),
        ("97502", None, "hors des 101 départements"),
        ("98613", None, "hors des 101 départements"),
        ("98735", None, "hors des 101 départements"),
        ("08999", None, "commune inconnue"),
        ("", None, "commune inconnue"),
    ],
)
def test_communes(load, commune, today, reason):
    tally, sites = load([*some({"numFinessEge": "080000009"}), one(cogCommune=commune, **NOWHERE)])
    assert [site["commune_code"] for site in sites if site["finess"] == "080000001"] == ([today] if today else [])
    assert reasons(tally).get("080000001") == reason


def test_an_old_code_leads_to_the_commune_of_today(load, whole_france):
    old, today = next((old, new) for old, new in whole_france[1].successors.items() if new.startswith("49"))
    _, (site,) = load([one(cogCommune=old, **NOWHERE)])
    assert site["commune_code"] == today


def test_only_the_departements_asked_for(load):
    tally, sites = load(some({}, {"cogCommune": "62041"} | NOWHERE), departements=("62",))
    assert [site["departement_code"] for site in sites] == ["62"] and (tally.rows_read, tally.kept) == (2, 1)


# -- a file that changed --------------------------------------------------------------------------------------------


def lost(key):
    def lose(made: dict) -> dict:
        for part in (made, made.get("informationsGeneralesEGE", {}), *made.get("adresse", [])):
            part.pop(key, None)
        return made

    return [lose(made) for made in some({}, {}, {})]


@pytest.mark.parametrize(
    "key",
    [
        "informationsGeneralesEGE",
        "categorieentiteGeographiqueExercice",
        "etatObjet",
        "adresse",
        "numFinessEge",
        "cogCommune",
        "nomEgeLong",
    ],
)
def test_a_field_that_is_gone_stops_the_source(load, key):
    with pytest.raises(SourceError, match="n'y est plus"):
        load(lost(key))


@pytest.mark.parametrize("key", ["siret", "contact", "dateDerniereMaj", "usageAdresse", "ligneAcheminement", "roleEge"])
def test_a_field_that_is_not_used_may_go(load, key):
    assert len(load(lost(key))[1]) == 3


WHOLE = json.dumps({"generatedAt": "2026-08-13", "pmej": [{"ege": some({}, {})}]})


@pytest.mark.parametrize(
    "broken",
    [
        {"raw": b""},
        {"raw": b"<!DOCTYPE html><html><body>Maintenance</body></html>"},
        {"raw": gzip.compress(b"<!DOCTYPE html><html>generatedAt</html>")},
        {"raw": gzip.compress(WHOLE.encode())[:-300]},
        {"raw": gzip.compress(WHOLE.encode())[:20]},
        {"text": WHOLE[:-200]},
        {"text": WHOLE.replace('"pmej"', "pmej")},
        {"text": WHOLE.replace('"pmej"', '"autre"')},
        {"text": WHOLE.replace("generatedAt", "madeAt")},
        {"text": '{"generatedAt": "2026-08-13", "pmej": []}'},
    ],
)
def test_a_broken_file_stops_the_source_with_a_sentence(load, broken):
    with pytest.raises(SourceError, match=r"^Le fichier FINESS n'a pas la forme attendue : .*\."):
        load([], **broken)


def test_too_many_strangers_stop_the_source(load):
    with pytest.raises(SourceError, match="60 établissements sur 100 ont un code de commune inconnu"):
        load(some(*[{"cogCommune": "8105"}] * 60, *[{}] * 40))


def test_too_many_positions_elsewhere_stop_the_source(load):
    far = {"coordonneesGeographique": {"coordonneeX": "812345.6", "coordonneeY": "2512345.6"}}
    with pytest.raises(SourceError, match="60 positions sur 100 tombent loin"):
        load(some(*[far] * 60, *[{}] * 40))


def test_a_refused_file_leaves_the_lists_as_they_were(whole_france, write):
    connection, inputs = whole_france
    before = connection.execute("SELECT count(*) FROM site").fetchone()
    broken = replace(inputs, fetched=write([], text=WHOLE[:-200]))
    load = partial(intake._load, connection, finess, broken, "nouvelle", "2026-08-14", "x")
    assert "tronqué" in intake._attempt(connection, finess.SOURCE, "finess.json.gz", load)
    assert connection.execute("SELECT count(*) FROM site").fetchone() == before
    assert connection.execute("SELECT count(*) FROM staging.source WHERE source_id = 'finess'").fetchone() == (0,)


# -- the whole country, and our lists -------------------------------------------------------------------------------


def national(*more: dict) -> list[dict]:
    """As many establishments as makes a national file, all of them closed long ago, before some that are open."""
    closed = [
        {"categorieentiteGeographiqueExercice": code, "etatObjet": "I"}
        for code, count in register.PUBLISHED.items()
        for _ in range(count // 2 + 1)
    ]
    return [*some(*closed), *more]


def test_half_of_what_was_published_makes_a_national_file():
    half = Counter({code: -(-count // 2) for code, count in register.PUBLISHED.items()})
    assert register.is_national(half)
    assert not register.is_national(half - Counter({"213": 1}))
    assert not register.is_national(Counter())


def test_a_national_file_lists_its_types_wholly_everywhere(load, ground):
    load(national(one()))
    rows = (
        ground[0]
        .execute("SELECT subject, count(*), min(extent), max(extent) FROM staging.inventory GROUP BY 1")
        .fetchall()
    )
    kinds = {kind.code for kind in catalog.SITE_TYPES if kind.finess}
    assert {row[0] for row in rows} == kinds and {row[1:] for row in rows} == {(101, "complet", "complet")}
    assert not {"ESP", "PASS", "EMPP", "CPTS"} & kinds


@pytest.fixture
def lists(ground):
    connection, extract = ground
    extract(structures)
    return lambda site_id: dict(
        zip(
            (c[0] for c in connection.execute("DESCRIBE site").fetchall()),
            connection.execute("FROM site WHERE site_id = ?", [site_id]).fetchone(),
            strict=True,
        )
    )


def test_the_register_takes_over_the_same_place_of_our_lists(load, lists):
    before = lists("msp-08-carignan")
    tally, (site,) = load([one()])
    assert site | {"seen_in": list(site["seen_in"])} == lists("msp-08-carignan") | {"places": None}
    assert list(site["seen_in"]) == ["structures", "finess"]
    assert (site["site_id"], site["name"]) == ("msp-08-carignan", before["name"])
    assert (site["finess"], site["precision"], site["address"]) == ("080000001", "adresse", "12 bis avenue des Lilas")
    assert site["note"] == before["note"]
    assert site["citation"].startswith(before["citation"]) and site["citation"].endswith("établissement 080000001")
    assert tally.kept == 1


def test_a_project_that_the_register_knows_is_open(load, lists):
    _, (site,) = load([one(cogCommune="08457", dateOuverture="2020-01-01", **NOWHERE)])
    assert (site["site_id"], site["status"], site["opened_on"]) == ("msp-08-tournes", "ouvert", "2020-01-01")
    assert "« en cours d'ouverture » dans la liste d'origine, ouvert d'après FINESS" in site["note"]
    assert (site["precision"], site["as_of"]) == ("commune", "2026-08-13")


def test_a_date_of_ours_stays(load, lists):
    _, (site,) = load([one(cogCommune="08367", **NOWHERE)])
    assert (site["site_id"], site["opened_on"]) == ("msp-08-rocroi", "2017-01")


def test_a_site_known_to_the_departement_is_placed(load, lists):
    changes = {
        "categorieentiteGeographiqueExercice": "637",
        "nomEgeLong": "CENTRE ANTITUBERCULEUX",
        "cogCommune": "08105",
    }
    _, (site,) = load([one(**changes, **NOWHERE)])
    assert (site["site_id"], site["commune_code"], site["precision"]) == ("clat-08-ardennes", "08105", "commune")


def test_what_cannot_be_told_is_said_and_kept(load, lists):
    tally, sites = load(some({"nomEgeLong": "MSP LES TILLEULS"}, {"nomEgeLong": "MSP LES ORMES"}))
    assert [site["site_id"] for site in sites] == ["finess-000000001", "finess-000000002"]
    (doubt,) = (note for note in tally.notes if note.line == "msp-08-carignan")
    assert (doubt.outcome, doubt.reason) == ("ambigu", "peut-être dans FINESS") and "000000002" in doubt.sentence
    assert lists("msp-08-carignan")["finess"] is None


def test_what_would_count_twice_is_left_out(load, lists):
    tally, sites = load(some({"nomEgeLong": "MSP DE CARIGNAN"}, {"nomEgeLong": "MAISON DE SANTE CARIGNAN"}))
    assert [site["site_id"] for site in sites] == ["finess-000000001"] and tally.kept == 1
    assert reasons(tally)["000000002"] == "compterait deux fois"


def test_only_a_national_file_says_that_a_place_is_not_in_the_register(load, lists):
    tally, _ = load(national(one()))
    assert reasons(tally)["msp-08-juniville"] == "absent de FINESS"
    assert lists("msp-08-juniville")["note"].endswith(" ; sans correspondance dans FINESS au 13/08/2026")
    assert lists("msp-08-juniville")["status"] == "ouvert"
    assert "msp-08-rethel" not in reasons(tally)  # a project is not expected there


def test_an_excerpt_says_nothing_of_the_places_it_lacks(load, lists):
    tally, _ = load([one()])
    assert not reasons(tally) and "sans correspondance" not in lists("msp-08-juniville")["note"]


def test_the_catalogue_knows_the_categories_of_the_register():
    assert {kind.code: kind.finess for kind in catalog.SITE_TYPES if kind.finess} == {
        "MSP": ("603",),
        "SIEGE_CPTS": ("604",),
        "CDS": ("124", "439"),
        "LHSS": ("180",),
        "LAM": ("213",),
        "ACT": ("165",),
        "EMMSP": ("608",),
        "ESS": ("647",),
        "DAC": ("606",),
        "CLAT": ("637",),
        "CEGIDD": ("638",),
        "CV": ("645",),
        "CSAPA": ("197",),
        "CAARUD": ("178",),
        "HOP": ("101", "106", "355", "365"),
    }
    without = {kind.code for kind in catalog.SITE_TYPES if not kind.indicators}
    assert without == {"SIEGE_CPTS", "HOP", "AUTRE_SERVICE"}
    assert not [i.code for i in catalog.INDICATORS if i.site_type in without]
