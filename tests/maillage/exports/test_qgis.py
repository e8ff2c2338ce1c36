"""The file of layers, by its shape: QGIS itself is not run here."""

import re
from xml.etree import ElementTree

from maillage import catalog
from maillage.api.features import TITLES
from maillage.exports import qgis

ADDRESS = "https://exemple.fr/a'b/api/v1"


def test_every_layer_leads_to_a_collection_and_is_in_the_tree():
    root = ElementTree.fromstring(qgis.layers(ADDRESS))
    sources = [layer.findtext("datasource") for layer in root.iter("maplayer")]
    names = [re.search(r"typename='(\w+)'", source)[1] for source in sources]
    assert set(names) == set(TITLES) - {"arrondissement_municipal"} and all(
        r"url='https://exemple.fr/a\'b/api/v1'" in each for each in sources
    )
    assert [each.get("id") for each in root.iter("layer-tree-layer")] == [
        each.findtext("id") for each in root.iter("maplayer")
    ]
    assert {each.findtext("provider") for each in root.iter("maplayer")} == {"OAPIF"}


def test_structures_have_the_symbols_of_the_atlas():
    root = ElementTree.fromstring(qgis.layers(ADDRESS))
    categories = {each.get("value"): each for each in root.iter("category")}
    assert {code: each.get("label") for code, each in categories.items()} == {
        kind.code: kind.label for kind in catalog.SITE_TYPES
    }
    symbols = {each.get("name"): each for each in root.iter("symbol") if each.get("type") == "marker"}
    msp = {each.get("name"): each.get("value") for each in symbols[categories["MSP"].get("symbol")].iter("Option")}
    assert msp["color"] == "0,114,178,255" and msp["name"] == "circle"
