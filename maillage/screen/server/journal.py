"""The journal of the service: a line of JSON an event, and nothing of who visits: no address, no browser, no text typed."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[3]
SERVED = ("streamlit", "uvicorn", "websockets", "asyncio", "fontTools")
LOG = logging.getLogger("maillage")


class JsonLine(logging.Formatter):
    """One event as a line of JSON. Of an exception: its kind and where it rose. Its words may quote what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= what_rose(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def what_rose(error: BaseException) -> dict:
    """The kind of an exception and the lines it came through, ours and others'."""
    frames = traceback.extract_tb(error.__traceback__)
    return {"exception": type(error).__name__, "trace": [f"{_short(f.filename)}:{f.lineno} {f.name}" for f in frames]}


def _short(path: str) -> str:
    return Path(path).relative_to(ROOT).as_posix() if Path(path).is_relative_to(ROOT) else Path(path).name


def event(name: str, level: int = logging.INFO, **fields) -> None:
    """Write an event with its fields."""
    LOG.log(level, name, extra={"fields": fields})


def install(stream=None) -> None:
    """Everything that logs writes such lines, on the standard error. To be called again once libraries made their loggers."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("fontTools")  # its parts come with the first document, and tell each table of a typeface
    for name, logger in list(root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and name.split(".")[0] in SERVED:
            logger.handlers, logger.propagate = [], True
            # At INFO, servers write the address of each visitor.
            logger.setLevel(logging.WARNING)
    # What is kept for all is first asked for by nobody.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
