"""Long tables, alone or in a zip, with the dictionary that stands beside them."""

from __future__ import annotations

import zipfile

import pytest

from etl.formats import archives
from etl.formats.sheets import SheetError

ROWS = "GEO;Libellé\n08105;Charleville-Mézières\n"


def packed(path, **parts: bytes):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("_csv", ".csv"), content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_text_is_read_in_its_encoding_every_cell_a_text(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(ROWS.encode(encoding))
    with archives.table(path) as relation:
        assert relation.fetchall() == [("08105", "Charleville-Mézières")]


def test_of_a_zip_the_table_and_not_its_dictionary(tmp_path):
    path = packed(tmp_path / "a.zip", DS_data_csv=ROWS.encode(), DS_metadata_csv=b"x;y\n" * 1000)
    assert archives.columns(path) == {"geo", "libellé"}
    with archives.table(path) as relation:
        assert relation.columns == ["GEO", "Libellé"]


def test_what_holds_no_table_is_said(tmp_path):
    empty = packed(tmp_path / "a.zip", notes=b"rien")
    with pytest.raises(SheetError, match="ni CSV, ni Parquet"), archives.table(empty):
        pass
    cut = tmp_path / "b.zip"
    cut.write_bytes(packed(tmp_path / "c.zip", a_csv=ROWS.encode()).read_bytes()[:40])
    with pytest.raises(SheetError, match="tronqué"), archives.table(cut):
        pass
    assert archives.columns(empty) == archives.columns(cut) == archives.columns(tmp_path / "a.pdf") == frozenset()


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 10)
    with pytest.raises(SheetError, match="Mo"), archives.table(packed(tmp_path / "a.zip", a_csv=ROWS.encode())):
        pass
