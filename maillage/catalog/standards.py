"""Standard populations: the same weights for all, so that ages do not explain a difference between two rates."""

from __future__ import annotations

ESP2013_NAME = "population européenne standard 2013"
# Eurostat, Revision of the European Standard Population, 2013, under 75: first age, age where the band ends, weight.
# fmt: off
ESP2013 = (
    (0, 1, 1000), (1, 5, 4000), (5, 10, 5500), (10, 15, 5500), (15, 20, 5500), (20, 25, 6000), (25, 30, 6000), (30, 35, 6500),
    (35, 40, 7000), (40, 45, 7000), (45, 50, 7000), (50, 55, 7000), (55, 60, 6500), (60, 65, 6000), (65, 70, 5500), (70, 75, 5000),
)
# fmt: on

# The premature mortality that is computed here: the age under which a death counts.
PREMATURE = {"mortalite_prematuree_0_64_calculee": 65, "mortalite_prematuree_0_74_calculee": 75}


def under(age: int) -> tuple[tuple[int, int, int], ...]:
    """The bands of the European standard population that end at an age or before."""
    return tuple(band for band in ESP2013 if band[1] <= age)
