"""Colours of sequences, from ColorBrewer by way of a library."""

from __future__ import annotations

from branca.utilities import color_brewer


def colours(palette: str, count: int) -> tuple[str, ...]:
    """ColorBrewer colours, light to dark (the library has three classes at least)."""
    if count >= 3:
        return tuple(color_brewer(palette, count))
    chosen = color_brewer(palette, 3)
    return (chosen[0], chosen[2])[:count] if count == 2 else (chosen[1],)
