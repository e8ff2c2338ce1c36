"""PDF made by Typst from templates of ours: data go in as JSON and come out as text, whatever they hold."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import typst

from maillage import catalog
from maillage.language import text, typography
from maillage.records.print_frame import Vicinity
from maillage.records.territory import Dossier
from maillage.views import plan, plan_svg

HERE = Path(__file__).parent
FONTS = (
    HERE.parents[1] / "static" / "fonts"
)  # `make assets` puts Source Sans 3 there; else the system's sans serif is taken
ISO_DATE = re.compile(r"(?<![\w/.-])\d{4}-\d{2}-\d{2}(?![\w/-])")  # as programs write days, outside of an address
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # what no document may hold


class Unset(Exception):
    """The sentence that says why a document could not be made."""


class SvgDrawing(str):
    """A drawing in letters (SVG): its numbers are not a sentence's."""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, font_paths=[str(FONTS)] if FONTS.is_dir() else [])


def pdf(template: str, data: dict, made: datetime) -> bytes:
    """The PDF of a template (a file beside this one), tagged for screen readers (PDF/UA-1). Raises Unset.

    `made` is the date of the data, so that the same data make the same file.
    """
    options = {
        "root": str(HERE),
        "font_paths": _fonts(),
        "sys_inputs": {"data": json.dumps(fine(data), ensure_ascii=False)},
        "timestamp": (made if made.tzinfo else made.replace(tzinfo=UTC)).replace(microsecond=0),
    }
    try:
        try:
            return typst.compile(str(HERE / template), pdf_standards=["ua-1"], **options)
        except typst.TypstError as error:
            # The standard wants a glyph for every letter; a name in a script that no font here has is drawn as boxes.
            if "PDF/UA-1" not in str(error.message):
                raise
            return typst.compile(str(HERE / template), **options)
    except typst.TypstError as error:
        raise Unset(f"Le document n'a pas pu être composé : {error.message}") from error


def fine(value):
    """The same data with the spaces, apostrophes and dates of French typography, and nothing that a document may not hold."""
    if isinstance(value, SvgDrawing):
        return UNSEEN.sub("", value)
    if isinstance(value, str):
        return typography.applied(typography.FILES, ISO_DATE.sub(lambda day: text.date(day[0]), UNSEEN.sub("", value)))
    if is_dataclass(value):
        return {name: fine(each) for name, each in asdict(value).items()}
    if isinstance(value, dict):
        return {name: fine(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [fine(each) for each in value]
    return value


def legend(drawn: plan.Plan) -> list[dict[str, str]]:
    """The symbols of a plan with their names."""
    entries = [
        {"symbol": SvgDrawing(plan_svg.key(kind)), "label": catalog.SITE_TYPE[kind].label, "code": catalog.short(kind)}
        for kind in drawn.kinds
    ]
    if drawn.hollow:
        entries.append(
            {
                "symbol": SvgDrawing(plan_svg.key(drawn.kinds[0], hollow=True)),
                "label": "symbole creux : en préparation",
                "code": "",
            }
        )
    return entries


def drawn(dossier: Dossier, around: Vicinity, **options) -> plan.Plan | None:
    """The territory's plan; None where its communes are not known. Options are those of `plan.plan`."""
    if dossier.communes.empty:
        return None
    return plan.plan(dossier.communes, around.ground, around.sites, borders=around.borders, **options)
