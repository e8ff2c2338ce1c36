"""What is said of the state of the atlas; tests/maillage/screen/server/test_command.py serves it."""

import asyncio
import socket

import duckdb
import pytest
from streamlit.web.server.app_discovery import discover_asgi_app

from maillage.exports import offline
from maillage.screen import questions
from maillage.screen.server import application
from maillage.screen.server.headers import inline_scripts
from maillage.screen.server.rehearsal import CPTS, TERRITORY
from maillage.settings import SECRECY
from maillage.views import html
from maillage.warehouse import SCHEMA_VERSION


@pytest.fixture
def other(monkeypatch, tmp_path):
    """The atlas looks for its database and its contours in an empty folder."""
    monkeypatch.setattr(questions, "DATABASE", tmp_path / "maillage.duckdb")
    monkeypatch.setattr(questions, "ROOT", tmp_path)
    monkeypatch.setenv(SECRECY, "0")  # the small base has no figure to withhold
    questions.warehouse.clear()
    yield tmp_path
    questions.warehouse.clear()


def put(folder, schema=SCHEMA_VERSION, contours=True):
    with duckdb.connect(str(folder / "maillage.duckdb")) as connection:
        connection.execute("CREATE TABLE build AS SELECT 'one' AS version, ? AS schema_version", [schema])
    if contours:
        (folder / "static" / "geo" / "one").mkdir(parents=True)


def test_ready_when_the_base_is_open_its_schema_ours_and_its_contours_published(other):
    assert application.why_not_ready() == "La base de données n'existe pas encore."
    assert application.build_in_place() is None
    put(other)
    assert application.why_not_ready() is None and application.build_in_place() == "one"


def test_not_ready_with_another_schema(other):
    put(other, schema=SCHEMA_VERSION + 1)
    assert f"version {SCHEMA_VERSION + 1}" in application.why_not_ready()
    assert application.build_in_place() is None


def test_not_ready_with_a_file_that_is_no_base(other):
    (other / "maillage.duckdb").write_text("code;nom\n")
    assert "doit la reconstruire" in application.why_not_ready()


def test_not_ready_without_contours(other):
    put(other, contours=False)
    assert application.why_not_ready() == questions.NO_CONTOURS


def test_every_inline_script_of_ours_is_named():
    scripts = application.page_scripts()
    assert offline.script() in scripts
    assert not any("stSidebarCollapseButton" in script for script in scripts)  # a file: « self » allows it
    assert any("prerenderReady" in script for script in scripts)  # Streamlit's own
    assert any("aria-sort" in script for script in scripts)  # « Comparer »
    for name in ("ceremony.js", "compare.js", "spine.js", "timeline.js"):  # letter for letter, as pages write them
        assert [script in scripts for script in inline_scripts(html.script(name))] == [True], name


def test_a_new_build_is_rehearsed_and_one_that_is_no_use_is_said(other, monkeypatch):
    events, looks, look = [], [], application.build_in_place

    def build_in_place():
        looks.append(look())
        return looks[-1]

    async def rehearse(name, foreseen):
        events.append((name, look()))

    async def until(count, things):
        async with asyncio.timeout(60):
            while len(things) < count:
                await asyncio.sleep(0.01)

    async def scenario():
        watching = asyncio.create_task(application.watch(application.Foreseen("", leaflet=True)))
        await until(1, looks)
        put(other)
        await until(1, events)
        (other / "maillage.duckdb").unlink()
        await until(2, events)
        await until(len(looks) + 3, looks)  # said once
        watching.cancel()

    monkeypatch.setattr(application, "build_in_place", build_in_place)
    monkeypatch.setattr(application, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(application, "rehearse", rehearse)
    monkeypatch.setattr(application.journal, "event", lambda name, **fields: events.append((name, fields["reason"])))
    asyncio.run(scenario())
    assert events == [("new build", "one"), ("no build", "La base de données n'existe pas encore.")]


def test_some_places_are_there_to_warm_the_pages_with(database):
    places = application.some_places()
    assert places[TERRITORY].startswith("departement-") and places[CPTS].startswith("cpts-")


def test_streamlit_finds_the_whole_application_in_app_py():
    application_there = discover_asgi_app(application.questions.ROOT / "app.py")
    assert application_there.import_string == "app:app"


def test_what_a_loop_listens_to_sends_at_once():
    async def accepted() -> int:
        loop, options = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
        application.prompt(loop)

        class Visitor(asyncio.Protocol):
            def connection_made(self, transport):
                line = transport.get_extra_info("socket")
                options.set_result(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

        with socket.socket() as door:  # of no named protocol, as that of streamlit run: asyncio leaves it as it is
            door.bind(("127.0.0.1", 0))
            async with await loop.create_server(Visitor, sock=door):
                _, writer = await asyncio.open_connection(*door.getsockname())
                writer.close()
                return await options

    assert asyncio.run(accepted()) != 0
