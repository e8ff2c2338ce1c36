"""The same place in two lists: told by its FINESS number, else by its name and where it is. Never guessed.

A row of a register is a row of our lists when both are of one type in one commune (one département, when our list does not
know the commune) and
- their names are alike, each being by far the most alike of the other; or
- neither list has another of that type there, the names do not say different trades, and ours was not still in preparation
  a year after theirs opened.

Names are compared on what is left without the words of the type and of the commune. What remains undecided is kept on
both sides, unless it would surely be counted twice: a row of the register whose name is alike to that of a row of ours
still alone is left out, one for one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from etl.formats.wording import bare
from maillage import catalog

ALIKE = 85  # token_sort_ratio of rapidfuzz, out of 100
AHEAD = 10  # by how much the most alike must lead the next
_GENERIC = frozenset(
    bare(
        "maison centre pôle site sites équipe santé soins médical médicale médicaux pluriprofessionnelle pluridisciplinaire "
        "multisite universitaire projet association dispositif structure de du des d la le les l et a au aux en sur sous"
    ).split()
)
_TRADES = ("INFIRM", "DENT", "OPTI", "OPHTA", "VISUEL", "PSYCH", "GYNECO", "PLANIFICATION")


@dataclass(frozen=True)
class ComparableSite:
    """A structure as two lists can be compared on: number, type, name, commune, address, degrees."""

    key: str  # our identifier, or the FINESS number
    kind: str  # a site type of the catalogue
    name: str
    departement: str
    commune: str | None = None
    commune_name: str = ""
    finess: str | None = None  # the number that our list gives
    opened: int | None = None  # the year, in the register
    awaited: int | None = None  # a year when it was still in preparation, in our lists


@dataclass(frozen=True)
class Pairing:
    """Which structures of two lists are the same, and which may be."""

    same: dict[str, str] = field(default_factory=dict)  # key found -> key known
    doubtful: dict[str, list[str]] = field(default_factory=dict)  # key known -> keys found that it may be, all kept
    # Key found, to be left out -> key known, that it cannot be told from.
    doubled: dict[str, str] = field(default_factory=dict)
    alone: list[str] = field(default_factory=list)  # keys known, nothing like them found


def pair(known: Iterable[ComparableSite], others: Iterable[ComparableSite]) -> Pairing:
    """Which places of `found` (a register) are places of `known` (our lists)."""
    pairing = Pairing()
    known, others = list(known), list(others)
    numbers = {place.key: place for place in others}
    for ours in known:
        theirs = numbers.get(ours.finess or "")
        if theirs and theirs.kind == ours.kind and theirs.key not in pairing.same:
            pairing.same[theirs.key] = ours.key
        elif ours.finess:
            pairing.alone.append(ours.key)
    known = [place for place in known if not place.finess]
    paired = set(pairing.same)
    placed, unplaced = [p for p in known if p.commune], [p for p in known if not p.commune]
    by_commune = _groups(others, lambda place: (place.kind, place.commune), paired)
    for key, ours in _groups(placed, lambda place: (place.kind, place.commune), paired).items():
        _decide(ours, by_commune.get(key, []), pairing, len(ours))
    # Those known to the département alone come after, and are the only ones there if no other was known in a commune.
    paired = set(pairing.same) | set(pairing.doubled)
    by_departement = _groups(others, lambda place: (place.kind, place.departement), paired)
    everyone = _groups(known, lambda place: (place.kind, place.departement), set())
    for key, ours in _groups(unplaced, lambda place: (place.kind, place.departement), paired).items():
        _decide(ours, by_departement.get(key, []), pairing, len(everyone[key]))
    return pairing


def likeness(ours: ComparableSite, theirs: ComparableSite) -> float:
    """From 0 to 100: what the names say besides the type and the commune; two names that say no more are alike."""
    first, second = _sentence(ours, theirs.commune_name), _sentence(theirs, ours.commune_name)
    return fuzz.token_sort_ratio(first, second) if first and second else 100.0 * (first == second)


def _decide(ours: list[ComparableSite], theirs: list[ComparableSite], pairing: Pairing, sides: int) -> None:
    """Pair the places of one type in one commune or département; `sides` is how many of ours there are in all."""
    scores = {(o.key, t.key): likeness(o, t) for o in ours for t in theirs}
    left, free = {o.key: o for o in ours}, {t.key: t for t in theirs}
    if sides == len(ours) == len(theirs) == 1 and _may_be(ours[0], theirs[0]):
        pairing.same[theirs[0].key] = ours[0].key
        return
    for o, t in [pair for pair in scores if _leads(pair, scores)]:
        pairing.same[t] = o
        del left[o], free[t]
    for o in left:
        alike = [t for t in free if scores[o, t] >= ALIKE]
        if alike:
            pairing.doubled[max(alike)] = o
            del free[max(alike)]
        elif free:
            pairing.doubtful[o] = sorted(free)
        else:
            pairing.alone.append(o)


def _may_be(ours: ComparableSite, theirs: ComparableSite) -> bool:
    awaited = ours.awaited and theirs.opened and theirs.opened < ours.awaited
    return not awaited and _trades(ours) == _trades(theirs)


def _leads(candidate: tuple[str, str], scores: dict[tuple[str, str], float]) -> bool:
    """Is this pair alike, and ahead of every other pair of either side?"""
    o, t = candidate
    rivals = [score for (a, b), score in scores.items() if (a == o) != (b == t)]
    return scores[candidate] >= ALIKE and scores[candidate] - max(rivals, default=0) >= AHEAD


def _groups(places: Iterable[ComparableSite], key, without: set[str]) -> dict[tuple, list[ComparableSite]]:
    groups = defaultdict(list)
    for place in sorted(places, key=lambda place: place.key):
        if place.key not in without:
            groups[key(place)].append(place)
    return groups


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Z0-9]+", bare(text.replace("œ", "oe").replace("Œ", "OE")).replace(".", ""))


def _sentence(place: ComparableSite, commune_of_the_other: str) -> str:
    kind = catalog.SITE_TYPE[place.kind]
    dull = {*_GENERIC, kind.code, *_words(kind.label), *_words(place.commune_name), *_words(commune_of_the_other)}
    return " ".join(word for word in _words(place.name) if word not in dull)


def _trades(place: ComparableSite) -> frozenset[str]:
    words = _words(place.name)
    return frozenset(trade for trade in _TRADES if any(word.startswith(trade) for word in words))
