"""A file of layers for QGIS: the collections of the interface, drawn as the atlas draws them. It holds addresses, and no data."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from maillage import catalog

MARKERS = {"disc": "circle", "triangle": "triangle", "square": "square", "diamond": "diamond", "small_square": "square"}
SIZES = {"small_square": "2.0"}  # mm
SIZE, OUTLINE = "3.0", "0.26"
# (collection, title, type of geometry, colour of its outline), from what is drawn above to what is below
LAYERS = (
    ("site", "Structures de soins coordonnés", "Point", ""),
    ("cpts", "CPTS, par leurs communes connues", "Polygon", catalog.CPTS_COLOUR),
    ("region", "Régions", "Polygon", "#3A3F47"),
    ("departement", "Départements", "Polygon", "#5B6570"),
    ("epci", "Intercommunalités", "Polygon", "#9AA1A9"),
    ("commune", "Communes", "Polygon", "#C9CDD2"),
)
VISIBLE = ("site", "cpts", "departement")  # at first; the others are heavy


def layers(address: str) -> bytes:
    """The file (QLR, XML) that opens every layer of the interface at this address."""
    root = Element("qlr")
    group = SubElement(root, "layer-tree-group", name="Maillage", checked="Qt::Checked", expanded="1")
    inside = SubElement(group, "layer-tree-group", name="Maillage", checked="Qt::Checked", expanded="1")
    maps = SubElement(root, "maplayers")
    for name, title, shape, colour in LAYERS:
        key = f"maillage_{name}"
        checked = "Qt::Checked" if name in VISIBLE else "Qt::Unchecked"
        SubElement(inside, "layer-tree-layer", id=key, name=title, checked=checked, expanded="0", providerKey="OAPIF")
        layer = SubElement(
            maps, "maplayer", type="vector", geometry=shape, autoRefreshEnabled="0", hasScaleBasedVisibilityFlag="0"
        )
        _text(layer, "id", key)
        _text(layer, "datasource", source(address, name))
        _text(layer, "layername", title)
        SubElement(layer, "provider", encoding="UTF-8").text = "OAPIF"
        srs = SubElement(SubElement(layer, "srs"), "spatialrefsys")
        _text(srs, "authid", "EPSG:4326")
        layer.append(_types() if name == "site" else _outline(colour))
    return b"<!DOCTYPE qgis-layer-definition>\n" + tostring(root, encoding="utf-8")


def source(address: str, name: str) -> str:
    """How QGIS names a collection: asked for what the window shows, page by page."""
    quoted = address.replace("\\", "\\\\").replace("'", "\\'")
    return f" pagingEnabled='true' restrictToRequestBBOX='1' srsname='OGC:CRS84' typename='{name}' url='{quoted}'"


def _types() -> Element:
    """A symbol for each type of structure, with the shape and the colour that the atlas gives it."""
    renderer = Element(
        "renderer-v2", type="categorizedSymbol", attr="type", forceraster="0", symbollevels="0", enableorderby="0"
    )
    categories, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for rank, kind in enumerate(catalog.SITE_TYPES):
        visible = "true" if kind.code in (*catalog.DEFAULT_SITE_TYPES, "CDS") else "false"
        SubElement(categories, "category", value=kind.code, label=kind.label, symbol=str(rank), render=visible)
        style = {
            "name": MARKERS[kind.shape],
            "color": _colour(kind.colour),
            "outline_color": "255,255,255,255",
            "outline_width": "0.2",
            "size": SIZES.get(kind.shape, SIZE),
        }
        _symbol(symbols, str(rank), "marker", "SimpleMarker", style)
    return renderer


def _outline(colour: str) -> Element:
    """An outline without a filling."""
    renderer = Element("renderer-v2", type="singleSymbol", forceraster="0", symbollevels="0", enableorderby="0")
    style = {"style": "no", "outline_color": _colour(colour), "outline_width": OUTLINE, "outline_style": "solid"}
    _symbol(SubElement(renderer, "symbols"), "0", "fill", "SimpleFill", style)
    return renderer


def _symbol(symbols: Element, name: str, kind: str, drawing: str, style: dict[str, str]) -> None:
    symbol = SubElement(symbols, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0")
    layer = SubElement(symbol, "layer", {"class": drawing, "enabled": "1", "pass": "0", "locked": "0"})
    options = SubElement(layer, "Option", type="Map")
    for key, value in style.items():
        SubElement(options, "Option", type="QString", name=key, value=value)


def _colour(code: str) -> str:
    """« #0072B2 » as QGIS writes it."""
    return ",".join(str(int(code[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _text(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = words
