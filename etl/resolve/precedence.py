"""What a source is worth beside another: declared by each, as Source.tier."""

from __future__ import annotations

# A reader's list; an official list of the day or of a date; a fact that we wrote down, with its reference; one that only fills
# what the others lack; what is computed here, which no source declares.
LOCAL, REGISTER, CURATED, FILLING, COMPUTED = "local", "register", "curated", "filling", "computed"
# Of one figure, the first that gives it is believed, whatever was read first.
FIGURES = (LOCAL, REGISTER, CURATED, FILLING, COMPUTED)


def later(one: str | None, other: str | None) -> bool:
    """Is a date after another, as far as both go? « 2021 » is not after « 2021-03 »; no date is after none."""
    if not one or not other:
        return bool(one) and not other
    precision = min(len(one), len(other))
    return one[:precision] > other[:precision]
