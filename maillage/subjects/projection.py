"""What a signing projects of its territory, alike on the screen and in slides: tables, names, and letters as large as they can be.

Lengths are points of a slide 960 × 540.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from maillage import catalog
from maillage.catalog.indicators import SLIDES
from maillage.records.territory import Dossier, Grid
from maillage.subjects.ceremony import balanced
from maillage.subjects.territory import site_wording, wording

WIDTH, HEIGHT = 880, 400  # of a slide under its title, and beside its edges
ROWS = 10  # of a table on a screen
FEW = 8  # communes: so many are named beside the figures, for a screen with two names on it is an empty screen
NAMES, MOST_NAMES = 48, 240  # on a screen; beyond, nobody reads screens of names: the diagnostic has them
LARGEST, LEAST = 36, 9  # letters
WIDE, TALL = 0.49, 1.45  # of a letter, of a line: shares of the size
FAR_KM = 100  # a nearest structure beyond tells of a partial list more than of the territory
NOTHING = "–"


@dataclass(frozen=True)
class ProjectedTable:
    """A table and its heading; the first `words` columns are read from their left, the others are numbers."""

    heading: str
    grid: Grid
    words: int


@dataclass(frozen=True)
class NamesInColumns:
    """Names of communes on one screen, in columns of letters of `size`."""

    names: tuple[str, ...]
    columns: int
    size: int


def extent(dossier: Dossier) -> str:
    """What the cover says of the territory: of an unknown one, nothing, for a room would read that nothing is known."""
    return "" if dossier.population is None else wording.extent(dossier)


def tables(dossier: Dossier) -> list[ProjectedTable]:
    """The tables, each on as many screens as its rows need."""
    compared = _local(wording.comparisons(dossier, catalog.in_document(SLIDES)))
    if dossier.population is not None:
        heading = "Le territoire et les autres"
    elif len(dossier.departements) > 1:
        heading = "Les départements et les autres"
    else:
        heading = "Le département et les autres"
    near = dossier.nearest[dossier.nearest["km"] <= FAR_KM]
    nearest = site_wording.nearest(replace(dossier, nearest=near))
    if len(near) < len(dossier.nearest):
        nearest = replace(nearest, notes=(*nearest.notes, f"Au-delà de {FAR_KM} km, non montrées."))
    whole = (
        ProjectedTable(heading, compared, 3 if compared.rows else 0),
        ProjectedTable("Structures du territoire", site_wording.structures(dossier), 1),
        ProjectedTable("Structures les plus proches au dehors", nearest, 4),
    )
    return [
        ProjectedTable(table.heading + (", suite" if part else ""), replace(grid, rows=tuple(rows)), table.words)
        for table, grid in ((table, _spoken(table.grid)) for table in whole)
        for part, rows in enumerate(balanced(grid.rows, ROWS))
    ]


def _local(grid: Grid) -> Grid:
    """Without the rows that know a figure of France alone."""
    return replace(grid, rows=tuple(row for row in grid.rows if any(cell != NOTHING for cell in row[3:-1])))


def _spoken(grid: Grid) -> Grid:
    """Without the columns that hold nothing."""
    kept = [n for n in range(len(grid.head)) if any(row[n] != NOTHING for row in grid.rows)]
    rows = tuple(tuple(row[n] for n in kept) for row in grid.rows)
    return replace(grid, head=tuple(grid.head[n] for n in kept), rows=rows)


def communes(dossier: Dossier) -> list[NamesInColumns]:
    """The communes, on as many screens as they need; none where they are few, nor where nobody would read them."""
    names = wording.members(dossier)
    if not FEW < len(names) <= MOST_NAMES:
        return []
    return [NamesInColumns(tuple(part), *in_columns(part)) for part in balanced(names, NAMES)]


def beside(dossier: Dossier) -> str:
    """The few communes that stand beside the figures."""
    names = wording.members(dossier)
    return ", ".join(names) if len(names) <= FEW else ""


def in_columns(names: Sequence[str]) -> tuple[int, int]:
    """(columns, size of the letters) with which names are the largest, none broken."""
    longest = max(map(letters, names))

    def size(columns: int) -> int:
        by_height = HEIGHT / (TALL * ceil(len(names) / columns))
        by_width = WIDTH / columns / (WIDE * longest + 1)
        return int(max(LEAST, min(LARGEST, by_height, by_width)))

    return max(((columns, size(columns)) for columns in range(2, 6)), key=lambda pair: (pair[1], -pair[0]))


def letters(words: str) -> float:
    """How long words are, in letters of Source Sans 3: capitals are wider."""
    return len(words) + 0.3 * sum(letter.isupper() for letter in words)


def fitted(paragraphs: Sequence[str], width: float, height: float, most: int = 18) -> int:
    """The largest letters with which paragraphs stand in a room."""
    for size in range(most, LEAST, -1):
        lines = sum(ceil(len(words) * WIDE * size / width) for words in paragraphs)
        if size * (1.3 * lines + 0.4 * len(paragraphs)) <= height:
            return size
    return LEAST
