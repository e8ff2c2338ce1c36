"""MSP by département, year after year, then as the register lists them; CPTS by the year of their signature.

Two sources of one thing are two marks: the counts published are a line, the register's is a point apart.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.language.classes import ranges
from maillage.methods.classes import classify
from maillage.queries import comparison, indicators
from maillage.queries import timeline as asked
from maillage.records.timeline import Frame, Played, Registered, Series, Signatures, Year
from maillage.warehouse import Ask

MSP = "msp_nombre"


def played(ask: Ask) -> Played:
    """The MSP of every département, on the scale of its map."""
    history = ask(comparison.history, MSP, "all")
    history = history[(history["level"] == "departement") & history["value"].notna()]
    register = {code: Registered(int(count), date) for code, count, date in ask(asked.registered, "MSP")}
    every = series(history, register)
    breaks, _ = ask(indicators.scale, MSP, "departement")
    indicator = catalog.INDICATOR[MSP]
    frames, classes = _frames(every, breaks, indicator.palette)
    return Played(
        frames, classes, tuple(ranges(breaks, indicator)), tuple(sorted(every, key=lambda one: (-grown(one), one.code)))
    )


def series(history: pd.DataFrame, register: dict[str, Registered]) -> list[Series]:
    """Of rows code, name, year, value: a series per département, in code order."""
    return [
        Series(
            code,
            rows["name"].iloc[0],
            tuple((int(row.year), float(row.value)) for row in rows.sort_values("year").itertuples()),
            register.get(code),
        )
        for code, rows in history.groupby("code")
    ]


def grown(one: Series) -> float:
    """How many more were published the last year than the first."""
    return one.points[-1][1] - one.points[0][1] if len(one.points) > 1 else 0.0


def _frames(every: list[Series], breaks: list[float], palette: str) -> tuple[tuple[Frame, ...], object]:
    codes = [one.code for one in every]
    moments = [
        (str(year), "publié par la DITP, collecte des ARS", {one.code: dict(one.points).get(year) for one in every})
        for year in sorted({year for one in every for year, _ in one.points})
    ]
    dates = sorted({one.registered.as_of for one in every if one.registered})
    if dates:
        last = {one.code: one.registered.count if one.registered else None for one in every}
        moments.append((text.date(dates[-1]), "recensé au registre FINESS", last))
    frames, classes = [], None
    for label, source, values in moments:
        marks, classes = classify(pd.Series([values[code] for code in codes], dtype=float), breaks, palette)
        frames.append(Frame(label, source, dict(zip(codes, marks, strict=True))))
    return tuple(frames), classes


def sentence(one: Series) -> str:
    """« 7 en 2017, 22 en 2023 ; 28 au registre le 12/05/2026 »."""
    ends = [one.points[0], one.points[-1]] if len(one.points) > 1 else list(one.points)
    words = ", ".join(f"{text.number(value)} en {year}" for year, value in ends)
    if one.registered is None:
        return words
    return f"{words} ; {text.number(one.registered.count)} au registre le {text.date(one.registered.as_of)}"


def signatures(ask: Ask) -> Signatures:
    """CPTS by the year of their signature, where it is known."""
    signed, listed = ask(asked.standing)
    rows = ask(asked.signatures)
    return Signatures(years(zip(rows["year"], rows["deduced"], strict=True)), len(rows), signed, listed)


def years(known: Iterable[tuple[int, bool]]) -> tuple[Year, ...]:
    """A count a year, from the first to the last, years without any included."""
    rows = [(int(year), bool(deduced)) for year, deduced in known]
    if not rows:
        return ()
    span = range(min(year for year, _ in rows), max(year for year, _ in rows) + 1)
    return tuple(
        Year(each, sum(year == each for year, _ in rows), sum(year == each and deduced for year, deduced in rows))
        for each in span
    )


def grounds(known: Signatures) -> str:
    """What the count of signatures rests on: a part of the CPTS, never their number."""
    return (
        f"La date de signature est connue pour {text.count(known.dated, 'CPTS', 'CPTS')} sur {text.number(known.listed)} recensées, dont "
        f"{text.number(known.signed)} au statut « ACI signé » : ce sont des minimums, et une année récente peut être moins bien connue qu'une ancienne."
    )
