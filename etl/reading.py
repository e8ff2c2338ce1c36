"""A list of structures read as a build would, for whoever wants to know beforehand: nothing written, nothing asked of anyone.

The atlas runs this in a process of its own for lists that visitors bring: `python -m etl.reading -`, the file on the
standard input, its rows on the output, and how far it is on the errors, whose last line is the sentence of a refusal.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from etl.formats import lists
from etl.formats.structure_columns import COLUMNS
from etl.source import BuildError

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).parents[1]
MEMORY_MB = 1500  # of addresses: a file that would need more is refused before the machine suffers
EVERY = 500  # rows

Progress = Callable[[str, float], None]


def structures(
    name: str, content: bytes, data: Path, database: Path, progress: Progress = lambda step, share: None
) -> pd.DataFrame:
    """One row per line of the file, as told by a build beside the sites of `database` (none of them when it is absent).

    Columns: line, name, outcome, placed, reason, sentence; those of docs/modeles/structures.csv as the row is understood,
    empty when it is refused; status and precision (codes), replaces (« oui » when the site was already known), point_lon and
    point_lat (where it stands, in degrees). Raises BuildError when the file as a whole cannot be used.
    """
    progress("Ouverture du fichier", 0.02)
    try:
        listing = lists.read(Path("data/local") / name, COLUMNS, content)
    except lists.RefusedRow as refused:
        raise BuildError(f"« {name} » est refusé : {refused}") from None
    lines = 2 * len(listing.rows)

    def advance(done: int) -> None:
        if done % EVERY == 0:
            progress(
                f"Lecture des lignes : {min(done, len(listing.rows))} sur {len(listing.rows)}",
                0.1 + 0.85 * done / lines,
            )

    progress("Communes de France", 0.1)
    from etl import understanding  # half a second, that a list refused at sight does not wait for

    return understanding.structures(listing, data, database, advance, lambda: progress("Mise au propre", 0.96))


def arguments(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The command with what it takes."""
    command.add_argument("path", type=Path, metavar="LISTE", help="un CSV ou un classeur Excel")
    base = ROOT / "data" / "maillage.duckdb"
    command.add_argument("--base", type=Path, default=base, help="la base dont les structures sont déjà connues")
    command.add_argument("--name", default="liste.csv", help=argparse.SUPPRESS)
    command.set_defaults(run=run)
    return command


def run(options) -> int:
    """The command: what a build would make of a list; for the atlas, the file and its rows pass through pipes."""
    piped = str(options.path) == "-"
    name = options.name if piped else options.path.name
    if piped:
        limit_memory(MEMORY_MB)
        gc.disable()  # nothing here lives in cycles, and the process is short
        content = sys.stdin.buffer.read()
    elif options.path.is_file():
        content = options.path.read_bytes()
    else:
        raise BuildError(f"{options.path} n'existe pas.")
    progress = (lambda step, share: print(f"{share:.3f}\t{step}", file=sys.stderr, flush=True)) if piped else _silent
    try:
        frame = structures(name, content, ROOT / "data", options.base, progress)
    except MemoryError:
        raise BuildError(f"« {name} » ne tient pas en mémoire. Gardez-y les seules lignes utiles.") from None
    if piped:
        from etl import understanding

        understanding.stream(frame, sys.stdout.buffer)
    else:
        for row in frame.itertuples():
            print(f"{row.line} : {row.sentence}")
    return 0


def limit_memory(megabytes: int) -> None:
    """Let this process have no more addresses than these; where the system cannot (Windows), the size of files bounds it."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 1_000_000,) * 2)


def _silent(step: str, share: float) -> None:
    pass


def main() -> int:
    """The same without the other commands, whose imports a list refused at sight would wait for."""
    options = arguments(argparse.ArgumentParser(prog="python -m etl.reading")).parse_args()
    try:
        return run(options)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
