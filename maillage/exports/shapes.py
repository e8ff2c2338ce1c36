"""What slides are made of: letters, cells, and maps whose communes, symbols and names are shapes that people can edit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from io import BytesIO

import numpy as np
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml, xmlchemy
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Pt

from maillage import catalog
from maillage.catalog.symbols import SHAPES
from maillage.exports.typesetting import fine
from maillage.language import text
from maillage.records.logo import Logo
from maillage.views import plan

INDIGO, INK, FAINT, TINT, WHITE = (RGBColor.from_string(c) for c in ("4B3F8F", "1F2328", "565C64", "F3F1FA", "FFFFFF"))
RULE = "D9D9E2"
HALO = f'<a:effectLst {nsdecls("a")}><a:glow rad="50800"><a:srgbClr val="FFFFFF"><a:alpha val="85000"/></a:srgbClr></a:glow></a:effectLst>'
EMU_A_POINT = 12_700
ROLES = {
    "voisine": "Communes voisines",
    "membre": "Commune",
    "departement": "Limite de département",
    "territoire": "Territoire",
}

# The library spells out the name of an element at each use, a hundred and sixty times a shape: a sixth of a deck's time.
xmlchemy.qn = cache(xmlchemy.qn)


# -- letters ----------------------------------------------------------------------------------------------------------


def write(frame, lines: Iterable[str], size: float, colour: RGBColor, bold: bool = False, gap: float = 0) -> None:
    """Replace what a frame holds by lines, each a paragraph, `gap` points apart."""
    frame.clear()
    for rank, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if rank == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(gap)
        _run(paragraph, line, size, colour, bold)


def add(frame, line: str, size: float, colour: RGBColor, bold: bool = False) -> None:
    """One more paragraph, letters in points."""
    _run(frame.add_paragraph(), line, size, colour, bold)


def run(frame, words: str, size: float, colour: RGBColor) -> None:
    """More words on the last line, letters in points."""
    _run(frame.paragraphs[-1], words, size, colour, bold=False)


def _run(paragraph, line: str, size: float, colour: RGBColor, bold: bool) -> None:
    paragraph.alignment = PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = " ".join(fine(line).splitlines())
    run.font.size, run.font.bold, run.font.color.rgb = Pt(round(size, 1)), bold, colour
    run._r.get_or_add_rPr().set("lang", "fr-FR")


def textbox(shapes, lines, left, top, width, height, size, colour, *, bold=False, gap=0.0, name=""):
    """Words on a slide, at a place and of a size in EMU, letters in points."""
    box = shapes.add_textbox(*(Emu(int(n)) for n in (left, top, width, height)))
    box.text_frame.word_wrap = True
    write(box.text_frame, [lines] if isinstance(lines, str) else lines, size, colour, bold, gap)
    if name:
        box.name = fine(name)
    return box


def cell(place, words: str, size: float, head: bool, left: bool) -> None:
    """Words in a cell of a table, letters in points, with the rule under it that documents have."""
    place.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.MIDDLE
    place.margin_left = place.margin_right = Emu(60_000)
    place.margin_top = place.margin_bottom = Emu(20_000)
    write(place.text_frame, [words], size, INDIGO if head else INK, bold=head)
    place.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT if left else PP_ALIGN.RIGHT
    width, colour = (25_400, INDIGO) if head else (9_525, RULE)
    under = f'<a:lnB {nsdecls("a")} w="{width}"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>'
    place._tc.get_or_add_tcPr().insert(0, parse_xml(under))


# -- shapes -----------------------------------------------------------------------------------------------------------


def box(shapes, outline, left, top, width, height, name: str, fill: RGBColor):
    """A filled rectangle, in EMU."""
    shape = shapes.add_shape(outline, *(Emu(int(n)) for n in (left, top, width, height)))
    plain(shape, name)
    paint(shape, fill)
    shape.line.fill.background()
    return shape


def plain(shape, name: str) -> None:
    """Name a shape and take off the theme's shadow and outline."""
    shape.name = fine(name)
    if (style := shape._element.find(qn("p:style"))) is not None:
        shape._element.remove(style)


def paint(shape, colour: RGBColor) -> None:
    """Fill a shape with a colour, or leave it empty."""
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour


def outline(shape, colour: RGBColor, width: int) -> None:
    """The edge of a shape: colour, and width in EMU."""
    shape.line.fill.solid()
    shape.line.color.rgb, shape.line.width = colour, Emu(width)


def line(shapes, x: float, y: float, length: float, colour: RGBColor, points: float, name: str) -> None:
    """A straight line between two points, in EMU."""
    drawn = shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *(Emu(int(n)) for n in (x, y, x + length, y)))
    plain(drawn, name)
    drawn.line.color.rgb, drawn.line.width = colour, Pt(points)


def logos(shapes, logos: tuple[Logo, ...], left: int, top: int, width: int, height: int) -> None:
    """Logos side by side in a band, in EMU: each in the middle of its share, none larger than its room."""
    share = width / len(logos)
    for rank, logo in enumerate(logos):
        scale = min(0.8 * share / logo.width, 0.7 * height / logo.height)
        across, high = logo.width * scale, logo.height * scale
        x, y = left + (rank + 0.5) * share - across / 2, top + (height - high) / 2
        picture = shapes.add_picture(BytesIO(logo.content), *(Emu(int(n)) for n in (x, y, across, high)))
        picture.name = fine(f"Logo : {logo.name}")
        picture._element.nvPicPr.cNvPr.set("descr", fine(logo.name))


def symbol(shapes, kind: str, hollow: bool, x: float, y: float, across: float, name: str) -> None:
    """The symbol of a site type, centred, with its letters."""
    known = catalog.SITE_TYPE[kind]
    colour = RGBColor.from_string(known.colour[1:])
    half = across / 2
    shape = box(
        shapes,
        MSO_SHAPE[SHAPES[known.shape].autoshape],
        x - half,
        y - half,
        across,
        across,
        f"{kind} : {name}",
        WHITE if hollow else colour,
    )
    outline(shape, colour if hollow else WHITE, int(across / 14))
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap, frame.vertical_anchor = False, MSO_ANCHOR.MIDDLE
    size = max(across / EMU_A_POINT * (0.55 if len(known.symbol) == 1 else 0.42), 6)
    write(frame, [known.symbol], size, colour if hollow else WHITE, bold=True)
    frame.paragraphs[0].alignment = PP_ALIGN.CENTER


def chart(shapes, drawing: plan.Plan, left: int, top: int, width: int, height: int, alternative: str) -> None:
    """A plan as one group: a freeform a commune, an autoshape a symbol, a text a name. Sizes in EMU."""
    before = len(shapes)
    shapes.turbo_add_enabled = True  # else each shape reads the identifiers of all the others again
    scale = min(width / drawing.width, height / drawing.height)
    for area in _merged(drawing.areas):
        shape = _freeform(shapes, area.rings, scale, left, top)
        plain(shape, f"{ROLES[area.role]} : {area.name}" if area.name else ROLES[area.role])
        paint(shape, RGBColor.from_string(area.fill[1:])) if area.fill else shape.fill.background()
        outline(shape, RGBColor.from_string(area.stroke[1:]), int(area.width * scale))
    for mark in drawing.marks:
        x, y, across = left + mark.x * scale, top + mark.y * scale, drawing.symbol * scale * 0.85
        symbol(shapes, mark.kind, mark.hollow, x, y, across, mark.name)
    for label in drawing.labels:
        _name(shapes, label, scale, left, top)
    x, y = left + drawing.bar_x * scale, top + (drawing.height - 14) * scale
    line(shapes, x, y, drawing.bar * scale, INK, 1.5, "Échelle")
    words = text.quantity(drawing.bar_km, "km")
    textbox(shapes, words, x, y - 300_000, 900_000, 280_000, 12, INK, name="Longueur de l'échelle")
    # Grouped last: a group measures itself anew at each shape that it is given.
    shapes.turbo_add_enabled = False
    group = shapes.add_group_shape(list(shapes)[before:])
    group.name = "Carte du territoire"
    group._element.nvGrpSpPr.cNvPr.set("descr", fine(alternative))


def _merged(areas: tuple[plan.Area, ...]) -> list[plan.Area]:
    """The same areas, the neighbours as one: a ground that is moved or taken off at once."""
    ground = [area for area in areas if area.role == "voisine"]
    rest = [area for area in areas if area.role != "voisine"]
    if not ground:
        return rest
    return [replace(ground[0], name="", rings=tuple(ring for area in ground for ring in area.rings)), *rest]


def _name(shapes, label: plan.Label, scale: float, left: int, top: int) -> None:
    wide, high = 1.3 * plan.LETTER_WIDTH * label.size * len(label.text) * scale + 60_000, 1.5 * label.size * scale
    x, y = left + label.x * scale - wide / 2, top + label.y * scale - high / 2
    size, ink = label.size * scale / EMU_A_POINT * 0.9, RGBColor.from_string(label.ink[1:])
    frame = textbox(shapes, label.text, x, y, wide, high, size, ink, name=f"Nom : {label.text}").text_frame
    frame.word_wrap, frame.vertical_anchor = False, MSO_ANCHOR.MIDDLE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    for run in frame.paragraphs[0].runs:  # a pale rim, for lines pass under names
        run._r.get_or_add_rPr().find(qn("a:solidFill")).addnext(parse_xml(HALO))


def _freeform(shapes, rings, scale: float, left: int, top: int):
    """A polygon, holes included, as one editable shape.

    Its path is written at once: the library's builder reads all the points again at each point.
    """
    points = [(ring[:-1] * scale + (left, top)).round().astype(np.int64) for ring in rings]
    low, high = np.vstack(points).min(axis=0), np.vstack(points).max(axis=0)
    width, height = np.maximum(high - low, 1)
    shape = shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Emu(int(n)) for n in (*low, width, height)))
    paths = "".join(_path((ring - low).tolist()) for ring in points)
    custom = parse_xml(
        f'<a:custGeom {nsdecls("a")}><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="l" t="t" r="r" b="b"/>'
        f'<a:pathLst><a:path w="{width}" h="{height}">{paths}</a:path></a:pathLst></a:custGeom>'
    )
    preset = shape._element.spPr.find(qn("a:prstGeom"))
    shape._element.spPr.replace(preset, custom)
    return shape


def _path(ring: list[list[int]]) -> str:
    (x, y), *others = ring
    lines = "".join(f'<a:lnTo><a:pt x="{x}" y="{y}"/></a:lnTo>' for x, y in others)
    return f'<a:moveTo><a:pt x="{x}" y="{y}"/></a:moveTo>{lines}<a:close/>'
