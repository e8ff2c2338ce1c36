"""Names beside their dots, none upon another: a greedy placement that holds at every size a drawing may take.

A drawing is stretched from side to side, its letters are not: a place is tried at all of its sizes, and kept if it is free at each.
On the narrow ones there is room for fewer names: the first served, where they already stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

GAPS = (9, 17, 27, 39, 53, 69, 87)  # pixels between a dot and its name, the nearest first
DOT = 5  # pixels that a dot has around it
HIDDEN, CROSSED, NARROW = (
    22,
    45,
    10,
)  # what it costs to hide a dot, to cross a name, to be of no use on a narrow drawing: pixels of distance
SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))  # right, left, above, below, corners


@dataclass(frozen=True)
class LabelPlace:
    """The middle of a name from its point, in pixels, y downwards; whether it is free on narrow drawings too."""

    across: float
    down: float
    narrow: bool


def places(
    points: np.ndarray,
    sizes: np.ndarray,
    dots: np.ndarray,
    taken: np.ndarray,
    wide: Sequence[tuple[float, float]],
    narrow: Sequence[tuple[float, float]] = (),
) -> list[LabelPlace | None]:
    """Where each name stands; None where there is no room for it.

    `points` (n, 2) are shares of the width and of the height, in the order in which they are served; `sizes` (n, 2) pixels;
    `dots` (m, 2) shares, hidden with regret; `taken` (k, 6) are boxes never covered: the share where each stands, then its left,
    top, right and bottom from there, in pixels. `wide` and `narrow` are sizes of the drawing, in pixels.
    """
    here, there = (_Frames(np.asarray(sizes, float).reshape(-1, 2), taken, dots) for sizes in (wide, narrow))
    chosen: list[LabelPlace | None] = []
    for point, size in zip(points, sizes, strict=True):
        best, least = None, np.inf
        for gap in GAPS:
            if gap >= least:  # farther cannot be better
                break
            for side in SIDES:
                middle = np.array(side) * (size / 2 + gap * (0.7 if all(side) else 1))
                cost = gap + here.cost(point, middle, size)
                if cost < least and len(there.sizes) and np.isinf(there.cost(point, middle, size)):
                    cost += NARROW
                if cost < least:
                    best, least = middle, cost
        if best is None:
            chosen.append(None)
            continue
        free = bool(np.isfinite(there.cost(point, best, size)))
        here.take(point, best, size)
        if free:
            there.take(point, best, size)
        chosen.append(LabelPlace(float(best[0]), float(best[1]), free))
    return chosen


class _Frames:
    """The sizes of a drawing, and the boxes that are taken on it."""

    def __init__(self, sizes: np.ndarray, taken: np.ndarray, dots: np.ndarray):
        self.sizes, self.boxes, self.dots = sizes, np.asarray(taken, float).reshape(-1, 6), dots

    def take(self, point: np.ndarray, middle: np.ndarray, size: np.ndarray) -> None:
        self.boxes = np.vstack([self.boxes, [*point, *(middle - size / 2), *(middle + size / 2)]])

    def cost(self, point: np.ndarray, middle: np.ndarray, size: np.ndarray) -> float:
        """Infinite where the box would leave the drawing or cover another at any size; else what it hides at the worst of them."""
        if not len(self.sizes):
            return 0.0
        across, down = self.sizes[:, :1], self.sizes[:, 1:]
        left, top = point[0] * across + middle[0] - size[0] / 2, point[1] * down + middle[1] - size[1] / 2
        right, bottom = left + size[0], top + size[1]
        if (left < 0).any() or (right > across).any() or (top < 0).any() or (bottom > down).any():
            return np.inf
        x, y = self.boxes[:, 0] * across, self.boxes[:, 1] * down
        apart = (right <= x + self.boxes[:, 2]) | (left >= x + self.boxes[:, 4])
        apart |= (bottom <= y + self.boxes[:, 3]) | (top >= y + self.boxes[:, 5])
        if not apart.all():
            return np.inf
        at, up = self.dots[:, 0] * across, self.dots[:, 1] * down
        hidden = (at > left - DOT) & (at < right + DOT) & (up > top - DOT) & (up < bottom + DOT)
        return HIDDEN * int(hidden.sum(axis=1).max()) + CROSSED * self._crossed(point, middle)

    def _crossed(self, point: np.ndarray, middle: np.ndarray) -> int:
        """How many boxes the thread from a point to its name crosses, at the worst size."""
        across, down = self.sizes[:, :1], self.sizes[:, 1:]
        crossed = np.zeros((len(self.sizes), len(self.boxes)), bool)
        for share in (0.35, 0.5, 0.65, 0.8):
            at = (point[0] - self.boxes[:, 0]) * across + share * middle[0]
            up = (point[1] - self.boxes[:, 1]) * down + share * middle[1]
            within = (
                (at > self.boxes[:, 2]) & (at < self.boxes[:, 4]) & (up > self.boxes[:, 3]) & (up < self.boxes[:, 5])
            )
            own = (self.boxes[:, 0] == point[0]) & (self.boxes[:, 1] == point[1])
            crossed |= within & ~own
        return int(crossed.sum(axis=1).max(initial=0))
