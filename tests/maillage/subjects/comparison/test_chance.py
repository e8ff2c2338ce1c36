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
    intervals = chance(ask.keep(figures, name, STATUSES, 11))
    assert intervals.funnel is None and intervals.reason
    assert not (intervals.table["low"].notna() & intervals.table["high"].notna()).any()


def test_events_bring_byars_interval_and_a_funnel(ask_counted):
    intervals = chance(ask_counted.keep(figures, MORTALITY, STATUSES, 11))
    row = intervals.table.set_index("code").loc["08"]
    low, high = rates.byar(row["events"])
    assert row["low"] == pytest.approx(row["value"] * low / row["events"])
    assert row["high"] == pytest.approx(row["value"] * high / row["events"])
    assert "Byar" in row["origin"] and intervals.reason == ""
    # Those withheld, that without events and that without deaths are no points.
    assert not {"48", "2A", "2B", "976", UNKNOWN, "05"} & set(intervals.codes) and len(intervals.codes) == 95
    np.testing.assert_allclose(
        intervals.funnel.values, intervals.table.set_index("code").loc[list(intervals.codes), "value"].astype(float)
    )


def test_without_a_threshold_few_events_have_the_exact_interval(ask_counted):
    row = chance(ask_counted.keep(figures, MORTALITY, STATUSES, 0)).table.set_index("code").loc["48"]
    low, high = rates.exact(5)
    assert (row["low"], row["high"]) == pytest.approx((row["value"] * low / 5, row["value"] * high / 5))
    assert "exact" in row["origin"]


def test_a_trend_is_tested_where_events_are_known(ask_counted):
    slopes = trends(ask_counted.keep(figures, MORTALITY, STATUSES, 11), ("08", "48", UNKNOWN)).set_index("code")
    assert slopes.loc["08", "percent"] == pytest.approx(1.0, abs=0.1)
    assert slopes.loc["48", "percent"] is None or np.isnan(slopes.loc["48", "percent"])
    assert slopes.loc["48", "reason"] and slopes.loc[UNKNOWN, "reason"]


def test_what_is_decided_has_no_trend_test(ask):
    assert trends(ask.keep(figures, "msp_publiees_100k", STATUSES, 11), ("08",)).empty
