"""Streamlit's own modules: a browser asks for those of an element when the element comes, and each kind waits for the one before.
Our pages know beforehand which elements they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from streamlit import file_util

FOLDER = Path(file_util.get_static_dir(), "static", "js")
IMPORT = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')  # as the bundler writes those that come at once
OWN = re.compile(r"static/js/([\w.-]+\.js)")  # in Streamlit's page, which asks for these itself


def needed(kinds: Iterable[str]) -> list[str]:
    """The files of FOLDER that elements of these kinds (« selectbox », as their messages say) need and that Streamlit's page
    does not ask for itself, in the order of their names. A kind without a module of its name needs none."""
    own = _own()
    wanted = {file for kind in kinds if (module := _modules().get(kind.replace("_", ""))) for file in _closure(module)}
    return sorted(wanted - own)


def _closure(file: str) -> set[str]:
    closure, waiting = set(), [file]
    while waiting:
        if (file := waiting.pop()) not in closure:
            closure.add(file)
            waiting += _imports(file)
    return closure


@cache
def _imports(file: str) -> tuple[str, ...]:
    path = FOLDER / file
    return tuple(IMPORT.findall(path.read_text(encoding="utf-8"))) if path.is_file() else ()


@cache
def _modules() -> dict[str, str]:
    """The file of each module, by its name in small letters: « PageLink.D3adB33f.js » is that of « pagelink »."""
    return {path.name.partition(".")[0].lower(): path.name for path in FOLDER.glob("[A-Z]*.js")}


@cache
def _own() -> frozenset[str]:
    page = FOLDER.parents[1] / "index.html"
    return frozenset(OWN.findall(page.read_text(encoding="utf-8")))
