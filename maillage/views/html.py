"""HTML from templates: one environment for pages and offline files. Everything is escaped unless marked as ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from maillage import catalog
from maillage.language import text

HERE = Path(__file__).parent


@cache
def environment() -> Environment:
    """Names come from files that strangers write, and from forms: every value is typeset in French, then escaped."""
    made = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE.parent / "exports"]),
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, finalize=_typeset,
    )  # fmt: skip
    made.globals["SITE_TYPE"] = catalog.SITE_TYPE
    made.filters |= {"date": text.date, "number": text.number}
    return made


def _typeset(value):
    return text.typeset(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def macro(template: str, name: str, *arguments, **options) -> str:
    """What one macro of a template draws. Raises jinja2.UndefinedError where a value is missing."""
    return str(getattr(environment().get_template(template).module, name)(*arguments, **options)).strip()
