"""Names, made comparable."""

from __future__ import annotations

import re
import unicodedata


def plain(name: str) -> str:
    """A name without case, accents, ligatures, hyphens nor abbreviations: « St-Étienne » is « saint etienne »."""
    bare = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe").replace("æ", "ae"))
    words = re.sub(r"[^a-z0-9]+", " ", "".join(c for c in bare if not unicodedata.combining(c))).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)
