"""The zoning of general practitioners on the map of a fresh machine: named categories, and unknown where nothing is known."""

from maillage import catalog
from maillage.address.selection import Selection
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import profile as atlas_profile
from maillage.views import legend, profile

ZONING = catalog.INDICATOR["zonage_medecins"]


def test_communes_are_classed_by_category_and_the_legend_names_them(ask):
    scene = atlas_map.compose(ask, Selection("departement", "08", indicator=ZONING.code), "/geo/")
    classes = scene.view.paint.classes
    assert len(classes.counts) == 4 and classes.missing == 1  # Tannay-le-Mont-Dieu, united in 2025
    assert sum(classes.counts) + classes.missing == len(scene.table)
    fragment = legend.legend(ZONING, classes, scene.mesh, scene.when, atlas_map.source(ask, ZONING.code))
    assert all(f"</i>{label} " in fragment for label in ZONING.categories)


def test_a_departement_that_the_copy_lacks_is_missing_and_not_outside_the_zoning(ask):
    scene = atlas_map.compose(ask, Selection("departement", "974", indicator=ZONING.code), "/geo/")
    assert scene.view.paint.classes.counts == (0, 0, 0, 0) and scene.view.paint.classes.missing == 24


def test_the_profile_of_a_commune_names_its_zone(ask):
    scene = atlas_map.compose(ask, Selection("commune", "08409"), "/geo/")
    fragment = profile.profile(atlas_profile.profile(ask, scene))
    row = fragment.partition(">Zonage des médecins généralistes<")[2].partition("</tr>")[0]
    assert "action complémentaire (ZAC)" in row
    assert 'colspan="3"' in row and "≈" not in row  # the département and France have none
