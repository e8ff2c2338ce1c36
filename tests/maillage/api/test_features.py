"""OGC API – Features, by its shape and as GDAL's own driver reads it."""

import pyogrio
import pytest
import shapely

from maillage.exports import geo


@pytest.fixture(scope="module")
def layers(ask) -> dict:
    """The layers of the GeoPackage, by name, in its order."""
    return dict(geo.layers(ask))


def test_the_landing_page_leads_everywhere(client, get):
    links = {link["rel"]: link["href"] for link in get("/").json()["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(links)
    for href in links.values():
        assert client.get(href).status_code == 200, href
    assert any(each.endswith("/conf/core") for each in get("/conformance").json()["conformsTo"])


def test_collections_are_the_layers_of_the_geopackage(layers, get):
    listed = get("/collections").json()["collections"]
    assert [each["id"] for each in listed] == list(layers)
    for name, frame in layers.items():
        body = get(f"/collections/{name}/items", limit=3).json()
        assert body["numberMatched"] == len(frame) and body["numberReturned"] == 3
        one = body["features"][0]
        assert get(f"/collections/{name}/items/{one['id']}").json()["properties"] == one["properties"]


@pytest.mark.parametrize("name", ["departement", "cpts", "site"])
def test_a_box_keeps_what_meets_it(layers, get, name):
    box = (4.4, 46.5, 4.8, 46.9)
    frame = layers[name]
    key = {"departement": "code", "cpts": "cpts_id", "site": "site_id"}[name]
    bounds = frame.bounds
    meets = (
        (bounds["minx"] <= box[2])
        & (bounds["maxx"] >= box[0])
        & (bounds["miny"] <= box[3])
        & (bounds["maxy"] >= box[1])
    )
    body = get(f"/collections/{name}/items", bbox=",".join(map(str, box)), limit=1_000).json()
    assert sorted(each["id"] for each in body["features"]) == sorted(frame.loc[meets, key]) != []


def test_a_box_of_the_whole_world_is_no_more_than_a_page(get):
    body = get("/collections/commune/items", bbox="-180,-90,180,90", limit=10_000).json()
    assert body["numberReturned"] == 1_000 and any(link["rel"] == "next" for link in body["links"])


# -- GDAL ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gdal(served):
    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no driver for OGC API – Features")
    return f"OAPIF:{served}"


def test_gdal_finds_every_collection(layers, gdal):
    assert sorted(name for name, _ in pyogrio.list_layers(gdal)) == sorted(layers)


@pytest.mark.parametrize("name", ["arrondissement_municipal", "departement", "region", "cpts"])
def test_gdal_reads_a_collection_whole(layers, gdal, name):
    ours = layers[name]
    theirs = pyogrio.read_dataframe(gdal, layer=name)
    assert len(theirs) == len(ours) and theirs.crs.to_epsg() == 4326 and theirs.geometry.is_valid.all()
    assert set(theirs["name"]) == set(ours["name"])
    areas = [shapely.area(frame.geometry.to_numpy()).sum() for frame in (theirs, ours)]
    assert areas[0] == pytest.approx(areas[1], rel=1e-4)


@pytest.mark.parametrize("name", ["commune", "epci", "site"])
def test_gdal_reads_a_box_of_the_large_ones_over_several_pages(get, gdal, name):
    box = (2.2, 48.7, 4.2, 49.9)
    theirs = pyogrio.read_dataframe(gdal, layer=name, bbox=box)
    matched = get(f"/collections/{name}/items", bbox=",".join(map(str, box)), limit=1).json()["numberMatched"]
    assert len(theirs) == matched > 20
