"""The typeface of a file that goes alone: the letters that French needs, and few bytes."""

import re
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
