"""Slides opened again: real shapes, real tables, notes; and whatever a name holds stays text."""

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE, MSO_SHAPE_TYPE
from pptx.util import Cm

from maillage import catalog
from maillage.catalog.symbols import SHAPES
from maillage.exports import slides
from maillage.exports.typesetting import drawn, fine
from maillage.subjects import projection
from maillage.subjects.ceremony import Ceremony, Entry
from maillage.subjects.territory import wording


@pytest.fixture(scope="module")
def made(whole, ceremony):
    return slides.pptx(*whole, ceremony)


@pytest.fixture(scope="module")
def deck(made):
    return Presentation(BytesIO(made))


def every(place):
    """Shapes, those inside groups included."""
    for shape in place.shapes:
        yield shape
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from every(shape)


def words(slide):
    texts = [shape.text_frame.text for shape in every(slide) if shape.has_text_frame]
    texts += [cell.text for shape in every(slide) if shape.has_table for row in shape.table.rows for cell in row.cells]
    return "\n".join(texts)


def titled(deck, title):
    return next(slide for slide in deck.slides if slide.shapes.title.text_frame.text == title)


def test_slides_are_wide_and_in_order(deck):
    assert deck.slide_width * 9 == deck.slide_height * 16
    assert deck.slide_width == pytest.approx(Cm(33.867), abs=1000)
    assert [slide.shapes.title.text_frame.text for slide in deck.slides] == [
        "CPTS Centre Saône-et-Loire",
        "Le territoire",
        "Les communes",
        "Chiffres clés",
        "Le territoire et les autres",
        "Structures du territoire",
        "Structures les plus proches au dehors",
        "Les axes du projet de santé",
        "Les signataires",
        "Sources et méthode",
    ]
    assert deck.core_properties.title == "CPTS Centre Saône-et-Loire"


def test_the_map_is_shapes_one_a_commune_with_their_names(deck, whole):
    (group,) = [shape for shape in titled(deck, "Le territoire").shapes if shape.shape_type == MSO_SHAPE_TYPE.GROUP]
    communes = [shape for shape in group.shapes if shape.name.startswith("Commune\u00a0: ")]
    assert {shape.name.split(": ")[1] for shape in communes} == {fine(name) for name in whole[0].communes["name"]}
    assert all(shape.shape_type == MSO_SHAPE_TYPE.FREEFORM for shape in communes)
    assert not [shape for slide in deck.slides for shape in every(slide) if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert "34" in group._element.nvGrpSpPr.cNvPr.get("descr")


def test_shapes_stand_where_the_plan_puts_them(deck, whole):
    drawing = drawn(*whole, width=1000, height=680, symbol=34, size=23, names=18)
    (group,) = [shape for shape in titled(deck, "Le territoire").shapes if shape.shape_type == MSO_SHAPE_TYPE.GROUP]
    shapes = {shape.name: shape for shape in group.shapes}
    area = next(area for area in drawing.areas if area.name == "Le Creusot")
    shape = shapes["Commune\u00a0: Le Creusot"]
    left, top, scale = (
        slides.EDGE,
        slides.TOP,
        min((slides.ROOM - 3_000_000) / 1000, (slides.HEIGHT - slides.TOP - 300_000) / 680),
    )
    low, high = area.rings[0].min(axis=0), area.rings[0].max(axis=0)
    assert (shape.left, shape.top) == (
        pytest.approx(low[0] * scale + left, abs=2),
        pytest.approx(low[1] * scale + top, abs=2),
    )
    assert (shape.width, shape.height) == (
        pytest.approx((high[0] - low[0]) * scale, abs=2),
        pytest.approx((high[1] - low[1]) * scale, abs=2),
    )
    assert shape._element.xpath(".//a:path/a:lnTo") and len(shape._element.xpath(".//a:path/a:close")) == len(
        area.rings
    )


def test_symbols_are_autoshapes_of_their_type(deck, whole):
    marks = drawn(*whole, width=1000, height=680, symbol=34, size=23, names=18).marks
    known = set(catalog.SITE_TYPE)
    shapes = [
        shape
        for shape in every(titled(deck, "Le territoire"))
        if shape.shape_type == MSO_SHAPE_TYPE.AUTO_SHAPE
        and shape.name.split("\u00a0")[0] in known
        and "légende" not in shape.name
    ]
    assert len(shapes) == len(marks) > 0
    assert {shape.auto_shape_type for shape in shapes} == {
        MSO_SHAPE[SHAPES[catalog.SITE_TYPE[mark.kind].shape].autoshape] for mark in marks
    }


def test_tables_are_tables_with_every_cell(deck, whole):
    for slide in projection.tables(whole[0]):
        (table,) = [shape.table for shape in titled(deck, slide.heading).shapes if shape.has_table]
        assert [[cell.text for cell in row.cells] for row in table.rows] == fine([slide.grid.head, *slide.grid.rows])


def test_a_table_fills_its_slide(deck):
    """Neither half empty, nor beyond its note."""
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_table:
                room = slides.HEIGHT - slides.TOP - slides.NOTE
                assert 0.75 * room < sum(row.height for row in shape.table.rows) < 1.02 * room, slide.shapes.title.text


def test_columns_leave_short_words_whole():
    head = ("Indicateur", "Date", "Bourgogne-Franche-Comté", "France")
    rows = (("Un indicateur dont le nom est long, et même très long " * 2, "2017–2023", "2 802 670", "68 350 798"),)
    widths = slides._widths(head, rows, 18)
    assert widths.sum() == pytest.approx(slides.ROOM)
    for width, words in zip(widths[1:], ("2017–2023", "Bourgogne-Franche-Comté", "68 350 798"), strict=True):
        assert width - 120_000 > len(words) * slides.LETTER * 18


def test_no_run_names_a_typeface_for_the_theme_does(made):
    with ZipFile(BytesIO(made)) as parts:
        for part in parts.namelist():
            if part.startswith("ppt/slides/"):
                assert b"typeface" not in parts.read(part), part


def test_communes_axes_and_signatories_are_all_there(deck, whole, ceremony):
    for name in whole[0].communes["name"]:
        assert fine(name) in words(titled(deck, "Les communes")).splitlines()
    texts = words(titled(deck, "Les axes du projet de santé"))
    assert all(fine(axis.head) in texts and fine(axis.more) in texts for axis in ceremony.axes)
    texts = words(titled(deck, "Les signataires"))
    assert all(fine(person.head) in texts and fine(person.more) in texts for person in ceremony.signatories)
    assert "mardi 18 octobre 2022" in words(deck.slides[0])


def test_every_slide_has_notes_with_date_and_sources(deck, whole):
    for slide in deck.slides:
        notes = slide.notes_slide.notes_text_frame.text
        assert re.search(r"Données au \d\d/\d\d/\d{4}", notes)
        assert fine(whole[0].sources["title"].iloc[0]) in notes


def test_nothing_stands_off_the_slide(deck):
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0, shape.name
            assert shape.left + shape.width <= deck.slide_width, shape.name
            assert shape.top + shape.height <= deck.slide_height, shape.name


def test_without_axes_nor_signatories_there_is_no_slide_of_them(whole):
    deck = Presentation(BytesIO(slides.pptx(*whole, Ceremony())))
    assert not {"Les axes du projet de santé", "Les signataires"} & {
        s.shapes.title.text_frame.text for s in deck.slides
    }


def test_logos_are_pictures_on_the_cover_and_where_people_sign(whole, ceremony, logo):
    deck = Presentation(BytesIO(slides.pptx(*whole, replace(ceremony, logos=(logo, logo)))))
    pictures = {
        slide.shapes.title.text_frame.text: [s for s in slide.shapes if s.shape_type == MSO_SHAPE_TYPE.PICTURE]
        for slide in deck.slides
    }
    assert {title: len(each) for title, each in pictures.items() if each} == {
        fine(whole[0].name): 2,
        "Les signataires": 2,
    }
    for shape in pictures["Les signataires"]:
        assert shape.width / shape.height == pytest.approx(3, rel=0.01) and shape.image.blob == logo.content
        assert shape.top + shape.height <= deck.slide_height and shape._element.nvPicPr.cNvPr.get("descr") == "ARS <b>"


def test_two_communes_take_no_slide_and_no_row_of_a_table_stands_alone(whole):
    two = replace(whole[0], communes=whole[0].communes.head(2))
    deck = Presentation(BytesIO(slides.pptx(two, whole[1], Ceremony())))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert "Les communes" not in titles
    assert fine(", ".join(wording.members(two))) in words(titled(deck, "Chiffres clés"))
    assert min(len(s.table.rows) for slide in deck.slides for s in slide.shapes if s.has_table) > 3


def test_an_unknown_perimeter_is_not_projected(unknown, ceremony):
    deck = Presentation(BytesIO(slides.pptx(*unknown, ceremony)))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert "Le territoire" not in titles
    assert not any("aucune carte" in words(slide) or "Périmètre inconnu" in words(slide) for slide in deck.slides)
    assert "Périmètre inconnu" in deck.slides[0].notes_slide.notes_text_frame.text  # whoever speaks may be asked


def test_many_communes_take_several_slides(whole):
    dossier = whole[0]
    many = pd.concat([dossier.communes] * 4, ignore_index=True)
    deck_of = slides._Deck(replace(dossier, communes=many), Ceremony())
    deck_of.communes()
    titles = [slide.shapes.title.text_frame.text for slide in deck_of.deck.slides]
    assert titles == [f"Les communes ({n} sur 3)" for n in (1, 2, 3)]


@settings(max_examples=8)
@given(name=st.text(max_size=80))
@example(name="<script>alert(1)</script> =1+1 +2 -3 @SUM(A1) &amp; \"'")
@example(name="\x00\x0b\n\t]]>")
@example(name="")
def test_any_name_stays_text(disguised, name):
    dossier, around, ceremony = disguised(name)
    content = slides.pptx(dossier, around, ceremony)
    deck = Presentation(BytesIO(content))
    text = " ".join(fine(name).split())
    assert " ".join(deck.slides[0].shapes.title.text_frame.text.split()) == text
    # No link, no macro, no formula: a slide holds letters and shapes.
    with ZipFile(BytesIO(content)) as parts:
        assert not [part for part in parts.namelist() if re.search(r"vba|embed|external|ole|media", part.lower())]
        assert not [
            part for part in parts.namelist() if part.endswith(".rels") and b'TargetMode="External"' in parts.read(part)
        ]


@pytest.mark.skipif(
    not shutil.which("soffice"), reason="no LibreOffice here (on Debian: apt install libreoffice-impress)"
)
def test_libreoffice_opens_them(made, deck, tmp_path):
    (tmp_path / "slides.pptx").write_bytes(made)
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        tmp_path,
        tmp_path / "slides.pptx",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    pages = subprocess.run(["pdftotext", tmp_path / "slides.pdf", "-"], capture_output=True, check=True).stdout.decode()
    assert pages.count("\f") == len(deck.slides)
    assert "Montceau-les-Mines" in pages and "Camille Martin" in pages


def test_a_ceremony_may_be_as_full_as_the_page_lets_it(whole):
    lines = tuple(Entry("x" * 150, "y" * 40) for _ in range(12))
    deck = Presentation(BytesIO(slides.pptx(*whole, Ceremony("t" * 120, "p" * 80, None, lines[:8], lines))))
    assert len(deck.slides) == 10
