"""The European standard population, as Eurostat published it in 2013."""

from itertools import pairwise

from maillage.catalog import INDICATOR, standards


def test_its_weights_and_its_bands():
    assert sum(weight for *_, weight in standards.under(65)) == 80_500
    assert sum(weight for *_, weight in standards.under(75)) == 91_000
    assert standards.ESP2013[0][0] == 0 and all(a[1] == b[0] for a, b in pairwise(standards.ESP2013))


def test_what_is_computed_is_apart_from_what_is_published():
    for name in standards.PREMATURE:
        computed, published = INDICATOR[name], INDICATOR["mortalite_prematuree_0_64"]
        assert computed.recipe != published.recipe and computed.per == 100_000 and not computed.combine
        assert computed.secret and "calculée ici" in computed.label
