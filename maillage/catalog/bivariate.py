"""The nine colours of two measures crossed, need and access."""

from __future__ import annotations

from maillage.catalog.palettes import colours


def _mixed(one: str, other: str, lift: float) -> str:
    """Two inks on one paper: multiplied channel by channel, and lifted towards their mean by this share."""
    pair = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in (one, other)]
    channels = [(1 - lift) * a * b / 255 + lift * (a + b) / 2 for a, b in zip(*pair, strict=True)]
    return "#" + "".join(f"{round(channel):02X}" for channel in channels)


# Need in oranges, access in blues, printed over one another: paper where both are low, deep red where both are high; mixtures are lifted so
# that they stay apart from the ground of a dark page. Orange and blue stay apart for colour-blind readers.
_NEED = ("#F2F2F0", *colours("Oranges", 6)[2:5:2])


_ACCESS = ("#F7F7F5", *colours("Blues", 6)[2:5:2])


# The case that people look for, great need and hard access, is the strongest of all: no mixture, which would be a dull brown.
TARGET = "#8C0D37"


_MIXED = [
    _mixed(need, access, 0.15 * row * column) for row, need in enumerate(_NEED) for column, access in enumerate(_ACCESS)
]


COLOURS = (*_MIXED[:-1], TARGET)
