"""Publish what the browser and the printed documents load from us: Leaflet, our scripts and styles, a typeface."""

from __future__ import annotations

import hashlib
import json
import tempfile
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from maillage.language import typography

OURS = ("map.js", "map.css")
LEAFLET = ("leaflet.js", "leaflet.css", "images")
FONTS = ("400Regular", "400Regular_Italic", "600SemiBold", "700Bold")  # of Source Sans 3: what the screens use too
STYLES = ("page", "essentials", "home", "timeline", "compare", "projection")  # of every page, as one sheet
SCRIPTS = ("page", "projection")  # of every page, as one file
# Of a file that carries its letters. Basic Latin, Latin-1, Latin Extended-A, the spaces, dashes and quotes of French, arrows, and
# the signs of our figures.
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2034),
    *range(0x2190, 0x2194),
    *map(ord, "\u2039\u203a\u20ac\u2212\u2248\u2260\u2264\u2265\u2060"),
)
FEATURES = ("ccmp", "locl", "kern", "liga", "mark", "tnum")
CARRIED = ("400Regular", "600SemiBold", "700Bold")
LOADED = ("mark.svg", "page.css", "page.js", *OURS, "leaflet/leaflet.css", "leaflet/leaflet.js")


def publish(root: Path) -> bool:
    """Bring static/ up to date with node_modules/ and maillage/views/; say whether Leaflet is there."""
    static = root / "static"
    views = root / "maillage" / "views"
    leaflet = root / "node_modules" / "leaflet" / "dist"
    fonts = root / "node_modules" / "@expo-google-fonts" / "source-sans-3"
    for name in OURS:
        _copy(views / "map" / name, static / name)
    _copy(views / "mark.svg", static / "mark.svg")
    _put(style(views).encode(), static / "page.css")
    _put(script(views).encode(), static / "page.js")
    for name in LEAFLET:
        for source in _files(leaflet / name):
            _copy(source, static / "leaflet" / source.relative_to(leaflet))
    for name in FONTS:
        _copy(fonts / name / f"SourceSans3_{name}.ttf", static / "fonts" / f"SourceSans3_{name}.ttf")
    _copy(fonts / "LICENSE_FONT", static / "fonts" / "LICENSE_FONT")
    return (static / "leaflet" / "leaflet.js").is_file()


def cut(static: Path) -> None:
    """Keep the letters of the fonts that files carry, in static/letters: two seconds that each start would take again."""
    kept = set()
    for font in (static / "fonts" / f"SourceSans3_{name}.ttf" for name in CARRIED):
        if font.is_file():
            kept.add(target := _kept(font))
            if not target.is_file():
                _put(letters(font), target)
    for old in set((static / "letters").glob("*.ttf")) - kept:
        old.unlink()


def letters(font: Path) -> bytes:
    """The same font with LETTERS and FEATURES alone, always the same bytes: those that `cut` kept, else made anew."""
    if (kept := _kept(font)).is_file():
        return kept.read_bytes()
    from fontTools import subset  # a fifth of a second, where nothing is kept
    from fontTools.ttLib import TTFont

    whole, content = TTFont(font, recalcTimestamp=False), BytesIO()
    subsetter = subset.Subsetter(subset.Options(layout_features=list(FEATURES), hinting=False))
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(whole)
    whole.save(content)
    return content.getvalue()


def _kept(font: Path) -> Path:
    """Where the letters of a font are kept. Its name changes with all that they are made of."""
    made_of = hashlib.sha256(font.read_bytes() + repr((LETTERS, FEATURES, version("fonttools"))).encode()).hexdigest()
    return font.parents[1] / "letters" / f"{font.stem}-{made_of[:8]}.ttf"


def style(views: Path) -> str:
    """The style of the pages."""
    return "\n".join((views / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)


def script(views: Path) -> str:
    """The script of the pages, with the rules of French typography in it."""
    ours = "\n".join((views / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    return ours.replace("/* rules */", json.dumps(typography.PAGES))


def fingerprint(root: Path) -> str:
    """Eight digits that change with what browsers load from us, contours aside: an address that ends so never changes."""
    files = [root / "static" / name for name in LOADED]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files if path.is_file())).hexdigest()[:8]


def _files(path: Path) -> list[Path]:
    return sorted(path.iterdir()) if path.is_dir() else [path]


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        _put(source.read_bytes(), target)


def _put(content: bytes, target: Path) -> None:
    """Write when the content differs, in one step: a browser or another process never sees half a file."""
    if target.is_file() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=target.parent) as folder:
        draft = Path(folder) / target.name
        draft.write_bytes(content)
        draft.replace(target)


if __name__ == "__main__":
    here = Path(__file__).parents[1]
    whole = publish(here)
    cut(here / "static")
    if whole:
        print("The browser's assets are in static/, Leaflet included.")
    else:
        print("Leaflet is not in static/: maps will ask a CDN for it until `make assets` can fetch it.")
