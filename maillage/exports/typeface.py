"""Source Sans 3 for a file that goes alone: the letters of Latin scripts, in three weights, written in its style."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont

from maillage.exports import typesetting

WEIGHTS = {400: "400Regular", 600: "600SemiBold", 700: "700Bold"}
# Basic Latin, Latin-1, Latin Extended-A, the spaces, dashes and quotes of French, arrows, and the signs of our figures.
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2034),
    *range(0x2190, 0x2194),
    *map(ord, "\u2039\u203a\u20ac\u2212\u2248\u2260\u2264\u2265\u2060"),
)
FEATURES = ["ccmp", "locl", "kern", "liga", "mark", "tnum"]


@cache
def style() -> str:
    """The rules that bring the typeface, about 75 kB; nothing where it was not installed, and the system's stands in."""
    if not all(_file(name).is_file() for name in WEIGHTS.values()):
        return ""
    return "".join(
        f'@font-face {{ font-family: "Source Sans 3"; font-weight: {weight}; '
        f'src: url(data:font/woff;base64,{b64encode(_letters(name)).decode()}) format("woff"); }}\n'
        for weight, name in WEIGHTS.items()
    )


def _file(name: str):
    return typesetting.FONTS / f"SourceSans3_{name}.ttf"


def _letters(name: str) -> bytes:
    options = subset.Options(flavor="woff", layout_features=FEATURES, hinting=False)
    # recalcTimestamp: the same letters make the same file, as a policy wants.
    font, content = TTFont(_file(name), recalcTimestamp=False), BytesIO()
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    font.flavor = "woff"
    font.save(content)
    return content.getvalue()
