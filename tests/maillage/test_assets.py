"""What the browser and the printed documents load from us, published to static/."""

import json
import os
from io import BytesIO

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

from maillage import assets
from maillage.assets import STYLES, fingerprint, publish
from maillage.language import typography

SANS = "node_modules/@expo-google-fonts/source-sans-3"


@pytest.fixture
def tree(tmp_path):
    for name, content in {
        **{f"maillage/views/{name}.css": f"/* {name} */" for name in STYLES},
        "maillage/views/mark.svg": "mark",
        "maillage/views/page.js": "const RULES = [/* rules */].flat();",
        "maillage/views/projection.js": "projection",
        "maillage/views/map/map.js": "ours",
        "maillage/views/map/map.css": "ours too",
        "node_modules/leaflet/dist/leaflet.js": "leaflet",
        "node_modules/leaflet/dist/leaflet.css": "style",
        "node_modules/leaflet/dist/images/layers.png": "image",
        "node_modules/leaflet/dist/leaflet-src.js": "not needed",
        f"{SANS}/400Regular/SourceSans3_400Regular.ttf": "font",
        f"{SANS}/900Black/SourceSans3_900Black.ttf": "not needed",
        f"{SANS}/LICENSE_FONT": "licence",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path


def published(tree):
    static = tree / "static"
    return {path.relative_to(static).as_posix(): path.read_text() for path in static.rglob("*") if path.is_file()}


def test_everything_needed_and_nothing_more(tree):
    assert publish(tree)
    files = published(tree)
    assert files.pop("page.css").split("\n") == [f"/* {name} */" for name in STYLES]
    rules, rest = files.pop("page.js").split("\n")
    assert json.loads(rules.removeprefix("const RULES = [").removesuffix("].flat();")) == list(
        map(list, typography.PAGES)
    )
    assert rest == "projection"
    assert files == {
        "mark.svg": "mark",
        "map.js": "ours",
        "map.css": "ours too",
        "leaflet/leaflet.js": "leaflet",
        "leaflet/leaflet.css": "style",
        "leaflet/images/layers.png": "image",
        "fonts/SourceSans3_400Regular.ttf": "font",
        "fonts/LICENSE_FONT": "licence",
    }


def test_what_did_not_change_is_left_alone_and_what_changed_is_replaced(tree):
    publish(tree)
    old = tree / "static" / "leaflet" / "leaflet.js"
    os.utime(old, (1, 1))
    (tree / "maillage" / "views" / "map" / "map.js").write_text("better")
    assert publish(tree)
    assert old.stat().st_mtime == 1
    assert published(tree)["map.js"] == "better"


def test_an_address_changes_with_what_it_gives(tree):
    publish(tree)
    before = fingerprint(tree)
    assert before == fingerprint(tree) and len(before) == 8
    (tree / "maillage" / "views" / "home.css").write_text("/* another */")
    publish(tree)
    assert fingerprint(tree) != before


def test_without_leaflet_it_says_so_and_still_publishes_ours(tree):
    (tree / "node_modules" / "leaflet" / "dist" / "leaflet.js").unlink()
    assert not publish(tree)
    assert published(tree)["map.js"] == "ours"


def test_leaflet_published_before_is_enough(tree):
    publish(tree)
    (tree / "node_modules").rename(tree / "gone")
    assert publish(tree)


def test_contours_beside_are_not_touched(tree):
    contour = tree / "static" / "geo" / "v" / "communes-08.json.gz"
    contour.parent.mkdir(parents=True)
    contour.write_text("contour")
    publish(tree)
    assert contour.read_text() == "contour"


def font(path, characters: str):
    """A font that draws nothing, for each of these characters."""
    names = {ord(character): f"u{ord(character)}" for character in characters}
    glyphs = [".notdef", *names.values()]
    made = FontBuilder(1000)
    made.setupGlyphOrder(glyphs)
    made.setupCharacterMap(names)
    made.setupGlyf({glyph: Glyph() for glyph in glyphs})
    made.setupHorizontalMetrics(dict.fromkeys(glyphs, (500, 0)))
    made.setupHorizontalHeader()
    made.setupOS2()
    made.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return path


def test_the_letters_that_files_carry_are_cut_once(tmp_path):
    made = font(tmp_path / "fonts" / "SourceSans3_700Bold.ttf", "Aé\u202fЖ")
    before = assets.letters(made)
    assert set(TTFont(BytesIO(before)).getBestCmap()) == {*map(ord, "Aé\u202f")}  # French, and no Cyrillic
    assets.cut(tmp_path)
    (kept,) = (tmp_path / "letters").iterdir()
    os.utime(kept, (1, 1))
    assets.cut(tmp_path)
    assert kept.stat().st_mtime == 1 and kept.read_bytes() == before
    kept.write_bytes(b"kept")
    assert assets.letters(made) == b"kept"


def test_letters_of_another_font_or_of_other_rules_are_cut_anew(tmp_path, monkeypatch):
    path = tmp_path / "fonts" / "SourceSans3_400Regular.ttf"
    names = []
    for characters, features in (("AB", ()), ("ABC", ()), ("ABC", ("kern",))):
        font(path, characters)
        monkeypatch.setattr(assets, "FEATURES", features)
        assets.cut(tmp_path)
        (kept,) = (tmp_path / "letters").iterdir()  # and none of before
        assert set(TTFont(kept).getBestCmap()) == {*map(ord, characters)}
        names.append(kept.name)
    assert len(set(names)) == 3
