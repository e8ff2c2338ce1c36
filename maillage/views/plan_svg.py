"""A plan as SVG, with its symbols and lines alone for a legend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np
from markupsafe import Markup

from maillage import catalog
from maillage.catalog.symbols import SHAPES, letter_size
from maillage.catalog.symbols import WIDTH as SYMBOL
from maillage.language import text
from maillage.views import html
from maillage.views.plan import EDGE, INK, PROPOSED, Area, Plan, Proposal, StructureMark

DASHES = {"solid": "", "dashed": "7 5", "dotted": "2 5"}


def svg(drawn: Plan, title: str, place: html.Place | None = None) -> Markup:
    """The plan as an SVG document; `title` is what it shows, for those who hear it."""
    x, y, bold = drawn.bar_x, drawn.height - 14, drawn.symbol / SYMBOL
    return html.draw(
        "plan.svg",
        "plan",
        drawn.width,
        drawn.height,
        place,
        title,
        _layers([area for area in drawn.areas if area.role != EDGE]),
        [(_path(side.pieces), side.colour, bold, DASHES[side.line]) for side in drawn.sides],
        _layers([area for area in drawn.areas if area.role == EDGE]),
        [_symbol(mark, drawn.symbol) for mark in drawn.marks],
        [_proposal(each, drawn.symbol) for each in drawn.proposals],
        drawn.labels,
        (
            f"M{x:.1f} {y - 6}V{y}H{x + drawn.bar:.1f}V{y - 6}",
            x + drawn.bar / 2,
            y - 6,
            0.85 * drawn.size,
            text.quantity(drawn.bar_km, "km"),
        ),
        INK,
    )


def key(kind: str, hollow: bool = False, place: html.Place | None = None) -> Markup:
    """The symbol of a site type alone, as an SVG document: for a legend."""
    alone = StructureMark(0, 0, kind, hollow, False, "")
    return html.draw("plan.svg", "symbol_key", place, _symbol(alone, SYMBOL))


def proposed(letters: str, colour: str, place: html.Place | None = None) -> Markup:
    """The symbol of a site that does not exist alone, as an SVG document: for a legend."""
    alone = Proposal(0, 0, letters, colour)
    return html.draw("plan.svg", "proposal_key", place, _proposal(alone, SYMBOL / PROPOSED))


def stroke(line: str, colour: str, long: float) -> Markup:
    """A piece of line, for a legend."""
    return html.draw("drawing.svg", "line", f"M0 -5H{long:g}", colour, 2.5, DASHES[line])


def _layers(areas: Sequence[Area]) -> list[tuple[str, str, str, float]]:
    """Layer by layer as they come, those of one colour as one path: a sheet has a path a class, not one a commune."""
    layers = {role: rank for rank, role in enumerate(dict.fromkeys(area.role for area in areas))}
    ordered = sorted(areas, key=lambda area: (layers[area.role], _style(area)))
    return [
        (_path((ring[:-1] for area in alike for ring in area.rings), "Z"), *style)
        for style, alike in groupby(ordered, _style)
    ]


def _style(area: Area) -> tuple[str, str, float]:
    return area.fill or "none", area.stroke, area.width


def _path(pieces: Iterable[np.ndarray], end: str = "") -> str:
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in piece.tolist()) + end for piece in pieces)


def _proposal(each: Proposal, across: float) -> tuple:
    return each.x, each.y, PROPOSED * across, 0.75 * across, each.symbol, each.colour


def _symbol(mark: StructureMark, across: float) -> tuple:
    kind = catalog.SITE_TYPE[mark.kind]
    scale, stem = f"{across / SYMBOL:.3g}", INK if mark.exact else ""
    look = SHAPES[kind.shape], mark.hollow, kind.colour, kind.symbol, letter_size(kind.symbol)
    return mark.x, mark.y, scale, stem, *look
