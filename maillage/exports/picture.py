"""A sheet (a map or a chart with its title, legend, source and date inside) as the files people ask for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typst

from maillage.exports import typesetting

FONTS = Path(__file__).parents[2] / "static" / "fonts"  # `make assets` puts Source Sans 3 there
DOTS_PER_INCH = 144  # a PNG twice as fine as the SVG's pixels, at 72 to the inch


def svg(sheet: str) -> bytes:
    """As it is."""
    return sheet.encode()


def png(sheet: str) -> bytes:
    """As PNG: typst draws it, no browser is wanted."""
    page = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    fonts = [str(FONTS)] if FONTS.is_dir() else []
    return typst.compile(page.encode(), format="png", ppi=DOTS_PER_INCH, sys_inputs={"svg": sheet}, font_paths=fonts)


def pdf(sheet: str, title: str, made: datetime, wide: bool = False) -> bytes:
    """One page of A4, lying where the sheet is `wide`; `title` is what it shows, for those who hear it. Raises typesetting.Unset."""
    data = {"title": title, "sheet": typesetting.SvgDrawing(sheet), "wide": wide}
    return typesetting.pdf("picture.typ", data, made)
