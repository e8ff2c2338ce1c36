"""Builds that are kept: a swap in one step, the last five, the way back, and readers who notice nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import duckdb
import pytest

from etl import build as builder
from etl.history import builds
from etl.source import BuildError
from maillage.catalog import SCHEMA_VERSION
from maillage.warehouse import Warehouse
from tests.etl.schema import schema


def version(number: int) -> str:
    return f"20260101-{number:06}-{number:08x}"


@cache
def small() -> bytes:
    """A small built file, with the tables that readers ask: three rows of each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(schema())
            builder.fill_catalog(connection)
            connection.execute("INSERT INTO build VALUES ('', '2026-01-01', 'embedded', 2026, 'test', 0, NULL)")
            connection.execute("INSERT INTO source VALUES ('s', '', 'p', 'p', 'l', '2026', NULL, NULL, NULL, NULL)")
            connection.execute(
                """
                INSERT INTO site (site_id, type, name, status, departement_code, citation, source_id)
                SELECT 'site-' || n, 'MSP', '-', 'ouvert', '08', 'c', 's' FROM range(3) t(n)
                """
            )
        return path.read_bytes()


@cache
def numbered(number: int, schema: int) -> bytes:
    """The same, where everything says which build it is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.duckdb"
        path.write_bytes(small())
        with duckdb.connect(str(path)) as connection:
            connection.execute("UPDATE build SET version = ?, schema_version = ?", [version(number), schema])
            connection.execute("UPDATE source SET title = ?", [version(number)])
            connection.execute("UPDATE site SET name = ?", [version(number)])
        return path.read_bytes()


def make(path: Path, number: int, schema: int = SCHEMA_VERSION) -> Path:
    """A small built file; everything in it says which build it is."""
    path.write_bytes(numbered(number, schema))
    return path


@pytest.fixture
def database(tmp_path) -> Path:
    """Where the atlas looks; nothing is there yet."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "maillage.duckdb"


@pytest.fixture
def static(tmp_path) -> Path:
    return tmp_path / "static"


def install(database: Path, number: int, keep: bool = True, **options) -> None:
    """What the end of a build does."""
    draft = make(database.with_name(f".maillage.duckdb.{os.getpid()}"), number, **options)
    builds.install(draft, database, version(number), keep=keep)
    if keep:
        builds.prune(builds.folder_of(database), version(number))


def in_place(database: Path) -> str:
    return builds.identity(database).version


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# -- keeping --------------------------------------------------------------------------------------------------------


def test_the_last_five_are_kept_and_the_one_in_place_costs_nothing_twice(database):
    for number in range(1, 8):
        install(database, number)
        assert in_place(database) == version(number)
        assert os.path.samefile(database, builds.folder_of(database) / f"{version(number)}.duckdb")
    assert names(builds.folder_of(database)) == {f"{version(number)}.duckdb" for number in range(3, 8)}
    assert names(database.parent) == {"maillage.duckdb", "builds"}


def test_a_build_made_before_builds_were_kept_is_kept_when_it_is_replaced(database):
    make(database, 1)
    install(database, 2)
    assert builds.versions(builds.folder_of(database)) == [version(2), version(1)]


@pytest.mark.parametrize("content", [b"", b"the database of yesterday"], ids=["empty", "text"])
def test_what_is_no_database_is_replaced_and_not_kept(database, content):
    database.write_bytes(content)
    install(database, 2)
    assert in_place(database) == version(2)
    assert builds.versions(builds.folder_of(database)) == [version(2)]


def test_elsewhere_nothing_is_kept(database):
    install(database, 1, keep=False)
    install(database, 2, keep=False)
    assert names(database.parent) == {"maillage.duckdb"} and in_place(database) == version(2)


def test_a_disk_without_second_names_has_copies(database, static, monkeypatch):
    def refused(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    for number in (1, 2):
        install(database, number)
    kept = builds.folder_of(database) / f"{version(2)}.duckdb"
    assert kept.read_bytes() == database.read_bytes() and not os.path.samefile(kept, database)
    (static / "geo" / version(1)).mkdir(parents=True)
    assert builds.rollback(database, static) == version(1) == in_place(database)
    assert names(database.parent) == {"maillage.duckdb", "builds"}
    assert len(names(builds.folder_of(database))) == 2


def test_a_kept_build_that_cannot_be_written_leaves_the_one_in_place(database, monkeypatch):
    install(database, 1)
    before = database.read_bytes()

    def refused(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr(shutil, "copyfile", refused)
    with pytest.raises(OSError, match="No space"):
        install(database, 2)
    assert database.read_bytes() == before
    assert builds.versions(builds.folder_of(database)) == [version(1)]


def test_the_build_in_place_stays_however_old(database, static):
    for number in range(1, 6):
        install(database, number)
        (static / "geo" / version(number)).mkdir(parents=True)
    for _ in range(4):
        builds.rollback(database, static)
    assert in_place(database) == version(1)
    stay = builds.prune(builds.folder_of(database), version(1))
    assert stay == {version(number) for number in range(1, 6)} == set(builds.versions(builds.folder_of(database)))


def test_what_is_half_written_is_no_build(database):
    install(database, 1)
    folder = builds.folder_of(database)
    (folder / f".{version(2)}.duckdb.123456").write_bytes(b"half")
    (folder / "notes.duckdb").write_bytes(b"")
    assert builds.versions(folder) == [version(1)]


# -- going back -----------------------------------------------------------------------------------------------------


@pytest.fixture
def three(database, static) -> Path:
    for number in (1, 2, 3):
        install(database, number)
        (static / "geo" / version(number)).mkdir(parents=True)
    return database


def test_a_rollback_goes_one_build_back_and_another_one_further(three, static):
    assert builds.rollback(three, static) == version(2) == in_place(three)
    assert builds.rollback(three, static) == version(1) == in_place(three)
    with pytest.raises(
        BuildError, match=rf"^Aucune construction antérieure à {version(1)} .* rien n'a été remplacé\.$"
    ):
        builds.rollback(three, static)
    assert in_place(three) == version(1)
    assert builds.versions(builds.folder_of(three)) == [version(3), version(2), version(1)]


def test_without_kept_builds_there_is_no_way_back(database, static):
    make(database, 1)
    with pytest.raises(BuildError, match="rien n'a été remplacé"):
        builds.rollback(database, static)
    assert in_place(database) == version(1)


def test_a_damaged_build_is_passed_over_with_a_word(three, static):
    middle = builds.folder_of(three) / f"{version(2)}.duckdb"
    middle.write_bytes(middle.read_bytes()[:5000])
    sentences = []
    assert builds.rollback(three, static, sentences.append) == version(1)
    assert sentences == [f"La construction {version(2)} est laissée de côté : son fichier est illisible."]


def test_a_build_damaged_in_its_rows_is_passed_over(partial, database, static):
    install(database, 1)
    (static / "geo" / version(1)).mkdir(parents=True)
    database.unlink()
    content = bytearray(partial.database.read_bytes())
    for start in range(len(content) // 5, 4 * len(content) // 5, 100_000):
        content[start : start + 8] = b"########"
    (builds.folder_of(database) / f"{partial.version}.duckdb").write_bytes(content)
    sentences = []
    assert builds.rollback(database, static, sentences.append) == version(1)
    assert sentences == [f"La construction {partial.version} est laissée de côté : son fichier est abîmé."]


def test_a_build_of_another_schema_or_under_a_false_name_is_passed_over(three, static):
    folder = builds.folder_of(three)
    (folder / f"{version(2)}.duckdb").unlink()
    make(folder / f"{version(2)}.duckdb", 2, schema=SCHEMA_VERSION - 1)
    shutil.copyfile(three, folder / "20260101-000002-ffffffff.duckdb")
    sentences = []
    assert builds.rollback(three, static, sentences.append) == version(1)
    assert f"suit le schéma {SCHEMA_VERSION - 1}" in sentences[1] and "illisible" in sentences[0]


@pytest.mark.parametrize("loss", ["absent", "damaged"])
def test_a_lost_database_comes_back_from_the_newest_kept(three, static, loss):
    three.unlink()
    if loss == "damaged":
        three.write_bytes(b"no longer a database")
    assert builds.rollback(three, static) == version(3) == in_place(three)


def test_contours_that_were_lost_are_drawn_again(partial, database, static):
    folder = builds.folder_of(database)
    folder.mkdir()
    shutil.copyfile(partial.database, folder / f"{partial.version}.duckdb")
    assert builds.rollback(database, static) == partial.version
    again = static / "geo" / partial.version
    assert names(again) == names(partial.contours)
    assert (again / "communes-08.json.gz").read_bytes() == (partial.contours / "communes-08.json.gz").read_bytes()


def test_a_build_is_found_by_its_path_its_version_or_its_beginning(three):
    folder = builds.folder_of(three)
    assert builds.locate(str(three), three) == three
    assert builds.locate(version(2), three) == folder / f"{version(2)}.duckdb"
    assert builds.locate("20260101-000003", three) == folder / f"{version(3)}.duckdb"
    with pytest.raises(BuildError, match="désigne plusieurs constructions"):
        builds.locate("20260101", three)
    with pytest.raises(BuildError, match=f"Constructions gardées : {version(3)}, {version(2)}"):
        builds.locate("1999", three)


# -- the atlas's own builds -----------------------------------------------------------------------------------------


def test_a_build_of_the_atlas_keeps_its_forebears_their_contours_and_can_be_undone(
    few, partial, build, monkeypatch, tmp_path, edit
):
    monkeypatch.setattr(builder, "DATABASE", tmp_path / "out" / "maillage.duckdb")
    monkeypatch.setattr(builds, "KEPT", 2)
    made = [partial.copied(tmp_path)]
    for turn in range(2):
        edit("structures.csv", 0, remarque=f"tour {turn}")
        made.append(build("08"))
    own = made[-1].database
    first, second, third = (each.version for each in made)
    assert builds.versions(builds.folder_of(own)) == [third, second]
    assert {first, second, third} >= names(made[-1].static / "geo") >= {second, third}
    with duckdb.connect(str(own), read_only=True) as connection:
        assert connection.execute("SELECT previous_version FROM build").fetchall() == [(second,)]
    assert builds.rollback(own, made[-1].static) == second == in_place(own)


# -- readers --------------------------------------------------------------------------------------------------------

READER = """
import sys, time
from pathlib import Path
from maillage.warehouse import Warehouse

database, last = Path(sys.argv[1]), sys.argv[2]
warehouse, seen = Warehouse(database), 0
print("ready", flush=True)
while True:
    edition = warehouse.edition()
    first = edition.answer(lambda c: c.execute("SELECT version FROM build").fetchone()[0])
    second = edition.answer(lambda c: c.execute("SELECT DISTINCT name FROM site").fetchall())
    third = edition.answer(lambda c: c.execute("SELECT title, count(*) FROM source, site GROUP BY ALL").fetchall())
    assert second == [(first,)] and third == [(first, 3)] and edition.version == first, (first, second, third)
    seen += 1
    if first == last:
        break
    time.sleep(0.02)
print(seen)
"""


def agree(edition) -> str:
    """Two questions of one edition, answered by one build."""
    asked = "SELECT version FROM build", "SELECT DISTINCT name FROM site", "SELECT title FROM source"
    answers = {edition.answer(lambda cursor, query=query: cursor.execute(query).fetchall()[0][0]) for query in asked}
    assert answers == {edition.version}
    return edition.version


def test_eight_readers_during_twenty_swaps_and_a_way_back(database, static):
    install(database, 0)
    warehouse, done, answered = Warehouse(database), threading.Event(), threading.Semaphore(0)

    def read():
        seen = set()
        while not done.is_set():
            seen.add(agree(warehouse.edition()))
            answered.release()
            time.sleep(0.02)  # an edition is asked again and again, and the swap has its turn
        return seen

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read) for _ in range(8)]
        try:
            for number in range(1, 21):
                install(database, number)
                for _ in readers:
                    assert answered.acquire(timeout=60)
            (static / "geo" / version(19)).mkdir(parents=True)
            builds.rollback(database, static)
            assert agree(warehouse.edition()) == version(19)
        finally:
            done.set()
        seen = set().union(*(reader.result() for reader in readers))
    assert len(seen) > 10, "builds really changed under the readers"
    assert len(builds.versions(builds.folder_of(database))) == builds.KEPT


def test_reading_processes_during_twenty_swaps(database):
    install(database, 0)
    command = [sys.executable, "-c", READER, str(database), version(20)]
    readers = [
        subprocess.Popen(command, cwd=builder.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    try:
        for reader in readers:
            assert reader.stdout.readline() == "ready\n"
        for number in range(1, 21):
            install(database, number)
        for reader in readers:
            output, trouble = reader.communicate(timeout=120)
            assert reader.returncode == 0, trouble
            assert int(output) >= 1
    finally:
        for reader in readers:
            reader.kill()
