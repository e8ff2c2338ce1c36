"""Publish what the browser and the printed documents load from us: Leaflet, our map script and style, a typeface."""

import shutil
import tempfile
from pathlib import Path

OURS = ("map.js", "map.css")
LEAFLET = ("leaflet.js", "leaflet.css", "images")
FONTS = ("400Regular", "400Regular_Italic", "600SemiBold", "700Bold")  # of Source Sans 3: what the screens use too


def publish(root: Path) -> bool:
    """Bring static/ up to date with node_modules/ and maillage/views/; say whether Leaflet is there."""
    static = root / "static"
    views = root / "maillage" / "views" / "map"
    leaflet = root / "node_modules" / "leaflet" / "dist"
    fonts = root / "node_modules" / "@expo-google-fonts" / "source-sans-3"
    for name in OURS:
        _copy(views / name, static / name)
    for name in LEAFLET:
        for source in _files(leaflet / name):
            _copy(source, static / "leaflet" / source.relative_to(leaflet))
    for name in FONTS:
        _copy(fonts / name / f"SourceSans3_{name}.ttf", static / "fonts" / f"SourceSans3_{name}.ttf")
    _copy(fonts / "LICENSE_FONT", static / "fonts" / "LICENSE_FONT")
    return (static / "leaflet" / "leaflet.js").is_file()


def _files(path: Path) -> list[Path]:
    return sorted(path.iterdir()) if path.is_dir() else [path]


def _copy(source: Path, target: Path) -> None:
    """Copy when the content differs, in one step: a browser or another process never sees half a file."""
    if not source.is_file() or (target.is_file() and source.read_bytes() == target.read_bytes()):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=target.parent) as folder:
        shutil.copyfile(source, Path(folder) / source.name).replace(target)


if __name__ == "__main__":
    if publish(Path(__file__).parents[1]):
        print("The browser's assets are in static/, Leaflet included.")
    else:
        print("Leaflet is not in static/: maps will ask a CDN for it until `make assets` can fetch it.")
