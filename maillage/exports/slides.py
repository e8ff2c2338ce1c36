"""Slides of a signing, for PowerPoint and its like: every commune a shape, every symbol a shape, every table a table."""

from __future__ import annotations

from io import BytesIO
from math import ceil

import numpy as np
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Emu

from maillage import catalog
from maillage.exports import colophon, shapes, theme
from maillage.exports.shapes import EMU_A_POINT, FAINT, INDIGO, INK, TINT, WHITE
from maillage.exports.typesetting import drawn, fine
from maillage.records.print_frame import Vicinity
from maillage.records.territory import Dossier
from maillage.subjects import projection
from maillage.subjects.ceremony import CARDS, Ceremony, balanced
from maillage.subjects.projection import ProjectedTable
from maillage.subjects.territory import wording
from maillage.views import plan

WIDTH, HEIGHT = 12_192_000, 6_858_000  # EMU: 33.867 × 19.05 cm, 16:9
EDGE, TOP = 500_000, 1_250_000
ROOM, BAND = WIDTH - 2 * EDGE, 1_000_000
NOTE = 750_000  # what a slide keeps under its table for a note
LETTER, LINE = projection.WIDE * EMU_A_POINT, 1.25 * EMU_A_POINT  # EMU a point of their size
SIZES = (22, 20, 18, 17, 16, 15, 14, 13, 12, 11)  # letters of a table
MANY = 9  # symbols: a legend of more takes the room of the figures above it
PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's table style without fills nor rules
CELL, SHORT, BOLD = 38, 14, 1.1  # letters of a cell before it may be folded, and has to; how much wider a head's are
GUTTER = 200_000  # EMU between columns
PADDING = 40_000 + 60_000  # EMU above, below and between the lines of a row


def pptx(dossier: Dossier, vicinity: Vicinity, ceremony: Ceremony) -> bytes:
    """The slides: title, territory, communes, figures, structures, axes and signatories where there are any, sources."""
    deck = _Deck(dossier, ceremony)
    deck.title()
    deck.territory(drawn(dossier, vicinity, width=1000, height=680, symbol=34, size=23, names=18))
    deck.communes()
    deck.keys()
    for table in projection.tables(dossier):
        deck.table(table)
    deck.axes()
    deck.signatories()
    deck.sources()
    return deck.bytes()


class _Deck:
    def __init__(self, dossier: Dossier, ceremony: Ceremony):
        self.dossier, self.ceremony = dossier, ceremony
        self.deck = Presentation()
        theme.dress(self.deck, WIDTH, HEIGHT)
        properties = self.deck.core_properties
        properties.title, properties.author, properties.language = fine(dossier.name)[:250], "Maillage", "fr-FR"
        properties.subject = fine(f"{wording.extent(dossier)}. {wording.dated(dossier)}.")
        properties.created = properties.modified = dossier.build.built_at.replace(microsecond=0, tzinfo=None)

    def bytes(self) -> bytes:
        file = BytesIO()
        self.deck.save(file)
        return file.getvalue()

    def title(self) -> None:
        slide = self._slide(self.dossier.name, wording.extent(self.dossier))
        slide.background.fill.solid()
        slide.background.fill.fore_color.rgb = INDIGO
        if self.ceremony.title:
            shapes.textbox(
                slide.shapes, self.ceremony.title, EDGE, 1_450_000, ROOM, 650_000, 28, WHITE, name="Cérémonie"
            )
        heading = slide.shapes.title
        heading.left, heading.top, heading.width, heading.height = EDGE, 2_100_000, ROOM, 1_900_000
        shapes.write(
            heading.text_frame, [self.dossier.name], 54 if len(self.dossier.name) <= 30 else 40, WHITE, bold=True
        )
        below = [self.ceremony.when, projection.extent(self.dossier), wording.where(self.dossier)]
        shapes.textbox(
            slide.shapes, filter(None, below), EDGE, 4_200_000, ROOM, 1_600_000, 26, WHITE, name="Date et territoire"
        )
        if self.ceremony.logos:
            shapes.box(slide.shapes, MSO_SHAPE.RECTANGLE, 0, HEIGHT - BAND, WIDTH, BAND, "Bandeau des logos", WHITE)
            shapes.logos(slide.shapes, self.ceremony.logos, EDGE, HEIGHT - BAND, ROOM, BAND)

    def territory(self, drawing: plan.Plan | None) -> None:
        if drawing is None:  # an unknown perimeter is not projected: the room would read that nothing is known
            return
        words = wording.alternative(self.dossier)
        slide = self._slide("Le territoire", f"{words} {colophon.apart(drawing.apart)}")
        side = 3_000_000
        shapes.chart(slide.shapes, drawing, EDGE, TOP, ROOM - side, HEIGHT - TOP - 300_000, words)
        slide.shapes.turbo_add_enabled = True  # else each shape of the legend reads the identifiers of the map's again
        left, top = WIDTH - EDGE - side + 250_000, TOP
        many = len(drawing.kinds) > MANY
        size, step = (24, 550_000) if many else (40, 1_050_000)
        for key in wording.keys(self.dossier, brief=True)[:3]:
            words = shapes.textbox(
                slide.shapes, key.value, left, top, side, step, size, INDIGO, bold=True, name=key.label
            )
            if many:  # on one line, for the legend has many
                shapes.run(words.text_frame, f" {key.label}", 16, INK)
            else:
                shapes.add(words.text_frame, key.label, 18, INK)
            top += step
        self._legend(slide, drawing, left, top + 100_000, side - 250_000)

    def communes(self) -> None:
        screens = projection.communes(self.dossier)
        for part, screen in enumerate(screens, start=1):
            heading = f"Les communes ({part} sur {len(screens)})" if len(screens) > 1 else "Les communes"
            slide = self._slide(heading, f"{wording.extent(self.dossier)}. Code officiel géographique de 2026.")
            wide, size = ROOM // screen.columns, screen.size
            high = -(-len(screen.names) // screen.columns)
            for column in range(screen.columns):
                rows, name = screen.names[column * high : (column + 1) * high], f"Communes, colonne {column + 1}"
                left, gap = EDGE + column * wide, (projection.TALL - 1.25) * size
                shapes.textbox(slide.shapes, rows, left, TOP, wide, HEIGHT - TOP - EDGE, size, INK, gap=gap, name=name)

    def keys(self) -> None:
        keys = wording.keys(self.dossier, brief=True)[:8]
        if not keys:
            return
        slide = self._slide("Chiffres clés", "\n".join(f"{key.value} {key.label} : {key.note}." for key in keys))
        names, top = projection.beside(self.dossier), TOP + 100_000
        if names:
            shapes.textbox(slide.shapes, names, EDGE, TOP, ROOM, 500_000, 22, FAINT, name="Communes")
            top += 600_000
        rows, gap = balanced(keys, CARDS), 200_000
        high = min((HEIGHT - EDGE - top - gap * (len(rows) - 1)) / len(rows), 3_200_000)
        for row in rows:
            wide = (ROOM - gap * (len(row) - 1)) / len(row)
            for rank, key in enumerate(row):
                left, name = EDGE + rank * (wide + gap), f"Chiffre : {key.label}"
                card = shapes.box(slide.shapes, MSO_SHAPE.RECTANGLE, left, top, wide, high, name, TINT)
                frame = card.text_frame
                frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
                frame.margin_left = Emu(180_000)
                shapes.write(frame, [key.value], 48, INDIGO, bold=True)
                shapes.add(frame, key.label, 22, INK, bold=True)
                shapes.add(frame, key.note, 15, FAINT)
            top += high + gap

    def table(self, table: ProjectedTable) -> None:
        """A real table, its letters as large as its rows leave room for, its rows as high."""
        grid, notes = table.grid, " ".join(table.grid.notes)
        slide = self._slide(table.heading, notes)
        rows, room = [grid.head, *grid.rows], HEIGHT - TOP - NOTE
        for size in SIZES:
            widths = _widths(grid.head, grid.rows, size)
            heights = _heights(rows, widths, size)
            if sum(heights) <= room:
                break
        more = min((room - sum(heights)) / len(rows), heights[-1])
        frame = slide.shapes.add_table(len(rows), len(grid.head), EDGE, TOP, ROOM, room)
        frame.name = fine(table.heading)
        frame.table.horz_banding = False
        frame._element.graphic.graphicData.tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN
        for column, width in zip(frame.table.columns, widths, strict=True):
            column.width = Emu(int(width))
        for number, (row, high) in enumerate(zip(rows, heights, strict=True)):
            head = number == 0
            frame.table.rows[number].height = Emu(int(high + (0 if head else more)))
            for place, words in enumerate(row):
                cell = frame.table.cell(number, place)
                shapes.cell(cell, words, min(0.9 * size, 16) if head else size, head, left=place < table.words)
        self._foot(slide, notes)

    def axes(self) -> None:
        if not self.ceremony.axes:
            return
        slide = self._slide("Les axes du projet de santé", self.ceremony.title)
        high = min(1_700_000, (HEIGHT - TOP - EDGE) // len(self.ceremony.axes))
        size = 32 if high > 1_200_000 else 26 if high > 800_000 else 20
        for rank, axis in enumerate(self.ceremony.axes, start=1):
            top, name = TOP + (rank - 1) * high, f"Axe {rank}"
            number, left = f"{name}, numéro", EDGE + 800_000
            shapes.textbox(
                slide.shapes, str(rank), EDGE, top, 700_000, high, 1.3 * size, INDIGO, bold=True, name=number
            )
            words = shapes.textbox(
                slide.shapes, axis.head, left, top, ROOM - 800_000, high, size, INK, bold=True, name=name
            )
            if axis.more:
                shapes.add(words.text_frame, axis.more, 0.7 * size, FAINT)

    def signatories(self) -> None:
        """Few people sign on lines of their own, as on paper; many, in columns."""
        people = self.ceremony.signatories
        if not people:
            return
        slide = self._slide("Les signataires", self.ceremony.when)
        bottom = HEIGHT - (BAND if self.ceremony.logos else 200_000)
        columns = 1 if len(people) < 5 else 2 if len(people) < 7 else 3
        size = {1: 28, 2: 24, 3: 19}[columns]
        wide, high = ROOM // columns, min(1_650_000, (bottom - TOP) // -(-len(people) // columns))
        for rank, person in enumerate(people):
            left, top, name = EDGE + rank % columns * wide, TOP + rank // columns * high, f"Signataire {rank + 1}"
            room = wide // 2 if columns == 1 else wide - 300_000
            words = shapes.textbox(
                slide.shapes, person.head, left, top, room, high - 300_000, size, INK, bold=True, name=name
            )
            if person.more:
                shapes.add(words.text_frame, person.more, 0.7 * size, FAINT)
            start = left + (wide // 2 if columns == 1 else 91_440)
            length = left + wide - start - (0 if columns == 1 else 400_000)
            shapes.line(slide.shapes, start, top + high - 200_000, length, INDIGO, 1, f"{name}, ligne")
        if self.ceremony.logos:
            shapes.logos(slide.shapes, self.ceremony.logos, EDGE, HEIGHT - BAND, ROOM, BAND)

    def sources(self) -> None:
        """Whose lists, and how what is computed is: side by side, as on the screen."""
        slide = self._slide("Sources et méthode", "\n".join(wording.notes(self.dossier)))
        rows = [
            f"{title}. {producer}. {vintage}. {licence}."
            for title, producer, vintage, licence, _ in wording.sources(self.dossier).rows
        ]
        columns = (("Sources", rows, 0.58), ("Méthode", colophon.method(self.dossier), 0.42))
        high, left = HEIGHT - TOP - 700_000, EDGE
        size = min(
            projection.fitted(words, (share * ROOM - 400_000) / EMU_A_POINT, high / EMU_A_POINT)
            for _, words, share in columns
        )
        for name, words, share in columns:
            wide = share * ROOM
            shapes.textbox(slide.shapes, words, left, TOP, wide - 200_000, high, size, INK, gap=0.4 * size, name=name)
            left += wide
        self._foot(slide, f"{wording.dated(self.dossier)}. {colophon.CREDIT_ALONE}")

    def _slide(self, heading: str, notes: str):
        """A slide with its title, and in its notes what a speaker may be asked."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])  # a title alone
        title = slide.shapes.title
        title.left, title.top, title.width, title.height = EDGE, 330_000, ROOM, 800_000
        title.text_frame.vertical_anchor, title.text_frame.word_wrap = MSO_ANCHOR.MIDDLE, True
        shapes.write(title.text_frame, [heading], 34, INDIGO, bold=True)
        titles = " ; ".join(self.dossier.sources["title"])
        sources = [
            notes.strip(),
            f"{wording.dated(self.dossier)}. Sources : {titles}.",
            "Maillage, atlas ouvert des soins coordonnés.",
        ]
        slide.notes_slide.notes_text_frame.text = fine("\n".join(filter(None, sources)))
        return slide

    def _foot(self, slide, words: str) -> None:
        if words:
            shapes.textbox(slide.shapes, words, EDGE, HEIGHT - 620_000, ROOM, 500_000, 11, FAINT, name="Note")

    def _legend(self, slide, drawing: plan.Plan, left: float, top: float, width: float) -> None:
        """The symbols with their names, as large as the room left to them lets them be."""
        entries = [(kind, False, catalog.SITE_TYPE[kind].label) for kind in drawing.kinds]
        if drawing.hollow:
            entries.append((drawing.kinds[0], True, "symbole creux : en préparation"))
        room = HEIGHT - 200_000 - top
        for size in (14, 13, 12, 11, 10, 9, 8):
            line = 1.25 * size * EMU_A_POINT
            letters = (width - 600_000) / (LETTER * size)
            heights = [line * (-(-len(label) // letters) + 0.5) for *_, label in entries]
            if sum(heights) <= room:
                break
        for (kind, hollow, label), high in zip(entries, heights, strict=True):
            shapes.symbol(slide.shapes, kind, hollow, left + 220_000, top + high / 2, 1.6 * line, f"légende, {label}")
            words = shapes.textbox(slide.shapes, label, left + 400_000, top, width - 400_000, high, size, INK)
            frame = words.text_frame
            frame.vertical_anchor, frame.margin_top, frame.margin_bottom = MSO_ANCHOR.MIDDLE, 0, 0
            top += high


def _widths(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], size: float) -> np.ndarray:
    """The columns, in EMU: each has room for its head's words and its short cells, unbroken; what is left goes to sentences."""
    heads = [BOLD * max(map(projection.letters, name.split(" "))) for name in head]
    cells = [max(projection.letters(row[place]) for row in rows) for place in range(len(head))]
    unit = LETTER * size
    least = np.maximum(heads, np.minimum(cells, SHORT)) * unit + GUTTER
    wanted = np.maximum(heads, np.minimum(cells, CELL)) * unit + GUTTER
    if wanted.sum() <= ROOM or least.sum() >= ROOM:
        return wanted / wanted.sum() * ROOM
    return least + (wanted - least) / (wanted - least).sum() * (ROOM - least.sum())


def _heights(rows: list[tuple[str, ...]], widths: np.ndarray, size: int) -> list[float]:
    """The least that rows stand in, in EMU."""
    letters = (widths - 120_000) / (LETTER * size)
    lines = [max(ceil(len(words) / most) for words, most in zip(row, letters, strict=True)) or 1 for row in fine(rows)]
    return [count * LINE * size + PADDING for count in lines]
