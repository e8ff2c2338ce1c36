"""The panel's figures follow the reader's choice of CPTS statuses."""

from dataclasses import replace

import pytest

from maillage.address.selection import Selection
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import profile as atlas_profile


@pytest.fixture
def coverage(ask):
    def read(level, code, statuses):
        selection = replace(Selection(level, code), statuses=statuses)
        figures = atlas_profile.profile(ask, atlas_map.compose(ask, selection, "/geo/"))["figures"]
        return figures[figures["indicator"] == "couverture_cpts"].set_index("level")["value"]

    return read


def test_coverage_counts_the_chosen_statuses_only(coverage):
    everything = coverage("departement", "71", tuple(Selection().statuses))
    signed = coverage("departement", "71", ("aci_signe",))
    # Centre Saône-et-Loire has signed: 90,346 of 550,310 inhabitants.
    assert everything["departement"] == pytest.approx(100 * 90_346 / 550_310)
    assert signed["departement"] == pytest.approx(100 * 90_346 / 550_310)
    assert signed["france"] < everything["france"]


def test_coverage_says_nothing_where_no_chosen_cpts_is_known(coverage):
    assert "departement" not in coverage("departement", "71", ("inconnu",))


def test_none_covered_is_zero_where_every_cpts_is_listed(coverage):
    assert coverage("departement", "13", ())["departement"] == 0
