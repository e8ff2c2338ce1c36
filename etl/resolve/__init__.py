"""Many lists, one row a thing: identity, precedence, conflicts kept as doubts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from etl.source import Note


@dataclass
class Outcome:
    """What a resolution has to say of each source: notes, and how many of its rows are no row of their own."""

    notes: dict[str, list[Note]] = field(default_factory=lambda: defaultdict(list))
    lost: dict[str, int] = field(default_factory=lambda: defaultdict(int))
