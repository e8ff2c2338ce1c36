"""The presentation as one file: complete, alone, and deaf to what names hold."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maillage import catalog
from maillage.exports import offline
from maillage.exports.typesetting import Unset, fine
from maillage.subjects import projection
from maillage.subjects.territory import wording

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}</style>=1+1"


class Page(HTMLParser):
    """Tags, attributes, and the text of each script, style and the rest."""

    def __init__(self, content: bytes):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words, self.inside = [], [], {}, []
        self.feed(content.decode())

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attributes]
        self.inside.append(tag + ("-data" if ("type", "application/json") in attributes else ""))

    def handle_endtag(self, tag):
        while self.inside and not self.inside.pop().startswith(tag):
            pass

    def handle_data(self, data):
        kind = next((each for each in reversed(self.inside) if each.startswith(("script", "style"))), "text")
        self.words.setdefault(kind, []).append(data)

    def text(self, kind="text"):
        return "".join(self.words.get(kind, []))


@pytest.fixture(scope="module")
def made(whole, ceremony):
    return offline.html(*whole, ceremony)


def test_the_file_is_light_and_names_no_other(made):
    assert len(made) < 5_000_000
    page = Page(made)
    assert not {"link", "iframe", "object", "embed", "base", "form", "a", "img"} & set(page.tags)
    assert not [
        pair
        for pair in page.attributes
        if pair[1] in ("src", "href", "srcset", "action", "style") or pair[1].startswith("on")
    ]
    assert set(re.findall(r"url\(([^,]*),", page.text("style"))) <= {"data:font/woff;base64"}
    assert page.text("style").count("url(") == page.text("style").count("url(data:font/woff;base64,")
    assert "@import" not in page.text("style")
    assert "sourceMappingURL" not in page.text("script")


def test_the_policy_lets_only_these_very_scripts_and_styles_run(made):
    (policy,) = [
        value for tag, name, value in Page(made).attributes if tag == "meta" and name == "content" and "src" in value
    ]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "http" not in policy
    page = Page(made)
    assert offline._hash(page.text("script")) in policy and offline._hash(page.text("style")) in policy


def test_logos_are_inside_on_the_cover_and_where_people_sign(whole, ceremony, logo):
    page = Page(offline.html(*whole, replace(ceremony, logos=(logo,))))
    pictures = [value for tag, name, value in page.attributes if (tag, name) == ("img", "src")]
    assert pictures == [logo.link] * 2
    assert [value for tag, name, value in page.attributes if (tag, name) == ("img", "alt")] == [logo.name] * 2
    assert page.tags.index("img") < page.tags.index("h2")


def test_no_screen_is_nearly_empty(whole, ceremony):
    """No table ends on a row alone, and a few names stand beside the figures."""
    dossier = whole[0]
    assert min(len(table.grid.rows) for table in offline.content(*whole, ceremony)["tables"]) > 2
    two = replace(dossier, communes=dossier.communes.head(2))
    few = offline.content(two, whole[1], ceremony)
    assert few["communes"] == [] and few["few"] == ", ".join(wording.members(two))


def test_everything_is_told(made, whole, ceremony):
    words = Page(made).text()
    for sentence in (
        *whole[0].communes["name"],
        *(a.head for a in ceremony.axes),
        *(p.more for p in ceremony.signatories),
        "mardi 18 octobre 2022",
        "34 communes",
        "Chiffres clés",
        *whole[0].sources["title"],
    ):
        assert fine(sentence) in words, sentence
    assert len(re.findall("Données au", words)) >= 4


def test_the_map_s_data_are_the_territory_s(made, whole):
    data = json.loads(Page(made).text("script-data"))
    dossier, around = whole
    assert {feature["properties"]["n"] for feature in data["members"]["features"]} == {
        fine(n) for n in dossier.communes["name"]
    }
    drawn = shapely.union_all([shapely.from_geojson(json.dumps(f["geometry"])) for f in data["members"]["features"]])
    assert drawn.symmetric_difference(dossier.contour).area < 0.02 * dossier.contour.area
    assert data["bounds"] == pytest.approx(dossier.contour.bounds, abs=1e-3)
    assert len(data["sites"]) == around.sites["lon"].notna().sum()
    assert {site["kind"] for site in data["sites"]} <= set(data["kinds"])


def test_the_map_knows_its_departement_in_france(made):
    data = json.loads(Page(made).text("script-data"))
    assert data["home"] == ["Saône-et-Loire"]
    assert data["home"][0] in {feature["properties"]["n"] for feature in data["country"]["features"]}


def test_letters_of_every_size_that_a_slide_may_have_are_in_the_style(made, whole):
    style = Page(made).text("style")
    assert all(f".s{size} {{" in style for size in range(projection.LEAST, projection.LARGEST + 1))
    assert f's{projection.communes(whole[0])[0].size}"' in made.decode()


def test_the_legend_has_every_symbol_once(whole):
    lines = offline.legend(whole[1])
    labels = [line["label"] for line in lines]
    assert len(labels) == len(set(labels))
    types = whole[1].sites["type"].unique()
    assert set(labels) - {"symbole creux : en préparation"} == {catalog.SITE_TYPE[kind].label for kind in types}


def test_an_unknown_perimeter_has_no_map(unknown, ceremony):
    page = Page(offline.html(*unknown, ceremony))
    assert ("div", "id", "map") not in page.attributes
    assert (
        "aucune carte" not in page.text() and "Périmètre inconnu" not in page.text()
    )  # the form says it, the room does not read it
    assert json.loads(page.text("script-data"))["bounds"] is None


@settings(max_examples=10)
@given(name=st.text(max_size=80))
@example(name=EVIL)
@example(name="</script><script>alert(1)</script><!--")
@example(name="\u2028\u2029\x00&amp;&#60;")
def test_any_name_stays_text(disguised, name):
    dossier, around, ceremony = disguised(name)
    content = offline.html(dossier, around, ceremony)
    page = Page(content)
    assert page.tags.count("script") == 2 and page.tags.count("style") == 1 and "img" not in page.tags
    assert offline._hash(page.text("script")) in content.decode()
    data = json.loads(page.text("script-data"))
    assert {feature["properties"]["n"] for feature in data["members"]["features"]} == {fine(name)}
    assert " ".join(fine(name).split()) in " ".join(page.text().split())


def test_without_leaflet_it_says_what_to_do(whole, ceremony, monkeypatch, tmp_path):
    monkeypatch.setattr(offline, "LEAFLET", tmp_path)
    with pytest.raises(Unset, match="prévenez son administrateur"):
        offline.html(*whole, ceremony)


def test_the_preview_says_that_it_is_one_and_is_the_file(whole, ceremony):
    file = offline.html(*whole, replace(ceremony, title=f"<body> {EVIL}"))
    seen = offline.preview(file)
    assert b"data-preview>" not in file and seen.count(b"<body data-preview>") == 1
    head, body = seen.split(b"<body data-preview>")
    assert file == head + b"<body>" + body and b"<body>" not in body and b"</head>" in head
