"""Lay out what nginx serves by itself, each file compressed once: `python -m deploy.www [--base /atlas] [--output www]`."""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLAIN = {
    ".js",
    ".css",
    ".svg",
    ".json",
    ".ttf",
    ".html",
    ".txt",
}  # kinds that shrink; woff2 and png are compressed already
LEAST_BYTES = 1024


def lay_out(output: Path, base: str = "") -> int:
    """Write the folder anew, in one step. Returns how many files it holds. Raises FileNotFoundError where Leaflet is missing.

    Contours are not in it: nginx reads them where builds publish them, already compressed.
    """
    streamlit = Path(find_spec("streamlit").submodule_search_locations[0]) / "static" / "static"
    ours = ROOT / "static"
    if not (ours / "leaflet" / "leaflet.js").is_file():
        raise FileNotFoundError("Leaflet n'est pas dans static/ : lancez « make assets ».")
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as folder:
        draft = Path(folder) / "draft"
        inside = draft / base.strip("/")
        shutil.copytree(streamlit, inside / "static", ignore=shutil.ignore_patterns("*.map"))
        shutil.copytree(ours, inside / "app" / "static", ignore=shutil.ignore_patterns("geo", ".*"))
        files = [path for path in draft.rglob("*") if path.is_file()]
        for path in files:
            compress(path)
        draft.chmod(0o755)
        if output.exists():
            output.rename(Path(folder) / "before")
        draft.rename(output)
    return len(files)


def compress(path: Path) -> None:
    """Write the .gz beside a file that gains from it; the same content gives the same bytes."""
    content = path.read_bytes()
    if path.suffix in PLAIN and len(content) >= LEAST_BYTES:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.www", description=__doc__)
    parser.add_argument("--base", default="")
    parser.add_argument("--output", type=Path, default=ROOT / "www")
    options = parser.parse_args()
    try:
        count = lay_out(options.output, options.base)
    except FileNotFoundError as error:
        sys.exit(str(error))
    print(f"{count} files, compressed once, are in {options.output.name}/ for nginx.")


if __name__ == "__main__":
    main()
