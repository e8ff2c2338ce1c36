"""What the house promises about its own files."""

import ast
import json
import os
import re
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = 3 * 1024 * 1024

# Escaped or bracketed so that this file does not contain what it looks for.
FORBIDDEN = re.compile(
    rb"registry\.(?:npmjs|yarnpkg)|pypi\.(?:org|python)|pythonhosted\.(?:org|com)"
    rb"|(?<![\w.-])/(?:work|farm|tmp|root|home|Users)/"  # a machine's path, not a part of an address
)


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """Every module of ours, parsed once."""
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in product()}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file git knows that is still there."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone: no list of tracked files")
    # A clone made by somebody else is still ours to read.
    git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z"]
    names = subprocess.run(git, capture_output=True, check=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_machine(tracked):
    offences = {
        path.relative_to(ROOT).as_posix(): match[0].decode()
        for path in tracked
        if (match := FORBIDDEN.search(path.read_bytes()))
    }
    assert offences == {}


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("https://registry." + "npmjs.org/leaflet", True),
        ("index-" + "url = https://pypi." + "org/simple", True),
        ("open('/" + "work/data.csv')", True),
        ("file:///" + "tmp/data.csv", True),
        ("https://example.fr/home/data.csv", False),
        ("../work/data.csv", False),
    ],
)
def test_the_search_sees_what_it_must(text, caught):
    assert bool(FORBIDDEN.search(text.encode())) is caught


def test_no_heavy_file_outside_the_snapshot(tracked):
    heavy = [path.relative_to(ROOT).as_posix() for path in tracked if path.stat().st_size > HEAVY]
    assert [name for name in heavy if not name.startswith("data/snapshot/")] == []


def test_npm_packages_are_sealed_and_come_from_nowhere_in_particular():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    dependencies = {name: package for name, package in packages.items() if name}
    assert dependencies
    assert [name for name, package in dependencies.items() if "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_says_why(name):
    lines = (ROOT / name).read_text().splitlines()
    requirements = [line for line in lines if line and not line.startswith(("#", "-r "))]
    assert requirements
    assert [line for line in requirements if not re.fullmatch(r"[\w-]+==[\w.]+ +# \S.*", line)] == []


def test_continuous_integration_can_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_no_two_classes_of_one_name(trees):
    """A name means one thing, here as in the mouth of whoever reads: « a Choices » or « the Line » is never to be asked which."""
    assert twice(trees) == {}


def test_a_class_declared_twice_is_seen():
    sources = {"a.py": "class Line: ...", "b.py": "class Line: ...\nclass Own: ...", "c.py": "class _Line: ..."}
    assert twice({path: ast.parse(source) for path, source in sources.items()}) == {"Line": ["a.py", "b.py"]}


def test_no_verb_stands_for_data(trees):
    """What was `told`, `shown` or `found` has a noun of the field: a dossier, a map, a rate."""
    tests = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/*.py")}
    names = {path: verbs(tree) for path, tree in trees.items()}
    names |= {path: verbs(ast.parse(source)) for path, source in tests.items() if VERB.search(source)}
    assert tests and {path: wrong for path, wrong in names.items() if wrong} == {}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("told = 1", ["told"]),
        ("TOLD: int = 1", ["TOLD"]),
        ("a, (found, b) = c", ["found"]),
        ("def shown(): ...", ["shown"]),
        ("def f(a, *, got): ...", ["got"]),
        ("lambda read: read", ["read"]),
        ("self.held = 1", ["held"]),
        ("class A:\n    read: int", ["read"]),
        ("with a as held: ...", ["held"]),
        ("import a as said", ["said"]),
        ("(found := 1)", ["found"]),
        ("def read(path): return path.read()", []),  # a verb, that does what it says
        ("read: Callable[[str], int] = int", []),
        ("def f(read): read(1)", []),
        ("def f(read: Callable[[], str]): ...", []),
        ("told_apart = shown_by = 1", []),
    ],
)
def test_a_verb_that_stands_for_data_is_seen(source, names):
    assert verbs(ast.parse(source)) == names


VERBS = {"told", "shown", "said", "held", "found", "got", "read"}
VERB = re.compile(rf"\b(?:{'|'.join(VERBS)})\b", re.IGNORECASE)


def verbs(tree: ast.Module) -> list[str]:
    """Names of variables, parameters, attributes and functions that are a verb; a function is called `read`, and so is what reads."""
    names = []
    nodes = list(ast.walk(tree))
    called = {
        id(node.target if isinstance(node, ast.AnnAssign) else node)
        for node in nodes
        if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation and "Callable" in ast.unparse(node.annotation)
    } | {
        id(argument)
        for function in nodes
        if isinstance(function, ast.FunctionDef)
        for argument in function.args.args
        if argument.arg == "read"
        and any(isinstance(node, ast.Call) and getattr(node.func, "id", "") == "read" for node in ast.walk(function))
    }
    for node in nodes:
        if id(node) in called:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.append(node.attr)
        elif isinstance(node, ast.arg):
            names.append(node.arg)
        elif isinstance(node, ast.alias) and node.asname:
            names.append(node.asname)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name != "read":
            names.append(node.name)
    return [name for name in names if name.lower() in VERBS]


# One normaliser, one slug: `language.names`. Two readers look at letters one by one, and keep their places.
LETTERS = ("maillage/language/names.py", "etl/formats/site_types.py", "etl/formats/wording.py")


def test_names_are_made_comparable_in_one_place():
    reading = {
        path.relative_to(ROOT).as_posix()
        for path in product()
        if re.search(r"unicodedata|strip_accents|normalize\(\"NF", path.read_text(encoding="utf-8"))
    }
    assert {path for path in reading if "queries/" not in path and "history/" not in path} == set(LETTERS)


# Plotly reads « <b> » and « <br> » in words that `chart_frame.safe` has made plain; `chart_sheet` reads them back.
PLOTLY = ("annotated_scatter", "chart_frame", "chart_sheet", "charts")
TAGS = {f"maillage/views/{name}.py": {"b", "br", "extra"} for name in PLOTLY} | {
    "maillage/screen/server/headers.py": {"script"},  # finds Streamlit's own scripts in its page
    "maillage/screen/server/shell.py": {"link", "script", "style"},  # writes into the bytes of that page
    "maillage/screen/server/foreseen.py": {"link"},  # of that page's own files
}


def test_markup_is_written_in_templates(trees):
    """Where names are escaped without anybody's thinking of it: no string of Python holds a tag."""
    written = {path: tags(tree) - TAGS.get(path, set()) for path, tree in trees.items()}
    assert {path: names for path, names in written.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("f'<path d=\"{d}\"/>'", {"path"}),
        ("f'{a}<g>{b}</g>'", {"g"}),
        ("BRAND = '<div class=\"{kind}\">'\nBRAND.format(kind=1)", {"div"}),
        ("'<td>' + name", {"td"}),
        ("'<br/>'.join(rows)", {"br"}),
        ("def f():\n    'A <b> in a docstring.'", set()),
        ("r'(?P<city>.*)'", set()),
        ("f'{low} <{high}'", set()),
    ],
)
def test_markup_in_a_string_is_seen(source, names):
    assert tags(ast.parse(source)) == names


def tags(tree: ast.Module) -> set[str]:
    """The tags that open in the strings of a module, f-strings too and docstrings apart."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = list(ast.walk(tree))
    docstrings = {id(node.body[0].value) for node in nodes if isinstance(node, documented) and ast.get_docstring(node)}
    return {
        name
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        for name in re.findall(r"(?<!\?P)<([a-z]+)[ >/]", node.value)
    }


def test_what_is_public_says_what_it_is(trees):
    """A class, a function or a method that others may use has a docstring: shapes, units, errors and source where they matter."""
    assert {path: names for path, tree in trees.items() if (names := undocumented(tree))} == {}


def test_what_says_nothing_is_seen():
    source = 'class A:\n    "Said."\n    def b(self): ...\n    def _c(self): ...\ndef d():\n    def e(): ...\nclass _F:\n    def g(self): ...'
    assert undocumented(ast.parse(source)) == ["A.b", "d"]


def undocumented(tree: ast.Module | ast.ClassDef, within: str = "") -> list[str]:
    """Public names of a module, and of its public classes, that have no docstring."""
    names = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                names.append(within + node.name)
            if isinstance(node, ast.ClassDef):
                names += undocumented(node, f"{within}{node.name}.")
    return names


def product() -> list[Path]:
    """Every module of ours, tests apart."""
    return sorted(
        path for pattern in ("*.py", "pages/*.py", "maillage/**/*.py", "etl/**/*.py") for path in ROOT.glob(pattern)
    )


def twice(trees: dict[str, ast.Module]) -> dict[str, list[str]]:
    """Public names of classes that several modules declare, with those modules."""
    declared = defaultdict(list)
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                declared[node.name].append(path)
    return {name: paths for name, paths in declared.items() if len(paths) > 1}
