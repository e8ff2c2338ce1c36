"""What was downloaded: files named after their content, and for each source the last one and the last good one.

    data/raw/objects/<sha256>.<kind>    never changed once in place
    data/raw/sources/<source_id>.json   which of them are the latest and the good one; replaced whole

A file gets its name once it is whole on the disk, and an index is written before the file it names can be removed, so a
process killed anywhere leaves a cache that opens. Raises OSError when the disk refuses.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from etl.history.drafts import discard, draft_of, sweep

NEW, SAME, STALE = "nouveau", "inchange", "perime"
_LOCK_SECONDS = 60  # held for the time of writing an index; longer, and something is wrong
_IN_USE_SECONDS = 3600  # another build may still be reading what it was given less than that ago


@dataclass(frozen=True)
class Fetched:
    """A file of a source, in the cache."""

    path: Path
    sha256: str
    retrieved_at: datetime  # UTC: the last time the server confirmed this content
    url: str
    name: str  # as its producer names it
    outcome: str  # nouveau: just downloaded; inchange: the server has nothing newer; perime: nobody could be asked
    trouble: str = ""  # why it is stale, a French sentence
    modified: str | None = None  # Last-Modified, as the server writes it


class Cache:
    """The folder data/raw. Several processes may use it at once."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._objects = folder / "objects"
        self._sources = folder / "sources"

    def latest(self, source_id: str) -> Fetched | None:
        """The last file downloaded, unless it is no longer what it was."""
        return self._fetched(self._index(source_id).get("latest"))

    def good(self, source_id: str) -> Fetched | None:
        """The last file that a build loaded without refusing it."""
        return self._fetched(self._index(source_id).get("good"))

    def good_rows(self, source_id: str) -> int | None:
        """How many rows that build read in it."""
        return self._index(source_id).get("good", {}).get("rows")

    def conditions(self, source_id: str, url: str) -> dict[str, str]:
        """The headers that ask a server for something newer than the latest file; none when it came from elsewhere."""
        entry = self._index(source_id).get("latest", {})
        if entry.get("url") != url or not self.latest(source_id):
            return {}
        headers = {"If-None-Match": entry.get("etag"), "If-Modified-Since": entry.get("last_modified")}
        return {name: value for name, value in headers.items() if value}

    @contextmanager
    def draft(self, source_id: str) -> Iterator[Path]:
        """Where to write a file that is coming; what is still there afterwards is removed, and what the dead left too."""
        self._objects.mkdir(parents=True, exist_ok=True)
        sweep(self._objects)
        path = draft_of(self._objects / f"{source_id}-{secrets.token_hex(4)}")
        try:
            yield path
        finally:
            discard(path)

    def store(
        self,
        source_id: str,
        draft: Path,
        *,
        sha256: str,
        kind: str,
        url: str,
        name: str,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Fetched:
        """Put a whole and verified draft in place, as the latest file of its source."""
        entry = {
            "object": f"{sha256}.{kind}",
            "url": url,
            "name": name,
            "retrieved_at": _now(),
            "etag": etag,
            "last_modified": last_modified,
        }
        with open(draft, "rb+") as file:
            os.fsync(file.fileno())
        with self._lock():
            before = self._index(source_id)
            os.replace(draft, self._objects / entry["object"])
            same = before.get("latest", {}).get("object") == entry["object"]
            self._write(source_id, _confirmed(before, entry) | {"latest": entry})
        return self._at(entry, SAME if same else NEW)

    def confirm(self, source_id: str, *, url: str, name: str) -> Fetched | None:
        """The server says that the latest file is still the one; None when it is gone."""
        with self._lock():
            index = self._index(source_id)
            if self._fetched(index.get("latest")) is None:
                return None
            entry = index["latest"] | {"url": url, "name": name, "retrieved_at": _now()}
            self._write(source_id, _confirmed(index, entry) | {"latest": entry})
        return self._at(entry)

    def accept(self, source_id: str, fetched: Fetched, rows: int) -> None:
        """A build loaded this file, with so many rows, and was put in place."""
        with self._lock():
            entry = {
                "object": fetched.path.name,
                "url": fetched.url,
                "name": fetched.name,
                "retrieved_at": fetched.retrieved_at.isoformat(),
                "rows": rows,
            }
            self._write(source_id, self._index(source_id) | {"good": entry})

    def prune(self, in_use_s: float = _IN_USE_SECONDS) -> None:
        """Remove the files that are neither the latest nor the good one of a source, unless just used, and dead drafts."""
        if not self._objects.exists():
            return
        with self._lock():
            indexes = [self._index(path.stem) for path in self._sources.glob("*.json")]
            if not all(indexes):
                return  # somebody spoiled one: nobody knows what it kept
            kept = {entry["object"] for index in indexes for entry in index.values()}
            for path in self._objects.glob("[!.]*"):
                if path.name not in kept and path.stat().st_mtime <= time.time() - in_use_s:
                    path.unlink()
        for folder in (self._objects, self._sources):
            sweep(folder)

    def _lock(self) -> FileLock:
        self._sources.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / ".lock", timeout=_LOCK_SECONDS)

    def _index(self, source_id: str) -> dict[str, dict]:
        """`latest` and `good` of a source: none when nothing was written, or nothing of ours."""
        try:
            index = json.loads((self._sources / f"{source_id}.json").read_bytes())
            return {key: index[key] for key in ("latest", "good") if _is_entry(index.get(key))}
        except (OSError, ValueError, AttributeError):
            return {}

    def _write(self, source_id: str, index: dict[str, dict]) -> None:
        path = self._sources / f"{source_id}.json"
        draft = draft_of(path)
        try:
            with open(draft, "w", encoding="utf-8") as file:
                json.dump(index, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        finally:
            discard(draft)

    def _fetched(self, entry: dict | None) -> Fetched | None:
        """The file an index speaks of, unless it is gone or no longer has its content."""
        if entry is None:
            return None
        fetched = self._at(entry)
        try:
            intact = digest(fetched.path) == fetched.sha256
        except OSError:
            return None
        with suppress(OSError):
            os.utime(fetched.path)  # in use: see prune
        return fetched if intact else None

    def _at(self, entry: dict, outcome: str = SAME) -> Fetched:
        name = entry["object"]
        retrieved_at = datetime.fromisoformat(entry["retrieved_at"])
        return Fetched(
            self._objects / name,
            name.partition(".")[0],
            retrieved_at,
            entry["url"],
            entry["name"],
            outcome,
            modified=entry.get("last_modified"),
        )


def digest(path: Path, algorithm: str = "sha256") -> str:
    """The digest of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _confirmed(index: dict[str, dict], entry: dict) -> dict[str, dict]:
    """The index, its good file as fresh as `entry` when it is the same."""
    good = index.get("good")
    if not good or good["object"] != entry["object"]:
        return index
    return index | {"good": good | {"retrieved_at": entry["retrieved_at"]}}


def _is_entry(entry: object) -> bool:
    """Whether somebody's hand spoiled an index."""
    try:
        datetime.fromisoformat(entry["retrieved_at"])
        return all(isinstance(entry[key], str) for key in ("object", "url", "name")) and "/" not in entry["object"]
    except (TypeError, KeyError, ValueError):
        return False
