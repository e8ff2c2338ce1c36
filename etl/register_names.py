"""Names of structures as French readers write them; the register's own spelling is kept beside (`site.register_name`)."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from etl.formats import wording

# What a register puts first, for the type.
_OPENINGS = (
    (r"m\.?s\.?p\.?u", "maison de santé pluriprofessionnelle universitaire"),
    (r"m\.?s\.?p\.?(?: *[-:])?(?=\s|$)", "maison de santé"),
    (r"c\.?d\.?s\.?(?: *[-:])?(?=\s|$)", "centre de santé"),
    (r"ctre(?: de)? sante", "centre de santé"),
    (r"maison de sante pluri[- ]?professionnelle", "maison de santé pluriprofessionnelle"),
    (r"maison de sante pluri[- ]?disciplinaire", "maison de santé pluridisciplinaire"),
)


@lru_cache(maxsize=50_000)  # editions of the register repeat each other
def readable(raw: str, commune: str = "") -> str:
    """« MSP D'AIGLEMONT » → « Maison de santé d'Aiglemont »; the name of the commune gets its accents and hyphens back."""
    text = " ".join(raw.split())
    words = re.findall(r"[^\W\d_]+", text)
    if words and all(word[0].isupper() or word in wording.SMALL for word in words):
        text = text.upper()  # capitals at every word are capitals all the same, and lost their accents
    text = wording.name(text)
    for opening, whole in _OPENINGS:
        match = re.match(opening, wording.bare(text).lower())
        if match:
            text = f"{whole} {text[match.end() :].lstrip(' -:')}".strip()
            break
    if commune:
        text = _with_commune(text, commune)
    return text[:1].upper() + text[1:]


_WORD, _APART = re.compile("[A-Z0-9]+"), re.compile(r"[\s'’-]+")
_SAINT = {"ST": "SAINT", "STE": "SAINTE"}


def _with_commune(text: str, commune: str) -> str:
    """The commune inside a name, written « Saint-Étienne-du-Rouvray » where the register has « St Etienne du Rouvray »."""
    bare = wording.bare(text)
    sought, spots = _words(commune), list(_WORD.finditer(bare))
    if not sought or len(bare) != len(text):
        return text
    words = [_SAINT.get(spot.group(), spot.group()) for spot in spots]
    for first in range(len(words) - len(sought) + 1):
        inside = spots[first : first + len(sought)]
        if words[first : first + len(sought)] == sought and all(
            _APART.fullmatch(bare, one.end(), other.start()) for one, other in pairwise(inside)
        ):
            return text[: inside[0].start()] + commune + text[inside[-1].end() :]
    return text


@lru_cache(maxsize=50_000)
def _words(commune: str) -> list[str]:
    return [_SAINT.get(word, word) for word in _WORD.findall(wording.bare(commune))]
