"""The rules of the house: who may import whom, and how long a room may grow."""

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE_LINES, MODULE_LINES = 60, 450
STREAMLIT = ("streamlit", "streamlit_folium")
INTERFACES = ("fastapi", "mcp")

# From the ground up: a room imports from floors below its own only.
FLOORS = (
    ("catalog",),
    ("language",),
    ("records", "address", "warehouse", "settings", "assets"),
    ("queries", "methods"),
    ("subjects", "views"),
    ("exports",),
    ("api",),  # what other programs are told; the screen's server mounts it
    ("screen",),
    ("pages",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


@dataclass(frozen=True)
class Rule:
    who: tuple[str, ...]  # paths, where * crosses folders
    never: tuple[str, ...]  # modules, with all they contain
    but: tuple[str, ...] = ()  # modules allowed all the same
    spare: tuple[str, ...] = ()  # paths the rule leaves alone


RULES = (
    Rule(who=("app.py", "pages/*", "maillage/*"), never=("etl",)),
    Rule(who=("maillage/*",), never=STREAMLIT, spare=("maillage/screen/*",)),
    Rule(who=("app.py", "pages/*", "maillage/*", "etl/*"), never=INTERFACES, spare=("maillage/api/*",)),
    Rule(who=("app.py", "pages/*", "maillage/screen/*"), never=("maillage.api",), spare=("maillage/screen/server/*",)),
    Rule(who=("app.py", "pages/*", "maillage/*"), never=("duckdb",), spare=("maillage/warehouse.py",)),
    Rule(who=("maillage/views/*",), never=("maillage.queries",)),  # views ask nothing
    Rule(who=("etl/*",), never=STREAMLIT),
    Rule(who=("etl/*",), never=("maillage",), but=("maillage.catalog", "maillage.language")),
    Rule(who=("etl/*",), never=("etl.snapshot",), spare=("etl/__main__.py",)),  # a build reads it, and never makes it
    Rule(who=("etl/*",), never=("geopandas",), spare=("etl/snapshot.py",)),
    Rule(who=("etl/sources/*", "etl/resolve/*", "etl/derive/*"), never=("etl.build", "etl.publish")),
    Rule(  # what brings a file, reads it and places its rows knows no source, and decides nothing
        who=("etl/network/*", "etl/formats/*", "etl/places/*"),
        never=("etl.sources", "etl.resolve", "etl.derive", "etl.build", "etl.publish"),
    ),
)


def test_every_import_keeps_the_rules():
    assert [offence for path, source in code() for offence in offences(path, source)] == []


def test_every_room_stands_on_a_floor():
    assert {room(path) for path, _ in code() if not path.startswith("etl/")} - {"maillage", *FLOOR} == set()


def test_no_arrow_goes_up():
    assert [arrow for path, source in code() for arrow in upward(path, source)] == []


def test_no_circle_late_imports_included():
    sources = dict(code())
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in sources}
    graph = {
        name: {m for each in imports(path, sources[path]) if (m := nearest(each, modules)) and m != name}
        for name, path in modules.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_only_queries_take_a_cursor():
    taking = {
        f"{path}: {node.name}"
        for path, source in code()
        if path.startswith("maillage/") and not path.startswith(("maillage/queries/", "maillage/warehouse.py"))
        if "cursor" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and any(each.arg == "cursor" for each in node.args.args)
    }
    assert taking == set()


def test_one_room_binds_a_page_to_its_address():
    """The frame reads the selection of every page; every other choice, and whatever is written, goes through `binding`."""
    parsing = {
        path
        for path, source in code()
        if path.startswith(("pages/", "maillage/screen/"))
        and re.search(r"\baddress\.parse\(|query_params\.from_dict\(|query_params\[[^]]+\] =", source)
    }
    assert parsing == {"maillage/screen/binding.py", "maillage/screen/frame.py"}


def test_one_room_composes_maps():
    composing = {
        path
        for path, source in code()
        if "MapView" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "MapView"
    }
    assert composing == {"maillage/subjects/map_composer.py"}


def test_no_link_leads_to_the_script_that_is_run():
    """Streamlit writes the address of the main script as "" + query: opened in a new tab, it is the page one stands on."""
    linking = {
        f"{path}:{node.lineno}"
        for path, source in code()
        if "app.py" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and node.value == "app.py"
        if not path.startswith(("etl/", "maillage/screen/server/command.py"))  # what runs it names it
    }
    assert linking == set()


def test_a_published_table_is_written_once():
    """A row goes one way: staged, resolved, published by one INSERT. Only what is staged may be corrected."""
    rewriting = {
        path
        for path, source in code()
        if path.startswith("etl/") and re.search("UPDATE|DELETE|DROP|ALTER|TRUNCATE", source) and rewrites(source)
    }
    assert rewriting == set()


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('connection.execute("UPDATE cpts SET note = 1")', 1),
        ('connection.execute(f"UPDATE {table} SET note = 1")', 1),
        ('connection.execute("INSERT INTO a FROM b ON CONFLICT DO UPDATE SET c = 1")', 1),
        ('"DELETE FROM territory WHERE true"', 1),
        ('f"DROP TABLE {child}"', 1),
        ('"UPDATE staging.site SET note = 1"', 0),
        ('"DELETE FROM staging.cpts_resolved"', 0),
        ('"INSERT INTO cpts BY NAME FROM staging.cpts_resolved"', 0),
        ('"INSERT INTO a FROM b ON CONFLICT DO NOTHING"', 0),
        ('"No UPDATE of anything published."', 0),
    ],
)
def test_a_table_written_twice_is_seen(source, count):
    assert len(rewrites(source)) == count


def test_only_staging_is_written_before_rows_are_published():
    """Sources, the resolution of what they bring and the figures computed of it fill `staging`; tables are published from it."""
    rooms = ("etl/sources/", "etl/formats/", "etl/places/", "etl/resolve/", "etl/intake.py", "etl/register")
    rooms += ("etl/derive/indicators.py", "etl/derive/mortality.py")
    writing = ((path, source) for path, source in code() if path.startswith(rooms) and "insert" in source.lower())
    filled = {path: tables for path, source in writing if (tables := inserts(source))}
    assert filled == {}


@pytest.mark.parametrize(
    ("source", "tables"),
    [
        ('connection.execute("INSERT INTO commune_name BY NAME FROM a")', ["commune_name"]),
        ('connection.execute(f"INSERT INTO {table} BY NAME FROM a")', ["?"]),
        ('frames.insert(connection, "site", frame)', ["site"]),
        ("insert(connection, table, frame)", ["?"]),
        ('connection.execute("INSERT INTO staging.site FROM a")', []),
        ('insert(connection, "staging.site", frame)', []),
        ('rows.insert(0, "site")', []),
    ],
)
def test_a_table_filled_out_of_staging_is_seen(source, tables):
    assert inserts(source) == tables


def test_no_room_is_too_long():
    lengths = {path: source.count("\n") for path, source in code()}
    assert {path: lines for path, lines in lengths.items() if lines > allowed_lines(path)} == {}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("maillage/catalog/indicators.py", "from maillage.language import text"),
        ("maillage/records/figure.py", "from maillage.queries import sites"),
        ("maillage/methods/rates.py", "def late():\n    from maillage.subjects import country"),
        ("maillage/views/profile.py", "from maillage.subjects.atlas import profile"),
        ("maillage/subjects/atlas/map.py", "from maillage.views import legend"),
        ("maillage/exports/slides.py", "from maillage.screen import tables"),
        ("maillage/warehouse.py", "from maillage.queries import sites"),
    ],
)
def test_an_upward_arrow_is_seen(path, source):
    assert len(list(upward(path, source))) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("maillage/catalog/indicators.py", "import etl"),
        ("maillage/address/choices.py", "def late():\n    from etl.build import build"),
        ("maillage/warehouse.py", "import streamlit as st"),
        ("maillage/exports/pdf.py", "from streamlit.runtime import caching"),
        ("maillage/views/map/leaflet.py", "from streamlit_folium import st_folium"),
        ("maillage/views/profile.py", "from ..queries import sites"),
        ("maillage/methods/rates.py", "import json, duckdb"),
        ("maillage/queries/sites.py", "import duckdb"),
        ("etl/sources/insee.py", "import streamlit"),
        ("etl/derive/access.py", "from maillage.methods import siting"),
        ("etl/build.py", "import maillage"),
        ("etl/places/cpts_layer.py", "from etl.resolve.cpts.precedence import latest"),
        ("maillage/screen/server/application.py", "import fastapi"),
        ("maillage/screen/frame.py", "from maillage.api import application"),
        ("maillage/api/features.py", "import streamlit"),
        ("app.py", "import duckdb"),
        ("pages/2_ecarts.py", "from duckdb import connect"),
    ],
)
def test_a_broken_rule_is_seen(path, source):
    assert len(offences(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("maillage/screen/tables.py", "import streamlit as st\nfrom maillage import warehouse"),
        ("maillage/warehouse.py", "import duckdb\nfrom maillage import catalog"),
        ("maillage/views/map/leaflet.py", "import folium\nfrom ...catalog import SITE_TYPES"),
        ("maillage/exports/pdf.py", "from ..queries import sites\nfrom ..views import charts"),
        ("etl/build.py", "import duckdb\nfrom maillage import catalog\nfrom maillage.catalog import SITE_TYPES"),
        ("app.py", "import streamlit as st\nfrom maillage.screen.frame import frame"),
    ],
)
def test_a_kept_rule_is_left_alone(path, source):
    assert offences(path, source) == []
    assert list(upward(path, source)) == []


@functools.cache
def code() -> tuple[tuple[str, str], ...]:
    """Every module of ours: its path from the root, its source."""
    patterns = ("app.py", "serve.py", "pages/**/*.py", "maillage/**/*.py", "etl/**/*.py")
    paths = (path for pattern in patterns for path in sorted(ROOT.glob(pattern)))
    return tuple((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths)


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


def room(path: str) -> str:
    """The room of a module, by its path: catalog, warehouse, pages…"""
    if not path.startswith("maillage/"):
        return "pages"
    return path.split("/")[1].removesuffix(".py").removesuffix("__init__") or "maillage"


def upward(path: str, source: str) -> Iterator[str]:
    """One sentence per import of a room on the same floor or above."""
    if path.startswith("etl/"):
        return
    here = room(path)
    for name in imports(path, source):
        there = name.split(".")[1] if name.startswith("maillage.") else None
        if there in FLOOR and there != here and FLOOR[there] >= FLOOR.get(here, -1):
            yield f"{path} imports {name}"


REWRITE = re.compile(
    r"\bUPDATE\s+(?:SET\b|(?!staging\.|of\b)[a-z\"]|$)|\b(?:DELETE\s+FROM|DROP\s+TABLE|ALTER\s+TABLE|TRUNCATE)\s+(?:(?!staging\.)[a-z\"]|$)"
)


def rewrites(source: str) -> list[str]:
    """What the SQL of a module does to rows that are there already, outside `staging`."""
    texts = [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [match[0] for text in texts for match in REWRITE.finditer(text)]


def inserts(source: str) -> list[str]:
    """The tables outside `staging` that a module fills, by SQL or by `frames.insert`; « ? » for a name that is computed."""
    tables = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            tables += [name or "?" for name in re.findall(r"\bINSERT\s+INTO\s+([\w.]*)", node.value)]
        elif isinstance(node, ast.Call) and len(node.args) == 3:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "insert":
                tables.append(node.args[1].value if isinstance(node.args[1], ast.Constant) else "?")
    return [name for name in tables if not name.startswith("staging.")]


def nearest(name: str, modules) -> str | None:
    """The module that a dotted name is of, or is in."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None


@functools.cache
def imports(path: str, source: str) -> tuple[str, ...]:
    """Full dotted names, late imports included: `from a import b` is a.b, `from . import b` is resolved."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.split("/")[: -node.level] if node.level else []
            module = ".".join([*package, *filter(None, [node.module])])
            names += (f"{module}.{alias.name}" for alias in node.names)
    return tuple(names)


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def within(name: str, modules: tuple[str, ...]) -> bool:
    return any(f"{name}.".startswith(f"{module}.") for module in modules)
