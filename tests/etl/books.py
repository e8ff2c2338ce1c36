"""Workbooks made for a test: Excel and OpenDocument, several sheets, hidden or merged."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook

Sheets = Mapping[str, list[list]]
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "style", "table", "text")
)


def excel(sheets: Sheets, hidden: Collection[str] = (), merged: Mapping[str, str] = {}) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if title in hidden:
            sheet.sheet_state = "hidden"
        if title in merged:
            sheet.merge_cells(merged[title])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def opendocument(sheets: Sheets, hidden: Collection[str] = (), spans: Mapping[tuple[str, int, int], int] = {}) -> bytes:
    """`spans`: (sheet, row, column) -> how many rows the cell goes down. A sheet ends with the empty rows that LibreOffice writes."""
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{display}"/></style:style>'
        for name, display in (("seen", "true"), ("unseen", "false"))
    )
    tables = "".join(
        f'<table:table table:name={quoteattr(title)} table:style-name="{"unseen" if title in hidden else "seen"}">'
        + "".join(
            _row([_cell(text, spans.get((title, y, x), 1)) for x, text in enumerate(row)]) for y, row in enumerate(rows)
        )
        + _row(['<table:table-cell table:number-columns-repeated="16384"/>'], 1_048_000)
        + "</table:table>"
        for title, rows in sheets.items()
    )
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES} office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed(document)


def packed(document: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", document)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return content.getvalue()


def _row(cells: list[str], times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def _cell(text, down: int) -> str:
    if text is None:
        return "<table:table-cell/>"
    span = f' table:number-rows-spanned="{down}"' if down > 1 else ""
    return f'<table:table-cell office:value-type="string"{span}><text:p>{escape(str(text))}</text:p></table:table-cell>'
