"""Long tables that offices publish: a CSV or a Parquet, alone or in a zip, too long to be read into memory."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.formats.sheets import SheetError

KINDS = (".csv", ".txt", ".parquet")
MOST_BYTES = 2_000_000_000  # of the table that a zip holds
BESIDE = ("var", "metadata", "meta", "lisez", "readme")  # what a dictionary that stands beside a table is named for
_HEAD = 2_000
_CHUNK = 1 << 20


def columns(path: Path) -> frozenset[str]:
    """The headings of the table of a file, in small letters; none when it has none that can be read."""
    if path.suffix.lower() not in (*KINDS, ".zip"):
        return frozenset()
    try:
        if path.suffix.lower() in (".csv", ".txt"):
            with path.open("rb") as file:
                return _headings(file.readline(_HEAD))
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                part = _main(archive)
                if not part.filename.lower().endswith(".parquet"):
                    with archive.open(part) as file:
                        return _headings(file.readline(_HEAD))
        with table(path) as relation:
            return frozenset(name.lower() for name in relation.columns)
    except (OSError, SheetError, duckdb.Error, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return frozenset()


def _headings(line: bytes) -> frozenset[str]:
    text = line.decode("utf-8-sig", errors="replace")
    return frozenset(name.strip(' "\r\n').lower() for name in text.split(";" if ";" in text else ","))


@contextmanager
def table(path: Path) -> Iterator[duckdb.DuckDBPyRelation]:
    """The rows of a file, every cell of a CSV a text, in a memory of its own. Raises SheetError, or duckdb.Error as it is read."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as memory:
        memory.execute("SET memory_limit = '300MB'")
        memory.execute("SET temp_directory = ?", [folder])
        with path.open("rb") as file:
            packed = file.read(4) == b"PK\x03\x04"
        if packed:
            path = _unpacked(path, Path(folder))
        if path.suffix.lower() == ".parquet":
            yield memory.read_parquet(str(path))
        else:
            with path.open("rb") as file:
                start = file.read(_CHUNK)
            line = start.split(b"\n", 1)[0]
            yield memory.sql(  # the method read_csv takes UTF-8 alone
                "FROM read_csv(?, all_varchar = true, header = true, encoding = ?, sep = ?, quote = '\"')",
                params=[str(path), _encoding(start), ";" if b";" in line else ","],
            )


def _encoding(start: bytes) -> str:
    try:
        start[: start.rfind(b"\n") + 1].decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _unpacked(path: Path, folder: Path) -> Path:
    """The table of a zip, written in a folder."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = _main(archive)
            if part.file_size > MOST_BYTES:
                raise SheetError(f"le zip contient {part.file_size // 1_000_000} Mo")
            out = folder / f"table{Path(part.filename).suffix.lower()}"
            with archive.open(part) as packed, out.open("wb") as file:
                while piece := packed.read(_CHUNK):
                    file.write(piece)
            return out
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError):
        raise SheetError("le zip est tronqué ou abîmé") from None


def _main(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The longest table of a zip, but for the dictionaries that stand beside it."""
    parts = [
        part
        for part in archive.infolist()
        if Path(part.filename).suffix.lower() in KINDS
        and not any(word in Path(part.filename).stem.lower().split("_") for word in BESIDE)
        and not Path(part.filename).name.lower().startswith(BESIDE)
    ]
    if not parts:
        raise SheetError("le zip ne contient ni CSV, ni Parquet")
    return max(parts, key=lambda part: part.file_size)
