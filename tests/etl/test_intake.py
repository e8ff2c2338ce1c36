"""Every source whole or not at all: the fresh file, else the last good one, else what was embedded."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import duckdb
import pytest

from etl import build as builder
from etl import intake, publish, report
from etl.intake import Live
from etl.network.cache import Cache, Fetched
from etl.source import BuildError, Inputs, Note, Remote, Source, SourceError, Tally
from etl.sources import SOURCES, cpts, geography, local_cpts, local_structures, populations, structures
from tests.etl import books
from tests.etl.local import one_gazetteer

FIRST, SECOND = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def empty():
    with duckdb.connect() as memory:
        memory.execute(builder.schema(comments=False))
        builder.fill_catalog(memory)
        yield memory


@pytest.fixture
def connection(empty):
    """A base with one row, forgotten with what a test adds to it; sources are taken in transactions of their own."""
    empty.execute("INSERT INTO commune_change VALUES ('embedded', 'row', NULL)")
    yield empty
    for table in ("intake_row", "intake", "staging.intake_row", "staging.intake", "staging.source", "commune_change"):
        empty.execute(f"DELETE FROM {table}")


@pytest.fixture
def cache(tmp_path) -> Cache:
    return Cache(tmp_path / "raw")


def source(**kind) -> Source:
    return Source("essai", "Essai", "Producteur", "page", "Licence Ouverte 2.0", "2026", **kind)


def remote() -> Source:
    return source(remote=Remote("https://example.fr/essai.json", "json"))


@pytest.fixture
def brought(cache):
    """A file in the cache, whose whole content is one word."""

    def bring(text: str, when=SECOND, outcome="nouveau", trouble="") -> Fetched:
        with cache.draft("essai") as draft:
            draft.write_text(text)
            sha256, url = intake.checksum([draft]), "https://example.fr/essai.json"
            fetched = cache.store("essai", draft, sha256=sha256, kind="json", url=url, name=f"{text}.json")
        return replace(fetched, retrieved_at=when, outcome=outcome, trouble=trouble)

    return bring


def load(connection, inputs) -> Tally:
    """Two rows, then whatever the file says: « good », « short », « bad », « ugly »."""
    text = inputs.fetched.read_text()
    connection.execute("INSERT INTO commune_change VALUES (?, 'a', NULL), (?, 'b', NULL)", [text, text])
    if text == "bad":
        raise SourceError("La source « Essai » n'a plus de colonne « nom ». Prévenez-nous.")
    if text == "ugly":
        connection.execute("SELECT nothing FROM nowhere")
    note = Note("ligne 3", "refuse", "commune inconnue", "Refusée : la commune « 00000 » n'existe pas.", name="X")
    return Tally(70 if text == "short" else 100, 99, (note,), vintage="octobre 2026")


def take(connection, module_source, live, loader=load):
    inputs = Inputs(builder.ROOT / "data")
    return intake.take(connection, SimpleNamespace(SOURCE=module_source, load=loader), inputs, live)


def content(connection) -> list[str]:
    return sorted({old for (old,) in connection.execute("SELECT old_code FROM commune_change").fetchall()})


def intake_of(connection) -> tuple:
    return connection.execute("SELECT outcome, sentence, rows_read, rows_kept FROM staging.intake").fetchone()


def test_a_fresh_file_is_loaded_and_told(connection, cache, brought):
    fetched = brought("good")
    assert take(connection, remote(), Live(cache, {"essai": fetched})) == fetched
    assert content(connection) == ["embedded", "good"]
    assert intake_of(connection) == ("nouvelle", None, 100, 99)
    row = connection.execute('SELECT vintage, retrieved_at::VARCHAR, sha256, "rows" FROM staging.source').fetchone()
    assert row == ("octobre 2026", "2026-11-20", fetched.sha256, 100)
    assert connection.execute("SELECT line, outcome, name FROM staging.intake_row").fetchall() == [
        ("ligne 3", "refuse", "X")
    ]


def test_a_file_that_did_not_change_says_so(connection, cache, brought):
    take(connection, remote(), Live(cache, {"essai": brought("good", outcome="inchange")}))
    assert intake_of(connection)[0] == "inchangee"


def test_without_live_a_remote_source_leaves_no_trace(connection):
    assert take(connection, remote(), None) is None
    assert content(connection) == ["embedded"]
    assert connection.execute("SELECT count(*) FROM staging.intake").fetchone() == (0,)


@pytest.mark.parametrize(
    ("text", "words"),
    [("bad", "n'a plus de colonne « nom »"), ("ugly", "(ugly.json) n'a pas pu être lue : CatalogException")],
)
def test_a_refused_file_leaves_no_row_and_the_last_good_one_serves(connection, cache, brought, text, words):
    good = brought("good", when=FIRST)
    cache.accept("essai", good, 100)
    used = take(connection, remote(), Live(cache, {"essai": brought(text)}))
    assert used.sha256 == good.sha256
    assert content(connection) == ["embedded", "good"]
    outcome, sentence, *_ = intake_of(connection)
    assert outcome == "perimee"
    assert words in sentence and "Le fichier du 01/10/2026 a servi." in sentence


@pytest.mark.parametrize("text", ["bad", "ugly"])
def test_a_refused_file_without_another_leaves_what_was_embedded(connection, cache, brought, text):
    assert take(connection, remote(), Live(cache, {"essai": brought(text)})) is None
    assert content(connection) == ["embedded"]
    assert intake_of(connection)[0] == "ecartee"
    assert connection.execute("SELECT count(*) FROM staging.source").fetchone() == (0,)


def test_a_full_disk_is_not_the_fault_of_a_file(connection, cache, brought):
    def full(connection, inputs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="space"):
        take(connection, remote(), Live(cache, {"essai": brought("good")}), full)


def test_far_fewer_rows_are_not_believed_unless_asked(connection, cache, brought):
    cache.accept("essai", brought("good", when=FIRST), 100)
    short = brought("short")
    take(connection, remote(), Live(cache, {"essai": short}))
    assert content(connection) == ["embedded", "good"]
    assert "n'a plus que 70 lignes, contre 100" in intake_of(connection)[1]
    assert "administrateur de l'atlas doit l'accepter" in intake_of(connection)[1]


def test_far_fewer_rows_are_believed_when_asked(connection, cache, brought):
    cache.accept("essai", brought("good", when=FIRST), 100)
    take(connection, remote(), Live(cache, {"essai": brought("short")}, frozenset({"essai"})))
    assert content(connection) == ["embedded", "short"]
    assert intake_of(connection)[:1] == ("nouvelle",)


def test_no_network_and_no_file_is_a_sentence(connection, cache):
    take(connection, remote(), Live(cache, {"essai": SourceError("example.fr ne répond pas. Réessayez.")}))
    assert content(connection) == ["embedded"]
    assert intake_of(connection)[:2] == ("absente", "example.fr ne répond pas. Réessayez.")


def test_a_stale_file_says_why_and_of_when(connection, cache, brought):
    stale = brought("good", when=FIRST, outcome="perime", trouble="Pas de réseau : fichier du 01/10/2026.")
    cache.accept("essai", stale, 100)
    take(connection, remote(), Live(cache, {"essai": stale}))
    assert intake_of(connection)[:2] == ("perimee", "Pas de réseau : fichier du 01/10/2026.")


def test_an_embedded_source_that_fails_stops_the_build(connection):
    with pytest.raises(BuildError, match="introuvable"):
        take(connection, source(files=("reference/nulle-part.csv",)), None)


# -- local lists ----------------------------------------------------------------------------------------------------


def take_local(connection, data, loader):
    module = SimpleNamespace(SOURCE=source(local="essai*.csv"), load=loader)
    return intake.take(connection, module, Inputs(data), None)


def test_no_local_list_is_nothing_to_tell(connection, tmp_path):
    take_local(connection, tmp_path, lambda *_: pytest.fail("loaded"))
    assert connection.execute("SELECT count(*) FROM staging.intake").fetchone() == (0,)


def test_a_local_list_is_loaded_or_set_aside(connection, tmp_path):
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "essai-08.csv").write_text("a")

    def refuse(connection, inputs):
        connection.execute("INSERT INTO commune_change VALUES ('x', 'y', NULL)")
        raise SourceError("essai-08.csv : pas de colonne « nom ».")

    take_local(connection, tmp_path, refuse)
    assert intake_of(connection)[:2] == ("ecartee", "essai-08.csv : pas de colonne « nom ».")
    assert content(connection) == ["embedded"]


# -- the report -----------------------------------------------------------------------------------------------------


def test_the_report_tells_what_is_stale_and_what_was_refused(connection, cache, brought):
    cache.accept("essai", brought("good", when=FIRST), 100)
    take(connection, remote(), Live(cache, {"essai": brought("bad")}))
    publish.intake(connection, [])
    stale, refused = report.troubles(connection)
    assert stale.startswith("PÉRIMÉE : La source « Essai »")
    assert refused.startswith("Essai : lignes refusées 1, douteuses 0")
    text = "\n".join(report.lines(connection, rows=True))
    assert "Essai : PÉRIMÉE ; 100 lignes lues, 99 gardées" in text
    assert "refusées : commune inconnue (1)" in text and "ligne 3 : Refusée" in text
    assert "ligne 3" not in "\n".join(report.lines(connection))


def test_what_nobody_reads_in_data_local_is_named_with_what_to_do(tmp_path):
    folder = tmp_path / "local"
    (folder / "2026").mkdir(parents=True)
    for name in (
        "notes.pdf",
        "divers.csv",
        "structures.csv",
        "router.toml",
        ".gitkeep",
        "~$structures.xlsx",
        "Périmètres.ods",
    ):
        (folder / name).write_text("a;b\n1;2\n", encoding="utf-8")
    notes = {note.file: note.sentence for note in intake.unread(tmp_path, SOURCES)}
    assert sorted(notes) == ["2026", "divers.csv", "notes.pdf"]
    assert all("n'a été lu par personne" in sentence for sentence in notes.values())
    assert (
        "structures…" in notes["divers.csv"] and "CSV" in notes["notes.pdf"] and "hors de tout dossier" in notes["2026"]
    )
    assert intake.unread(tmp_path / "nowhere", SOURCES) == []


def test_a_build_tells_files_that_nobody_read_in_its_report_and_its_last_line(build, data, monkeypatch):
    modules = (geography, populations, structures, local_structures, cpts, local_cpts)
    monkeypatch.setattr(builder, "SOURCES", modules)
    (data / "local").mkdir()
    (data / "local" / "divers.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    (data / "local" / "structures.csv").write_text("type;nom;commune\nPASS;A;Sedan\n", encoding="utf-8")
    (data / "local" / "structures_2.csv").write_text("nom\nA\n", encoding="utf-8")
    with one_gazetteer():
        database = build("08").database
    with duckdb.connect(str(database), read_only=True) as connection:
        assert report.unread(connection) == "Non lus dans data/local : divers.csv, structures_2.csv."
        assert "divers.csv, fichier : « divers.csv »" in "\n".join(report.lines(connection, rows=True))
        assert any("divers.csv" in sentence for sentence in report.troubles(connection))
        rows = connection.execute("SELECT file, outcome FROM intake_row WHERE source_id = 'jamais_lus'").fetchall()
    assert rows == [("divers.csv", "refuse")]


@pytest.fixture
def reading(data):
    """What a build of some départements tells of data/local, without what it goes on to compute."""
    with one_gazetteer(), duckdb.connect() as memory:

        def run(*departements: str) -> duckdb.DuckDBPyConnection:
            memory.execute(builder.schema(comments=False))
            builder.fill_catalog(memory)
            inputs = builder.read_inputs(memory, data, departements)
            _, outcomes = builder.bring(memory, (geography, structures, local_structures, cpts, local_cpts), inputs)
            intake.tell_unread(memory, data, SOURCES)
            publish.intake(memory, outcomes)
            return memory

        yield run


def test_files_that_stop_their_source_are_named_one_by_one(reading, data):
    (data / "local").mkdir()
    for name in ("structures.ods", "PASS_2026.xls", "périmètres.xlsx", "cpts.csv"):
        (data / "local" / name).write_text(
            "type;nom\nPASS;A\n" if name == "structures.ods" else "rien", encoding="utf-8"
        )
    connection = reading("08")
    assert report.unread(connection) == (
        "Non lus dans data/local : PASS_2026.xls, cpts.csv, périmètres.xlsx, structures.ods."
    )
    outcomes = connection.execute("SELECT DISTINCT outcome FROM intake WHERE source_id LIKE 'local_%'").fetchall()
    assert outcomes == [("ecartee",)]


def test_the_last_line_tells_sheets_left_and_rows_refused_or_doubtful(reading, data):
    head = ["type", "nom", "commune", "code_postal"]
    sheets = {
        "08": [head, ["PASS", "A", "Sedan", "08200"], ["PASS", "B", "Nulle-Part", ""], ["PASS", "C", "Sedan", "51100"]],
        "2019": [head, ["PASS", "D", "Givet", "08600"]],
    }
    (data / "local").mkdir()
    (data / "local" / "structures.xlsx").write_bytes(books.excel(sheets, hidden=["2019"]))
    assert report.unread(reading("08", "51")) == (
        "Feuilles laissées de côté : structures.xlsx, feuille « 2019 ». Lignes des listes : refusées 1, à vérifier 1."
    )
