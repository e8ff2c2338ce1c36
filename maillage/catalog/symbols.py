"""The outlines of the symbols, declared once: on the screen's map, on paper, on slides and beside words."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 24.0  # units across the square that holds an outline, centred on 0, 0, y downwards


@dataclass(frozen=True)
class SymbolShape:
    """An outline, as an SVG path; `drop`, how far below the middle its letters stand, in the same units."""

    path: str
    drop: float = 4.2  # for letters of the size of one alone
    css: str = "border-radius: 2px"  # what cuts a square box to it
    autoshape: str = "RECTANGLE"  # the name of the same in office documents


SHAPES = {
    "disc": SymbolShape("M-10 0A10 10 0 1 1 10 0A10 10 0 1 1 -10 0Z", css="border-radius: 50%", autoshape="OVAL"),
    "triangle": SymbolShape(
        "M0 -10.5L11 9.5L-11 9.5Z", 6.5, "clip-path: polygon(50% 0, 100% 100%, 0 100%)", "ISOSCELES_TRIANGLE"
    ),
    "square": SymbolShape("M-9 -9L9 -9L9 9L-9 9Z"),
    "diamond": SymbolShape(
        "M0 -11.5L11.5 0L0 11.5L-11.5 0Z",
        css="clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%)",
        autoshape="DIAMOND",
    ),
    "small_square": SymbolShape("M-8.5 -8.5L8.5 -8.5L8.5 8.5L-8.5 8.5Z"),
}


def letter_size(letters: str) -> float:
    """The size of a symbol's letters, in its units: two take less each."""
    return 12.0 if len(letters) == 1 else 9.0
