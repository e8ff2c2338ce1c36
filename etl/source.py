"""What a source is, and the sentence a build stops with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


class BuildError(Exception):
    """One sentence, in French, for the person who can act: which file, which row, what was found, what to do."""


@dataclass(frozen=True)
class Source:
    """Where rows come from. `files` are paths below data/; their checksum is recorded at each build."""

    source_id: str
    title: str
    producer: str
    page: str
    licence: str
    vintage: str
    files: tuple[str, ...]
    retrieved_at: str | None = None
    doubts: str | None = None


@dataclass(frozen=True)
class Inputs:
    """What a load may read: the folder data/, and the départements asked for (none: all of them)."""

    data: Path
    departements: tuple[str, ...] = ()
    known_communes: dict[str, str] = field(default_factory=dict)  # code today -> département, whole of France
    successors: dict[str, str] = field(default_factory=dict)  # old code -> code today

    @cached_property
    def known_departements(self) -> frozenset[str]:
        return frozenset(self.known_communes.values())

    def wants(self, departement: str) -> bool:
        return not self.departements or departement in self.departements


def checksum(paths: Iterable[Path]) -> str:
    """SHA-256 of the files' contents, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
