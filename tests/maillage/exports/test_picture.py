"""A sheet as files."""

from datetime import datetime

from maillage.exports import picture

SHEET = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"><rect width="100" height="50" fill="#C2500A"/></svg>'


def test_a_small_drawing_becomes_a_png():
    made = picture.png(SHEET)
    assert made.startswith(b"\x89PNG") and int.from_bytes(made[16:20]) == 2 * int.from_bytes(made[20:24])


def test_a_pdf_is_one_page_that_lies_where_the_sheet_is_wide():
    upright, lying = (picture.pdf(SHEET, "Un titre", datetime(2026, 11, 25), wide) for wide in (False, True))
    assert upright[:5] == lying[:5] == b"%PDF-" and b"/MediaBox[0 0 595" in upright and b"/MediaBox[0 0 841" in lying
    assert picture.svg(SHEET) == SHEET.encode()
