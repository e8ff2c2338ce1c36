"""Who is believed when two lists speak of one structure: a reader's list, then the later of a register and of a fact."""

from __future__ import annotations

from etl.resolve.precedence import LOCAL, REGISTER, later


def outranks(one: dict, other: dict) -> bool:
    """Does a row win over another? A local list over all; then the one of the later date.

    A register wins at equal dates, and over a fact that says no date: it is official and dated. A row has tier and as_of
    (AAAA[-MM[-JJ]]).
    """
    if LOCAL in (one["tier"], other["tier"]):
        return one["tier"] == LOCAL
    if one["tier"] == other["tier"]:
        return later(one["as_of"], other["as_of"])
    return not later(other["as_of"], one["as_of"]) if one["tier"] == REGISTER else later(one["as_of"], other["as_of"])
