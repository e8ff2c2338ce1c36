"""The map's description, and its way through folium and streamlit-folium to the browser."""

import gzip
import json
import re
from base64 import b64decode
from dataclasses import fields, replace
from itertools import combinations
from math import hypot, isclose

import folium
import numpy as np
import pandas as pd
import pytest
import streamlit_folium
from hypothesis import given
from hypothesis import strategies as st

from maillage import catalog
from maillage.catalog import palettes as catalog_palettes
from maillage.methods.classes import classify
from maillage.records.map_view import CROWD, Base, MapView, Paint, Part
from maillage.views.map import leaflet as maps

EVIL = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "<!-- --> <![CDATA[",
    "quotes \" ' ` and \\ and \\u003c",
    "{{ 'x' }} ${1+1} {{{'y'}}} {{",
    "{% raw %} {%- endfor %} {# {{% {{{% {{#",
    "line\u2028paragraph\u2029null\x00tab\tnewline\nend",
    "map_div feature_group_0 _0 _div map_1234",
    "L'Haÿ-les-Roses 🏥 \ud7ff",
]


def site(name="MSP", **more):
    row = {
        "site_id": "s1",
        "type": "MSP",
        "name": name,
        "status": "ouvert",
        "commune_code": "08105",
        "commune": "Charleville",
        "departement_code": "08",
        "address": None,
        "lon": 4.72,
        "lat": 49.77,
        "precision": "commune",
        "places": np.nan,
        "opened_on": None,
        "note": None,
        "as_of": "2022",
    }
    return row | more


def view(**more):
    marks, classes = classify(pd.Series([1.0, 30.0, np.nan]), [20], "YlGnBu")
    plain = MapView(
        Base("/app/static/geo/v/", "Densité", "departement-08", (4.0, 49.2, 5.4, 50.2)),
        Paint([Part("communes-08", "commune", marks, [1.0, 30.0, None])], classes, "hab./km²", decimals=1),
    )
    layers = {layer.name: getattr(plain, layer.name) for layer in fields(plain)}
    changed = {
        name: replace(layer, **{each.name: more.pop(each.name) for each in fields(layer) if each.name in more})
        for name, layer in layers.items()
    }
    assert not more, "no such part of a map"
    return MapView(**changed)


def cpts(**more):
    row = {
        "cpts_id": "cpts-1",
        "name": "CPTS",
        "status": "aci_signe",
        "status_date": "2022-09-15",
        "perimeter": "complet",
        "population": 1000,
        "communes": 2,
    }
    return pd.DataFrame([row | more])


def layer(view):
    return maps.layer(maps.pack(maps.describe(view)))


@pytest.fixture
def sent(monkeypatch):
    """What streamlit-folium sends to the browser for a view: its real code, without a browser."""

    def send(view, leaflet=True, fingerprint="abc123"):
        kept = {}
        monkeypatch.setattr(streamlit_folium, "_component_func", lambda **arguments: kept.update(arguments))
        streamlit_folium.st_folium(
            maps.base_map("/app/static/", leaflet, fingerprint),
            key="carte",
            returned_objects=[],
            feature_group_to_add=layer(view),
        )
        return kept

    return send


def drawn(script: str) -> dict:
    """The description inside the script, decoded as the browser decodes it."""
    (packed,) = re.findall(r'maillage\.receive\(map_div, "([A-Za-z0-9+/=]*)"\);', script)
    return json.loads(gzip.decompress(b64decode(packed)))


# -- classes --------------------------------------------------------------------------------------------------------


def test_a_value_on_a_limit_belongs_above():
    marks, classes = classify(pd.Series([19.999, 20, 20.001, 49.999, 50, 1e9, -5]), [20, 50], "YlGnBu")
    assert marks == "0111220"
    assert classes.counts == (2, 3, 2) and classes.missing == classes.withheld == 0
    assert len(classes.colours) == 3 and len(set(classes.colours)) == 3


def test_missing_withheld_and_zero_are_three_things():
    values = pd.Series([0.0, np.nan, np.nan, 5.0])
    marks, classes = classify(values, [1], "Greens", pd.Series([False, False, True, True]))
    assert marks == "0xss"
    assert (classes.counts, classes.missing, classes.withheld) == ((1, 0), 1, 2)


@pytest.mark.parametrize("count", range(1, 7))
@pytest.mark.parametrize("palette", sorted({indicator.palette for indicator in catalog.INDICATORS}))
def test_every_palette_has_its_colours(palette, count):
    colours = catalog_palettes.colours(palette, count)
    assert len(colours) == count == len(set(colours))
    assert all(colour.startswith("#") and len(colour) == 7 for colour in colours)


def test_nothing_known_is_all_missing():
    marks, classes = classify(pd.Series([np.nan] * 3), [], "Blues")
    assert marks == "xxx" and classes.counts == (0,) and classes.missing == 3


@given(
    st.lists(st.floats(-1e6, 1e6) | st.none(), max_size=30), st.lists(st.integers(-1000, 1000), unique=True, max_size=5)
)
def test_classes_against_a_plain_loop(values, limits):
    limits = sorted(limits)
    marks, classes = classify(pd.Series(values, dtype=float), limits, "YlGnBu")
    expected = ["x" if v is None else str(sum(v >= limit for limit in limits)) for v in values]
    assert list(marks) == expected
    assert sum(classes.counts) + classes.missing == len(values)
    assert list(classes.counts) == [expected.count(str(rank)) for rank in range(len(limits) + 1)]


# -- symbols --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", range(1, 21))
def test_symbols_at_one_place_never_hide_each_other(count):
    offsets = maps.spread([(4.7, 49.8)] * count)
    assert len(offsets) == count
    assert all(hypot(a - c, b - d) >= 14 for (a, b), (c, d) in combinations(offsets, 2))
    assert all(hypot(*offset) <= 70 for offset in offsets)


def test_a_symbol_alone_stays_where_it_is():
    assert maps.spread([(4.7, 49.8), (4.8, 49.8), (4.7, 49.8)])[1] == (0, 0)
    assert maps.spread([]) == []


def test_a_site_is_described():
    rows = [
        site(),
        site(site_id="s2", status="en_projet", precision="adresse"),
        site(site_id="s3", type="LHSS", places=6),
    ]
    description = maps.describe(view(sites=pd.DataFrame(rows)))
    first, second, third = description["sites"]
    assert (first["hollow"], second["hollow"]) == (False, True)
    assert (first["exact"], second["exact"]) == (False, True)
    assert first["scale"] == 1 < third["scale"] < 2
    assert set(description["kinds"]) == {"MSP", "LHSS"}
    assert description["kinds"]["LHSS"]["symbol"] == "L"
    assert len({(s["dx"], s["dy"]) for s in description["sites"]}) == 3


@pytest.mark.parametrize("status", catalog.CPTS_STATUSES, ids=lambda status: status.code)
def test_a_cpts_is_drawn_by_its_status(status):
    (outline,) = maps.describe(view(cpts=cpts(status=status.code)))["cpts"]["shown"]
    assert outline["line"] == status.line in ("solid", "dashed", "dotted")
    assert status.label in outline["lines"][0] and "15/09/2022" in outline["lines"][0]


def test_the_cpts_sought_is_told_apart():
    assert maps.describe(view(cpts=cpts(), focus="cpts-1"))["cpts"]["shown"][0]["focus"]
    assert not maps.describe(view(cpts=cpts(), focus="cpts-2"))["cpts"]["shown"][0]["focus"]


def test_a_partial_perimeter_says_so():
    lines = maps.describe(view(cpts=cpts(perimeter="partiel")))["cpts"]["shown"][0]["lines"]
    assert "partiel" in " ".join(lines)
    assert len(maps.describe(view(cpts=cpts(population=np.nan)))["cpts"]["shown"][0]["lines"]) == 1


def test_only_the_ign_background_names_a_third_party():
    assert "http" not in json.dumps(maps.describe(view(sites=pd.DataFrame([site()]), cpts=cpts())))
    assert maps.describe(view(background=True))["background"].startswith("https://data.geopf.fr/")


# -- to the browser -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVIL)
def test_a_strangers_name_comes_out_as_it_was_written(sent, name):
    script = sent(view(sites=pd.DataFrame([site(name, address=name, commune=name)])))["feature_group"]
    assert "<" not in script
    assert not re.search(r"\{[{%#]", script)
    lines = drawn(script)["sites"][0]["lines"]
    assert lines[0] == name
    assert lines[3].startswith(f"{name}, {name}")


@given(st.text() | st.text("{}%#<>'\"\\`_ abdiv0\u2028"))
def test_any_text_comes_out_as_it_was_written(name):
    base, group = maps.base_map("/app/static/", True, "abc"), layer(view(unit=name))
    base.render()
    script = streamlit_folium._get_feature_group_string(group, map=base)
    assert "<" not in script
    assert drawn(script)["unit"] == name


def test_what_is_sent_is_what_was_described(sent):
    whole = view(
        sites=pd.DataFrame([site()]), cpts=cpts(), selected=("08105",), inside=("08",), neighbours="departements"
    )
    assert drawn(sent(whole)["feature_group"]) == json.loads(json.dumps(maps.describe(whole)))


def unpacked(text: str) -> dict:
    return json.loads(gzip.decompress(b64decode(text)))


def test_what_stands_on_the_map_travels_apart_and_is_named_by_its_content():
    whole = view(sites=pd.DataFrame([site()]), cpts=cpts())
    packed, other = maps.packed(whole), maps.packed(view(sites=pd.DataFrame([site()]), cpts=cpts(), unit="autre"))
    described = json.loads(json.dumps(maps.describe(whole)))
    assert unpacked(packed.ground) | unpacked(packed.upon) == described | {"upon": packed.key}
    assert (other.upon, other.key) == (packed.upon, packed.key) and other.ground != packed.ground
    more = maps.packed(view(sites=pd.DataFrame([site(), site("CDS")]), cpts=cpts()))
    assert more.key != packed.key and more.key in maps.beside(more)
    assert json.dumps(EVIL[0]) not in maps.beside(maps.packed(view(sites=pd.DataFrame([site(EVIL[0])]))))


def test_the_map_stays_mounted_whatever_is_shown(sent):
    one = sent(view())
    two = sent(view(key="france-FR", frame=(-8, 41, 9, 51), background=True, sites=pd.DataFrame([site(EVIL[0])])))
    assert one["key"] == two["key"]
    for part in ("script", "header", "html", "js_links", "css_links"):
        assert one[part] == two[part], part
    assert one["feature_group"] != two["feature_group"]


def test_the_browser_loads_only_from_us(sent):
    arguments = sent(view())
    links = arguments["js_links"] + arguments["css_links"]
    assert {link.split("?")[0] for link in links} == {
        "/app/static/leaflet/leaflet.js",
        "/app/static/leaflet/leaflet.css",
        "/app/static/map.js",
        "/app/static/map.css",
    }
    assert all("://" not in part for part in (arguments["script"], arguments["header"], arguments["html"]))


def test_without_leaflet_here_the_cdn_gives_it(sent):
    arguments = sent(view(), leaflet=False)
    links = arguments["js_links"] + arguments["css_links"]
    assert {link for link in links if link.startswith("http")} == {
        f"{maps.LEAFLET_CDN}/leaflet.js",
        f"{maps.LEAFLET_CDN}/leaflet.css",
    }


def test_a_new_script_of_ours_is_fetched_again(sent):
    assert sent(view(), fingerprint="one")["js_links"] != sent(view(), fingerprint="two")["js_links"]


def test_a_folium_map_elsewhere_keeps_its_own_addresses():
    before = list(folium.Map.default_js)
    maps.base_map("/app/static/", True, "abc")
    assert folium.Map.default_js == before


def test_the_frame_is_south_west_then_north_east():
    (south, west), (north, east) = maps.describe(view())["bounds"]
    assert isclose(south, 49.2) and isclose(west, 4.0) and isclose(north, 50.2) and isclose(east, 5.4)


def test_numbers_that_are_not_numbers_are_refused():
    bad = view(parts=[Part("communes-08", "commune", "0", [float("nan")])])
    with pytest.raises(ValueError):
        maps.packed(bad)


def test_a_crowd_of_sites_is_dots():
    rows = [site(lon=2 + n / 1000, type="MSP" if n % 2 else "CDS") for n in range(CROWD + 1)]
    crowd = maps.describe(view(sites=pd.DataFrame(rows)))
    assert crowd["sites"] == []
    assert sum(len(dots["at"]) for dots in crowd["dots"]) == 2 * len(rows)
    assert {crowd["kinds"][dots["type"]]["colour"] for dots in crowd["dots"]} == {"#0072B2", "#2A7F8E"}
    few = maps.describe(view(sites=pd.DataFrame(rows[:-1])))
    assert len(few["sites"]) == CROWD and few["dots"] == []
