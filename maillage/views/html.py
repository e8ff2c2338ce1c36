"""HTML from templates: one environment for pages and offline files. Everything is escaped unless marked as ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from maillage import catalog
from maillage.catalog.symbols import SHAPES, SymbolShape, letter_size
from maillage.language import names, references, text, typography

HERE = Path(__file__).parent
Place = tuple[float, float, float, float]  # of a drawing inside another: x, y, width, height
UNCHANGED = " ,:;=/()'-.!*@+?"  # in the address of an image; « & », which a page reads, is not


@cache
def environment() -> Environment:
    """Names come from files that strangers write, and from forms: every value is typeset in French, then escaped."""
    made = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE.parent / "exports"]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_typeset,
    )
    made.globals["SITE_TYPE"] = catalog.SITE_TYPE
    made.globals |= {"zip": zip, "symbol_style": symbol_style}
    made.filters |= {"date": text.date, "day": _day, "number": text.number, "quantity": text.quantity}
    made.filters |= {"short": catalog.short, "slug": names.slug, "where": references.page, "dated": text.dated}
    made.filters |= {"tenth": _tenth, "g": _g, "printed": _printed}
    made.filters["address"] = address
    made.tests["known"] = text.known
    return made


def script(name: str) -> Markup:
    """A script of ours, for a page to run as it is: its policy knows it by its letters."""
    return draw("page.html", "script", (HERE / name).read_text(encoding="utf-8"))


def symbol_style(shape: str, colour: str, letters: str) -> Markup:
    """The style of a symbol beside words, as the map draws it; from the catalogue alone."""
    outline = SHAPES[shape]
    below = outline.drop / SymbolShape.drop  # of what a letter stands below the middle of a disc
    return Markup(f"--c:{colour};--letters:{letter_size(letters) / 12:g};--below:{below - 1:.2f};{outline.css}")


def address(drawn: str) -> Markup:
    """A drawing (SVG of our templates, whose values hold no bare quote) as the address of an image: a page lets no drawing in."""
    plain = str(drawn).replace('"', "'")
    return Markup(f"data:image/svg+xml,{quote(plain, safe=UNCHANGED)}")


def _printed(words: str) -> Markup:
    return escape(typography.applied(typography.FILES, words))


def _tenth(number: float) -> Markup:
    return Markup(f"{number:.1f}")


def _g(number: float) -> Markup:
    return Markup(f"{number:g}")


def _day(moment) -> str:
    return moment.strftime("%d/%m/%Y") if text.known(moment) else "–"


def _typeset(value):
    written = isinstance(value, str) and " " in value and not isinstance(value, Markup)
    return text.typeset(value) if written else value


def macro(template: str, name: str, *arguments, **options) -> str:
    """What one macro of a template draws. Raises jinja2.UndefinedError where a value is missing."""
    return str(draw(template, name, *arguments, **options))


def draw(template: str, name: str, *arguments, **options) -> Markup:
    """The same as markup, that another template takes in as it is. Raises jinja2.UndefinedError likewise."""
    return getattr(_macros(template), name)(*arguments, **options).strip()


@cache
def _macros(template: str):
    return environment().get_template(template).module
