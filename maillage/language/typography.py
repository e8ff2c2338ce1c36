"""French typography, once: what is held together, and which apostrophe. Pages (views/page.js) and files apply the same rules.

Each rule is a pattern and what takes the place of a match. Patterns are read by Python and by browsers alike: letters are
spelt out, because a browser's word has no accent.
"""

from __future__ import annotations

import re
from itertools import groupby

THIN, HARD, JOINER = (
    "\u202f",
    "\u00a0",
    "\u2060",
)  # inside a number; before a sign or a unit; nothing seen, nothing broken
_LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœ"
_UNITS = "km|min|ans?|hab|habitants?|communes?|places?|décès|structures?|sites?|Mo|ko|€"
_SMALL = "et|de|du|des|la|le|les|l|d|sur|sous|en|lès|lez|aux|au|à"

Rule = tuple[str, str]
SPACES: tuple[Rule, ...] = ((r"(?<=«) | (?=[»:;?!%])", HARD),)
NUMBERS: tuple[Rule, ...] = (
    (r"(?<!\d{4})(?<=\d) (?=\d{3}(?!\d))", THIN),  # « 100 000 », never « en 2023 100 »
    (rf"(?<=\d) (?=(?:{_UNITS})(?![{_LETTER}]))", HARD),
)
APOSTROPHE: tuple[Rule, ...] = ((rf"(?<=[{_LETTER}])'(?=[{_LETTER}«])", "’"),)
# A name is not left on « Saône-et- » nor on « Saint- »: the line is broken before. One rule a length, as Python wants.
_STARTS = sorted([*_SMALL.split("|"), "Saint", "Sainte", "Saints", "Saintes", "St", "Ste"], key=len)
_SHORT = [list(words) for _, words in groupby(_STARTS, key=len)]
NAMES: tuple[Rule, ...] = tuple(
    (rf"(?<=(?<![{_LETTER}])(?:{'|'.join(words)}))-(?=[{_LETTER}])", f"-{JOINER}") for words in _SHORT
)
FILES = (*SPACES, *NUMBERS, *APOSTROPHE)
PAGES = (*FILES, *NAMES)


def applied(rules: tuple[Rule, ...], words: str) -> str:
    """The words with these rules."""
    for pattern, replacement in rules:
        words = re.sub(pattern, replacement, words)
    return words
