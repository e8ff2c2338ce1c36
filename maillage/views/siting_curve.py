"""The curve of what each new site brings, as SVG: the same on the screen and on paper."""

from __future__ import annotations

from maillage import catalog
from maillage.language import text
from maillage.language.text import escape
from maillage.records.siting_curve import Curve
from maillage.views import html, sheet
from maillage.views.chart_frame import THEMES
from maillage.views.plan import FONT

WIDTH, HEIGHT, FLOOR, TOP = 640, 260, 216, 34
ON_PAGE = 16  # letters of a drawing that a column halves
BAR, NEW = ("#B9B2DE", "#544A8C"), ("#4B3F8F", "#A79BE8")


def svg(curve: Curve, chosen: int, dark: bool = False, letters: float = 13) -> str:
    """A bar per number of sites: what those before bring, then what the last one adds. `chosen` is the number looked at,
    `letters` their height in units of WIDTH."""
    ink, _ = THEMES[dark]
    step = WIDTH / max(len(curve.steps), 1)
    most = max((each.people for each in curve.steps), default=0) or 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" font-family="{FONT}" '
        f'fill="{ink}" font-size="{letters:g}"><title>{escape(curve.sentence)}</title>'
    ]
    for rank, each in enumerate(curve.steps):
        x, wide = rank * step + 6, step - 12
        high, old = (FLOOR - TOP) * each.people / most, (FLOOR - TOP) * (each.people - each.more) / most
        weight = "700" if each.sites == chosen else "400"
        parts += [
            f'<rect x="{x:.1f}" y="{FLOOR - old:.1f}" width="{wide:.1f}" height="{old:.1f}" fill="{BAR[dark]}"/>',
            f'<rect x="{x:.1f}" y="{FLOOR - high:.1f}" width="{wide:.1f}" height="{high - old:.1f}" fill="{NEW[dark]}"/>',
            f'<text x="{x + wide / 2:.1f}" y="{FLOOR - high - 6:.1f}" text-anchor="middle" font-weight="{weight}">{text.number(each.people)}</text>',
            f'<text x="{x + wide / 2:.1f}" y="{FLOOR + 18}" text-anchor="middle" font-weight="{weight}">{each.sites}</text>',
            f'<text x="{x + wide / 2:.1f}" y="{FLOOR + 18 + 1.3 * letters:.0f}" text-anchor="middle" font-size="{0.88 * letters:g}">+{text.number(each.more)}</text>',
        ]
    if curve.flat:
        x = (curve.flat - 1) * step
        parts.append(f'<path d="M{x:.1f} {TOP - 22}V{FLOOR}" stroke="{ink}" stroke-dasharray="4 4"/>')
    parts.append(f'<path d="M0 {FLOOR}H{WIDTH}" stroke="{ink}"/></svg>')
    return "".join(parts)


def on_sheet(curve: Curve, chosen: int, title: str, lead: str, imprint: str) -> str:
    """The curve as a file."""
    entries = [
        sheet.LegendEntry(sheet.swatch(NEW[False]), 26, "habitants que le dernier site rapproche"),
        sheet.LegendEntry(sheet.swatch(BAR[False]), 26, "ceux des sites d'avant"),
    ]
    if curve.flat:
        dashed = f'<path d="M8 2V-16" stroke="{THEMES[False][0]}" stroke-dasharray="4 4"/>'
        entries.append(sheet.LegendEntry(dashed, 16, "de là, un site de plus apporte peu"))
    height = sheet.ROOM * HEIGHT / WIDTH
    foot = f"{curve.sentence} Sous chaque barre : le nombre de nouveaux sites, et ce que le dernier ajoute."
    source = f"Source : structures recensées, temps {catalog.TRAVEL.label}. {imprint}"
    return sheet.svg(title, lead, svg(curve, chosen), height, entries, source, foot)


def image(curve: Curve, chosen: int, dark: bool = False) -> str:
    """The curve for a page, which lets no drawing in."""
    drawn, words = html.address(svg(curve, chosen, dark, ON_PAGE)), curve.sentence
    return html.macro("curves.html", "curve", "siting-curve", "36rem", words, drawn, words, ())
