"""The curve of what each new site brings, as SVG: the same on the screen and on paper."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from maillage import catalog
from maillage.records.siting_curve import Curve
from maillage.views import html, sheet
from maillage.views.chart_frame import THEMES

WIDTH, HEIGHT, FLOOR, TOP = 640, 260, 216, 34
ON_PAGE = 16  # letters of a drawing that a column halves
BAR, NEW = ("#B9B2DE", "#544A8C"), ("#4B3F8F", "#A79BE8")


def svg(curve: Curve, chosen: int, dark: bool = False, letters: float = 13, place: html.Place | None = None) -> Markup:
    """A bar per number of sites: what those before bring, then what the last one adds. `chosen` is the number looked at,
    `letters` their height in units of WIDTH."""
    ink, _ = THEMES[dark]
    step = WIDTH / max(len(curve.steps), 1)
    most = max((each.people for each in curve.steps), default=0) or 1
    tall = (FLOOR - TOP) / most
    bars = [
        {
            "x": rank * step + 6,
            "before": FLOOR - tall * (each.people - each.more),
            "top": FLOOR - tall * each.people,
            "step": each,
        }
        for rank, each in enumerate(curve.steps)
    ]
    return html.draw(
        "siting_curve.svg",
        "drawing",
        box=(WIDTH, HEIGHT, place),
        ink=ink,
        letters=letters,
        title=curve.sentence,
        colours=(BAR[dark], NEW[dark]),
        bars=bars,
        wide=step - 12,
        chosen=chosen,
        flat=f"M{(curve.flat - 1) * step:.1f} {TOP - 22}V{FLOOR}" if curve.flat else "",
        floor=FLOOR,
        under=f"{FLOOR + 18 + 1.3 * letters:.0f}",
    )


def on_sheet(curve: Curve, chosen: int, title: str, lead: str, imprint: str) -> str:
    """The curve as a file."""
    entries = [
        sheet.LegendEntry(sheet.swatch(NEW[False]), 26, "habitants que le dernier site rapproche"),
        sheet.LegendEntry(sheet.swatch(BAR[False]), 26, "ceux des sites d'avant"),
    ]
    if curve.flat:
        dashed = html.draw("siting_curve.svg", "sample", THEMES[False][0])
        entries.append(sheet.LegendEntry(dashed, 16, "de là, un site de plus apporte peu"))
    height = sheet.ROOM * HEIGHT / WIDTH
    foot = f"{curve.sentence} Sous chaque barre : le nombre de nouveaux sites, et ce que le dernier ajoute."
    source = f"Source : structures recensées, temps {catalog.TRAVEL.label}. {imprint}"
    return sheet.svg(title, lead, partial(svg, curve, chosen), height, entries, source, foot)


def image(curve: Curve, chosen: int, dark: bool = False) -> str:
    """The curve for a page, which lets no drawing in."""
    drawn, words = html.address(svg(curve, chosen, dark, ON_PAGE)), curve.sentence
    return html.macro("curves.html", "curve", "siting-curve", "36rem", words, drawn, words, ())
