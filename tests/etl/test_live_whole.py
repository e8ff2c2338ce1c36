"""Every official source served on loopback as it is out there: whole, redirected, with more sheets and files than we need.

Shapes are those that public code of 2024 to 2026 reads (see docs of each source); figures are made.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import shapely

from etl import __main__ as command
from etl import build as builder
from etl.formats import sheets as workbooks
from etl.network import ban
from etl.places.geo import shapes_of
from etl.sources import ages, contours, density_grid, finess, finess_activites
from tests.etl.conftest import fetch
from tests.etl.network.test_ban import Service
from tests.etl.published import book
from tests.etl.server import Answer, Fault, Server, redirect
from tests.etl.sources import test_ages, test_apl, test_cnam_ald, test_density_grid
from tests.etl.sources.test_finess import NOWHERE, some
from tests.etl.sources.test_finess_activites import activity, line
from tests.etl.test_live import CNAM, MODULES, PROFESSIONS, beside, tables

DATASETS = (finess, finess_activites)
PLAIN = tuple(module for module in MODULES if module not in DATASETS)
ARDENNES = "08"


@pytest.fixture(scope="module")
def country() -> list[dict]:
    return communes_of_france()


def communes_of_france() -> list[dict]:
    """Today's communes and arrondissements, as the snapshot has them."""
    query = "SELECT * EXCLUDE (geometry), ST_AsWKB(geometry) AS shape FROM read_parquet(?) ORDER BY level DESC, code"
    with duckdb.connect() as connection:
        rows = connection.execute(query, [str(builder.ROOT / "data" / "snapshot" / "communes.parquet")])
        names = [column[0] for column in rows.description]
        country = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    for row, shape in zip(country, shapes_of(row["shape"] for row in country), strict=True):
        row["shape"] = shape
    return country


def package(country) -> tuple[bytes, bytes]:
    """communes.json and epci.json of the package of administrative areas."""
    kinds = {"commune": "commune-actuelle", "arrondissement_municipal": "arrondissement-municipal"}
    communes, members = [], {}
    for row in country:
        one = {"code": row["code"], "nom": row["name"], "departement": row["departement_code"]}
        one |= {"type": kinds[row["level"]], "population": row["population"]}
        communes.append(one | ({"commune": row["parent_code"]} if row["parent_code"] else {}))
        if row["epci_code"]:
            members.setdefault(row["epci_code"], []).append({"code": row["code"], "nom": row["name"]})
    groups = [{"code": code, "nom": f"EPCI {code}", "type": "CC", "membres": all_} for code, all_ in members.items()]
    return json.dumps(communes).encode(), json.dumps(groups).encode()


def outlines(country) -> bytes:
    """The contours of every commune, the 45 arrondissements and an overseas collectivity among them."""
    texts = shapely.to_geojson([row["shape"] for row in country])
    features = [
        f'{{"type":"Feature","properties":{{"code":"{row["code"]}","nom":{json.dumps(row["name"])}}},"geometry":{text}}}'
        for row, text in zip(country, texts, strict=True)
    ]
    features.append(
        '{"type":"Feature","properties":{"code":"97501","nom":"Miquelon-Langlade"},"geometry":'
        + shapely.to_geojson(shapely.box(-56.4, 46.8, -56.3, 46.9))
        + "}"
    )
    text = '{"type":"FeatureCollection","features":[' + ",\n".join(features) + "]}"
    return gzip.compress(text.encode(), compresslevel=1)


def layer(country) -> bytes:
    """One object a commune, with the name of its CPTS beside its own: two CPTS of the Ardennes, one across its border."""
    here = [row for row in country if row["departement_code"] in (ARDENNES, "51", "02") and row["level"] == "commune"]
    groups = list(dict.fromkeys(row["epci_code"] for row in here if row["departement_code"] == ARDENNES))[:3]
    names = dict(zip(groups, ("Alpha", "Bravo des Crêtes", "Charlie"), strict=True))
    features = [
        {
            "type": "Feature",
            "id": f"AMBU_CPTS.{number}",
            "properties": {
                "gid": number,
                "nom_com": row["name"],
                "insee_com": row["code"],
                "nom_cpts": names[row["epci_code"]],
                "statut": ("Constituée", "Validée", "PS en cours")[groups.index(row["epci_code"])],
            },
            "geometry": shapely.geometry.mapping(row["shape"]),
        }
        for number, row in enumerate(row for row in here if row["epci_code"] in names)
    ]
    return json.dumps({"type": "FeatureCollection", "totalFeatures": len(features), "features": features}).encode()


LHSS = {"categorieentiteGeographiqueExercice": "180", "nomEgeLong": "LITS HALTE SOINS SANTE"}
SEAT = {"categorieentiteGeographiqueExercice": "604", "nomEgeLong": "CPTS ZOULOU INVENTEE"}


def register(*changes: dict, day: str = "2026-08-13") -> bytes:
    head = {"schemaVersion": "v1.0.0", "generatedAt": f"{day}T02:07:30.57Z", "gco": [], "gcc": []}
    return gzip.compress(json.dumps(head | {"pmej": [{"ege": some(*changes)}]}).encode())


def activities() -> bytes:
    """The places of the third establishment, one line without a number among them."""
    ege = [
        {"numFinessEge": "000000003", "activitesExercees": [activity(line(12), line(0) | {"nombre": None})]},
        {"numFinessEge": "000000001", "activitesExercees": []},
    ]
    return gzip.compress(json.dumps({"generatedAt": "2026-08-18T02:16:50Z", "pmej": [{"ege": ege}]}).encode())


@pytest.fixture(scope="module")
def files(country, tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")

    class Known:  # what test_ages.sheet asks of a build
        known_departements = frozenset(row["departement_code"] for row in country)

    def sheets(name: str, **cells) -> bytes:
        return book(folder / f"{name}.xlsx", **cells).read_bytes()

    communes, groups = package(country)
    before = (1975, 1999, 2013)  # of the forty years that are left, and read no further than their title
    ages_book = {str(year): test_ages.sheet((None, Known), year) for year in (*before, *range(ages.FIRST_YEAR, 2027))}
    apl_book = {f"APL {year}": test_apl.sheet(year=year) for year in (2022, 2023, 2024)}
    grid = {
        "Maille EPCI": test_density_grid.sheet([["200041630", "Ardenne Métropole", 1, "Dense", 1]]),
        "Maille communale": test_density_grid.sheet(),
        "Maille départementale": test_density_grid.sheet([["08", "Ardennes", 1, "Dense", 1]]),
    }
    served = {
        "decoupage": communes,
        "decoupage_epci": groups,
        "contours": outlines(country),
        "cpts_wfs": layer(country),
        "ages": sheets("ages", Documentation=[["Lisez-moi"]], **ages_book),
        "apl": sheets("apl", Documentation=[["Lisez-moi"]], **apl_book),
        density_grid.SOURCE.source_id: sheets("grid", **grid),
        **tables(),
        "finess": register({}, NOWHERE, LHSS, SEAT),
        "finess_activites": activities(),
    }
    for module in CNAM:
        table = f"{test_cnam_ald.PLACE};{module.MEASURE.columns[0]}", "2025;44;Grand Est;08;Ardennes;12"
        served[module.SOURCE.source_id] = "\n".join(table).encode()
    for module in PROFESSIONS:
        ((indicator, (heading, *_)),) = module.WORKBOOK.measures.items()
        header = [
            "Code commune INSEE",
            "Commune",
            heading,
            "Population féminine standardisée 2022",
            "Population totale 2022",
        ]
        rows = [["08409", "Sedan", 150.5, 1000, 1100], ["08105", "Charleville-Mézières", 110, 3000, 3100]]
        cells = [["Titre"], *[[]] * 7, header, [None] * 5, *rows]
        served[module.SOURCE.source_id] = sheets(indicator, **{"APL 2023": cells, "APL 2024": cells})
    return served


@pytest.fixture
def servers():
    """The address that we know, and another host that it sends to."""
    with Service() as server, Server() as other:
        yield server, other


@pytest.fixture(scope="module")
def outlined() -> Callable:
    """The contours of a file of the country, read as a build does, once for each content: two tests read the same whole one."""
    contours_by_content, original = {}, contours.read

    def reading(inputs, france):
        content = inputs.fetched.read_bytes()
        if content not in contours_by_content:
            contours_by_content[content] = original(inputs, france)
        return contours_by_content[content]

    return reading


@pytest.fixture(scope="module")
def bordered() -> Callable:
    """The same communes put border to border as a build does, once for the same: their contours are those of one reading."""
    covers, original = [], contours.clean_coverage

    def cleaning(codes, geometries, snap):
        for known_codes, given, known_snap, clean in covers:
            if snap == known_snap and codes.equals(known_codes) and shapely.equals_identical(geometries, given).all():
                return clean.copy()
        covers.append((codes, geometries.copy(), snap, original(codes, geometries, snap)))
        return covers[-1][-1].copy()

    return cleaning


@pytest.fixture(scope="module")
def opened() -> Callable:
    """The sheets of a workbook, read once for each content."""
    sheets_by_content, original = {}, workbooks.workbook_rows

    def reading(path):
        content = path.read_bytes()
        if content not in sheets_by_content:
            sheets_by_content[content] = original(path)
        return {name: [*map(list, rows)] for name, rows in sheets_by_content[content].items()}

    return reading


@pytest.fixture
def live(bare, outlined, bordered, opened, servers, files, tmp_path, monkeypatch):
    """The command line with every source on loopback: files behind a redirection to another host, datasets with files of
    every day beside those of every month."""
    server, other = servers
    database = tmp_path / "data" / "maillage.duckdb"
    for module, name, value in (
        (builder, "DATABASE", database),
        (command, "DATABASE", database),
        (command, "RAW", tmp_path / "raw"),
        (contours, "read", outlined),
        (contours, "clean_coverage", bordered),
        (workbooks, "workbook_rows", opened),
        (ban, "URL", server.serve("/search/csv/", server.answer)),
    ):
        monkeypatch.setattr(module, name, value)
    server.match = lambda row: Service.match(server, row) | {"longitude": "5.1678", "latitude": "49.6309"}
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
    data = tmp_path / "brought"  # beside the real one, where the answers of the address base would stay
    data.mkdir()
    for name in ("snapshot", "reference"):
        (data / name).symlink_to(builder.ROOT / "data" / name, target_is_directory=True)
    build = builder.build
    monkeypatch.setattr(builder, "build", lambda *a, **k: build(*a, data=data, static=tmp_path / "static", **k))
    for module in (*PLAIN, *DATASETS):
        source_id = module.SOURCE.source_id
        remote = replace(module.SOURCE.remote, url=server.url(f"/{source_id}"), elsewhere=())
        monkeypatch.setattr(module, "SOURCE", replace(module.SOURCE, remote=remote))
        if module in PLAIN:
            target = other.serve(f"/{source_id}", Answer(files[source_id], etag='"1"'))
            server.serve(f"/{source_id}", redirect(target.replace("127.0.0.1", "localhost")))
    later = register({"nomEgeLong": "FICHIER QUOTIDIEN"}, day="2026-08-31")
    for module, kind in ((finess, "structures"), (finess_activites, "activites")):
        monthly = f"finess-{kind}-mensuel"
        server.serve_dataset(
            f"/{module.SOURCE.source_id}",
            {
                f"{monthly}-202607.json.gz": register({"nomEgeLong": "ANCIEN FICHIER"}, day="2026-07-13"),
                f"{monthly}-202608.json.gz": files[module.SOURCE.source_id],
                f"finess-{kind}-quotidien-20260831.json.gz": later,
                f"{monthly}-202608.csv": b"a;b",
                f"schema-{kind}.json": b"{}",
            },
        )

    def run(*options: str) -> Path:
        arguments = ["build", "--live", "--departement", ARDENNES, "--output", str(database), "--progress", "lines"]
        assert command.main([*arguments, *options]) == 0
        return database

    return run


def test_all_of_it_is_read(live, servers, capsys):
    database = live()
    names = {module.SOURCE.source_id for module in (*PLAIN, *DATASETS)}
    outcomes = {
        name: outcome for name, outcome in fetch(database, "SELECT source_id, outcome FROM intake") if name in names
    }
    assert outcomes == dict.fromkeys(names, "nouvelle"), capsys.readouterr().err
    # Contours, whole; the month's register and not the day's; an address found, a place counted, a line refused.
    assert fetch(database, "SELECT DISTINCT geometry_origin FROM territory WHERE level = 'commune'") == [("source",)]
    sites = fetch(database, "SELECT finess, precision, places FROM site WHERE source_id = 'finess' ORDER BY 1")
    assert sites == [
        ("000000001", "adresse", None),
        ("000000002", "adresse", None),
        ("000000003", "adresse", 12),
        ("000000004", "adresse", None),
    ]
    assert fetch(database, "SELECT count(*) FROM intake_row WHERE reason = 'nombre de places illisible'") == [(1,)]
    # One object a commune: three CPTS and not as many as communes, whole, of the stage that their word says.
    layer_of = "FROM cpts WHERE source_id = 'cpts_wfs'"
    assert fetch(database, f"SELECT DISTINCT perimeter {layer_of}") == [("complet",)]
    assert dict(fetch(database, f"SELECT name, status {layer_of}")) == {
        "Alpha": "en_fonctionnement",
        "Bravo des Crêtes": "projet_sante_valide",
        "Charlie": "emergence",
    }
    assert fetch(database, "SELECT count(*) FROM cpts WHERE name ILIKE '%Zoulou%'") == [(0,)]  # a seat is no layer
    for indicator, years in (("apl_mg_drees", 3), ("apl_sages_femmes_drees", 2), ("grille_densite", 1)):
        query = (
            f"SELECT count(DISTINCT year) FROM indicator_value WHERE indicator = '{indicator}' AND level = 'commune'"
        )
        assert fetch(database, query) == [(years,)], indicator
    assert {request.status for request in servers[1].requests} == {200}


def test_without_the_layer_seats_of_the_register_are_cpts(live, servers, monkeypatch):
    monkeypatch.setattr(builder, "SOURCES", beside(*PLAIN, *DATASETS))
    for module in PLAIN:
        if module.SOURCE.writes != "territory" or module is contours:  # the others say nothing of seats
            servers[0].serve(f"/{module.SOURCE.source_id}", Answer(status=404))
    servers[0].serve("/cpts_wfs", Answer(b"<html>En maintenance</html>"))
    database = live()
    assert fetch(database, "SELECT outcome FROM intake WHERE source_id = 'cpts_wfs'") == [("absente",)]
    (row,) = fetch(
        database, "SELECT perimeter, status, departement_codes, source_id FROM cpts WHERE name ILIKE '%Zoulou%'"
    )
    assert row == ("inconnu", "inconnu", ["08"], "finess")


FAULTS = {
    "gone": lambda body: Answer(status=404),
    "down": lambda body: Answer(status=503),
    "empty": lambda body: Answer(b""),
    "cut": lambda body: Answer(body, fault=Fault.CUT, after=len(body) // 2),
    "a page": lambda body: Answer(b"<!doctype html><title>Maintenance</title>"),
    "half": lambda body: Answer(body[: len(body) // 2]),
    "other JSON": lambda body: Answer(b'{"message": "Unknown"}'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_goes_wrong_everywhere_is_a_line_a_source(live, servers, files, fault, capsys):
    server, _ = servers
    for module in PLAIN:
        server.serve(f"/{module.SOURCE.source_id}", FAULTS[fault](files[module.SOURCE.source_id]))
    for module, kind in ((finess, "structures"), (finess_activites, "activites")):
        answer = FAULTS[fault](files[module.SOURCE.source_id])
        server.serve_dataset(f"/{module.SOURCE.source_id}", {f"finess-{kind}-mensuel-202608.json.gz": answer})
    assert command.main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    names = [module.SOURCE.source_id for module in command.REMOTE]
    assert [line.split()[1] for line in lines] == [*names, "ban"]
    # Half of a CSV that the server says whole is a CSV: what tells it is that a build had more rows the last time.
    sound = {line.split()[1] for line in lines[:-1] if line.startswith("OK ")}
    assert sound <= ({"cnam_ald"} if fault == "half" else set()), lines
    assert lines[-1].startswith("OK ")


def test_the_doctor_finds_all_of_it_sound(live, capsys):
    assert command.main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(PLAIN) + len(DATASETS) + 1 and all(line.startswith("OK ") for line in lines), lines
