"""docs/pictures has every page, at every size, light and dark, and stays small: `make pictures` remakes it."""

import importlib.util
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def pictures():
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_page_is_left_out(pictures):
    paths = {urlsplit(path).path.strip("/") for path in pictures.PAGES.values()}
    assert {page.stem for page in (ROOT / "pages").glob("*.py")} == paths - {""} and "" in paths


def test_every_picture_is_there_and_no_other(pictures):
    names = {
        f"{page}-{width}-{scheme}.webp"
        for page in pictures.PAGES
        for width, _ in pictures.SIZES
        for scheme in ("light", "dark")
    }
    assert {each.name for each in pictures.FOLDER.iterdir()} == names
    sizes = [each.stat().st_size for each in pictures.FOLDER.iterdir()]
    assert max(sizes) < 100_000 and sum(sizes) < 3_000_000
