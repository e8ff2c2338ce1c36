"""HTML from templates: one environment for pages and offline files. Everything is escaped unless marked as ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from maillage import catalog
from maillage.catalog.symbols import SHAPES, SymbolShape, letter_size
from maillage.language import names, references, text

HERE = Path(__file__).parent
UNCHANGED = " ,:;=/()'-.!*@+&?"  # in the address of an image


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
    made.tests["known"] = text.known
    return made


def symbol_style(shape: str, colour: str, letters: str) -> Markup:
    """The style of a symbol beside words, as the map draws it; from the catalogue alone."""
    outline = SHAPES[shape]
    below = outline.drop / SymbolShape.drop  # of what a letter stands below the middle of a disc
    return Markup(f"--c:{colour};--letters:{letter_size(letters) / 12:g};--below:{below - 1:.2f};{outline.css}")


def address(drawn: str) -> Markup:
    """A drawing (SVG) as the address of an image: a page lets no drawing in. Double quotes are encoded, for typefaces hold the others."""
    return Markup(f"data:image/svg+xml,{quote(drawn, safe=UNCHANGED)}")


def _day(moment) -> str:
    return moment.strftime("%d/%m/%Y") if text.known(moment) else "–"


def _typeset(value):
    return text.typeset(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def macro(template: str, name: str, *arguments, **options) -> str:
    """What one macro of a template draws. Raises jinja2.UndefinedError where a value is missing."""
    return str(getattr(environment().get_template(template).module, name)(*arguments, **options)).strip()
