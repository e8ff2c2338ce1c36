"""No acronym without its entry: those that our own sentences write, and those that come with the sources."""

import ast
import re
from pathlib import Path

import pytest

from maillage import catalog
from maillage.language import glossary
from maillage.subjects.provenance.method_page import handbook

ROOT = Path(__file__).parents[3]
SCREENS = (
    "app.py",
    "pages/*.py",
    *(f"maillage/{room}/**/*.py" for room in ("catalog", "language", "methods", "subjects", "views", "screen")),
)
ACRONYM = re.compile(r"(?<![\w#/.&;%-])(?:[A-Z]{2,}|[0-9][A-Z]{3,}|CeGIDD)s?(?![\w(=])")
# « CD » of a disc, names of places or of one CPTS, signs of a chart: words in capitals that are no acronym.
SPARED = {"PM", "FR", "PDLMS", "LA", "QGIS"}
SITES = {kind.code for kind in catalog.SITE_TYPES} | {"CeGIDD", "SIEGE"}
KNOWN = glossary.KNOWN | SITES | SPARED | {size.code for size in catalog.SIZE_CLASSES}


def sentences(source: str):
    """Texts of a module that a reader may see: several words, small letters, no SQL, no docstring."""
    tree = ast.parse(source)
    kinds = (ast.Module, ast.FunctionDef, ast.ClassDef)
    hidden = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, kinds) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden:
            text = re.sub(r"<[^>]*>|https?://\S+", " ", node.value)
            if (
                " " in text.strip()
                and re.search("[a-zéèà]{3}", text)
                and not re.search(r"\b(SELECT|FROM|ATTACH|COPY|JOIN|USE|READ_ONLY)\b", text)
            ):
                yield text


def unknown(text: str) -> set[str]:
    return {word for word in ACRONYM.findall(text) if word not in KNOWN and word.removesuffix("s") not in KNOWN}


def test_every_acronym_of_the_interface_is_explained():
    offences = {}
    for pattern in SCREENS:
        for path in sorted(
            set(ROOT.glob(pattern)) - {ROOT / "maillage" / "assets.py"}
        ):  # it speaks to whoever installs
            for text in sentences(path.read_text(encoding="utf-8")):
                for word in unknown(text):
                    offences.setdefault(word, f"{path.relative_to(ROOT)} : {text[:80]}")
    assert offences == {}


def test_every_acronym_of_the_sources_is_explained(cursor):
    rows = cursor.execute("SELECT title, producer, vintage, doubts FROM source").fetchall()
    comments = cursor.execute(
        "SELECT comment, '' FROM duckdb_columns() WHERE database_name = current_database()"
    ).fetchall()
    methods = cursor.execute("SELECT DISTINCT method FROM indicator_value").fetchall()
    words = {word for row in rows + comments + methods for text in row if text for word in unknown(text)}
    assert words <= TITLES_OF_OTHERS


# Parts of the published titles of files and tables, which keep their producers' names.
TITLES_OF_OTHERS = {"IND", "TCRD", "RSA"}


def test_the_search_for_acronyms_can_find_one():
    assert unknown("Une ZUP et deux CPTS") == {"ZUP"}
    assert list(sentences('"""Doc ZAC."""\nx = "SELECT a FROM b"\ny = "une ZAC ici"\n')) == ["une ZAC ici"]


def test_no_word_is_explained_twice(ask):
    words = [word for word, _, _ in handbook(ask).words]
    assert len(words) == len(set(words)) and words == sorted(words, key=str.casefold)


@pytest.mark.parametrize("term", glossary.TERMS, ids=lambda term: term.word)
def test_an_entry_is_a_sentence(term):
    assert term.meaning.endswith(".") and term.stands_for[0].isalnum() and not unknown(term.meaning)
