"""Nine colours for two figures, and the legend that lets people read them."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.catalog.bivariate import COLOURS
from maillage.language import text
from maillage.language.text import escape


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
    rows = []
    for row in (2, 1, 0):
        cells = "".join(
            f'<td style="background:{COLOURS[3 * row + column]};color:{ink(COLOURS[3 * row + column])}">'
            f"{text.number(counts[3 * row + column])}</td>"
            for column in range(3)
        )
        word = ("faible", "moyen", "fort")[row]
        rows.append(f'<tr><th scope="row">{word}<small>{escape(need_limits[row])}</small></th>{cells}</tr>')
    heads = "".join(
        f'<th scope="col">{word}<small>{escape(limit)}</small></th>'
        for word, limit in zip(("facile", "moyen", "difficile"), access_limits, strict=True)
    )
    hatched = (
        f'<p><i class="swatch missing"></i>l\'un des deux inconnu <span class="count">{text.number(missing)}</span></p>'
        if missing
        else ""
    )
    return (
        f'<section class="legend bivariate" aria-label="Légende"><table><caption><b>Besoin</b>{text.HARD}: {escape(need)}'
        f"<br><b>Accès</b>{text.HARD}: {escape(access)}</caption>"
        f'<thead><tr><th scope="col"><b>Besoin ↑ Accès →</b></th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
        f'{hatched}<span class="source">Dans chaque case, le nombre de {escape(what)}. En haut à droite : besoin fort et accès '
        f"difficile. {escape(source)}</span></section>"
    )
