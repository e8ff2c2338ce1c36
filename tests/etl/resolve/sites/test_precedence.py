from __future__ import annotations

import pytest

from etl.resolve.precedence import CURATED, LOCAL, REGISTER
from etl.resolve.sites.precedence import outranks


def row(tier, as_of):
    return {"tier": tier, "as_of": as_of}


@pytest.mark.parametrize(
    ("one", "other", "wins"),
    [
        ((LOCAL, None), (REGISTER, "2026-05-12"), True),  # whoever knows the place, whatever the date
        ((REGISTER, "2026-05-12"), (LOCAL, "2019"), False),
        ((REGISTER, "2026-05-12"), (CURATED, "2024"), True),
        ((REGISTER, "2021-01-08"), (CURATED, "2024"), False),
        ((CURATED, "2024"), (REGISTER, "2021-01-08"), True),
        ((CURATED, "2026"), (REGISTER, "2026-05-12"), False),  # not known to be later
        ((REGISTER, "2021-01-08"), (CURATED, None), True),
        ((REGISTER, "2026-05-12"), (REGISTER, "2026-01"), True),
    ],
)
def test_who_is_believed(one, other, wins):
    assert outranks(row(*one), row(*other)) is wins
    assert not (outranks(row(*one), row(*other)) and outranks(row(*other), row(*one)))
