"""A map to take away: SVG, PNG and a one-page PDF, with its title, legend, source and date inside."""

from __future__ import annotations

from datetime import datetime

from maillage.exports import figures, typesetting
from maillage.records.map_picture import MapPicture
from maillage.views import map_sheet


def svg(picture: MapPicture) -> bytes:
    """The map of a page as SVG, with its title, legend, source and date."""
    return map_sheet.svg(picture).encode()


def png(picture: MapPicture) -> bytes:
    """The same as PNG."""
    return figures.png(map_sheet.svg(picture))


def pdf(picture: MapPicture, made: datetime) -> bytes:
    """One page of A4. Raises typesetting.Unset."""
    data = {
        "title": picture.title,
        "alt": f"{picture.title}. {picture.credit}",
        "map": typesetting.Drawing(map_sheet.svg(picture)),
    }
    return typesetting.pdf("map_picture.typ", data, made)
