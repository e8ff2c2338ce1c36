"""Remake docs/pictures: every page at three sizes, light and dark: `make pictures`. Named page-width-scheme.webp."""

from __future__ import annotations

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, Page

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.bench.drive import browsing, serving  # noqa: E402

FOLDER = Path(__file__).with_name("pictures")
SIZES = ((1280, 800), (1920, 1080), (390, 844))
CPTS = "cpts=cpts-71-centre-saone-et-loire"
PAGES = {
    "accueil": "/",
    "carte": "/carte?territoire=departement-08",
    "profil": "/profil?territoire=departement-08",
    "ecarts": "/ecarts?territoire=departement-08",
    "cpts": f"/cpts?{CPTS}",
    "composer": "/composer?communes=08105,08409",
    "ceremonie": f"/ceremonie?{CPTS}",
    "comparer": "/comparer?territoire=departement-08&vue=nuage",
    "donnees": "/donnees",
    "chiffre": "/chiffre?territoire=departement-08",
    "qualite": "/qualite",
    "importer": "/importer",
    "telecharger": "/telecharger",
    "methode": "/methode",
    "reutiliser": "/reutiliser",
}
WIDEST, QUALITY = 960, 60  # pixels and WebP's scale: what is looked at in a list, in some 20 kB each


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(ROOT / "serve.py", Path(folder) / "log") as server,
        browsing() as browser,
    ):
        page = browser.new_page(locale="fr-FR", reduced_motion="reduce")
        for name, path in PAGES.items():
            page.set_viewport_size(dict(zip(("width", "height"), SIZES[0], strict=True)))
            page.goto(f"{server.url}{path}")
            page.locator("h1").first.wait_for()
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    settle(page)
                    save(page, FOLDER / f"{name}-{width}-{scheme}.webp")
    total = sum(each.stat().st_size for each in FOLDER.iterdir())
    print(f"{len(list(FOLDER.iterdir()))} pictures, {total / 1e6:.1f} MB in {FOLDER.relative_to(ROOT)}")


def settle(page: Page) -> None:
    """Wait until nothing is on its way: no placeholder, no run, the maps drawn."""
    page.wait_for_timeout(600)
    page.wait_for_function(
        "() => document.querySelector('[data-test-script-state=notRunning]')"
        " && !document.querySelector('[data-testid=stSkeleton], [data-testid=stStatusWidget], [data-stale=true]')"
    )
    for frame in page.frames:
        if "streamlit_folium" in frame.url:
            try:
                frame.wait_for_function("() => window.maillageDrawn > 0", timeout=10_000)
            except Error:  # a map in a closed tab, or replaced meanwhile
                continue
    page.wait_for_timeout(700)


def save(page: Page, path: Path) -> None:
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
    picture.save(path, "WEBP", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
