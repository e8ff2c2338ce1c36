"""Answers of a router, each in a file named by the fingerprint of its question, with the day it came."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any


def path(folder: Path, question: str) -> Path:
    """Where the answer to a question is kept."""
    return folder / f"{hashlib.sha256(question.encode()).hexdigest()}.json"


def read(file: Path, field: str, is_whole: Callable[[Any], bool]) -> tuple[Any, str] | None:
    """What an answer says in a field, and its day; None when it is absent or damaged: it is asked again."""
    try:
        document = json.loads(file.read_bytes())
        value, day = document[field], date.fromisoformat(document["day"]).isoformat()
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return (value, day) if is_whole(value) else None


def write(file: Path, field: str, value: Any) -> tuple[Any, str]:
    """Keep an answer of today; a full disk costs the next run its time, not this one its answer."""
    day = date.today().isoformat()
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps({"day": day, field: value}, separators=(",", ":")), encoding="utf-8")
        os.replace(draft, file)
    except OSError:
        pass
    finally:
        with suppress(OSError):
            draft.unlink()
    return value, day
