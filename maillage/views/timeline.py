"""Years drawn: a small curve a département, a map that is played, CPTS by the year of their signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from markupsafe import Markup

from maillage.language import text
from maillage.records.small_maps import DepartementShape, Panel
from maillage.records.timeline import Played, Series, Signatures
from maillage.views import html, multiples, sheet
from maillage.views.chart_frame import THEMES

WIDE, HIGH, EDGE = 150, 44, 6  # of a small curve
LINE, POINT = ("#0072B2", "#5FB3E6"), ("#C2500A", "#F08A4B")


def curve(one: Series, dark: bool = False, place: html.Place | None = None) -> Markup:
    """Published counts as a line from zero, the register's as a square apart, on the département's own scale."""
    last = float(one.registered.as_of[:4]) + 0.4 if one.registered else one.points[-1][0]
    first = one.points[0][0]
    most = max([value for _, value in one.points] + ([one.registered.count] if one.registered else [])) or 1

    def at(year: float, value: float) -> tuple[float, float]:
        return EDGE + (WIDE - 2 * EDGE) * (year - first) / max(last - first, 1), HIGH - EDGE - (
            HIGH - 2 * EDGE
        ) * value / most

    axis = f"M{EDGE} {HIGH - EDGE}H{WIDE - EDGE}"
    path = "M" + "L".join("{:.1f} {:.1f}".format(*at(year, value)) for year, value in one.points)
    mark = (*at(last, one.registered.count), POINT[dark]) if one.registered else None
    return html.draw("years.svg", "curve", (WIDE, HIGH, place), THEMES[dark][0], axis, path, LINE[dark], mark)


def bars(known: Signatures, dark: bool = False, place: html.Place | None = None) -> Markup:
    """A bar a year; hollow, what is of a year that the source does not write."""
    step, floor, top = 64, 150, 22
    most = max((year.signed for year in known.years), default=0) or 1
    tall = (floor - top) / most
    years = [
        (rank * step + 10, tall * year.signed, tall * year.deduced, year.signed, year.year)
        for rank, year in enumerate(known.years)
    ]
    width = step * max(len(years), 1)
    return html.draw("years.svg", "bars", width, place, THEMES[dark][0], years, step - 20, floor)


def section(
    played: Played,
    shapes: Sequence[DepartementShape],
    sentence: Callable[[Series], str],
    signed: Signatures,
    grounds: str,
    own: str | None,
    dark: bool,
) -> str:
    """The map that is played, the curves (the département looked at first), the signatures."""
    last = played.frames[-1]
    panel = Panel("MSP par département", "MSP", last.marks, {}, played.classes, played.labels, "")
    frames = "|".join(
        f"{frame.label};{frame.source};{''.join(frame.marks.get(shape.code, 'x') for shape in shapes)}"
        for frame in played.frames
    )
    paths = ",".join(str(1 + bool(shape.again)) for shape in shapes)
    ordered = sorted(played.series, key=lambda one: one.code != own)
    return html.macro(
        "timeline.html",
        "section",
        multiples.image(shapes, panel, (), dark),
        frames,
        paths,
        ",".join(played.classes.colours),
        list(zip(played.classes.colours, played.labels, strict=True)),
        [(one.name, one.code, sentence(one), html.address(curve(one, dark)), one.code == own) for one in ordered],
        [frame.label for frame in played.frames],
        html.address(bars(signed, dark)),
        signed,
        grounds,
    )


# -- on a sheet --------------------------------------------------------------------------------------------------------------

COLUMNS, CELL = 5, 104  # of the sheet of curves


def map_on_sheet(played: Played, shapes: Sequence[DepartementShape], imprint: str) -> Markup:
    """The last moment of the map as a file."""
    last = played.frames[-1]
    panel = Panel("MSP par département", "MSP", last.marks, {}, played.classes, played.labels, "")
    entries = [
        sheet.LegendEntry(sheet.swatch(colour), 26, f"{label} ({text.number(count)})")
        for colour, label, count in zip(played.classes.colours, played.labels, played.classes.counts, strict=True)
    ]
    if played.classes.missing:
        entries.append(sheet.LegendEntry(sheet.swatch("#C9C9C4"), 26, f"inconnu, hachures ({played.classes.missing})"))
    credit = f"Source : {last.source}, {last.label}. Contours : IGN (Admin Express), Insee. {imprint}"
    return sheet.svg(
        "Maisons de santé pluriprofessionnelles, par département",
        last.label,
        partial(multiples.svg, shapes, panel),
        700,
        entries,
        credit,
        "Entre parenthèses : nombre de départements.",
    )


def curves_on_sheet(played: Played, sentence: Callable[[Series], str], imprint: str) -> Markup:
    """Every département's curve as a file, those that grew most first."""
    wide = sheet.ROOM / COLUMNS
    cells = [
        (
            wide * (rank % COLUMNS),
            CELL * (rank // COLUMNS),
            f"{one.name} ({one.code})",
            curve(one, place=(0, 18, WIDE, HIGH)),
            sentence(one).split(" ; "),
        )
        for rank, one in enumerate(played.series)
    ]
    height = CELL * -(-len(cells) // COLUMNS)

    def drawing(place: html.Place) -> Markup:
        return html.draw("years.svg", "curves", (sheet.ROOM, height, place), THEMES[False][0], cells)

    line = html.draw("drawing.svg", "line", "M0 -5H34", LINE[False], 2.4)
    entries = [
        sheet.LegendEntry(line, 34, "nombre publié en fin d'année"),
        sheet.LegendEntry(html.draw("years.svg", "square", POINT[False]), 10, "sites ouverts au registre"),
    ]
    sources = " ; ".join(dict.fromkeys(frame.source for frame in played.frames))
    return sheet.svg(
        "Maisons de santé pluriprofessionnelles, année après année",
        "Chaque département, de zéro à son propre maximum ; ceux qui en ont gagné le plus d'abord",
        drawing,
        height,
        entries,
        f"Source : {sources}. {imprint}",
    )


def bars_on_sheet(known: Signatures, grounds: str, imprint: str) -> Markup:
    """CPTS by the year of their signature as a file."""
    entries = [
        sheet.LegendEntry(html.draw("years.svg", "bar", "#7466D2"), 26, "année écrite par la source"),
        sheet.LegendEntry(html.draw("years.svg", "bar", "none"), 26, "année déduite"),
    ]
    credit = f"Source : sites des CPTS, ARS, Assurance maladie et presse, référence à chaque CPTS. {imprint}"
    return sheet.svg("CPTS, par année de signature", "", partial(bars, known), 340, entries, credit, grounds)
