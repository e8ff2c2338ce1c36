"""A sheet (a map or a chart with its title, legend, source and date inside) as the files people ask for."""

from __future__ import annotations

from datetime import datetime

from maillage.exports import figures, typesetting


def svg(sheet: str) -> bytes:
    """As it is."""
    return sheet.encode()


def png(sheet: str) -> bytes:
    """As PNG."""
    return figures.png(sheet)


def pdf(sheet: str, title: str, made: datetime, wide: bool = False) -> bytes:
    """One page of A4, lying where the sheet is `wide`; `title` is what it shows, for those who hear it. Raises typesetting.Unset."""
    data = {"title": title, "sheet": typesetting.Drawing(sheet), "wide": wide}
    return typesetting.pdf("picture.typ", data, made)
