"""What slides wear: Source Sans 3, carried inside where it is installed, the house's colours, layouts as wide as the slides."""

from __future__ import annotations

import re

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation
from pptx.util import Emu

from maillage.exports import typeface

COLOURS = {"dk1": "1F2328", "dk2": "4B3F8F", "lt2": "F3F1FA", "accent1": "4B3F8F"}
CHARSET = 'pitchFamily="34" charset="0"'  # a sans serif of Latin letters


def dress(deck: Presentation, width: int, height: int) -> None:
    """Give a new presentation its size (EMU), its typeface and its colours; what people add to it follows."""
    ratio = width / deck.slide_width, height / deck.slide_height
    deck.slide_width, deck.slide_height = Emu(width), Emu(height)
    master = deck.slide_master
    for place in (master, *master.slide_layouts):
        for shape in place.placeholders:
            if shape._element.spPr.xfrm is not None:  # else it stands where its master says
                shape.left, shape.width = (Emu(round(ratio[0] * each)) for each in (shape.left, shape.width))
                shape.top, shape.height = (Emu(round(ratio[1] * each)) for each in (shape.top, shape.height))
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme.blob = _themed(theme.blob.decode()).encode()
    _embed(deck)


def _themed(theme: str) -> str:
    latin = f'<a:latin typeface="{typeface.FAMILY}" panose="{typeface.PANOSE}"/>'
    theme = re.sub(r"(<a:(?:major|minor)Font>)<a:latin [^>]*/>", rf"\1{latin}", theme)
    for name, colour in COLOURS.items():
        theme = re.sub(rf"<a:{name}>.*?</a:{name}>", f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>', theme)
    return theme


def _embed(deck: Presentation) -> None:
    """The typeface inside the file, as PowerPoint reads it; a program that does not takes the nearest it has."""
    styles = []
    for rank, (style, content) in enumerate(typeface.embedded().items(), start=1):
        part = Part(PackURI(f"/ppt/fonts/font{rank}.fntdata"), "application/x-fontdata", deck.part.package, content)
        styles.append(f'<p:{style} r:id="{deck.part.relate_to(part, RELATIONSHIP_TYPE.FONT)}"/>')
    if styles:
        font = f'<p:font typeface="{typeface.FAMILY}" panose="{typeface.PANOSE}" {CHARSET}/>'
        fonts = f"<p:embeddedFont>{font}{''.join(styles)}</p:embeddedFont>"
        listed = parse_xml(f"<p:embeddedFontLst {nsdecls('p', 'a', 'r')}>{fonts}</p:embeddedFontLst>")
        deck.part._element.find(qn("p:notesSz")).addnext(listed)
