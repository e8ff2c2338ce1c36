"""What slides wear: one typeface, inside the file where it is installed, and layouts as wide as they are."""

import re
from io import BytesIO
from zipfile import ZipFile

from pptx import Presentation

from maillage.exports import theme, typeface

WIDE, HIGH = 12_192_000, 6_858_000


def dressed():
    deck, file = Presentation(), BytesIO()
    theme.dress(deck, WIDE, HIGH)
    deck.slides.add_slide(deck.slide_layouts[5])
    deck.save(file)
    return file


def test_headings_and_text_are_in_source_sans():
    with ZipFile(dressed()) as parts:
        xml = parts.read("ppt/theme/theme1.xml").decode()
    assert re.findall(r"<a:(?:major|minor)Font><a:latin typeface=\"([^\"]+)", xml) == ["Source Sans 3"] * 2
    assert '<a:accent1><a:srgbClr val="4B3F8F"/></a:accent1>' in xml


def test_the_typeface_goes_with_the_file(monkeypatch):
    monkeypatch.setattr(typeface, "embedded", lambda: {"regular": b"R", "bold": b"B"})
    with ZipFile(dressed()) as parts:
        assert parts.read("ppt/fonts/font1.fntdata") == b"R" and parts.read("ppt/fonts/font2.fntdata") == b"B"
        assert b"application/x-fontdata" in parts.read("[Content_Types].xml")
        presentation = parts.read("ppt/presentation.xml").decode()
        links = parts.read("ppt/_rels/presentation.xml.rels").decode()
    order = re.findall(r"<p:(notesSz|embeddedFontLst|defaultTextStyle)\b", presentation)
    assert order == ["notesSz", "embeddedFontLst", "defaultTextStyle"]  # the schema's
    for style, link in re.findall(r"<p:(regular|bold) r:id=\"(\w+)\"", presentation):
        rank = {"regular": 1, "bold": 2}[style]
        assert (
            re.search(rf'<Relationship [^>]*Id="{link}"[^>]*>', links).group().count(f"fonts/font{rank}.fntdata") == 1
        )


def test_without_it_nothing_is_promised(monkeypatch):
    monkeypatch.setattr(typeface, "embedded", dict)
    with ZipFile(dressed()) as parts:
        assert b"embeddedFontLst" not in parts.read("ppt/presentation.xml")


def test_a_slide_that_people_add_is_as_wide_as_the_others():
    deck = Presentation(dressed())
    assert (deck.slide_width, deck.slide_height) == (WIDE, HIGH)
    for layout in deck.slide_layouts:
        for shape in layout.placeholders:
            assert shape.left + shape.width <= WIDE and shape.top + shape.height <= HIGH
    title = deck.slide_layouts[5].placeholders[0]
    assert title.left + title.width > 0.9 * WIDE
