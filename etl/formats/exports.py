"""Exports of official sites that somebody put in data/local: known by their first line, read one by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

from etl.formats import figures, sheets
from etl.source import Inputs, Note, Source, SourceError, Tally
from maillage.language.names import plain

KEY = ["level", "code", "indicator", "year", "sex"]


def banner(path: Path) -> str:
    """The first line of a file, plain; nothing when it cannot be read."""
    try:
        with path.open("rb") as file:
            first = file.readline(500)
    except OSError:
        return ""
    return plain(first.decode("utf-8-sig", errors="replace"))


def load_each(
    connection: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    source: Source,
    paths: list[Path],
    reader: Callable[..., tuple[int, int, pd.DataFrame, list[Note]]],
) -> Tally:
    """Stage what `read` finds in each file: rows read, rows kept, figures, notes. The latest written has the last word.

    One bad file does not stop the others. Raises SourceError when nothing at all could be read.
    """
    total, kept, frames, notes, troubles = 0, 0, [], [], []
    for path in sorted(paths, key=lambda path: (path.stat().st_mtime, path.name)):
        try:
            rows, placed, frame, outcome = reader(connection, inputs, path)
        except (sheets.SheetError, SourceError) as error:
            sentence = str(error if isinstance(error, SourceError) else figures.trouble(source, path.name, error))
            troubles.append(sentence)
            notes.append(Note("fichier", "refuse", "fichier illisible", sentence, file=path.name))
            continue
        total += rows
        kept += placed
        frames.append(frame)
        notes += outcome
    if not frames:
        raise SourceError(" ".join(troubles), notes)
    figured = pd.concat(frames, ignore_index=True)
    if len(figured):
        figures.stage(connection, source, figured.drop_duplicates(KEY, keep="last"))
    return Tally(total, kept, tuple(notes))
