"""Ages as people write them: a year of age, a band, an open end."""

from __future__ import annotations

import re

from maillage.language.names import plain

OLDEST = 130  # no completed age is above
_YEAR = re.compile(r"(?:age )?([0-9]{1,3})(?: ans?)?(?: revolus?)?")
_SPAN = re.compile(r"(?:de )?([0-9]{1,3})(?: ans?)? (?:(?:a|et|au) )?([0-9]{1,3})(?: ans?)?(?: revolus?)?")
_LAST = re.compile(r"(?:de )?([0-9]{1,3})(?: ans?)? (?:(?:et|ou) )?(?:plus|davantage|au dela)(?: ans)?")
_FIRST = re.compile(r"(?:moins de|inferieur a|sous|avant) ([0-9]{1,3})(?: ans?)?")


def age_band(text: str) -> tuple[int, int | None] | None:
    """« 34 » → (34, 35); « 05-09 », « de 5 à 9 ans », « [5;9] » → (5, 10); « moins de 1 an » → (0, 1); « 95+ » → (95, None).

    Completed years; the end is excluded. None when no age is told.
    """
    words = plain(re.sub("<", " moins de ", text.replace("+", " plus "))).removesuffix(" inclus")
    if match := _LAST.fullmatch(words):
        return int(match[1]), None
    if match := _FIRST.fullmatch(words):
        low, high = 0, int(match[1])
    elif match := _SPAN.fullmatch(words):
        low, high = int(match[1]), int(match[2]) + 1
        high -= text.rstrip().endswith("[")  # [5, 10[ excludes its end
    elif match := _YEAR.fullmatch(words):
        low, high = int(match[1]), int(match[1]) + 1
    else:
        return None
    return (low, high) if low < high <= OLDEST else None
