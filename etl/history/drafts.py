"""What is being written and not yet in place: `.<name>.<pid>`, swept away once the process that wrote it is dead."""

from __future__ import annotations

import errno
import os
import re
import shutil
from pathlib import Path

_DRAFT = re.compile(r"\..+\.(\d+)(\.\w+)?")  # DuckDB puts a .wal and a .tmp beside the file it is writing


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_disk_full(error: Exception) -> bool:
    """Whether it is the disk that refuses; DuckDB gives the system's words without its number."""
    return getattr(error, "errno", None) in _FULL or any(os.strerror(code) in str(error) for code in _FULL)


def draft_of(path: Path) -> Path:
    """Where this process writes what will become `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}")


def discard(draft: Path) -> None:
    """Remove a draft, file or folder, and what DuckDB put beside it."""
    for path in (draft, *draft.parent.glob(f"{draft.name}.*")):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sweep(folder: Path, name: str = "*") -> None:
    """Remove the drafts of `name` (any, by default) that builds killed in the middle left in this folder."""
    for path in folder.glob(f".{name}.*"):
        match = _DRAFT.fullmatch(path.name)
        if match and not _alive(int(match[1])):
            discard(path)


def _alive(pid: int) -> bool:
    if os.name != "posix":  # elsewhere a signal 0 is not harmless, and a file in use cannot be removed anyway
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
