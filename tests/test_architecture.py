"""The rules of the house: who may import whom, and how long a room may grow."""

import ast
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
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and any(each.arg == "cursor" for each in node.args.args)
    }
    assert taking == set()


def test_one_room_composes_maps():
    composing = {
        path
        for path, source in code()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "MapView"
    }
    assert composing == {"maillage/subjects/map_composer.py"}


def test_no_link_leads_to_the_script_that_is_run():
    """Streamlit writes the address of the main script as "" + query: opened in a new tab, it is the page one stands on."""
    linking = {
        f"{path}:{node.lineno}"
        for path, source in code()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and node.value == "app.py"
        if not path.startswith(("etl/", "maillage/screen/server/command.py"))  # what runs it names it
    }
    assert linking == set()


def test_a_published_table_is_written_once():
    """A row goes one way: staged, resolved, published by one INSERT. Only what is staged may be corrected."""
    rewriting = {path for path, source in code() if path.startswith("etl/") and rewrites(source)}
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
    filled = {path: tables for path, source in code() if path.startswith(rooms) and (tables := inserts(source))}
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


def code() -> Iterator[tuple[str, str]]:
    """Every module of ours: its path from the root, its source."""
    for pattern in ("app.py", "serve.py", "pages/**/*.py", "maillage/**/*.py", "etl/**/*.py"):
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


# Tests mirror the tree: a module has its twin, or is held elsewhere. A line goes when its twin comes.
ELSEWHERE = {
    # declarations: held where they are read
    "catalog/bivariate.py": "maillage/views/test_bivariate.py",
    "catalog/commune_roles.py": "maillage/subjects/territory/test_map.py",
    "catalog/indicators.py": "maillage/catalog/test_catalog.py",
    "catalog/palettes.py": "maillage/views/map/test_leaflet.py",
    "catalog/recipes.py": "maillage/subjects/provenance/test_figure_trace.py",
    "catalog/siting.py": "maillage/methods/test_siting.py",
    "catalog/structure_list.py": "maillage/subjects/test_visitor_list.py",
    "catalog/symbols.py": "maillage/views/map/test_leaflet.py",
    "address/comparison.py": "maillage/address/test_known_links.py",
    "address/cpts.py": "maillage/address/test_known_links.py",
    "address/draft.py": "maillage/address/test_known_links.py",
    "address/gaps.py": "maillage/address/test_known_links.py",
    # records have no behaviour: held by what fills them
    "records/comparison.py": "maillage/views/test_compared.py",
    "records/essentials.py": "maillage/subjects/essentials/test_findings.py",
    "records/figure.py": "maillage/language/test_figures.py",
    "records/logo.py": "maillage/exports/test_logos.py",
    "records/heading.py": "maillage/subjects/provenance/test_headings.py",
    "records/map_picture.py": "maillage/subjects/atlas/test_picture.py",
    "records/map_view.py": "maillage/subjects/atlas/test_map.py",
    "records/print_frame.py": "maillage/subjects/territory/test_print_frame.py",
    "records/siting_curve.py": "maillage/subjects/gaps/test_curve.py",
    "records/small_maps.py": "maillage/views/test_multiples.py",
    "records/timeline.py": "maillage/subjects/test_timeline.py",
    "records/territory.py": "maillage/subjects/territory/test_wording.py",
    # words and numbers: held with what they are written in
    "language/classes.py": "maillage/views/test_legend.py",
    "language/spreadsheet.py": "maillage/views/test_tables.py",
    "methods/classes.py": "maillage/views/test_legend.py",
    "methods/outlines.py": "maillage/views/test_multiples.py",
    # questions: held with the answer that is made of them
    "queries/claims.py": "pages/test_cpts.py",
    "queries/comparison.py": "maillage/subjects/comparison/test_figures.py",
    "queries/layers.py": "maillage/exports/test_geo.py",
    "queries/peers.py": "maillage/subjects/essentials/test_sheet.py",
    "queries/print_frame.py": "maillage/subjects/territory/test_print_frame.py",
    "queries/secrecy.py": "maillage/subjects/test_secrecy.py",
    "queries/timeline.py": "maillage/subjects/test_timeline.py",
    "queries/traces.py": "maillage/subjects/provenance/test_figure_trace.py",
    "subjects/comparison/long_form.py": "maillage/screen/panels/test_comparison_charts.py",
    "subjects/comparison/table.py": "maillage/screen/panels/test_comparison_charts.py",
    "subjects/country.py": "maillage/subjects/territory/test_neighbours.py",
    "subjects/essentials/rules.py": "maillage/subjects/essentials/test_findings.py",
    "subjects/gaps/note.py": "maillage/subjects/gaps/test_curve.py",
    "subjects/gaps/jobs.py": "maillage/subjects/gaps/test_whatif.py",
    "subjects/map_picture.py": "maillage/subjects/atlas/test_picture.py",
    "subjects/map_composer.py": "maillage/subjects/atlas/test_map.py",
    "subjects/territory/checks.py": "maillage/subjects/territory/test_wording.py",
    "subjects/territory/figures.py": "maillage/subjects/territory/test_territory.py",
    "subjects/territory/members.py": "pages/test_composer.py",
    "subjects/territory/sites.py": "maillage/subjects/territory/test_territory.py",
    # drawings: held by the page or the document that shows them
    "views/ceremony.py": "pages/test_ceremonie.py",
    "views/chart_frame.py": "maillage/views/test_charts.py",
    "views/commune_roles.py": "maillage/subjects/territory/test_map.py",
    "views/essentials.py": "maillage/subjects/essentials/test_sheet.py",
    "views/funnel_plot.py": "maillage/views/test_charts.py",
    "views/home.py": "pages/test_home.py",
    "views/help_texts.py": "maillage/views/test_gaps.py",
    "views/html.py": "maillage/views/test_territory_html.py",
    "views/sheet.py": "maillage/subjects/atlas/test_picture.py",
    "views/map_sheet.py": "maillage/subjects/atlas/test_picture.py",
    "views/method_page.py": "maillage/subjects/provenance/test_method_page.py",
    "views/plan_svg.py": "maillage/views/test_plan.py",
    "views/quality.py": "pages/test_rooms.py",
    "views/siting_curve.py": "maillage/subjects/gaps/test_curve.py",
    "views/timeline.py": "maillage/subjects/test_timeline.py",
    "views/trace.py": "maillage/subjects/provenance/test_figure_trace.py",
    "views/versions.py": "maillage/views/test_territory_html.py",
    "views/visitor_list.py": "maillage/subjects/test_visitor_list.py",
    "exports/colophon.py": "maillage/subjects/territory/test_wording.py",
    "exports/diagnostic.py": "maillage/exports/test_typesetting.py",
    "exports/essentials.py": "maillage/subjects/essentials/test_sheet.py",
    "exports/poster.py": "maillage/exports/test_typesetting.py",
    "exports/shapes.py": "maillage/exports/test_slides.py",
    "exports/whatif_note.py": "maillage/subjects/gaps/test_curve.py",
    "exports/territory.py": "maillage/subjects/territory/test_draft.py",
    "api/schemas.py": "maillage/api/test_application.py",
    # the screen is driven by its pages
    "screen/controls.py": "pages/test_carte.py",
    "screen/frame.py": "pages/test_editions.py",
    "screen/questions.py": "pages/test_editions.py",
    "screen/search.py": "pages/test_composer.py",
    "screen/tables.py": "pages/test_donnees.py",
    "screen/panels/access.py": "pages/test_ecarts.py",
    "screen/panels/ceremony.py": "pages/test_ceremonie.py",
    "screen/panels/ceremony_form.py": "pages/test_ceremonie.py",
    "screen/panels/comparing.py": "pages/test_comparer.py",
    "screen/panels/composer.py": "pages/test_composer.py",
    "screen/panels/cpts.py": "pages/test_cpts.py",
    "screen/panels/data_menu.py": "pages/test_rooms.py",
    "screen/panels/essentials.py": "pages/test_profil.py",
    "screen/panels/home.py": "pages/test_home.py",
    "screen/panels/importing.py": "pages/test_importing.py",
    "screen/panels/list_reading.py": "pages/test_donnees.py",
    "screen/panels/map_page.py": "pages/test_carte.py",
    "screen/panels/need.py": "pages/test_ecarts.py",
    "screen/panels/share.py": "pages/test_home.py",
    "screen/panels/shared.py": "pages/test_ecarts.py",
    "screen/panels/sheet.py": "pages/test_cpts.py",
    "screen/panels/siting_curve.py": "pages/test_ecarts.py",
    "screen/panels/timeline.py": "pages/test_comparer.py",
    "screen/panels/tracing.py": "pages/test_rooms.py",
    "screen/panels/whatif.py": "pages/test_ecarts.py",
    "screen/panels/white.py": "pages/test_ecarts.py",
}


def test_a_module_has_its_twin_or_is_held_elsewhere():
    modules = {path.relative_to(ROOT / "maillage") for path in (ROOT / "maillage").rglob("*.py")}
    alone = {
        module.as_posix()
        for module in modules
        if module.name != "__init__.py"
        and not (ROOT / "tests" / "maillage" / module.parent / f"test_{module.name}").exists()
    }
    assert alone == set(ELSEWHERE)


def test_what_is_held_elsewhere_is_run_there():
    """The modules that a test imports, and those that they import in turn, hold the one it answers for; pages run theirs."""
    sources = dict(code())
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in sources}
    graph = {name: {nearest(each, modules) for each in imports(path, sources[path])} for name, path in modules.items()}
    for module, test in ELSEWHERE.items():
        path = ROOT / "tests" / test
        reached, new = set(), {nearest(each, modules) for each in imports(test, path.read_text(encoding="utf-8"))}
        if test.startswith("pages/"):
            new |= {name for name in modules if name == "app" or name.startswith("pages.")}
        while new := {name for name in new if name} - reached:
            reached |= new
            new = set().union(*(graph[name] for name in new))
        assert f"maillage.{module.removesuffix('.py').replace('/', '.')}" in reached, f"{test} does not run {module}"
