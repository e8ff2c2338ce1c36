"""Source Sans 3 for a file that goes alone: the letters of Latin scripts, written in the style of a page or in slides."""

from __future__ import annotations

import struct
from base64 import b64encode
from functools import cache
from io import BytesIO

from fontTools.ttLib import TTFont

from maillage import assets
from maillage.exports import typesetting

FAMILY = "Source Sans 3"
PANOSE = "020B0503030403020204"  # by which a program without it looks for a likeness
WEIGHTS = dict(zip((400, 600, 700), assets.CARRIED, strict=True))


@cache
def style() -> str:
    """The rules that bring the typeface, about 75 kB; nothing where it was not installed, and the system's stands in."""
    if not all(_file(name).is_file() for name in WEIGHTS.values()):
        return ""
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; '
        f'src: url(data:font/woff;base64,{b64encode(_letters(name, "woff")).decode()}) format("woff"); }}\n'
        for weight, name in WEIGHTS.items()
    )


def _file(name: str):
    return typesetting.FONTS / f"SourceSans3_{name}.ttf"


@cache
def embedded() -> dict[str, bytes]:
    """The same letters as slides carry them, each an EOT: « regular » and « bold »; nothing where it was not installed."""
    kept = {"regular": WEIGHTS[400], "bold": WEIGHTS[700]}
    return {weight: _eot(name) for weight, name in kept.items() if _file(name).is_file()}


def _eot(name: str) -> bytes:
    """Version 2.1 of Embedded OpenType, neither compressed nor ciphered (https://www.w3.org/submissions/EOT/)."""
    content = _letters(name)
    font = TTFont(BytesIO(content))
    table, head = font["OS/2"], font["head"]
    panose = bytes(table.panose.__dict__.values())
    ranges = [getattr(table, f"ulUnicodeRange{n}") for n in (1, 2, 3, 4)]
    ranges += [getattr(table, f"ulCodePageRange{n}") for n in (1, 2)]
    latin, upright, magic = 1, 0, 0x504C
    fixed = struct.pack("<10s2BI2H", panose, latin, upright, table.usWeightClass, table.fsType, magic)
    fixed += struct.pack("<6I", *ranges) + struct.pack("<5I", head.checkSumAdjustment, 0, 0, 0, 0)
    words = [font["name"].getDebugName(rank).encode("utf-16-le") for rank in (1, 2, 5, 4)]
    names = b"".join(struct.pack("<2H", 0, len(each)) + each for each in [*words, b""])  # padding, length, letters
    size = 16 + len(fixed) + len(names) + len(content)
    return struct.pack("<4I", size, len(content), 0x00020001, 0) + fixed + names + content


def _letters(name: str, flavor: str | None = None) -> bytes:
    font, content = TTFont(BytesIO(_cut(name)), recalcTimestamp=False), BytesIO()
    font.flavor = flavor
    font.save(content)
    return content.getvalue()


@cache
def _cut(name: str) -> bytes:
    return assets.letters(_file(name))
