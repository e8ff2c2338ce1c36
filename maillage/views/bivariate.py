"""Nine colours for two figures, and the legend that lets people read them."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.catalog.bivariate import COLOURS
from maillage.views import html

NEED, ACCESS = ("faible", "moyen", "fort"), ("facile", "moyen", "difficile")
LABELS = tuple(f"besoin {need}, accès {access}" for need in NEED for access in ACCESS)  # in the order of COLOURS


def ink(colour: str) -> str:
    """Black or white, whichever reads on this colour."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    light = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    return "#000000" if light > 0.179 else "#FFFFFF"


def legend(
    counts: Sequence[int],
    need: str,
    access: str,
    need_limits: Sequence[str],
    access_limits: Sequence[str],
    what: str,
    missing: int,
    source: str,
) -> str:
    """Three columns of access, from easy to hard, three rows of need, the greatest above; a count in each cell.

    `counts` has nine numbers, 3 × need + access. Limits are the words of the three classes, lowest need first, easiest
    access first. `what` is what is counted (« communes »).
    """
    rows = [
        (
            NEED[row],
            need_limits[row],
            [
                {"colour": colour, "ink": ink(colour), "count": count}
                for colour, count in zip(COLOURS[3 * row : 3 * row + 3], counts[3 * row : 3 * row + 3], strict=True)
            ],
        )
        for row in (2, 1, 0)
    ]
    columns = list(zip(ACCESS, access_limits, strict=True))
    return html.macro("legend.html", "bivariate", need, access, columns, rows, missing, what, source)
