"""The rules of the house: who may import whom, and how long a room may grow."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE_LINES, MODULE_LINES = 60, 350
STREAMLIT = ("streamlit", "streamlit_folium")


@dataclass(frozen=True)
class Rule:
    who: tuple[str, ...]  # paths, where * crosses folders
    never: tuple[str, ...]  # modules, with all they contain
    but: tuple[str, ...] = ()  # modules allowed all the same
    spare: tuple[str, ...] = ()  # paths the rule leaves alone


RULES = (
    Rule(who=("maillage/catalog.py",), never=("maillage", "etl"), but=("maillage.indicators",)),
    Rule(who=("maillage/indicators.py", "maillage/assets.py"), never=("maillage", "etl")),
    Rule(who=("maillage/*",), never=("etl",)),
    Rule(
        who=("maillage/*",),
        never=(*STREAMLIT, "maillage.ui"),
        spare=("maillage/ui.py", "maillage/controls.py", "maillage/panels/*"),
    ),
    Rule(who=("maillage/panels/*",), never=("duckdb", "maillage.warehouse")),
    Rule(who=("maillage/methods/*", "maillage/views/*"), never=("duckdb", "maillage.queries")),
    Rule(who=("maillage/methods/*", "maillage/views/*", "maillage/queries/*"), never=("maillage.warehouse",)),
    Rule(who=("etl/*",), never=STREAMLIT),
    Rule(who=("etl/*",), never=("maillage",), but=("maillage.catalog",)),
    Rule(who=("app.py", "pages/*"), never=("duckdb", "etl")),
)


def test_every_import_keeps_the_rules():
    assert [offence for path, source in code() for offence in offences(path, source)] == []


def test_no_room_is_too_long():
    lengths = {path: source.count("\n") for path, source in code()}
    assert {path: lines for path, lines in lengths.items() if lines > allowed_lines(path)} == {}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("maillage/catalog.py", "from maillage.state import Selection"),
        ("maillage/indicators.py", "from maillage import catalog"),
        ("maillage/state.py", "import etl"),
        ("maillage/state.py", "def late():\n    from etl.build import build"),
        ("maillage/warehouse.py", "import streamlit as st"),
        ("maillage/exports/pdf.py", "from streamlit.runtime import caching"),
        ("maillage/views/maps.py", "from streamlit_folium import st_folium"),
        ("maillage/views/maps.py", "from maillage import queries"),
        ("maillage/views/maps.py", "from ..queries import sites"),
        ("maillage/views/maps.py", "from maillage import ui"),
        ("maillage/methods/rates.py", "import json, duckdb"),
        ("maillage/queries/sites.py", "from .. import warehouse"),
        ("maillage/queries/__init__.py", "from ..warehouse import cursor"),
        ("etl/sources/insee.py", "import streamlit"),
        ("etl/derive/access.py", "from maillage.methods import siting"),
        ("etl/build.py", "import maillage"),
        ("app.py", "import duckdb"),
        ("pages/2_ecarts.py", "from duckdb import connect"),
    ],
)
def test_a_broken_rule_is_seen(path, source):
    assert len(offences(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("maillage/ui.py", "import streamlit as st\nfrom . import warehouse"),
        ("maillage/warehouse.py", "import duckdb\nfrom maillage import catalog"),
        ("maillage/views/maps.py", "import folium\nfrom ..catalog import SITE_TYPES"),
        ("maillage/exports/pdf.py", "from ..queries import sites\nfrom ..views import charts"),
        (
            "etl/build.py",
            "import duckdb\nfrom maillage import catalog\nfrom maillage.catalog import SITE_TYPES",
        ),
        (
            "app.py",
            "import streamlit as st\nfrom maillage.queries import sites\nfrom maillage.ui import frame",
        ),
    ],
)
def test_a_kept_rule_is_left_alone(path, source):
    assert offences(path, source) == []


def code() -> Iterator[tuple[str, str]]:
    """Every module of ours: its path from the root, its source."""
    for pattern in ("app.py", "pages/**/*.py", "maillage/**/*.py", "etl/**/*.py"):
        for path in sorted(ROOT.glob(pattern)):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def allowed_lines(path: str) -> int:
    return MODULE_LINES if path.startswith(("maillage/", "etl/")) else PAGE_LINES


def offences(path: str, source: str) -> list[str]:
    """One sentence per import that a rule forbids."""
    rules = [rule for rule in RULES if matches(path, rule.who) and not matches(path, rule.spare)]
    return [
        f"{path} imports {name}"
        for name in imports(path, source)
        if any(within(name, rule.never) and not within(name, rule.but) for rule in rules)
    ]


def imports(path: str, source: str) -> Iterator[str]:
    """Full dotted names, late imports included: `from a import b` is a.b, `from . import b` is resolved."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.split("/")[: -node.level] if node.level else []
            module = ".".join([*package, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def within(name: str, modules: tuple[str, ...]) -> bool:
    return any(f"{name}.".startswith(f"{module}.") for module in modules)
