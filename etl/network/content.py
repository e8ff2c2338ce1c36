"""Whether a file is what its source promises: read to its end, in bounded memory, before anything relies on it."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

MB = 1_000_000
INFLATED = 40  # times `most_mb`, once inflated: FINESS inflates 15 times, a bomb 1,000 times
_CHUNK = 1 << 20
_HEAD = 512
_ARCHIVE = (b"PK\x03\x04",)
_MARKS = {"json": (b"{", b"["), "xlsx": _ARCHIVE, "zip": _ARCHIVE}  # what a file of this kind begins with
_NAMES = {"json": "JSON", "csv": "CSV", "xlsx": "classeur Excel (xlsx)", "zip": "archive (zip)"}


class RefusedFile(Exception):
    """A file that cannot be had or used, for good: what was found, and what to do, in French."""

    def __init__(self, problem: str, remedy: str):
        super().__init__(f"{problem}. {remedy}")


class Damaged(RefusedFile):
    """A file that came whole and is not the right one: worth one more download, from its first byte."""


AGAIN = "Relancez la commande plus tard."
ELSEWHERE = "L'adresse a peut-être changé : voyez la page de la source."


def verify(path: Path, kind: str, most_bytes: int) -> None:
    """Raise RefusedFile unless the file is a whole json, csv, xlsx or zip, or one of them followed by .gz.

    `most_bytes` bounds the file; what it inflates to may be INFLATED times larger.
    """
    kind, _, packed = kind.partition(".")
    head, tail = _ends(path, bool(packed), most_bytes)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise RefusedFile("le fichier est vide", AGAIN)
    if start.startswith(b"<"):
        nature = "une page web" if b"html" in start.lower() else "un document XML, souvent un message d'erreur,"
        raise RefusedFile(f"le serveur envoie {nature} à la place du fichier {_NAMES[kind]} attendu", ELSEWHERE)
    if not start.startswith(_MARKS.get(kind, (b"",))) or (kind == "csv" and b"\0" in start):
        raise RefusedFile(f"le contenu n'est pas un fichier {_NAMES[kind]}", ELSEWHERE)
    if kind == "json" and not tail.rstrip().endswith((b"}", b"]")):
        raise Damaged("le fichier JSON s'arrête au milieu", AGAIN)
    if kind in ("xlsx", "zip"):
        _verify_archive(path, "le classeur Excel" if kind == "xlsx" else "le fichier zip", most_bytes)


def _ends(path: Path, packed: bool, most_bytes: int) -> tuple[bytes, bytes]:
    """First and last bytes of the content; a gzip is read to its end, where its own checksum is."""
    if not packed:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
            file.seek(max(0, path.stat().st_size - _HEAD))
            return head, file.read()
    with open(path, "rb") as file:
        start = file.read(_HEAD)
    if start[:2] != b"\x1f\x8b":
        return (start, start) if start.lstrip()[:1] in (b"", b"<") else _refuse_packing()
    head = tail = b""
    size = 0
    for piece in _inflate(path):
        size += len(piece)
        if size > INFLATED * most_bytes:
            raise RefusedFile(
                f"le fichier compressé en contient un de plus de {INFLATED * most_bytes // MB} Mo",
                "Il a été refusé avant de remplir la mémoire : prévenez son producteur.",
            )
        head = head or piece[:_HEAD]
        tail = (tail + piece)[-_HEAD:]
    return head, tail


def _inflate(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path) as file:
            while piece := file.read(_CHUNK):
                yield piece
    except EOFError:
        raise Damaged("le fichier compressé (gzip) est tronqué", AGAIN) from None
    except (gzip.BadGzipFile, zlib.error):
        raise Damaged("le fichier compressé (gzip) est abîmé", AGAIN) from None


def _refuse_packing():
    raise RefusedFile("le contenu n'est pas un fichier compressé (gzip)", ELSEWHERE)


def _verify_archive(path: Path, name: str, most_bytes: int) -> None:
    try:
        with zipfile.ZipFile(path) as book:
            size = sum(part.file_size for part in book.infolist())
            if size > INFLATED * most_bytes:
                raise RefusedFile(
                    f"{name} contient {size // MB} Mo une fois ouvert",
                    "Il a été refusé avant de remplir la mémoire : prévenez son producteur.",
                )
            broken = book.testzip()
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError):
        broken = path.name
    if broken:
        raise Damaged(f"{name} est tronqué ou abîmé", AGAIN)
