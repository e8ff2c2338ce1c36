"""Figures as the interface gives them: from the records of the subjects, never computed here."""

from __future__ import annotations

from dataclasses import asdict, replace

import pandas as pd

from maillage import catalog
from maillage.language import figures as words
from maillage.queries.territories import Territory
from maillage.records.figure import Figure, IndicatorLine
from maillage.subjects.provenance.figure_trace import FigureTrace, FormulaTerm


def figure(indicator: catalog.Indicator, value: Figure, reading: str | None = None) -> dict:
    """One figure with its unit, year, date, source, bound and basis; `reading` where its subject has a better one."""
    worded = words.reading(value.value, indicator.decimals, value.bound, value.basis)
    if value.value is None and not value.withheld:
        worded = words.MISSING
    return {
        "indicator": indicator.code,
        "label": indicator.label,
        "unit": indicator.unit,
        "year": value.year,
        "value": value.value,
        "low": value.low,
        "high": value.high,
        "bound": value.bound,
        "basis": value.basis,
        "reading": reading or worded,
        "note": value.note,
        "as_of": value.as_of or "",
        "source": value.source,
    }


def of_row(row) -> dict:
    """The same of a row of `queries.indicators.profile`."""
    value, low, high = (None if pd.isna(each) else float(each) for each in (row.value, row.low, row.high))
    known = Figure(value, low, high, row.method, int(row.year), row.bound, row.basis, row.vintage, row.source)
    return figure(catalog.INDICATOR[row.indicator], known)


def line(each: IndicatorLine) -> dict:
    """An indicator of a set of communes, and of the places it is compared with."""
    indicator, own = catalog.INDICATOR[each.indicator], each.own
    if own is not None:  # counted here from the members: of the same sources as the figures beside it
        own = replace(own, source=own.source or each.source, as_of=own.as_of or each.year)
    return {
        "indicator": each.indicator,
        "label": each.label,
        "unit": each.unit,
        "scope": each.scope,
        "figure": None if own is None else figure(indicator, own),
        "against": [
            {"level": level, "code": code, "name": name, "figure": figure(indicator, value)}
            for level, code, name, value in each.against
            if value is not None
        ],
    }


def trace(each: FigureTrace) -> dict:
    """A figure and what it is made from."""
    return {
        "territory": short(each.place),
        "figure": figure(each.indicator, each.figure, each.reading),
        "definition": each.indicator.definition,
        "years": list(each.years),
        "formula": each.formula,
        "numerator": _term(each.numerator),
        "denominator": _term(each.denominator),
        "factor": each.factor,
        "details": list(each.details),
        "source": {name: _plain(value) for name, value in each.source.items()},
    }


def short(here: Territory) -> dict:
    """A territory in a few words."""
    return {"level": here.level, "code": here.code, "name": here.name}


def whole(here: Territory) -> dict:
    """A territory as the base has it."""
    return {name: value for name, value in asdict(here).items() if not name.endswith("_origin")}


def _term(each: FormulaTerm | None) -> dict | None:
    return None if each is None else {"words": each.words, "value": _plain(each.value), "unit": each.unit}


def _plain(value):
    if value is None or value is pd.NaT or value != value:
        return None
    return value if isinstance(value, (str, int, float)) else str(value)
