import io
import json
import logging

import pytest

from maillage.screen.server import journal


@pytest.fixture
def written():
    """What the journal writes, as it writes it; other tests find their loggers as they were."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers, root.level
    loggers = {
        name: (logger.handlers, logger.propagate, logger.level)
        for name, logger in root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger)
    }
    journal.install(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = before
    for name, (handlers, propagate, level) in loggers.items():
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_an_event_is_a_line_with_its_fields(written):
    journal.event("ready", build="20260101", seconds=1.5)
    (line,) = written()
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "maillage",
        "event": "ready",
        "build": "20260101",
        "seconds": 1.5,
    }


def test_an_exception_says_where_and_never_what_was_typed(written):
    def read(text):
        raise ValueError(f"not a commune: {text}")

    try:
        read("Madame Untel, 08000")
    except ValueError as error:
        logging.getLogger("streamlit.error_util").error("Uncaught app execution", exc_info=error)
    (line,) = written()
    assert line["exception"] == "ValueError" and line["trace"][-1].endswith(" read")
    assert line["trace"][-1].startswith("tests/maillage/screen/server/test_journal.py:")
    assert "Untel" not in json.dumps(line)


def test_servers_do_not_write_who_comes(written):
    for name in ("uvicorn.error", "uvicorn.access", "websockets.server"):
        logging.getLogger(name)
    journal.install(io.StringIO())
    for name in ("uvicorn.error", "uvicorn.access", "websockets.server"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
    assert logging.getLogger("maillage").isEnabledFor(logging.INFO)


def test_a_typeface_cut_says_nothing_of_its_tables(written):
    logging.getLogger("fontTools.subset").info("GSUB pruned")
    logging.getLogger("fontTools.subset").warning("no such glyph")
    assert [line["event"] for line in written()] == ["no such glyph"]
