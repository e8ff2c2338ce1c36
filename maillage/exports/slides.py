"""Slides of a signing, for PowerPoint and its like: every commune a shape, every symbol a shape, every table a table."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu

from maillage import catalog
from maillage.catalog.indicators import SLIDES
from maillage.exports import colophon, shapes
from maillage.exports.shapes import FAINT, INDIGO, INK, TINT, WHITE
from maillage.exports.typesetting import drawn, fine
from maillage.records.print_frame import Vicinity
from maillage.records.territory import Dossier, Grid
from maillage.subjects.ceremony import Ceremony
from maillage.subjects.territory import site_wording, wording
from maillage.views import plan

WIDTH, HEIGHT = 12_192_000, 6_858_000  # EMU: 33.867 × 19.05 cm, 16:9
EDGE, TOP = 500_000, 1_250_000
ROOM = WIDTH - 2 * EDGE
NAMES_A_SLIDE, ROWS_A_SLIDE = 60, 9


def pptx(dossier: Dossier, vicinity: Vicinity, ceremony: Ceremony) -> bytes:
    """The slides: title, territory, communes, figures, structures, axes and signatories where there are any, sources."""
    deck = _Deck(dossier, ceremony)
    deck.title()
    deck.territory(drawn(dossier, vicinity, width=1000, height=680, symbol=34, size=23, names=18))
    deck.communes()
    deck.keys()
    deck.table(
        "Le territoire et les autres", wording.comparisons(dossier, catalog.in_document(SLIDES)), wide=(2.6, 2.2, 0.8)
    )
    deck.table("Structures du territoire", site_wording.structures(dossier), wide=(4,))
    deck.table("Structures les plus proches au dehors", site_wording.nearest(dossier), wide=(0.7, 3.5, 2, 2))
    deck.axes()
    deck.signatories()
    deck.sources()
    return deck.bytes()


class _Deck:
    def __init__(self, dossier: Dossier, ceremony: Ceremony):
        self.dossier, self.ceremony = dossier, ceremony
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = Emu(WIDTH), Emu(HEIGHT)
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
        below = [self.ceremony.when, wording.extent(self.dossier), wording.where(self.dossier)]
        shapes.textbox(
            slide.shapes, filter(None, below), EDGE, 4_200_000, ROOM, 1_600_000, 26, WHITE, name="Date et territoire"
        )

    def territory(self, drawing: plan.Plan | None) -> None:
        if drawing is None:  # an unknown perimeter is not projected: the room would read that nothing is known
            return
        words = wording.alternative(self.dossier)
        slide = self._slide("Le territoire", f"{words} {colophon.apart(drawing.apart)}")
        side = 3_000_000
        shapes.chart(slide.shapes, drawing, EDGE, TOP, ROOM - side, HEIGHT - TOP - 300_000, words)
        left, top = WIDTH - EDGE - side + 250_000, TOP
        for key in wording.keys(self.dossier, brief=True)[:3]:
            shapes.textbox(slide.shapes, key.value, left, top, side, 650_000, 40, INDIGO, bold=True, name=key.label)
            shapes.textbox(slide.shapes, key.label, left, top + 600_000, side, 350_000, 18, INK)
            top += 1_050_000
        self._legend(slide, drawing, left, top + 100_000, side - 250_000)

    def communes(self) -> None:
        names = list(wording.members(self.dossier))
        parts = -(-len(names) // NAMES_A_SLIDE)
        for part in range(parts):
            here = names[part * NAMES_A_SLIDE : (part + 1) * NAMES_A_SLIDE]
            heading = f"Les communes ({part + 1} sur {parts})" if parts > 1 else "Les communes"
            slide = self._slide(heading, f"{wording.extent(self.dossier)}. Code officiel géographique de 2026.")
            columns = 2 if len(here) <= 16 else 3 if len(here) <= 42 else 4
            high, wide = -(-len(here) // columns), ROOM // columns
            for column in range(columns):
                rows = here[column * high : (column + 1) * high]
                if rows:
                    shapes.textbox(
                        slide.shapes,
                        rows,
                        EDGE + column * wide,
                        TOP,
                        wide,
                        HEIGHT - TOP - 300_000,
                        24 if columns == 2 else 20 if columns == 3 else 17,
                        INK,
                        gap=4,
                        name=f"Communes, colonne {column + 1}",
                    )

    def keys(self) -> None:
        keys = wording.keys(self.dossier, brief=True)[:8]
        if not keys:
            return
        slide = self._slide("Chiffres clés", "\n".join(f"{key.value} {key.label} : {key.note}." for key in keys))
        columns, gap = min(4, len(keys)), 200_000
        wide, high = (ROOM - gap * (columns - 1)) // columns, 2_400_000 if len(keys) > 4 else 3_000_000
        for rank, key in enumerate(keys):
            left, top = EDGE + rank % columns * (wide + gap), TOP + 200_000 + rank // columns * (high + gap)
            card = shapes.box(slide.shapes, MSO_SHAPE.RECTANGLE, left, top, wide, high, f"Chiffre : {key.label}", TINT)
            frame = card.text_frame
            frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
            frame.margin_top = frame.margin_left = Emu(180_000)
            shapes.write(frame, [key.value], 44, INDIGO, bold=True)
            shapes.add(frame, key.label, 20, INK, bold=True)
            shapes.add(frame, key.note, 13, FAINT)

    def table(self, heading: str, grid: Grid, wide: tuple[float, ...]) -> None:
        """A real table, on as many slides as its rows need; `wide` are the first columns' widths, the others are 1."""
        for first in range(0, len(grid.rows), ROWS_A_SLIDE):
            rows = grid.rows[first : first + ROWS_A_SLIDE]
            slide = self._slide(heading + (", suite" if first else ""), " ".join(grid.notes))
            columns, size, high = len(grid.head), 17 if len(rows) <= 4 else 13, 700_000 if len(rows) <= 4 else 440_000
            shares = np.array([*wide, *[1.0] * columns][:columns])
            frame = slide.shapes.add_table(len(rows) + 1, columns, EDGE, TOP, ROOM, high * (len(rows) + 1))
            frame.name = fine(heading)
            for column, width in zip(frame.table.columns, shares / shares.sum() * ROOM, strict=True):
                column.width = Emu(int(width))
            for number, row in enumerate([grid.head, *rows]):
                for place, words in enumerate(row):
                    head = number == 0
                    shapes.cell(frame.table.cell(number, place), words, size - head, head, left=place < len(wide))
            self._foot(slide, " ".join(grid.notes))

    def axes(self) -> None:
        if not self.ceremony.axes:
            return
        slide = self._slide("Les axes du projet de santé", self.ceremony.title)
        high = min(1_400_000, (HEIGHT - TOP - 300_000) // len(self.ceremony.axes))
        big = high > 800_000
        for rank, axis in enumerate(self.ceremony.axes, start=1):
            top, name = TOP + (rank - 1) * high, f"Axe {rank}"
            shapes.textbox(
                slide.shapes,
                str(rank),
                EDGE,
                top,
                600_000,
                high,
                36 if big else 24,
                INDIGO,
                bold=True,
                name=f"{name}, numéro",
            )
            words = shapes.textbox(
                slide.shapes,
                axis.head,
                EDGE + 700_000,
                top,
                ROOM - 700_000,
                high,
                28 if big else 20,
                INK,
                bold=True,
                name=name,
            )
            if axis.more:
                shapes.add(words.text_frame, axis.more, 20 if big else 14, FAINT)

    def signatories(self) -> None:
        people = self.ceremony.signatories
        if not people:
            return
        slide = self._slide("Les signataires", self.ceremony.when)
        columns = 2 if len(people) < 7 else 3
        wide, high = ROOM // columns, min(1_650_000, (HEIGHT - TOP - 200_000) // -(-len(people) // columns))
        for rank, person in enumerate(people):
            left, top, name = EDGE + rank % columns * wide, TOP + rank // columns * high, f"Signataire {rank + 1}"
            words = shapes.textbox(
                slide.shapes,
                person.head,
                left,
                top,
                wide - 300_000,
                high - 300_000,
                24 if columns == 2 else 19,
                INK,
                bold=True,
                name=name,
            )
            if person.more:
                shapes.add(words.text_frame, person.more, 17 if columns == 2 else 13, FAINT)
            shapes.line(slide.shapes, left + 91_440, top + high - 150_000, wide - 491_440, INDIGO, 1, f"{name}, ligne")

    def sources(self) -> None:
        slide = self._slide("Sources", "\n".join([*colophon.method(self.dossier), *wording.notes(self.dossier)]))
        rows = [
            f"{title}. {producer}. {vintage}. {licence}."
            for title, producer, vintage, licence, _ in wording.sources(self.dossier).rows
        ]
        shapes.textbox(slide.shapes, rows, EDGE, TOP, ROOM, HEIGHT - TOP - 700_000, 14, INK, gap=6, name="Sources")
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
        entries = [(kind, False, catalog.SITE_TYPE[kind].label) for kind in drawing.kinds]
        if drawing.hollow:
            entries.append((drawing.kinds[0], True, "symbole creux : en préparation"))
        # Many types are many lines: closer and smaller, so that the last one stays on the slide.
        step = min(420_000, (HEIGHT - 150_000 - top) / max(len(entries), 1))
        across, size = min(250_000, 0.85 * step), 13 if step > 350_000 else 11 if step > 220_000 else 9
        for rank, (kind, hollow, label) in enumerate(entries):
            y = top + rank * step
            shapes.symbol(slide.shapes, kind, hollow, left + 220_000, y + 0.38 * step, across, f"légende, {label}")
            shapes.textbox(slide.shapes, label, left + 400_000, y - 10_000, width - 400_000, 0.95 * step, size, INK)
