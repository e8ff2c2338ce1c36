"""What a source is, and the sentence a build stops with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


class BuildError(Exception):
    """One sentence, in French, for the person who can act: which file, which row, what was found, what to do."""


class SourceError(BuildError):
    """What stops one source of the network or of data/local, and not the build: a sentence, in French, and what stopped each file."""

    def __init__(self, sentence: str, notes: Iterable[Note] = ()):
        super().__init__(sentence)
        self.notes = tuple(notes)


@dataclass(frozen=True)
class Remote:
    """Where a file lives on the network, and what it must look like when it comes.

    With `newest`, `url` is the address of a data.gouv.fr dataset (API v1), and the file is its resource of the latest
    month or date among those whose name matches; its size and SHA-1, when the catalogue gives them, are verified.
    """

    url: str
    kind: str  # json, csv, xlsx or zip, followed by .gz when the file itself is compressed
    newest: str = ""  # regular expression on the resource's file name
    most_mb: int = 500  # a file announced or growing beyond this is refused
    elsewhere: tuple[str, ...] = ()  # other addresses of the same file, asked in order when `url` gives nothing


@dataclass(frozen=True)
class Source:
    """Where rows come from.

    Three tiers: `files` are paths below data/ and always there; a `remote` is fetched by live builds; `local` files are a
    pattern below data/local/, read when somebody put them there, and then in place of the `remote` where there is one.
    """

    source_id: str
    title: str
    producer: str
    page: str
    licence: str
    vintage: str
    files: tuple[str, ...] = ()
    retrieved_at: str | None = None
    doubts: str | None = None
    remote: Remote | None = None
    local: str = ""  # a glob below data/local/
    writes: str = ""  # the subject that its rows are resolved with: territory, site, cpts, figure, claim
    tier: str = ""  # who it outranks, in that resolution: see etl/resolve
    reads: tuple[str, ...] = ()  # sources of the same subject whose staged rows it looks at


@dataclass(frozen=True)
class Note:
    """A row that deserves a word."""

    line: str  # as the person who wrote it finds it: « ligne 12 », a FINESS number
    outcome: str  # compris, refuse, ambigu
    reason: str  # short and countable: « commune inconnue »
    sentence: str  # whole, with what to do
    name: str = ""
    placed: str = ""  # coordonnees, adresse, commune, nom: how a row was given a place
    file: str = ""


@dataclass(frozen=True)
class Tally:
    """What a load did with the rows of its files. `kept` is `read` unless some were left out."""

    rows_read: int
    kept: int | None = None
    notes: tuple[Note, ...] = ()
    vintage: str = ""  # what the file itself says, when it says more than the Source


@dataclass(frozen=True)
class Inputs:
    """What a load may read: the folder data/, and the départements asked for (none: all of them)."""

    data: Path
    departements: tuple[str, ...] = ()
    known_communes: dict[str, str] = field(default_factory=dict)  # code today -> département, whole of France
    successors: dict[str, str] = field(default_factory=dict)  # old code -> code today
    fetched: Path | None = None  # the file brought for the source being loaded, when it has a `remote`
    offline: bool = True  # a load may ask the network (addresses) only when this is False
    unread: tuple[
        str, ...
    ] = ()  # files of data/local that no source takes: no list is known to be complete beside them

    @cached_property
    def known_departements(self) -> frozenset[str]:
        """The départements of the whole of France."""
        return frozenset(self.known_communes.values())

    def wants(self, departement: str) -> bool:
        """Is this département built?"""
        return not self.departements or departement in self.departements


def checksum(paths: Iterable[Path]) -> str:
    """SHA-256 of the files' contents, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
