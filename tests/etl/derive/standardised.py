"""A directly standardised rate computed apart from the build, to hold the build against."""

from __future__ import annotations

import numpy as np

from maillage.methods import rates


def standardised_rate(events, people, weights, per: float = 100_000) -> tuple[float | None, float | None, float | None]:
    """Σ w d/n ÷ Σ w, and Dobson's interval; None under ten events. By age band, (n,) each.

    Var = Σ w² d/n² ÷ (Σ w)², and the interval is rate + √(Var/O) (O_L − O; O_U − O), (O_L, O_U) Byar's of the O events.
    Dobson, Kuulasmaa, Eberle and Scherer, Statistics in Medicine, 1991.
    """
    death, people, weight = (np.asarray(each, float) for each in (events, people, weights))
    count, share = death.sum(), weight / weight.sum()
    if count < rates.ENOUGH_EVENTS:
        return None, None, None
    value = np.sum(share * death / people)
    step = np.sqrt(np.sum(share**2 * death / people**2) / count)
    low, high = rates.byar(count)
    return value * per, max(0.0, value + step * (low - count)) * per, (value + step * (high - count)) * per
