"""The panel's figures follow the reader's choice of CPTS statuses."""

from dataclasses import replace

import pytest

from maillage import catalog
from maillage.address.selection import Selection
from maillage.catalog.indicators import PROFILE
from maillage.queries import indicators
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import profile as atlas_profile


@pytest.fixture
def coverage(ask):
    def read(level, code, statuses):
        selection = replace(Selection(level, code), statuses=statuses)
        figures = atlas_profile.profile(ask, atlas_map.compose(ask, selection, "/geo/"))["figures"]
        return figures[figures["indicator"] == "couverture_cpts"].set_index("level")["value"]

    return read


def test_the_panel_s_figures_are_asked_once_whatever_colours_the_map(ask):
    """Every indicator is, so that one which the panel does not list is known with them."""
    asked = []

    def heard(question, *arguments):
        asked.append((question, *arguments))
        return ask(question, *arguments)

    scene = atlas_map.compose(ask, Selection("departement", "08"), "/geo/")
    apart = next(name for name in catalog.INDICATOR if name not in catalog.in_document(PROFILE))
    figures = {}
    for name in ("densite", apart):
        looked = replace(scene, selection=replace(scene.selection, indicator=name))
        figures[name] = atlas_profile.profile(heard, looked)["figures"]
    profiles = [list(each[-1]) for each in asked if each[0] is indicators.profile]
    assert profiles == [list(catalog.INDICATOR)] * 2 and set(figures["densite"]["indicator"]) <= {
        *catalog.in_document(PROFILE)
    }
    assert (
        {*figures["densite"]["indicator"], apart}
        >= set(figures[apart]["indicator"])
        > set(figures["densite"]["indicator"])
    )


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
