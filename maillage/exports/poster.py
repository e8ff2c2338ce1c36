"""The poster of a signing: one A3 page that reads from the back of a room."""

from __future__ import annotations

from maillage.exports import colophon, typesetting
from maillage.exports.typesetting import drawn
from maillage.records.print_frame import Vicinity
from maillage.records.territory import Dossier
from maillage.subjects.ceremony import Ceremony
from maillage.subjects.territory import wording
from maillage.views import html, plan_svg


def pdf(dossier: Dossier, vicinity: Vicinity, ceremony: Ceremony) -> bytes:
    """One page. Raises typesetting.Unset."""
    return typesetting.pdf("poster.typ", content(dossier, vicinity, ceremony), dossier.build.built_at)


def content(dossier: Dossier, vicinity: Vicinity, ceremony: Ceremony) -> dict:
    """What the template sets: nothing but texts, and the map as SVG."""
    high = 950 - 75 * -(-len(ceremony.axes) // 2)  # of a width of 1,000: axes and logos take their room from the map
    high -= 110 if ceremony.logos else 0
    drawing = drawn(dossier, vicinity, width=1000, height=high, symbol=42, size=29, names=16)
    return {
        "title": dossier.name,
        "name": dossier.name,
        "ceremony": ceremony_of(ceremony),
        "when": ceremony.when,
        "extent": wording.extent(dossier),
        "where": wording.where(dossier),
        "map": typesetting.SvgDrawing(plan_svg.svg(drawing, wording.alternative(dossier))) if drawing else None,
        "alt": wording.alternative(dossier),
        "legend": typesetting.legend(drawing) if drawing else [],
        "keys": wording.keys(dossier, brief=True)[:3],
        "logos": [
            (typesetting.SvgDrawing(html.draw("drawing.svg", "picture", logo)), logo.name) for logo in ceremony.logos
        ],
        "credit": " ".join(
            filter(
                None,
                [
                    colophon.apart(drawing.apart) if drawing else "",
                    f"{wording.dated(dossier)}.",
                    colophon.CREDIT_ALONE,
                    colophon.STEMS if drawing and drawing.marks else "",
                ],
            )
        ),
    }


def ceremony_of(ceremony: Ceremony) -> dict:
    """The texts of a ceremony that the poster bears."""
    return {"title": ceremony.title, "axes": ceremony.axes, "signatories": ceremony.signatories}
