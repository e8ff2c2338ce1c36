"""Populations and intercommunalités of the package: files made here to its published schema (communes.json, epci.json of 6.0.0)."""

from __future__ import annotations

import json
from dataclasses import replace

import duckdb
import pytest

from etl import build as builder
from etl import intake
from etl.source import SourceError
from etl.sources import decoupage, decoupage_epci, geography, populations
from tests.etl import resolved
from tests.etl.schema import schema

MARSEILLE, PARTS = "13055", tuple(f"132{number:02}" for number in range(1, 17))
SIREN_UNKNOWN = "299999999"


@pytest.fixture(scope="module")
def country():
    """The Ardennes, the Bouches-du-Rhône and Mayotte, taken for the whole country."""
    with duckdb.connect() as connection:
        connection.execute(schema())
        builder.fill_catalog(connection)
        inputs = builder.read_inputs(connection, builder.ROOT / "data", ("08", "13", "976"))
        known = {code: home for code, home in inputs.known_communes.items() if inputs.wants(home)}
        inputs = replace(inputs, known_communes=known, departements=())
        builder.bring(connection, (geography, populations), replace(inputs, departements=("08", "13", "976")))
        yield connection, inputs


@pytest.fixture
def load(country, tmp_path):
    connection, inputs = country
    connection.execute("BEGIN")

    def run(module, rows) -> list[tuple]:
        path = tmp_path / "file.json"
        path.write_text(rows if isinstance(rows, str) else json.dumps(rows), encoding="utf-8")
        intake._load(connection, module, replace(inputs, fetched=path), "nouvelle", "2026-11-22", "0" * 64)
        resolved.show(connection, "territory", inputs)
        return connection.execute("SELECT line, outcome, reason FROM staging.intake_row ORDER BY line").fetchall()

    yield run
    connection.execute("ROLLBACK")


@pytest.fixture
def communes(country) -> dict[str, dict]:
    """communes.json, as published: with what is not a commune of today, and what lies overseas."""
    connection, _ = country
    fetched = connection.execute(
        "SELECT level, code, name, departement_code, region_code, parent_code, population FROM territory "
        "WHERE level IN ('commune', 'arrondissement_municipal') ORDER BY level DESC, code"
    ).fetchall()
    rows = {}
    for level, code, name, departement, region, parent, people in fetched:
        kind = "commune-actuelle" if level == "commune" else "arrondissement-municipal"
        rows[code] = {
            "code": code,
            "nom": name,
            "zone": "metro",
            "departement": departement,
            "region": region,
            "type": kind,
            "codesPostaux": [],
            "population": people,
        } | ({"commune": parent} if parent else {})
    rows["old"] = {"code": "08001", "nom": "Acy", "type": "commune-deleguee", "chefLieu": "08001", "departement": "08"}
    rows["975"] = {
        "code": "97501",
        "nom": "Miquelon",
        "type": "commune-actuelle",
        "departement": "975",
        "population": 596,
    }
    rows["989"] = {"code": "98901", "nom": "Clipperton", "type": "commune-actuelle", "departement": "989"}
    return rows


def ask(country, query: str, *values) -> list[tuple]:
    return country[0].execute(query, values).fetchall()


def broken(country) -> list[str]:
    """The checks on populations and links, that find something."""
    return [
        title
        for title, query in builder.checks()
        if ("historique" in title or "commune inconnue" in title or "rattachement" in title) and ask(country, query)
    ]


def test_the_same_file_changes_nothing(country, load, communes):
    tables = ("SELECT * EXCLUDE geometry FROM territory ORDER BY ALL", "FROM population_history ORDER BY ALL")
    before = [ask(country, table) for table in tables]
    assert load(decoupage, list(communes.values())) == []
    assert [ask(country, table) for table in tables] == before
    counted = ask(country, "SELECT count(*) FROM territory WHERE level IN ('commune', 'arrondissement_municipal')")
    assert ask(country, "SELECT rows_read FROM staging.intake WHERE source_id = 'decoupage'") == counted


def test_new_figures_go_to_the_map_and_to_the_history(country, load, communes):
    communes["08105"]["population"] += 11
    communes["97601"]["population"] += 5
    communes[MARSEILLE]["population"] += 3
    communes[PARTS[0]]["population"] += 3
    load(decoupage, list(communes.values()))
    for code, year in (("08105", 2023), ("97601", 2017), (MARSEILLE, 2023), (PARTS[0], 2023)):
        population = communes[code]["population"]
        assert ask(country, "SELECT population, population_year FROM territory WHERE code = ?", code) == [
            (population, year)
        ]
        assert ask(country, "SELECT population FROM population_history WHERE code = ? AND year = ?", code, year) == [
            (population,)
        ]
    assert ask(country, "SELECT count(*) FROM population_history WHERE year = 2023 AND code LIKE '976%'") == [(0,)]
    assert broken(country) == []


def test_a_commune_without_a_figure_keeps_its_own(country, load, communes):
    before = communes["08105"].pop("population")
    assert load(decoupage, list(communes.values())) == [("08105", "ambigu", "population absente")]
    assert ask(country, "SELECT population FROM territory WHERE code = '08105'") == [(before,)]
    assert broken(country) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: rows.pop("08105"), "1 codes manquent (08105). Refaites la carte avec les paquets"),
        (lambda rows: rows["08105"].update(code="08999"), "1 codes manquent (08105) et 1 codes sont inconnus (08999)"),
        (lambda rows: rows["08105"].pop("type"), "« type » manque à 1 objets"),
        (lambda rows: rows["08105"].update(code=8105), "« code » manque à 1 objets"),
        (lambda rows: rows["08105"].update(population="46 000"), "la population de 08105 n'est pas un nombre"),
        (lambda rows: rows["08105"].update(population=-1), "la population de 08105 n'est pas un nombre"),
        (lambda rows: rows["08105"].update(population=True), "la population de 08105 n'est pas un nombre"),
        (lambda rows: [row.pop("population", None) for row in rows.values()], "communes sans population"),
        (lambda rows: rows["08105"].update(population=900_000), "plus de 2 % d'écart"),
        (
            lambda rows: rows[MARSEILLE].update(population=rows[MARSEILLE]["population"] + 1),
            "à ses arrondissements réunis",
        ),
    ],
)
def test_a_file_that_cannot_be_true_is_refused(country, load, communes, change, reason):
    before = ask(country, "SELECT sum(population) FROM territory")
    change(communes)
    with pytest.raises(SourceError) as refused:
        load(decoupage, list(communes.values()))
    assert reason in str(refused.value) and str(refused.value).endswith(".")
    assert ask(country, "SELECT sum(population) FROM territory") == before


@pytest.mark.parametrize("module", [decoupage, decoupage_epci])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[{", "n'est pas un JSON lisible"),
        ("{}", "n'est pas une liste"),
        ("[]", "n'est pas une liste"),
        ("[1]", "n'est pas une liste"),
    ],
)
def test_another_shape_is_refused(load, module, text, reason):
    with pytest.raises(SourceError, match=reason):
        load(module, text)


def test_the_year_and_the_address_are_those_of_the_snapshot():
    """Another version in the address means another year: whoever changes one must look at the other."""
    assert decoupage.SOURCE.remote.url == "https://unpkg.com/@etalab/decoupage-administratif@6.0.0/data/communes.json"
    assert decoupage.SOURCE.remote.elsewhere == (
        "https://cdn.jsdelivr.net/npm/@etalab/decoupage-administratif@6.0.0/data/communes.json",
    )
    assert decoupage_epci.SOURCE.remote.url == "https://unpkg.com/@etalab/decoupage-administratif@6.0.0/data/epci.json"
    assert decoupage.POPULATION_YEAR == 2023


# -- intercommunalités ----------------------------------------------------------------------------------------------


@pytest.fixture
def epcis(country) -> dict[str, dict]:
    fetched = ask(
        country,
        "SELECT e.code, e.name, c.code, c.name FROM territory e JOIN territory c ON c.epci_code = e.code AND c.level = 'commune' "
        "WHERE e.level = 'epci' ORDER BY 1, 3",
    )
    rows: dict[str, dict] = {}
    for siren, name, code, commune in fetched:
        row = rows.setdefault(siren, {"code": siren, "nom": name, "type": "CC", "membres": []})
        row["membres"].append({"code": code, "siren": "2" * 9, "nom": commune})
    return rows


def links(country) -> dict[str, str]:
    return dict(ask(country, "SELECT code, epci_code FROM territory WHERE level <> 'epci' AND epci_code IS NOT NULL"))


def move(epcis, code: str, target: dict | None) -> str:
    """Take a commune out of its intercommunalité, into `target`; return where it was."""
    for siren, row in epcis.items():
        for member in row["membres"]:
            if member["code"] == code:
                row["membres"].remove(member)
                if target:
                    target["membres"].append(member)
                return siren
    raise AssertionError(code)


def test_the_same_members_change_nothing(country, load, epcis):
    before = links(country)
    assert load(decoupage_epci, list(epcis.values())) == []
    assert links(country) == before
    assert ask(country, "SELECT rows_read, rows_kept FROM staging.intake WHERE source_id = 'decoupage_epci'") == [
        (len(epcis),) * 2
    ]


def test_a_commune_that_moves_is_followed_and_told(country, load, epcis):
    before, (target, *_) = links(country), [row for siren, row in epcis.items() if siren != links(country)["08105"]]
    move(epcis, "08105", target)
    assert load(decoupage_epci, list(epcis.values())) == [("08105", "ambigu", "intercommunalité changée")]
    assert links(country) == before | {"08105": target["code"]}
    assert broken(country) == []


def test_arrondissements_follow_their_city(country, load, epcis):
    target = next(row for siren, row in epcis.items() if siren != links(country)[MARSEILLE])
    move(epcis, MARSEILLE, target)
    load(decoupage_epci, list(epcis.values()))
    assert {links(country)[code] for code in (MARSEILLE, *PARTS)} == {target["code"]}


def test_an_unknown_intercommunalite_is_noted_and_changes_nothing(country, load, epcis):
    before = links(country)
    epcis[SIREN_UNKNOWN] = {"code": SIREN_UNKNOWN, "nom": "CC Nouvelle", "membres": []}
    move(epcis, "08105", epcis[SIREN_UNKNOWN])
    assert load(decoupage_epci, list(epcis.values())) == [(SIREN_UNKNOWN, "refuse", "intercommunalité inconnue")]
    assert links(country) == before


def test_an_intercommunalite_left_empty_leaves_the_map(country, load, epcis):
    emptied = min(epcis.values(), key=lambda row: len(row["membres"]))
    target = next(row for row in epcis.values() if row is not emptied)
    for member in list(emptied["membres"]):
        move(epcis, member["code"], target)
    del epcis[emptied["code"]]
    load(decoupage_epci, list(epcis.values()))
    assert not ask(country, "FROM territory WHERE level = 'epci' AND code = ?", emptied["code"])
    assert broken(country) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: rows[0].pop("membres"), "« membres » manque à 1 objets"),
        (lambda rows: rows[0]["membres"].append({"code": "99999"}), "une commune inconnue (99999)"),
        (lambda rows: rows[0]["membres"].append("08105"), "une commune inconnue (None)"),
        (lambda rows: rows[0]["membres"].append(rows[1]["membres"][0]), "dans deux intercommunalités"),
        (
            lambda rows: rows.clear() or rows.append({"code": "1", "nom": "x", "membres": [{"code": "08105"}]}),
            "sans intercommunalité",
        ),
    ],
)
def test_members_that_cannot_be_true_are_refused(country, load, epcis, change, reason):
    before, rows = links(country), list(epcis.values())
    change(rows)
    with pytest.raises(SourceError) as refused:
        load(decoupage_epci, rows)
    assert reason in str(refused.value)
    assert links(country) == before
