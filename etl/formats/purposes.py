"""What a file that somebody put in data/local is for: told by its name, else by the headings that it has."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from etl.formats import site_types, tables
from etl.formats.headings import Column, header_of, places_of
from etl.formats.lists import MOST_BYTES
from etl.formats.rows import RefusedRow
from maillage import catalog
from maillage.language.names import plain

STRUCTURES, CPTS, PERIMETERS, DEATHS = "structures", "cpts", "perimetres", "deces"
BEGINNING = 500_000  # bytes
READABLE = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".geojson")
OBJECTS = (".json", ".geojson")
_TYPES = {kind.code.lower() for kind in catalog.SITE_TYPES}


def by_name(path: Path) -> str | None:
    """What a file is for by its name alone: « périmètres 08.xlsx », « Liste structures ARS.csv », « PASS_2026.ods »."""
    if passing(path.name) or path.suffix.lower() not in READABLE:
        return None
    name = plain(path.stem)
    words = name.split()
    if any(word.startswith("deces") for word in words):
        return DEATHS
    if any(word.startswith("perimetre") for word in words):
        return PERIMETERS
    if "cpts" in words and any(word.startswith(("commune", "membre", "iris", "quartier")) for word in words):
        return PERIMETERS
    if any(word.startswith("cpts") for word in words):
        return PERIMETERS if path.suffix.lower() == ".geojson" else CPTS
    typed = any(word in _TYPES or word.rstrip("s") in _TYPES for word in words) or site_types.tells(name)
    if typed or any(word.startswith("structure") for word in words):
        return STRUCTURES
    return None


def passing(name: str) -> bool:
    """Is it what a program leaves beside a file while it is open?"""
    return name.startswith((".", "~$")) or name.endswith(".part")


def has_headings(path: Path, columns: tuple[Column, ...]) -> bool:
    """Has a table of the file all that a list requires? A file that cannot be opened has not."""
    if passing(path.name):
        return False
    try:
        stamp = path.stat()
        return stamp.st_size <= MOST_BYTES and _has_headings(path, columns, stamp.st_mtime_ns, stamp.st_size)
    except OSError:
        return False


@lru_cache(maxsize=1000)
def _has_headings(path: Path, columns: tuple[Column, ...], written: int, size: int) -> bool:
    try:
        cut = tables.tables(path, _beginning(path), lambda cells: len(places_of(tables.spelled(cells), columns)))
    except RefusedRow:
        return False
    headers = [header_of(table, columns, path.stem) for table in cut]
    return any(header and not header.missing for header in headers)


def _beginning(path: Path) -> bytes:
    """A file, or of a long text its first lines: a header stands among them."""
    with path.open("rb") as file:
        start = file.read(BEGINNING)
        if len(start) < BEGINNING or b"\0" in start or start.lstrip()[:1] in (b"{", b"["):
            return start + file.read()
    return start[: start.rfind(b"\n") + 1] or start


def is_outlines(path: Path) -> bool:
    """Does a JSON hold features rather than rows?"""
    if path.suffix.lower() not in OBJECTS:
        return False
    with path.open("rb") as file:
        start = file.read(100_000)
    return path.suffix.lower() == ".geojson" or b'"FeatureCollection"' in start or start.startswith(b"\x1f\x8b")
