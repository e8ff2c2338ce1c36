"""The page « Méthode » is what the code declares."""

import importlib
import inspect
import pkgutil

import pytest

from maillage import catalog, methods
from maillage.language import text
from maillage.methods import secrecy
from maillage.queries import provenance as asked
from maillage.subjects.provenance import method_page
from maillage.views import method_page as drawn

NAMES = sorted({module.name for module in pkgutil.iter_modules(methods.__path__)} - method_page.DRAWING)
MODULES = ["maillage.address.links", *(f"maillage.methods.{name}" for name in NAMES)]


@pytest.fixture(scope="module")
def book(ask):
    return method_page.handbook(ask)


@pytest.fixture(scope="module")
def page(ask, book):
    return drawn.page(book, ask(asked.build))


@pytest.mark.parametrize("name", MODULES)
def test_every_method_is_told_in_plain_french(name):
    module = importlib.import_module(name)
    title, words = module.EN_CLAIR
    assert 8 < len(title) < 60 and words.endswith(".") and len(words) > 80
    assert not any(sign in words for sign in ("`", "**", "()", "_"))


@pytest.mark.parametrize("name", MODULES)
def test_every_public_part_of_a_method_has_a_docstring(name):
    module = importlib.import_module(name)
    assert inspect.getdoc(module)
    public = [
        value
        for key, value in vars(module).items()
        if not key.startswith("_") and inspect.isfunction(value) and value.__module__ == module.__name__
    ]
    assert [function.__name__ for function in public if not function.__doc__] == []


def test_every_method_and_word_is_on_the_page(book, page):
    assert {method.name for method in book.methods} == {name.rpartition(".")[2] for name in MODULES}
    for method in book.methods:
        assert text.escape(method.title) in page and text.escape(method.words) in page
    for kind in catalog.SITE_TYPES:
        assert text.escape(kind.meaning) in page
    for status in catalog.CPTS_STATUSES:
        assert text.escape(status.label) in page


def test_every_indicator_with_figures_is_told_with_its_formula(book, page, cursor):
    known = {code for (code,) in cursor.execute("SELECT DISTINCT indicator FROM indicator_value").fetchall()}
    indicators = {measure.indicator.code for _, measures in book.measures for measure in measures}
    assert indicators == known & set(catalog.INDICATOR)
    for _, measures in book.measures:
        for measure in measures:
            assert measure.sources and measure.years[:2] == "20"
            assert text.escape(measure.indicator.definition) in page
            for level in measure.indicator.levels:
                assert measure.indicator.recipe.at(level)[1:] in " ".join(measure.formulas)


def test_the_error_of_travel_times_is_the_catalogue_s(page):
    for error in catalog.TRAVEL.errors:
        assert f"{error.low} à {error.high} min" in page
        assert text.quantity(error.median_percent, "%") in page


def test_the_rule_of_secrecy_is_the_method_s(page):
    assert text.escape(secrecy.rule()) in page


def test_every_section_is_in_the_contents(page):
    for anchor, title in drawn.SECTIONS:
        assert f'href="#{anchor}"' in page and f'<section id="{anchor}"><h2>{text.escape(title)}' in page


def test_what_no_register_knows_is_said_from_the_catalogue(book):
    alone = [catalog.short(kind.code).lower() for kind in catalog.SITE_TYPES if not kind.finess]
    assert "autre service de santé" in alone and all(word in book.uncounted[0].lower() for word in alone)
    assert "_" not in book.uncounted[0]
    assert all(
        kind.code not in book.uncounted[0].replace("(", " ").split() for kind in catalog.SITE_TYPES if kind.finess
    )
