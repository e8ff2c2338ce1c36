"""Route: the whole base as one file, read by ranges: a program that attaches it takes only the parts that it asks for."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

from maillage.api.reading import Asked
from maillage.warehouse import Edition

FILE = "/maillage.duckdb"
router = APIRouter(tags=["Whole base"])
LOCK = threading.Lock()
COPIES: dict[str, tuple[tempfile.TemporaryDirectory, Path]] = {}  # of the build in place, without what is withheld


class WholeFile(FileResponse):
    """A long file, sent in large pieces: each takes a turn of another thread, and most of the processor of a download was that."""

    chunk_size = 1024 * 1024


@router.api_route(
    FILE, methods=["GET", "HEAD"], include_in_schema=False
)  # two hundred megabytes are no example of an answer
def whole(asked: Asked):
    """The base as DuckDB reads it, without what is withheld."""
    # Packed, it would have no ranges; and it is packed already.
    return WholeFile(
        file(asked.edition), media_type="application/octet-stream", headers={"Content-Encoding": "identity"}
    )


def file(edition: Edition) -> Path:
    """The file of a build that may leave: itself where nothing is withheld, else a copy without it, made once."""
    if not edition.withholds:
        return edition.path.resolve()
    with LOCK:
        if edition.version not in COPIES:
            folder = tempfile.TemporaryDirectory()
            copy = Path(folder.name) / "maillage.duckdb"
            copy.write_bytes(edition.read_bytes())
            COPIES.clear()  # the copy of the build before goes with its folder
            COPIES[edition.version] = folder, copy
        return COPIES[edition.version][1]
