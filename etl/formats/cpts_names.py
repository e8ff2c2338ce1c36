"""Names of CPTS, as lists write them, made comparable."""

from __future__ import annotations

import re
from functools import lru_cache

from maillage.language.names import unaccented

_KIND = re.compile(r"\bc ?p ?t ?s\b|\bcommunautes? professionnelles? territoriales? (de |en )?(sante\b)?")
_EMPTY = frozenset(
    ["l", "d", "de", "du", "des", "la", "le", "les", "et", "en", "a", "au", "aux", "association", "asso", "ass"]
)
_SAINT = {"saint": "st", "sainte": "ste", "saints": "sts", "saintes": "stes"}


@lru_cache(maxsize=100_000)  # all places of France, 35,000 names, are held against each layer
def plain(name: str) -> str:
    """A name without what varies from list to list: accents, case, punctuation, « CPTS », articles; saint is st."""
    text = _KIND.sub(" ", " ".join(re.findall(r"[^\W_]+", unaccented(name))))
    return " ".join(_SAINT.get(word, word) for word in text.split() if word not in _EMPTY)
