"""Logos as they are brought: drawn anew, so that nothing of a stranger's file but its picture goes into a document."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import PurePath

import typst
from PIL import Image, ImageOps, UnidentifiedImageError

from maillage.exports.typesetting import UNSEEN
from maillage.records.logo import Logo, logo

KINDS = ("png", "jpg", "jpeg", "svg")
MOST, MOST_MB = 4, 2
MOST_PIXELS = 25_000_000  # opened, a picture takes four bytes a pixel whatever its file weighs
ROOM = (800, 400)  # pixels, twice what the widest of screens gives a logo
LIGHT = 250_000  # bytes: a heavier picture is reduced to 256 colours
CANVAS = '#set page(width: 600pt, height: 300pt, margin: 0pt, fill: none)\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%, fit: "contain")'


class RefusedLogo(Exception):
    """The sentence that says why a logo is not taken."""


def read(name: str, content: bytes) -> Logo:
    """The logo that a file holds: its pixels alone, cut to what is drawn. Raises RefusedLogo."""
    if len(content) > MOST_MB * 1_000_000:
        raise RefusedLogo(f"« {name} » dépasse {MOST_MB} Mo : réduisez l'image, puis déposez-la de nouveau.")
    picture = _open(name, _painted(name, content) if name.lower().endswith(".svg") else content)
    if picture.mode == "RGBA":
        box = picture.getchannel("A").getbbox()
        if box is None:
            raise RefusedLogo(f"« {name} » est une image vide.")
        picture = picture.crop(box)
    picture.thumbnail(ROOM, Image.Resampling.LANCZOS)
    label = UNSEEN.sub("", PurePath(name).stem).replace("_", " ").strip()[:60] or "Logo"
    mime, encoded = _encoded(picture)
    return logo(label, mime, picture.size, encoded)


def _painted(name: str, content: bytes) -> bytes:
    """An SVG as pixels: its scripts, links and texts stay behind. It sees no file: Typst's root is an empty folder."""
    try:
        with tempfile.TemporaryDirectory() as empty:
            return typst.compile(
                CANVAS.encode(), root=empty, format="png", ppi=144, sys_inputs={"svg": content.decode("utf-8-sig")}
            )
    except (typst.TypstError, UnicodeDecodeError, ValueError) as error:
        raise RefusedLogo(
            f"« {name} » n'est pas un dessin SVG qui se lit seul : exportez-le en PNG, puis déposez-le de nouveau."
        ) from error


def _open(name: str, content: bytes) -> Image.Image:
    """The pixels, upright, in red, green and blue, and transparent where they were."""
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise RefusedLogo(f"« {name} » compte trop de points : réduisez l'image à {ROOM[0]} points de large.")
            upright = ImageOps.exif_transpose(picture)
            clear = "A" in upright.getbands() or "transparency" in upright.info
            return upright.convert("RGBA" if clear else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise RefusedLogo(f"« {name} » n'est pas une image PNG, JPEG ou SVG qui se lit.") from error


def _encoded(picture: Image.Image) -> tuple[str, bytes]:
    """PNG, lighter by its colours where it is heavy; a picture without transparency that stays heavy is JPEG."""
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    if file.tell() <= LIGHT:
        return "image/png", file.getvalue()
    file = BytesIO()
    if picture.mode == "RGB":
        picture.save(file, "JPEG", quality=88, optimize=True)
        return "image/jpeg", file.getvalue()
    picture.quantize(256, Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
    return "image/png", file.getvalue()
