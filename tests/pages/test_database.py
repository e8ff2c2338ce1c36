"""Every page when the database is missing, broken or of another age: a sentence, never a traceback."""

import functools
import os
from pathlib import Path

import duckdb
import pytest

from maillage.screen import frame, questions
from maillage.warehouse import SCHEMA_VERSION

PAGES = ["app.py", "pages/donnees.py"]
pytestmark = pytest.mark.parametrize("page", PAGES)


def refused(at):
    (error,) = at.error
    assert not at.get("component_instance") and not at.tabs
    assert error.value.endswith(".") and "Traceback" not in error.value and "Error" not in error.value
    return error.value


def test_a_missing_database_is_built_first(open_page, other_database, monkeypatch, tmp_path, database, page):
    path = other_database(tmp_path / "maillage.duckdb")
    built = []

    def build():
        built.append(page)
        path.symlink_to(database)

    monkeypatch.setattr(frame, "first_build", build)
    at = open_page(page)
    assert built == [page]
    assert not at.error and (at.get("component_instance") or at.tabs)


BUILDER = """
import os, sys
print("0.5\\tDes territoires", flush=True)
{end}
"""


@pytest.fixture
def builder(monkeypatch, tmp_path, other_database, database):
    """A program in place of the build, which ends as asked."""

    def write(end):
        root = tmp_path / "root"
        (root / "etl").mkdir(parents=True)
        (root / "etl" / "__init__.py").touch()
        (root / "etl" / "__main__.py").write_text(BUILDER.format(end=end))
        (root / "maillage").mkdir()
        for own in ("static", "maillage/views"):
            (root / own).symlink_to(questions.ROOT / own)
        monkeypatch.setattr(questions, "ROOT", root)
        return other_database(tmp_path / "maillage.duckdb")

    return write


def test_the_first_build_shows_the_page_when_it_is_done(open_page, builder, database, page):
    builder(f"os.symlink({str(database)!r}, sys.argv[sys.argv.index('--output') + 1])")
    at = open_page(page)
    assert not at.error and (at.get("component_instance") or at.tabs)


def test_a_first_build_that_fails_says_why(open_page, builder, page):
    builder('sys.exit("structures.csv, ligne 12 : statut « ouvet » inconnu. Corrigez-le.")')
    assert refused(open_page(page)) == "structures.csv, ligne 12 : statut « ouvet » inconnu. Corrigez-le."


def test_a_first_build_that_dies_silently_is_said_too(open_page, builder, page):
    builder("sys.exit(3)")
    assert "construite" in refused(open_page(page))


@pytest.mark.parametrize("content", [b"", b"code;nom\n08;Ardennes\n"], ids=["empty", "text"])
def test_a_file_that_is_no_database(open_page, other_database, tmp_path, page, content):
    other_database(tmp_path / "maillage.duckdb").write_bytes(content)
    assert "doit la reconstruire" in refused(open_page(page))


@pytest.fixture(scope="module")
def truncated(database, tmp_path_factory):
    """A function to a base of which this share is left, written once for all pages."""

    @functools.cache
    def left(kept: float) -> Path:
        path = tmp_path_factory.mktemp("truncated") / "maillage.duckdb"
        with database.open("rb") as whole, path.open("wb") as part:
            os.sendfile(part.fileno(), whole.fileno(), 0, int(database.stat().st_size * kept))
        return path

    return left


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.5, 0.8])
def test_a_truncated_database(open_page, other_database, truncated, page, kept):
    other_database(truncated(kept))
    at = open_page(page)
    # What a page needs, or its first part, may be in what is left: then it is shown, and a sentence ends it.
    assert at.error or at.tabs or at.get("component_instance")
    assert all("doit la reconstruire" in error.value and "Traceback" not in error.value for error in at.error)


def test_another_schema(open_page, other_database, tmp_path, page):
    with duckdb.connect(str(other_database(tmp_path / "maillage.duckdb"))) as connection:
        connection.execute("CREATE TABLE build AS SELECT 'v' AS version, ? AS schema_version", [SCHEMA_VERSION + 1])
    sentence = refused(open_page(page))
    assert str(SCHEMA_VERSION + 1) in sentence and "doit la reconstruire" in sentence


def test_a_database_of_something_else(open_page, other_database, tmp_path, page):
    with duckdb.connect(str(other_database(tmp_path / "maillage.duckdb"))) as connection:
        connection.execute("CREATE TABLE invoices (total INTEGER)")
    assert "doit la reconstruire" in refused(open_page(page))


def test_a_database_without_its_contours(open_page, monkeypatch, tmp_path, page):
    (tmp_path / "maillage").mkdir()
    (tmp_path / "maillage" / "views").symlink_to(questions.ROOT / "maillage" / "views")
    monkeypatch.setattr(questions, "ROOT", tmp_path)
    at = open_page(page)
    if page == "app.py":
        assert "contours de cette base manquent" in refused(at)
    else:
        assert at.tabs and not at.error
