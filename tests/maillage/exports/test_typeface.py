"""The typeface of a file that goes alone: the letters that French needs, and few bytes."""

import re
import struct
from base64 import b64decode
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from maillage.exports import typeface, typesetting

pytestmark = pytest.mark.skipif(not typesetting.FONTS.is_dir(), reason="`make assets` brings the typeface")


def test_three_weights_are_written_in_the_style_and_stay_light():
    style = typeface.style()
    assert re.findall(r"font-weight: (\d+)", style) == ["400", "600", "700"]
    assert set(re.findall(r"url\((.{14})", style)) == {"data:font/woff"} and len(style) < 100_000
    assert style == typeface.style.__wrapped__()  # a policy knows the style by its very bytes


def test_every_letter_that_french_and_our_figures_use_is_there():
    for content in re.findall(r"base64,([^)]+)", typeface.style()):
        known = TTFont(BytesIO(b64decode(content))).getBestCmap()
        assert {*map(ord, "ÀÉÈÊËÎÏÔŒÙÛÜŸÇàâçéèêëîïôœùûüÿæ«»’“”–—…·•€°²³½×≈≤≥−≠→ŁłŠšĀā \u00a0\u202f")} <= set(known)


def test_without_it_the_system_s_stands_in(monkeypatch, tmp_path):
    monkeypatch.setattr(typesetting, "FONTS", tmp_path)
    assert typeface.style.__wrapped__() == ""
    assert typeface.embedded.__wrapped__() == {}


def test_slides_carry_two_styles_as_embedded_opentype():
    assert set(typeface.embedded()) == {"regular", "bold"}
    for style, content in typeface.embedded().items():
        size, inner, version, flags = struct.unpack_from("<4I", content)
        assert (size, version, flags) == (len(content), 0x00020001, 0)
        assert struct.unpack_from("<H", content, 34) == (0x504C,)  # the magic number
        at, names = 80, []
        for _ in range(5):
            (length,) = struct.unpack_from("<H", content, at + 2)
            names.append(content[at + 4 : at + 4 + length].decode("utf-16-le"))
            at += 4 + length
        font = TTFont(BytesIO(content[-inner:]))
        assert at == size - inner and names[0] == font["name"].getDebugName(1) == typeface.FAMILY
        assert names[3].startswith(names[0]) and names[1].lower() == style
        assert {*map(ord, "Œuvrée à l’été — 68 350,5 ≈ %")} <= set(font.getBestCmap())
