"""Are two lists speaking of the same CPTS? By name and place, one to one; what is not sure is told, not decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from etl.formats.cpts_names import plain

SURE = 90  # out of 100: names this alike are one name, written twice
ALIKE = 75  # and these may be
APART = 80  # the most that two names get when a number or a point of the compass tells them apart
SAME_AREA, SAME_AREA_WHATEVER_THE_NAME = 0.5, 0.8  # communes in common ÷ communes of either
LEAD = 5  # how far ahead of the next candidate the right one must be

_TELLING = frozenset(
    ["nord", "sud", "est", "ouest", "centre", "haut", "haute", "hauts", "hautes", "bas", "basse", "basses"]
)


@dataclass(frozen=True)
class Party:
    """One CPTS as one list knows it."""

    key: str
    names: tuple[str, ...]
    departements: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    whole: bool = False  # are those all its communes?


@dataclass(frozen=True)
class Matching:
    """Which CPTS of two lists are the same, and which may be."""

    pairs: dict[str, str]  # key on the left -> key on the right: the same CPTS
    doubtful: dict[str, tuple[str, ...]] = field(default_factory=dict)  # left -> those on the right it may be


def likeness(one: str, other: str) -> float:
    """0 to 100, the same both ways: words in any order, and not sure when a number or a point of the compass differs."""
    one, other = plain(one), plain(other)
    if not one or not other:
        return 0.0
    ratio = fuzz.token_sort_ratio(one, other)
    return ratio if _telling(one) == _telling(other) else min(ratio, APART)


def _telling(name: str) -> set[str]:
    return {word for word in name.split() if word in _TELLING or word.isdigit()}


def match(left: Sequence[Party], right: Sequence[Party], *, by_area: bool = True) -> Matching:
    """Pair what is the same, one to one.

    Two parties are compared when they share a commune or a département. They are the same when their names are (SURE), unless
    both are known whole and share no commune; or when their names are alike and, with `by_area`, half of their communes common.
    A pair is kept when each is the other's best by a clear lead; pairs kept leave the field, and others are looked at again.
    What is left with a possible partner is doubtful.
    """
    sure: dict[tuple[str, str], float] = {}
    possible: dict[tuple[str, str], float] = {}
    for one, other in _neighbours(left, right):
        strength, certain = _compare(one, other, by_area)
        if strength:
            possible[one.key, other.key] = strength
            if certain:
                sure[one.key, other.key] = strength
    pairs: dict[str, str] = {}
    while best := _mutual_best(sure):
        pairs |= best
        taken = set(best.values())
        sure = {pair: value for pair, value in sure.items() if pair[0] not in best and pair[1] not in taken}
    taken = set(pairs.values())
    doubtful: dict[str, list[str]] = {}
    for mine, theirs in sorted(possible, key=lambda pair: -possible[pair]):
        if mine not in pairs and theirs not in taken:
            doubtful.setdefault(mine, []).append(theirs)
    return Matching(pairs, {mine: tuple(theirs) for mine, theirs in doubtful.items()})


def _neighbours(left: Sequence[Party], right: Sequence[Party]) -> Iterator[tuple[Party, Party]]:
    by_place: dict[str, set[int]] = {}
    for number, party in enumerate(right):
        for place in party.communes | party.departements:
            by_place.setdefault(place, set()).add(number)
    for party in left:
        near = set().union(*(by_place.get(place, ()) for place in party.communes | party.departements))
        yield from ((party, right[number]) for number in sorted(near))


def _compare(one: Party, other: Party, by_area: bool) -> tuple[float, bool]:
    """How strong the ties are (0: none), and whether they are certain."""
    score = max((likeness(a, b) for a in one.names for b in other.names), default=0.0)
    common = one.communes & other.communes
    overlap = len(common) / len(one.communes | other.communes) if common and by_area else 0.0
    apart = one.whole and other.whole and not common
    certain = (score >= SURE and not apart) or (score >= ALIKE and overlap >= SAME_AREA)
    if certain or score >= ALIKE or overlap >= SAME_AREA_WHATEVER_THE_NAME:
        return score + 20 * overlap, certain
    return 0.0, False


def _mutual_best(ties: dict[tuple[str, str], float]) -> dict[str, str]:
    """The pairs whose two sides have no other candidate within LEAD."""
    rivals: dict[tuple[int, str], list[float]] = {}
    for (mine, theirs), strength in ties.items():
        rivals.setdefault((0, mine), []).append(strength)
        rivals.setdefault((1, theirs), []).append(strength)

    def leads(side: int, key: str, strength: float) -> bool:
        return sum(strength - other < LEAD for other in rivals[side, key]) == 1

    return {
        mine: theirs
        for (mine, theirs), strength in ties.items()
        if leads(0, mine, strength) and leads(1, theirs, strength)
    }
