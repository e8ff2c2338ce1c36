"""Names, made comparable."""

from __future__ import annotations

import re
import unicodedata

from maillage import catalog

# Small words that people write or leave out, and signs: neither tells two names apart.
LOOSE = ((r"(?:[^a-z0-9]|\b(?:de|des|du|d|la|le|les|l|et|a|au|aux|en|sur|sous)\b)+", " "),)


def plain(name: str) -> str:
    """A name without case, accents, ligatures, hyphens nor abbreviations: « St-Étienne » is « saint etienne »."""
    bare = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe").replace("æ", "ae"))
    words = re.sub(r"[^a-z0-9]+", " ", "".join(c for c in bare if not unicodedata.combining(c))).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def loose(name: str) -> str:
    """A name as a search reads it, without its small words: « Les Portes, du Luxembourg » is « portes luxembourg »."""
    return _applied(LOOSE, plain(name))


def _phrase(label: str) -> str:
    """A pattern for a label in the singular or the plural."""
    return r"\b" + " ".join(f"{word.removesuffix('s')}s?" for word in loose(label).split()) + r"\b"


def _applied(rules: tuple[tuple[str, str], ...], name: str) -> str:
    for pattern, replacement in rules:
        name = re.sub(pattern, replacement, name)
    return name.strip()


# Full words, once loose, and the letters they are known by: « Permanence d'accès aux soins de santé » is « pass ».
LETTERS = (
    (r"\bst\b", "saint"),
    (r"\bste\b", "sainte"),
    (_phrase("Communauté professionnelle territoriale de santé"), "cpts"),
    *(
        (_phrase(kind.label), kind.code.lower())
        for kind in catalog.SITE_TYPES
        if kind.label.lower() != kind.code.lower()
    ),
)


def short(name: str) -> str:
    """A loose name where the full words of a type are its letters: « cpts portes luxembourg »."""
    return _applied(LETTERS, loose(name))
