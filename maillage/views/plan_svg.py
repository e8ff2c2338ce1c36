"""A plan as SVG, with its symbols and lines alone for a legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from maillage import catalog
from maillage.catalog.symbols import SHAPES, letter_size
from maillage.catalog.symbols import WIDTH as SYMBOL
from maillage.language import text
from maillage.views.plan import EDGE, FONT, INK, PROPOSED, Area, Label, Plan, Proposal, Side, StructureMark

DASHES = {"solid": "", "dashed": "7 5", "dotted": "2 5"}


def svg(drawn: Plan, title: str) -> str:
    """The plan as an SVG document; `title` is what it shows, for those who hear it."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn.width:g} {drawn.height:g}" role="img" '
        f'font-family="{FONT}"><title>{text.escape(title)}</title>',
        *_layers([area for area in drawn.areas if area.role != EDGE]),
        *(_side(side, drawn.symbol / SYMBOL) for side in drawn.sides),
        *_layers([area for area in drawn.areas if area.role == EDGE]),
        *(_symbol(mark, drawn.symbol) for mark in drawn.marks),
        *(_proposal(each, drawn.symbol) for each in drawn.proposals),
        *(_name(label) for label in drawn.labels),
        _bar(drawn),
        "</svg>",
    ]
    return "".join(parts)


def key(kind: str, hollow: bool = False) -> str:
    """The symbol of a site type alone, as an SVG document: for a legend."""
    alone = StructureMark(0, 0, kind, hollow, False, "")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -12 24 24" font-family="{FONT}" aria-hidden="true">'
        f"{_symbol(alone, SYMBOL)}</svg>"
    )


def proposed(letters: str, colour: str) -> str:
    """The symbol of a site that does not exist alone, as an SVG document: for a legend."""
    alone = _proposal(Proposal(0, 0, letters, colour), SYMBOL / PROPOSED)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -12 24 24" font-family="{FONT}" aria-hidden="true">{alone}</svg>'


def stroke(line: str, colour: str, long: float) -> str:
    """A piece of line, for a legend."""
    dash = f' stroke-dasharray="{DASHES[line]}"' if DASHES[line] else ""
    return f'<path d="M0 -5H{long:g}" stroke="{colour}" stroke-width="2.5"{dash}/>'


def _layers(areas: Sequence[Area]) -> Iterator[str]:
    """Layer by layer as they come, those of one colour together: a sheet has a path a class, not one a commune."""
    layers = {role: rank for rank, role in enumerate(dict.fromkeys(area.role for area in areas))}
    ordered = sorted(areas, key=lambda area: (layers[area.role], _style(area)))
    return (_paths(alike, style) for style, alike in groupby(ordered, _style))


def _style(area: Area) -> tuple[str, str, float]:
    return area.fill or "none", area.stroke, area.width


def _paths(areas: Iterator[Area], style: tuple[str, str, float]) -> str:
    """Areas of one style that do not cover each other, as one path."""
    fill, stroke, width = style
    rings = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1].tolist()) + "Z" for area in areas for ring in area.rings
    )
    return (
        f'<path d="{rings}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{width:g}" '
        'stroke-linejoin="round"/>'
    )


def _side(side: Side, bold: float) -> str:
    """A line over a pale one, that reads on any colour."""
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in piece.tolist()) for piece in side.pieces)
    dash = f' stroke-dasharray="{DASHES[side.line]}"' if DASHES[side.line] else ""
    return (
        f'<path d="{path}" fill="none" stroke="#FFFFFF" stroke-opacity="0.7" stroke-width="{4 * bold:g}" stroke-linejoin="round"/>'
        f'<path d="{path}" fill="none" stroke="{side.colour}" stroke-width="{2.2 * bold:g}" stroke-linejoin="round"{dash}/>'
    )


def _proposal(each: Proposal, across: float) -> str:
    """A numbered square, larger than the symbol of a site that exists."""
    side, size = PROPOSED * across, 0.75 * across
    return (
        f'<g transform="translate({each.x:.1f} {each.y:.1f})"><rect x="{-side / 2:.1f}" y="{-side / 2:.1f}" width="{side:.1f}" '
        f'height="{side:.1f}" rx="3" fill="{each.colour}" stroke="#FFFFFF" stroke-width="1.5"/>'
        f'<text y="{0.36 * size:.1f}" font-size="{size:.1f}" font-weight="700" text-anchor="middle" fill="#FFFFFF">{text.escape(each.symbol)}</text></g>'
    )


def _symbol(mark: StructureMark, across: float) -> str:
    kind = catalog.SITE_TYPE[mark.kind]
    fill, stroke, ink = ("#FFFFFF", kind.colour, kind.colour) if mark.hollow else (kind.colour, "#FFFFFF", "#FFFFFF")
    shape, size = SHAPES[kind.shape], letter_size(kind.symbol)
    # As on the screen's map, a known address stands on a stem.
    stem = f'<path d="M0 8V18" stroke="{INK}" stroke-width="2"/>' if mark.exact else ""
    return (
        f'<g transform="translate({mark.x:.1f} {mark.y:.1f}) scale({across / SYMBOL:.3g})">{stem}'
        f'<path d="{shape.path}" fill="{fill}" stroke="{stroke}" stroke-width="{2.2 if mark.hollow else 1.5}"/>'
        f'<text y="{shape.drop * size / 12:g}" font-size="{size:g}" font-weight="700" text-anchor="middle" fill="{ink}">{kind.symbol}</text></g>'
    )


def _name(label: Label) -> str:
    words = text.escape(label.text)
    common = f'x="{label.x:.1f}" y="{label.y + label.size * 0.33:.1f}" font-size="{label.size:g}" text-anchor="middle"'
    # The halo is a text of its own: paint-order is not understood by every typesetter.
    return (
        f'<text {common} fill="none" stroke="#FFFFFF" stroke-opacity="0.85" stroke-width="{label.size / 4:g}" '
        f'stroke-linejoin="round" aria-hidden="true">{words}</text><text {common} fill="{label.ink}">{words}</text>'
    )


def _bar(drawn: Plan) -> str:
    x, y, size = drawn.bar_x, drawn.height - 14, 0.85 * drawn.size
    return (
        f'<path d="M{x:.1f} {y - 6}V{y}H{x + drawn.bar:.1f}V{y - 6}" fill="none" stroke="{INK}" stroke-width="1.5"/>'
        f'<text x="{x + drawn.bar / 2:.1f}" y="{y - 6:g}" font-size="{size:g}" text-anchor="middle" fill="{INK}">'
        f"{text.quantity(drawn.bar_km, 'km')}</text>"
    )
