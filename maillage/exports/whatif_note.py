"""« Et si ? » on one A4 page: the question, the map of the answer, what each site brings, the scenarios, what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from maillage.exports import typesetting
from maillage.records.map_picture import MapPicture
from maillage.records.siting_curve import Curve
from maillage.records.territory import Grid
from maillage.views import map_sheet, siting_curve


def pdf(
    title: str,
    lead: str,
    caption: str,
    picture: MapPicture,
    curve: Curve,
    chosen: int,
    scenarios: Grid,
    notes: Sequence[str],
    made: datetime,
) -> bytes:
    """One page, whose map has its `caption` above it. Raises typesetting.Unset."""
    data = {
        "title": title,
        "lead": lead,
        "caption": caption,
        "map": typesetting.SvgDrawing(map_sheet.svg(picture, titled=False)),
        "alt": picture.words.title,
        "curve": typesetting.SvgDrawing(siting_curve.svg(curve, chosen)),
        "sentence": curve.sentence,
        "scenarios": scenarios,
        "notes": list(notes),
    }
    return typesetting.pdf("whatif_note.typ", data, made)
