"""Logos drawn anew: what a document takes of a stranger's file is its picture, and its picture alone."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from maillage.exports import logos

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 90 30">{}</svg>'
RED = '<rect x="10" y="5" width="60" height="20" fill="#f00"/>'


def picture(mode="RGBA", size=(200, 100), colour=(200, 0, 0, 255), kind="PNG", **options):
    file = BytesIO()
    Image.new(mode, size, colour).save(file, kind, **options)
    return file.getvalue()


def opened(logo):
    return Image.open(BytesIO(logo.content))


def test_a_png_loses_its_empty_edges_and_its_texts():
    canvas, words = Image.new("RGBA", (500, 300)), PngImagePlugin.PngInfo()
    canvas.paste((0, 90, 0, 255), (100, 100, 300, 200))
    words.add_text("Author", "Somebody")
    file = BytesIO()
    canvas.save(file, "PNG", pnginfo=words)
    logo = logos.read("ars_2026.png", file.getvalue())
    assert (logo.name, logo.mime, logo.width, logo.height) == ("ars 2026", "image/png", 200, 100)
    assert b"Somebody" not in logo.content and opened(logo).getpixel((50, 50)) == (0, 90, 0, 255)


def test_a_photograph_is_upright_light_and_without_what_its_camera_wrote():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Somebody's camera"  # lying on its side
    noise = Image.effect_noise((900, 1600), 90).convert("RGB")
    file = BytesIO()
    noise.save(file, "JPEG", exif=exif, quality=95)
    logo = logos.read("photo.jpg", file.getvalue())
    assert logo.mime == "image/jpeg" and logo.height == logos.ROOM[1] and logo.width > logo.height
    assert b"camera" not in logo.content and len(logo.content) < logos.LIGHT


def test_an_svg_becomes_pixels_and_its_scripts_stay_behind():
    logo = logos.read("CPTS.SVG", SVG.format(f"<script>alert(1)</script>{RED}").encode())
    assert logo.mime == "image/png" and b"alert" not in logo.content
    assert logo.width / logo.height == pytest.approx(3, rel=0.02) and opened(logo).getpixel((9, 9))[:3] == (255, 0, 0)
    assert logo.link.startswith("data:image/png;base64,") and logo.stamp


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="file:///etc/hostname" width="9" height="9"/>',
        '<image href="docs/pictures/carte-1280-light.webp" width="9" height="9"/>',
        '<image href="../docs/pictures/carte-1280-light.webp" width="9" height="9"/>',
        '<image xlink:href="https://example.org/a.png" width="9" height="9"/>',
    ],
)
def test_an_svg_reads_no_file_and_asks_no_one(inside):
    with pytest.raises(logos.RefusedLogo, match="exportez-le en PNG"):
        logos.read("logo.svg", SVG.format(RED + inside).encode())


def test_what_grows_without_end_is_refused():
    layers = "".join(f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 12))
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    loop = f'<!DOCTYPE svg [<!ENTITY e0 "x">{entities}]>' + SVG.format("<text>&e11;</text>")
    for content in (SVG.format(f'<g id="a0">{RED * 10}</g>{layers}'), loop):
        with pytest.raises(logos.RefusedLogo):
            logos.read("logo.svg", content.encode())


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n", "ne se lit|n'est pas une image"),
        ("a.png", b"GIF89a", "n'est pas une image"),
        ("a.svg", b"\xff\xfe<\x00s\x00", "exportez-le"),
        ("a.svg", SVG.format("").encode(), "vide"),
        ("a.png", picture(colour=(0, 0, 0, 0)), "vide"),
        ("a.png", picture("1", (6000, 5000), 0), "trop de points"),
        ("a.png", b"0" * 2_000_001, "dépasse 2 Mo"),
        ("a.gif", picture("P", colour=0, kind="GIF"), "n'est pas une image"),
    ],
)
def test_what_is_no_logo_is_refused_in_words(name, content, words):
    with pytest.raises(logos.RefusedLogo, match=words):
        logos.read(name, content)


@pytest.mark.parametrize(
    ("mode", "colour"), [("1", 0), ("L", 0), ("P", 3), ("LA", (9, 200)), ("I;16", 400), ("RGB", 0)]
)
def test_any_kind_of_png_is_taken(mode, colour):
    assert logos.read("a.png", picture(mode, colour=colour)).width == 200


def test_four_of_the_heaviest_leave_a_file_light():
    file = BytesIO()
    Image.effect_noise((800, 400), 120).convert("RGBA").save(file, "PNG")
    assert len(logos.read("a.png", file.getvalue()).content) * logos.MOST * 4 / 3 < 2_500_000


@settings(max_examples=30)
@given(content=st.binary(max_size=200), name=st.sampled_from(["a.png", "a.jpg", "a.svg"]))
def test_any_bytes_are_a_logo_or_a_sentence(content, name):
    try:
        logos.read(name, content)
    except logos.RefusedLogo as refused:
        assert str(refused).endswith(".")
