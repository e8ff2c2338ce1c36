"""A build: whole or not at all, and one sentence when it fails."""

from __future__ import annotations

import gc
import gzip
import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from etl import build as builder
from etl import intake
from etl.source import BuildError
from tests.etl.conftest import Built, edited, lists_copied
from tests.etl.schema import schema
from tests.rows import rows_of

HOSTILE = "<script>alert(1)</script> \"l'été\" `{{ 7*7 }}` ${x} \\ & 'fin"
ALONE = 26  # act-08-ch-belair, a structure that no register lists: what the press kit says of it is what is published
SITES, CPTS, MEMBERS, EVENTS = "structures.csv", "cpts.csv", "cpts_communes.csv", "cpts_evenements.csv"
PACA, PACA_MEMBERS, CLAIMS = "cpts_paca.csv", "cpts_paca_communes.csv", "declarations.csv"
FIGURES, SERIES = "departement_figures.csv", "departement_series_msp_cds.csv"
GONE = ("20210101-000000-bbbbbbbb", "20200101-000000-aaaaaaaa")  # versions whose contours stayed, newest first


def fetch(database: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def old(tmp_path) -> Path:
    """Whatever was there before: a failed build must not touch a byte of it."""
    path = tmp_path / "out" / "maillage.duckdb"
    path.parent.mkdir()
    path.write_bytes(b"the database of yesterday")
    return path


def is_untouched(old: Path) -> bool:
    return old.read_bytes() == b"the database of yesterday" and list(old.parent.iterdir()) == [old]


# -- bad lists ------------------------------------------------------------------------------------------------------

BAD_ROWS = [
    (
        SITES,
        {"code_commune": "08999"},
        "la commune « 08999 » n'existe pas (colonne « code_commune »). Vérifiez le code",
    ),
    (SITES, {"code_commune": "8105"}, "la commune « 8105 » n'existe pas"),
    (
        SITES,
        {"statut": "fermeture"},
        "« fermeture » n'est pas admis dans la colonne « statut ». Valeurs possibles : ouvert",
    ),
    (SITES, {"type": "HOPITAL"}, "« HOPITAL » n'est pas admis dans la colonne « type »"),
    (SITES, {"id": ""}, "la colonne « id » est vide"),
    (SITES, {"nom": " "}, "la colonne « nom » est vide"),
    (SITES, {"source": ""}, "la colonne « source » est vide"),
    (SITES, {"places": "douze"}, "« douze » n'est pas un nombre (colonne « places »)"),
    (SITES, {"places": "0"}, "« 0 » est trop petit (colonne « places »)"),
    (SITES, {"places": "2,5"}, "« 2,5 » n'est pas un entier"),
    (SITES, {"date_ouverture": "mars 2024"}, "« mars 2024 » n'est pas une date (colonne « date_ouverture »)"),
    (SITES, {"source_date": "2024-02-30"}, "« 2024-02-30 » n'est pas une date"),
    (SITES, {"lon": "4.7"}, "une seule des deux coordonnées est remplie"),
    (SITES, {"lon": "497", "lat": "49.7"}, "(497.0, 49.7) n'est pas une position en degrés"),
    (SITES, {"code_commune": "", "departement": "96"}, "le département « 96 » n'existe pas"),
    (SITES, {"departement": "62"}, "n'est pas dans le département « 62 »"),
    (CPTS, {"statut": "acisigne"}, "« acisigne » n'est pas admis dans la colonne « statut »"),
    (CPTS, {"departements": "08,55"}, "le département « 08,55 » n'existe pas"),
    (CPTS, {"population_declaree": "-3"}, "« -3 » est trop petit"),
    (CPTS, {"source_date": "hier"}, "« hier » n'est pas une date"),
    (MEMBERS, {"cpts_id": "cpts-62-nulle-part"}, "la CPTS « cpts-62-nulle-part » n'est pas dans cpts.csv"),
    (MEMBERS, {"code_commune": "62999"}, "la commune « 62999 » n'existe pas"),
    (MEMBERS, {"couverture": "totale"}, "« totale » n'est pas admis"),
    (EVENTS, {"statut": "fini"}, "« fini » n'est pas admis"),
    (EVENTS, {"date": ""}, "la colonne « date » est vide"),
    (PACA, {"n_communes": "4"}, "4 communes annoncées, 3 listées. Complétez cpts_paca_communes.csv"),
    (PACA, {"departements": "13|99"}, "le département « 99 » n'existe pas"),
    (PACA_MEMBERS, {"cpts_id": "paca-x"}, "la CPTS « paca-x » n'est pas dans cpts_paca.csv"),
    (CLAIMS, {"territoire": "Ardennes"}, "le territoire « Ardennes » est inconnu"),
    (CLAIMS, {"valeur": ""}, "la valeur est vide"),
    (FIGURES, {"code_departement": "20"}, "le département « 20 » n'existe pas"),
    (FIGURES, {"indicateur": "bonheur"}, "l'indicateur « bonheur » est inconnu"),
    (FIGURES, {"valeur": "n.d."}, "« n.d. » n'est pas un nombre"),
    (FIGURES, {"annee": ""}, "la colonne « annee » est vide"),
    (SERIES, {"mois": "2020-12-12"}, "« 2020-12-12 » n'est pas un mois"),
    (SERIES, {"code_departement": "1"}, "le département « 1 » n'existe pas"),
]


@pytest.fixture(scope="module")
def geography():
    """The Ardennes without a list, and what loads need to know: lists are tried in a transaction, and forgotten."""
    with duckdb.connect() as connection:
        connection.execute(schema())
        builder.fill_catalog(connection)
        inputs = builder.read_inputs(connection, builder.ROOT / "data", ("08",))
        builder.bring(connection, builder.SOURCES[:2], inputs)
        yield connection, inputs


def load_lists(geography, data, name=""):
    """Load every list, or those of the sources that read this one."""
    connection, inputs = geography
    connection.execute("BEGIN")
    try:
        for source in builder.SOURCES[2:]:
            if not name or f"reference/{name}" in source.SOURCE.files:
                intake.take(connection, source, replace(inputs, data=data), None)
    finally:
        connection.execute("ROLLBACK")


def test_the_lists_as_they_are_are_not_refused(geography):
    load_lists(geography, builder.ROOT / "data")


@pytest.mark.parametrize(("name", "cells", "reason"), BAD_ROWS)
def test_a_row_that_cannot_be_true_is_refused(geography, data, edit, name, cells, reason):
    line = edit(name, 0, **cells)
    with pytest.raises(BuildError) as refused:
        load_lists(geography, data, name)
    sentence = str(refused.value)
    assert sentence.startswith(f"reference/{name}, ligne {line} : ")
    assert reason in sentence
    assert "\n" not in sentence and sentence.endswith(".")


@pytest.mark.parametrize("name", [SITES, CPTS, MEMBERS, EVENTS, PACA, PACA_MEMBERS, FIGURES, SERIES])
def test_the_same_row_twice_is_refused(geography, data, edit, name):
    line = edit(name, 0, add=True)
    with pytest.raises(BuildError, match=rf"^reference/{name}, ligne {line} : .* figure déjà à la ligne 2"):
        load_lists(geography, data, name)


@pytest.fixture(scope="module")
def whole():
    """What claims are held against, for the whole of France: territories and CPTS."""
    with duckdb.connect() as connection:
        connection.execute(schema())
        builder.fill_catalog(connection)
        wanted = [module for module in builder.SOURCES if module.SOURCE.writes in ("territory", "cpts")]
        inputs = builder.read_inputs(connection, builder.ROOT / "data", ())
        builder.bring(connection, wanted, inputs)
        yield connection, inputs


@pytest.mark.parametrize("place", ["R98", "999999999", "cpts-99-nowhere"])
def test_a_claim_on_an_unknown_territory_is_refused(edit, data, whole, place):
    load_lists(whole, builder.ROOT / "data", CLAIMS)
    line = edit(CLAIMS, 0, territoire=place)
    with pytest.raises(BuildError, match=rf"^reference/{CLAIMS}, ligne {line} : .*{place}"):
        load_lists(whole, data, CLAIMS)


@pytest.mark.parametrize("name", [SITES, CPTS, MEMBERS, EVENTS, PACA, PACA_MEMBERS, CLAIMS, FIGURES, SERIES])
def test_a_missing_column_is_told(geography, data, name):
    path = data / "reference" / name
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    column = header.split(",")[1]
    path.write_text(header.replace(column, "autre", 1) + "\n" + rest, encoding="utf-8")
    with pytest.raises(
        BuildError, match=rf"^reference/{name}, ligne 1 : colonne absente : {column}\. Colonnes attendues"
    ):
        load_lists(geography, data, name)


def test_a_list_in_another_encoding_is_told_with_its_line(build, data, old):
    path = data / "reference" / SITES
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252", errors="replace"))
    with pytest.raises(BuildError, match=rf"^reference/{SITES}, ligne 2 : .*CSV UTF-8"):
        build("08")
    assert is_untouched(old)


def test_a_ragged_row_is_told(build, data, old):
    with (data / "reference" / SITES).open("a+", encoding="utf-8") as file:
        file.seek(0)
        line = sum(1 for _ in file) + 1
        file.write("msp-08-x,MSP,Maison, rue de la gare\n")
    with pytest.raises(BuildError, match=rf"^reference/{SITES}, ligne {line} : le nombre de cellules .* guillemets"):
        build("08")
    assert is_untouched(old)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("snapshot/communes.parquet", "python -m etl snapshot"),
        ("snapshot/population_history.parquet", "Remettez ce fichier en place"),
        ("reference/cpts.csv", "Remettez ce fichier en place"),
    ],
)
def test_a_missing_file_is_told(build, data, old, name, remedy):
    snapshot = data / "snapshot"
    files = list(snapshot.resolve().iterdir())
    snapshot.unlink()
    snapshot.mkdir()
    for path in files:
        (snapshot / path.name).symlink_to(path)
    (data / name).unlink()
    with pytest.raises(BuildError, match=rf"{Path(name).name} est introuvable.*{remedy}"):
        build("08")
    assert is_untouched(old)


def test_a_damaged_snapshot_names_its_source(build, data, old):
    snapshot = data / "snapshot"
    files = list(snapshot.resolve().iterdir())
    snapshot.unlink()
    snapshot.mkdir()
    for path in files:
        if path.name != "population_history.parquet":
            (snapshot / path.name).symlink_to(path)
    (snapshot / "population_history.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(BuildError, match=r"La source « Populations municipales .*population_history\.parquet"):
        build("08")
    assert is_untouched(old)


def test_a_promise_that_does_not_hold_stops_the_build(build, edit, few, old):
    edit(SITES, ALONE, lon="-61.5", lat="16.2")
    with pytest.raises(
        BuildError, match=r"^La base construite .* plus de 50 km de sa commune : site_id = act-08-ch-belair"
    ):
        build("08")
    assert is_untouched(old)


def test_an_unknown_departement_is_told(build, old):
    with pytest.raises(BuildError, match=r"^Département inconnu : 20, 8\. Écrivez son code"):
        build("08", "8", "20")
    assert is_untouched(old)


# -- what goes in comes out -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def changed(tmp_path_factory) -> Built:
    """Three départements, without the one beside the third, from lists that somebody changed."""
    folder = tmp_path_factory.mktemp("changed")
    data, (former, _) = lists_copied(folder), fetch_change()
    gestures = [
        (SITES, ALONE, {"nom": HOSTILE, "adresse": HOSTILE, "remarque": HOSTILE, "lon": "4,72", "lat": "49,77"}),
        (SITES, 0, {"code_commune": former}),
        (CPTS, 0, {"nom": HOSTILE, "alias": HOSTILE}),
        (PACA, 0, {"nom": HOSTILE}),
        (CLAIMS, 0, {"remarque": HOSTILE}),
    ]
    for name, row, cells in gestures:
        edited(data / "reference" / name, row, **cells)
    database, static = folder / "maillage.duckdb", folder / "static"
    return Built(database, static, builder.build(database, data=data, static=static, departements=("08", "13", "59")))


def test_hostile_names_survive_unchanged(changed):
    assert fetch(changed.database, "SELECT name, address, note FROM site WHERE site_id = 'act-08-ch-belair'") == [
        (HOSTILE,) * 3
    ]
    assert fetch(
        changed.database, "SELECT name, aliases FROM cpts WHERE source_id = 'cpts' AND cpts_id LIKE '%luxembourg%'"
    ) == [(HOSTILE, [HOSTILE])]
    assert fetch(changed.database, "SELECT note FROM claim WHERE claim_id = 1") == [(HOSTILE,)]
    contours = json.loads(gzip.decompress((changed.contours / "cpts-13.json.gz").read_bytes()))
    assert HOSTILE in {feature["properties"]["n"] for feature in contours["features"]}


def test_a_former_code_is_followed(changed):
    _, today = fetch_change()
    assert fetch(changed.database, "SELECT commune_code, precision FROM site WHERE site_id = 'msp-08-carignan'") == [
        (today, "commune")
    ]


def fetch_change() -> tuple[str, str]:
    path = builder.ROOT / "data" / "snapshot" / "commune_changes.parquet"
    query = "SELECT old_code, new_code FROM read_parquet(?) WHERE new_code LIKE '08%' ORDER BY 1"
    return rows_of(query, str(path))[0]


def test_a_position_is_kept_and_its_precision_said(changed):
    assert fetch(changed.database, "SELECT lon, lat, precision FROM site WHERE site_id = 'act-08-ch-belair'") == [
        (4.72, 49.77, "adresse")
    ]


def test_a_site_known_only_to_its_departement_is_kept_and_not_placed(partial):
    rows = fetch(partial.database, "SELECT departement_code, lon, precision FROM site WHERE commune_code IS NULL")
    assert rows and all(departement and lon is None and precision is None for departement, lon, precision in rows)


# -- part of the country --------------------------------------------------------------------------------------------


def test_some_departements_only(partial):
    shares = [share for share, _ in partial.steps]
    assert shares == sorted(shares)
    assert (shares[0], partial.steps[-1]) == (0.0, (1.0, "Base construite"))
    with duckdb.connect(str(partial.database), read_only=True) as connection:
        assert builder.check(connection) == []
    assert fetch(partial.database, "SELECT code, name FROM territory WHERE level = 'departement' ORDER BY 1") == [
        ("08", "Ardennes"),
        ("13", "Bouches-du-Rhône"),
        ("62", "Pas-de-Calais"),
    ]
    # What is only there in part says so.
    names = [
        name for (name,) in fetch(partial.database, "SELECT name FROM territory WHERE level IN ('region', 'france')")
    ]
    regions = ("Grand Est", "Hauts-de-France", "Provence-Alpes-Côte d'Azur")
    assert sorted(names) == [f"{name} (partie)" for name in ("France", *regions)]
    assert fetch(partial.database, "SELECT count(*) FROM claim WHERE level = 'region'") == [(0,)]
    assert (partial.contours / "communes-62.json.gz").exists()


def test_a_perimeter_cut_by_the_choice_of_departements_is_partial(changed):
    assert dict(fetch(changed.database, "SELECT cpts_id, perimeter FROM cpts"))["cpts-62-beaumont-artois"] == "inconnu"


@pytest.fixture(scope="module")
def ardennes(tmp_path_factory) -> Built:
    """The Ardennes from the lists as they are, beside contours of builds that are no longer there."""
    folder = tmp_path_factory.mktemp("ardennes")
    database, static = folder / "maillage.duckdb", folder / "static"
    for age, name in enumerate(GONE):
        (static / "geo" / name).mkdir(parents=True)
        os.utime(static / "geo" / name, (1_600_000_000 - age, 1_600_000_000 - age))
    return Built(database, static, builder.build(database, static=static, departements=("08",)))


@pytest.fixture(scope="module")
def own(ardennes, tmp_path_factory) -> Built:
    """The Ardennes once more, as the atlas's own database, in place of a copy of the first."""
    folder = tmp_path_factory.mktemp("own")
    before = ardennes.copied(folder)
    for name in GONE:
        shutil.copytree(ardennes.static / "geo" / name, before.static / "geo" / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builder, "DATABASE", before.database)
        version = builder.build(before.database, static=before.static, departements=("08",))
    return Built(before.database, before.static, version)


def test_two_builds_of_the_same_inputs_say_the_same(ardennes, own):
    def content(built):
        return [
            fetch(
                built.database,
                f"SELECT * {'EXCLUDE (geometry)' if table == 'territory' else ''} FROM {table} ORDER BY ALL",
            )
            for table in (
                "territory",
                "site",
                "cpts",
                "cpts_commune",
                "access",
                "claim",
                "inventory",
                "indicator_scale",
                "source",
            )
        ]

    assert content(ardennes) == content(own)


# -- interrupted ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.4, 0.7, 0.9])
def test_an_error_in_the_middle_leaves_nothing_behind(build, few, old, tmp_path, share):
    collections, seen = gc.get_threshold(), set()

    def progress(step, done):
        seen.add(gc.get_threshold())
        if done >= share:
            raise RuntimeError(step)

    with pytest.raises(BuildError, match=r"^La construction s'est arrêtée à l'étape « .+ » : RuntimeError, ") as error:
        build("08", progress=progress)
    assert isinstance(error.value.__cause__, RuntimeError)
    assert gc.get_threshold() == collections and seen == {(50_000, 20, 20)}
    assert is_untouched(old)
    assert not list(tmp_path.glob("static/geo/*"))


# -- a version ------------------------------------------------------------------------------------------------------


def test_the_version_tells_when_and_from_what(partial, changed):
    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{8}", changed.version)
    assert changed.version[-8:] != partial.version[-8:]
    assert fetch(changed.database, "SELECT version, mode, cog_year FROM build") == [(changed.version, "embedded", 2026)]
    sums = [dict(fetch(built.database, "SELECT source_id, sha256 FROM source")) for built in (partial, changed)]
    differing = {source_id for source_id in sums[0] if sums[0][source_id] != sums[1][source_id]}
    assert differing == {"structures", "cpts", "cpts_paca", "declarations"}


def test_every_source_is_recorded_with_its_checksum(partial):
    rows = fetch(partial.database, 'SELECT source_id, sha256, "rows" FROM source')
    embedded = {module.SOURCE.source_id for module in builder.SOURCES if module.SOURCE.files}
    assert {row[0] for row in rows} == embedded
    shipped = fetch(partial.database, "SELECT source_id FROM intake WHERE outcome = 'embarquee' AND sentence IS NULL")
    assert {source_id for (source_id,) in shipped} == embedded
    assert all(re.fullmatch("[0-9a-f]{64}", sha) and count > 0 for _, sha, count in rows)


def test_only_the_atlas_own_database_lets_old_contours_go(ardennes, own):
    assert {path.name for path in (ardennes.static / "geo").iterdir()} == {ardennes.version, *GONE}
    # Those of the build that was there go with it when it goes; the newest of the others may belong to a build under way.
    names = {path.name for path in (own.static / "geo").iterdir()}
    assert names == {own.version, ardennes.version, GONE[0]}
