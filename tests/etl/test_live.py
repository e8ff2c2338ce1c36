"""Live builds, from the command line to the database: every source served on loopback, then every one of them failing."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import shapely

from etl import __main__ as command
from etl import build as builder
from etl.network import ban
from etl.places import cpts_layer_fields, cpts_layer_places
from etl.sources import (
    ages,
    apl,
    apl_dentistes,
    apl_infirmiers,
    apl_kines,
    apl_sages_femmes,
    bpe,
    cnam_ald,
    cnam_demographie,
    cnam_installations,
    cnam_patientele,
    cnam_zones,
    contours,
    cpts_wfs,
    decoupage,
    decoupage_epci,
    density_grid,
    filosofi,
    finess,
    finess_activites,
    rp_ages,
)
from tests.etl.conftest import fetch
from tests.etl.published import book
from tests.etl.server import Answer, Fault, Server
from tests.etl.sources import test_ages, test_apl, test_cnam_ald, test_density_grid, test_local_figures
from tests.etl.sources.test_finess import some
from tests.rows import rows_of

PROFESSIONS = (apl_infirmiers, apl_kines, apl_dentistes, apl_sages_femmes)
CNAM = (cnam_patientele, cnam_installations, cnam_zones)
MODULES = (
    decoupage,
    decoupage_epci,
    contours,
    finess,
    finess_activites,
    cpts_wfs,
    ages,
    apl,
    *PROFESSIONS,
    density_grid,
    rp_ages,
    filosofi,
    bpe,
    cnam_ald,
    cnam_demographie,
    *CNAM,
)
NAMES = {module.SOURCE.source_id for module in MODULES}
MSP = "finess-000000001"


def test_every_source_of_the_network_is_served_here():
    assert {module.SOURCE.source_id for module in command.REMOTE} == NAMES


def tables() -> dict[str, bytes]:
    """The zips of Insee and the exports of the Cnam, a few rows each."""
    return {
        "rp_ages": test_local_figures.zipped(test_local_figures.CENSUS, *test_local_figures.RESIDENTS),
        "filosofi": test_local_figures.zipped(test_local_figures.FILOSOFI, *test_local_figures.RATES),
        "bpe": test_local_figures.zipped(test_local_figures.BPE, *test_local_figures.EQUIPMENTS),
        "cnam_ald": "\n".join([test_cnam_ald.ALD, *test_cnam_ald.ROWS]).encode("utf-8-sig"),
        "cnam_demographie": "\n".join([test_cnam_ald.STAFF, *test_cnam_ald.STAFF_ROWS]).encode("utf-8-sig"),
    }


def register(*changes: dict) -> bytes:
    """A FINESS file, fabriqué d'après le schéma publié."""
    head = {"schemaVersion": "v1.0.0", "generatedAt": "2026-08-13T02:07:30.57Z", "gco": [], "gcc": []}
    return gzip.compress(
        json.dumps(head | {"pmej": [{"informationsGeneralesPMEJ": {}, "ege": some(*changes)}]}).encode()
    )


MSP_ROW, CDS_ROW = {}, {"categorieentiteGeographiqueExercice": "124", "nomEgeLong": "CENTRE DE SANTE INVENTE"}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, bytes]:
    """A body for each source, in its published shape; the contours and the activities are never there."""
    folder = tmp_path_factory.mktemp("served")
    communes = rows_of(
        "SELECT level, code, name, departement_code, parent_code, population, epci_code FROM read_parquet(?)",
        str(builder.ROOT / "data" / "snapshot" / "communes.parquet"),
    )
    kinds = {"commune": "commune-actuelle", "arrondissement_municipal": "arrondissement-municipal"}
    listed, members = [], {}
    for level, code, name, departement, parent, people, epci in communes:
        row = {"code": code, "nom": name, "departement": departement, "type": kinds[level], "population": people}
        listed.append(row | ({"commune": parent} if parent else {}))
        if epci:
            members.setdefault(epci, []).append({"code": code, "nom": name})
    epci = [
        {"code": code, "nom": f"EPCI {code}", "type": "CC", "membres": members_of}
        for code, members_of in members.items()
    ]
    square = shapely.box(4.9, 49.6, 5.1, 49.75)
    layer = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"lib": f"CPTS Inventée {number}", "etat": "ACI signé"},
                "geometry": shapely.geometry.mapping(shapely.affinity.translate(square, 0.2 * number)),
            }
            for number in range(2)
        ],
    }

    class Known:  # what test_ages.sheet asks of a build
        known_departements = frozenset(row[3] for row in communes)

    return {
        "decoupage": json.dumps(listed).encode(),
        "decoupage_epci": json.dumps(epci).encode(),
        "finess": register(MSP_ROW, CDS_ROW),
        "cpts_wfs": json.dumps(layer).encode(),
        "ages": book(folder / "ages.xlsx", **{"2025": test_ages.sheet((None, Known), 2025)}).read_bytes(),
        "apl": book(folder / "apl.xlsx", **{"APL_2024": test_apl.sheet()}).read_bytes(),
        **tables(),
        "density": book(folder / "density.xlsx", Maille=test_density_grid.sheet()).read_bytes(),
    }


@pytest.fixture
def server():
    with Server() as running:
        yield running


def beside(*modules) -> tuple:
    """These, and those that they are read beside: the embedded figures and claims change with none of them, and all that a build
    reads is read with the whole country.
    """
    return tuple(one for one in builder.SOURCES if one in modules or one.SOURCE.writes not in ("figure", "claim"))


@pytest.fixture(scope="module")
def one_snapshot():
    """The names and the town halls of France, read once for all the layers of CPTS."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((cpts_layer_fields, "place_names"), (cpts_layer_places, "town_halls")):
            patch.setattr(module, name, cache(getattr(module, name)))
        yield


@pytest.fixture
def live(bare, one_snapshot, server, files, tmp_path, monkeypatch):
    """Run the command line with its sources on loopback, its cache and its database in a folder of the test."""
    database = tmp_path / "data" / "maillage.duckdb"
    monkeypatch.setattr(builder, "DATABASE", database)
    monkeypatch.setattr(command, "DATABASE", database)
    monkeypatch.setattr(command, "RAW", tmp_path / "raw")
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)  # how long it waits is tested with the network
    monkeypatch.setattr(ban, "URL", server.url("/ban"))
    monkeypatch.setattr(builder, "SOURCES", beside(*MODULES))
    build = builder.build
    monkeypatch.setattr(builder, "build", lambda *a, **k: build(*a, static=tmp_path / "static", **k))
    for module in MODULES:
        source = module.SOURCE
        path = f"/{source.source_id}"
        remote = replace(source.remote, url=server.url(path), elsewhere=())
        monkeypatch.setattr(module, "SOURCE", replace(source, remote=remote))
    plain = {
        decoupage: "decoupage",
        decoupage_epci: "decoupage_epci",
        cpts_wfs: "cpts_wfs",
        ages: "ages",
        apl: "apl",
        density_grid: "density",
        rp_ages: "rp_ages",
        filosofi: "filosofi",
        bpe: "bpe",
        cnam_ald: "cnam_ald",
        cnam_demographie: "cnam_demographie",
    }
    for module, name in plain.items():
        server.serve(f"/{module.SOURCE.source_id}", Answer(files[name], etag='"1"'))
    server.serve_dataset(f"/{finess.SOURCE.source_id}", {"finess-structures-mensuel-202608.json.gz": files["finess"]})

    def run(*options: str) -> Path:
        arguments = ["build", "--live", "--departement", "08", "--output", str(database), "--progress", "lines"]
        assert command.main([*arguments, *options]) == 0
        return database

    return run


def outcomes(database: Path) -> dict[str, str]:
    return {
        name: outcome for name, outcome in fetch(database, "SELECT source_id, outcome FROM intake") if name in NAMES
    }


def sites(database: Path) -> list[tuple]:
    return fetch(database, "SELECT site_id, type, name, finess, source_id FROM site ORDER BY site_id")


def test_from_the_network_to_the_database_and_back_to_the_last_good_files(live, server, files, capsys):
    days = {date.today()}  # of the good files; a night may fall meanwhile
    database = live()
    days.add(date.today())
    output = capsys.readouterr()
    seen = outcomes(database)
    missing = {contours.SOURCE.source_id, finess_activites.SOURCE.source_id}
    missing |= {module.SOURCE.source_id for module in (*PROFESSIONS, *CNAM)}
    assert {name for name, outcome in seen.items() if outcome == "absente"} == missing
    assert {outcome for outcome in seen.values()} == {"nouvelle", "absente"}, fetch(database, "FROM intake")
    assert output.err.count("ABSENTE") == len(missing) and "404" in output.err
    assert fetch(database, "SELECT mode FROM build") == [("live",)]
    assert "finess-000000002" in {row[0] for row in sites(database)}
    figures = dict(
        fetch(
            database, "SELECT code, value FROM indicator_value WHERE indicator = 'apl_mg_drees' AND level = 'commune'"
        )
    )
    assert figures == {"08409": 3.0, "08105": 4.0}
    assert fetch(database, "SELECT count(*) FROM population_by_age") != [(0,)]
    local = "SELECT value FROM indicator_value WHERE code = '08409' AND indicator IN ('taux_pauvrete_local', 'bpe_generalistes')"
    assert sorted(fetch(database, local)) == [(12.0,), (24.5,)]
    origins = "SELECT DISTINCT indicator, source_id FROM indicator_value WHERE indicator IN ('population', 'densite')"
    assert set(fetch(database, origins)) == {("population", "decoupage"), ("densite", "geographie")}
    assert fetch(database, "SELECT count(*) FROM cpts WHERE source_id = 'cpts_wfs'") == [(2,)]
    first = sites(database)

    # Nothing new: the server says so, and the same database comes out.
    server.requests.clear()
    assert set(outcomes(live()).values()) == {"inchangee", "absente"}
    assert {request.status for request in server.requests} == {200, 304, 404}
    assert sites(database) == first

    # Everything fails, each in its way: the last good files serve, and say so.
    lost = json.loads(gzip.decompress(files["finess"]))
    lost["pmej"][0]["ege"] = [{"etatObjet": "A"}]
    broken = gzip.compress(json.dumps(lost).encode())
    server.serve_dataset(f"/{finess.SOURCE.source_id}", {"finess-structures-mensuel-202609.json.gz": broken})
    server.serve(f"/{cpts_wfs.SOURCE.source_id}", Answer(b"<html>En maintenance</html>"))
    server.serve(f"/{ages.SOURCE.source_id}", Answer(files["ages"][:1000]))
    server.serve(f"/{apl.SOURCE.source_id}", Answer(status=404))
    server.serve(f"/{density_grid.SOURCE.source_id}", Answer(b"", status=200))
    server.serve(f"/{rp_ages.SOURCE.source_id}", Answer(b"<html>En maintenance</html>"))
    server.serve(f"/{filosofi.SOURCE.source_id}", Answer(status=404))
    server.serve(f"/{bpe.SOURCE.source_id}", Answer(files["bpe"][:-300]))
    server.serve(f"/{cnam_ald.SOURCE.source_id}", Answer(b"annee;region\n2025;44\n"))
    server.serve(f"/{cnam_demographie.SOURCE.source_id}", Answer(status=404))
    server.serve(f"/{decoupage.SOURCE.source_id}", Answer(b"[]"))
    server.serve(f"/{decoupage_epci.SOURCE.source_id}", Answer(files["decoupage_epci"], fault=Fault.CUT, after=100_000))
    capsys.readouterr()
    assert set(outcomes(live()).values()) == {"perimee", "absente"}, fetch(database, "FROM intake")
    assert sites(database) == first
    sentences = [line for line in capsys.readouterr().err.splitlines() if line.startswith("PÉRIMÉE")]
    assert len(sentences) == len(NAMES) - len(missing)
    assert all(any(f"{day:%d/%m/%Y}" in line for day in days) for line in sentences), sentences

    # No network at all: nothing is asked, the good files serve.
    server.requests.clear()
    assert set(outcomes(live("--offline")).values()) == {"perimee", "absente"}
    assert server.requests == []
    assert sites(database) == first

    # Five builds are kept, and the one before comes back.
    newest = fetch(database, "SELECT version FROM build")
    assert command.main(["rollback"]) == 0
    assert fetch(database, "SELECT version FROM build") < newest
    assert sites(database) == first


def test_what_changed_between_two_registers_is_told(live, server, capsys):
    for module in MODULES:
        if module.SOURCE.writes == "figure":  # they say nothing of structures
            server.serve(f"/{module.SOURCE.source_id}", Answer(status=404))
    database = live()
    (old,) = fetch(database, "SELECT version FROM build")[0]
    moved = {"cogCommune": "08105", "nomEgeLong": "CENTRE DE SANTE DEMENAGE"} | {
        key: None for key in ("coordonneeX", "coordonneeY", "directionLatitude", "directionLongitude")
    }
    body = register(
        {"etatObjet": "I"}, CDS_ROW | moved, {"nomEgeLong": "MAISON DE SANTE NOUVELLE", "cogCommune": "08053"}
    )
    server.serve_dataset(f"/{finess.SOURCE.source_id}", {"finess-structures-mensuel-202609.json.gz": body})
    live()
    capsys.readouterr()
    assert command.main(["diff", old, str(database)]) == 0
    output = capsys.readouterr().out
    kinds = dict(
        fetch(
            database,
            "SELECT code, string_agg(DISTINCT kind, ' ' ORDER BY kind) FROM change WHERE subject = 'structure' GROUP BY code",
        )
    )
    assert kinds["finess-000000002"].startswith("deplacee")
    assert kinds["finess-000000003"] == "ouverte"  # the register of May 2026 held every MSP: a new one has opened
    for name in ("nouvelle", "demenage"):
        assert name in output.lower()


def test_fetch_alone_fills_the_cache_and_says_what_came(live, server, capsys):
    assert command.main(["fetch", "apl", "contours"]) == 1
    output = capsys.readouterr()
    assert output.out.startswith("apl : apl, ")
    assert "contours : " in output.err and "404" in output.err
    server.requests.clear()
    assert command.main(["fetch", "apl", "--offline"]) == 0
    assert server.requests == []
    assert command.main(["sources"]) == 0
    output = capsys.readouterr().out
    assert "téléchargée le" in output and "jamais téléchargée" in output and "data/local/" in output


def test_the_doctor_says_a_line_a_source_and_writes_nothing(live, server, files, tmp_path, capsys, monkeypatch):
    """Sound, of another shape, gone, served elsewhere; a layer that is understood in part."""
    before = sorted(path for path in tmp_path.rglob("*"))
    server.serve(f"/{density_grid.SOURCE.source_id}", Answer(files["apl"]))
    other = server.serve("/elsewhere", Answer(files["apl"], last_modified="Tue, 03 Mar 2026 08:00:00 GMT"))
    remote = replace(apl.SOURCE.remote, url=server.url("/gone"), elsewhere=(other,))
    monkeypatch.setattr(apl, "SOURCE", replace(apl.SOURCE, remote=remote))
    names = ["apl", "grille_densite", "contours", "cpts_wfs", "finess", "ban"]
    assert command.main(["doctor", *names]) == 1
    lines = {line.split()[1]: line for line in capsys.readouterr().out.splitlines()}
    assert set(lines) == set(names)
    assert (
        lines["apl"].startswith("OK ") and "du 03/03/2026, à son autre adresse : de la forme attendue" in lines["apl"]
    )
    assert lines["grille_densite"].startswith("NON ") and "d'une autre forme" in lines["grille_densite"]
    assert "CODGEO" in lines["grille_densite"]
    assert lines["contours"].startswith("NON ") and "404" in lines["contours"]
    assert lines["cpts_wfs"].startswith("OK ") and "2 lignes" in lines["cpts_wfs"]
    assert lines["finess"].startswith("OK ") and "finess-structures-mensuel-202608.json.gz" in lines["finess"]
    assert lines["ban"].startswith("NON ") and "404" in lines["ban"]
    assert sorted(path for path in tmp_path.rglob("*")) == before
    assert command.main(["doctor", "apl"]) == 0


@pytest.mark.parametrize(
    "arguments", [("fetch", "nulle-part"), ("doctor", "nulle-part"), ("build", "--live", "--accepter", "nulle-part")]
)
def test_an_unknown_source_is_a_sentence(arguments, capsys):
    assert command.main(list(arguments)) == 1
    assert capsys.readouterr().err.startswith("Source inconnue : nulle-part.")
