"""Intervals, funnels and trends: from events only, and never for what is decided."""

import numpy as np
import pytest

from maillage import catalog
from maillage.methods import rates
from maillage.subjects.comparison.chance import chance, trends
from maillage.subjects.comparison.figures import figures
from tests.fabricated import MORTALITY, UNKNOWN

WRITTEN = {"pour 100 000": 100_000, "pour 100 000": 100_000, "pour 1 000": 1000, "% de": 100}
STATUSES = catalog.DEFAULT_CPTS_STATUSES


@pytest.mark.parametrize("indicator", catalog.INDICATORS, ids=lambda i: i.code)
def test_what_a_rate_is_for_is_declared_as_its_unit_writes_it(indicator):
    written = next((many for words, many in WRITTEN.items() if words in indicator.unit), 0)
    assert indicator.per == written


@pytest.mark.parametrize(
    "name", ["msp_publiees_100k", "structures_msp_100k", "mg_liberaux_densite", MORTALITY, "densite"]
)
def test_no_interval_without_events_nor_of_what_is_decided(ask, name):
    found = chance(ask.keep(figures, name, STATUSES, 11))
    assert found.funnel is None and found.reason
    assert not (found.table["low"].notna() & found.table["high"].notna()).any()


def test_events_bring_byars_interval_and_a_funnel(ask_counted):
    found = chance(ask_counted.keep(figures, MORTALITY, STATUSES, 11))
    row = found.table.set_index("code").loc["08"]
    low, high = rates.byar(row["events"])
    assert row["low"] == pytest.approx(row["value"] * low / row["events"])
    assert row["high"] == pytest.approx(row["value"] * high / row["events"])
    assert "Byar" in row["origin"] and found.reason == ""
    # Those withheld, that without events and that without deaths are no points.
    assert not {"48", "2A", "2B", "976", UNKNOWN, "05"} & set(found.codes) and len(found.codes) == 95
    np.testing.assert_allclose(
        found.funnel.values, found.table.set_index("code").loc[list(found.codes), "value"].astype(float)
    )


def test_without_a_threshold_few_events_have_the_exact_interval(ask_counted):
    row = chance(ask_counted.keep(figures, MORTALITY, STATUSES, 0)).table.set_index("code").loc["48"]
    low, high = rates.exact(5)
    assert (row["low"], row["high"]) == pytest.approx((row["value"] * low / 5, row["value"] * high / 5))
    assert "exact" in row["origin"]


def test_a_trend_is_tested_where_events_are_known(ask_counted):
    found = trends(ask_counted.keep(figures, MORTALITY, STATUSES, 11), ("08", "48", UNKNOWN)).set_index("code")
    assert found.loc["08", "percent"] == pytest.approx(1.0, abs=0.1)
    assert found.loc["48", "percent"] is None or np.isnan(found.loc["48", "percent"])
    assert found.loc["48", "reason"] and found.loc[UNKNOWN, "reason"]


def test_what_is_decided_has_no_trend_test(ask):
    assert trends(ask.keep(figures, "msp_publiees_100k", STATUSES, 11), ("08",)).empty
