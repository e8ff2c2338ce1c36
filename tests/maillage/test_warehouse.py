"""The door to the database: what cannot be read is said in a sentence, and a new build is noticed."""

import functools
import os
import queue
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from maillage import warehouse as warehouses
from maillage.warehouse import LEAST_BYTES, REBUILD, SCHEMA_VERSION, Unavailable, Warehouse, weight


@dataclass(frozen=True)
class Holder:
    table: pd.DataFrame
    words: str
    others: list


@functools.cache
def content(version="one", schema=SCHEMA_VERSION, rows=3) -> bytes:
    """A tiny database of the right shape."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE TABLE build AS SELECT ? AS version, ? AS schema_version", [version, schema])
            connection.execute("CREATE TABLE number AS SELECT n, hash(n)::VARCHAR AS h FROM range(?) t(n)", [rows])
        return path.read_bytes()


def make(path, **options):
    path.write_bytes(content(**options))
    return path


def swap(path, **options):
    """Put another database in place as a build does: aside, then renamed."""
    make(path.with_name("draft.duckdb"), **options).replace(path)


def count(cursor):
    return cursor.execute("SELECT count(*) FROM number").fetchone()[0]


def sentence(path) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        Warehouse(path).cursor()
    words = str(caught.value)
    assert words[0].isupper() and words.endswith(".")
    assert "Error" not in words and "Exception" not in words
    return caught.value


def test_a_good_database_answers(tmp_path):
    warehouse = Warehouse(make(tmp_path / "a.duckdb"))
    assert warehouse.version == "one"
    assert count(warehouse.cursor()) == 3


def test_a_missing_database_says_so(tmp_path):
    assert sentence(tmp_path / "a.duckdb").missing


@pytest.mark.parametrize(
    "content", [b"", b"code;nom\r\n08;Ardennes\r\n", b"\x00" * 5000], ids=["empty", "text", "zeros"]
)
def test_a_file_that_is_no_database_is_refused(tmp_path, content):
    path = tmp_path / "a.duckdb"
    path.write_bytes(content)
    error = sentence(path)
    assert not error.missing
    assert str(error).endswith(REBUILD)


@pytest.mark.parametrize("kept", [0.01, 0.3, 0.6, 0.95])
def test_a_truncated_database_is_refused(tmp_path, kept):
    path = make(tmp_path / "a.duckdb", rows=200_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    error = sentence(path)
    assert not error.missing and str(error).endswith(REBUILD)


def test_a_database_that_breaks_where_it_is_read_is_refused_until_it_is_rebuilt(tmp_path):
    # What is missing is in the middle of a table: the file attaches, and the reading of its build succeeds.
    path = make(tmp_path / "a.duckdb", rows=200_000)
    whole = bytearray(path.read_bytes())
    third = len(whole) // 3
    whole[third : 2 * third] = bytes(third)
    path.write_bytes(whole)
    warehouse = Warehouse(path)
    assert warehouse.version == "one"
    with pytest.raises(Unavailable, match="doit la reconstruire"):
        warehouse.answer(lambda cursor: cursor.execute("SELECT max(h) FROM number").fetchone())
    swap(path, version="two", rows=4)
    assert warehouse.answer(count) == 4


def test_a_question_receives_its_cursor_and_its_arguments(tmp_path):
    warehouse = Warehouse(make(tmp_path / "a.duckdb"))
    assert warehouse.answer(lambda cursor, more: count(cursor) + more, 4) == 7


@pytest.mark.parametrize("schema", [SCHEMA_VERSION - 1, SCHEMA_VERSION + 1])
def test_another_schema_is_refused(tmp_path, schema):
    error = sentence(make(tmp_path / "a.duckdb", schema=schema))
    assert str(schema) in str(error) and str(SCHEMA_VERSION) in str(error)


@pytest.mark.parametrize(
    "build",
    ["SELECT 1", "CREATE TABLE build (version VARCHAR, schema_version INTEGER)", "CREATE TABLE build AS SELECT 1 AS v"],
    ids=["no build table", "empty build table", "other columns"],
)
def test_a_database_without_its_build_is_refused(tmp_path, build):
    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(build)
    assert "autre version" in str(sentence(path))


def test_a_name_with_a_quote_is_only_a_name(tmp_path):
    folder = tmp_path / "l'atlas'; DROP TABLE build"
    folder.mkdir()
    assert Warehouse(make(folder / "a.duckdb")).version == "one"


def test_nothing_can_be_written(tmp_path):
    cursor = Warehouse(make(tmp_path / "a.duckdb")).cursor()
    with pytest.raises(duckdb.Error):
        cursor.execute("DELETE FROM number")


def test_a_new_build_is_seen_by_the_next_cursor_and_not_by_an_open_one(tmp_path):
    path = make(tmp_path / "a.duckdb")
    warehouse = Warehouse(path)
    before = warehouse.cursor()
    swap(path, version="two", rows=5)
    assert warehouse.version == "two"
    assert count(warehouse.cursor()) == 5
    assert count(before) == 3


def test_a_database_that_comes_back_is_used(tmp_path):
    path = make(tmp_path / "a.duckdb")
    warehouse = Warehouse(path)
    whole = path.read_bytes()
    path.unlink()
    with pytest.raises(Unavailable):
        warehouse.cursor()
    broken = tmp_path / "broken"
    broken.write_bytes(whole[:5000])
    broken.replace(path)
    with pytest.raises(Unavailable):
        warehouse.cursor()
    swap(path, version="two", rows=4)
    assert count(warehouse.cursor()) == 4


def test_many_threads_ask_at_once_while_builds_change(tmp_path):
    path = make(tmp_path / "a.duckdb", version="1", rows=1)
    warehouse = Warehouse(path)

    def question(turn):
        if turn % 20 == 0:
            return None
        cursor = warehouse.cursor()
        return cursor.execute("SELECT (SELECT version FROM build)::INTEGER, count(*) FROM number").fetchone()

    with ThreadPoolExecutor(8) as pool:
        answers = []
        for version in range(2, 6):
            pending = [pool.submit(question, turn) for turn in range(1, 60)]
            swap(path, version=str(version), rows=version)
            answers += [future.result() for future in pending]
    # One build, one answer: never the version of one and the rows of another.
    assert all(version == rows for version, rows in filter(None, answers))
    assert count(warehouse.cursor()) == 5


def test_an_edition_keeps_its_build_its_cursors_and_the_bytes_of_its_file(tmp_path):
    path = make(tmp_path / "a.duckdb")
    warehouse = Warehouse(path)
    before, whole = warehouse.edition(), path.read_bytes()
    cursor = before.cursor()
    for turn in range(20):
        swap(path, version=str(turn), rows=turn)
        assert warehouse.edition().version == warehouse.version == str(turn)
    assert before.version == "one" and before.answer(count) == 3
    assert before.read_bytes() == whole
    del before
    assert count(cursor) == 3


def test_an_edition_is_the_same_until_the_next_build(tmp_path):
    warehouse = Warehouse(make(tmp_path / "a.duckdb"))
    assert warehouse.edition() is warehouse.edition()


def test_a_build_that_comes_back_is_another_edition(tmp_path):
    """What a rollback does: the file that was there before stands there again."""
    path, kept = make(tmp_path / "a.duckdb"), tmp_path / "kept.duckdb"
    os.link(path, kept)
    warehouse = Warehouse(path)
    first = warehouse.edition()
    swap(path, version="two", rows=5)
    assert warehouse.answer(count) == 5
    os.replace(kept, path)
    assert warehouse.version == "one" and warehouse.answer(count) == first.answer(count) == 3


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are listed in /proc")
def test_builds_that_nobody_reads_are_let_go(tmp_path):
    path = make(tmp_path / "a.duckdb")
    warehouse = Warehouse(path)
    edition = warehouse.edition()

    def opened():
        return [target for fd in Path("/proc/self/fd").iterdir() if str(tmp_path) in (target := readlink(fd))]

    for _ in range(20):
        swap(path, rows=50_000)
        assert warehouse.answer(lambda cursor: cursor.execute("SELECT max(h) FROM number").fetchone())
    # Each build is opened twice, by DuckDB and for its bytes: the one in place and the one that is held.
    assert 0 < len(opened()) <= 4
    del edition
    assert 0 < len(opened()) <= 2


def readlink(path: Path) -> str:
    try:
        return os.readlink(path)
    except FileNotFoundError:
        return ""


def test_eight_readers_and_twenty_swaps(tmp_path):
    path = make(tmp_path / "a.duckdb", version="0", rows=0)
    warehouse, done, answered = Warehouse(path), threading.Event(), queue.SimpleQueue()
    for turn in range(1, 21):  # beforehand: readers turn as fast as they can until the last
        content(version=str(turn), rows=turn)

    def read():
        seen = []
        while not done.is_set():
            edition = warehouse.edition()
            version = edition.answer(lambda cursor: cursor.execute("SELECT version FROM build").fetchone()[0])
            seen.append(int(version))
            assert edition.version == version == str(edition.answer(count))
            answered.put(int(version))
        return seen

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read) for _ in range(8)]
        for turn in range(1, 21):
            swap(path, version=str(turn), rows=turn)
            while answered.get(timeout=60) != turn:
                pass
        done.set()
        seen = [reader.result() for reader in readers]
    assert all(turns == sorted(turns) for turns in seen), "nobody goes back to an older build"
    assert {version for turns in seen for version in turns} >= set(range(1, 21)), "every build was read"


def test_a_mistake_in_a_question_is_not_taken_for_a_broken_file(tmp_path):
    warehouse = Warehouse(make(tmp_path / "a.duckdb"))
    with pytest.raises(duckdb.BinderException):
        warehouse.answer(lambda cursor: cursor.execute("SELECT nothing FROM number"))


def test_an_answer_weighs_what_it_holds():
    table = pd.DataFrame({"n": np.arange(1000), "value": np.zeros(1000), "name": ["commune"] * 1000})
    assert 16_000 <= weight(table) - LEAST_BYTES <= 16_000 + 600_000
    assert weight(Holder(table, "x" * 5000, [b"y" * 3000, None])) >= weight(table) + 8000
    assert weight(None) < weight({"a": np.zeros(1000)}) and weight(np.zeros(1000)) >= 8000


def test_a_long_answer_is_weighed_by_a_sample_of_it(monkeypatch):
    rows = tuple((f"{number:05}", 1.5) for number in range(50_000))
    weighed, whole = [], warehouses._bytes
    monkeypatch.setattr(warehouses, "_bytes", lambda part: (weighed.append(part), whole(part))[1])
    assert weight(rows) - LEAST_BYTES == 50_000 * 13 == weight(dict(rows)) - LEAST_BYTES
    assert len(weighed) < 5_000


def test_answers_are_let_go_before_they_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(warehouses, "ANSWERS_BYTES", 14 * LEAST_BYTES)
    ask = Warehouse(make(tmp_path / "a.duckdb")).edition().ask
    asked = []

    def computed(_, number, size):
        asked.append(number)
        return "x" * size

    for number in (1, 2, 1, 3, 1):
        ask.keep(computed, number, 3 * LEAST_BYTES)
    assert asked == [1, 2, 3]  # each is kept while there is room
    ask.keep(computed, 4, 6 * LEAST_BYTES)
    ask.keep(computed, 2, 3 * LEAST_BYTES)
    assert asked == [1, 2, 3, 4, 2]  # the longest unused went
    for _ in range(2):
        assert len(ask.keep(computed, 5, 20 * LEAST_BYTES)) == 20 * LEAST_BYTES
    assert asked[-2:] == [5, 5]  # what is too large is answered, and not kept
