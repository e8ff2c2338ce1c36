"""Years drawn: a small curve a département, a map that is played, CPTS by the year of their signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from maillage.language import text
from maillage.records.small_maps import DepartementShape, Panel
from maillage.records.timeline import Played, Series, Signatures
from maillage.views import html, multiples, sheet
from maillage.views.chart_frame import THEMES
from maillage.views.plan import FONT

WIDE, HIGH, EDGE = 150, 44, 6  # of a small curve
LINE, POINT = ("#0072B2", "#5FB3E6"), ("#C2500A", "#F08A4B")


def curve(one: Series, dark: bool = False) -> str:
    """Published counts as a line from zero, the register's as a square apart, on the département's own scale."""
    last = float(one.registered.as_of[:4]) + 0.4 if one.registered else one.points[-1][0]
    first = one.points[0][0]
    most = max([value for _, value in one.points] + ([one.registered.count] if one.registered else [])) or 1

    def at(year: float, value: float) -> tuple[float, float]:
        return EDGE + (WIDE - 2 * EDGE) * (year - first) / max(last - first, 1), HIGH - EDGE - (
            HIGH - 2 * EDGE
        ) * value / most

    line = "L".join("{:.1f} {:.1f}".format(*at(year, value)) for year, value in one.points)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}">',
        f'<path d="M{EDGE} {HIGH - EDGE}H{WIDE - EDGE}" stroke="{THEMES[dark][0]}" stroke-opacity="0.3"/>',
        f'<path d="M{line}" fill="none" stroke="{LINE[dark]}" stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round"/>',
    ]
    if one.registered:
        x, y = at(last, one.registered.count)
        parts.append(f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{POINT[dark]}"/>')
    return "".join([*parts, "</svg>"])


def bars(known: Signatures, dark: bool = False) -> str:
    """A bar a year; hollow, what is of a year that the source does not write."""
    ink = THEMES[dark][0]
    step, floor, top = 64, 150, 22
    most = max((year.signed for year in known.years), default=0) or 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {step * max(len(known.years), 1)} 180" font-family="{FONT}" font-size="14" fill="{ink}">'
    ]
    for rank, year in enumerate(known.years):
        x, high = rank * step + 10, (floor - top) * year.signed / most
        hollow = (floor - top) * year.deduced / most
        parts += [
            f'<rect x="{x}" y="{floor - high + hollow:.1f}" width="{step - 20}" height="{high - hollow:.1f}" fill="#7466D2"/>',
            f'<rect x="{x}" y="{floor - high:.1f}" width="{step - 20}" height="{hollow:.1f}" fill="none" stroke="#7466D2" stroke-width="2"/>',
            f'<text x="{x + step / 2 - 10}" y="{floor - high - 6:.1f}" text-anchor="middle">{text.number(year.signed)}</text>',
            f'<text x="{x + step / 2 - 10}" y="{floor + 20}" text-anchor="middle">{year.year}</text>',
        ]
    return "".join([*parts, "</svg>"])


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
        Markup(multiples.image(shapes, panel, (), dark)),
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


def map_on_sheet(played: Played, shapes: Sequence[DepartementShape], imprint: str) -> str:
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
        multiples.svg(shapes, panel),
        700,
        entries,
        credit,
        "Entre parenthèses : nombre de départements.",
    )


def curves_on_sheet(played: Played, sentence: Callable[[Series], str], imprint: str) -> str:
    """Every département's curve as a file, those that grew most first."""
    wide = sheet.ROOM / COLUMNS
    cells = []
    for rank, one in enumerate(played.series):
        x, y = wide * (rank % COLUMNS), CELL * (rank // COLUMNS)
        name = text.escape(f"{one.name} ({one.code})")
        cells.append(
            f'<g transform="translate({x:.1f} {y})"><text y="14" font-size="13" font-weight="600">{name}</text>'
            f"{sheet.placed(curve(one), 0, 18, WIDE, HIGH)}"
            f"{_rows(sentence(one))}</g>"
        )
    height = CELL * -(-len(cells) // COLUMNS)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.ROOM} {height}" width="{sheet.ROOM}" height="{height}" '
        f'font-family="{FONT}" fill="{THEMES[False][0]}">{"".join(cells)}</svg>'
    )
    entries = [
        sheet.LegendEntry(
            f'<path d="M0 -5H34" stroke="{LINE[False]}" stroke-width="2.4"/>', 34, "nombre publié en fin d'année"
        ),
        sheet.LegendEntry(
            f'<rect y="-10" width="10" height="10" fill="{POINT[False]}"/>', 10, "sites ouverts au registre"
        ),
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


def _rows(words: str) -> str:
    """A sentence, a line a part."""
    parts = enumerate(words.split(" ; "))
    return "".join(f'<text y="{74 + 13 * rank}" font-size="11">{text.escape(part)}</text>' for rank, part in parts)


def bars_on_sheet(known: Signatures, grounds: str, imprint: str) -> str:
    """CPTS by the year of their signature as a file."""
    mark = '<rect y="-13" width="26" height="15" fill="{}" stroke="#7466D2" stroke-width="2"/>'
    entries = [
        sheet.LegendEntry(mark.format("#7466D2"), 26, "année écrite par la source"),
        sheet.LegendEntry(mark.format("none"), 26, "année déduite"),
    ]
    credit = f"Source : sites des CPTS, ARS, Assurance maladie et presse, référence à chaque CPTS. {imprint}"
    return sheet.svg("CPTS, par année de signature", "", bars(known), 340, entries, credit, grounds)
