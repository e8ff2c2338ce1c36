"""Names, made comparable."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256

from maillage import catalog

# Small words that people write or leave out, and signs: neither tells two names apart.
LOOSE = ((r"(?:[^a-z0-9]|\b(?:de|des|du|d|la|le|les|l|et|a|au|aux|en|sur|sous)\b)+", " "),)


_ACCENTS, _WORD = re.compile("[\u0300-\u036f]+"), re.compile("[a-z0-9]+")


def unaccented(text: str) -> str:
    """Small letters without accents nor ligatures: « Cœur d'Étang » is coeur d'etang."""
    letters = text.casefold()
    if letters.isascii():
        return letters
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", letters.replace("œ", "oe").replace("æ", "ae")))


@lru_cache(maxsize=100_000)  # the same few words stand in every row of a list
def plain(text: str | None) -> str:
    """Words to compare, the one way of all: no case, accents, ligatures nor signs; « L'Haÿ-les-Roses » is l hay les roses."""
    return " ".join(_WORD.findall(unaccented(text or "")))


def slug(text: str, most: int = 60) -> str:
    """The same for an identifier or a file: l-hay-les-roses; a long one is cut, and stays itself by a digest."""
    whole = plain(text).replace(" ", "-")
    return whole if len(whole) <= most else f"{whole[: most - 10]}-{sha256(whole.encode()).hexdigest()[:8]}"


def spelled(name: str) -> str:
    """A plain name without its abbreviations: « St-Étienne » is saint etienne."""
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in plain(name).split())


def loose(name: str) -> str:
    """A name as a search reads it, without its small words: « Les Portes, du Luxembourg » is « portes luxembourg »."""
    return _applied(LOOSE, spelled(name))


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
    (r"\bcommunautes? communes\b", "cc"),
    (r"\bcommunautes? urbaines?\b", "cu"),
    (r"\b(?:communautes? )?agglo(?:meration)?\b", "ca"),
    (r"\beurometropole\b", "metropole"),
    (r"\bmspu\b|\bmsp (?:u|universitaire)\b", "msp"),  # « MSP-U », « MSP universitaire »: some write it, some do not
)


def short(name: str) -> str:
    """A loose name where the full words of a type are its letters: « cpts portes luxembourg »."""
    return _applied(LETTERS, loose(name))
